/* SPDX-License-Identifier: MIT */
/* thread.h: replies by root. A post with `root` belongs to that thread; one with only `branch`
 * belongs to what it branches from. Private replies are part of it for those who can read them. */
#ifndef KITH_SOCIAL_THREAD_H
#define KITH_SOCIAL_THREAD_H

#include "social/social.h"

/* Replies, newest first (reverse a page to read it downwards); the root itself is not among them. */
size_t kith_thread_list(struct kith_social *s, const struct kith_msgid *root, struct kith_page *page,
                        struct kith_found *out, size_t cap);

/* How many replies a list with this `show` would give in all, counted up to `limit`. */
size_t kith_thread_count(struct kith_social *s, const struct kith_msgid *root, unsigned show, size_t limit);

/* The root that a reply belongs to; false if the record is no reply. Reads the log. */
bool kith_thread_root(struct kith_social *s, uint32_t rec, struct kith_msgid *out);

#endif
