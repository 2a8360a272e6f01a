/* SPDX-License-Identifier: MIT */
#include "wire/signal.h"

#define FRONT_LEN (1 + 32)   /* version, one-time key */
#define HEAD_LEN 99          /* of the inner part, before the body */
#define SIG_LEN 64
#define OVERHEAD (FRONT_LEN + KITH_MAC_LEN + HEAD_LEN + SIG_LEN)

_Static_assert(KITH_SIGNAL_MAX_BODY == KITH_SIGNAL_MAX - OVERHEAD, "header and code agree");

static const size_t lengths[] = {512, 2048, KITH_SIGNAL_MAX};
static const struct kith_nonce no_nonce; /* each key is used once */

bool kith_signal_is_len(size_t len) {
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        if (len == lengths[i])
            return true;
    }
    return false;
}

static uint64_t life_of(uint8_t kind) {
    return kind >= 16 && kind <= 31 ? KITH_SIGNAL_LETTER_LIFE_MS : KITH_SIGNAL_LIFE_MS;
}

static bool may_live(const struct kith_signal *s) {
    return s->expires_ms > s->created_ms && s->expires_ms - s->created_ms <= life_of(s->kind);
}

static int derive(struct kith_symkey *out, const struct kith_dhsec *sec, const struct kith_dhpub *pub,
                  const struct kith_dhpub *once, const struct kith_pubkey *receiver) {
    struct kith_symkey shared;
    uint8_t salt[64];
    int err = kith_dh_shared(&shared, sec, pub);
    if (err)
        return err;
    memcpy(salt, once->b, 32);
    memcpy(salt + 32, receiver->b, 32);
    kith_hkdf_sha256(out, kith_bytes(shared.b, sizeof shared.b), kith_bytes(salt, sizeof salt), KITH_LIT("kith-signal 1"));
    kith_wipe(&shared, sizeof shared);
    return KITH_OK;
}

/* What the signature covers: for whom, under which one-time key, and all that is said. */
static void put_signed(struct kith_buf *out, const struct kith_pubkey *receiver, const struct kith_dhpub *once,
                       struct kith_bytes inner) {
    kith_buf_put_str(out, "kith-signal 1\n");
    kith_buf_put(out, receiver->b, sizeof receiver->b);
    kith_buf_put(out, once->b, sizeof once->b);
    kith_buf_put_bytes(out, inner);
}

static void put_inner(struct kith_buf *out, const struct kith_signal *s) {
    kith_buf_put_u8(out, s->kind);
    kith_buf_put_u64le(out, s->created_ms);
    kith_buf_put_u64le(out, s->expires_ms);
    kith_buf_put(out, s->id.b, sizeof s->id.b);
    kith_buf_put(out, s->from.b, sizeof s->from.b);
    kith_buf_put(out, s->reply.b, sizeof s->reply.b);
    kith_buf_put_u16le(out, (uint16_t)s->body.len);
    kith_buf_put_bytes(out, s->body);
}

static size_t padded_len(size_t body_len) {
    size_t i = 0;
    while (lengths[i] < body_len + OVERHEAD)
        i++;
    return lengths[i];
}

/* Fills sealed, which has its final length and begins with version and one-time key. */
static void seal_into(uint8_t *sealed, size_t len, const struct kith_signal *s, const struct kith_seckey *sec,
                      const struct kith_pubkey *receiver, const struct kith_dhpub *once, const struct kith_symkey *key) {
    struct kith_buf inner = {0}, text = {0};
    struct kith_sig sig;
    put_inner(&inner, s);
    put_signed(&text, receiver, once, kith_buf_bytes(&inner));
    kith_sign(&sig, kith_buf_bytes(&text), sec);
    kith_buf_put(&inner, sig.b, sizeof sig.b);
    memset(sealed + FRONT_LEN, 0, len - FRONT_LEN);
    memcpy(sealed + FRONT_LEN + KITH_MAC_LEN, inner.p, inner.len);
    kith_secretbox_seal(sealed + FRONT_LEN, kith_bytes(sealed + FRONT_LEN + KITH_MAC_LEN, len - FRONT_LEN - KITH_MAC_LEN),
                        &no_nonce, key);
    kith_wipe(inner.p, inner.len);
    kith_wipe(text.p, text.len);
    kith_buf_wipe(&inner);
    kith_buf_wipe(&text);
}

int kith_signal_seal(struct kith_buf *out, struct kith_signal *s, const struct kith_keypair *sender,
                     const struct kith_pubkey *receiver, const struct kith_rng *rng) {
    struct kith_dhpub once, theirs;
    struct kith_dhsec once_sec;
    struct kith_symkey key;
    size_t len;
    int err;
    if (s->body.len > KITH_SIGNAL_MAX_BODY)
        return KITH_ERR_TOO_LONG;
    if (!may_live(s))
        return KITH_ERR_ARG;
    err = kith_dh_from_pubkey(&theirs, receiver);
    if (err)
        return err;
    kith_dh_keypair(&once, &once_sec, rng);
    err = derive(&key, &once_sec, &theirs, &once, receiver);
    kith_wipe(&once_sec, sizeof once_sec);
    if (err)
        return err;
    kith_rng_fill(rng, s->id.b, sizeof s->id.b);
    s->from = sender->pub;
    len = padded_len(s->body.len);
    kith_buf_reserve(out, len);
    out->p[out->len] = KITH_SIGNAL_VERSION;
    memcpy(out->p + out->len + 1, once.b, sizeof once.b);
    seal_into(out->p + out->len, len, s, &sender->sec, receiver, &once, &key);
    out->len += len;
    kith_wipe(&key, sizeof key);
    return KITH_OK;
}

static int unseal(struct kith_buf *plain, struct kith_bytes sealed, const struct kith_dhpub *once,
                  const struct kith_keypair *receiver) {
    struct kith_dhsec mine;
    struct kith_symkey key;
    int err = kith_dh_from_seckey(&mine, &receiver->sec);
    if (!err)
        err = derive(&key, &mine, once, once, &receiver->pub);
    kith_wipe(&mine, sizeof mine);
    if (err)
        return err;
    kith_buf_clear(plain);
    kith_buf_reserve(plain, sealed.len);
    err = kith_secretbox_open(plain->p, kith_bytes_skip(sealed, FRONT_LEN), &no_nonce, &key);
    kith_wipe(&key, sizeof key);
    if (!err)
        plain->len = sealed.len - FRONT_LEN - KITH_MAC_LEN;
    return err;
}

/* Reads the fields; *said gets what is signed of them, *sig the signature. */
static int read_inner(struct kith_signal *s, struct kith_bytes inner, struct kith_bytes *said, struct kith_sig *sig) {
    struct kith_reader r = kith_reader(inner);
    size_t body_len;
    s->kind = kith_read_u8(&r);
    s->created_ms = kith_read_u64le(&r);
    s->expires_ms = kith_read_u64le(&r);
    kith_read_copy(&r, s->id.b, sizeof s->id.b);
    kith_read_copy(&r, s->from.b, sizeof s->from.b);
    kith_read_copy(&r, s->reply.b, sizeof s->reply.b);
    body_len = kith_read_u16le(&r);
    s->body = kith_read_bytes(&r, body_len);
    *said = kith_bytes(inner.p, HEAD_LEN + body_len);
    kith_read_copy(&r, sig->b, sizeof sig->b);
    if (r.err)
        return KITH_ERR_SYNTAX;
    for (size_t i = r.pos; i < inner.len; i++) {
        if (inner.p[i])
            return KITH_ERR_SYNTAX;
    }
    /* The shortest length that fits, or somebody could tell their signals apart by their lengths. */
    return inner.len + FRONT_LEN + KITH_MAC_LEN == padded_len(body_len) ? KITH_OK : KITH_ERR_SYNTAX;
}

static bool is_timely(const struct kith_signal *s, uint64_t wall_ms) {
    uint64_t latest = s->expires_ms > UINT64_MAX - KITH_SIGNAL_LEEWAY_MS ? UINT64_MAX : s->expires_ms + KITH_SIGNAL_LEEWAY_MS;
    return may_live(s) && s->created_ms <= wall_ms + KITH_SIGNAL_LEEWAY_MS && latest > wall_ms;
}

int kith_signal_open(struct kith_signal *s, struct kith_buf *plain, struct kith_bytes sealed,
                     const struct kith_keypair *receiver, uint64_t wall_ms) {
    struct kith_buf text = {0};
    struct kith_dhpub once;
    struct kith_bytes said;
    struct kith_sig sig;
    int err;
    if (!kith_signal_is_len(sealed.len))
        return KITH_ERR_SIZE;
    if (sealed.p[0] != KITH_SIGNAL_VERSION)
        return KITH_ERR_SYNTAX;
    memcpy(once.b, sealed.p + 1, sizeof once.b);
    err = unseal(plain, sealed, &once, receiver);
    if (!err)
        err = read_inner(s, kith_buf_bytes(plain), &said, &sig);
    if (!err && !is_timely(s, wall_ms))
        err = KITH_ERR_PROTOCOL;
    if (err)
        return err;
    put_signed(&text, &receiver->pub, &once, said);
    err = kith_verify(&s->from, &sig, kith_buf_bytes(&text));
    kith_buf_wipe(&text);
    return err;
}
