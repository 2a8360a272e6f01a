/* SPDX-License-Identifier: MIT */
/* age_fuzz.c: a file of age in one piece and byte by byte: the same verdict; the input as the payload of a
 * file whose header is good; and whatever is sealed opens again. Nothing is stretched: that is scrypt. */
#include "crypto/age.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct kith_symkey key = {{1, 2, 3}};

static void count_up(void *ctx, uint8_t *out, size_t len) {
    uint8_t *next = ctx;
    while (len--)
        *out++ = (*next)++;
}

static int open_file(struct kith_bytes in, size_t piece, struct kith_buf *out) {
    struct kith_age_open o = {0};
    bool has_key = false;
    int err = KITH_OK;
    for (size_t at = 0; at < in.len && !err; at += piece) {
        err = kith_age_open_put(&o, kith_bytes(in.p + at, in.len - at < piece ? in.len - at : piece), out);
        if (!err && !has_key && kith_age_open_lock(&o)) {
            KITH_ASSERT(kith_age_open_lock(&o)->work <= KITH_AGE_WORK_MAX);
            has_key = true;
            err = kith_age_open_key(&o, &key, out);
        }
    }
    if (!err)
        err = kith_age_open_end(&o, out);
    kith_age_open_wipe(&o);
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_bytes in = kith_bytes(data, size);
    struct kith_buf whole = {0}, pieces = {0}, file = {0};
    struct kith_age_lock lock = {.work = 18};
    struct kith_age_seal s = {0};
    uint8_t next = 0;
    struct kith_rng rng = {count_up, &next};
    size_t header;
    int err;
    if (kith_crypto_init())
        return 0;
    err = open_file(in, size ? size : 1, &whole);
    KITH_ASSERT(!err == !open_file(in, 1, &pieces));
    KITH_ASSERT(err || kith_bytes_eq(kith_buf_bytes(&whole), kith_buf_bytes(&pieces)));
    kith_age_seal_begin(&s, &lock, &key, &rng, &file);
    header = file.len;
    kith_age_seal_put(&s, in, &file);
    kith_age_seal_end(&s, &file);
    kith_buf_clear(&whole);
    KITH_ASSERT(!open_file(kith_buf_bytes(&file), 40000, &whole) && kith_bytes_eq(kith_buf_bytes(&whole), in));
    file.len = header;
    kith_buf_put_bytes(&file, in);
    kith_buf_clear(&whole);
    KITH_ASSERT(open_file(kith_buf_bytes(&file), 40000, &whole) != KITH_OK && !whole.len);
    kith_buf_wipe(&whole);
    kith_buf_wipe(&pieces);
    kith_buf_wipe(&file);
    return 0;
}
