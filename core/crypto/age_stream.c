/* SPDX-License-Identifier: MIT */
/* The payload: chunks of 64 KiB, each sealed with its number and with whether it is the last, so that
 * none can be taken away, moved or added. */
#include "crypto/age.h"

static void nonce_of(struct kith_aead_nonce *out, uint64_t count, bool last) {
    *out = (struct kith_aead_nonce){{0}};
    for (unsigned i = 0; i < 8; i++)
        out->b[10 - i] = (uint8_t)(count >> (8 * i));
    out->b[11] = last;
}

void kith_age_chunk_seal(struct kith_age_stream *s, struct kith_bytes text, bool last, struct kith_buf *out) {
    struct kith_aead_nonce nonce;
    nonce_of(&nonce, s->count++, last);
    kith_buf_reserve(out, text.len + KITH_MAC_LEN);
    kith_aead_seal(out->p + out->len, text, &nonce, &s->key);
    out->len += text.len + KITH_MAC_LEN;
}

int kith_age_chunk_open(struct kith_age_stream *s, struct kith_bytes box, bool last, struct kith_buf *out) {
    struct kith_aead_nonce nonce;
    nonce_of(&nonce, s->count, last);
    kith_buf_reserve(out, box.len);
    if (kith_aead_open(out->p + out->len, box, &nonce, &s->key))
        return KITH_ERR_CORRUPT;
    out->len += box.len - KITH_MAC_LEN;
    s->count++;
    return KITH_OK;
}

void kith_age_stream_wipe(struct kith_age_stream *s) {
    if (s->part.p)
        kith_wipe(s->part.p, s->part.cap);
    kith_buf_wipe(&s->part);
    kith_wipe(s, sizeof *s);
}

/* A full chunk is sealed when more follows: the last one may be full, and is never empty beside others. */
void kith_age_seal_put(struct kith_age_seal *s, struct kith_bytes text, struct kith_buf *out) {
    struct kith_buf *part = &s->stream.part;
    kith_buf_reserve(part, KITH_AGE_CHUNK - part->len);
    while (text.len) {
        size_t room = KITH_AGE_CHUNK - part->len, len = text.len < room ? text.len : room;
        if (!room) {
            kith_age_chunk_seal(&s->stream, kith_buf_bytes(part), false, out);
            kith_buf_clear(part);
            continue;
        }
        kith_buf_put(part, text.p, len);
        text = kith_bytes_skip(text, len);
    }
}

void kith_age_seal_end(struct kith_age_seal *s, struct kith_buf *out) {
    kith_age_chunk_seal(&s->stream, kith_buf_bytes(&s->stream.part), true, out);
    kith_age_seal_wipe(s);
}

void kith_age_seal_wipe(struct kith_age_seal *s) {
    kith_age_stream_wipe(&s->stream);
}
