/* SPDX-License-Identifier: MIT */
#include "broker/sources.h"

#define CHAINS 4096 /* as many sources as there can be connections, in chains of two or three */

void sources_init(struct sources *t, const struct kith_rng *rng) {
    *t = (struct sources){0};
    kith_rng_fill(rng, t->key.b, sizeof t->key.b);
    t->chains = kith_alloc(CHAINS * sizeof(struct source *));
}

void sources_wipe(struct sources *t) {
    for (size_t i = 0; t->chains && i < CHAINS; i++) {
        for (struct source *s = t->chains[i], *next; s; s = next) {
            next = s->next;
            kith_free(s);
        }
    }
    kith_free(t->chains);
    *t = (struct sources){0};
}

struct source *sources_get(struct sources *t, const struct kith_broker_source *key, uint64_t now_ms) {
    struct source **chain = &t->chains[kith_siphash(kith_bytes(key->b, sizeof key->b), &t->key) % CHAINS];
    struct source *s = *chain;
    while (s && memcmp(&s->key, key, sizeof *key))
        s = s->next;
    if (!s) {
        s = kith_alloc(sizeof *s);
        s->key = *key;
        s->next = *chain;
        *chain = s;
        t->count++;
    }
    s->seen_ms = now_ms;
    return s;
}

bool source_spend(struct source *s, enum source_cost cost, uint32_t amount, uint32_t limit, uint64_t now_ms) {
    uint64_t hour = now_ms / (60u * 60 * 1000);
    if (hour != s->hour) {
        s->hour = hour;
        memset(s->spent, 0, sizeof s->spent);
    }
    if (amount > limit || s->spent[cost] > limit - amount)
        return false;
    s->spent[cost] += amount;
    return true;
}

void sources_sweep(struct sources *t, uint64_t now_ms) {
    for (size_t i = 0; i < CHAINS; i++) {
        for (struct source **at = &t->chains[i]; *at;) {
            struct source *s = *at;
            if (s->sessions || now_ms - s->seen_ms < SOURCE_KEEP_MS) {
                at = &s->next;
                continue;
            }
            *at = s->next;
            t->count--;
            kith_free(s);
        }
    }
}
