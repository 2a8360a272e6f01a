/* SPDX-License-Identifier: MIT */
/* peers.h: the links of a node and who is at the other end of each. */
#ifndef KITH_NODE_PEERS_H
#define KITH_NODE_PEERS_H

#include "node/budget.h"
#include "node/node.h"
#include "node/stream.h"
#include "wire/link.h"

#define KITH_PEERS_MAX 512          /* links in all */
#define KITH_PEERS_DIALLING_MAX 480 /* the rest are for our own apps, */
#define KITH_PEERS_GUESTS_MAX 384   /* and these for whom we dial: a crowd at the door shuts nobody in */
#define KITH_PEERS_HELD_MAX ((size_t)256 << 20) /* bytes in memory for all links of others */
#define KITH_PEER_QUEUE_MAX ((size_t)4 << 20)   /* a peer that asks for more before it reads is dropped */
#define KITH_PEER_ADDRESS_LEN 512
#define KITH_PEER_SIGNALS 64 /* handed to one peer: one of these is not carried there again */

enum kith_peer_role {
    KITH_ROLE_NONE = 0,   /* handshake not done */
    KITH_ROLE_PEER = 1,   /* another person's node */
    KITH_ROLE_GUEST = 2,  /* holds an invite of ours: may use it and nothing else */
    KITH_ROLE_MASTER = 4, /* our own app */
};

struct kith_peer {
    struct kith_node *node;
    uint32_t link;
    struct kith_link *conn; /* waits for its first bytes while the host still dials */
    enum kith_link_origin origin;
    enum kith_peer_role role;
    bool dialled; /* by us */
    bool guest_of_theirs; /* we dialled with the key of their invite */
    bool closing;
    uint64_t closing_ms; /* when the host was told; UINT64_MAX: told twice */
    size_t held;         /* kith_link_held, as it is counted in kith_peers.held */
    bool write_asked; /* a WRITE effect is with the host */
    struct kith_pubkey id;
    char address[KITH_PEER_ADDRESS_LEN];
    uint64_t since_ms;
    struct kith_stream *ping; /* NULL: the other side pings, or cannot */
    uint64_t ping_at_ms;
    struct kith_budget budget;
    size_t judging; /* messages of this link that wait for their judges */
    struct kith_stream *streams;
    struct kith_stream *ebt; /* the replication stream, if one runs */
    struct kith_pubkey *hidden; /* feeds whose authors block this peer, as the trees know it */
    size_t hidden_count;
    bool serves;             /* one of its blobs.get has its blob in memory: the others wait */
    bool follows_history;    /* has no EBT: asked by createHistoryStream */
    bool no_typing;          /* refused kith.typing: is not asked again */
    bool typing_waits;       /* has not answered the last one */
    struct kith_stream *guests; /* our question for guests' posts; asked anew at guests_at_ms */
    uint64_t guests_at_ms;
    size_t guests_follows;      /* whom we followed when we asked */
    unsigned guests_again;      /* how often more for a word that was missing */
    bool asks_guests, guests_of_peer, guests_refused, serves_guests;
    uint64_t roads_told;     /* our profile as this peer was told it, 0: not yet */
    uint64_t signals[KITH_PEER_SIGNALS]; /* a ring: the first bytes of the one-time keys, which are random */
    uint32_t signal_count;
    uint32_t invite;         /* GUEST: index of the invite */
    struct kith_peer *next;
};

struct kith_peers {
    struct kith_peer *first;
    size_t count;
    size_t held;
    uint32_t last_link;
};

struct kith_peer *kith_peers_link(struct kith_node *n, uint32_t link); /* NULL: gone */
/* The open link with that person; NULL: none. One where we are a guest is not ours to them. */
struct kith_peer *kith_peers_person(struct kith_node *n, const struct kith_pubkey *id);

/* Asks the host to dial. keys: who we are there (NULL: ourselves). 0: too many links. */
uint32_t kith_peers_dial(struct kith_node *n, const char *address, const struct kith_pubkey *id,
                         const struct kith_keypair *keys);

/* There may be something to fill or send: asks the host to pull. */
void kith_peer_wake(struct kith_peer *p);
void kith_peers_wake_all(struct kith_node *n); /* something was stored: live streams may go on */

/* Goodbye; why goes to the log. */
void kith_peer_close(struct kith_peer *p, const char *why);
/* After a PEER error: one log line and the end of the link. */
void kith_peer_drop(struct kith_peer *p, int err, const char *why);

uint64_t kith_peers_deadline(const struct kith_node *n);
void kith_peers_tick(struct kith_node *n);
void kith_peers_wipe(struct kith_node *n);

#endif
