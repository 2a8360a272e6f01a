/* SPDX-License-Identifier: MIT */
/* crypto.h: every cryptographic primitive that kith uses, in terms of its own kinds of bytes.
 * libsodium does all of the work; crypto.c is the only file that includes it.
 *
 * Nothing here draws random bytes by itself: what must be random takes the host's kith_rng, so that
 * a simulated run can be replayed. Output may not overlap input unless it is said so. A function
 * that returns int gives KITH_OK or the error that it names; on error its output means nothing and
 * holds no secret. */
#ifndef KITH_CRYPTO_CRYPTO_H
#define KITH_CRYPTO_CRYPTO_H

#include "base/bytes.h"
#include "base/rng.h"
#include "crypto/keys.h"

#define KITH_MAC_LEN 16 /* what a secretbox is longer than its text */

struct kith_mac { uint8_t b[KITH_MAC_LEN]; }; /* Poly1305, of a secretbox */
struct kith_auth { uint8_t b[32]; };          /* HMAC-SHA-512-256 */
struct kith_sipkey { uint8_t b[16]; };        /* of a hash table that peers must not steer */

/* Once, before anything else; a second call does nothing. KITH_ERR_IO: no source of randomness. */
KITH_MUST int kith_crypto_init(void);

/* --- ed25519: who wrote it ---------------------------------------------------------------- */

void kith_sign_keypair(struct kith_keypair *out, const struct kith_seed *seed);
void kith_sign_keypair_new(struct kith_keypair *out, const struct kith_rng *rng);
void kith_sign_seed(struct kith_seed *out, const struct kith_seckey *sec); /* the seed of a key */

/* KITH_ERR_CRYPTO unless the second half of the secret key is the public key of its first half:
 * signing with a wrong half gives the secret away, so check keys that come from a file. */
KITH_MUST int kith_sign_check(const struct kith_seckey *sec);

void kith_sign(struct kith_sig *out, struct kith_bytes text, const struct kith_seckey *sec);

/* KITH_ERR_CRYPTO: not signed by that key. As libsodium does, refuses S + L, small-order and
 * all-zero keys, as all JavaScript peers do. */
KITH_MUST int kith_verify(const struct kith_pubkey *pub, const struct kith_sig *sig, struct kith_bytes text);

/* Many signatures in one call; callers group items by author. ok is true exactly where kith_verify
 * would have returned KITH_OK. */
struct kith_verify_item {
    const struct kith_pubkey *pub; /* in */
    const struct kith_sig *sig;    /* in */
    struct kith_bytes text;        /* in */
    bool ok;                       /* out */
};
void kith_verify_batch(struct kith_verify_item *items, size_t count);

/* --- curve25519: a secret that two share ---------------------------------------------------- */

void kith_dh_keypair(struct kith_dhpub *pub, struct kith_dhsec *sec, const struct kith_rng *rng);
void kith_dh_public(struct kith_dhpub *out, const struct kith_dhsec *sec);

/* KITH_ERR_CRYPTO: the result is all zeros, so the public key was of small order, chosen to make
 * the secret known. */
KITH_MUST int kith_dh_shared(struct kith_symkey *out, const struct kith_dhsec *sec, const struct kith_dhpub *pub);

/* The curve25519 form of an ed25519 key. KITH_ERR_CRYPTO: the public key is no point of the group;
 * the secret key never fails in libsodium, but says so if it did. */
KITH_MUST int kith_dh_from_pubkey(struct kith_dhpub *out, const struct kith_pubkey *pub);
KITH_MUST int kith_dh_from_seckey(struct kith_dhsec *out, const struct kith_seckey *sec);

/* --- secretbox: XSalsa20-Poly1305 ------------------------------------------------------------ */

/* Writes KITH_MAC_LEN + text.len bytes: MAC, then ciphertext. out may be text.p - KITH_MAC_LEN or
 * text.p. */
void kith_secretbox_seal(uint8_t *out, struct kith_bytes text, const struct kith_nonce *nonce,
                         const struct kith_symkey *key);

/* Writes box.len - KITH_MAC_LEN bytes; out may be box.p. KITH_ERR_CRYPTO: shorter than a MAC, or not
 * sealed with that key and nonce; then nothing is written. */
KITH_MUST int kith_secretbox_open(uint8_t *out, struct kith_bytes box, const struct kith_nonce *nonce,
                                  const struct kith_symkey *key);

/* The same with the MAC apart; out (as long as the text) may be the input. */
void kith_secretbox_seal_detached(uint8_t *out, struct kith_mac *mac, struct kith_bytes text,
                                  const struct kith_nonce *nonce, const struct kith_symkey *key);
KITH_MUST int kith_secretbox_open_detached(uint8_t *out, const struct kith_mac *mac, struct kith_bytes cipher,
                                           const struct kith_nonce *nonce, const struct kith_symkey *key);

/* --- hashes and MACs -------------------------------------------------------------------------- */

void kith_sha256(struct kith_hash *out, struct kith_bytes in);

/* In pieces: init, update as often as wanted, final once. Owns nothing. */
struct kith_sha256 { uint64_t state[13]; };
void kith_sha256_init(struct kith_sha256 *s);
void kith_sha256_update(struct kith_sha256 *s, struct kith_bytes in);
void kith_sha256_final(struct kith_sha256 *s, struct kith_hash *out);

/* crypto_auth: HMAC-SHA-512-256. Verifying takes the same time whatever is wrong; KITH_ERR_CRYPTO. */
void kith_auth_make(struct kith_auth *out, struct kith_bytes in, const struct kith_symkey *key);
KITH_MUST int kith_auth_verify(const struct kith_auth *mac, struct kith_bytes in, const struct kith_symkey *key);

/* RFC 2104 with SHA-256, and RFC 5869's HKDF with it, for one block of output. */
void kith_hmac_sha256(struct kith_hash *out, struct kith_bytes in, struct kith_bytes key);
void kith_hkdf_sha256(struct kith_symkey *out, struct kith_bytes secret, struct kith_bytes salt, struct kith_bytes info);
/* The second half of it alone, from what is a uniformly random key already. out may be key. */
void kith_hkdf_expand_sha256(struct kith_symkey *out, const struct kith_symkey *key, struct kith_bytes info);

/* SipHash-2-4: 64 bits for hash tables whose keys a peer can choose. */
uint64_t kith_siphash(struct kith_bytes in, const struct kith_sipkey *key);

/* --- what age files are made of ------------------------------------------------------------------ */

struct kith_aead_nonce { uint8_t b[12]; };

/* ChaCha20-Poly1305 of RFC 8439 without additional data: text.len + KITH_MAC_LEN bytes, the MAC last. out
 * may be text.p. */
void kith_aead_seal(uint8_t *out, struct kith_bytes text, const struct kith_aead_nonce *nonce, const struct kith_symkey *key);
/* box.len - KITH_MAC_LEN bytes; out may be box.p. KITH_ERR_CRYPTO: too short, or not sealed with these. */
KITH_MUST int kith_aead_open(uint8_t *out, struct kith_bytes box, const struct kith_aead_nonce *nonce,
                             const struct kith_symkey *key);

/* RFC 7914 with N = 2^work, r = 8, p = 1: takes 2^work KiB of memory and time to match, so never on a loop
 * that others wait for. KITH_ERR_FULL: there is no such memory here. */
KITH_MUST int kith_scrypt(struct kith_symkey *out, struct kith_bytes passphrase, struct kith_bytes salt, unsigned work);

/* --- passwords ----------------------------------------------------------------------------------- */

/* Argon2id of RFC 9106, version 1.3, one lane: takes that much memory and time to match, so never on a loop
 * that others wait for. KITH_ERR_ARG: less than 8 KiB or no pass. KITH_ERR_FULL: there is no such memory here. */
KITH_MUST int kith_argon2id(struct kith_symkey *out, struct kith_bytes password, const uint8_t salt[16], uint32_t memory_kib,
                            uint32_t passes);

/* --- memory ----------------------------------------------------------------------------------- */

void kith_wipe(void *p, size_t len);                                   /* zeros that stay zeros */
KITH_MUST bool kith_secret_eq(const void *a, const void *b, size_t len); /* constant time */

#endif
