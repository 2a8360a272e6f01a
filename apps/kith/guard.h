/* SPDX-License-Identifier: MIT */
/* guard.h: tells a store that has always been here from a copy or a restored backup: a file that names
 * its own inode and when that was made. A copy has another inode, so its word and its place do not fit.
 * Publishing from an old copy would sign a sequence number twice, so a copy waits for a friend's word
 * first (node/publish.h). A picture of a whole disk brings the inodes back as they were: that one is
 * not recognised here, only by what friends say. */
#ifndef KITH_APP_GUARD_H
#define KITH_APP_GUARD_H

#include <stdbool.h>

bool guard_is_ours(const char *path);
void guard_renew(const char *path); /* this store is good: from now on it is the original */

#endif
