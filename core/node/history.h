/* SPDX-License-Identifier: MIT */
/* history.h: createHistoryStream, both ways: serving a feed from a sequence on, and following feeds
 * at peers that have no EBT (go pubs, old pubs). */
#ifndef KITH_NODE_HISTORY_H
#define KITH_NODE_HISTORY_H

#include "node/methods.h"

/* {id, seq | sequence (inclusive), limit, live, old, keys, values}: also createUserStream. */
int kith_history_serve(struct kith_call *c);

/* The peer refused ebt.replicate: ask for every wanted feed instead. */
void kith_history_follow(struct kith_peer *p);
void kith_history_wants(struct kith_node *n); /* wants have changed: ask such peers for the new ones */

#endif
