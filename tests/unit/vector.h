/* SPDX-License-Identifier: MIT */
/* vector.h: JSON vectors in a test. What it gives lives until the program ends, since a test that
 * frees its tables is a test of free. */
#ifndef KITH_TEST_VECTOR_H
#define KITH_TEST_VECTOR_H

#include "base/base64.h"
#include "base/json.h"
#include "check.h"

/* Keeps memory reachable, so that a leak checker knows it from what was forgotten. */
static inline void vector_keep(void *p) {
    static struct kept {
        struct kept *next;
        void *p;
    } *all;
    struct kept *one = kith_alloc(sizeof *one);
    *one = (struct kept){all, p};
    all = one;
}

/* Reads and parses a file; stops the program if that fails. */
static inline struct kith_json vector_file(const char *path) {
    struct kith_json doc = {0};
    size_t len = 0;
    char *text = check_read_file(path, &len);
    if (kith_json_parse(&doc, kith_bytes(text, len), 1000000)) {
        fprintf(stderr, "%s is not JSON\n", path);
        exit(2);
    }
    vector_keep(text);
    vector_keep(doc.nodes);
    vector_keep(doc.text);
    return doc;
}

/* A string's text in UTF-8, NUL-ended for printing; the empty view if it is none. */
static inline struct kith_bytes vector_utf8(const struct kith_json *doc, uint32_t node) {
    struct kith_buf out = {0};
    struct kith_bytes canonical = kith_json_str(doc, node);
    if (canonical.len)
        kith_json_unescape(&out, canonical);
    size_t len = out.len;
    kith_buf_put_u8(&out, 0);
    vector_keep(out.p);
    return kith_bytes(out.p, len);
}

static inline struct kith_bytes vector_str(const struct kith_json *doc, uint32_t node,
                                           const char *name) {
    return vector_utf8(doc, kith_json_get(doc, node, name));
}

/* base64 with or without a suffix like ".ed25519", into exactly len bytes. */
static inline bool vector_base64(struct kith_bytes text, void *out, size_t len) {
    const uint8_t *dot = text.len ? memchr(text.p, '.', text.len) : NULL;
    size_t got = 0;
    if (dot)
        text.len = (size_t)(dot - text.p);
    return kith_base64_parse(text, out, len, &got) == KITH_OK && got == len;
}

static inline struct kith_bytes vector_hex(struct kith_bytes text) {
    struct kith_buf out = {0};
    for (size_t i = 0; i + 1 < text.len; i += 2) {
        char pair[3] = {(char)text.p[i], (char)text.p[i + 1], 0};
        kith_buf_put_u8(&out, (uint8_t)strtoul(pair, NULL, 16));
    }
    vector_keep(out.p);
    return kith_buf_bytes(&out);
}

#define VECTOR_EACH(doc, node, list)                                                               \
    for (uint32_t node = kith_json_first(doc, list); node != KITH_JSON_NONE;                       \
         node = (doc)->nodes[node].next)

#endif
