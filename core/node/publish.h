/* SPDX-License-Identifier: MIT */
/* publish.h: signing our own messages, one after another, and never two for one sequence number.
 *
 * The fork guard refuses while a peer shows a higher sequence of our own feed than we hold (a claim
 * that is not followed by the message lapses), while the store is a restored copy that nobody has
 * confirmed, and for ever once two own signatures for one sequence were seen. */
#ifndef KITH_NODE_PUBLISH_H
#define KITH_NODE_PUBLISH_H

#include "node/node.h"

#define KITH_PUBLISH_CLAIM_MS 30000 /* a claim of more without the message lapses after this */
#define KITH_PUBLISH_WAITING_MAX 4096

/* Told when the message is durable (err KITH_OK) or lost (a LOCAL error). */
typedef void (*kith_publish_done)(struct kith_node *n, void *ctx, int err, const struct kith_message *m,
                                  struct kith_bytes value);

struct kith_publisher {
    struct kith_publish_waiting *waiting;
    size_t waiting_count, waiting_cap;
    bool quarantined, frozen;
    uint64_t claimed;          /* highest sequence of our feed that a peer showed */
    uint64_t claimed_until_ms; /* when that claim lapses */
    double last_timestamp;
};

/* Signs and stores; done is called once it is durable. content as kith_message_create takes it.
 * KITH_ERR_FORK_GUARD, KITH_ERR_ARG, KITH_ERR_TOO_LONG, KITH_ERR_BUSY, LOCAL errors: nothing was
 * published and done is not called. */
KITH_MUST int kith_publish(struct kith_node *n, struct kith_bytes content, kith_publish_done done, void *ctx);

/* Why publishing is refused right now, or NULL. */
const char *kith_publish_refusal(struct kith_node *n);
/* The user says that nothing newer exists. */
void kith_publish_insist(struct kith_node *n);

void kith_publish_claim(struct kith_node *n, uint64_t sequence); /* a peer's note about our own feed */
void kith_publish_conflict(struct kith_node *n, uint64_t sequence); /* a second own signature */
void kith_publish_returned(struct kith_node *n, double timestamp); /* an own message came back from a friend */
void kith_publish_durable(struct kith_node *n, int err); /* the store's durable mark moved, or failed */
void kith_publish_wipe(struct kith_node *n);

#endif
