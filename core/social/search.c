/* SPDX-License-Identifier: MIT */
/* search.c: the index and how it follows the log. What it is asked is in search_run.c. */
#include "social/search.h"

#include "social/profile.h"
#include "social/search_state.h"

#define STEP_BYTES 65536 /* of text, after which a step ends early: about 5 ms */

void kith_search_start(struct kith_social *s) {
    struct kith_search *x = s->search;
    if (x)
        return;
    x = s->search = kith_alloc(sizeof *x);
    kith_terms_init(&x->terms, s->seed);
    x->docs = x->latest = x->again = KITH_VEC(uint32_t);
    x->pieces = KITH_VEC(struct kith_piece);
    x->found = x->bits = KITH_VEC(uint64_t);
}

void kith_search_drop(struct kith_social *s) {
    struct kith_search *x = s->search;
    if (!x)
        return;
    kith_terms_wipe(&x->terms);
    kith_vec_wipe(&x->docs);
    kith_vec_wipe(&x->latest);
    kith_vec_wipe(&x->again);
    kith_vec_wipe(&x->pieces);
    kith_vec_wipe(&x->found);
    kith_vec_wipe(&x->bits);
    kith_buf_wipe(&x->text);
    kith_free(x);
    s->search = NULL;
}

size_t kith_search_memory(const struct kith_social *s) {
    const struct kith_search *x = s->search;
    if (!x)
        return 0;
    return sizeof *x + kith_terms_memory(&x->terms) + (x->docs.cap + x->latest.cap + x->again.cap) * sizeof(uint32_t) +
           x->pieces.cap * sizeof(struct kith_piece) + (x->found.cap + x->bits.cap) * sizeof(uint64_t) + x->text.cap;
}

bool kith_search_is_started(const struct kith_social *s) {
    return s->search != NULL;
}

bool kith_search_is_ready(const struct kith_social *s) {
    return s->search && s->search->next_rec >= s->marks.count && !s->search->again.count;
}

bool kith_search_has_read(const struct kith_social *s, uint64_t count) {
    return s->search && !s->search->again.count && (s->search->next_rec >= count || kith_search_is_ready(s));
}

struct kith_search_size kith_search_count(const struct kith_social *s) {
    struct kith_search_size size = {.messages = s->search ? s->search->messages : 0};
    for (uint32_t i = 0; i < s->people.count; i++) {
        for (uint32_t a = kith_people_at(s, i)->about_1; a;) {
            const struct kith_about_item *item = KITH_VEC_AT(&s->abouts, struct kith_about_item, a - 1);
            size.people += item->rec_1[KITH_PROFILE_NAME] != 0;
            a = item->rec_1[KITH_PROFILE_NAME] ? 0 : item->next_1;
        }
    }
    return size;
}

static uint32_t *latest_of(struct kith_search *x, uint32_t rec) {
    if (rec >= x->latest.count)
        kith_vec_extend(&x->latest, rec + 1 - x->latest.count);
    return KITH_VEC_AT(&x->latest, uint32_t, rec);
}

static void remove_doc(struct kith_search *x, uint32_t rec) {
    if (rec >= x->latest.count || !*latest_of(x, rec))
        return;
    *latest_of(x, rec) = 0;
    x->messages--;
}

/* The words of x->text as terms of the document. A piece that needs no neighbour has one as well: then it
 * is ignored. */
static void add_terms(struct kith_search *x, uint8_t kind, uint32_t doc) {
    struct kith_fold f = {.text = kith_buf_bytes(&x->text), .tags = !kind};
    struct kith_piece two[2], *piece = &two[0], *next = &two[1];
    uint8_t term[KITH_TERM_MAX];
    unsigned count = 0;
    bool more = kith_fold_next(&f, piece);
    while (more && count < KITH_SEARCH_TERMS_MAX) {
        struct kith_piece *swap = piece;
        more = kith_fold_next(&f, next);
        count += kith_terms_add(&x->terms, kith_search_term(term, piece->is_tag ? KITH_SEARCH_TAG : kind, piece, more ? next : NULL), doc);
        piece = next;
        next = swap;
    }
}

/* Puts the record into the index as it stands now, in the place of what it said before. */
static int index_message(struct kith_social *s, uint32_t rec) {
    struct kith_search *x = s->search;
    int err;
    bool is_there = kith_search_read(s, rec, &err);
    if (err)
        return err;
    remove_doc(x, rec);
    if (!is_there)
        return KITH_OK;
    *(uint32_t *)kith_vec_push(&x->docs) = rec;
    *latest_of(x, rec) = (uint32_t)x->docs.count;
    x->messages++;
    add_terms(x, 0, (uint32_t)x->docs.count - 1);
    return KITH_OK;
}

static int index_name(struct kith_social *s, uint32_t rec) {
    struct kith_search *x = s->search;
    struct kith_pubkey who;
    int err;
    if (kith_search_read_name(s, rec, &who, &err)) {
        *(uint32_t *)kith_vec_push(&x->docs) = rec;
        add_terms(x, KITH_SEARCH_NAME, (uint32_t)x->docs.count - 1);
    }
    return err;
}

/* An edit or a retraction: its target is looked at again, unless that is still to come. */
static int index_change(struct kith_social *s, uint32_t rec) {
    struct kith_reading *r;
    struct kith_msgid target;
    uint64_t number;
    int err = kith_social_read(s, 0, rec, &r);
    if (err == KITH_ERR_NOT_FOUND || err == KITH_ERR_CORRUPT)
        return KITH_OK;
    if (err || r->entry.content == KITH_JSON_NONE ||
        !kith_facts_message(r->entry.content_doc, kith_json_get(r->entry.content_doc, r->entry.content, "target"), &target) ||
        !kith_store_find(s->store, &target, &number) || number >= s->search->next_rec ||
        kith_social_mark(s, (uint32_t)number)->person != kith_social_mark(s, rec)->person)
        return err;
    return index_message(s, (uint32_t)number);
}

static int index_record(struct kith_social *s, uint32_t rec) {
    const struct kith_mark *m = kith_social_mark(s, rec);
    s->search->text.len = 0;
    if (!(m->flags & KITH_MARK_READABLE) || m->flags & KITH_MARK_GONE)
        return KITH_OK;
    switch (m->kind) {
    case KITH_KIND_POST:
    case KITH_KIND_SHARE:
    case KITH_KIND_OTHER:
        return index_message(s, rec);
    case KITH_KIND_ABOUT:
        return index_name(s, rec);
    case KITH_KIND_EDIT:
    case KITH_KIND_RETRACT:
        return index_change(s, rec);
    default:
        return KITH_OK;
    }
}

int kith_search_step(struct kith_social *s) {
    struct kith_search *x = s->search;
    size_t bytes = 0;
    int err = KITH_OK;
    if (!x || !s->store)
        return KITH_OK;
    for (unsigned i = 0; i < KITH_SEARCH_STEP && bytes < STEP_BYTES && !kith_search_is_ready(s); i++) {
        bool is_again = x->again.count > 0;
        uint32_t rec = is_again ? *KITH_VEC_AT(&x->again, uint32_t, x->again.count - 1) : x->next_rec;
        err = index_record(s, rec);
        if (err)
            break;
        bytes += x->text.len;
        if (is_again)
            x->again.count--;
        else
            x->next_rec++;
    }
    kith_terms_settle(&x->terms);
    return err;
}

void kith_search_again(struct kith_social *s, uint32_t rec) {
    struct kith_search *x = s->search;
    if (x && rec < x->next_rec)
        *(uint32_t *)kith_vec_push(&x->again) = rec;
}

/* A forgotten edit cannot be read any more, and what it replaced stands again: as nobody does that often,
 * the index is simply made anew when it is next asked for. */
void kith_search_forget(struct kith_social *s, uint32_t rec) {
    unsigned kind = kith_social_mark(s, rec)->kind;
    if (s->search && (kind == KITH_KIND_EDIT || kind == KITH_KIND_RETRACT))
        kith_search_drop(s);
    else if (s->search)
        remove_doc(s->search, rec);
}
