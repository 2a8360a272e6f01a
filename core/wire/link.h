/* SPDX-License-Identifier: MIT */
/* link.h: one connection: secret handshake, then box stream, then muxrpc. Or muxrpc alone, where
 * the operating system vouches for the other side (a Unix socket that only its owner can open).
 *
 * The host moves bytes: recv what arrived, send what fits, tick at the deadline, and take events
 * after each of them until there are none. */
#ifndef KITH_WIRE_LINK_H
#define KITH_WIRE_LINK_H

#include "base/rng.h"
#include "crypto/keys.h"
#include "wire/muxrpc.h"

#define KITH_LINK_HANDSHAKE_MS 15000 /* JavaScript peers allow 5 to 15 s */
#define KITH_LINK_IDLE_MS 600000     /* JavaScript peers drop a silent link after 600 s */
#define KITH_LINK_CLOSE_MS 5000      /* for the other side to answer our goodbye */

struct kith_link_config {
    bool plain;               /* muxrpc without handshake and encryption */
    bool dialler;             /* we opened the connection */
    struct kith_symkey cap;   /* network key */
    struct kith_keypair keys; /* who we are on this link */
    struct kith_pubkey peer;  /* dialler: who must be there */
    struct kith_rng rng;      /* for the ephemeral key */
};

enum kith_link_event_kind {
    KITH_LINK_ASK = 1, /* answering side, after message 3: may this key in? call kith_link_admit */
    KITH_LINK_OPEN,    /* the handshake is done; peer is who it is */
    KITH_LINK_RPC,     /* rpc holds a muxrpc event */
    KITH_LINK_CLOSED,  /* the last event; err says why, KITH_OK for a mutual goodbye */
};

struct kith_link_event {
    enum kith_link_event_kind kind;
    struct kith_pubkey peer;
    struct kith_muxrpc_event rpc; /* its views are valid until the next recv or next of this link */
    int err;
    const char *why; /* a static sentence, for the log */
};

struct kith_link;

struct kith_link *kith_link_new(const struct kith_link_config *config, uint64_t now_ms);
void kith_link_free(struct kith_link *l); /* wipes the keys */

/* Bytes that arrived, in any pieces. *used may be less than len while an event waits: take the
 * events, then give the rest. After an error the link is closed and a CLOSED event waits; the
 * host still sends what kith_link_send gives (a farewell may be in it), then closes the socket. */
int kith_link_recv(struct kith_link *l, const uint8_t *in, size_t len, size_t *used,
                   uint64_t now_ms);
int kith_link_send(struct kith_link *l, uint8_t *out, size_t cap, size_t *len, uint64_t now_ms);
bool kith_link_next(struct kith_link *l, struct kith_link_event *e);
uint64_t kith_link_deadline(const struct kith_link *l);
int kith_link_tick(struct kith_link *l, uint64_t now_ms);

/* Answers KITH_LINK_ASK. Refusing closes without a word, as SSB servers do. */
void kith_link_admit(struct kith_link *l, bool yes);

/* The other side closed its half of the pipe: an error unless the goodbyes were said. */
void kith_link_eof(struct kith_link *l);

/* The calls of the open link. NULL before OPEN. */
struct kith_muxrpc *kith_link_rpc(struct kith_link *l);

/* Says goodbye on all levels; CLOSED follows when the other side answered or the deadline passed.
 */
void kith_link_close(struct kith_link *l, uint64_t now_ms);

/* Bytes of memory that grow with what the other side does. */
size_t kith_link_held(const struct kith_link *l);

uint64_t kith_link_bytes_in(const struct kith_link *l);
uint64_t kith_link_bytes_out(const struct kith_link *l);

#endif
