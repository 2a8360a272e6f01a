/* SPDX-License-Identifier: MIT */
/* tcp.h: the road net: plain TCP, both ways. */
#ifndef KITH_DRIVERS_TCP_H
#define KITH_DRIVERS_TCP_H

#include "base/err.h"
#include "drivers/road.h"

/* Starts to resolve and connect; opened tells how it went, after an error closed follows. NULL: no
 * such road can be made (out of handles). */
struct kith_road *kith_tcp_dial(uv_loop_t *loop, const char *host_name, uint16_t port,
                                const struct kith_road_host *host, void *ctx);

/* Takes a connection that waits on the listener; NULL if it is gone already. *is_loopback: both ends
 * are this machine. */
struct kith_road *kith_tcp_accept(uv_tcp_t *listener, const struct kith_road_host *host, void *ctx, bool *is_loopback);

/* Binds and listens; port 0 lets the system choose. KITH_ERR_NET: cannot. *port is the true one. */
KITH_MUST int kith_tcp_listen(uv_loop_t *loop, uv_tcp_t *listener, const char *host_name, uint16_t *port,
                              uv_connection_cb on_connection);

#endif
