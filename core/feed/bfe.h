/* SPDX-License-Identifier: MIT */
/* bfe.h: the binary forms in which box2 mixes ids into keys: a type byte, a format byte and the 32 bytes of
 * the id (ssb-bfe-spec 0.8), put together as a list with lengths in front (envelope-spec's SLP). Only what
 * box2 needs: classic feeds, classic messages, and keys that were made from a feed's. */
#ifndef KITH_FEED_BFE_H
#define KITH_FEED_BFE_H

#include "base/bytes.h"
#include "feed/id.h"

#define KITH_BFE_LEN 34
#define KITH_SLP_LEN(len) (2 + (len)) /* of one item */

void kith_bfe_feed(uint8_t out[KITH_BFE_LEN], const struct kith_pubkey *id);
void kith_bfe_message(uint8_t out[KITH_BFE_LEN], const struct kith_msgid *id); /* NULL: "no message", zeros */
void kith_bfe_dhpub(uint8_t out[KITH_BFE_LEN], const struct kith_dhpub *key);

/* Writes one item at out + at: its length (16 bits, little-endian) and itself. Returns where the next one
 * goes; the caller has the room and the item is shorter than 65536. */
size_t kith_slp_put(uint8_t *out, size_t at, struct kith_bytes item);

#endif
