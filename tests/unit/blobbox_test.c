/* SPDX-License-Identifier: MIT */
#include "feed/blobbox.h"

#include "check.h"

static void count_up(void *ctx, uint8_t *out, size_t len) {
    uint8_t *next = ctx;
    while (len--)
        *out++ = (*next)++;
}

static void round_trip(size_t len) {
    uint8_t next = 1;
    struct kith_rng rng = {count_up, &next};
    struct kith_buf plain = {0}, blob = {0}, link_text = {0}, out = {0};
    struct kith_ref link, pasted;
    struct kith_hash hash;
    for (size_t i = 0; i < len; i++)
        kith_buf_put_u8(&plain, (uint8_t)(i % 251));
    kith_blobbox_seal(&blob, kith_buf_bytes(&plain), &rng, &link);
    CHECK(blob.len == len + KITH_BLOBBOX_EXTRA);
    kith_sha256(&hash, kith_buf_bytes(&blob));
    CHECK(kith_hash_eq(&hash, &link.bytes));

    kith_ref_put(&link_text, &link);
    CHECK(kith_ref_parse(kith_buf_bytes(&link_text), &pasted) == KITH_OK);
    CHECK(kith_blobbox_open(&out, kith_buf_bytes(&blob), &pasted) == KITH_OK);
    CHECK(kith_bytes_eq(kith_buf_bytes(&out), kith_buf_bytes(&plain)));

    out.len = 0;
    blob.p[blob.len - 1] ^= 1;
    CHECK(kith_blobbox_open(&out, kith_buf_bytes(&blob), &pasted) == KITH_ERR_CRYPTO);
    CHECK(kith_blobbox_open(&out, kith_bytes(blob.p, 15), &pasted) == KITH_ERR_CRYPTO);
    pasted.has_unbox = false;
    CHECK(kith_blobbox_open(&out, kith_buf_bytes(&blob), &pasted) == KITH_ERR_ARG && out.len == 0);
    kith_buf_wipe(&plain), kith_buf_wipe(&blob), kith_buf_wipe(&link_text), kith_buf_wipe(&out);
}

/* What is stored and offered shares no four bytes with what went in, and the same bytes twice give
 * two different blobs: nobody can tell from the blob which file it is. */
static void no_plain_byte_leaves(void) {
    static const char plain[] = "a photo of somebody, somewhere, and where it was taken";
    uint8_t next = 1;
    struct kith_rng rng = {count_up, &next};
    struct kith_buf one = {0}, two = {0};
    struct kith_ref a, b;
    kith_blobbox_seal(&one, kith_bytes(plain, sizeof plain), &rng, &a);
    kith_blobbox_seal(&two, kith_bytes(plain, sizeof plain), &rng, &b);
    CHECK(!kith_hash_eq(&a.bytes, &b.bytes));
    CHECK(memcmp(a.unbox.b, b.unbox.b, 32) != 0);
    for (size_t i = 0; i + 4 <= sizeof plain; i++) {
        for (size_t j = 0; j + 4 <= one.len; j++)
            CHECK(memcmp(plain + i, one.p + j, 4) != 0);
    }
    kith_buf_wipe(&one), kith_buf_wipe(&two);
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    round_trip(0);
    round_trip(1);
    round_trip(70000);
    no_plain_byte_leaves();
    return check_done();
}
