/* SPDX-License-Identifier: MIT */
/* ref.c: the second half of id.h: texts that people paste, and links that they share. */
#include "base/base64.h"
#include "feed/id.h"

#define KEY_TEXT 44
#define REF_MAX_LEN 1024 /* of what comes after a '#'; a ref with a key has 110 characters */

/* The one table of spellings. ssb-uri-spec 1.3 keeps "ed25519" and "sha256" as deprecated formats.
 */
struct spelling {
    const char *type, *format, *old_format;
    char sigil;
    const char *suffix;
    enum kith_ref_kind kind;
};

static const struct spelling spellings[] = {
    {"feed", "classic", "ed25519", '@', ".ed25519", KITH_REF_FEED},
    {"message", "classic", "sha256", '%', ".sha256", KITH_REF_MESSAGE},
    {"blob", "classic", "sha256", '&', ".sha256", KITH_REF_BLOB},
};
#define SPELLINGS (sizeof spellings / sizeof spellings[0])

/* Takes the part before the first `stop` off the front; all of it if there is none. */
static struct kith_bytes take_until(struct kith_bytes *rest, char stop) {
    const uint8_t *at = rest->len ? memchr(rest->p, stop, rest->len) : NULL;
    struct kith_bytes part = kith_bytes(rest->p, at ? (size_t)(at - rest->p) : rest->len);
    *rest = kith_bytes_skip(*rest, part.len + 1);
    return part;
}

static int hex(uint8_t c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undoes percent-encoding; a '%' that begins no escape stays, since it may be a sigil. */
static size_t percent_decode(uint8_t *out, size_t cap, struct kith_bytes in) {
    size_t len = 0;
    for (size_t i = 0; i < in.len && len < cap; i++) {
        uint8_t c = in.p[i];
        if (c == '%' && i + 2 < in.len && hex(in.p[i + 1]) >= 0 && hex(in.p[i + 2]) >= 0) {
            c = (uint8_t)(hex(in.p[i + 1]) << 4 | hex(in.p[i + 2]));
            i += 2;
        }
        out[len++] = c;
    }
    return len;
}

/* URL-safe base64 (RFC 4648 section 5) of 32 bytes, padding required. */
static int url_key_parse(struct kith_bytes text, uint8_t out[32]) {
    uint8_t plain[KEY_TEXT];
    size_t len = 0;
    if (text.len != KEY_TEXT)
        return KITH_ERR_SYNTAX;
    for (size_t i = 0; i < KEY_TEXT; i++) {
        if (text.p[i] == '+' || text.p[i] == '/')
            return KITH_ERR_SYNTAX;
        plain[i] = text.p[i] == '-' ? '+' : text.p[i] == '_' ? '/' : text.p[i];
    }
    if (kith_base64_parse(kith_bytes(plain, KEY_TEXT), out, 32, &len) || len != 32)
        return KITH_ERR_SYNTAX;
    return KITH_OK;
}

/* A key with the suffix ".boxs" as a query carries it: percent-encoded or not, its '+' perhaps
 * turned into a space on the way (as ssb-ref says), of either alphabet. */
static int unbox_parse(struct kith_bytes value, struct kith_symkey *out) {
    uint8_t text[KEY_TEXT + 6];
    size_t n = percent_decode(text, sizeof text, value), len = 0;
    if (n != KEY_TEXT + 5 || memcmp(text + KEY_TEXT, ".boxs", 5) != 0)
        return KITH_ERR_SYNTAX;
    for (size_t i = 0; i < KEY_TEXT; i++) {
        if (text[i] == '-' || text[i] == ' ')
            text[i] = '+';
        else if (text[i] == '_')
            text[i] = '/';
    }
    if (kith_base64_parse(kith_bytes(text, KEY_TEXT), out->b, sizeof out->b, &len) || len != 32)
        return KITH_ERR_SYNTAX;
    return KITH_OK;
}

/* "a=b&c=d": only `unbox` of a blob means something to us. */
static int query_parse(struct kith_bytes query, struct kith_ref *ref) {
    while (query.len) {
        struct kith_bytes value = take_until(&query, '&');
        struct kith_bytes name = take_until(&value, '=');
        if (ref->kind != KITH_REF_BLOB || !kith_bytes_is(name, "unbox"))
            continue;
        if (unbox_parse(value, &ref->unbox))
            return KITH_ERR_SYNTAX;
        ref->has_unbox = true;
    }
    return KITH_OK;
}

static int uri_parse(struct kith_bytes path, struct kith_ref *ref) {
    char separator = '/';
    if (kith_bytes_starts(path, "//"))
        path = kith_bytes_skip(path, 2);
    if (path.len && memchr(path.p, ':', path.len))
        separator = ':';
    struct kith_bytes type = take_until(&path, separator);
    struct kith_bytes format = take_until(&path, separator);
    for (size_t i = 0; i < SPELLINGS; i++) {
        const struct spelling *s = &spellings[i];
        if (!kith_bytes_is(type, s->type))
            continue;
        if (!kith_bytes_is(format, s->format) && !kith_bytes_is(format, s->old_format))
            continue;
        ref->kind = s->kind;
        return url_key_parse(path, ref->bytes.b);
    }
    return KITH_ERR_SYNTAX;
}

static int sigil_parse(struct kith_bytes id, struct kith_ref *ref) {
    for (size_t i = 0; i < SPELLINGS; i++) {
        const struct spelling *s = &spellings[i];
        size_t len = 0;
        if (!id.len || id.p[0] != (uint8_t)s->sigil)
            continue;
        if (id.len != 1 + KEY_TEXT + strlen(s->suffix) || !kith_bytes_ends(id, s->suffix))
            return KITH_ERR_SYNTAX;
        ref->kind = s->kind;
        return kith_base64_parse(kith_bytes(id.p + 1, KEY_TEXT), ref->bytes.b, 32, &len);
    }
    return KITH_ERR_SYNTAX;
}

/* A ref and nothing else. */
static int bare_parse(struct kith_bytes text, struct kith_ref *ref) {
    struct kith_bytes query = text;
    struct kith_bytes id = take_until(&query, '?');
    *ref = (struct kith_ref){0};
    int err = kith_bytes_starts(id, "ssb:") ? uri_parse(kith_bytes_skip(id, 4), ref)
                                            : sigil_parse(id, ref);
    if (!err)
        err = query_parse(query, ref);
    if (err)
        *ref = (struct kith_ref){0};
    return err ? KITH_ERR_SYNTAX : KITH_OK;
}

static bool is_space(uint8_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

int kith_ref_parse(struct kith_bytes text, struct kith_ref *out) {
    while (text.len && is_space(text.p[0]))
        text = kith_bytes_skip(text, 1);
    while (text.len && is_space(text.p[text.len - 1]))
        text.len--;
    if (bare_parse(text, out) == KITH_OK)
        return KITH_OK;
    if (!text.len || !memchr(text.p, '#', text.len))
        return KITH_ERR_SYNTAX;

    uint8_t plain[REF_MAX_LEN];
    struct kith_bytes fragment = text;
    take_until(&fragment, '#');
    if (kith_bytes_starts(fragment, "/"))
        fragment = kith_bytes_skip(fragment, 1);
    if (fragment.len > sizeof plain)
        return KITH_ERR_SYNTAX;
    if (bare_parse(fragment, out) == KITH_OK)
        return KITH_OK;
    return bare_parse(kith_bytes(plain, percent_decode(plain, sizeof plain, fragment)), out);
}

static const struct spelling *spelling_of(const struct kith_ref *ref) {
    for (size_t i = 0; i < SPELLINGS; i++) {
        if (spellings[i].kind == ref->kind)
            return &spellings[i];
    }
    return NULL;
}

static void url_key_put(struct kith_buf *out, const uint8_t key[32]) {
    char text[KEY_TEXT];
    kith_base64_write(text, key, 32);
    for (size_t i = 0; i < KEY_TEXT; i++)
        text[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
    kith_buf_put(out, text, sizeof text);
}

void kith_ref_put(struct kith_buf *out, const struct kith_ref *ref) {
    const struct spelling *s = spelling_of(ref);
    if (!s)
        return;
    kith_buf_put_u8(out, (uint8_t)s->sigil);
    kith_base64_put(out, kith_bytes(ref->bytes.b, 32));
    kith_buf_put_str(out, s->suffix);
    if (ref->has_unbox) {
        kith_buf_put_str(out, "?unbox=");
        kith_base64_put(out, kith_bytes(ref->unbox.b, 32));
        kith_buf_put_str(out, ".boxs");
    }
}

void kith_ref_put_uri(struct kith_buf *out, const struct kith_ref *ref) {
    const struct spelling *s = spelling_of(ref);
    if (!s)
        return;
    kith_buf_put_str(out, "ssb:");
    kith_buf_put_str(out, s->type);
    kith_buf_put_str(out, "/");
    kith_buf_put_str(out, s->format);
    kith_buf_put_str(out, "/");
    url_key_put(out, ref->bytes.b);
    if (ref->has_unbox) {
        kith_buf_put_str(out, "?unbox=");
        url_key_put(out, ref->unbox.b);
        kith_buf_put_str(out, ".boxs");
    }
}
