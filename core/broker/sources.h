/* SPDX-License-Identifier: MIT */
/* sources.h: what each source costs, so that one of them cannot use up what is there for all. Nothing of it is
 * written down; a source is forgotten an hour after its last connection. */
#ifndef KITH_BROKER_SOURCES_H
#define KITH_BROKER_SOURCES_H

#include "broker/broker.h"

#define SOURCE_KEEP_MS (60u * 60 * 1000)

enum source_cost { COST_TURN, COST_GUESS, COST_ACCOUNT, COST_FIND, COST_LETTER, COST_VAULT, COST_SEARCH,
                   COST_INBOX_POST, COST_INBOX_KIB, COST_INBOX_OPEN, COST_INBOX_PROOF, COST_INBOX_READ, COST_KINDS };

struct source {
    struct kith_broker_source key;
    struct source *next;
    unsigned sessions;
    uint64_t seen_ms;
    uint64_t hour; /* in which was counted */
    uint32_t spent[COST_KINDS];
    size_t vault_waiting; /* bytes of vaults that are being written */
};

struct sources {
    struct kith_sipkey key;
    struct source **chains;
    size_t count;
};

void sources_init(struct sources *t, const struct kith_rng *rng);
void sources_wipe(struct sources *t);
struct source *sources_get(struct sources *t, const struct kith_broker_source *key, uint64_t now_ms);
/* False: more than `limit` in this hour. */
bool source_spend(struct source *s, enum source_cost cost, uint32_t amount, uint32_t limit, uint64_t now_ms);
void sources_sweep(struct sources *t, uint64_t now_ms);

#endif
