/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include "base/text_scan.h"

/* Past the leading ASCII, eight bytes a step. */
static const uint8_t *skip_ascii(const uint8_t *p, const uint8_t *end) {
    while (end - p >= 8 && !(kith_get_u64le(p) & KITH_EACH_HIGH))
        p += 8;
    while (p < end && *p < 0x80)
        p++;
    return p;
}

bool kith_text_is_utf8(struct kith_bytes in) {
    const uint8_t *p = in.p, *end = kith_scan_end(in);
    while ((p = skip_ascii(p, end)) < end) {
        size_t n = kith_scan_utf8(p, end);
        if (!n)
            return false;
        p += n;
    }
    return true;
}

/* How many bytes the WHATWG decoder replaces by one U+FFFD: the longest start of a well-formed
 * sequence, or one byte. */
static size_t malformed_len(const uint8_t *p, const uint8_t *end) {
    size_t left = (size_t)(end - p), want = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4, n = 1;
    uint8_t whole[4] = {p[0], 0x80, 0x80, 0x80};
    if (p[0] == 0xe0)
        whole[1] = 0xa0;
    if (p[0] == 0xf0)
        whole[1] = 0x90;
    while (n < want && n < left) {
        whole[n] = p[n];
        if (!kith_scan_utf8(whole, whole + sizeof whole))
            break;
        n++;
    }
    return n;
}

uint32_t kith_text_next(struct kith_bytes in, size_t *pos) {
    const uint8_t *p = in.p + *pos, *end = kith_scan_end(in);
    size_t n;
    if (*p < 0x80) {
        *pos += 1;
        return *p;
    }
    n = kith_scan_utf8(p, end);
    *pos += n ? n : malformed_len(p, end);
    switch (n) {
    case 2:
        return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
    case 3:
        return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    case 4:
        return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
               (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
    default:
        return 0xfffd;
    }
}

void kith_text_put(struct kith_buf *out, uint32_t c) {
    uint8_t x[4];
    if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        c = 0xfffd;
    kith_buf_put(out, x, kith_scan_encode(x, c));
}

size_t kith_text_utf16_len(struct kith_bytes in) {
    const uint8_t *p = in.p, *end = kith_scan_end(in);
    size_t units = 0;
    while (p < end) {
        const uint8_t *from = p;
        p = skip_ascii(p, end);
        units += (size_t)(p - from);
        /* Every unit but a trailing surrogate has one byte that is no continuation byte; the lead
         * byte of four stands for two units. */
        for (; p < end && *p >= 0x80; p++)
            units += (size_t)((*p & 0xc0) != 0x80) + (size_t)(*p >= 0xf0);
    }
    return units;
}

void kith_text_put_latin1(struct kith_buf *out, struct kith_bytes in) {
    size_t pos = 0;
    kith_buf_reserve(out, in.len);
    while (pos < in.len) {
        size_t run = (size_t)(skip_ascii(in.p + pos, in.p + in.len) - (in.p + pos));
        kith_buf_put(out, in.p + pos, run);
        pos += run;
        while (pos < in.len && in.p[pos] >= 0x80) {
            uint32_t c = kith_text_next(in, &pos);
            if (c >= 0x10000) {
                c -= 0x10000;
                kith_buf_put_u8(out, (uint8_t)(c >> 10)); /* low byte of 0xd800 + (c >> 10) */
            }
            kith_buf_put_u8(out, (uint8_t)c); /* for a pair: low byte of 0xdc00 + (c & 0x3ff) */
        }
    }
}
