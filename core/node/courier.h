/* SPDX-License-Identifier: MIT */
/* courier.h: what a live link would do, by roads that store and forward: what to put into a packet for whom, what to
 * do with one that came, what is sent again and when (docs/protocol/packet.md, "What is said when").
 *
 * Nothing here is a queue that could be lost: what somebody lacks follows from the log and from their newest notes.
 * A packet is a copy of some of that; if no receipt comes, another one is made. */
#ifndef KITH_NODE_COURIER_H
#define KITH_NODE_COURIER_H

#include "node/blob_share.h"
#include "node/methods.h"
#include "sync/packet_parts.h"

#define KITH_COURIER_RECIPIENTS 1024
#define KITH_COURIER_ROADS 8            /* of one person */
#define KITH_COURIER_FEEDS 4096         /* that one recipient's notes may name */
#define KITH_COURIER_CONTENT ((size_t)1 << 20) /* of one packet, about */
#define KITH_COURIER_FLIGHTS 64         /* packets without a receipt for one recipient: more wait */
#define KITH_COURIER_WANTS 256          /* of one recipient */
#define KITH_COURIER_SEEN 512           /* ids of packets of one sender that are remembered */
#define KITH_COURIER_SAID 4096          /* bytes of ids that we told one author that we have read */
#define KITH_COURIER_READ 256           /* messages of ours of which one person said so */
#define KITH_COURIER_GRACE_MS 2000      /* a live link may still come, and more to say */
#define KITH_COURIER_ANSWER_MS 1000     /* after which an answer goes on its own */
#define KITH_COURIER_FIRST_MS (UINT64_C(10) * 60 * 1000)             /* without a receipt, while we know no usual time */
#define KITH_COURIER_SHORTEST_MS (UINT64_C(60) * 1000)               /* three times the usual time, but not below */
#define KITH_COURIER_PATIENCE_MS (UINT64_C(60) * 60 * 1000)          /* with a road that says "later", if there is another */
#define KITH_COURIER_LONGEST_MS (UINT64_C(7) * 24 * 3600 * 1000)
#define KITH_COURIER_EXPIRES_MS (UINT64_C(60) * 24 * 3600 * 1000)    /* then the outbox says so */
#define KITH_COURIER_PARTS_MAX (UINT64_C(64) << 20) /* bytes on the disk of blobs that are not whole yet, or that nobody wants yet */
#define KITH_COURIER_EARLY_MAX ((size_t)16 << 20) /* bytes of messages whose predecessors are missing */
#define KITH_COURIER_PIECE ((size_t)1 << 20)      /* of a blob in one packet */

struct kith_recipient;
struct kith_courier_asked;
struct kith_courier_early;
struct kith_courier_pieces;
struct kith_courier_guest;
struct kith_courier_laid;

struct kith_courier {
    struct kith_recipient **all;
    size_t count, cap;
    struct kith_buf own_roads;  /* where packets for us may lie, a line each */
    size_t last_heard;          /* index of who sent us the last packet: asked first for a blob */
    uint64_t looked;            /* records in the store when it was last seen who lacks what */
    uint64_t due_ms;            /* when to look again; UINT64_MAX: not before something happens */
    struct kith_courier_asked *asked;   /* blobs of ours that we asked somebody for */
    size_t asked_count, asked_cap;
    struct kith_courier_early *early;   /* messages that came before their predecessors */
    size_t early_bytes;
    struct kith_courier_pieces *pieces; /* blobs that are not whole yet */
    uint64_t pieces_bytes; /* the room that they take */
    size_t keeping;        /* of what came, what is on its way to the disk */
    bool building;         /* one of them is being put together */
    uint64_t build_ms;     /* not before: the disk was full */
    struct kith_courier_laid *laid;     /* packets for several in a folder that not all of them have taken */
    struct kith_courier_guest *guests;  /* posts on walls that may come in later */
    size_t guest_count;
    uint64_t notes, notes_generation;
    uint64_t desk_generation;   /* of the graph, when requests were last looked at */
    uint64_t profile_is;        /* courier_profile_is, as of this tick */
    bool has_profile; /* we have said once where packets for us may lie */
    bool busy; /* a blob is being read for a recipient */
};

void kith_courier_init(struct kith_node *n); /* reads what was kept, asks the host for our roads */
void kith_courier_wipe(struct kith_node *n);
void kith_courier_stop(struct kith_node *n); /* writes down what is not yet */
void kith_courier_stored(struct kith_node *n); /* the store may have grown */
void kith_courier_changed(struct kith_node *n); /* who follows whom, or a link has opened */
/* The next message of a feed that this person has sent does not follow ours, which ends at head. */
void kith_courier_forked(struct kith_node *n, const struct kith_pubkey *by, const struct kith_pubkey *feed, uint64_t head);
int kith_courier_told(struct kith_call *c); /* kith.roads: a friend who is here says by which roads they like to be reached */
int kith_courier_seen(struct kith_call *c); /* kith.read: a friend who is here says what they have read */
uint64_t kith_courier_deadline(const struct kith_node *n);
void kith_courier_tick(struct kith_node *n);

extern const struct kith_method kith_methods_courier[];

#endif
