/* SPDX-License-Identifier: MIT */
#include "feed/box1.h"

#include "base/base64.h"

#define NONCE_LEN 24
#define SLOTS_AT (NONCE_LEN + 32)
#define SLOT_TEXT_LEN (1 + 32) /* the number of recipients, the body's key */
#define SLOT_LEN (SLOT_TEXT_LEN + KITH_MAC_LEN)

/* Writes one slot for each recipient. */
static int put_slots(uint8_t *out, const struct kith_nonce *nonce, const struct kith_dhsec *onetime,
                     const struct kith_pubkey *recipients, size_t count,
                     const struct kith_symkey *key) {
    uint8_t slot[SLOT_TEXT_LEN];
    struct kith_symkey shared = {{0}};
    int err = KITH_OK;
    slot[0] = (uint8_t)count;
    memcpy(slot + 1, key->b, sizeof key->b);
    for (size_t i = 0; i < count && !err; i++) {
        struct kith_dhpub pub;
        err = kith_dh_from_pubkey(&pub, &recipients[i]);
        if (!err)
            err = kith_dh_shared(&shared, onetime, &pub);
        if (!err)
            kith_secretbox_seal(out + i * SLOT_LEN, kith_bytes(slot, sizeof slot), nonce, &shared);
    }
    kith_wipe(slot, sizeof slot);
    kith_wipe(&shared, sizeof shared);
    return err;
}

int kith_box1_seal(struct kith_buf *out, struct kith_bytes text,
                   const struct kith_pubkey *recipients, size_t count, const struct kith_rng *rng) {
    struct kith_nonce nonce;
    struct kith_symkey key;
    struct kith_dhpub onetime_pub;
    struct kith_dhsec onetime;
    if (count < 1 || count > KITH_BOX1_MAX_RECIPIENTS)
        return KITH_ERR_ARG;
    kith_rng_fill(rng, nonce.b, sizeof nonce.b);
    kith_rng_fill(rng, key.b, sizeof key.b);
    kith_dh_keypair(&onetime_pub, &onetime, rng);

    size_t body_at = SLOTS_AT + count * SLOT_LEN;
    size_t len = body_at + KITH_MAC_LEN + text.len;
    uint8_t *box = kith_alloc(len);
    memcpy(box, nonce.b, sizeof nonce.b);
    memcpy(box + NONCE_LEN, onetime_pub.b, sizeof onetime_pub.b);
    int err = put_slots(box + SLOTS_AT, &nonce, &onetime, recipients, count, &key);
    if (!err) {
        kith_secretbox_seal(box + body_at, text, &nonce, &key);
        kith_base64_put(out, kith_bytes(box, len));
        kith_buf_put_str(out, ".box");
    }
    kith_free(box);
    kith_wipe(&key, sizeof key);
    kith_wipe(&onetime, sizeof onetime);
    return err;
}

/* Finds the slot that opens; false if none does. Slots that would leave no room for a body are not
 * tried, as private-box does not. */
static bool find_slot(struct kith_bytes box, const struct kith_nonce *nonce,
                      const struct kith_symkey *shared, uint8_t slot[SLOT_TEXT_LEN]) {
    for (size_t i = 0; i < KITH_BOX1_MAX_SLOTS; i++) {
        size_t at = SLOTS_AT + i * SLOT_LEN;
        if (at + SLOT_LEN + KITH_MAC_LEN > box.len)
            return false;
        if (kith_secretbox_open(slot, kith_bytes(box.p + at, SLOT_LEN), nonce, shared) == KITH_OK)
            return true;
    }
    return false;
}

static int open_body(struct kith_buf *out, struct kith_bytes box, const struct kith_nonce *nonce,
                     const uint8_t slot[SLOT_TEXT_LEN]) {
    struct kith_symkey key;
    struct kith_bytes body = kith_bytes_skip(box, SLOTS_AT + (size_t)slot[0] * SLOT_LEN);
    if (body.len < KITH_MAC_LEN)
        return KITH_ERR_CRYPTO;
    memcpy(key.b, slot + 1, sizeof key.b);
    kith_buf_reserve(out, body.len);
    int err = kith_secretbox_open(out->p + out->len, body, nonce, &key);
    if (!err)
        out->len += body.len - KITH_MAC_LEN;
    kith_wipe(&key, sizeof key);
    return err;
}

static int open_box(struct kith_buf *out, struct kith_bytes box, const struct kith_seckey *reader) {
    struct kith_nonce nonce;
    struct kith_dhpub onetime;
    struct kith_dhsec sec;
    struct kith_symkey shared;
    uint8_t slot[SLOT_TEXT_LEN];
    if (box.len < SLOTS_AT + SLOT_LEN + KITH_MAC_LEN)
        return KITH_ERR_SYNTAX;
    memcpy(nonce.b, box.p, sizeof nonce.b);
    memcpy(onetime.b, box.p + NONCE_LEN, sizeof onetime.b);
    int err = kith_dh_from_seckey(&sec, reader);
    /* A one-time key of small order was made for nobody. */
    if (!err && kith_dh_shared(&shared, &sec, &onetime))
        err = KITH_ERR_NOT_FOUND;
    if (!err)
        err = find_slot(box, &nonce, &shared, slot) ? open_body(out, box, &nonce, slot)
                                                    : KITH_ERR_NOT_FOUND;
    kith_wipe(&sec, sizeof sec);
    kith_wipe(&shared, sizeof shared);
    kith_wipe(slot, sizeof slot);
    return err;
}

int kith_box1_open(struct kith_buf *out, struct kith_bytes content,
                   const struct kith_seckey *reader) {
    size_t len = 0;
    if (!kith_bytes_ends(content, ".box"))
        return KITH_ERR_SYNTAX;
    content.len -= 4;
    size_t cap = content.len / 4 * 3;
    uint8_t *box = kith_alloc(cap);
    int err = kith_base64_parse(content, box, cap, &len);
    err = err ? KITH_ERR_SYNTAX : open_box(out, kith_bytes(box, len), reader);
    kith_free(box);
    return err;
}
