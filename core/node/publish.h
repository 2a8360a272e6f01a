/* SPDX-License-Identifier: MIT */
/* publish.h: signing our own messages, one after another, and never two for one sequence number.
 *
 * The fork guard refuses while a friend shows a higher sequence of our own feed than we hold (a claim
 * that is not followed by messages lapses), while the store is a restored copy that no friend has
 * confirmed, and for ever once two own signatures for one sequence were seen. Only people whom we
 * follow are believed, everyone as long as we follow nobody: a stranger's word would let anybody keep
 * us silent, or call an old copy complete. What a copy has been shown stands until it has come or the user
 * insists: it is kept on the disk, and nobody takes it back with a smaller number. */
#ifndef KITH_NODE_PUBLISH_H
#define KITH_NODE_PUBLISH_H

#include "feed/message.h"
#include "node/node.h"

#define KITH_PUBLISH_CLAIM_MS 30000 /* a claim of more without the message lapses after this */
#define KITH_PUBLISH_SETTLE_MS 10000 /* after a friend confirmed a restored copy: others may know more */
#define KITH_PUBLISH_WAITING_MAX 4096
#define KITH_PUBLISH_CLAIMS_MAX 1024 /* people whose word is kept */
#define KITH_PUBLISH_EXPECT_MAX 64   /* words of friends that one run writes to the disk: a liar raises his each time */

/* Told when the message is durable (err KITH_OK) or lost (a LOCAL error). */
typedef void (*kith_publish_done)(struct kith_node *n, void *ctx, int err, const struct kith_message *m,
                                  struct kith_bytes value);

/* What one person has shown of our own feed since we run. */
struct kith_publish_claim {
    struct kith_pubkey who;
    uint64_t sequence;
    uint64_t held;      /* what we held when the time below began: it begins anew only after progress */
    uint64_t until_ms;  /* when the claim lapses */
};

struct kith_publisher {
    struct kith_publish_waiting *waiting;
    size_t waiting_count, waiting_cap;
    bool quarantined, frozen;
    uint64_t expected; /* while quarantined: so many own messages there are, as the backup or somebody believed has shown */
    bool kept;             /* something of that is on the disk */
    unsigned expect_count; /* how often this run has written it */
    struct kith_publish_claim *claims;
    size_t claim_count, claim_cap;
    uint64_t confirmed_ms; /* when a friend first showed no more than we hold; 0: not yet */
    double last_timestamp;
};

/* Signs and stores; done is called once it is durable. content as kith_message_create takes it.
 * KITH_ERR_FORK_GUARD, KITH_ERR_ARG, KITH_ERR_TOO_LONG, KITH_ERR_BUSY, LOCAL errors: nothing was
 * published and done is not called. */
KITH_MUST int kith_publish(struct kith_node *n, struct kith_bytes content, kith_publish_done done, void *ctx);

/* What the next message of ours will follow: a box2 content is sealed for that place alone. */
struct kith_head kith_publish_head(struct kith_node *n);

/* While the store is a restored copy: how many friends have said how far our feed had got, and the
 * farthest that they or the backup know of. False: it is none. */
bool kith_publish_heard(struct kith_node *n, size_t *heard, uint64_t *known);

/* Why publishing is refused right now, or NULL. */
const char *kith_publish_refusal(struct kith_node *n);
/* Whether this identity has ever signed anything, as far as it can be known here. */
bool kith_publish_has_signed(struct kith_node *n);
/* A backup knows of so many own messages of `who`, whom the node will be when it is opened next. */
KITH_MUST int kith_publish_expect(struct kith_node *n, const struct kith_pubkey *who, uint64_t sequence);
void kith_publish_init(struct kith_node *n, bool quarantined); /* reads what was kept */

/* The user says that nothing newer exists. */
void kith_publish_insist(struct kith_node *n);

/* A peer's note about our own feed, on this connection. */
void kith_publish_claim(struct kith_node *n, const struct kith_pubkey *who, uint64_t sequence);
void kith_publish_conflict(struct kith_node *n, uint64_t sequence); /* a second own signature */
void kith_publish_returned(struct kith_node *n, double timestamp); /* an own message came back from a friend */
void kith_publish_durable(struct kith_node *n, int err); /* the store's durable mark moved, or failed */
void kith_publish_wipe(struct kith_node *n);

#endif
