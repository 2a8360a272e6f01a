/* SPDX-License-Identifier: MIT */
#include "base/bytes.h"

#include "check.h"

static void views(void) {
    struct kith_bytes a = KITH_LIT("hello"), none = kith_bytes_str(NULL);
    CHECK(kith_bytes_is(a, "hello") && !kith_bytes_is(a, "hell") && !kith_bytes_is(a, "hello!"));
    CHECK(kith_bytes_eq(none, kith_bytes_str("")) && kith_bytes_is(none, ""));
    CHECK(kith_bytes_starts(a, "") && kith_bytes_starts(a, "he") && !kith_bytes_starts(a, "hello!"));
    CHECK(kith_bytes_ends(a, "") && kith_bytes_ends(a, "lo") && !kith_bytes_ends(a, "oh hello"));
    CHECK(kith_bytes_is(kith_bytes_skip(a, 2), "llo"));
    CHECK(kith_bytes_skip(a, 5).len == 0 && kith_bytes_skip(a, 9).len == 0);
    CHECK(kith_bytes_cmp(a, a) == 0 && kith_bytes_cmp(none, none) == 0);
    CHECK(kith_bytes_cmp(KITH_LIT("ab"), KITH_LIT("abc")) < 0);
    CHECK(kith_bytes_cmp(KITH_LIT("b"), KITH_LIT("abc")) > 0);
    CHECK(kith_bytes_cmp(KITH_LIT("\xff"), KITH_LIT("\x01")) > 0);
}

static void buffers(void) {
    struct kith_buf b = {0};
    kith_buf_put_str(&b, "n=");
    kith_buf_put_dec(&b, UINT64_MAX);
    kith_buf_put_u8(&b, ' ');
    kith_buf_put_int(&b, INT64_MIN);
    kith_buf_put_int(&b, 0);
    CHECK(kith_bytes_is(kith_buf_bytes(&b), "n=18446744073709551615 -92233720368547758080"));
    kith_buf_drop(&b, 2);
    CHECK(kith_bytes_starts(kith_buf_bytes(&b), "184467"));
    kith_buf_drop(&b, b.len);
    CHECK(b.len == 0 && b.cap);
    for (int i = 0; i < 1000; i++)
        kith_buf_put(&b, "0123456789", 10);
    CHECK(b.len == 10000 && b.p[9999] == '9' && b.cap >= b.len);
    kith_buf_put(&b, NULL, 0);
    kith_buf_wipe(&b);
    CHECK(!b.p && !b.len && !b.cap);
    kith_buf_drop(&b, 0);
}

static void fixed_width(void) {
    uint8_t x[8];
    kith_put_u64le(x, 0x0102030405060708);
    CHECK(x[0] == 8 && x[7] == 1 && kith_get_u64le(x) == 0x0102030405060708);
    CHECK(kith_get_u32le(x) == 0x05060708 && kith_get_u16le(x) == 0x0708);
    kith_put_u32be(x, 0xa1b2c3d4);
    CHECK(x[0] == 0xa1 && x[3] == 0xd4 && kith_get_u32be(x) == 0xa1b2c3d4);
    CHECK(kith_get_u16be(x) == 0xa1b2);
}

/* The first read past the end makes all that follow fail, without moving. */
static void readers(void) {
    struct kith_buf b = {0};
    struct kith_reader r;
    uint8_t copy[2];
    kith_buf_put_u16le(&b, 0x1234);
    kith_buf_put_u32le(&b, 0xdeadbeef);
    kith_buf_put_u64le(&b, 42);
    kith_buf_put_str(&b, "tail");
    r = kith_reader(kith_buf_bytes(&b));
    CHECK(kith_read_u16le(&r) == 0x1234 && kith_read_u32le(&r) == 0xdeadbeef);
    CHECK(kith_read_u64le(&r) == 42 && kith_read_left(&r) == 4);
    kith_read_copy(&r, copy, 2);
    CHECK(memcmp(copy, "ta", 2) == 0 && kith_read_u8(&r) == 'i' && r.err == KITH_OK);
    CHECK(kith_read_bytes(&r, 2).len == 0 && r.err == KITH_ERR_SYNTAX);
    CHECK(kith_read_u8(&r) == 0 && kith_read_left(&r) == 0);
    r = kith_reader(kith_buf_bytes(&b));
    CHECK(kith_read_bytes(&r, SIZE_MAX).len == 0 && r.err == KITH_ERR_SYNTAX);
    kith_buf_wipe(&b);
}

static void heap(void) {
    size_t cap = 0;
    uint32_t *items = kith_grow(NULL, &cap, 3, sizeof *items);
    char *copy = kith_strdup(KITH_LIT("name"));
    CHECK(cap >= 3);
    items[2] = 7;
    items = kith_grow(items, &cap, 100, sizeof *items);
    CHECK(cap >= 100 && items[2] == 7);
    CHECK(strcmp(copy, "name") == 0);
    kith_free(copy);
    kith_free(items);
    kith_free(NULL);
    copy = kith_strdup(kith_bytes(NULL, 0));
    CHECK(*copy == 0);
    kith_free(copy);
}

int main(void) {
    views();
    buffers();
    fixed_width();
    readers();
    heap();
    return check_done();
}
