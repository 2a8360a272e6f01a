/* SPDX-License-Identifier: MIT */
/* json_text.h: how JSON.stringify writes one character; shared by the parser and the printer of
 * this folder. */
#ifndef KITH_BASE_JSON_TEXT_H
#define KITH_BASE_JSON_TEXT_H

#include "base/bytes.h"
#include "base/number.h"

#define KITH_JSON_MAX_CHAR 6 /* \uxxxx */

/* The letter of a short escape (ECMA-262, QuoteJSONString), 0 if the character has none. */
static inline uint8_t kith_json_short_escape(uint32_t c) {
    switch (c) {
    case '\b':
        return 'b';
    case '\t':
        return 't';
    case '\n':
        return 'n';
    case '\f':
        return 'f';
    case '\r':
        return 'r';
    case '"':
    case '\\':
        return (uint8_t)c;
    default:
        return 0;
    }
}

static inline bool kith_json_is_surrogate(uint32_t c) {
    return c >= 0xd800 && c < 0xe000;
}

/* Writes the escape of a character that needs one: control, quote, backslash or lone surrogate.
 * Returns its length, 0 if the character is printed raw. */
static inline size_t kith_json_escape(uint8_t out[KITH_JSON_MAX_CHAR], uint32_t c) {
    static const char hex[] = "0123456789abcdef";
    out[0] = '\\';
    out[1] = kith_json_short_escape(c);
    if (out[1])
        return 2;
    if (c >= 0x20 && !kith_json_is_surrogate(c))
        return 0;
    out[1] = 'u';
    for (unsigned i = 0; i < 4; i++)
        out[2 + i] = (uint8_t)hex[c >> (12 - 4 * i) & 15];
    return 6;
}

/* The value of four hexadecimal digits, -1 if there are no four. */
static inline int32_t kith_json_hex4(const uint8_t *p, const uint8_t *end) {
    int32_t v = 0;
    if (end - p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        uint8_t c = p[i], low = c | 0x20;
        if (c >= '0' && c <= '9')
            v = v << 4 | (c - '0');
        else if (low >= 'a' && low <= 'f')
            v = v << 4 | (low - 'a' + 10);
        else
            return -1;
    }
    return v;
}

/* A number as JSON.stringify prints it: "null" if it is not finite. Returns the length. */
size_t kith_json_number_text(char out[KITH_NUMBER_MAX_LEN], double v);

#endif
