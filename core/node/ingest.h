/* SPDX-License-Identifier: MIT */
/* ingest.h: from received bytes to stored records: messages wait in a batch, batches go to the host as
 * jobs (parse, judge, hash: all that costs), and come back in any order; they are stored in the order
 * in which they came, so that a feed's chain is checked against a head that is final. */
#ifndef KITH_NODE_INGEST_H
#define KITH_NODE_INGEST_H

#include "node/node.h"

#define KITH_INGEST_FULL 32          /* jobs in flight from which on nothing is read from those who sent them, */
#define KITH_INGEST_CROWDED 48       /* and from other people either: our own apps still get an answer */
#define KITH_INGEST_JOBS 64          /* at the most: what a host had read already still fits */
#define KITH_INGEST_REISSUE_MS 20000 /* a job not answered by then is given out again */

struct kith_job;
struct kith_peer;

struct kith_ingest {
    struct kith_job *first, *last; /* oldest first; the last may still be filling */
    size_t count;
    uint64_t judged, refused; /* messages since the start, and those that were bad */
    bool unsynced;
    uint64_t unsynced_since_ms;
};

/* What became of a message that somebody gave us. */
struct kith_ingest_source {
    uint32_t link;  /* who pays if it is bad; 0: nobody */
    int32_t req;    /* an import's stream, to be told the outcome; 0: none */
    bool is_guest;  /* has to be this message: what may come in was decided by its id */
    bool waits;     /* a guest that will wait on our own wall */
    struct kith_msgid guest;
    bool by_packet; /* a packet of this person brought it */
    struct kith_pubkey by;
    bool loose;     /* verified alone and kept so, whatever its feed's head is */
};

/* Takes one message. KITH_ERR_BUSY: too many are in flight, give it again later. */
KITH_MUST int kith_ingest_put(struct kith_node *n, struct kith_bytes raw, struct kith_ingest_source source);
/* Sends the batch that is filling, however small. */
void kith_ingest_flush(struct kith_node *n);
/* Whether this peer, or NULL: whoever has sent most, has to wait until some have been judged. */
bool kith_ingest_full(const struct kith_node *n, const struct kith_peer *p);
/* How many guests that will wait are being judged; link: only those that came from there, 0: all. */
size_t kith_ingest_waiting(const struct kith_node *n, uint32_t link);
bool kith_ingest_idle(const struct kith_node *n);
void kith_ingest_resume(struct kith_node *n); /* the disk takes again */
void kith_ingest_done(struct kith_node *n, uint64_t ticket, struct kith_bytes result);
uint64_t kith_ingest_deadline(const struct kith_node *n);
void kith_ingest_tick(struct kith_node *n);
void kith_ingest_wipe(struct kith_node *n);

#endif
