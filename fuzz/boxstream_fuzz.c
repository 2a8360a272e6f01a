/* SPDX-License-Identifier: MIT */
/* boxstream_fuzz.c: packets of any lengths go through hands that change, drop and repeat bytes.
 * What comes out is always a prefix of what went in, and there is an end only if all of it came. */
#include "wire/boxstream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct kith_handshake_session keys = {{{1}}, {{1}}, {{2}}, {{2}}};

static void read_back(struct kith_bytes wire, struct kith_bytes text, size_t chunk, bool honest) {
    static struct kith_boxstream b;
    static uint8_t out[KITH_BOX_MAX_BODY];
    size_t at = 0, got = 0, used, len;
    kith_boxstream_init(&b, &keys);
    while (at < wire.len && !b.in_ended) {
        size_t n = wire.len - at < chunk ? wire.len - at : chunk;
        int err = kith_boxstream_open(&b, wire.p + at, n, &used, out, &len);
        if (err) {
            KITH_ASSERT(!honest && kith_boxstream_eof(&b) == KITH_ERR_HANGUP);
            return;
        }
        KITH_ASSERT(used || len);
        KITH_ASSERT(len <= text.len - got && (!len || memcmp(out, text.p + got, len) == 0));
        got += len;
        at += used;
    }
    if (honest || b.in_ended)
        KITH_ASSERT(b.in_ended && got == text.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t text[32 * KITH_BOX_MAX_BODY];
    static struct kith_boxstream b;
    struct kith_buf wire = {0};
    size_t text_len = 0, script = size < 8 ? 0 : data[0] % 32 * 2u;
    if (kith_crypto_init() || size < 8 || script + 8 > size)
        return 0;
    kith_boxstream_init(&b, &keys);
    for (size_t i = 0; i < script; i += 2) {
        size_t len = (size_t)kith_get_u16le(data + 8 + i) % KITH_BOX_MAX_BODY + 1;
        memset(text + text_len, (int)i, len);
        kith_buf_reserve(&wire, KITH_BOX_MAX_PACKET);
        kith_boxstream_seal(&b, kith_bytes(text + text_len, len), wire.p + wire.len);
        wire.len += len + KITH_BOX_HEADER_LEN;
        text_len += len;
    }
    kith_buf_reserve(&wire, KITH_BOX_HEADER_LEN);
    kith_boxstream_goodbye(&b, wire.p + wire.len);
    wire.len += KITH_BOX_HEADER_LEN;
    read_back(kith_buf_bytes(&wire), kith_bytes(text, text_len), data[1] + 1u, true);

    size_t where = kith_get_u32le(data + 2) % wire.len, cut = data[6] % (wire.len - where);
    if (data[7])
        wire.p[where] ^= data[7];
    else
        memmove(wire.p + where, wire.p + where + cut, wire.len - where - cut);
    read_back(kith_bytes(wire.p, data[7] ? wire.len : wire.len - cut), kith_bytes(text, text_len),
              data[1] + 1u, false);
    read_back(kith_bytes(data, size), kith_bytes(text, 0), data[1] + 1u, false);
    kith_buf_wipe(&wire);
    return 0;
}
