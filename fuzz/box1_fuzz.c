/* SPDX-License-Identifier: MIT */
/* box1_fuzz.c: the input as a private content, as the bytes of one, as a text to seal, and as the
 * text of a secret file. */
#include "base/base64.h"
#include "feed/box1.h"
#include "feed/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fill(void *ctx, uint8_t *out, size_t len) {
    uint8_t *next = ctx;
    while (len--)
        *out++ = (*next)++;
}

static void take_bytes(struct kith_bytes in, const struct kith_keypair *keys) {
    struct kith_buf content = {0}, out = {0};
    kith_base64_put(&content, in);
    kith_buf_put_str(&content, ".box");
    int err = kith_box1_open(&out, kith_buf_bytes(&content), &keys->sec);
    KITH_ASSERT(err == KITH_OK || out.len == 0);
    kith_buf_wipe(&content);
    kith_buf_wipe(&out);
}

static void take_text(struct kith_bytes in, const struct kith_keypair *keys) {
    uint8_t next = (uint8_t)in.len;
    struct kith_rng rng = {fill, &next};
    struct kith_buf box = {0}, out = {0};
    KITH_ASSERT(kith_box1_seal(&box, in, &keys->pub, 1, &rng) == KITH_OK);
    KITH_ASSERT(kith_box1_open(&out, kith_buf_bytes(&box), &keys->sec) == KITH_OK);
    KITH_ASSERT(kith_bytes_eq(kith_buf_bytes(&out), in));
    kith_buf_wipe(&box);
    kith_buf_wipe(&out);
}

static void take_secret(struct kith_bytes in) {
    struct kith_keypair keys, again;
    struct kith_buf text = {0};
    if (kith_secret_parse(in, &keys))
        return;
    kith_secret_put(&text, &keys);
    KITH_ASSERT(kith_secret_parse(kith_buf_bytes(&text), &again) == KITH_OK);
    KITH_ASSERT(memcmp(&again, &keys, sizeof keys) == 0);
    kith_buf_wipe(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct kith_seed seed = {{1}};
    struct kith_bytes in = kith_bytes(data, size);
    struct kith_keypair keys;
    struct kith_buf out = {0};
    if (kith_crypto_init())
        return 0;
    kith_sign_keypair(&keys, &seed);
    int err = kith_box1_open(&out, in, &keys.sec);
    KITH_ASSERT(err == KITH_OK || out.len == 0);
    kith_buf_wipe(&out);
    take_bytes(in, &keys);
    take_text(in, &keys);
    take_secret(in);
    return 0;
}
