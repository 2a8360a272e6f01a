/* SPDX-License-Identifier: MIT */
/* search_run.c: what the index answers. */
#include "social/graph.h"
#include "social/profile.h"
#include "social/search_state.h"

#define MAX_NAMES 1024 /* people whose names are read when there is no index yet */

static size_t bit_words(const struct kith_search *x) {
    return (x->docs.count + 63) / 64;
}

static uint64_t *cleared(struct kith_vec *bits, size_t words) {
    uint64_t *p = kith_vec_resize(bits, words);
    if (words)
        memset(p, 0, words * sizeof *p);
    return p;
}

/* Leaves in x->found what has the term, too; false if that is nothing. */
static bool narrow(struct kith_search *x, struct kith_bytes term, bool is_prefix, bool is_first) {
    size_t words = bit_words(x);
    uint64_t *bits = cleared(is_first ? &x->found : &x->bits, words), *found = x->found.p, any = 0;
    uint32_t n = is_prefix ? KITH_TERM_NONE : kith_terms_find(&x->terms, term);
    if (is_prefix)
        kith_terms_mark_prefix(&x->terms, term, bits);
    else if (n != KITH_TERM_NONE)
        kith_terms_mark(&x->terms, n, bits);
    for (size_t i = 0; i < words; i++) {
        if (!is_first)
            found[i] &= bits[i];
        any |= found[i];
    }
    return any != 0;
}

/* All terms that a message has to have; false if none has them. */
static bool find_docs(struct kith_search *x, const struct kith_search_query *q) {
    bool is_first = true;
    for (size_t i = 0; i < q->clause_count; i++) {
        const struct kith_search_clause *c = &q->clauses[i];
        for (unsigned k = 0; k < c->count; k++) {
            const struct kith_piece *p = &q->pieces[c->first + k], *next = k + 1u < c->count ? p + 1 : NULL;
            bool is_last = c->first + k + 1u == q->piece_count, is_pair;
            uint8_t term[KITH_TERM_MAX];
            is_pair = p->is_unit && next && next->is_unit && next->is_glued;
            if (p->is_unit && p->is_glued && p[-1].is_unit && !is_pair)
                continue; /* the second of a pair that was looked for */
            if (!narrow(x, kith_search_term(term, p->is_tag ? KITH_SEARCH_TAG : 0, p, next),
                        (p->is_unit && !is_pair) || (!p->is_unit && is_last && q->is_open), is_first))
                return false;
            is_first = false;
        }
    }
    return !is_first;
}

/* ---- the newest of them ---- */

static bool is_older(const struct kith_found *a, const struct kith_found *b) {
    return a->time != b->time ? a->time < b->time : a->rec < b->rec;
}

struct newest { /* a heap with the oldest on top */
    struct kith_found *items;
    size_t count, cap;
    bool overflowed;
};

static void sink(struct newest *h, size_t i) {
    struct kith_found item = h->items[i];
    for (size_t child; (child = 2 * i + 1) < h->count; i = child) {
        if (child + 1 < h->count && is_older(&h->items[child + 1], &h->items[child]))
            child++;
        if (!is_older(&h->items[child], &item))
            break;
        h->items[i] = h->items[child];
    }
    h->items[i] = item;
}

static void offer(struct newest *h, const struct kith_found *f) {
    if (h->count < h->cap) {
        size_t i = h->count++;
        for (; i && is_older(f, &h->items[(i - 1) / 2]); i = (i - 1) / 2)
            h->items[i] = h->items[(i - 1) / 2];
        h->items[i] = *f;
        return;
    }
    h->overflowed = true;
    if (is_older(f, &h->items[0]))
        return;
    h->items[0] = *f;
    sink(h, 0);
}

/* Newest first. */
static void put_in_order(struct newest *h) {
    size_t count = h->count;
    while (h->count > 1) {
        struct kith_found oldest = h->items[0];
        h->items[0] = h->items[--h->count];
        sink(h, 0);
        h->items[h->count] = oldest;
    }
    h->count = count;
}

static void offer_all(struct kith_social *s, const struct kith_page *page, uint32_t by, struct newest *h) {
    const struct kith_search *x = s->search;
    const uint64_t *times = kith_store_times(s->store), *found = x->found.p;
    const struct kith_found before = {page->before_rec, page->before_time};
    bool has_before = page->before_time || page->before_rec;
    for (size_t i = 0; i < bit_words(x); i++) {
        for (uint64_t left = found[i]; left; left &= left - 1) {
            uint32_t doc = (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(left);
            uint32_t rec = *KITH_VEC_AT(&x->docs, uint32_t, doc);
            struct kith_found f = {rec, times[rec]};
            if (rec >= x->latest.count || *KITH_VEC_AT(&x->latest, uint32_t, rec) != doc + 1)
                continue; /* it says something else by now */
            if ((has_before && !is_older(&f, &before)) || !kith_page_passes(s, page, rec) ||
                (by != KITH_PERSON_NONE && kith_social_mark(s, rec)->person != by))
                continue;
            offer(h, &f);
        }
    }
}

static bool needs_text(const struct kith_search_query *q) {
    for (size_t i = 0; i < q->clause_count; i++) {
        if (!kith_search_is_indexed(q, &q->clauses[i]))
            return true;
    }
    return false;
}

static bool has_phrases(struct kith_social *s, const struct kith_search_query *q, uint32_t rec) {
    struct kith_search *x = s->search;
    int err;
    return kith_search_read(s, rec, &err) && kith_search_has_phrases(q, kith_buf_bytes(&x->text), &x->pieces);
}

size_t kith_search_run(struct kith_social *s, const struct kith_search_query *q, const struct kith_pubkey *by,
                       struct kith_page *page, struct kith_found *out, size_t cap) {
    bool reads = needs_text(q);
    struct newest h = {.cap = reads && cap < KITH_SEARCH_MAX_READS ? KITH_SEARCH_MAX_READS : cap};
    uint32_t person = by ? kith_people_find(s, by) : KITH_PERSON_NONE;
    size_t n = 0, i = 0;
    page->more = false;
    if (!s->search || !s->store || !cap || (by && person == KITH_TABLE_NONE) || !find_docs(s->search, q))
        return 0;
    h.items = kith_alloc(h.cap * sizeof *h.items);
    offer_all(s, page, person, &h);
    put_in_order(&h);
    for (; i < h.count && n < cap; i++) {
        page->before_time = h.items[i].time;
        page->before_rec = h.items[i].rec;
        if (!reads || has_phrases(s, q, h.items[i].rec))
            out[n++] = h.items[i];
    }
    page->more = h.overflowed || i < h.count;
    kith_free(h.items);
    return n;
}

/* ---- people ---- */

struct name_query {
    struct kith_piece words[8];
    size_t count;
};

static struct name_query read_name(struct kith_bytes name) {
    struct kith_fold f = {.text = name};
    struct name_query q = {.count = 0};
    while (q.count < 8 && kith_fold_next(&f, &q.words[q.count]))
        q.count++;
    return q;
}

/* Whether each word begins one of the name's. */
static bool name_matches(const struct name_query *q, struct kith_bytes name) {
    for (size_t i = 0; i < q->count; i++) {
        struct kith_fold f = {.text = name};
        struct kith_piece piece;
        bool found = false;
        while (!found && kith_fold_next(&f, &piece))
            found = piece.len >= q->words[i].len && memcmp(piece.text, q->words[i].text, q->words[i].len) == 0;
        if (!found)
            return false;
    }
    return true;
}

/* By what we call them or by what they call themselves now. */
static bool is_called(struct kith_social *s, const struct name_query *q, const struct kith_pubkey *who) {
    struct kith_buf name = {0};
    bool yes = kith_profile_get(s, who, KITH_PROFILE_NAME, &name) && name_matches(q, kith_buf_bytes(&name));
    name.len = 0;
    yes = yes || (kith_profile_get_public(s, who, KITH_PROFILE_NAME, &name) && name_matches(q, kith_buf_bytes(&name)));
    kith_buf_wipe(&name);
    return yes;
}

struct namesakes {
    struct kith_pubkey *out;
    size_t count, cap, exact;
};

/* Puts the person behind those who are as near, unless they are there already; the farthest falls out. */
static void insert(struct kith_social *s, struct namesakes *l, const struct kith_pubkey *who) {
    unsigned hops = kith_graph_hops(s, who);
    size_t at = l->count;
    for (size_t i = 0; i < l->count; i++) {
        if (kith_pubkey_eq(&l->out[i], who))
            return;
    }
    while (at > l->exact && kith_graph_hops(s, &l->out[at - 1]) > hops)
        at--;
    if (at == l->cap)
        return;
    if (l->count < l->cap)
        l->count++;
    memmove(l->out + at + 1, l->out + at, (l->count - 1 - at) * sizeof *l->out);
    l->out[at] = *who;
}

static void people_by_index(struct kith_social *s, const struct name_query *q, struct namesakes *l) {
    struct kith_search *x = s->search;
    uint8_t term[KITH_TERM_MAX];
    size_t reads = 0;
    for (size_t i = 0; i < q->count; i++) {
        if (!narrow(x, kith_search_term(term, KITH_SEARCH_NAME, &q->words[i], NULL), true, i == 0))
            return;
    }
    for (uint32_t doc = (uint32_t)x->docs.count; doc-- && reads < KITH_SEARCH_MAX_READS;) {
        struct kith_pubkey who;
        int err;
        if (!(*KITH_VEC_AT(&x->found, uint64_t, doc / 64) >> doc % 64 & 1))
            continue;
        reads++;
        if (kith_search_read_name(s, *KITH_VEC_AT(&x->docs, uint32_t, doc), &who, &err) && is_called(s, q, &who))
            insert(s, l, &who);
    }
}

static void people_by_reading(struct kith_social *s, const struct name_query *q, struct namesakes *l) {
    size_t reads = 0;
    for (uint32_t i = 0; i < s->people.count && reads < MAX_NAMES; i++) {
        struct kith_pubkey who = kith_people_at(s, i)->id;
        if (!kith_people_at(s, i)->about_1)
            continue;
        reads++;
        if (is_called(s, q, &who))
            insert(s, l, &who);
    }
}

size_t kith_search_people(struct kith_social *s, struct kith_bytes name, struct kith_pubkey *out, size_t cap) {
    struct name_query q = read_name(name);
    struct namesakes l = {.out = out, .cap = cap};
    if (!cap || !s->store)
        return 0;
    l.exact = l.count = kith_profile_find(s, name, out, cap);
    if (q.count && kith_search_is_ready(s))
        people_by_index(s, &q, &l);
    else if (q.count)
        people_by_reading(s, &q, &l);
    return l.count;
}
