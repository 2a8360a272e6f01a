/* SPDX-License-Identifier: MIT */
/* directory.h: the calls directory.* of a broker (docs/protocol/directory.md). Who wants to be found by name says so; the others
 * are not in it. Nothing can be listed. For core/broker only. */
#ifndef KITH_BROKER_DIRECTORY_H
#define KITH_BROKER_DIRECTORY_H

#define SEARCHES_A_SOURCE 40  /* an hour */
#define PREFIX_MIN 6          /* characters of a name's beginning, folded */
#define FOUND_MAX 8           /* more of one beginning: be more exact */

struct call;

void directory_put(const struct call *c);
void directory_remove(const struct call *c);
void directory_find(const struct call *c);

#endif
