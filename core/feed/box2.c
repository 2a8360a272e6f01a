/* SPDX-License-Identifier: MIT */
#include "feed/box2.h"

#include "base/base64.h"
#include "feed/bfe.h"
#include "feed/box2_parts.h"

#define HEADER_LEN 16 /* where the body is (16 bits), then zeros */
#define SLOTS_AT (KITH_MAC_LEN + HEADER_LEN)
#define SLOT_LEN 32
#define BODY_MIN (KITH_MAC_LEN + 1) /* there is no empty message */
#define INFO_MAX (KITH_BOX2_BOUND_LEN + 80) /* two labels more */

/* Each key is used for one message, so that every nonce can be this one. */
static const struct kith_nonce no_nonce;

static struct kith_bytes scheme_name(enum kith_box2_scheme scheme) {
    switch (scheme) {
    case KITH_BOX2_GROUP:
        return KITH_LIT("envelope-large-symmetric-group");
    case KITH_BOX2_DM:
        return KITH_LIT("envelope-id-based-dm-converted-ed25519");
    case KITH_BOX2_SELF:
        break;
    }
    return KITH_LIT("envelope-symmetric-key-for-self");
}

void kith_box2_bind(uint8_t out[KITH_BOX2_BOUND_LEN], const struct kith_pubkey *author, const struct kith_msgid *previous) {
    uint8_t id[KITH_BFE_LEN];
    size_t at = kith_slp_put(out, 0, KITH_LIT("envelope"));
    kith_bfe_feed(id, author);
    at = kith_slp_put(out, at, kith_bytes(id, sizeof id));
    kith_bfe_message(id, previous);
    at = kith_slp_put(out, at, kith_bytes(id, sizeof id));
    KITH_ASSERT(at == KITH_BOX2_BOUND_LEN);
}

void kith_box2_derive(struct kith_symkey *out, const uint8_t bound[KITH_BOX2_BOUND_LEN], const struct kith_symkey *from,
                      struct kith_bytes label) {
    uint8_t info[INFO_MAX];
    KITH_ASSERT(label.len <= 32);
    memcpy(info, bound, KITH_BOX2_BOUND_LEN);
    size_t len = kith_slp_put(info, KITH_BOX2_BOUND_LEN, label);
    kith_hkdf_expand_sha256(out, from, kith_bytes(info, len));
}

void kith_box2_cover(struct kith_symkey *out, const uint8_t bound[KITH_BOX2_BOUND_LEN], const struct kith_symkey *key,
                     struct kith_bytes scheme) {
    uint8_t info[INFO_MAX];
    KITH_ASSERT(scheme.len <= 64);
    memcpy(info, bound, KITH_BOX2_BOUND_LEN);
    size_t len = kith_slp_put(info, KITH_BOX2_BOUND_LEN, KITH_LIT("slot_key"));
    len = kith_slp_put(info, len, scheme);
    kith_hkdf_expand_sha256(out, key, kith_bytes(info, len));
}

static void mix(uint8_t out[SLOT_LEN], const uint8_t a[SLOT_LEN], const uint8_t b[SLOT_LEN]) {
    for (size_t i = 0; i < SLOT_LEN; i++)
        out[i] = a[i] ^ b[i];
}

void kith_box2_key_new(struct kith_box2_key *out, enum kith_box2_scheme scheme, const struct kith_rng *rng) {
    kith_rng_fill(rng, out->key.b, sizeof out->key.b);
    out->scheme = scheme;
}

size_t kith_box2_len(size_t text_len, size_t count) {
    return kith_base64_len(SLOTS_AT + count * SLOT_LEN + KITH_MAC_LEN + text_len) + 5;
}

/* Only the first slot may be a group's: readers try its key there and nowhere else. */
static bool fit(const struct kith_box2_key *recipients, size_t count) {
    if (count < 1 || count > KITH_BOX2_MAX_RECIPIENTS)
        return false;
    for (size_t i = 1; i < count; i++)
        if (recipients[i].scheme == KITH_BOX2_GROUP)
            return false;
    return true;
}

/* envelope-spec's boxZerodMsgKey: what a broken source of randomness gives hides nothing. */
static bool is_zero(const struct kith_symkey *key) {
    static const struct kith_symkey zero;
    return kith_secret_eq(key, &zero, sizeof zero);
}

static void seal_parts(uint8_t *box, size_t body_at, struct kith_bytes text, const uint8_t bound[KITH_BOX2_BOUND_LEN],
                       const struct kith_symkey *read_key) {
    struct kith_symkey part;
    uint8_t header[HEADER_LEN] = {0};
    kith_put_u16le(header, (uint16_t)body_at);
    kith_box2_derive(&part, bound, read_key, KITH_LIT("header_key"));
    kith_secretbox_seal(box, kith_bytes(header, sizeof header), &no_nonce, &part);
    kith_box2_derive(&part, bound, read_key, KITH_LIT("body_key"));
    kith_secretbox_seal(box + body_at, text, &no_nonce, &part);
    kith_wipe(&part, sizeof part);
}

int kith_box2_seal(struct kith_buf *out, struct kith_bytes text, const struct kith_pubkey *author,
                   const struct kith_msgid *previous, const struct kith_box2_key *recipients, size_t count,
                   const struct kith_rng *rng, struct kith_symkey *read_key) {
    uint8_t bound[KITH_BOX2_BOUND_LEN];
    struct kith_symkey msg_key, reading, cover;
    if (!text.len || !fit(recipients, count))
        return KITH_ERR_ARG;
    kith_rng_fill(rng, msg_key.b, sizeof msg_key.b);
    if (is_zero(&msg_key))
        return KITH_ERR_ARG;
    kith_box2_bind(bound, author, previous);
    kith_box2_derive(&reading, bound, &msg_key, KITH_LIT("read_key"));

    size_t body_at = SLOTS_AT + count * SLOT_LEN, len = body_at + KITH_MAC_LEN + text.len;
    uint8_t *box = kith_alloc(len);
    for (size_t i = 0; i < count; i++) {
        kith_box2_cover(&cover, bound, &recipients[i].key, scheme_name(recipients[i].scheme));
        mix(box + SLOTS_AT + i * SLOT_LEN, msg_key.b, cover.b);
    }
    seal_parts(box, body_at, text, bound, &reading);
    kith_base64_put(out, kith_bytes(box, len));
    kith_buf_put_str(out, ".box2");
    kith_free(box);
    if (read_key)
        *read_key = reading;
    kith_wipe(&msg_key, sizeof msg_key);
    kith_wipe(&reading, sizeof reading);
    kith_wipe(&cover, sizeof cover);
    return KITH_OK;
}

int kith_box2_begin(struct kith_box2_opener *o, struct kith_bytes content, const struct kith_pubkey *author,
                    const struct kith_msgid *previous) {
    o->slots = 0;
    kith_buf_clear(&o->box);
    if (!kith_bytes_ends(content, ".box2"))
        return KITH_ERR_SYNTAX;
    content.len -= 5;
    size_t cap = content.len / 4 * 3;
    kith_buf_reserve(&o->box, cap);
    if (kith_base64_parse(content, o->box.p, cap, &o->box.len)) {
        o->box.len = 0;
        return KITH_ERR_SYNTAX;
    }
    if (o->box.len < SLOTS_AT + SLOT_LEN + BODY_MIN)
        return KITH_ERR_SYNTAX;
    size_t room = (o->box.len - SLOTS_AT - BODY_MIN) / SLOT_LEN;
    o->slots = room < KITH_BOX2_MAX_RECIPIENTS ? room : KITH_BOX2_MAX_RECIPIENTS;
    kith_box2_bind(o->bound, author, previous);
    return KITH_OK;
}

/* Whether the slot holds the message key for this cover: then the header opens, and read_key is right. */
static bool try_slot(struct kith_box2_opener *o, size_t slot, const struct kith_symkey *cover, uint8_t header[HEADER_LEN]) {
    struct kith_symkey msg_key, header_key;
    mix(msg_key.b, o->box.p + SLOTS_AT + slot * SLOT_LEN, cover->b);
    kith_box2_derive(&o->read_key, o->bound, &msg_key, KITH_LIT("read_key"));
    kith_box2_derive(&header_key, o->bound, &o->read_key, KITH_LIT("header_key"));
    bool opens = kith_secretbox_open(header, kith_bytes(o->box.p, SLOTS_AT), &no_nonce, &header_key) == KITH_OK;
    if (opens) {
        kith_wipe(&msg_key, sizeof msg_key);
        kith_wipe(&header_key, sizeof header_key);
    }
    return opens;
}

/* The writer may have put something of its own between the slots and the body. */
static int open_body(const struct kith_box2_opener *o, size_t slot, const uint8_t header[HEADER_LEN], struct kith_buf *out) {
    struct kith_symkey body_key;
    size_t at = kith_get_u16le(header);
    if (at < SLOTS_AT + (slot + 1) * SLOT_LEN || at + BODY_MIN > o->box.len)
        return KITH_ERR_CRYPTO;
    struct kith_bytes body = kith_bytes(o->box.p + at, o->box.len - at);
    kith_box2_derive(&body_key, o->bound, &o->read_key, KITH_LIT("body_key"));
    kith_buf_reserve(out, body.len);
    int err = kith_secretbox_open(out->p + out->len, body, &no_nonce, &body_key);
    if (!err)
        out->len += body.len - KITH_MAC_LEN;
    kith_wipe(&body_key, sizeof body_key);
    return err;
}

int kith_box2_try(struct kith_box2_opener *o, const struct kith_box2_key *key, struct kith_buf *out) {
    struct kith_symkey cover;
    uint8_t header[HEADER_LEN];
    size_t tries = key->scheme == KITH_BOX2_GROUP && o->slots ? 1 : o->slots;
    int err = KITH_ERR_NOT_FOUND;
    if (tries)
        kith_box2_cover(&cover, o->bound, &key->key, scheme_name(key->scheme));
    for (size_t i = 0; i < tries && err == KITH_ERR_NOT_FOUND; i++)
        if (try_slot(o, i, &cover, header))
            err = open_body(o, i, header, out);
    kith_wipe(&cover, sizeof cover);
    return err;
}

void kith_box2_wipe(struct kith_box2_opener *o) {
    kith_buf_wipe(&o->box);
    kith_wipe(o, sizeof *o);
}
