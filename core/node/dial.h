/* SPDX-License-Identifier: MIT */
/* dial.h: whom to dial and when: the addresses that the user or an invite gave, people found on the
 * LAN whom we follow; again after a growing pause with some chance in it, so that a crowd that lost
 * its pub does not come back in one moment. */
#ifndef KITH_NODE_DIAL_H
#define KITH_NODE_DIAL_H

#include "node/peers.h"

#define KITH_DIAL_PLACES_MAX 1024
#define KITH_DIAL_LAN_MAX 4 /* LAN addresses of one person: anybody can announce anybody there */
#define KITH_DIAL_FIRST_MS 1000
#define KITH_DIAL_LONGEST_MS 600000

enum kith_place_source { KITH_PLACE_USER = 1, KITH_PLACE_LAN };

struct kith_place {
    char address[KITH_PEER_ADDRESS_LEN];
    struct kith_pubkey id;
    enum kith_place_source source;
    unsigned failures;
    uint64_t next_ms;  /* not before; UINT64_MAX: when the link ends by which they are here */
    uint64_t seen_ms;  /* LAN: when it was heard of last */
    uint32_t link;     /* 0: not connected */
    bool connected;
    char why[64];      /* what came of the last attempt */
};

struct kith_dialler {
    struct kith_place *places;
    size_t count, cap;
    struct kith_budget heard; /* what the LAN may cost */
};

void kith_dial_init(struct kith_node *n); /* reads the addresses that were kept */
void kith_dial_wipe(struct kith_node *n);

/* Keeps the address (USER: over restarts) and dials it now. KITH_ERR_SYNTAX: no address with a key.
 * KITH_ERR_ARG: our own. KITH_ERR_FULL. *link, if not NULL, is the link that was opened, or 0. */
KITH_MUST int kith_dial_add(struct kith_node *n, struct kith_bytes address, enum kith_place_source source, uint32_t *link);
KITH_MUST int kith_dial_forget(struct kith_node *n, struct kith_bytes address); /* KITH_ERR_NOT_FOUND */

void kith_dial_opened(struct kith_peer *p);
void kith_dial_failed(struct kith_peer *p, const char *why);
void kith_dial_gone(struct kith_peer *p);

uint64_t kith_dial_deadline(const struct kith_node *n);
void kith_dial_tick(struct kith_node *n);

#endif
