/* SPDX-License-Identifier: MIT */
/* The first line is a query, the others are texts: cut into pieces, put into terms and searched. What the
 * query's own text is must be found by it, whatever the bytes. */
#include "social/search_query.h"
#include "social/search_terms.h"

#include "base/text.h"

static void expect(bool holds) {
    if (!holds)
        __builtin_trap();
}

static size_t walk(struct kith_bytes text, bool tags) {
    struct kith_fold f = {.text = text, .tags = tags};
    struct kith_piece p;
    size_t n = 0, at = 0;
    while (kith_fold_next(&f, &p)) {
        expect(p.len && p.len <= KITH_FOLD_MAX && kith_text_is_utf8(kith_bytes(p.text, p.len)));
        expect(f.pos >= at && f.pos <= text.len);
        expect(!p.is_tag || tags);
        at = f.pos;
        n++;
    }
    expect(n <= text.len * 4 + 1);
    return n;
}

static void index_text(struct kith_terms *t, struct kith_bytes text, uint32_t doc) {
    struct kith_fold f = {.text = text, .tags = true};
    struct kith_piece p;
    uint64_t bits[2];
    while (kith_fold_next(&f, &p)) {
        kith_terms_add(t, kith_bytes(p.text, p.len), doc);
        memset(bits, 0, sizeof bits);
        kith_terms_mark(t, kith_terms_find(t, kith_bytes(p.text, p.len)), bits);
        expect(bits[doc / 64] >> doc % 64 & 1);
    }
    kith_terms_settle(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_search_query q;
    struct kith_vec pieces = KITH_VEC(struct kith_piece);
    struct kith_terms t;
    struct kith_bytes rest = kith_bytes(data, size), query = {NULL, 0};
    kith_terms_init(&t, (uint64_t[2]){1, 2});
    for (uint32_t doc = 0; rest.len && doc < 128; doc++) {
        const uint8_t *end = memchr(rest.p, '\n', rest.len);
        struct kith_bytes line = kith_bytes(rest.p, end ? (size_t)(end - rest.p) : rest.len);
        rest = kith_bytes_skip(rest, line.len + 1);
        expect(walk(line, true) >= walk(line, false));
        if (!doc)
            query = line;
        index_text(&t, line, doc);
        if (kith_search_parse(&q, query) == KITH_OK) {
            bool holds = kith_search_has_phrases(&q, line, &pieces);
            expect(holds || doc);
        }
    }
    kith_terms_wipe(&t);
    kith_vec_wipe(&pieces);
    return 0;
}
