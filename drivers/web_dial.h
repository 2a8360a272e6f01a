/* SPDX-License-Identifier: MIT */
/* web_dial.h: the road ws, called: a WebSocket (RFC 6455) to a node that listens with --ws, or by way
 * of a server with TLS in front of one (wss). */
#ifndef KITH_DRIVERS_WEB_DIAL_H
#define KITH_DRIVERS_WEB_DIAL_H

#include "drivers/road.h"
#include "wire/address.h"

/* As kith_tcp_dial, to a ws or wss address; the road is open when the other side has answered the upgrade as the RFC
 * wants it. roots as in web_dial_tls.h. A refusal leaves its words in the road's `why`. NULL: no such road can be made. */
struct kith_road *kith_web_dial(uv_loop_t *loop, const struct kith_address *to, const char *roots,
                                const struct kith_road_host *host, void *ctx);

#endif
