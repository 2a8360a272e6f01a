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
    kith_buf_reserve(out, kith_base64_len(in.len));
    kith_base64_write((char *)out->p + out->len, in.p, in.len);
    out->len += kith_base64_len(in.len);
}

static int sextet(uint8_t c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

int kith_base64_parse(struct kith_bytes text, uint8_t *out, size_t cap, size_t *len) {
    size_t n, pad = 0;
    *len = 0;
    if (text.len % 4)
        return KITH_ERR_SYNTAX;
    if (text.len && text.p[text.len - 1] == '=')
        pad = text.p[text.len - 2] == '=' ? 2 : 1;
    n = text.len / 4 * 3 - pad;
    if (n > cap)
        return KITH_ERR_SIZE;
    for (size_t i = 0, o = 0; i < text.len; i += 4) {
        size_t digits = i + 4 == text.len ? 4 - pad : 4;
        uint32_t v = 0;
        for (size_t k = 0; k < 4; k++) {
            int s = k < digits ? sextet(text.p[i + k]) : 0;
            if (s < 0)
                return KITH_ERR_SYNTAX;
            v = v << 6 | (uint32_t)s;
        }
        if ((digits == 2 && (v & 0xffff)) || (digits == 3 && (v & 0xff)))
            return KITH_ERR_SYNTAX;
        out[o++] = (uint8_t)(v >> 16);
        if (digits > 2)
            out[o++] = (uint8_t)(v >> 8);
        if (digits > 3)
            out[o++] = (uint8_t)v;
    }
    *len = n;
    return KITH_OK;
}
