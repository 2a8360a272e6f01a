/* SPDX-License-Identifier: MIT */
/* lan.h: the road on which people on one network find each other: UDP broadcasts on the two ports that
 * SSB peers know (wire/lan.h has the packets). It hears and says addresses; whom to dial is decided by
 * the node. */
#ifndef KITH_DRIVERS_LAN_H
#define KITH_DRIVERS_LAN_H

#include <uv.h>

#include "wire/lan.h"

#define KITH_LAN_EVERY_MS 2000 /* as ssb-lan does */

struct kith_lan;

struct kith_lan_config {
    struct kith_keypair keys;
    struct kith_symkey cap;
    const char *bound; /* the address that we listen on; 0.0.0.0: one announcement for each interface */
    uint16_t port;     /* where to dial us */
    void (*heard)(void *ctx, struct kith_bytes datagram, bool sealed); /* not our own, not parsed */
    void *ctx;
};

/* Starts on its own handles of the loop. KITH_ERR_NET: neither port could be had. */
KITH_MUST int kith_lan_start(struct kith_lan **out, uv_loop_t *loop, const struct kith_lan_config *config);
void kith_lan_stop(struct kith_lan *l); /* frees itself when the loop has closed its handles; NULL is fine */

#endif
