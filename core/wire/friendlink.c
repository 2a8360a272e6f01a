/* SPDX-License-Identifier: MIT */
#include "wire/friendlink.h"

#include "base/base64.h"
#include "base/text.h"

#define VERSION 1
#define RAW_LEN (1 + 4 + 32 + 32 + 16)
#define MARK "#/i/"

_Static_assert(KITH_FRIENDLINK_LEN == (RAW_LEN * 8 + 5) / 6, "85 bytes");

static void put_code(struct kith_buf *out, const struct kith_friendlink *link) {
    uint8_t raw[RAW_LEN];
    raw[0] = VERSION;
    kith_put_u32le(raw + 1, link->expires_s);
    memcpy(raw + 5, link->inviter.b, 32);
    memcpy(raw + 37, link->address.b, 32);
    memcpy(raw + 69, link->secret.b, 16);
    kith_base64url_put(out, kith_bytes(raw, sizeof raw));
    kith_wipe(raw, sizeof raw);
}

/* What RFC 3986 calls unreserved stands for itself. */
static bool is_plain(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

static void put_name(struct kith_buf *out, const char *name) {
    static const char digits[] = "0123456789ABCDEF";
    for (const uint8_t *c = (const uint8_t *)name; *c; c++) {
        if (!is_plain(*c)) {
            kith_buf_put_u8(out, '%');
            kith_buf_put_u8(out, (uint8_t)digits[*c >> 4]);
        }
        kith_buf_put_u8(out, is_plain(*c) ? *c : (uint8_t)digits[*c & 15]);
    }
}

void kith_friendlink_put(struct kith_buf *out, const struct kith_friendlink *link) {
    kith_buf_put_bytes(out, link->origin);
    kith_buf_put_str(out, "/" MARK);
    put_code(out, link);
    if (link->name[0]) {
        kith_buf_put_str(out, "?n=");
        put_name(out, link->name);
    }
}

static int parse_code(struct kith_friendlink *out, struct kith_bytes code) {
    uint8_t raw[RAW_LEN];
    size_t len;
    if (code.len < KITH_FRIENDLINK_LEN)
        return KITH_ERR_SYNTAX;
    code.len = KITH_FRIENDLINK_LEN;
    if (kith_base64url_parse(code, raw, sizeof raw, &len) || len != RAW_LEN || raw[0] != VERSION)
        return KITH_ERR_SYNTAX;
    out->expires_s = kith_get_u32le(raw + 1);
    memcpy(out->inviter.b, raw + 5, 32);
    memcpy(out->address.b, raw + 37, 32);
    memcpy(out->secret.b, raw + 69, 16);
    kith_wipe(raw, sizeof raw);
    return KITH_OK;
}

static int hex(uint8_t c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Into out, "" if it is no name to show. What follows a '&' is not the name's. */
static void parse_name(char out[KITH_FRIENDLINK_NAME_MAX + 1], struct kith_bytes text) {
    size_t len = 0;
    for (size_t i = 0; i < text.len && text.p[i] != '&'; i++) {
        int c = text.p[i];
        if (c == '%') {
            bool whole = i + 2 < text.len;
            int high = whole ? hex(text.p[i + 1]) : -1, low = whole ? hex(text.p[i + 2]) : -1;
            c = high < 0 || low < 0 ? 0 : high << 4 | low;
            i += 2;
        }
        if (c < ' ' || c == 127 || len >= KITH_FRIENDLINK_NAME_MAX) {
            len = 0;
            break;
        }
        out[len++] = (char)c;
    }
    if (!kith_text_is_utf8(kith_bytes(out, len)))
        len = 0;
    out[len] = 0;
}

/* Where MARK stands; text.len if nowhere. */
static size_t find_mark(struct kith_bytes text) {
    size_t len = sizeof MARK - 1;
    for (size_t i = 0; i + len <= text.len; i++) {
        if (!memcmp(text.p + i, MARK, len))
            return i;
    }
    return text.len;
}

int kith_friendlink_parse(struct kith_friendlink *out, struct kith_bytes text) {
    struct kith_bytes code = text;
    size_t at;
    *out = (struct kith_friendlink){0};
    if (text.len > KITH_FRIENDLINK_MAX)
        return KITH_ERR_SIZE;
    while (code.len && code.p[0] <= ' ')
        code = kith_bytes_skip(code, 1);
    while (code.len && code.p[code.len - 1] <= ' ')
        code.len--;
    at = find_mark(code);
    if (at < code.len) {
        out->origin = kith_bytes(code.p, at);
        if (at && code.p[at - 1] == '/')
            out->origin.len--;
        for (size_t i = 0; i < out->origin.len; i++) {
            if (out->origin.p[i] <= ' ' || out->origin.p[i] == '#' || out->origin.p[i] == 127)
                return KITH_ERR_SYNTAX;
        }
        code = kith_bytes_skip(code, at + sizeof MARK - 1);
    }
    if (parse_code(out, code))
        return KITH_ERR_SYNTAX;
    code = kith_bytes_skip(code, KITH_FRIENDLINK_LEN);
    if (kith_bytes_starts(code, "?n="))
        parse_name(out->name, kith_bytes_skip(code, 3));
    else if (code.len)
        return KITH_ERR_SYNTAX;
    return KITH_OK;
}
