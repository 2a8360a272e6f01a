/* SPDX-License-Identifier: MIT */
/* replicate.h: keeps feeds equal with peers: EBT in both roles, createHistoryStream where the other
 * side has no EBT; decides from the friend graph which feeds to want. */
#ifndef KITH_NODE_REPLICATE_H
#define KITH_NODE_REPLICATE_H

#include "node/peers.h"
#include "sync/ebt.h"

struct kith_replicator {
    struct kith_ebt *ebt;
    uint64_t graph_generation; /* of the graph that the wants were made from */
    uint64_t own_offered;      /* how far peers may have seen our own feed */
    struct kith_pubkey *wanted; /* sorted */
    size_t wanted_count, wanted_cap;
};

void kith_replicate_init(struct kith_node *n);
void kith_replicate_wipe(struct kith_node *n);
void kith_replicate_wants(struct kith_node *n); /* after the graph may have changed */
bool kith_replicate_is_wanted(struct kith_node *n, const struct kith_pubkey *feed);
void kith_replicate_start(struct kith_peer *p); /* the link is open: the dialling side calls */
void kith_replicate_called(struct kith_peer *p, const struct kith_muxrpc_event *e); /* the other side called */
/* The peer's place in the trees is given up: its link ends, or a newer one with the same person began. */
void kith_replicate_release(struct kith_peer *p);
void kith_replicate_lost(struct kith_node *n); /* the store has lost messages: feeds may end earlier */
void kith_replicate_durable(struct kith_node *n); /* the store's durable mark has moved: so may our own feed */
/* A message is in the store (an own one: durable), to be offered to who wants it. */
void kith_replicate_stored(struct kith_node *n, const struct kith_pubkey *feed, uint64_t sequence);

uint64_t kith_replicate_deadline(const struct kith_node *n);
void kith_replicate_tick(struct kith_node *n);

#endif
