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

/* A feed of our own: mentioned on every connection, whatever is remembered, so that a peer that holds
 * more of it than we (we are an old backup) says so. */
void kith_ebt_own(struct kith_ebt *e, const struct kith_pubkey *feed);

/* A peer's stream opened; speaks_first is true for the side that answers the call. clock is what
 * kith_ebt_peer_clock gave when this peer was last here (a JSON object, or empty). */
void kith_ebt_open(struct kith_ebt *e, const struct kith_pubkey *peer, bool speaks_first,
                   struct kith_bytes clock, uint64_t now_ms);
void kith_ebt_close(struct kith_ebt *e, const struct kith_pubkey *peer);

/* A frame that is no message: notes, {id: note} or {"clock": {id: note}}. Errors: drop the peer.
 * KITH_ERR_SYNTAX: no object; _SIZE: too many notes in a frame; _BUDGET: too many feeds that we do not know
 * on one connection; _PROTOCOL: the peer was not opened. */
KITH_MUST int kith_ebt_recv_notes(struct kith_ebt *e, const struct kith_pubkey *peer,
                                  const struct kith_json *doc, uint64_t now_ms);

/* A message (feed, sequence) came from the peer, whether or not we want it. True if it was asked for
 * and should be judged; false: drop it silently (it was not asked for, or we are past it). */
bool kith_ebt_recv_message(struct kith_ebt *e, const struct kith_pubkey *peer,
                           const struct kith_pubkey *feed, uint64_t sequence, uint64_t now_ms);

/* Tells the peer how far we hold the feed, although it sent us that itself and the reference would say
 * nothing: an author learns so where the feed has arrived. To the reference it is a note like any. */
void kith_ebt_confirm(struct kith_ebt *e, const struct kith_pubkey *peer, const struct kith_pubkey *feed);

/* What the peer sent for the feed does not verify or does not follow what we hold: ask another peer, this
 * one only when no other has the feed. */
void kith_ebt_bad(struct kith_ebt *e, const struct kith_pubkey *peer, const struct kith_pubkey *feed);

enum kith_ebt_out_kind { KITH_EBT_NOTES = 1, KITH_EBT_MESSAGE };
struct kith_ebt_out {
    enum kith_ebt_out_kind kind;
    struct kith_bytes notes; /* JSON, valid until the next call */
    struct kith_pubkey feed;
    uint64_t sequence;
};

/* What to send this peer next; false when there is nothing now. */
bool kith_ebt_next(struct kith_ebt *e, const struct kith_pubkey *peer, struct kith_ebt_out *out, uint64_t now_ms);

/* A message that kith_ebt_next asked for is not there (erased): the peer gets no more of this feed until it
 * asks again. */
void kith_ebt_cannot_send(struct kith_ebt *e, const struct kith_pubkey *peer, const struct kith_pubkey *feed);

/* Highest sequence this peer claimed for the feed (0: none, or not replicated): feeds the fork guard
 * and the "who has it" display. */
uint64_t kith_ebt_peer_has(const struct kith_ebt *e, const struct kith_pubkey *peer, const struct kith_pubkey *feed);

/* The highest of all peers that are here and were not found lying about it. */
uint64_t kith_ebt_best(const struct kith_ebt *e, const struct kith_pubkey *feed);

/* The peer's clock as JSON, to be kept until it is back: peers mention only what changed since. */
void kith_ebt_peer_clock(const struct kith_ebt *e, const struct kith_pubkey *peer, struct kith_buf *out);

uint64_t kith_ebt_deadline(const struct kith_ebt *e);
void kith_ebt_tick(struct kith_ebt *e, uint64_t now_ms);

/* A note: sequence << 1 | (receive ? 0 : 1), or -1 for "do not replicate". Sequences above 2^30 - 1 do not
 * fit into the 32-bit shifts of the reference and are sent as that. _read gives the sequence as the
 * reference reads it, negative if there is none. */
int64_t kith_ebt_note(uint64_t sequence, bool receive);
int32_t kith_ebt_note_read(double note, bool *replicate, bool *receive);

#endif
