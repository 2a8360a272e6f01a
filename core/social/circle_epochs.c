/* SPDX-License-Identifier: MIT */
/* circle_epochs.c: which epoch is written in. */
#include <stdlib.h>

#include "base/bytes.h"
#include "social/circle_members.h"

struct epoch {
    const struct kith_circle_line *line;
    const struct epoch *parent; /* NULL: the first */
    bool counts;
    size_t honoured;            /* how many of what is owed */
    uint64_t *set;              /* which: a bit each */
};

static int by_generation(const void *a, const void *b) {
    const struct epoch *x = a, *y = b;
    if (x->line->generation != y->line->generation)
        return x->line->generation < y->line->generation ? -1 : 1;
    return (x->line->id > y->line->id) - (x->line->id < y->line->id);
}

/* The epochs are sorted, so a parent is settled before what follows it. */
static const struct epoch *find(const struct epoch *all, size_t count, uint32_t id, uint64_t generation) {
    for (size_t i = count; i-- > 0;) {
        if (all[i].line->generation < generation)
            break;
        if (all[i].line->generation == generation && all[i].line->id == id)
            return &all[i];
    }
    return NULL;
}

static int by_value(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* One statement may put out several people; it is owed once. */
static void arrange_owed(struct kith_circle_members *m) {
    size_t n = 0;
    qsort(m->owed, m->owed_count, sizeof *m->owed, by_value);
    for (size_t i = 0; i < m->owed_count; i++) {
        if (!n || m->owed[n - 1] != m->owed[i])
            m->owed[n++] = m->owed[i];
    }
    m->owed_count = n;
}

static void honour(const struct kith_circle_members *m, struct epoch *e, size_t words) {
    if (e->parent)
        memcpy(e->set, e->parent->set, words * sizeof *e->set);
    e->honoured = e->parent ? e->parent->honoured : 0;
    for (size_t i = 0; i < e->line->ref_count; i++) {
        const uint32_t *at = bsearch(&e->line->refs[i], m->owed, m->owed_count, sizeof *m->owed, by_value);
        size_t bit = at ? (size_t)(at - m->owed) : 0;
        if (!at || e->set[bit / 64] >> (bit % 64) & 1)
            continue;
        e->set[bit / 64] |= (uint64_t)1 << (bit % 64);
        e->honoured++;
    }
}

/* 0 for the founder, then the keepers as they were made, then all others by their ids. */
static int by_seniority(const struct kith_circle_members *m, uint32_t a, uint32_t b) {
    const struct kith_circle_person *x = kith_circle_person(m, a), *y = kith_circle_person(m, b);
    uint64_t p = a == m->rules.founder ? 0 : x->seniority ? x->seniority : UINT64_MAX;
    uint64_t q = b == m->rules.founder ? 0 : y->seniority ? y->seniority : UINT64_MAX;
    if (a == b)
        return 0;
    if (p != q)
        return p < q ? -1 : 1;
    return memcmp(m->rules.id_of(m->rules.ctx, a), m->rules.id_of(m->rules.ctx, b), sizeof(struct kith_pubkey));
}

static bool is_better(const struct kith_circle_members *m, const struct epoch *a, const struct epoch *b) {
    bool x = a->honoured == m->owed_count, y = b->honoured == m->owed_count;
    int order;
    if (x != y)
        return x;
    if (a->line->generation != b->line->generation)
        return a->line->generation > b->line->generation;
    order = by_seniority(m, a->line->author, b->line->author);
    return order ? order < 0 : a->line->sequence < b->line->sequence;
}

/* Only the founder can have made the first; every other one follows one that counts. */
static bool follows(const struct kith_circle_members *m, const struct epoch *e) {
    if (!e->line->parent)
        return e->line->generation == 1 && e->line->author == m->rules.founder;
    return e->parent && e->parent->counts;
}

static void choose(struct kith_circle_members *m, const struct epoch *best) {
    m->epoch = best->line->id;
    m->generation = best->line->generation;
    m->is_fit = best->honoured == m->owed_count;
    m->unhonoured = kith_alloc((m->owed_count + 1) * sizeof *m->unhonoured);
    for (size_t i = 0; i < m->owed_count; i++) {
        if (!(best->set[i / 64] >> (i % 64) & 1))
            m->unhonoured[m->unhonoured_count++] = m->owed[i];
    }
}

void kith_circle_settle_epoch(struct kith_circle_members *m, const struct kith_circle_line *lines, size_t count) {
    struct epoch *all = kith_alloc((count + 1) * sizeof *all), *best = NULL;
    size_t words, n = 0;
    uint64_t *sets;
    arrange_owed(m);
    words = m->owed_count / 64 + 1;
    for (size_t i = 0; i < count; i++) {
        if (lines[i].said == KITH_CIRCLE_EPOCH)
            all[n++].line = &lines[i];
    }
    qsort(all, n, sizeof *all, by_generation);
    sets = kith_alloc((n * words + 1) * sizeof *sets);
    for (size_t i = 0; i < n; i++) {
        struct epoch *e = &all[i];
        e->set = sets + i * words;
        if (e->line->parent && e->line->generation > 1)
            e->parent = find(all, i, e->line->parent, e->line->generation - 1);
        e->counts = follows(m, e) && kith_circle_counts(m, e->line->author, e->line->sequence);
        if (!e->counts)
            continue;
        honour(m, e, words);
        if (!best || is_better(m, e, best))
            best = e;
    }
    if (best)
        choose(m, best);
    kith_free(sets);
    kith_free(all);
}
