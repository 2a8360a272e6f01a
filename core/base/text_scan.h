/* SPDX-License-Identifier: MIT */
/* text_scan.h: the two inner loops that UTF-8 and JSON share; for the sources of this folder only.
 */
#ifndef KITH_BASE_TEXT_SCAN_H
#define KITH_BASE_TEXT_SCAN_H

#include "base/bytes.h"

#define KITH_EACH_BYTE 0x0101010101010101u
#define KITH_EACH_HIGH 0x8080808080808080u

/* The end of a view; C has no NULL + 0. */
static inline const uint8_t *kith_scan_end(struct kith_bytes in) {
    return in.len ? in.p + in.len : in.p;
}

/* Past the longest run that needs no attention inside a JSON string: ASCII without controls, quote
 * and backslash. Eight bytes a step: subtracting makes a byte borrow exactly if it is smaller, and
 * a borrow spreads only upwards, so the lowest flag is always a true one. */
static inline const uint8_t *kith_scan_plain(const uint8_t *p, const uint8_t *end) {
    while (end - p >= 8) {
        uint64_t x = kith_get_u64le(p);
        uint64_t quote = x ^ ('"' * KITH_EACH_BYTE), slash = x ^ ('\\' * KITH_EACH_BYTE);
        uint64_t stop = (x - 0x20 * KITH_EACH_BYTE) | (quote - KITH_EACH_BYTE) |
                        (slash - KITH_EACH_BYTE) | x;
        stop &= KITH_EACH_HIGH;
        if (stop)
            return p + (__builtin_ctzll(stop) >> 3);
        p += 8;
    }
    while (p < end && *p >= 0x20 && *p < 0x80 && *p != '"' && *p != '\\')
        p++;
    return p;
}

static inline bool kith_scan_within(uint8_t c, uint8_t low, uint8_t high) {
    return c >= low && c <= high;
}

/* Length of the well-formed UTF-8 sequence at p, 0 if it is malformed; the caller has p < end and a
 * byte of 0x80 or more there. The ranges are table 3-7 of the Unicode standard. */
static inline size_t kith_scan_utf8(const uint8_t *p, const uint8_t *end) {
    size_t left = (size_t)(end - p);
    uint8_t c = p[0];
    if (c < 0xc2 || c > 0xf4)
        return 0;
    if (c < 0xe0)
        return left >= 2 && kith_scan_within(p[1], 0x80, 0xbf) ? 2 : 0;
    if (c < 0xf0)
        return left >= 3 && kith_scan_within(p[1], c == 0xe0 ? 0xa0 : 0x80, c == 0xed ? 0x9f : 0xbf) &&
                       kith_scan_within(p[2], 0x80, 0xbf)
                   ? 3
                   : 0;
    return left >= 4 && kith_scan_within(p[1], c == 0xf0 ? 0x90 : 0x80, c == 0xf4 ? 0x8f : 0xbf) &&
                   kith_scan_within(p[2], 0x80, 0xbf) && kith_scan_within(p[3], 0x80, 0xbf)
               ? 4
               : 0;
}

/* UTF-8 of a code point of at most U+10FFFF that is no surrogate; returns its length. */
static inline size_t kith_scan_encode(uint8_t out[4], uint32_t c) {
    size_t n = 0;
    if (c < 0x80) {
        out[n++] = (uint8_t)c;
        return n;
    }
    if (c < 0x800) {
        out[n++] = (uint8_t)(0xc0 | c >> 6);
    } else if (c < 0x10000) {
        out[n++] = (uint8_t)(0xe0 | c >> 12);
        out[n++] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
    } else {
        out[n++] = (uint8_t)(0xf0 | c >> 18);
        out[n++] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
        out[n++] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
    }
    out[n++] = (uint8_t)(0x80 | (c & 0x3f));
    return n;
}

#endif
