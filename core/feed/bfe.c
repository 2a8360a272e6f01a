/* SPDX-License-Identifier: MIT */
#include "feed/bfe.h"

enum { TYPE_FEED = 0, TYPE_MESSAGE = 1, TYPE_ENCRYPTION_KEY = 3 }; /* of each the format 0 */

static void put(uint8_t out[KITH_BFE_LEN], uint8_t type, const uint8_t id[32]) {
    out[0] = type;
    out[1] = 0;
    memcpy(out + 2, id, 32);
}

void kith_bfe_feed(uint8_t out[KITH_BFE_LEN], const struct kith_pubkey *id) {
    put(out, TYPE_FEED, id->b);
}

void kith_bfe_message(uint8_t out[KITH_BFE_LEN], const struct kith_msgid *id) {
    static const uint8_t none[32];
    put(out, TYPE_MESSAGE, id ? id->hash.b : none);
}

void kith_bfe_dhpub(uint8_t out[KITH_BFE_LEN], const struct kith_dhpub *key) {
    put(out, TYPE_ENCRYPTION_KEY, key->b);
}

size_t kith_slp_put(uint8_t *out, size_t at, struct kith_bytes item) {
    KITH_ASSERT(item.len <= UINT16_MAX);
    kith_put_u16le(out + at, (uint16_t)item.len);
    memcpy(out + at + 2, item.p, item.len);
    return at + KITH_SLP_LEN(item.len);
}
