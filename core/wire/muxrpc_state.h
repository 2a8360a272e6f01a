/* SPDX-License-Identifier: MIT */
/* muxrpc_state.h: what muxrpc.c (in) and muxrpc_out.c (out) share. Nobody else includes it. */
#ifndef KITH_WIRE_MUXRPC_STATE_H
#define KITH_WIRE_MUXRPC_STATE_H

#include "wire/frame.h"
#include "wire/muxrpc.h"
#include "wire/streams.h"

#define KITH_MUXRPC_MAX_NODES                                                                      \
    262144u /* values in one JSON body: notes of a hundred thousand feeds */

struct kith_muxrpc {
    struct kith_streams streams;
    uint32_t max_body; /* of what comes in */
    size_t max_nodes, max_theirs;
    int32_t last_req; /* of our calls, which count from 1 */
    bool said_goodbye, got_goodbye;
    bool has_event, in_done;
    struct kith_muxrpc_event event;
    struct kith_buf in;          /* a frame that did not arrive in one piece */
    struct kith_buf out;         /* queued output, */
    size_t out_at;               /* of which that much is gone already */
    struct kith_buf name, error; /* texts of the event */
    struct kith_json doc;
};

/* Queues an error object as the end of a stream or the answer to an async call. */
void kith_muxrpc_put_error(struct kith_muxrpc *m, int32_t req, bool stream,
                           struct kith_bytes message);

/* Queues the end that answers theirs, with the same body, as JavaScript does. */
void kith_muxrpc_put_echo(struct kith_muxrpc *m, int32_t req, uint8_t flags,
                          struct kith_bytes body);

#endif
