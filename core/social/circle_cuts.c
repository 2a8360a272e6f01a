/* SPDX-License-Identifier: MIT */
/* circle_cuts.c: the words that put somebody out, and what takes them back. */
#include <stdlib.h>

#include "base/bytes.h"
#include "social/circle_members.h"

static int by_person(const void *a, const void *b) {
    const struct kith_circle_cut *x = a, *y = b;
    if (x->who != y->who)
        return x->who < y->who ? -1 : 1;
    if (x->upto != y->upto)
        return x->upto < y->upto ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static int by_id(const void *a, const void *b) {
    const struct kith_circle_cut *x = *(struct kith_circle_cut *const *)a, *y = *(struct kith_circle_cut *const *)b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return (x->who > y->who) - (x->who < y->who);
}

/* Statements can have thousands of cuts and refs, all of one hostile member: each ref is looked up. */
void kith_circle_cuts_arrange(struct kith_circle_members *m) {
    qsort(m->cuts, m->cut_count, sizeof *m->cuts, by_person);
    for (size_t i = 0; i < m->cut_count; i++)
        m->cuts_by_id[i] = &m->cuts[i];
    qsort(m->cuts_by_id, m->cut_count, sizeof(struct kith_circle_cut *), by_id);
    for (size_t i = 0; i < m->people_count; i++)
        m->people[i].cuts_count = 0;
    for (size_t i = 0; i < m->cut_count; i++) {
        struct kith_circle_person *p = kith_circle_person(m, m->cuts[i].who);
        if (!p->cuts_count++)
            p->cuts_at = i;
    }
}

void kith_circle_cut_add(struct kith_circle_members *m, const struct kith_circle_line *l, unsigned rank) {
    bool own = l->said == KITH_CIRCLE_LEAVE;
    m->cuts[m->cut_count++] = (struct kith_circle_cut){.id = l->id,
                                                       .who = own ? l->author : l->who,
                                                       .upto = own ? l->sequence : l->upto,
                                                       .until = KITH_CIRCLE_NEVER,
                                                       .until_founder = KITH_CIRCLE_NEVER,
                                                       .rank = (uint8_t)rank};
}

/* The first that is not before it. */
static size_t find_cut(const struct kith_circle_members *m, uint32_t id, uint32_t who) {
    size_t low = 0, high = m->cut_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const struct kith_circle_cut *c = m->cuts_by_id[mid];
        if (c->id < id || (c->id == id && c->who < who))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* An add takes back the cuts that it names: nothing of what was said in between, but all after it. Of
 * several the earliest counts. Only who stands at least as high may; who left of their own will may be
 * asked back by anybody who may ask at all. True: something has changed. */
bool kith_circle_lift(struct kith_circle_members *m, const struct kith_circle_line *add, unsigned rank) {
    bool changed = false;
    for (size_t k = 0; k < add->ref_count; k++) {
        for (size_t i = find_cut(m, add->refs[k], add->who); i < m->cut_count; i++) {
            struct kith_circle_cut *c = m->cuts_by_id[i];
            if (c->id != add->refs[k] || c->who != add->who)
                break;
            if (c->rank > rank)
                continue;
            changed |= add->upto < c->until;
            if (add->upto < c->until)
                c->until = add->upto;
            if (rank == KITH_CIRCLE_RANK_FOUNDER && add->upto < c->until_founder)
                c->until_founder = add->upto;
        }
    }
    return changed;
}

/* Who leaves while they are excluded says nothing: else everybody who was put out could ask for one more
 * new key. Cuts are in the order of upto: `reach` is how far those before have gone. */
void kith_circle_void_leaves(struct kith_circle_members *m, unsigned rank) {
    for (size_t i = 0, k; i < m->cut_count; i = k) {
        uint64_t reach = 0;
        size_t from = i;
        for (k = i; k < m->cut_count && m->cuts[k].who == m->cuts[i].who; k++) {
            struct kith_circle_cut *c = &m->cuts[k];
            for (; m->cuts[from].upto < c->upto; from++) {
                if (m->cuts[from].rank == rank && m->cuts[from].until > reach)
                    reach = m->cuts[from].until;
            }
            if (c->rank == KITH_CIRCLE_RANK_SELF && c->upto <= reach) {
                c->is_void = true;
                c->is_void_early |= rank == KITH_CIRCLE_RANK_FOUNDER;
            }
        }
    }
}
