/* SPDX-License-Identifier: MIT */
/* host.h: the native world of a node: carries out its effects with libuv. The daemon (cmd_serve.c)
 * listens with it; a command that finds no daemon runs the same host for as long as it needs it. */
#ifndef KITH_APP_HOST_H
#define KITH_APP_HOST_H

#include "drivers/road.h"
#include "home.h"
#include "node/node.h"
#include "wire/address.h"

struct host;

struct host_options {
    bool offline;    /* dial nobody: a command without the daemon */
    uint64_t quota;  /* bytes of log; 0: none */
    int log_level;   /* syslog's; lines above it are not written */
    unsigned hops;
    /* The roads ws and wss, for who is linked with them (drivers/web_dial.h): libkith is not. NULL: such addresses are not dialled. */
    struct kith_road *(*dial_ws)(uv_loop_t *loop, const struct kith_address *to, const char *roots,
                                 const struct kith_road_host *host, void *ctx);
    const char *roots; /* a file of certificates to trust for wss, borrowed; NULL: the system's */
};

/* Opens the store of the home and starts a node on it. KITH_ERR_LOCKED: another process has it.
 * KITH_ERR_NOT_FOUND: no identity. Else the errors of kith_node_open. */
KITH_MUST int host_open(struct host **out, const struct home *home, const struct host_options *options);

/* Says goodbye to everybody, waits until all is durable, closes. NULL is fine. */
void host_close(struct host *h);

struct kith_node *host_node(struct host *h);

/* Listens. *port as kith_tcp_listen. The address that others can dial is told to the node. */
KITH_MUST int host_listen_tcp(struct host *h, const char *name, uint16_t *port);
KITH_MUST int host_listen_local(struct host *h, const char *path);
/* Tells the node by what name and port others can dial it, and gives its address, which is also right
 * after the node has become somebody else. */
const char *host_listening(struct host *h, const char *name, uint16_t port);
/* Discovery: bound is the address that we listen on. KITH_ERR_NET: cannot. */
KITH_MUST int host_lan_start(struct host *h, const char *bound, uint16_t port);

/* Runs until stop was asked for (host_stop, a signal, control.stop) and has come to its end. A node that
 * becomes somebody else (identity.restore) stops too and is opened again: its links end, listeners stay.
 * The errors of host_open: it could not be opened again, and there is no node any more. */
KITH_MUST int host_run(struct host *h);
void host_stop(struct host *h);

/* One turn of the loop: waits for something to happen if wait is true. */
void host_turn(struct host *h, bool wait);

/* A link of our own into the node, without a socket: bytes for it and from it. 0: refused. */
uint32_t host_link(struct host *h);
void host_link_put(struct host *h, uint32_t link, const uint8_t *in, size_t len);
/* False: the node has closed it. *len 0: nothing now. */
bool host_link_take(struct host *h, uint32_t link, uint8_t *out, size_t cap, size_t *len);
void host_link_end(struct host *h, uint32_t link);
bool host_is_full(const struct host *h, uint32_t link);

/* Writes one log line as the host's own: `event key=value…`. */
void host_log(struct host *h, int level, const char *text);

#endif
