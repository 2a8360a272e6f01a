/* SPDX-License-Identifier: MIT */
#include "social/search_terms.h"

#include <stdlib.h>

#define CHUNK_FIRST 8   /* bytes of documents in the first chunk of a term; each next one has twice as many */
#define CHUNK_DOUBLED 7 /* times, to 1 KiB */
#define RUN_MAX 32768   /* terms; longer runs are not merged, which would take too long at once */
#define CHUNK_NEXT 4    /* bytes in front: where the next chunk is */

struct term {
    uint32_t hash;
    uint32_t text_at;
    uint32_t last;       /* the newest document; the only one while there is no chunk */
    uint32_t count;
    uint32_t head, tail; /* chunks */
    uint16_t used;       /* bytes of the tail */
    uint8_t len, size;   /* of the text; how often the tail is doubled */
};

void kith_terms_init(struct kith_terms *t, const uint64_t seed[2]) {
    *t = (struct kith_terms){
        .terms = KITH_VEC(struct term),
        .slots = KITH_VEC(uint32_t),
        .text = KITH_VEC(uint8_t),
        .chunks = KITH_VEC(uint8_t),
        .order = KITH_VEC(uint32_t),
        .runs = KITH_VEC(uint32_t),
    };
    kith_put_u64le(t->key.b, seed[0]);
    kith_put_u64le(t->key.b + 8, ~seed[1]);
}

void kith_terms_wipe(struct kith_terms *t) {
    struct kith_vec *all[] = {&t->terms, &t->slots, &t->text, &t->chunks, &t->order, &t->runs};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        kith_vec_wipe(all[i]);
}

size_t kith_terms_memory(const struct kith_terms *t) {
    return t->terms.cap * sizeof(struct term) + t->text.cap + t->chunks.cap +
           (t->slots.cap + t->order.cap + t->runs.cap) * sizeof(uint32_t);
}

static struct term *term_at(const struct kith_terms *t, uint32_t i) {
    return KITH_VEC_AT(&t->terms, struct term, i);
}

static struct kith_bytes text_of(const struct kith_terms *t, uint32_t i) {
    const struct term *term = term_at(t, i);
    return kith_bytes(KITH_VEC_AT(&t->text, uint8_t, term->text_at), term->len);
}

/* ---- the hash table ---- */

/* The slot of the text, or the free one where it would go. The table is never full. */
static uint32_t *probe(const struct kith_terms *t, struct kith_bytes text, uint32_t hash) {
    size_t mask = t->slots.count - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        uint32_t *slot = KITH_VEC_AT(&t->slots, uint32_t, i);
        if (!*slot || (term_at(t, *slot - 1)->hash == hash && kith_bytes_eq(text_of(t, *slot - 1), text)))
            return slot;
    }
}

static void grow_slots(struct kith_terms *t) {
    struct kith_vec old = t->slots;
    size_t mask;
    t->slots = KITH_VEC(uint32_t);
    kith_vec_extend(&t->slots, old.count ? old.count * 2 : 1024);
    mask = t->slots.count - 1;
    for (uint32_t n = 0; n < t->terms.count; n++) {
        size_t i = term_at(t, n)->hash & mask;
        while (*KITH_VEC_AT(&t->slots, uint32_t, i))
            i = (i + 1) & mask;
        *KITH_VEC_AT(&t->slots, uint32_t, i) = n + 1;
    }
    kith_vec_wipe(&old);
}

static uint32_t hash_of(const struct kith_terms *t, struct kith_bytes text) {
    return (uint32_t)kith_siphash(text, &t->key);
}

uint32_t kith_terms_find(const struct kith_terms *t, struct kith_bytes text) {
    return t->slots.count ? *probe(t, text, hash_of(t, text)) - 1 : KITH_TERM_NONE;
}

static struct term *intern(struct kith_terms *t, struct kith_bytes text) {
    uint32_t hash = hash_of(t, text), *slot;
    struct term *term;
    KITH_ASSERT(text.len && text.len <= KITH_TERM_MAX);
    if ((t->terms.count + 1) * 4 > t->slots.count * 3)
        grow_slots(t);
    slot = probe(t, text, hash);
    if (*slot)
        return term_at(t, *slot - 1);
    term = kith_vec_push(&t->terms);
    *slot = (uint32_t)t->terms.count;
    *term = (struct term){.hash = hash, .text_at = (uint32_t)t->text.count, .len = (uint8_t)text.len};
    memcpy(kith_vec_extend(&t->text, text.len), text.p, text.len);
    return term;
}

/* ---- documents of a term ---- */

static uint16_t chunk_room(unsigned size) {
    return (uint16_t)(CHUNK_FIRST << size);
}

static uint32_t new_chunk(struct kith_terms *t, unsigned size) {
    uint32_t at = (uint32_t)t->chunks.count;
    kith_vec_extend(&t->chunks, CHUNK_NEXT + (size_t)chunk_room(size));
    return at;
}

static void put_byte(struct kith_terms *t, struct term *term, uint8_t b) {
    if (term->used == chunk_room(term->size)) {
        unsigned size = term->size < CHUNK_DOUBLED ? term->size + 1u : term->size;
        uint32_t at = new_chunk(t, size);
        kith_put_u32le(KITH_VEC_AT(&t->chunks, uint8_t, term->tail), at);
        term->tail = at;
        term->size = (uint8_t)size;
        term->used = 0;
    }
    *KITH_VEC_AT(&t->chunks, uint8_t, term->tail + CHUNK_NEXT + term->used++) = b;
}

/* LEB128: seven bits a byte, low ones first. */
static void put_varint(struct kith_terms *t, struct term *term, uint32_t v) {
    for (; v > 127; v >>= 7)
        put_byte(t, term, (uint8_t)(v | 128));
    put_byte(t, term, (uint8_t)v);
}

bool kith_terms_add(struct kith_terms *t, struct kith_bytes text, uint32_t doc) {
    struct term *term = intern(t, text);
    if (!term->count) {
        term->last = doc;
        term->count = 1;
        return true;
    }
    if (term->last == doc)
        return false;
    KITH_ASSERT(doc > term->last);
    if (term->count == 1) {
        term->head = term->tail = new_chunk(t, 0);
        put_varint(t, term, term->last);
    }
    put_varint(t, term, doc - term->last);
    term->last = doc;
    term->count++;
    return true;
}

static void set_bit(uint64_t *bits, uint32_t i) {
    bits[i / 64] |= (uint64_t)1 << i % 64;
}

void kith_terms_mark(const struct kith_terms *t, uint32_t n, uint64_t *bits) {
    const struct term *term = term_at(t, n);
    const uint8_t *chunks = t->chunks.p, *p, *end;
    uint32_t doc = 0, at = term->head;
    unsigned size = 0;
    if (term->count == 1) {
        set_bit(bits, term->last);
        return;
    }
    p = chunks + at + CHUNK_NEXT;
    end = p + chunk_room(size);
    for (uint32_t left = term->count; left; left--) {
        uint32_t v = 0;
        for (unsigned shift = 0;; shift += 7) {
            uint8_t b;
            if (p == end) {
                at = kith_get_u32le(chunks + at);
                size += size < CHUNK_DOUBLED;
                p = chunks + at + CHUNK_NEXT;
                end = p + chunk_room(size);
            }
            b = *p++;
            v |= (uint32_t)(b & 127) << shift;
            if (b < 128)
                break;
        }
        doc += v;
        set_bit(bits, doc);
    }
}

/* ---- order ---- */

static void merge(const struct kith_terms *t, uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count, uint32_t *out) {
    size_t i = 0, k = 0;
    while (i < a_count && k < b_count) {
        if (kith_bytes_cmp(text_of(t, a[i]), text_of(t, b[k])) <= 0)
            *out++ = a[i++];
        else
            *out++ = b[k++];
    }
    memcpy(out, a + i, (a_count - i) * sizeof *a);
    memcpy(out + (a_count - i), b + k, (b_count - k) * sizeof *b);
}

/* Merge sort, upwards. */
static void sort(const struct kith_terms *t, uint32_t *items, size_t count) {
    uint32_t *from = items, *to = kith_alloc(count * sizeof *to), *spare = to;
    for (size_t width = 1; width < count; width *= 2) {
        uint32_t *swap = from;
        for (size_t i = 0; i < count; i += 2 * width) {
            size_t a = count - i < width ? count - i : width;
            size_t b = count - i - a < width ? count - i - a : width;
            merge(t, from + i, a, from + i + a, b, to + i);
        }
        from = to;
        to = swap;
    }
    if (from != items)
        memcpy(items, from, count * sizeof *items);
    kith_free(spare);
}

static uint32_t run_end(const struct kith_terms *t, size_t i) {
    return *KITH_VEC_AT(&t->runs, uint32_t, i);
}
static uint32_t run_start(const struct kith_terms *t, size_t i) {
    return i ? run_end(t, i - 1) : 0;
}

static void join_last_runs(struct kith_terms *t) {
    size_t n = t->runs.count;
    uint32_t start = run_start(t, n - 2), middle = run_start(t, n - 1), end = run_end(t, n - 1);
    uint32_t *both = kith_alloc((end - start) * sizeof *both), *order = t->order.p;
    merge(t, order + start, middle - start, order + middle, end - middle, both);
    memcpy(order + start, both, (end - start) * sizeof *both);
    kith_free(both);
    t->runs.count--;
    *KITH_VEC_AT(&t->runs, uint32_t, n - 2) = end;
}

void kith_terms_settle(struct kith_terms *t) {
    uint32_t had = (uint32_t)t->order.count, count = (uint32_t)t->terms.count - had, *fresh;
    if (!count)
        return;
    fresh = kith_vec_extend(&t->order, count);
    for (uint32_t i = 0; i < count; i++)
        fresh[i] = had + i;
    sort(t, fresh, count);
    *(uint32_t *)kith_vec_push(&t->runs) = had + count;
    while (t->runs.count > 1) {
        size_t n = t->runs.count;
        uint32_t last = run_end(t, n - 1) - run_start(t, n - 1), before = run_end(t, n - 2) - run_start(t, n - 2);
        if (before > 2 * last || before + last > RUN_MAX)
            break;
        join_last_runs(t);
    }
}

void kith_terms_mark_prefix(const struct kith_terms *t, struct kith_bytes prefix, uint64_t *bits) {
    const uint32_t *order = t->order.p;
    for (size_t r = 0; r < t->runs.count; r++) {
        uint32_t low = run_start(t, r), high = run_end(t, r), end = high;
        while (low < high) { /* the first that is not before the prefix */
            uint32_t mid = low + (high - low) / 2;
            if (kith_bytes_cmp(text_of(t, order[mid]), prefix) < 0)
                low = mid + 1;
            else
                high = mid;
        }
        for (; low < end; low++) {
            struct kith_bytes text = text_of(t, order[low]);
            if (text.len < prefix.len || memcmp(text.p, prefix.p, prefix.len) != 0)
                break;
            kith_terms_mark(t, order[low], bits);
        }
    }
}
