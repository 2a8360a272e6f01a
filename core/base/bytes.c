/* SPDX-License-Identifier: MIT */
#include "base/bytes.h"

#include <stdlib.h>

bool kith_bytes_starts(struct kith_bytes a, const char *prefix) {
    size_t n = strlen(prefix);
    return a.len >= n && memcmp(a.p, prefix, n) == 0;
}

bool kith_bytes_ends(struct kith_bytes a, const char *suffix) {
    size_t n = strlen(suffix);
    return a.len >= n && memcmp(a.p + a.len - n, suffix, n) == 0;
}

int kith_bytes_cmp(struct kith_bytes a, struct kith_bytes b) {
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

struct kith_bytes kith_bytes_skip(struct kith_bytes a, size_t from) {
    if (from >= a.len)
        return kith_bytes(0, 0);
    return kith_bytes(a.p + from, a.len - from);
}

void *kith_alloc(size_t len) {
    void *p = calloc(1, len ? len : 1);
    KITH_ASSERT(p);
    return p;
}

void *kith_realloc(void *p, size_t len) {
    p = realloc(p, len ? len : 1);
    KITH_ASSERT(p);
    return p;
}

void *kith_grow(void *p, size_t *cap, size_t need, size_t item_len) {
    size_t n = *cap ? *cap : 8;
    if (need <= *cap)
        return p;
    while (n < need) {
        KITH_ASSERT(n <= SIZE_MAX / 2);
        n *= 2;
    }
    KITH_ASSERT(n <= SIZE_MAX / item_len);
    *cap = n;
    return kith_realloc(p, n * item_len);
}

void kith_free(void *p) {
    free(p);
}

char *kith_strdup(struct kith_bytes s) {
    char *copy = kith_alloc(s.len + 1);
    if (s.len)
        memcpy(copy, s.p, s.len);
    return copy;
}

void kith_buf_wipe(struct kith_buf *b) {
    kith_free(b->p);
    *b = (struct kith_buf){0};
}

void kith_buf_reserve(struct kith_buf *b, size_t more) {
    KITH_ASSERT(more <= SIZE_MAX - b->len);
    if (b->cap - b->len < more)
        b->p = kith_grow(b->p, &b->cap, b->len + more, 1);
}

void kith_buf_drop(struct kith_buf *b, size_t front) {
    KITH_ASSERT(front <= b->len);
    if (front && b->len > front)
        memmove(b->p, b->p + front, b->len - front);
    b->len -= front;
}

void kith_buf_put(struct kith_buf *b, const void *p, size_t len) {
    if (!len)
        return;
    kith_buf_reserve(b, len);
    memcpy(b->p + b->len, p, len);
    b->len += len;
}

void kith_buf_put_bytes(struct kith_buf *b, struct kith_bytes s) {
    kith_buf_put(b, s.p, s.len);
}

void kith_buf_put_str(struct kith_buf *b, const char *s) {
    kith_buf_put(b, s, strlen(s));
}

void kith_buf_put_u8(struct kith_buf *b, uint8_t v) {
    kith_buf_put(b, &v, 1);
}

void kith_buf_put_dec(struct kith_buf *b, uint64_t v) {
    char text[20];
    size_t at = sizeof text;
    do {
        text[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    kith_buf_put(b, text + at, sizeof text - at);
}

void kith_buf_put_int(struct kith_buf *b, int64_t v) {
    if (v < 0)
        kith_buf_put_u8(b, '-');
    kith_buf_put_dec(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void kith_buf_put_u16le(struct kith_buf *b, uint16_t v) {
    uint8_t x[2];
    kith_put_u16le(x, v);
    kith_buf_put(b, x, sizeof x);
}

void kith_buf_put_u32le(struct kith_buf *b, uint32_t v) {
    uint8_t x[4];
    kith_put_u32le(x, v);
    kith_buf_put(b, x, sizeof x);
}

void kith_buf_put_u64le(struct kith_buf *b, uint64_t v) {
    uint8_t x[8];
    kith_put_u64le(x, v);
    kith_buf_put(b, x, sizeof x);
}

struct kith_reader kith_reader(struct kith_bytes in) {
    return (struct kith_reader){in.p, in.len, 0, KITH_OK};
}

size_t kith_read_left(const struct kith_reader *r) {
    return r->err ? 0 : r->len - r->pos;
}

struct kith_bytes kith_read_bytes(struct kith_reader *r, size_t len) {
    struct kith_bytes out = {0};
    if (len > kith_read_left(r)) {
        r->err = KITH_ERR_SYNTAX;
        return out;
    }
    out = kith_bytes(r->p + r->pos, len);
    r->pos += len;
    return out;
}

void kith_read_copy(struct kith_reader *r, void *out, size_t len) {
    struct kith_bytes b = kith_read_bytes(r, len);
    memset(out, 0, len);
    if (b.len)
        memcpy(out, b.p, b.len);
}

uint8_t kith_read_u8(struct kith_reader *r) {
    uint8_t x;
    kith_read_copy(r, &x, sizeof x);
    return x;
}

uint16_t kith_read_u16le(struct kith_reader *r) {
    uint8_t x[2];
    kith_read_copy(r, x, sizeof x);
    return kith_get_u16le(x);
}

uint32_t kith_read_u32le(struct kith_reader *r) {
    uint8_t x[4];
    kith_read_copy(r, x, sizeof x);
    return kith_get_u32le(x);
}

uint64_t kith_read_u64le(struct kith_reader *r) {
    uint8_t x[8];
    kith_read_copy(r, x, sizeof x);
    return kith_get_u64le(x);
}
