/* SPDX-License-Identifier: MIT */
/* blobs_state.h: what blobs*.c share and nobody else includes. A blob that we hold or that is wanted has
 * a number; a number is used again after its blob is neither. What peers say about other blobs is not
 * remembered: when a blob becomes wanted, our want asks everybody, and holders answer. */
#ifndef KITH_SYNC_BLOBS_STATE_H
#define KITH_SYNC_BLOBS_STATE_H

#include "crypto/crypto.h"
#include "sync/blobs.h"
#include "sync/ring.h"

#define BLOBS_NONE UINT32_MAX
#define BLOBS_RETRY_MS 60000 /* before the same peer is asked again for what it did not deliver */
#define BLOBS_OURS (-1)      /* hops of a want of our own; others' are below, 0 is no want */

struct blobs_claim { /* "I have it" of a connected peer, about a wanted or pushed blob */
    uint32_t slot;
    uint32_t size;     /* 0: not known */
    bool liar;         /* sent other bytes: never again on this connection */
    uint64_t retry_ms; /* not before */
};

struct blobs_item {
    struct kith_blobid id;
    struct blobs_claim *claims;
    size_t claim_count, claim_cap;
    uint64_t size;       /* 0: not held */
    uint32_t get;        /* number of the transfer under way, or 0 */
    uint32_t asker;      /* slot of the peer for whose sake we want it */
    uint32_t pushed_to;
    int32_t hops;
    bool used, pushed, landed, in_ready;
};

struct blobs_peer {
    struct kith_pubkey id;
    uint32_t slot, gets, forwarded, claims;
    struct kith_ring due; /* blobs about which our next frames say something */
    uint8_t *due_bits;     /* which are in that ring, and which it has asked about: 2 bits a blob */
    size_t due_cap;        /* in blobs */
    bool trusted, listening, first;
};

struct blobs_get {
    uint32_t number, item, slot;
    uint64_t limit, received, heard_ms;
    struct kith_sha256 hash;
};

struct kith_blobs {
    struct blobs_item *items;
    size_t item_count, item_cap;
    uint32_t *map; /* open addressing: number + 1 */
    size_t map_cap, used_count;
    struct kith_ring unused;   /* numbers of no blob */
    struct kith_ring ready[2]; /* to be looked at for fetching: ours, others' */
    struct blobs_peer **peers;  /* by slot, holes are NULL */
    size_t peer_count, peer_cap;
    struct blobs_get *gets;
    size_t get_count, get_cap;
    struct kith_blobs_event *events; /* STOP and GOT, at most one for each get that was started */
    size_t event_count, event_cap, event_at;
    struct kith_buf frame;
    uint64_t now_ms, retry_ms; /* retry_ms: when a blob in the ready rings can be tried again */
    uint32_t last_get;
    uint32_t sympathy;
    bool settled; /* a look at the ready rings found nothing, and nothing has changed since */
};

/* blobs_table.c */
uint32_t blobs_find(const struct kith_blobs *b, const struct kith_blobid *id);
uint32_t blobs_put(struct kith_blobs *b, const struct kith_blobid *id);
void blobs_release(struct kith_blobs *b, uint32_t n); /* forgets it unless held, wanted or under way */
struct blobs_peer *blobs_peer_find(const struct kith_blobs *b, const struct kith_pubkey *id);
struct blobs_peer *blobs_peer_put(struct kith_blobs *b, const struct kith_pubkey *id);
void blobs_peer_free(struct kith_blobs *b, struct blobs_peer *p);
bool blobs_is_empty_id(const struct kith_blobid *id);

/* blobs_wants.c: our side of the createWants streams. */
void blobs_tell(struct blobs_peer *p, uint32_t n, bool answer);
void blobs_tell_all(struct kith_blobs *b, uint32_t n);
void blobs_tell_push(struct kith_blobs *b, uint32_t n);

/* blobs_get.c */
void blobs_claim(struct kith_blobs *b, struct blobs_peer *p, uint32_t n, uint64_t size);
void blobs_forget_claims(struct kith_blobs *b, uint32_t n);
void blobs_make_ready(struct kith_blobs *b, uint32_t n);
void blobs_stop(struct kith_blobs *b, uint32_t n, int err); /* the get of this blob, if any */
void blobs_stop_peer(struct kith_blobs *b, uint32_t slot);

#endif
