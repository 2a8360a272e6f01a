/* SPDX-License-Identifier: MIT */
/* ids.h: from a message id to its record: open addressing over 8-byte entries of half a keyed hash
 * and the record number. The hash only screens; who asks compares the id in the log, which one
 * question in some thousands does in vain. */
#ifndef KITH_STORE_IDS_H
#define KITH_STORE_IDS_H

#include "feed/id.h"
#include "store/vec.h"

struct kith_ids {
    struct kith_vec table; /* uint64_t: hash << 32 | record + 1; 0: free */
    uint64_t used;
    uint64_t seed[2];
};

struct kith_ids_cursor {
    size_t at;
    uint32_t hash;
};

void kith_ids_init(struct kith_ids *ids, const uint64_t seed[2]);
void kith_ids_wipe(struct kith_ids *ids);
void kith_ids_put(struct kith_ids *ids, const struct kith_msgid *id, uint32_t rec);

/* Candidates for an id, in the order in which they were put. */
struct kith_ids_cursor kith_ids_find(const struct kith_ids *ids, const struct kith_msgid *id);
bool kith_ids_next(const struct kith_ids *ids, struct kith_ids_cursor *c, uint32_t *rec);

#endif
