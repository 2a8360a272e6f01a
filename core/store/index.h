/* SPDX-License-Identifier: MIT */
/* index.h: from a 64-bit key to the records that have it, newest first: the one structure behind
 * walls, threads, votes, mentions, types, the inbox and user queries.
 *
 * A list is one array of record numbers: a part in time order and, after it, what came in out of
 * order since anyone last asked. Adding is appending; the first read after it sorts the tail in. So a
 * sync of old feeds costs no ordered insertion, a live message costs nothing extra, and reading the
 * newest n is independent of the list's length. Time is looked up in `times` by record number. A list
 * of one costs 24 bytes and no block (store/list.h).
 *
 * Keys come from kith_index_key: a keyed hash, so that nobody can aim at another list. */
#ifndef KITH_STORE_INDEX_H
#define KITH_STORE_INDEX_H

#include "store/vec.h"

struct kith_index {
    struct kith_vec slots; /* open-addressing table of lists */
    struct kith_vec pool;  /* uint32_t: the arrays of all lists */
    struct kith_vec free;  /* heads of the free chains of each size class */
    uint64_t seed[2];      /* of the keyed hash; drawn once per store */
    uint32_t used;         /* lists in the table; found again after a snapshot was read */
};

void kith_index_init(struct kith_index *ix, const uint64_t seed[2]);
void kith_index_wipe(struct kith_index *ix);

/* space: which view the key belongs to (enum kith_index_space in social/spaces.h). */
uint64_t kith_index_key(const struct kith_index *ix, uint8_t space, struct kith_bytes key);

/* Adds a record to a list. Adding one that is in the list already changes nothing that a cursor shows,
 * so apply is idempotent without looking first. */
void kith_index_add(struct kith_index *ix, uint64_t key, uint32_t rec);

/* Length of a list. Records that were added twice since the last kith_index_newest count twice. */
size_t kith_index_count(const struct kith_index *ix, uint64_t key);

/* A cursor over one list, newest first. `times[rec]` is the order; equal times go by record number.
 * Valid until the next add to the same index. */
struct kith_index_cursor {
    const uint32_t *recs;
    size_t left;
};
struct kith_index_cursor kith_index_newest(struct kith_index *ix, uint64_t key, const uint64_t *times);

static inline bool kith_index_next(struct kith_index_cursor *c, uint32_t *rec) {
    if (!c->left)
        return false;
    *rec = c->recs[--c->left];
    return true;
}

/* Moves the cursor so that the next record has a time at or before `time`: a binary search. */
void kith_index_seek(struct kith_index_cursor *c, const uint64_t *times, uint64_t time);

/* Bytes that the index holds. */
size_t kith_index_memory(const struct kith_index *ix);

#endif
