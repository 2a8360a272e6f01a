/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void kith_base64_write(char *out, const uint8_t *in, size_t len) {
    for (; len >= 3; len -= 3, in += 3) {
        uint32_t v = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
        *out++ = alphabet[v >> 18];
        *out++ = alphabet[v >> 12 & 63];
        *out++ = alphabet[v >> 6 & 63];
        *out++ = alphabet[v & 63];
    }
    if (len) {
        uint32_t v = (uint32_t)in[0] << 16 | (len == 2 ? (uint32_t)in[1] << 8 : 0);
        *out++ = alphabet[v >> 18];
        *out++ = alphabet[v >> 12 & 63];
        *out++ = len == 2 ? alphabet[v >> 6 & 63] : '=';
        *out++ = '=';
    }
}

void kith_base64_put(struct kith_buf *out, struct kith_bytes in) {
    if (!in.len)
        return;
    kith_buf_reserve(out, kith_base64_len(in.len));
    kith_base64_write((char *)out->p + out->len, in.p, in.len);
    out->len += kith_base64_len(in.len);
}

/* Value of a character, -1 for what is none; 128 and above are none. Every key, id and signature of
 * every message goes through it, so it is a table. */
static const int8_t sextets[128] = {
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 62, -1, -1, -1, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1, -1,
    -1,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, -1,
    -1, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, -1, -1, -1, -1, -1,
};

static int sextet(uint8_t c) {
    return c < 128 ? sextets[c] : -1;
}

/* Four characters to 24 bits; negative if one of them is none. */
static int32_t group(const uint8_t *p) {
    int a = sextet(p[0]), b = sextet(p[1]), c = sextet(p[2]), d = sextet(p[3]);
    return (a | b | c | d) < 0 ? -1 : a << 18 | b << 12 | c << 6 | d;
}

/* The last group, with one or two '=': the bits that it does not use must be zero. */
static int parse_padded(const uint8_t *p, size_t pad, uint8_t *out) {
    uint8_t digits[4] = {p[0], p[1], pad == 2 ? 'A' : p[2], 'A'};
    int32_t v = group(digits);
    if (v < 0 || (v & (pad == 2 ? 0xffff : 0xff)))
        return KITH_ERR_SYNTAX;
    out[0] = (uint8_t)(v >> 16);
    if (pad == 1)
        out[1] = (uint8_t)(v >> 8);
    return KITH_OK;
}

int kith_base64_parse(struct kith_bytes text, uint8_t *out, size_t cap, size_t *len) {
    size_t n, pad = 0, whole;
    *len = 0;
    if (text.len % 4)
        return KITH_ERR_SYNTAX;
    if (text.len && text.p[text.len - 1] == '=')
        pad = text.p[text.len - 2] == '=' ? 2 : 1;
    n = text.len / 4 * 3 - pad;
    if (n > cap)
        return KITH_ERR_SIZE;
    whole = text.len - (pad ? 4 : 0);
    for (size_t i = 0; i < whole; i += 4, out += 3) {
        int32_t v = group(text.p + i);
        if (v < 0)
            return KITH_ERR_SYNTAX;
        out[0] = (uint8_t)(v >> 16);
        out[1] = (uint8_t)(v >> 8);
        out[2] = (uint8_t)v;
    }
    if (pad && parse_padded(text.p + whole, pad, out))
        return KITH_ERR_SYNTAX;
    *len = n;
    return KITH_OK;
}

void kith_base64url_put(struct kith_buf *out, struct kith_bytes in) {
    size_t at = out->len;
    kith_base64_put(out, in);
    while (out->len > at && out->p[out->len - 1] == '=')
        out->len--;
    for (; at < out->len; at++) {
        if (out->p[at] == '+')
            out->p[at] = '-';
        else if (out->p[at] == '/')
            out->p[at] = '_';
    }
}

int kith_base64url_parse(struct kith_bytes text, uint8_t *out, size_t cap, size_t *len) {
    struct kith_buf plain = {0};
    int err = KITH_OK;
    kith_buf_reserve(&plain, text.len + 3);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.p[i];
        if (c == '+' || c == '/' || c == '=')
            err = KITH_ERR_SYNTAX;
        kith_buf_put_u8(&plain, c == '-' ? '+' : c == '_' ? '/' : c);
    }
    while (plain.len % 4)
        kith_buf_put_u8(&plain, '=');
    if (!err)
        err = kith_base64_parse(kith_buf_bytes(&plain), out, cap, len);
    if (plain.p)
        memset(plain.p, 0, plain.len); /* it may have been a secret */
    kith_buf_wipe(&plain);
    return err;
}
