/* SPDX-License-Identifier: MIT */
#include "node/metrics.h"

#include "node/state.h"

void kith_node_metrics(const struct kith_node *n, struct kith_metrics *out) {
    *out = (struct kith_metrics){
        .received = n->ingest.judged,
        .refused = n->ingest.refused,
        .judging = n->ingest.count,
        .messages = kith_store_count(n->store),
        .feeds = kith_feeds_count(kith_store_feeds(n->store)),
        .wanted = n->replicator.wanted_count,
        .store_bytes = kith_store_size(n->store),
        .unsynced = kith_store_count(n->store) - kith_store_durable(n->store),
    };
    out->blobs = kith_blobs_held(n->blobs.blobs, &out->blob_bytes);
    for (const struct kith_peer *p = n->peers.first; p; p = p->next) {
        out->links += !p->closing;
        out->peers += p->role == KITH_ROLE_PEER && !p->closing;
    }
}
