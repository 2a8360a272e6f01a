/* SPDX-License-Identifier: MIT */
/* carrier.h: what a road that stores and forwards has to do: bring a packet to an address, and fetch those that lie at
 * one. A carrier is one file and one line in carrier.c (docs/drivers.md). It may block, since it runs on a thread of
 * its own, and it decides nothing: what to send, when again and what it means is the node's business. */
#ifndef KITH_DRIVERS_CARRIER_H
#define KITH_DRIVERS_CARRIER_H

#include "base/bytes.h"
#include "crypto/keys.h"

#define KITH_CARRIER_WORD 120 /* room for a sentence */

struct kith_carrier_way {
    const char *address; /* whole, with its scheme, NUL-ended */
    const char *rest;    /* what follows the first ':' */
    const struct kith_keypair *keys; /* our own: for roads that want a proof of who fetches */
    const char *settings; /* the file roads.conf as text, private: carrier_setting reads it */
    uint64_t *memo;      /* receive: 0 at first, for the carrier to remember what has not changed */
    struct kith_buf *notes; /* the same, for more than fits there; may be NULL */
    bool (*stop)(void *ctx); /* asked in long waits: true, come back soon */
    void *ctx;
    uint64_t ticket; /* transmit and take_back: what the host calls the packet, a number that was drawn; 0 otherwise */
};

enum kith_carried { KITH_CARRIED_LATER, KITH_CARRIED_STORED, KITH_CARRIED_NEVER }; /* as enum kith_sent */

struct kith_carrier_taker {
    /* Whether the packet is for us; *alone: for nobody else. Asked where packets for others lie too. */
    bool (*is_ours)(void *ctx, struct kith_bytes packet, bool *alone);
    /* Keeps it; false: no room, leave it where it is. */
    bool (*take)(void *ctx, struct kith_bytes packet);
    void *ctx;
    /* A packet of ours was sent back, `why` says why: the one with this ticket, or (0) the last one to this address. Anybody may have
     * written that. False: no room, tell it again later. NULL: nobody wants to know. */
    bool (*returned)(void *ctx, uint64_t ticket, const char *address, const char *why);
};

enum kith_watched {
    KITH_WATCHED_NEVER, /* there is no waiting at this place: it is looked at from time to time */
    KITH_WATCHED_BROKE, /* there is, but it came to an end: again, later */
};

struct kith_carrier {
    const char *scheme;
    unsigned every_ms; /* how often to look for packets where nothing is watched */
    /* by gets who keeps the packet now, or why not. */
    enum kith_carried (*transmit)(const struct kith_carrier_way *way, struct kith_bytes packet, char by[KITH_CARRIER_WORD]);
    /* After the last packet of several: makes them safe. May be NULL. */
    void (*flush)(const struct kith_carrier_way *way);
    /* Gives what lies there to the taker and takes away what was taken. False: it could not be looked at, why says why. */
    bool (*receive)(const struct kith_carrier_way *way, const struct kith_carrier_taker *taker, char why[KITH_CARRIER_WORD]);
    /* Waits where packets may lie until way->stop. Says news(way->ctx) once it waits, and whenever something may have come;
     * receive then fetches it, on another thread. Begun only where receive has worked. May be NULL: never. */
    enum kith_watched (*watch)(const struct kith_carrier_way *way, void (*news)(void *ctx), char why[KITH_CARRIER_WORD]);
    /* Those for whom it was have it, and left it where it is since it was not for each of them alone: takes away what transmit has
     * brought with this ticket. LATER: not now. May be NULL. */
    enum kith_carried (*take_back)(const struct kith_carrier_way *way);
};

/* Once, before the first thread of a carrier. */
void kith_carrier_start(void);

/* One more than those of the table, for programs that bring its libraries along. Before the first address is asked for. */
void kith_carrier_use(const struct kith_carrier *carrier);

/* The carrier of an address; NULL: there is none here. */
const struct kith_carrier *kith_carrier_of(const char *address);

/* The value of "NAME = VALUE" in the settings, into out; false: there is none. */
bool kith_carrier_setting(const struct kith_carrier_way *way, const char *name, char *out, size_t len);

extern const struct kith_carrier kith_carrier_dir, kith_carrier_https, kith_carrier_http, kith_carrier_exec;

#endif
