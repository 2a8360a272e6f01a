/* SPDX-License-Identifier: MIT */
/* ebt.h: epidemic broadcast trees, version 3, format classic: which feed each peer has how much of,
 * who gets what from whom. Pure bookkeeping: no links, no store. epidemic-broadcast-trees 9.0.4 is
 * the reference for behaviour, ssb-ebt 5 and 9 for the wire.
 *
 * The node tells it what we hold and want; for each peer it says what to send next: a JSON object of
 * notes or one message (feed, sequence), which the node fetches from the store. */
#ifndef KITH_SYNC_EBT_H
#define KITH_SYNC_EBT_H

#include "base/json.h"
#include "crypto/keys.h"

#define KITH_EBT_SWITCH_MS 3000 /* a feed silent this long from the chosen peer is asked of another */
#define KITH_EBT_MAX_FEEDS 200000 /* that one peer may name; more is a flood */

struct kith_ebt;

struct kith_ebt *kith_ebt_new(void);
void kith_ebt_free(struct kith_ebt *e);

/* Our own state. have: the head we have *stored* (0: nothing). want: whether we replicate the feed. */
void kith_ebt_have(struct kith_ebt *e, const struct kith_pubkey *feed, uint64_t sequence);
void kith_ebt_want(struct kith_ebt *e, const struct kith_pubkey *feed, bool want);
/* Peer's blocks and ours: `peer` gets nothing of `feed`. */
void kith_ebt_block(struct kith_ebt *e, const struct kith_pubkey *feed, const struct kith_pubkey *peer, bool blocked);

/* A peer's stream opened; speaks_first is true for the side that answers the call. clock is what
 * kith_ebt_peer_clock gave when this peer was last here (a JSON object, or empty). */
void kith_ebt_open(struct kith_ebt *e, const struct kith_pubkey *peer, bool speaks_first,
                   struct kith_bytes clock, uint64_t now_ms);
void kith_ebt_close(struct kith_ebt *e, const struct kith_pubkey *peer);

/* A frame that is no message: notes, {id: note} or {"clock": {id: note}}. PEER errors: drop the peer. */
KITH_MUST int kith_ebt_recv_notes(struct kith_ebt *e, const struct kith_pubkey *peer,
                                  const struct kith_json *doc, uint64_t now_ms);

/* A message (feed, sequence) came from the peer, whether or not we want it. True if it was asked for
 * and should be judged; false: drop it silently (it was not asked for, or we are past it). */
bool kith_ebt_recv_message(struct kith_ebt *e, const struct kith_pubkey *peer,
                           const struct kith_pubkey *feed, uint64_t sequence, uint64_t now_ms);

enum kith_ebt_out_kind { KITH_EBT_NOTES = 1, KITH_EBT_MESSAGE };
struct kith_ebt_out {
    enum kith_ebt_out_kind kind;
    struct kith_bytes notes; /* JSON, valid until the next call */
    struct kith_pubkey feed;
    uint64_t sequence;
};

/* What to send this peer next; false when there is nothing now. */
bool kith_ebt_next(struct kith_ebt *e, const struct kith_pubkey *peer, struct kith_ebt_out *out, uint64_t now_ms);

/* Highest sequence this peer claimed for the feed (0: none, or not replicated): feeds the fork guard
 * and the "who has it" display. */
uint64_t kith_ebt_peer_has(const struct kith_ebt *e, const struct kith_pubkey *peer, const struct kith_pubkey *feed);

/* The peer's clock as JSON, to be kept until it is back: peers mention only what changed since. */
void kith_ebt_peer_clock(const struct kith_ebt *e, const struct kith_pubkey *peer, struct kith_buf *out);

uint64_t kith_ebt_deadline(const struct kith_ebt *e);
void kith_ebt_tick(struct kith_ebt *e, uint64_t now_ms);

#endif
