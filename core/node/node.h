/* SPDX-License-Identifier: MIT */
/* node.h: one peer. It decides whom to dial, what to want, what to keep and what to tell the app; it
 * touches nothing outside itself. A host (daemon, browser Worker, simulator) gives it bytes, time and
 * randomness, and carries out its effects:
 *
 *     after every call:  while (kith_node_next(node, &effect)) carry_out(&effect);
 *     at the deadline:   kith_node_tick(node, t)
 *
 * Effects may be answered at once, late, or (a job whose Worker died) never. Links are pulled: after
 * KITH_EFFECT_WRITE the host takes as many bytes as its socket has room for. */
#ifndef KITH_NODE_NODE_H
#define KITH_NODE_NODE_H

#include "base/rng.h"
#include "crypto/keys.h"
#include "feed/id.h"
#include "store/store.h"

struct kith_time {
    uint64_t now_ms;  /* monotonic: deadlines */
    uint64_t wall_ms; /* what a calendar says: timestamps */
};

struct kith_node_config {
    struct kith_keypair keys;
    struct kith_symkey cap; /* network key; KITH_MAIN_NET for the SSB network */
    struct kith_rng rng;
    const struct kith_slot *slots; /* every slot that the host found */
    size_t slot_count;
    uint64_t quota;   /* bytes of log, 0: none */
    unsigned hops;    /* how far to replicate; 0: KITH_NODE_HOPS */
    bool quarantined; /* the store was copied or restored: publish nothing before a peer has shown
                         what it knows of our own feed */
    const char *version; /* of the program, for those who ask for the status; outlives the node. NULL: not said */
    bool offline;     /* replicate with nobody, dial nobody: a command that only reads and writes here */
};

#define KITH_NODE_HOPS 2

extern const struct kith_symkey KITH_MAIN_NET; /* 1KHLiKZvAvjbY1ziZEHMXawbCEIM6qwjCDm3VYRan/s= */

enum kith_effect_kind {
    KITH_EFFECT_STORE = 1, /* store: create, delete or sync a slot; answer with kith_node_store_done */
    KITH_EFFECT_JOB,       /* bytes: run kith_job_run (node/job.h), anywhere; answer with kith_node_job_done */
    KITH_EFFECT_DIAL,      /* link, address: connect; answer with kith_node_dialled */
    KITH_EFFECT_WRITE,     /* link has bytes: call kith_node_send until it gives none */
    KITH_EFFECT_CLOSE,     /* link: send what kith_node_send still gives, then close it and say eof; a
                            * second one for the same link: close it without sending */
    KITH_EFFECT_BLOB_PUT,  /* blob, bytes: keep them; answer with kith_node_blob_put_done */
    KITH_EFFECT_BLOB_GET,  /* blob: answer with kith_node_blob_got */
    KITH_EFFECT_BLOB_DROP, /* blob: delete it; no answer */
    KITH_EFFECT_LOG,       /* bytes: one line for the operator, no secrets, no texts of people */
    KITH_EFFECT_ADOPT,     /* bytes: the 32 bytes of a seed, whose identity this home shall have from now on: keep
                            * the present secret aside, overwriting nothing, take away what says that the store has
                            * always been here, write the new secret, answer with kith_node_adopted. After STOPPED
                            * the host opens the node again: new keys, quarantined */
    KITH_EFFECT_PACKET,    /* bytes: an address, a line end, a packet for it. Keep it in the outbox under `ticket` (also over a
                            * restart), bring it there, and say with kith_node_packet_sent how that went, as often as it changes */
    KITH_EFFECT_PACKET_DROP, /* ticket: is out of date; take it out of the outbox if it is still there. bytes: an address, if it was brought
                            * there for several who leave it where it is, and all of them have it: take it away there, if that can be done */
    KITH_EFFECT_ROAD,      /* bytes: an address. level 1: packets for us may lie there, look from time to time and give
                            * them to kith_node_packet; 0: no longer */
    KITH_EFFECT_STOPPED,   /* after kith_node_stop: all links are closed, all is durable */
};

struct kith_effect {
    enum kith_effect_kind kind;
    uint64_t ticket;
    uint32_t link;
    struct kith_store_effect store;
    struct kith_blobid blob;
    struct kith_bytes bytes; /* borrowed until the next call of the node */
    int level;               /* LOG: syslog's 3 error, 4 warning, 6 info, 7 debug */
};

struct kith_node;

/* Errors are those of kith_store_open. */
KITH_MUST int kith_node_open(struct kith_node **out, const struct kith_node_config *config,
                             struct kith_store_report *report, struct kith_time t);
void kith_node_free(struct kith_node *n); /* wipes the keys; a node that was not stopped loses nothing durable */

bool kith_node_next(struct kith_node *n, struct kith_effect *e);
uint64_t kith_node_deadline(const struct kith_node *n);
void kith_node_tick(struct kith_node *n, struct kith_time t);

/* Goodbye to all peers, everything durable, a snapshot; KITH_EFFECT_STOPPED at the end. */
void kith_node_stop(struct kith_node *n, struct kith_time t);

/* Links. Numbers are never used twice. */
enum kith_link_origin {
    KITH_ORIGIN_NETWORK,  /* anybody: secret handshake, our key does not make them master */
    KITH_ORIGIN_LOOPBACK, /* the same machine: the node's own key is master */
    KITH_ORIGIN_LOCAL,    /* a socket that only the owner can open: no handshake, master */
};
/* address is what to call the other side in logs and in peer lists. 0: refused (too many links). */
uint32_t kith_node_accept(struct kith_node *n, enum kith_link_origin origin, const char *address, struct kith_time t);
void kith_node_dialled(struct kith_node *n, uint32_t link, bool ok, struct kith_time t);
/* As kith_node_dialled with ok false; why is shown to the user, at most 63 characters. NULL: nothing more is known. */
void kith_node_dial_failed(struct kith_node *n, uint32_t link, const char *why, struct kith_time t);
/* All of in is taken. An error or an unknown link: the host closes; CLOSE may already be on its way. */
int kith_node_recv(struct kith_node *n, uint32_t link, const uint8_t *in, size_t len, struct kith_time t);
/* Fills out; *len 0: nothing now. */
int kith_node_send(struct kith_node *n, uint32_t link, uint8_t *out, size_t cap, size_t *len, struct kith_time t);
void kith_node_eof(struct kith_node *n, uint32_t link, struct kith_time t);

/* Whether all that is stored is known to be on the disk. After opening it takes a sync to know: what
 * was written right before a crash may or may not be there, and is shown to nobody before. */
bool kith_node_is_settled(const struct kith_node *n);

/* Too many messages wait for their judges, and this link has sent some of them: do not read it until an
 * effect's answer has changed that. */
bool kith_node_full(struct kith_node *n, uint32_t link);

/* Answers to effects. */
void kith_node_store_done(struct kith_node *n, uint64_t ticket, int err, const struct kith_slot *slot, struct kith_time t);
void kith_node_job_done(struct kith_node *n, uint64_t ticket, struct kith_bytes result, struct kith_time t);
/* err KITH_OK: the home has its new identity, and this node stops. Else nothing has changed. */
void kith_node_adopted(struct kith_node *n, uint64_t ticket, int err, struct kith_time t);
void kith_node_blob_put_done(struct kith_node *n, uint64_t ticket, int err, struct kith_time t);
void kith_node_blob_got(struct kith_node *n, uint64_t ticket, int err, struct kith_bytes bytes, struct kith_time t);

/* What the host knows and the node cannot: blobs on the disk at start, our own reachable addresses
 * (for invites and status), a datagram of LAN discovery. */
void kith_node_blob_known(struct kith_node *n, const struct kith_blobid *id, uint64_t size);
void kith_node_listening(struct kith_node *n, const char *address);
void kith_node_lan(struct kith_node *n, struct kith_bytes datagram, bool sealed, struct kith_time t);

/* A file came by a road that stores and forwards, or lay in the inbox: a packet, or a signed message as JSON.
 * KITH_OK: it is taken, and need not be kept. KITH_ERR_BUSY: give it again later. KITH_ERR_UNKNOWN_METHOD: what it says is
 * taken as far as it is understood, keep it for a later version. KITH_ERR_EXISTS: it was here before. KITH_ERR_NOT_FOUND: for
 * somebody else. Other errors: refused, and the reason is in the log. */
KITH_MUST int kith_node_packet(struct kith_node *n, struct kith_bytes packet, struct kith_time t);
/* The same for one that was kept since not all of it was understood, by a program that may understand more: it may be
 * old by now, and was here before. KITH_ERR_UNKNOWN_METHOD: keep it on. */
KITH_MUST int kith_node_packet_kept(struct kith_node *n, struct kith_bytes packet, struct kith_time t);

enum kith_sent {
    KITH_SENT_LATER,  /* not yet: `by` says why, the host tries again */
    KITH_SENT_STORED, /* the road has taken it; `by` says who keeps it now */
    KITH_SENT_NEVER,  /* this road will never take it: `by` says why */
};
void kith_node_packet_sent(struct kith_node *n, uint64_t ticket, enum kith_sent how, const char *by, struct kith_time t);
/* Whoever carries it says later that it came back: the packet with this ticket, or (0, or not known any more) the last one that went to this
 * address. Anybody may have said so: it is shown, and nothing else is done. */
void kith_node_packet_returned(struct kith_node *n, uint64_t ticket, const char *address, const char *by, struct kith_time t);

/* How it goes with a place of KITH_EFFECT_ROAD, as often as it changes; `why` is a sentence or empty. It is shown by `status`. */
enum kith_inlet_state {
    KITH_INLET_GONE,    /* nobody looks there any more */
    KITH_INLET_LOOKED,  /* it is looked at from time to time */
    KITH_INLET_WAITS,   /* it says itself when something comes */
    KITH_INLET_TROUBLE, /* it could not be looked at: `why` says why, and it will be tried again */
};
void kith_node_inlet(struct kith_node *n, const char *address, enum kith_inlet_state how, const char *why);

/* A file that somebody put into the outbox: the content of a message as JSON, with its type. It is signed and published, and
 * travels as all that we write; with recps (people, a circle, "friends") it is encrypted for them. KITH_ERR_ARG: no such content or
 * recps. KITH_ERR_NOT_FOUND, KITH_ERR_DENIED: a circle to which we cannot write. Else the errors of publishing. */
KITH_MUST int kith_node_action(struct kith_node *n, struct kith_bytes content, struct kith_time t);

/* Whether publishing still waits for a friend's word (kith_node_config.quarantined). */
bool kith_node_is_quarantined(struct kith_node *n);

const struct kith_pubkey *kith_node_id(const struct kith_node *n);

/* We follow them and do not block them: whose calls count (docs/protocol/signal.md). */
bool kith_node_accepts(struct kith_node *n, const struct kith_pubkey *id);

#endif
