/* SPDX-License-Identifier: MIT */
/* table.h: from a 64-bit keyed hash to a small number, in one flat vec that can go into a snapshot.
 * Two things with one hash would be taken for one: the key of the hash is secret (kith_index_key), so
 * nobody can look for such a pair, and by chance it needs some 2^32 things. Nothing is ever removed. */
#ifndef KITH_SOCIAL_TABLE_H
#define KITH_SOCIAL_TABLE_H

#include "store/vec.h"

#define KITH_TABLE_NONE UINT32_MAX

struct kith_table_slot {
    uint64_t key;
    uint32_t value_1; /* value + 1; 0: free */
    uint32_t unused;
};

/* slots is made with KITH_VEC(struct kith_table_slot). */
uint32_t kith_table_get(const struct kith_vec *slots, uint64_t key);

/* Adds a key that is not there yet. count: how many are in the table already; the caller knows it as
 * the length of what the values number. */
void kith_table_put(struct kith_vec *slots, size_t count, uint64_t key, uint32_t value);

#endif
