/* SPDX-License-Identifier: MIT */
#include "node/effects.h"

#include "crypto/crypto.h"

struct kith_effect_item {
    struct kith_effect effect;
    struct kith_buf bytes;
};

/* A seed, or a passphrase that is to be stretched. */
static void wipe_given(struct kith_effects *q) {
    if (q->given_is_secret && q->given.p)
        kith_wipe(q->given.p, q->given.len);
    kith_buf_wipe(&q->given);
}

void kith_effects_wipe(struct kith_effects *q) {
    for (size_t i = 0; i < q->count; i++)
        kith_buf_wipe(&q->items[(q->first + i) % q->cap].bytes);
    kith_free(q->items);
    wipe_given(q);
    *q = (struct kith_effects){0};
}

static void grow(struct kith_effects *q) {
    size_t cap = q->cap ? q->cap * 2 : 16;
    struct kith_effect_item *items = kith_alloc(cap * sizeof *items);
    for (size_t i = 0; i < q->count; i++)
        items[i] = q->items[(q->first + i) % q->cap];
    kith_free(q->items);
    q->items = items;
    q->cap = cap;
    q->first = 0;
}

void kith_effects_put(struct kith_effects *q, const struct kith_effect *e) {
    struct kith_effect_item *item;
    if (q->count == q->cap)
        grow(q);
    item = &q->items[(q->first + q->count++) % q->cap];
    *item = (struct kith_effect_item){.effect = *e};
    kith_buf_put_bytes(&item->bytes, e->bytes);
}

bool kith_effects_next(struct kith_effects *q, struct kith_effect *e) {
    struct kith_effect_item *item;
    if (!q->count)
        return false;
    item = &q->items[q->first];
    q->first = (q->first + 1) % q->cap;
    q->count--;
    wipe_given(q);
    q->given = item->bytes;
    q->given_is_secret = item->effect.kind == KITH_EFFECT_ADOPT || item->effect.kind == KITH_EFFECT_JOB;
    *e = item->effect;
    e->bytes = kith_buf_bytes(&q->given);
    return true;
}

uint64_t kith_effects_ticket(struct kith_effects *q) {
    return ++q->last_ticket;
}
