/* SPDX-License-Identifier: MIT */
/* keys.h: a struct for each kind of bytes, so that two keys in the wrong order do not compile. */
#ifndef KITH_CRYPTO_KEYS_H
#define KITH_CRYPTO_KEYS_H

#include <stdint.h>
#include <string.h>

#include "base/err.h"

struct kith_pubkey { uint8_t b[32]; };  /* ed25519: a person, a feed */
struct kith_seckey { uint8_t b[64]; };  /* ed25519: seed || public key, as libsodium and ssb-keys hold it */
struct kith_seed { uint8_t b[32]; };    /* what an ed25519 key pair is derived from */
struct kith_sig { uint8_t b[64]; };
struct kith_hash { uint8_t b[32]; };    /* SHA-256 */
struct kith_symkey { uint8_t b[32]; };  /* secretbox, auth, network cap */
struct kith_dhpub { uint8_t b[32]; };   /* curve25519 */
struct kith_dhsec { uint8_t b[32]; };
struct kith_nonce { uint8_t b[24]; };

struct kith_keypair {
    struct kith_pubkey pub;
    struct kith_seckey sec;
};

static inline bool kith_pubkey_eq(const struct kith_pubkey *a, const struct kith_pubkey *b) {
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

static inline bool kith_hash_eq(const struct kith_hash *a, const struct kith_hash *b) {
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

#endif
