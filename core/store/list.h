/* SPDX-License-Identifier: MIT */
/* list.h: many short lists of 32-bit numbers in one array, for indexes and feeds.
 *
 * Most lists have one item (a thread without replies, a vote alone), which is kept in the list's own
 * eight bytes. Longer ones have a block of 2, 4, 8, … items in the pool; a block that was outgrown
 * waits in the chain of its size and is split when a smaller one is wanted. */
#ifndef KITH_STORE_LIST_H
#define KITH_STORE_LIST_H

#include "store/vec.h"

struct kith_list {
    uint32_t count;
    uint32_t at; /* count 1: the item; more: where its block begins */
};

/* pool and chains are vecs of uint32_t; both go into snapshots. */
void kith_list_push(struct kith_list *l, struct kith_vec *pool, struct kith_vec *chains, uint32_t item);

/* Keeps the first `count` items, which are no more than there are. */
void kith_list_cut(struct kith_list *l, struct kith_vec *pool, struct kith_vec *chains, uint32_t count);

/* The items; good until the next push or cut of any list in the pool, or the list moves. */
static inline uint32_t *kith_list_items(struct kith_list *l, const struct kith_vec *pool) {
    return l->count > 1 ? KITH_VEC_AT(pool, uint32_t, l->at) : &l->at;
}
static inline const uint32_t *kith_list_read(const struct kith_list *l, const struct kith_vec *pool) {
    return l->count > 1 ? KITH_VEC_AT(pool, uint32_t, l->at) : &l->at;
}

#endif
