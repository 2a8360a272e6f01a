/* SPDX-License-Identifier: MIT */
/* circle_readers.c: who can read what was said to a circle: by the key that it was sealed with, not by who is
 * in it today. */
#include <stdlib.h>

#include "base/bytes.h"
#include "social/circle.h"
#include "social/state.h"

static const struct kith_circle_item *item_at(const struct kith_social *s, uint32_t number_1) {
    return number_1 ? KITH_VEC_AT(&s->circles.items, struct kith_circle_item, number_1 - 1) : NULL;
}

static const struct kith_circle_item *first_of(const struct kith_social *s, uint32_t circle) {
    return item_at(s, KITH_VEC_AT(&s->circles.all, struct kith_circle, circle)->lines_1);
}

static const struct kith_circle_item *epoch_of(const struct kith_social *s, uint32_t circle, uint32_t key_1, uint32_t id) {
    for (const struct kith_circle_item *it = first_of(s, circle); it; it = item_at(s, it->next_1)) {
        if (it->said == KITH_CIRCLE_EPOCH && (key_1 ? it->key_1 == key_1 : it->id == id))
            return it;
    }
    return NULL;
}

static int by_value(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* What the epoch and those before it were made for, sorted. */
static void honoured(const struct kith_social *s, uint32_t circle, const struct kith_circle_item *epoch, struct kith_vec *out) {
    for (; epoch; epoch = epoch->parent ? epoch_of(s, circle, 0, epoch->parent) : NULL) {
        for (uint32_t i = 0; i < epoch->ref_count; i++)
            *(uint32_t *)kith_vec_push(out) = *KITH_VEC_AT(&s->circles.refs, uint32_t, epoch->refs_at + i);
    }
    if (out->count)
        qsort(out->p, out->count, sizeof(uint32_t), by_value);
}

/* Whether somebody who is out now was in then: nothing that keeps them out was honoured yet. */
static bool was_in(const struct kith_circle_members *m, const struct kith_circle_person *p, const struct kith_vec *done) {
    for (size_t k = 0; k < p->cuts_count; k++) {
        const struct kith_circle_cut *cut = &m->cuts[p->cuts_at + k];
        if (cut->until == UINT64_MAX && done->count && bsearch(&cut->id, done->p, done->count, sizeof cut->id, by_value))
            return false;
    }
    return p->was_added;
}

/* In our own circles: whom we gave the key, and who is in and will be given it. */
static bool holds_ours(const struct kith_social *s, const struct kith_circle_person *p, const struct kith_circle_due *due,
                       const struct kith_circle_item *epoch) {
    return p->number == KITH_PERSON_ME || kith_circle_was_given(s, epoch->key_1, p->number) ||
           (p->standing != KITH_CIRCLE_OUT && due->from <= epoch->generation);
}

void kith_circle_readers(struct kith_social *s, uint32_t circle, uint32_t rec, enum kith_circle_reads *out) {
    const struct kith_circle_settled *settled = kith_circle_dues(s, circle);
    const struct kith_circle_members *m = &settled->members;
    uint32_t key_1 = kith_social_mark(s, rec)->key_1;
    const struct kith_circle_item *epoch = key_1 ? epoch_of(s, circle, key_1, 0) : NULL;
    struct kith_vec done = {.item_len = sizeof(uint32_t)};
    honoured(s, circle, epoch, &done);
    for (size_t i = 0; i < m->people_count; i++) {
        const struct kith_circle_person *p = &m->people[i];
        bool holds = epoch && settled->dues[i].from <= epoch->generation && (p->standing != KITH_CIRCLE_OUT || was_in(m, p, &done));
        if (epoch && !m->rules.needs_accept)
            holds = holds_ours(s, p, &settled->dues[i], epoch);
        out[i] = !holds ? KITH_CIRCLE_READS_NOT : p->standing != KITH_CIRCLE_OUT ? KITH_CIRCLE_READS : KITH_CIRCLE_READS_STILL;
    }
    kith_vec_wipe(&done);
}
