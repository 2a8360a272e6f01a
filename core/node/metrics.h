/* SPDX-License-Identifier: MIT */
/* metrics.h: a node in numbers, for whoever watches over it: no names, no ids. Counts begin when the
 * node is opened. */
#ifndef KITH_NODE_METRICS_H
#define KITH_NODE_METRICS_H

#include "node/node.h"

struct kith_metrics {
    uint64_t received, refused;       /* messages judged since the start, and those found bad */
    uint64_t judging;                 /* batches that wait for their judges */
    uint64_t peers, links;            /* people connected; all links, our own apps' too */
    uint64_t messages, feeds, wanted; /* held; feeds that we replicate */
    uint64_t store_bytes, unsynced;   /* unsynced: records not known to be on the disk */
    uint64_t blobs, blob_bytes;
};

void kith_node_metrics(const struct kith_node *n, struct kith_metrics *out);

#endif
