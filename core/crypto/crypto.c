/* SPDX-License-Identifier: MIT */
#include "crypto/crypto.h"

#include <sodium.h>

_Static_assert(sizeof(struct kith_pubkey) == crypto_sign_PUBLICKEYBYTES, "ed25519 public key");
_Static_assert(sizeof(struct kith_seckey) == crypto_sign_SECRETKEYBYTES, "ed25519 secret key");
_Static_assert(sizeof(struct kith_seed) == crypto_sign_SEEDBYTES, "ed25519 seed");
_Static_assert(sizeof(struct kith_sig) == crypto_sign_BYTES, "ed25519 signature");
_Static_assert(sizeof(struct kith_hash) == crypto_hash_sha256_BYTES, "SHA-256");
_Static_assert(sizeof(struct kith_sha256) >= sizeof(crypto_hash_sha256_state), "SHA-256 state");
_Static_assert(sizeof(struct kith_symkey) == crypto_secretbox_KEYBYTES, "secretbox key");
_Static_assert(sizeof(struct kith_symkey) == crypto_auth_KEYBYTES, "auth key");
_Static_assert(sizeof(struct kith_symkey) == crypto_scalarmult_BYTES, "shared secret");
_Static_assert(sizeof(struct kith_nonce) == crypto_secretbox_NONCEBYTES, "secretbox nonce");
_Static_assert(sizeof(struct kith_mac) == crypto_secretbox_MACBYTES, "secretbox MAC");
_Static_assert(sizeof(struct kith_aead_nonce) == crypto_aead_chacha20poly1305_ietf_NPUBBYTES, "AEAD nonce");
_Static_assert(sizeof(struct kith_symkey) == crypto_aead_chacha20poly1305_ietf_KEYBYTES, "AEAD key");
_Static_assert(sizeof(struct kith_mac) == crypto_aead_chacha20poly1305_ietf_ABYTES, "AEAD MAC");
_Static_assert(sizeof(struct kith_auth) == crypto_auth_BYTES, "auth MAC");
_Static_assert(sizeof(struct kith_sipkey) == crypto_shorthash_KEYBYTES, "siphash key");
_Static_assert(sizeof(struct kith_dhpub) == crypto_box_PUBLICKEYBYTES, "curve25519 public key");
_Static_assert(sizeof(struct kith_dhsec) == crypto_box_SECRETKEYBYTES, "curve25519 secret key");

/* libsodium declares some pointers non-null, an empty view may hold a null one. */
static const uint8_t nothing[1];

static const uint8_t *start(struct kith_bytes in) {
    return in.p ? in.p : nothing;
}

int kith_crypto_init(void) {
    return sodium_init() < 0 ? KITH_ERR_IO : KITH_OK;
}

void kith_sign_keypair(struct kith_keypair *out, const struct kith_seed *seed) {
    crypto_sign_seed_keypair(out->pub.b, out->sec.b, seed->b);
}

void kith_sign_keypair_new(struct kith_keypair *out, const struct kith_rng *rng) {
    struct kith_seed seed;
    kith_rng_fill(rng, seed.b, sizeof seed.b);
    kith_sign_keypair(out, &seed);
    kith_wipe(&seed, sizeof seed);
}

void kith_sign_seed(struct kith_seed *out, const struct kith_seckey *sec) {
    memcpy(out->b, sec->b, sizeof out->b);
}

int kith_sign_check(const struct kith_seckey *sec) {
    struct kith_seed seed;
    struct kith_keypair keys;
    kith_sign_seed(&seed, sec);
    kith_sign_keypair(&keys, &seed);
    bool same = kith_secret_eq(keys.sec.b, sec->b, sizeof sec->b);
    kith_wipe(&seed, sizeof seed);
    kith_wipe(&keys, sizeof keys);
    return same ? KITH_OK : KITH_ERR_CRYPTO;
}

void kith_sign(struct kith_sig *out, struct kith_bytes text, const struct kith_seckey *sec) {
    crypto_sign_detached(out->b, 0, start(text), text.len, sec->b);
}

int kith_verify(const struct kith_pubkey *pub, const struct kith_sig *sig, struct kith_bytes text) {
    return crypto_sign_verify_detached(sig->b, start(text), text.len, pub->b) ? KITH_ERR_CRYPTO
                                                                              : KITH_OK;
}

void kith_verify_batch(struct kith_verify_item *items, size_t count) {
    for (size_t i = 0; i < count; i++)
        items[i].ok = kith_verify(items[i].pub, items[i].sig, items[i].text) == KITH_OK;
}

void kith_dh_keypair(struct kith_dhpub *pub, struct kith_dhsec *sec, const struct kith_rng *rng) {
    kith_rng_fill(rng, sec->b, sizeof sec->b);
    kith_dh_public(pub, sec);
}

void kith_dh_public(struct kith_dhpub *out, const struct kith_dhsec *sec) {
    crypto_scalarmult_base(out->b, sec->b);
}

int kith_dh_shared(struct kith_symkey *out, const struct kith_dhsec *sec,
                   const struct kith_dhpub *pub) {
    if (crypto_scalarmult(out->b, sec->b, pub->b)) {
        kith_wipe(out, sizeof *out);
        return KITH_ERR_CRYPTO;
    }
    return KITH_OK;
}

int kith_dh_from_pubkey(struct kith_dhpub *out, const struct kith_pubkey *pub) {
    if (crypto_sign_ed25519_pk_to_curve25519(out->b, pub->b)) {
        kith_wipe(out, sizeof *out);
        return KITH_ERR_CRYPTO;
    }
    return KITH_OK;
}

int kith_dh_from_seckey(struct kith_dhsec *out, const struct kith_seckey *sec) {
    if (crypto_sign_ed25519_sk_to_curve25519(out->b, sec->b)) {
        kith_wipe(out, sizeof *out);
        return KITH_ERR_CRYPTO;
    }
    return KITH_OK;
}

void kith_secretbox_seal(uint8_t *out, struct kith_bytes text, const struct kith_nonce *nonce,
                         const struct kith_symkey *key) {
    crypto_secretbox_easy(out, start(text), text.len, nonce->b, key->b);
}

int kith_secretbox_open(uint8_t *out, struct kith_bytes box, const struct kith_nonce *nonce,
                        const struct kith_symkey *key) {
    uint8_t empty[1]; /* the text of a box that holds nothing: out may then be null */
    if (box.len < KITH_MAC_LEN)
        return KITH_ERR_CRYPTO;
    return crypto_secretbox_open_easy(out ? out : empty, box.p, box.len, nonce->b, key->b)
               ? KITH_ERR_CRYPTO
               : KITH_OK;
}

void kith_secretbox_seal_detached(uint8_t *out, struct kith_mac *mac, struct kith_bytes text,
                                  const struct kith_nonce *nonce, const struct kith_symkey *key) {
    crypto_secretbox_detached(out, mac->b, start(text), text.len, nonce->b, key->b);
}

int kith_secretbox_open_detached(uint8_t *out, const struct kith_mac *mac, struct kith_bytes cipher,
                                 const struct kith_nonce *nonce, const struct kith_symkey *key) {
    return crypto_secretbox_open_detached(out, start(cipher), mac->b, cipher.len, nonce->b, key->b)
               ? KITH_ERR_CRYPTO
               : KITH_OK;
}

void kith_sha256(struct kith_hash *out, struct kith_bytes in) {
    crypto_hash_sha256(out->b, start(in), in.len);
}

/* The state is copied in and out rather than cast: the two structs have nothing in common for the
 * compiler, and 104 bytes cost nothing beside a block of SHA-256. */
void kith_sha256_init(struct kith_sha256 *s) {
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    memcpy(s->state, &state, sizeof state);
}

void kith_sha256_update(struct kith_sha256 *s, struct kith_bytes in) {
    crypto_hash_sha256_state state;
    memcpy(&state, s->state, sizeof state);
    crypto_hash_sha256_update(&state, start(in), in.len);
    memcpy(s->state, &state, sizeof state);
}

void kith_sha256_final(struct kith_sha256 *s, struct kith_hash *out) {
    crypto_hash_sha256_state state;
    memcpy(&state, s->state, sizeof state);
    crypto_hash_sha256_final(&state, out->b);
    kith_wipe(s, sizeof *s);
}

void kith_auth_make(struct kith_auth *out, struct kith_bytes in, const struct kith_symkey *key) {
    crypto_auth(out->b, start(in), in.len, key->b);
}

int kith_auth_verify(const struct kith_auth *mac, struct kith_bytes in,
                     const struct kith_symkey *key) {
    return crypto_auth_verify(mac->b, start(in), in.len, key->b) ? KITH_ERR_CRYPTO : KITH_OK;
}

void kith_hmac_sha256(struct kith_hash *out, struct kith_bytes in, struct kith_bytes key) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, start(key), key.len);
    crypto_auth_hmacsha256_update(&state, start(in), in.len);
    crypto_auth_hmacsha256_final(&state, out->b);
    kith_wipe(&state, sizeof state);
}

/* One block: T(1) = HMAC(PRK, info || 0x01). libsodium 1.0.18 has no HKDF of its own. */
void kith_hkdf_expand_sha256(struct kith_symkey *out, const struct kith_symkey *key, struct kith_bytes info) {
    static const uint8_t one = 1;
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key->b, sizeof key->b);
    crypto_auth_hmacsha256_update(&state, start(info), info.len);
    crypto_auth_hmacsha256_update(&state, &one, 1);
    crypto_auth_hmacsha256_final(&state, out->b);
    kith_wipe(&state, sizeof state);
}

void kith_hkdf_sha256(struct kith_symkey *out, struct kith_bytes secret, struct kith_bytes salt, struct kith_bytes info) {
    static const uint8_t zeros[crypto_hash_sha256_BYTES];
    struct kith_hash mac;
    struct kith_symkey prk;
    kith_hmac_sha256(&mac, secret, salt.len ? salt : kith_bytes(zeros, sizeof zeros));
    memcpy(prk.b, mac.b, sizeof prk.b);
    kith_hkdf_expand_sha256(out, &prk, info);
    kith_wipe(&mac, sizeof mac);
    kith_wipe(&prk, sizeof prk);
}

void kith_aead_seal(uint8_t *out, struct kith_bytes text, const struct kith_aead_nonce *nonce, const struct kith_symkey *key) {
    crypto_aead_chacha20poly1305_ietf_encrypt(out, NULL, start(text), text.len, NULL, 0, NULL, nonce->b, key->b);
}

int kith_aead_open(uint8_t *out, struct kith_bytes box, const struct kith_aead_nonce *nonce, const struct kith_symkey *key) {
    return crypto_aead_chacha20poly1305_ietf_decrypt(out, NULL, NULL, start(box), box.len, NULL, 0, nonce->b, key->b)
               ? KITH_ERR_CRYPTO
               : KITH_OK;
}

int kith_argon2id(struct kith_symkey *out, struct kith_bytes password, const uint8_t salt[16], uint32_t memory_kib,
                  uint32_t passes) {
    if (memory_kib < 8 || passes < crypto_pwhash_argon2id_OPSLIMIT_MIN)
        return KITH_ERR_ARG;
    return crypto_pwhash_argon2id(out->b, sizeof out->b, (const char *)start(password), password.len, salt, passes,
                                  (size_t)memory_kib << 10, crypto_pwhash_argon2id_ALG_ARGON2ID13)
               ? KITH_ERR_FULL
               : KITH_OK;
}

int kith_scrypt(struct kith_symkey *out, struct kith_bytes passphrase, struct kith_bytes salt, unsigned work) {
    return crypto_pwhash_scryptsalsa208sha256_ll(start(passphrase), passphrase.len, start(salt), salt.len, UINT64_C(1) << work, 8,
                                                 1, out->b, sizeof out->b)
               ? KITH_ERR_FULL
               : KITH_OK;
}

uint64_t kith_siphash(struct kith_bytes in, const struct kith_sipkey *key) {
    uint8_t out[crypto_shorthash_BYTES];
    crypto_shorthash(out, start(in), in.len, key->b);
    return kith_get_u64le(out);
}

void kith_wipe(void *p, size_t len) {
    sodium_memzero(p, len);
}

bool kith_secret_eq(const void *a, const void *b, size_t len) {
    return sodium_memcmp(a, b, len) == 0;
}
