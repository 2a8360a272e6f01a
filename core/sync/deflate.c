/* SPDX-License-Identifier: MIT */
#include "sync/deflate.h"

#include <zlib.h>

#define RAW (-15) /* window of 32 KiB, and neither header nor checksum: the packet has its own */

static void *take(void *ctx, uInt items, uInt size) {
    (void)ctx;
    return kith_alloc((size_t)items * size);
}

static void give(void *ctx, void *p) {
    (void)ctx;
    kith_free(p);
}

static z_stream stream_of(struct kith_bytes in, uint8_t *out, size_t room) {
    static uint8_t nothing;
    return (z_stream){
        .zalloc = take,
        .zfree = give,
        /* zlib's input is not const, yet it does not write there. */
        .next_in = in.p ? (Bytef *)(uintptr_t)in.p : &nothing,
        .avail_in = (uInt)in.len,
        .next_out = out,
        .avail_out = (uInt)room,
    };
}

bool kith_deflate(struct kith_buf *out, struct kith_bytes in, struct kith_bytes before) {
    z_stream z;
    bool ended;
    if (!in.len || in.len > UINT32_MAX)
        return false;
    kith_buf_reserve(out, in.len);
    z = stream_of(in, out->p + out->len, in.len - 1);
    if (deflateInit2(&z, 6, Z_DEFLATED, RAW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    ended = (!before.len || deflateSetDictionary(&z, before.p, (uInt)before.len) == Z_OK) && deflate(&z, Z_FINISH) == Z_STREAM_END;
    if (ended)
        out->len += in.len - 1 - z.avail_out;
    deflateEnd(&z);
    return ended;
}

int kith_inflate(struct kith_buf *out, struct kith_bytes in, size_t len, struct kith_bytes before) {
    uint8_t beyond;
    z_stream z;
    bool ok;
    if (in.len > UINT32_MAX || len > UINT32_MAX)
        return KITH_ERR_SYNTAX;
    kith_buf_reserve(out, len ? len : 1);
    z = stream_of(in, out->p + out->len, len);
    if (inflateInit2(&z, RAW) != Z_OK)
        return KITH_ERR_SYNTAX;
    ok = (!before.len || inflateSetDictionary(&z, before.p, (uInt)before.len) == Z_OK) && inflate(&z, Z_FINISH) == Z_STREAM_END;
    if (!ok && !z.avail_out) { /* the end of the stream may still have to be read */
        z.next_out = &beyond;
        z.avail_out = 1;
        ok = inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_out == 1;
    }
    ok = ok && !z.avail_in && z.total_out == len;
    inflateEnd(&z);
    if (!ok)
        return KITH_ERR_SYNTAX;
    out->len += len;
    return KITH_OK;
}
