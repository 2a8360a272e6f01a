/* SPDX-License-Identifier: MIT */
/* web_dial.h: the road ws, called: a WebSocket (RFC 6455) to a node that listens with --ws. */
#ifndef KITH_DRIVERS_WEB_DIAL_H
#define KITH_DRIVERS_WEB_DIAL_H

#include "drivers/road.h"

/* As kith_tcp_dial; the road is open when the other side has answered the upgrade as the RFC wants it. path is "" or
 * begins with '/'. NULL: no such road can be made. */
struct kith_road *kith_web_dial(uv_loop_t *loop, const char *host_name, uint16_t port, const char *path,
                                const struct kith_road_host *host, void *ctx);

#endif
