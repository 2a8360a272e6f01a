/* SPDX-License-Identifier: MIT */
/* local.h: a Unix socket that only its owner can open: how the command line and other programs of the
 * same person reach their running node. */
#ifndef KITH_DRIVERS_LOCAL_H
#define KITH_DRIVERS_LOCAL_H

#include "base/err.h"
#include "drivers/road.h"

/* Makes the socket (mode 0600) and listens; a dead socket of a former process is replaced. KITH_ERR_NET. */
KITH_MUST int kith_local_listen(uv_loop_t *loop, uv_pipe_t *listener, const char *path, uv_connection_cb on_connection);
struct kith_road *kith_local_accept(uv_pipe_t *listener, const struct kith_road_host *host, void *ctx);

#endif
