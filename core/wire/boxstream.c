/* SPDX-License-Identifier: MIT */
#include "wire/boxstream.h"

enum { HEADER_TEXT = 18 }; /* u16be || MAC */

static void count_up(struct kith_nonce *n) {
    for (size_t i = sizeof n->b; i-- > 0 && ++n->b[i] == 0;)
        ;
}

void kith_boxstream_init(struct kith_boxstream *b, const struct kith_handshake_session *s) {
    memset(b, 0, sizeof *b);
    b->s = *s;
}

void kith_boxstream_wipe(struct kith_boxstream *b) {
    kith_wipe(b, sizeof *b);
}

void kith_boxstream_seal(struct kith_boxstream *b, struct kith_bytes text, uint8_t *out) {
    uint8_t header[HEADER_TEXT];
    struct kith_nonce first = b->s.out_nonce;
    struct kith_mac mac;
    KITH_ASSERT(text.len && text.len <= KITH_BOX_MAX_BODY && !b->out_ended);
    count_up(&b->s.out_nonce);
    kith_secretbox_seal_detached(out + KITH_BOX_HEADER_LEN, &mac, text, &b->s.out_nonce,
                                 &b->s.out_key);
    count_up(&b->s.out_nonce);
    kith_put_u16be(header, (uint16_t)text.len);
    memcpy(header + 2, mac.b, sizeof mac.b);
    kith_secretbox_seal(out, kith_bytes(header, sizeof header), &first, &b->s.out_key);
}

void kith_boxstream_goodbye(struct kith_boxstream *b, uint8_t out[KITH_BOX_HEADER_LEN]) {
    static const uint8_t zeros[HEADER_TEXT];
    KITH_ASSERT(!b->out_ended);
    b->out_ended = true;
    kith_secretbox_seal(out, kith_bytes(zeros, sizeof zeros), &b->s.out_nonce, &b->s.out_key);
}

static int open_header(struct kith_boxstream *b, const uint8_t *in) {
    static const uint8_t zeros[HEADER_TEXT];
    uint8_t header[HEADER_TEXT];
    if (kith_secretbox_open(header, kith_bytes(in, KITH_BOX_HEADER_LEN), &b->s.in_nonce,
                            &b->s.in_key))
        return KITH_ERR_CRYPTO;
    count_up(&b->s.in_nonce);
    b->body_len = kith_get_u16be(header);
    memcpy(b->body_mac.b, header + 2, sizeof b->body_mac.b);
    if (memcmp(header, zeros, sizeof zeros) == 0)
        b->in_ended = true;
    else if (!b->body_len || b->body_len > KITH_BOX_MAX_BODY)
        return KITH_ERR_SIZE;
    return KITH_OK;
}

static int open_body(struct kith_boxstream *b, const uint8_t *in, uint8_t *text, size_t *text_len) {
    if (kith_secretbox_open_detached(text, &b->body_mac, kith_bytes(in, b->body_len),
                                     &b->s.in_nonce, &b->s.in_key))
        return KITH_ERR_CRYPTO;
    count_up(&b->s.in_nonce);
    *text_len = b->body_len;
    b->body_len = 0;
    return KITH_OK;
}

/* `want` bytes in one piece: in the input if they all are there, else gathered. NULL: not yet. */
static const uint8_t *piece(struct kith_boxstream *b, size_t want, const uint8_t *in, size_t len,
                            size_t *used) {
    size_t n = want - b->held_len;
    if (!b->held_len && len - *used >= want) {
        *used += want;
        return in + *used - want;
    }
    if (n > len - *used)
        n = len - *used;
    if (n)
        memcpy(b->held + b->held_len, in + *used, n);
    *used += n;
    b->held_len = (uint16_t)(b->held_len + n);
    if (b->held_len < want)
        return NULL;
    b->held_len = 0;
    return b->held;
}

int kith_boxstream_open(struct kith_boxstream *b, const uint8_t *in, size_t len, size_t *used,
                        uint8_t text[KITH_BOX_MAX_BODY], size_t *text_len) {
    *used = 0;
    *text_len = 0;
    if (b->failed)
        return KITH_ERR_CRYPTO;
    while (!b->in_ended && !*text_len) {
        bool header = !b->body_len;
        const uint8_t *p = piece(b, header ? KITH_BOX_HEADER_LEN : b->body_len, in, len, used);
        int err;
        if (!p)
            break;
        err = header ? open_header(b, p) : open_body(b, p, text, text_len);
        if (err) {
            b->failed = true;
            return err;
        }
    }
    return KITH_OK;
}

int kith_boxstream_eof(const struct kith_boxstream *b) {
    return b->in_ended ? KITH_OK : KITH_ERR_HANGUP;
}
