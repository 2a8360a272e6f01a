/* SPDX-License-Identifier: MIT */
#include "node/stream.h"

#include "node/state.h"

static void stream_free(struct kith_stream *s) {
    struct kith_stream **at = &s->peer->streams;
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    if (s->ops->close)
        s->ops->close(s);
    kith_free(s);
}

static struct kith_stream *stream_find(struct kith_peer *p, int32_t req) {
    struct kith_stream **at = &p->streams;
    while (*at && (*at)->req != req)
        at = &(*at)->next;
    if (*at && at != &p->streams) { /* the busy one comes first */
        struct kith_stream *s = *at;
        *at = s->next;
        s->next = p->streams;
        p->streams = s;
    }
    return p->streams && p->streams->req == req ? p->streams : NULL;
}

struct kith_stream *kith_peer_stream(struct kith_peer *p, int32_t req, enum kith_muxrpc_type type,
                                     const struct kith_stream_ops *ops, void *state) {
    struct kith_stream *s = kith_alloc(sizeof *s);
    *s = (struct kith_stream){
        .peer = p, .req = req, .type = type, .ops = ops, .state = state, .next = p->streams};
    p->streams = s;
    kith_peer_wake(p);
    return s;
}

struct kith_stream *kith_peer_call(struct kith_peer *p, enum kith_muxrpc_type type, const char *name,
                                   struct kith_bytes args, const struct kith_stream_ops *ops, void *state) {
    int32_t req;
    struct kith_muxrpc *rpc = p->conn ? kith_link_rpc(p->conn) : NULL;
    if (!rpc || kith_muxrpc_call(rpc, type, name, args, &req))
        return NULL;
    return kith_peer_stream(p, req, type, ops, state);
}

void kith_stream_write(struct kith_stream *s, enum kith_muxrpc_encoding encoding, struct kith_bytes body) {
    kith_muxrpc_write(kith_link_rpc(s->peer->conn), s->req, encoding, body);
    kith_peer_wake(s->peer);
}

void kith_stream_end(struct kith_stream *s, const char *error) {
    if (s->we_ended)
        return;
    s->we_ended = true;
    s->failed = error != NULL;
    kith_muxrpc_end(kith_link_rpc(s->peer->conn), s->req, error);
    kith_peer_wake(s->peer);
}

void kith_peer_stream_failed(struct kith_peer *p, int32_t req) {
    for (struct kith_stream *s = p->streams; s; s = s->next) {
        if (s->req == req)
            s->we_ended = s->failed = true;
    }
}

void kith_stream_event(struct kith_peer *p, const struct kith_muxrpc_event *e) {
    struct kith_stream *s = stream_find(p, e->req);
    if (!s)
        return;
    if (e->kind == KITH_RPC_DATA) {
        if (s->ops->data && !s->failed)
            s->ops->data(s, e);
        if (s->type == KITH_RPC_ASYNC)
            stream_free(s);
        return;
    }
    s->they_ended = true;
    if (s->ops->end)
        s->ops->end(s, e->error);
    if (s->type != KITH_RPC_ASYNC)
        kith_stream_end(s, NULL);
    stream_free(s);
}

/* Streams that failed are released where no operation of theirs is running. */
static void release_failed(struct kith_peer *p) {
    for (struct kith_stream *s = p->streams, *next; s; s = next) {
        next = s->next;
        if (s->failed)
            stream_free(s);
    }
}

/* Streams that were given up, by either side, say nothing more. */
static void sweep(struct kith_peer *p, const struct kith_muxrpc *rpc) {
    for (struct kith_stream *s = p->streams, *next; s; s = next) {
        next = s->next;
        if (!kith_muxrpc_is_open(rpc, s->req))
            stream_free(s);
    }
}

/* Every stream gets a turn for one item until the link has enough to send. */
void kith_stream_fill_all(struct kith_peer *p) {
    struct kith_muxrpc *rpc = kith_link_rpc(p->conn);
    bool any = rpc != NULL;
    if (any)
        sweep(p, rpc);
    while (any && kith_muxrpc_queued(rpc) < KITH_MUXRPC_HIGH) {
        any = false;
        for (struct kith_stream *s = p->streams, *next; s; s = next) {
            next = s->next;
            if (s->ops->fill && !s->we_ended && s->ops->fill(s))
                any = true;
        }
    }
    release_failed(p);
}

void kith_stream_free_all(struct kith_peer *p) {
    while (p->streams)
        stream_free(p->streams);
}
