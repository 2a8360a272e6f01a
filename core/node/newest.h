/* SPDX-License-Identifier: MIT */
/* newest.h: the first screen first. Feeds arrive from their first message on, so a node that meets the
 * network for the first time would show the oldest words of everybody for a while. It therefore asks
 * a peer for the newest posts as well; they are verified alone and kept as loose records until their
 * feeds have caught up with them. Peers that are not kith refuse the call, and nothing is lost. */
#ifndef KITH_NODE_NEWEST_H
#define KITH_NODE_NEWEST_H

#include "node/methods.h"

#define KITH_NEWEST_COUNT 100
#define KITH_NEWEST_BELOW 1000 /* records: a store with more has something to show */

/* The link is open: asks, if our store is as good as empty. */
void kith_newest_start(struct kith_peer *p);

/* Serves it: {limit}, values, newest first. Public posts only. */
int kith_newest_serve(struct kith_call *c);

#endif
