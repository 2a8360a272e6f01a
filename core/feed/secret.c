/* SPDX-License-Identifier: MIT */
#include "feed/secret.h"

#include "base/base64.h"
#include "base/json.h"
#include "feed/id.h"

#define TEXT_LEN 1024 /* more than what is written below */

void kith_secret_put(struct kith_buf *out, const struct kith_keypair *keys) {
    char sec[88];
    kith_buf_reserve(out, TEXT_LEN);
    size_t start = out->len;
    kith_base64_write(sec, keys->sec.b, sizeof keys->sec.b);
    kith_buf_put_str(out,
                     "# This file is your identity. Whoever reads it can write in your name:\n"
                     "# show it to nobody, and keep a copy where only you can find it.\n"
                     "#\n"
                     "# Use it on one device at a time, and never restore an old copy beside a\n"
                     "# running one: two devices that write with it split your feed in two, and\n"
                     "# your friends then stop receiving what you write.\n"
                     "#\n"
                     "{\n  \"curve\": \"ed25519\",\n  \"public\": \"");
    kith_base64_put(out, kith_bytes(keys->pub.b, sizeof keys->pub.b));
    kith_buf_put_str(out, ".ed25519\",\n  \"private\": \"");
    kith_buf_put(out, sec, sizeof sec);
    kith_buf_put_str(out, ".ed25519\",\n  \"id\": \"");
    kith_feed_id_put(out, &keys->pub);
    kith_buf_put_str(out, "\"\n}\n#\n# Your public name, which you may give to anyone:\n#\n#   ");
    kith_feed_id_put(out, &keys->pub);
    KITH_ASSERT(out->len - start <= TEXT_LEN);
    kith_wipe(sec, sizeof sec);
}

/* ssb-keys removes every '#' with the rest of its line, wherever it is; no key text has one. */
static size_t strip_comments(uint8_t *out, struct kith_bytes text) {
    size_t len = 0;
    bool in_comment = false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] == '\n')
            in_comment = false;
        else if (text.p[i] == '#')
            in_comment = true;
        if (!in_comment)
            out[len++] = text.p[i];
    }
    return len;
}

/* base64 with or without ".ed25519" after it; exactly len bytes. */
static int key_parse(struct kith_bytes text, uint8_t *out, size_t len) {
    size_t got = 0;
    const uint8_t *dot = text.len ? memchr(text.p, '.', text.len) : NULL;
    if (dot && !kith_bytes_is(kith_bytes_skip(text, (size_t)(dot - text.p)), ".ed25519"))
        return KITH_ERR_INVALID;
    if (dot)
        text.len = (size_t)(dot - text.p);
    return kith_base64_parse(text, out, len, &got) || got != len ? KITH_ERR_SYNTAX : KITH_OK;
}

static int public_agrees(struct kith_bytes text, const struct kith_pubkey *pub) {
    struct kith_pubkey said;
    if (!text.len) /* old files have no id, or no public key */
        return KITH_OK;
    if (text.p[0] == '@')
        text = kith_bytes_skip(text, 1);
    int err = key_parse(text, said.b, sizeof said.b);
    if (err)
        return err;
    return kith_pubkey_eq(&said, pub) ? KITH_OK : KITH_ERR_CRYPTO;
}

static int keys_parse(const struct kith_json *doc, struct kith_keypair *out) {
    struct kith_bytes curve = kith_json_str(doc, kith_json_get(doc, 0, "curve"));
    if (!kith_json_is(doc, 0, KITH_JSON_OBJECT))
        return KITH_ERR_SYNTAX;
    if (curve.len && !kith_bytes_is(curve, "ed25519"))
        return KITH_ERR_INVALID;
    int err = key_parse(kith_json_str(doc, kith_json_get(doc, 0, "private")), out->sec.b,
                        sizeof out->sec.b);
    if (!err)
        err = kith_sign_check(&out->sec);
    memcpy(out->pub.b, out->sec.b + 32, sizeof out->pub.b);
    if (!err)
        err = public_agrees(kith_json_str(doc, kith_json_get(doc, 0, "public")), &out->pub);
    if (!err)
        err = public_agrees(kith_json_str(doc, kith_json_get(doc, 0, "id")), &out->pub);
    return err;
}

int kith_secret_parse(struct kith_bytes text, struct kith_keypair *out) {
    struct kith_json doc = {0};
    *out = (struct kith_keypair){0};
    if (text.len > KITH_SECRET_MAX_LEN)
        return KITH_ERR_SIZE;
    uint8_t *json = kith_alloc(text.len);
    size_t len = strip_comments(json, text);
    int err = kith_json_parse(&doc, kith_bytes(json, len), 1000);
    err = err ? KITH_ERR_SYNTAX : keys_parse(&doc, out);
    if (doc.text)
        kith_wipe(doc.text, doc.text_len);
    kith_json_wipe(&doc);
    kith_wipe(json, text.len);
    kith_free(json);
    if (err)
        kith_wipe(out, sizeof *out);
    return err;
}
