/* SPDX-License-Identifier: MIT */
/* bytes.h: borrowed views, growing buffers, and a reader and a writer whose first error sticks.
 *
 * kith_bytes borrows: it is valid until the next call on its owner. kith_buf owns heap memory.
 * Heap growth that fails traps: every length from outside meets a KITH_MAX_* before it is used, so
 * running out of memory is never a peer's doing (docs/decisions/0002). */
#ifndef KITH_BASE_BYTES_H
#define KITH_BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"

struct kith_bytes {
    const uint8_t *p;
    size_t len;
};

/* A view of a string literal or array of chars, without its NUL. */
#define KITH_LIT(s) ((struct kith_bytes){(const uint8_t *)("" s), sizeof(s) - 1})

static inline struct kith_bytes kith_bytes(const void *p, size_t len) {
    return (struct kith_bytes){(const uint8_t *)p, len};
}

/* A NUL-ended string as a view; NULL gives the empty view. */
static inline struct kith_bytes kith_bytes_str(const char *s) {
    return (struct kith_bytes){(const uint8_t *)s, s ? strlen(s) : 0};
}

static inline bool kith_bytes_eq(struct kith_bytes a, struct kith_bytes b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static inline bool kith_bytes_is(struct kith_bytes a, const char *s) {
    return kith_bytes_eq(a, kith_bytes_str(s));
}

bool kith_bytes_starts(struct kith_bytes a, const char *prefix);
bool kith_bytes_ends(struct kith_bytes a, const char *suffix);

/* memcmp order, the shorter first on a tie. */
int kith_bytes_cmp(struct kith_bytes a, struct kith_bytes b);

/* The bytes from `from` to the end; empty if there are not so many. */
struct kith_bytes kith_bytes_skip(struct kith_bytes a, size_t from);

/* Heap memory that is never NULL: traps when there is none. Free with kith_free. */
void *kith_alloc(size_t len);                              /* zeroed */
void *kith_realloc(void *p, size_t len);                   /* new bytes are undefined */
void *kith_grow(void *p, size_t *cap, size_t need, size_t item_len); /* doubles *cap (items) to >= need */
void kith_free(void *p);                                   /* NULL is fine */
char *kith_strdup(struct kith_bytes s);                    /* NUL-ended copy */

/* A buffer that grows. Zero-initialise it; wipe frees it and makes it empty again. */
struct kith_buf {
    uint8_t *p;
    size_t len, cap;
};

void kith_buf_wipe(struct kith_buf *b);
void kith_buf_reserve(struct kith_buf *b, size_t more); /* room for `more` bytes after len */
void kith_buf_drop(struct kith_buf *b, size_t front);   /* forget the first `front` bytes */
void kith_buf_put(struct kith_buf *b, const void *p, size_t len);
void kith_buf_put_bytes(struct kith_buf *b, struct kith_bytes s);
void kith_buf_put_str(struct kith_buf *b, const char *s);
void kith_buf_put_u8(struct kith_buf *b, uint8_t v);
void kith_buf_put_dec(struct kith_buf *b, uint64_t v); /* decimal text */
void kith_buf_put_int(struct kith_buf *b, int64_t v);  /* decimal text, with sign */

static inline void kith_buf_clear(struct kith_buf *b) {
    b->len = 0;
}

static inline struct kith_bytes kith_buf_bytes(const struct kith_buf *b) {
    return (struct kith_bytes){b->p, b->len};
}

/* Fixed-width integers in memory that need not be aligned. */
static inline void kith_put_u16le(uint8_t *p, uint16_t v) {
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}
static inline void kith_put_u32le(uint8_t *p, uint32_t v) {
    kith_put_u16le(p, (uint16_t)v);
    kith_put_u16le(p + 2, (uint16_t)(v >> 16));
}
static inline void kith_put_u64le(uint8_t *p, uint64_t v) {
    kith_put_u32le(p, (uint32_t)v);
    kith_put_u32le(p + 4, (uint32_t)(v >> 32));
}
static inline uint16_t kith_get_u16le(const uint8_t *p) {
    return (uint16_t)(p[0] | p[1] << 8);
}
static inline uint32_t kith_get_u32le(const uint8_t *p) {
    return (uint32_t)kith_get_u16le(p) | (uint32_t)kith_get_u16le(p + 2) << 16;
}
static inline uint64_t kith_get_u64le(const uint8_t *p) {
    return (uint64_t)kith_get_u32le(p) | (uint64_t)kith_get_u32le(p + 4) << 32;
}
static inline void kith_put_u16be(uint8_t *p, uint16_t v) {
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}
static inline void kith_put_u32be(uint8_t *p, uint32_t v) {
    kith_put_u16be(p, (uint16_t)(v >> 16));
    kith_put_u16be(p + 2, (uint16_t)v);
}
static inline uint16_t kith_get_u16be(const uint8_t *p) {
    return (uint16_t)(p[0] << 8 | p[1]);
}
static inline uint32_t kith_get_u32be(const uint8_t *p) {
    return (uint32_t)kith_get_u16be(p) << 16 | (uint32_t)kith_get_u16be(p + 2);
}

/* Reads from a view. After the first read past the end, err is KITH_ERR_SYNTAX, every further read
 * gives zeros or the empty view, and one check at the end is enough. */
struct kith_reader {
    const uint8_t *p;
    size_t len, pos;
    int err;
};

struct kith_reader kith_reader(struct kith_bytes in);
uint8_t kith_read_u8(struct kith_reader *r);
uint16_t kith_read_u16le(struct kith_reader *r);
uint32_t kith_read_u32le(struct kith_reader *r);
uint64_t kith_read_u64le(struct kith_reader *r);
struct kith_bytes kith_read_bytes(struct kith_reader *r, size_t len); /* borrowed from the input */
void kith_read_copy(struct kith_reader *r, void *out, size_t len);
size_t kith_read_left(const struct kith_reader *r);

/* Little-endian appends to a growing buffer: the counterpart of the reader. */
void kith_buf_put_u16le(struct kith_buf *b, uint16_t v);
void kith_buf_put_u32le(struct kith_buf *b, uint32_t v);
void kith_buf_put_u64le(struct kith_buf *b, uint64_t v);

#endif
