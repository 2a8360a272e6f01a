/* SPDX-License-Identifier: MIT */
/* stream.h: the calls and streams that run on a peer's link. Each is a struct here from its call to its
 * end; whoever started it or answers it gives the operations. A stream is freed by this module alone,
 * and never while one of its own operations runs: they may end it, drop its peer, or start others. */
#ifndef KITH_NODE_STREAM_H
#define KITH_NODE_STREAM_H

#include "wire/muxrpc.h"

struct kith_peer;
struct kith_stream;

/* What is done with a stream. Any may be NULL. */
struct kith_stream_ops {
    /* An item from the other side, or the answer to an async call of ours. */
    void (*data)(struct kith_stream *s, const struct kith_muxrpc_event *e);
    /* The other side ended; error is empty for a normal end. Our side is ended after it if it is not. */
    void (*end)(struct kith_stream *s, struct kith_bytes error);
    /* Room on the link: write one item and say true, or false if there is nothing now. */
    bool (*fill)(struct kith_stream *s);
    /* The last call, whatever happened: release state. */
    void (*close)(struct kith_stream *s);
};

struct kith_stream {
    struct kith_peer *peer;
    int32_t req;
    enum kith_muxrpc_type type;
    const struct kith_stream_ops *ops;
    void *state;
    bool we_ended, they_ended;
    bool failed; /* ended by us with an error: muxrpc lets us hear nothing more of it, not even its end */
    struct kith_stream *next;
};

/* Starts a call on a peer's link; state is released by ops->close. NULL if too many are open. */
struct kith_stream *kith_peer_call(struct kith_peer *p, enum kith_muxrpc_type type, const char *name,
                                   struct kith_bytes args, const struct kith_stream_ops *ops, void *state);
/* Takes a call of the other side as a stream. */
struct kith_stream *kith_peer_stream(struct kith_peer *p, int32_t req, enum kith_muxrpc_type type,
                                     const struct kith_stream_ops *ops, void *state);

void kith_stream_write(struct kith_stream *s, enum kith_muxrpc_encoding encoding, struct kith_bytes body);
void kith_stream_end(struct kith_stream *s, const char *error); /* our side; NULL: all is well */
/* The stream, if it is one, was ended with an error past this module: nothing more of it will come. */
void kith_peer_stream_failed(struct kith_peer *p, int32_t req);

/* For peers.c: an item or an end; a turn for each stream until the link has enough to send; the end. */
void kith_stream_event(struct kith_peer *p, const struct kith_muxrpc_event *e);
void kith_stream_fill_all(struct kith_peer *p);
void kith_stream_free_all(struct kith_peer *p);

#endif
