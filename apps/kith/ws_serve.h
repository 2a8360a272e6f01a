/* SPDX-License-Identifier: MIT */
/* ws_serve.h: a port at which peers in browsers reach this node: WebSockets whose binary frames carry what
 * TCP would, from the secret handshake on (multiserver's `ws:HOST:PORT~shs:KEY`; ssb-ws speaks it too). It
 * serves nothing else, and anybody may come: the handshake says who it is, as on the port for TCP. */
#ifndef KITH_APP_WS_SERVE_H
#define KITH_APP_WS_SERVE_H

#include "host.h"

#define WS_PORT 8989 /* where ssb-ws listens */

struct ws_serve;

/* *port as kith_web_start, and its errors. */
KITH_MUST int ws_serve_start(struct ws_serve **out, struct host *h, const char *address, uint16_t *port);
/* Before host_close. NULL is fine. */
void ws_serve_stop(struct ws_serve *s);

#endif
