/* SPDX-License-Identifier: MIT */
#include "wire/certificate.h"

#include "base/base64.h"

#define PREFIX "kith-cert-1."
#define FIXED_LEN (32 + 32 + 16 + 4 + 4)
#define RAW_MAX (FIXED_LEN + 1 + KITH_HANDLE_MAX + 1 + KITH_CERTIFICATE_HOST_MAX + 64)

/* ---- handles ---- */

static bool is_sign(uint8_t c) {
    return c == '-' || c == '.' || c == '_';
}

int kith_handle_normal(char out[KITH_HANDLE_MAX + 1], struct kith_bytes text) {
    if (text.len < 2 || text.len > KITH_HANDLE_MAX)
        return KITH_ERR_ARG;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.p[i];
        bool letter;
        if (c >= 'A' && c <= 'Z')
            c = (uint8_t)(c + 32);
        letter = c >= 'a' && c <= 'z';
        if (!letter && !(c >= '0' && c <= '9') && !is_sign(c))
            return KITH_ERR_ARG;
        if ((!i && !letter) || (is_sign(c) && (i + 1 == text.len || is_sign(text.p[i + 1]))))
            return KITH_ERR_ARG;
        out[i] = (char)c;
    }
    out[text.len] = 0;
    return KITH_OK;
}

/* Two letters that are read as one. */
static char pair_of(char a, char b) {
    static const char pairs[][3] = {{'r', 'n', 'm'}, {'n', 'n', 'm'}, {'v', 'v', 'w'}, {'u', 'u', 'w'}, {'c', 'l', 'd'}, {'c', 'i', 'd'}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (pairs[i][0] == a && pairs[i][1] == b)
            return pairs[i][2];
    }
    return 0;
}

static char alike(char c) {
    static const char from[] = "0123456789ijq", to[] = "olzeasbtbgllg";
    const char *at = c ? strchr(from, c) : NULL;
    return at ? to[at - from] : c;
}

void kith_handle_skeleton(char out[KITH_HANDLE_MAX + 1], const char *handle) {
    char plain[KITH_HANDLE_MAX + 1];
    size_t len = 0, n = 0;
    for (; *handle && len < KITH_HANDLE_MAX; handle++) {
        if (!is_sign((uint8_t)*handle))
            plain[len++] = *handle;
    }
    plain[len] = 0;
    for (size_t i = 0; i < len; i++) {
        char pair = pair_of(plain[i], plain[i + 1]);
        out[n++] = pair ? pair : alike(plain[i]);
        i += pair != 0;
    }
    out[n] = 0;
}

static void entry_hash(struct kith_hash *out, const char *label, const struct kith_handle_tag *tag, struct kith_bytes what) {
    struct kith_sha256 s;
    kith_sha256_init(&s);
    kith_sha256_update(&s, kith_bytes_str(label));
    kith_sha256_update(&s, kith_bytes(tag->b, sizeof tag->b));
    kith_sha256_update(&s, what);
    kith_sha256_final(&s, out);
}

void kith_handle_entry_id(struct kith_hash *out, const struct kith_handle_tag *tag, const char *handle) {
    entry_hash(out, "kith-handle 1\n", tag, kith_bytes_str(handle));
}

void kith_handle_entry_holder(struct kith_hash *out, const struct kith_handle_tag *tag, const struct kith_pubkey *key) {
    entry_hash(out, "kith-holder 1\n", tag, kith_bytes(key->b, sizeof key->b));
}

/* ---- certificates ---- */

static void put_text(struct kith_buf *out, const char *text) {
    size_t len = strlen(text);
    kith_buf_put_u8(out, (uint8_t)len);
    kith_buf_put(out, text, len);
}

static void put_signed(struct kith_buf *out, struct kith_bytes said) {
    kith_buf_put_str(out, "kith-certificate 1\n");
    kith_buf_put_bytes(out, said);
}

void kith_certificate_put(struct kith_buf *out, const struct kith_certificate *c, const struct kith_seckey *broker) {
    struct kith_buf raw = {0}, text = {0};
    struct kith_sig sig;
    kith_buf_put(&raw, c->broker.b, 32);
    kith_buf_put(&raw, c->key.b, 32);
    kith_buf_put(&raw, c->tag.b, sizeof c->tag.b);
    kith_buf_put_u32le(&raw, c->from_s);
    kith_buf_put_u32le(&raw, c->until_s);
    put_text(&raw, c->handle);
    put_text(&raw, c->host);
    put_signed(&text, kith_buf_bytes(&raw));
    kith_sign(&sig, kith_buf_bytes(&text), broker);
    kith_buf_put(&raw, sig.b, sizeof sig.b);
    kith_buf_put_str(out, PREFIX);
    kith_base64url_put(out, kith_buf_bytes(&raw));
    kith_buf_wipe(&raw);
    kith_buf_wipe(&text);
}

/* A host's name is shown, so it has to be plain. */
static bool read_text(struct kith_reader *r, char *out, size_t max) {
    size_t len = kith_read_u8(r);
    struct kith_bytes text = kith_read_bytes(r, len);
    if (r->err || len > max)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text.p[i] <= ' ' || text.p[i] > '~')
            return false;
        out[i] = (char)text.p[i];
    }
    out[len] = 0;
    return true;
}

int kith_certificate_parse(struct kith_certificate *out, struct kith_bytes text) {
    uint8_t raw[RAW_MAX];
    char normal[KITH_HANDLE_MAX + 1];
    struct kith_buf said = {0};
    struct kith_reader r;
    struct kith_sig sig;
    size_t len, said_len;
    int err;
    if (text.len > KITH_CERTIFICATE_MAX)
        return KITH_ERR_SIZE;
    if (!kith_bytes_starts(text, PREFIX) ||
        kith_base64url_parse(kith_bytes_skip(text, sizeof PREFIX - 1), raw, sizeof raw, &len))
        return KITH_ERR_SYNTAX;
    r = kith_reader(kith_bytes(raw, len));
    kith_read_copy(&r, out->broker.b, 32);
    kith_read_copy(&r, out->key.b, 32);
    kith_read_copy(&r, out->tag.b, sizeof out->tag.b);
    out->from_s = kith_read_u32le(&r);
    out->until_s = kith_read_u32le(&r);
    if (!read_text(&r, out->handle, KITH_HANDLE_MAX) || !read_text(&r, out->host, KITH_CERTIFICATE_HOST_MAX) ||
        kith_handle_normal(normal, kith_bytes_str(out->handle)) || strcmp(normal, out->handle) != 0)
        return KITH_ERR_SYNTAX;
    said_len = r.pos;
    kith_read_copy(&r, sig.b, sizeof sig.b);
    if (r.err || kith_read_left(&r))
        return KITH_ERR_SYNTAX;
    put_signed(&said, kith_bytes(raw, said_len));
    err = kith_verify(&out->broker, &sig, kith_buf_bytes(&said));
    kith_buf_wipe(&said);
    return err;
}
