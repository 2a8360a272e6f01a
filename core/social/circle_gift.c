/* SPDX-License-Identifier: MIT */
/* circle_gift.c: who has to be given which keys. */
#include <stdlib.h>

#include "base/bytes.h"
#include "social/circle.h"
#include "social/state.h"

static const struct kith_circle *circle_at(const struct kith_social *s, uint32_t i) {
    return KITH_VEC_AT(&s->circles.all, struct kith_circle, i);
}
static const struct kith_circle_item *item_at(const struct kith_social *s, uint32_t i) {
    return KITH_VEC_AT(&s->circles.items, struct kith_circle_item, i);
}

uint64_t kith_circle_given_key(const struct kith_social *s, uint32_t key_1, uint32_t person) {
    uint8_t both[9] = {1};
    kith_put_u32le(both + 1, key_1);
    kith_put_u32le(both + 5, person);
    return kith_social_key(s, KITH_SPACE_CIRCLE, kith_bytes(both, sizeof both));
}

bool kith_circle_was_given(const struct kith_social *s, uint32_t key_1, uint32_t person) {
    return kith_table_get(&s->circles.given_slots, kith_circle_given_key(s, key_1, person)) != KITH_TABLE_NONE;
}

/* ---- what is due ---- */

/* In a circle the owner's last word counts: who comes back may be let in from now on only, and what was said while
 * they were out is not theirs. In a group several may have added somebody, and none of them later than the others. */
static void add_due(const struct kith_circle *c, const struct kith_circle_item *it, struct kith_circle_due *due, uint64_t *last) {
    due->ours |= it->author == KITH_PERSON_ME;
    if (c->kind == KITH_CIRCLE_GROUP ? it->generation < due->from : it->sequence >= *last)
        due->from = it->generation;
    if (it->sequence > *last)
        *last = it->sequence;
}

struct generation {
    uint64_t n;
    uint32_t item;
};

static int newest_first(const void *a, const void *b) {
    const struct generation *x = a, *y = b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return (x->item < y->item) - (x->item > y->item);
}

static void find_dues(struct kith_social *s, uint32_t circle, struct kith_circle_settled *settled) {
    const struct kith_circle_members *m = &settled->members;
    const struct kith_circle *c = circle_at(s, circle);
    uint64_t *last = kith_alloc((m->people_count + 1) * sizeof *last);
    struct generation *all;
    size_t count = 0;
    settled->dues = kith_alloc((m->people_count + 1) * sizeof *settled->dues);
    for (size_t i = 0; i < m->people_count; i++)
        settled->dues[i].from = m->people[i].number == c->owner ? 0 : UINT64_MAX; /* whom nobody has to add */
    for (uint32_t i = c->lines_1; i; i = item_at(s, i - 1)->next_1) {
        const struct kith_circle_item *it = item_at(s, i - 1);
        const struct kith_circle_person *p = it->said == KITH_CIRCLE_ADD ? kith_circle_person(m, it->who) : NULL;
        if (p && it->who != c->owner)
            add_due(c, it, &settled->dues[p - m->people], &last[p - m->people]);
        count += it->said == KITH_CIRCLE_EPOCH;
    }
    all = kith_alloc((count + 1) * sizeof *all);
    settled->epochs = kith_alloc((count + 1) * sizeof *settled->epochs);
    settled->epoch_count = count;
    count = 0;
    for (uint32_t i = c->lines_1; i; i = item_at(s, i - 1)->next_1) {
        if (item_at(s, i - 1)->said == KITH_CIRCLE_EPOCH)
            all[count++] = (struct generation){item_at(s, i - 1)->generation, i - 1};
    }
    qsort(all, count, sizeof *all, newest_first);
    for (size_t i = 0; i < count; i++)
        settled->epochs[i] = all[i].item;
    kith_free(all);
    kith_free(last);
}

struct kith_circle_settled *kith_circle_dues(struct kith_social *s, uint32_t circle) {
    struct kith_circle_settled *settled = kith_circle_settled(s, circle);
    if (settled && !settled->dues)
        find_dues(s, circle, settled);
    return settled;
}

void kith_circle_dues_wipe(struct kith_circle_settled *settled) {
    kith_free(settled->dues);
    kith_free(settled->epochs);
    settled->dues = NULL;
    settled->epochs = NULL;
    settled->epoch_count = settled->given_at = 0;
}

/* ---- the next gift ---- */

/* The newest first, up to the most that one message takes: what is written now is what they miss most. */
static size_t lacks(const struct kith_social *s, const struct kith_circle_settled *settled, size_t at, uint32_t keys[KITH_CIRCLE_KEYS_MAX]) {
    const struct kith_circle_due *due = &settled->dues[at];
    size_t n = 0;
    for (size_t i = 0; i < settled->epoch_count && n < KITH_CIRCLE_KEYS_MAX; i++) {
        const struct kith_circle_item *it = item_at(s, settled->epochs[i]);
        if (it->generation < due->from)
            break;
        if ((due->ours || it->author == KITH_PERSON_ME) && !kith_circle_was_given(s, it->key_1, settled->members.people[at].number))
            keys[n++] = it->key_1;
    }
    return n;
}

void kith_circle_gift(struct kith_social *s, uint32_t circle, struct kith_circle_gift *out) {
    struct kith_circle_settled *settled = kith_circle_dues(s, circle);
    uint32_t first[KITH_CIRCLE_KEYS_MAX], keys[KITH_CIRCLE_KEYS_MAX];
    size_t first_count = 0;
    *out = (struct kith_circle_gift){.people_count = 0};
    if (!settled)
        return;
    for (size_t i = settled->given_at; i < settled->members.people_count && out->people_count < KITH_CIRCLE_READERS_MAX; i++) {
        const struct kith_circle_person *p = &settled->members.people[i];
        struct kith_box2_dm dm;
        size_t n = 0;
        if (p->standing != KITH_CIRCLE_OUT && p->number != KITH_PERSON_ME && !kith_social_dm_keys(s, &kith_people_at(s, p->number)->id, &dm))
            n = lacks(s, settled, i, keys);
        if (!n && settled->given_at == i)
            settled->given_at++;
        if (!n || (out->people_count && (n != first_count || memcmp(first, keys, n * sizeof *keys) != 0)))
            continue;
        memcpy(first, keys, sizeof first);
        first_count = n;
        out->people[out->people_count++] = kith_people_at(s, p->number)->id;
    }
    for (size_t k = 0; k < first_count; k++) {
        const struct kith_circle_key *key = KITH_VEC_AT(&s->circles.keys, struct kith_circle_key, first[k] - 1);
        out->keys[k].generation = key->generation;
        out->keys[k].key = key->key;
    }
    out->key_count = first_count;
}
