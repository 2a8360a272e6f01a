/* SPDX-License-Identifier: MIT */
#include "broker/addresses.h"

#define CHAINS_MIN 64

static struct address **chain_of(const struct addresses *t, const struct kith_pubkey *key) {
    return &t->chains[kith_siphash(kith_bytes(key->b, sizeof key->b), &t->key) & (t->chain_count - 1)];
}

static void make_chains(struct addresses *t, size_t count) {
    t->chains = kith_alloc(count * sizeof(struct address *));
    t->chain_count = count;
}

void addresses_init(struct addresses *t, const struct kith_rng *rng) {
    *t = (struct addresses){0};
    kith_rng_fill(rng, t->key.b, sizeof t->key.b);
    make_chains(t, CHAINS_MIN);
}

void addresses_wipe(struct addresses *t) {
    kith_free(t->chains);
    *t = (struct addresses){0};
}

static void grow(struct addresses *t) {
    struct addresses old = *t;
    make_chains(t, old.chain_count * 2);
    for (size_t i = 0; i < old.chain_count; i++) {
        for (struct address *a = old.chains[i], *next; a; a = next) {
            struct address **chain = chain_of(t, &a->key);
            next = a->next;
            a->next = *chain;
            *chain = a;
        }
    }
    kith_free(old.chains);
}

struct address *addresses_find(const struct addresses *t, const struct kith_pubkey *key, const struct address *after) {
    struct address *a = after ? after->next : *chain_of(t, key);
    while (a && !kith_pubkey_eq(&a->key, key))
        a = a->next;
    return a;
}

struct address *addresses_add(struct addresses *t, const struct kith_pubkey *key, struct kith_broker_session *session) {
    struct address *a = kith_alloc(sizeof *a);
    struct address **chain;
    if (t->count >= t->chain_count)
        grow(t);
    chain = chain_of(t, key);
    *a = (struct address){.key = *key, .session = session, .next = *chain};
    *chain = a;
    t->count++;
    return a;
}

void addresses_remove(struct addresses *t, struct address *a) {
    struct address **at = chain_of(t, &a->key);
    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    t->count--;
    kith_free(a);
}
