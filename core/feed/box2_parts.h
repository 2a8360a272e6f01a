/* SPDX-License-Identifier: MIT */
/* box2_parts.h: the steps inside box2, for the sources of this folder and for tests that hold them against
 * the specifications' own vectors. Everybody else: box2.h. */
#ifndef KITH_FEED_BOX2_PARTS_H
#define KITH_FEED_BOX2_PARTS_H

#include "feed/box2.h"

/* The beginning of the info of all that is derived for one message. */
void kith_box2_bind(uint8_t out[KITH_BOX2_BOUND_LEN], const struct kith_pubkey *author, const struct kith_msgid *previous);

/* DeriveSecret of envelope-spec with one label (of at most 32 bytes): HKDF's expand step alone. */
void kith_box2_derive(struct kith_symkey *out, const uint8_t bound[KITH_BOX2_BOUND_LEN], const struct kith_symkey *from,
                      struct kith_bytes label);

/* What is XORed with the message key to make, or open, a reader's slot. scheme: at most 64 bytes. */
void kith_box2_cover(struct kith_symkey *out, const uint8_t bound[KITH_BOX2_BOUND_LEN], const struct kith_symkey *key,
                     struct kith_bytes scheme);

/* kith_box2_dm_keys for curve25519 keys that need not come from the feeds' own. */
struct kith_box2_party {
    struct kith_dhpub dh;
    struct kith_pubkey feed;
};
KITH_MUST int kith_box2_dm_derive(struct kith_box2_dm *out, const struct kith_dhsec *my_secret, const struct kith_box2_party *me,
                                  const struct kith_box2_party *them);

#endif
