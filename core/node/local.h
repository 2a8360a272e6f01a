/* SPDX-License-Identifier: MIT */
/* local.h: the node's own state that must survive a restart: addresses, invites, peers' clocks,
 * names of muted people. Each is a LOCAL record, JSON with a type "local/…" and a key; the newest of
 * a key counts, older ones are forgotten. */
#ifndef KITH_NODE_LOCAL_H
#define KITH_NODE_LOCAL_H

#include "node/node.h"
#include "store/view.h"

struct kith_local {
    struct kith_view view;
    struct kith_vec *vecs[2];
    struct kith_vec items; /* {hash of type and key, record} */
};

void kith_local_init(struct kith_local *l);
void kith_local_wipe(struct kith_local *l);

/* Stores {"type":"local/TYPE","key":KEY,…rest}. rest is "" or `,"name":value…`. Replaces what the key had.
 * LOCAL errors of the store. */
KITH_MUST int kith_local_put(struct kith_node *n, const char *type, struct kith_bytes key, struct kith_bytes rest);
void kith_local_drop(struct kith_node *n, const char *type, struct kith_bytes key);

/* Reads what the key has into doc (text in scratch); false: nothing. */
bool kith_local_get(struct kith_node *n, const char *type, struct kith_bytes key, struct kith_json *doc, struct kith_buf *scratch);

/* How many keys of the type there are. */
size_t kith_local_count(struct kith_node *n, const char *type);

/* Calls each for every record of the type, oldest first. */
void kith_local_each(struct kith_node *n, const char *type,
                     void (*each)(struct kith_node *n, const struct kith_json *doc, void *ctx), void *ctx);

#endif
