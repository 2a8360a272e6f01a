/* SPDX-License-Identifier: MIT */
/* feeds_state.h: what the store, and only the store, does with feeds. */
#ifndef KITH_STORE_FEEDS_STATE_H
#define KITH_STORE_FEEDS_STATE_H

#include "store/feeds.h"
#include "store/list.h"

struct kith_feed_row {
    struct kith_pubkey id;
    struct kith_msgid head;
    uint64_t time;         /* of the head: views never order a record before the feed's previous one */
    uint64_t offered;      /* first sequence that others may have */
    struct kith_list list; /* record of each sequence, from 1 */
};

struct kith_feeds {
    struct kith_vec rows, table, pool, chains;
    uint64_t seed[2];
};

void kith_feeds_init(struct kith_feeds *f, const uint64_t seed[2]);
void kith_feeds_wipe(struct kith_feeds *f);

/* The next record of a feed; false if it does not follow its head. */
bool kith_feeds_push(struct kith_feeds *f, uint32_t feed, uint64_t sequence, const struct kith_msgid *id,
                     uint32_t rec, uint64_t time);

uint64_t kith_feeds_time(const struct kith_feeds *f, uint32_t feed);

/* A sequence was forgotten: the feed is offered only from after it. */
void kith_feeds_withhold(struct kith_feeds *f, uint32_t feed, uint64_t sequence);

#endif
