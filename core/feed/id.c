/* SPDX-License-Identifier: MIT */
#include "feed/id.h"

#include "base/base64.h"

#define KEY_TEXT 44 /* 32 bytes in base64, with their one '=' */

/* A sigil, 32 bytes in base64, a suffix, and nothing after it. */
static int sigil_parse(struct kith_bytes text, char sigil, const char *suffix, uint8_t out[32]) {
    size_t len = 0;
    if (text.len != 1 + KEY_TEXT + strlen(suffix) || text.p[0] != (uint8_t)sigil ||
        !kith_bytes_ends(text, suffix))
        return KITH_ERR_SYNTAX;
    if (kith_base64_parse(kith_bytes(text.p + 1, KEY_TEXT), out, 32, &len) || len != 32)
        return KITH_ERR_SYNTAX;
    return KITH_OK;
}

static void sigil_write(char *out, char sigil, const char *suffix, const uint8_t in[32]) {
    out[0] = sigil;
    kith_base64_write(out + 1, in, 32);
    memcpy(out + 1 + KEY_TEXT, suffix, strlen(suffix));
}

int kith_feed_id_parse(struct kith_bytes text, struct kith_pubkey *out) {
    return sigil_parse(text, '@', ".ed25519", out->b);
}

int kith_msgid_parse(struct kith_bytes text, struct kith_msgid *out) {
    return sigil_parse(text, '%', ".sha256", out->hash.b);
}

int kith_blobid_parse(struct kith_bytes text, struct kith_blobid *out) {
    return sigil_parse(text, '&', ".sha256", out->hash.b);
}

void kith_feed_id_write(char out[KITH_FEED_ID_LEN], const struct kith_pubkey *id) {
    sigil_write(out, '@', ".ed25519", id->b);
}

void kith_msgid_write(char out[KITH_HASH_ID_LEN], const struct kith_msgid *id) {
    sigil_write(out, '%', ".sha256", id->hash.b);
}

void kith_blobid_write(char out[KITH_HASH_ID_LEN], const struct kith_blobid *id) {
    sigil_write(out, '&', ".sha256", id->hash.b);
}

void kith_feed_id_put(struct kith_buf *out, const struct kith_pubkey *id) {
    char text[KITH_FEED_ID_LEN];
    kith_feed_id_write(text, id);
    kith_buf_put(out, text, sizeof text);
}

void kith_msgid_put(struct kith_buf *out, const struct kith_msgid *id) {
    char text[KITH_HASH_ID_LEN];
    kith_msgid_write(text, id);
    kith_buf_put(out, text, sizeof text);
}

void kith_blobid_put(struct kith_buf *out, const struct kith_blobid *id) {
    char text[KITH_HASH_ID_LEN];
    kith_blobid_write(text, id);
    kith_buf_put(out, text, sizeof text);
}
