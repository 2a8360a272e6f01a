/* SPDX-License-Identifier: MIT */
/* feeds.h: who has written how much: a small number for each author, the head of each feed, and the
 * record of each sequence. Part of every store; createHistoryStream and EBT read from here. */
#ifndef KITH_STORE_FEEDS_H
#define KITH_STORE_FEEDS_H

#include "crypto/keys.h"
#include "feed/message.h"
#include "store/vec.h"

#define KITH_FEED_NONE UINT32_MAX

struct kith_feeds; /* owned by the store */

/* Number of a feed, or KITH_FEED_NONE if we never heard of it. Numbers are dense from 0 and never
 * change as long as the store is open; they are not stable across a rebuild. */
uint32_t kith_feeds_find(const struct kith_feeds *f, const struct kith_pubkey *id);
uint32_t kith_feeds_count(const struct kith_feeds *f);
const struct kith_pubkey *kith_feeds_id(const struct kith_feeds *f, uint32_t feed);

/* Number of the feed, newly given if it has none: views name people who have not written yet. */
uint32_t kith_feeds_intern(struct kith_feeds *f, const struct kith_pubkey *id);

/* Head of the chained messages: sequence 0 if there are none. */
struct kith_head kith_feeds_head(const struct kith_feeds *f, uint32_t feed);

/* Record number of a sequence of a feed; false if we do not hold it (also below a forgotten part). */
bool kith_feeds_record(const struct kith_feeds *f, uint32_t feed, uint64_t sequence, uint64_t *number);

/* First sequence that can be offered to others; above head if none (after forgetting). */
uint64_t kith_feeds_offered(const struct kith_feeds *f, uint32_t feed);

#endif
