/* SPDX-License-Identifier: MIT */
/* ebt_state.h: what ebt*.c share and nobody else includes. Feeds and peers are numbered; a peer keeps
 * one `rep` for each feed at that number, and two rings of feed numbers for which something may be due.
 * A feed is in a ring at most once, so that no queue is longer than the number of feeds. */
#ifndef KITH_SYNC_EBT_STATE_H
#define KITH_SYNC_EBT_STATE_H

#include "feed/id.h"
#include "sync/ebt.h"
#include "sync/ring.h"

#define EBT_NONE UINT32_MAX
#define EBT_SEQUENCE_MAX 1073741823u /* a note is a 32-bit shift in the reference */
#define EBT_MAX_FRAME 2000           /* notes in a frame; the rest follows in the next one */
#define EBT_RUN 64                   /* messages of one feed before it is another feed's turn */
#define EBT_RECHECK 64               /* notes sent on a new connection although nothing changed */
#define EBT_TICK_MS 500
#define EBT_PATIENCE_MS 30000 /* for a feed that a peer owes while it is busy sending other feeds */

#define EBT_CLAIM_REFUSED (-1)
#define EBT_CLAIM_UNKNOWN (-2)
#define EBT_TOLD_NOTHING INT32_MIN

enum ebt_rep_flag {
    EBT_TX = 1,         /* its last note was even: it wants the messages */
    EBT_ASKED = 2,      /* we have sent an even note on this connection */
    EBT_KNOWN = 4,      /* it knows that we replicate this feed, from now or from an earlier visit */
    EBT_STORED = 8,     /* claim is remembered from an earlier visit */
    EBT_BLOCKED = 16,   /* it gets nothing of this feed, and is asked nothing */
    EBT_FORCE = 32,     /* a note is due even if it says nothing new */
    EBT_IN_NOTES = 64,  /* is in the ring of notes */
    EBT_IN_MSGS = 128,  /* is in the ring of messages */
    EBT_FAILED = 256,   /* promised and did not deliver */
    EBT_DELIVERED = 512 /* has delivered on this connection */
};

struct ebt_rep {
    int32_t claim; /* what it says it has */
    int32_t told;  /* our last note on this connection */
    uint32_t sent; /* the last message it has or was sent */
    uint32_t flags;
};

struct ebt_feed {
    struct kith_pubkey id;
    uint64_t waited_ms; /* since when somebody owes us, or the last progress */
    uint32_t have;
    uint32_t rx; /* slot of the one peer that we ask to send it */
    bool want, own, waiting;
};

struct ebt_peer {
    struct kith_pubkey id;
    uint32_t slot;
    struct ebt_rep *reps; /* ebt.feed_cap of them */
    struct kith_ring notes, msgs;
    struct kith_pubkey *strangers; /* feeds that we do not know, to be answered with -1 */
    size_t stranger_count, stranger_cap;
    uint32_t stranger_total;
    uint64_t heard_ms; /* the last message that we had asked for */
    uint32_t run;
    bool ready;     /* both sides may speak: the dialler waits for the other's first notes */
    bool first_due; /* the answering side's first frame goes out even if empty */
    bool reset;     /* what we remembered of it was found wrong, once */
};

/* Open addressing from a public key to a number; the keys live in the feeds and peers themselves. */
struct ebt_map {
    uint32_t *slots; /* number + 1, 0: free */
    size_t cap;
};

struct ebt_block {
    struct kith_pubkey feed, peer;
};

struct kith_ebt {
    struct ebt_feed *feeds;
    size_t feed_count, feed_cap;
    struct ebt_map feed_map, peer_map;
    struct ebt_peer **peers; /* by slot, holes are NULL */
    size_t peer_count, peer_cap;
    struct ebt_block *blocks;
    size_t block_count, block_cap;
    size_t stranger_count;   /* of all peers */
    struct kith_ring waiting; /* feeds that somebody has more of than we */
    struct kith_buf frame;
    uint64_t now_ms, ticked_ms;
};

/* ebt_table.c */
uint32_t ebt_feed_find(const struct kith_ebt *e, const struct kith_pubkey *id);
uint32_t ebt_feed_put(struct kith_ebt *e, const struct kith_pubkey *id);
struct ebt_peer *ebt_peer_find(const struct kith_ebt *e, const struct kith_pubkey *id);
struct ebt_peer *ebt_peer_put(struct kith_ebt *e, const struct kith_pubkey *id);
void ebt_peer_remove(struct kith_ebt *e, struct ebt_peer *p);
bool ebt_is_blocked(const struct kith_ebt *e, const struct kith_pubkey *feed, const struct kith_pubkey *peer);

static inline bool ebt_shared(const struct kith_ebt *e, const struct ebt_peer *p, uint32_t f) {
    return e->feeds[f].want && !(p->reps[f].flags & EBT_BLOCKED);
}

/* ebt_tree.c: who is asked to send what. */
void ebt_queue_note(struct ebt_peer *p, uint32_t f, bool force);
void ebt_queue_message(struct ebt_peer *p, uint32_t f);
void ebt_offer(struct kith_ebt *e, struct ebt_peer *p, uint32_t f); /* p claims more than we have */
void ebt_pass_on(struct kith_ebt *e, uint32_t f);                   /* the asked peer is out: next one */
struct ebt_peer *ebt_next_source(struct kith_ebt *e, uint32_t f); /* NULL: nobody has more than we */
void ebt_wait(struct kith_ebt *e, uint32_t f);
void ebt_ask(struct kith_ebt *e, struct ebt_peer *p, uint32_t f);

/* ebt_notes.c */
void ebt_mention_all(struct kith_ebt *e, struct ebt_peer *p);
void ebt_clock_read(struct kith_ebt *e, struct ebt_peer *p, struct kith_bytes clock);
bool ebt_frame(struct kith_ebt *e, struct ebt_peer *p);

#endif
