/* SPDX-License-Identifier: MIT */
/* client.h: a command's way to a node: the running daemon by its socket, or, when there is none, a
 * node of its own on the same store for as long as the command lasts. Either way it is the app RPC. */
#ifndef KITH_APP_CLIENT_H
#define KITH_APP_CLIENT_H

#include "home.h"
#include "host.h"
#include "wire/muxrpc.h"

struct client;

/* A node of our own may dial if online, and writes to standard error what log_level lets through
 * (syslog's; -1: nothing). KITH_ERR_NOT_FOUND: no identity yet. KITH_ERR_LOCKED:
 * a process holds the store and does not answer. Else the errors of host_open. */
KITH_MUST int client_open(struct client **out, const struct home *home, bool online, int log_level);
void client_close(struct client *c);

bool client_is_daemon(const struct client *c);
struct host *client_host(struct client *c); /* NULL with a daemon */

/* Why the last call failed: a sentence. */
const char *client_why(const struct client *c);

/* An async call; the answer's JSON is put into reply, as one document. Errors are those that the node
 * names; KITH_ERR_NET if it went away. */
KITH_MUST int client_call(struct client *c, const char *method, struct kith_bytes args, struct kith_buf *reply);

/* A source; item is called for each until it says false. */
typedef bool (*client_item)(void *ctx, const struct kith_muxrpc_event *e);
KITH_MUST int client_source(struct client *c, const char *method, struct kith_bytes args, client_item item, void *ctx);

/* A sink or duplex: open, put as often as wanted, then finish for the answer. */
KITH_MUST int client_begin(struct client *c, enum kith_muxrpc_type type, const char *method);
KITH_MUST int client_put(struct client *c, enum kith_muxrpc_encoding encoding, struct kith_bytes body);
/* last is a final item ("" for none); for a sink our side ends, for a duplex the other side does. */
KITH_MUST int client_finish(struct client *c, struct kith_bytes last, struct kith_buf *reply);

/* Whether a node of this home runs and answers on its socket. */
bool client_daemon_runs(const struct home *home);

#endif
