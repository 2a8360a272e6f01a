/* SPDX-License-Identifier: MIT */
/* The methods on blobs: what peers and apps may ask of blob_share.c. */
#include "node/blob_share.h"
#include "node/state.h"

/* ---- our wants, told to a peer ---- */

static bool wants_fill(struct kith_stream *s) {
    struct kith_bytes frame;
    struct kith_peer *p = s->peer;
    if (!kith_blobs_next_wants(p->node->blobs.blobs, &p->id, &frame))
        return false;
    kith_stream_write(s, KITH_RPC_JSON, frame);
    return true;
}

static const struct kith_stream_ops our_wants_ops = {NULL, NULL, wants_fill, NULL};

static int create_wants(struct kith_call *c) {
    kith_peer_stream(c->peer, c->req, c->type, &our_wants_ops, NULL);
    kith_blobs_listen(c->node->blobs.blobs, &c->peer->id);
    kith_peer_wake(c->peer);
    return KITH_OK;
}

/* ---- serving ---- */

struct serve {
    struct kith_later later;
    struct kith_blobs_request request;
    struct kith_buf bytes;
    size_t at;
};

static bool serve_fill(struct kith_stream *s) {
    struct serve *v = s->state;
    size_t len = v->bytes.len - v->at;
    len = len > KITH_BLOB_CHUNK ? KITH_BLOB_CHUNK : len;
    if (!len) {
        kith_stream_end(s, NULL);
        return false;
    }
    kith_stream_write(s, KITH_RPC_BINARY, kith_bytes(v->bytes.p + v->at, len));
    v->at += len;
    return true;
}

static void serve_close(struct kith_stream *s) {
    struct serve *v = s->state;
    kith_buf_wipe(&v->bytes);
    kith_free(v);
}

static const struct kith_stream_ops serve_ops = {NULL, NULL, serve_fill, serve_close};

static void serve_got(struct kith_node *n, void *ctx, int err, struct kith_bytes bytes) {
    struct serve *v = ctx;
    struct kith_peer *p = kith_peers_link(n, v->later.link);
    const struct kith_blobs_request *q = &v->request;
    uint64_t end = q->end < bytes.len ? q->end : bytes.len;
    if (!err && p && (bytes.len > q->max || (q->size != UINT64_MAX && q->size != bytes.len)))
        err = KITH_ERR_DENIED;
    if (!err && p && p->role != KITH_ROLE_MASTER &&
        kith_budget_spend(&p->budget, KITH_BUDGET_BLOB_BYTES, (double)bytes.len, n->t.now_ms))
        err = KITH_ERR_BUSY;
    if (err || !p || p->closing) {
        kith_later_fail(n, v->later, err ? err : KITH_ERR_NOT_FOUND, err == KITH_ERR_DENIED ? "the blob has another size" : "could not get blob");
        kith_free(v);
        return;
    }
    if (q->start < end)
        kith_buf_put(&v->bytes, bytes.p + q->start, (size_t)(end - q->start));
    kith_peer_stream(p, v->later.req, KITH_RPC_SOURCE, &serve_ops, v);
}

static int get(struct kith_call *c) {
    struct serve *v = kith_alloc(sizeof *v);
    int err = kith_blobs_parse_request(c->doc, kith_call_arg(c, 0), &v->request);
    v->later = kith_call_later(c);
    if (!err && kith_blobs_has(c->node->blobs.blobs, &v->request.id, NULL) && v->request.size == 0) {
        kith_peer_stream(c->peer, c->req, c->type, &serve_ops, v);
        return KITH_OK;
    }
    if (!err)
        err = kith_blob_read(c->node, &v->request.id, serve_got, v);
    if (err) {
        kith_free(v);
        /* The words that JavaScript clients look for. */
        if (err == KITH_ERR_NOT_FOUND) {
            kith_muxrpc_end(kith_link_rpc(c->peer->conn), c->req, "could not get blob");
            return KITH_OK;
        }
    }
    return err;
}

/* ---- questions ---- */

static bool has_one(struct kith_call *c, uint32_t node) {
    struct kith_blobs_request q;
    if (kith_blobs_parse_request(c->doc, node, &q))
        return false;
    if (c->peer->role == KITH_ROLE_PEER)
        return kith_blobs_recv_has(c->node->blobs.blobs, &c->peer->id, &q.id, c->node->t.now_ms);
    return kith_blobs_has(c->node->blobs.blobs, &q.id, NULL);
}

static int has(struct kith_call *c) {
    uint32_t arg = kith_call_arg(c, 0);
    struct kith_buf out = {0};
    if (kith_json_is(c->doc, arg, KITH_JSON_ARRAY)) {
        kith_buf_put_u8(&out, '[');
        for (uint32_t i = kith_json_first(c->doc, arg); i != KITH_JSON_NONE; i = c->doc->nodes[i].next) {
            kith_buf_put_str(&out, out.len > 1 ? "," : "");
            kith_buf_put_str(&out, has_one(c, i) ? "true" : "false");
        }
        kith_buf_put_u8(&out, ']');
    } else {
        kith_buf_put_str(&out, has_one(c, arg) ? "true" : "false");
    }
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    kith_blob_share_pump(c->node);
    return KITH_OK;
}

static int size(struct kith_call *c) {
    struct kith_blobs_request q;
    struct kith_buf out = {0};
    uint64_t len = 0;
    int err = kith_blobs_parse_request(c->doc, kith_call_arg(c, 0), &q);
    if (err)
        return err;
    if (kith_blobs_has(c->node->blobs.blobs, &q.id, &len))
        kith_buf_put_dec(&out, len);
    else
        kith_buf_put_str(&out, "null");
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

/* ---- wanting on behalf of the app: answered when the blob is here ---- */

struct kith_blob_want {
    struct kith_blobid id;
    struct kith_later later;
    struct kith_blob_want *next;
};

static int want(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_blobs_request q;
    struct kith_blob_want *w;
    int err = kith_blobs_parse_request(c->doc, kith_call_arg(c, 0), &q);
    if (err)
        return err;
    if (kith_blobs_has(n->blobs.blobs, &q.id, NULL)) {
        kith_call_reply(c, KITH_LIT("true"));
        return KITH_OK;
    }
    kith_blobs_want(n->blobs.blobs, &q.id);
    if (kith_call_flag(c, kith_call_option(c, 1, "nowait"), false)) {
        kith_call_reply(c, KITH_LIT("false"));
    } else {
        w = kith_alloc(sizeof *w);
        *w = (struct kith_blob_want){q.id, kith_call_later(c), n->blobs.wants};
        n->blobs.wants = w;
    }
    kith_blob_share_pump(n);
    kith_peers_wake_all(n);
    return KITH_OK;
}

void kith_blob_serve_wants(struct kith_node *n) {
    for (struct kith_blob_want **at = &n->blobs.wants; *at;) {
        struct kith_blob_want *w = *at;
        bool gone = !kith_peers_link(n, w->later.link);
        if (gone || kith_blobs_has(n->blobs.blobs, &w->id, NULL)) {
            kith_later_reply(n, w->later, KITH_LIT("true"));
            *at = w->next;
            kith_free(w);
        } else {
            at = &w->next;
        }
    }
}

/* ---- adding from the app: a sink of bytes, answered by its id ---- */

static void add_done(struct kith_node *n, void *ctx, int err, const struct kith_blobid *id) {
    struct kith_later *later = ctx;
    struct kith_buf out = {0};
    if (err) {
        kith_later_fail(n, *later, err, NULL);
    } else {
        kith_blobs_push(n->blobs.blobs, id);
        kith_buf_put_u8(&out, '"');
        kith_blobid_put(&out, id);
        kith_buf_put_u8(&out, '"');
        kith_later_reply(n, *later, kith_buf_bytes(&out));
        kith_buf_wipe(&out);
    }
    kith_free(later);
}

static void add_data(struct kith_stream *s, const struct kith_muxrpc_event *e) {
    struct kith_buf *bytes = s->state;
    if (bytes->len + e->body.len >= KITH_BLOBS_MAX_SIZE) {
        kith_stream_end(s, "too_long: a blob is smaller than 5 MiB");
        return;
    }
    kith_buf_put_bytes(bytes, e->body);
}

static void add_end(struct kith_stream *s, struct kith_bytes error) {
    struct kith_node *n = s->peer->node;
    struct kith_buf *bytes = s->state;
    struct kith_later *later;
    struct kith_blobid id;
    int err;
    if (error.len || s->we_ended)
        return;
    later = kith_alloc(sizeof *later);
    *later = (struct kith_later){s->peer->link, s->req, true};
    err = kith_blob_put(n, kith_buf_bytes(bytes), &id, add_done, later);
    s->we_ended = true; /* the answer comes when the bytes are safe */
    if (err) {
        kith_later_fail(n, *later, err, NULL);
        kith_free(later);
    }
}

static void add_close(struct kith_stream *s) {
    kith_buf_wipe(s->state);
    kith_free(s->state);
}

static const struct kith_stream_ops add_ops = {add_data, add_end, NULL, add_close};

static int add(struct kith_call *c) {
    kith_peer_stream(c->peer, c->req, c->type, &add_ops, kith_alloc(sizeof(struct kith_buf)));
    return KITH_OK;
}

void kith_blob_serve_wipe(struct kith_node *n) {
    while (n->blobs.wants) {
        struct kith_blob_want *w = n->blobs.wants;
        n->blobs.wants = w->next;
        kith_free(w);
    }
}

#define ANYONE (KITH_ROLE_PEER | KITH_ROLE_MASTER)

const struct kith_method kith_methods_blobs[] = {
    {"blobs.createWants", KITH_RPC_SOURCE, ANYONE, create_wants, "", "{id: n}: n below 0 is wanted, above 0 is a size that is here"},
    {"blobs.get", KITH_RPC_SOURCE, ANYONE, get, "id | {key, size, max}", "the bytes of a blob"},
    {"blobs.getSlice", KITH_RPC_SOURCE, ANYONE, get, "{key, start, end}", "some bytes of a blob"},
    {"blobs.has", KITH_RPC_ASYNC, ANYONE, has, "id | [id]", "whether it is here"},
    {"blobs.size", KITH_RPC_ASYNC, ANYONE, size, "id", "bytes, or null if it is not here"},
    {"blobs.want", KITH_RPC_ASYNC, KITH_ROLE_MASTER, want, "id, {nowait}", "fetches it from whoever has it"},
    {"blobs.add", KITH_RPC_SINK, KITH_ROLE_MASTER, add, "", "keeps the bytes, answers their id"},
    {0},
};
