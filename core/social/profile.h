/* SPDX-License-Identifier: MIT */
/* profile.h: what a person is called and looks like, from about messages. A view keeps only which
 * record says it; the text is read from the log when asked.
 *
 * For each field what I said about someone comes first (a petname), then what they say about
 * themselves, then what others say, the one within fewest hops first. The latest by an author's
 * sequence that has the field wins; null takes it back. */
#ifndef KITH_SOCIAL_PROFILE_H
#define KITH_SOCIAL_PROFILE_H

#include "social/social.h"

#define KITH_NAME_MAX 128 /* bytes of a name that are shown; longer ones are cut at a character */

enum kith_profile_field { KITH_PROFILE_NAME, KITH_PROFILE_DESCRIPTION, KITH_PROFILE_IMAGE, KITH_PROFILE_FIELDS };

/* Appends the UTF-8 text (of an image: the blob id) to out. False: nobody said, or it cannot be
 * read; out is unchanged. */
bool kith_profile_get(struct kith_social *s, const struct kith_pubkey *person, enum kith_profile_field field,
                      struct kith_buf *out);

/* The same without my petnames: what the person would see (own word first, then others'). */
bool kith_profile_get_public(struct kith_social *s, const struct kith_pubkey *person, enum kith_profile_field field,
                             struct kith_buf *out);

/* People who are called so now (ASCII case does not count; an '@' in front is skipped): nearest
 * first. At most cap; returns how many. Two of them mean that the caller has to ask. */
size_t kith_profile_find(struct kith_social *s, struct kith_bytes name, struct kith_pubkey *out, size_t cap);

#endif
