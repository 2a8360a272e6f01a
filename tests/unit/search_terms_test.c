/* SPDX-License-Identifier: MIT */
#include "social/search_terms.h"

#include "check.h"

#define DOCS 60000
#define TERMS 300

static uint64_t state = 5;
static uint32_t draw(uint32_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 33) % below);
}

static bool has[TERMS][DOCS];
static uint64_t bits[(DOCS + 63) / 64];

static struct kith_bytes name_of(uint32_t term, char *text) {
    return kith_bytes(text, (size_t)snprintf(text, 16, "%x", term * 2654435761u >> 20));
}

static bool bit(uint32_t doc) {
    return bits[doc / 64] >> doc % 64 & 1;
}

/* Terms of one document, of a few, of nearly all; what was added is what is found, exactly and by prefix. */
static void test_against_a_table(void) {
    struct kith_terms t;
    char text[16], other[16];
    size_t wrong = 0;
    kith_terms_init(&t, (uint64_t[2]){1, 2});
    CHECK(kith_terms_find(&t, KITH_LIT("a")) == KITH_TERM_NONE);
    for (uint32_t doc = 0; doc < DOCS; doc++) {
        for (uint32_t i = 0; i < 4; i++) {
            uint32_t term = draw(1 + draw(TERMS)); /* low numbers are frequent */
            bool is_new = !has[term][doc];
            wrong += kith_terms_add(&t, name_of(term, text), doc) != is_new;
            has[term][doc] = true;
        }
        if (doc % 100 == 0)
            kith_terms_settle(&t);
    }
    kith_terms_settle(&t);
    for (uint32_t term = 0; term < TERMS; term++) {
        uint32_t n = kith_terms_find(&t, name_of(term, text));
        memset(bits, 0, sizeof bits);
        if (n != KITH_TERM_NONE)
            kith_terms_mark(&t, n, bits);
        for (uint32_t doc = 0; doc < DOCS; doc++)
            wrong += bit(doc) != has[term][doc];
    }
    CHECK(wrong == 0);
    for (size_t len = 1; len < 4; len++) {
        struct kith_bytes prefix = kith_bytes(name_of(3, text).p, len);
        memset(bits, 0, sizeof bits);
        kith_terms_mark_prefix(&t, prefix, bits);
        for (uint32_t doc = 0; doc < DOCS; doc++) {
            bool want = false;
            for (uint32_t term = 0; term < TERMS && !want; term++)
                want = has[term][doc] && memcmp(name_of(term, other).p, prefix.p, len) == 0;
            wrong += bit(doc) != want;
        }
    }
    CHECK(wrong == 0);
    CHECK(t.runs.count < 20);
    kith_terms_wipe(&t);
}

/* What a message full of words that nobody else says costs: bounded, a small multiple of its length. */
static void test_memory(void) {
    struct kith_terms t;
    char text[16];
    kith_terms_init(&t, (uint64_t[2]){1, 2});
    for (uint32_t i = 0; i < 1000000; i++) {
        size_t len = (size_t)snprintf(text, sizeof text, "%x", i);
        kith_terms_add(&t, kith_bytes(text, len), i / 1024);
        if (i % 1024 == 0)
            kith_terms_settle(&t);
    }
    kith_terms_settle(&t);
    CHECK(kith_terms_memory(&t) < 80u << 20); /* 80 bytes a word at the most, with room to grow */
    kith_terms_wipe(&t);
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    test_against_a_table();
    test_memory();
    return check_done();
}
