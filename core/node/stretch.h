/* SPDX-License-Identifier: MIT */
/* stretch.h: passphrases made into keys by a job, one at a time: each takes hundreds of megabytes. */
#ifndef KITH_NODE_STRETCH_H
#define KITH_NODE_STRETCH_H

#include "crypto/age.h"
#include "node/node.h"

#define KITH_STRETCH_REISSUE_MS 60000 /* the job was lost: it is given out again, */
#define KITH_STRETCH_TRIES 3          /* so often in all */

/* err: KITH_OK, KITH_ERR_FULL (no memory), KITH_ERR_IO (the jobs were lost, or the node ends). */
typedef void (*kith_stretched)(struct kith_node *n, void *ctx, int err, const struct kith_symkey *key);

struct kith_stretcher {
    uint64_t ticket; /* 0: nobody waits */
    struct kith_buf job;
    uint64_t sent_ms;
    unsigned tries;
    kith_stretched done;
    void *ctx;
};

/* done is called once, unless kith_stretch_cancel was. KITH_ERR_BUSY: one is under way. */
KITH_MUST int kith_stretch(struct kith_node *n, struct kith_bytes passphrase, const struct kith_age_lock *lock,
                           kith_stretched done, void *ctx);
void kith_stretch_cancel(struct kith_node *n, const void *ctx); /* nobody wants it any more */

/* True if the ticket was ours. */
bool kith_stretch_done(struct kith_node *n, uint64_t ticket, struct kith_bytes result);
uint64_t kith_stretch_deadline(const struct kith_node *n);
void kith_stretch_tick(struct kith_node *n);
void kith_stretch_wipe(struct kith_node *n);

#endif
