/* SPDX-License-Identifier: MIT */
/* import.h: many messages of any authors through the app RPC: a duplex stream that takes JSON values or
 * {key, value} objects and answers, at its end, with one object of counts. With {loose: true} each is verified alone, as what newest.h
 * brings: posts of friends whose feeds are on their way. */
#ifndef KITH_NODE_IMPORT_H
#define KITH_NODE_IMPORT_H

#include "node/methods.h"

int kith_import_run(struct kith_call *c);

/* What became of one of its messages (ingest.h). */
void kith_import_outcome(struct kith_node *n, uint32_t link, int32_t req, int err);

#endif
