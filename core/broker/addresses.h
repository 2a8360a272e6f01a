/* SPDX-License-Identifier: MIT */
/* addresses.h: who listens where. A table of chains, keyed so that nobody can choose addresses that meet. */
#ifndef KITH_BROKER_ADDRESSES_H
#define KITH_BROKER_ADDRESSES_H

#include "base/rng.h"
#include "crypto/crypto.h"

struct kith_broker_session;

struct address {
    struct kith_pubkey key;
    struct kith_broker_session *session;
    struct address *next;         /* of the chain */
    struct address *next_of_same; /* of the session */
};

struct addresses {
    struct kith_sipkey key;
    struct address **chains;
    size_t chain_count, count;
};

void addresses_init(struct addresses *t, const struct kith_rng *rng);
void addresses_wipe(struct addresses *t);
/* The next who listens at that address, after `after`; NULL for the first, NULL if there is nobody more. */
struct address *addresses_find(const struct addresses *t, const struct kith_pubkey *key, const struct address *after);
struct address *addresses_add(struct addresses *t, const struct kith_pubkey *key, struct kith_broker_session *session);
void addresses_remove(struct addresses *t, struct address *a); /* frees it */

#endif
