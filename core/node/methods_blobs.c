/* SPDX-License-Identifier: MIT */
/* The methods on blobs: what peers and apps may ask of blob_share.c. */
#include "feed/blobbox.h"
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

/* ---- serving: of each peer's gets one at a time has its blob in memory, and all of them together no
 * more than KITH_BLOB_SERVING_MAX ---- */

#define SLOW_MS 10000 /* who takes nothing of a blob for so long makes room for somebody who does */

struct serve {
    struct kith_blobs_request request;
    struct kith_buf bytes;
    size_t at;
    uint64_t size;   /* of the blob */
    uint64_t number; /* of the read that is under way; 0: none */
    uint64_t moved_ms;
    bool holds, loaded;
};

/* Names a stream that may be gone when its blob has been read. */
struct reading {
    uint32_t link;
    uint64_t number;
};

static void let_go(struct kith_stream *s) {
    struct serve *v = s->state;
    if (!v->holds)
        return;
    v->holds = false;
    kith_buf_wipe(&v->bytes);
    s->peer->serves = false;
    s->peer->node->blobs.serving -= v->size;
}

static void serve_close(struct kith_stream *s) {
    let_go(s);
    kith_free(s->state);
}

static bool serve_fill(struct kith_stream *s);

static const struct kith_stream_ops serve_ops = {NULL, NULL, serve_fill, serve_close};

/* Takes their memory from those who do not read. */
static void make_room(struct kith_node *n) {
    for (struct kith_peer *p = n->peers.first; p; p = p->next) {
        for (struct kith_stream *s = p->serves && !p->closing ? p->streams : NULL; s; s = s->next) {
            struct serve *v = s->state;
            if (s->ops == &serve_ops && v->holds && n->t.now_ms - v->moved_ms >= SLOW_MS) {
                kith_stream_end(s, "could not get blob");
                let_go(s);
            }
        }
    }
}

static struct kith_stream *stream_of(struct kith_node *n, const struct reading *r) {
    struct kith_peer *p = kith_peers_link(n, r->link);
    for (struct kith_stream *s = p && !p->closing ? p->streams : NULL; s; s = s->next) {
        if (s->ops == &serve_ops && ((struct serve *)s->state)->number == r->number)
            return s;
    }
    return NULL;
}

static void put_slice(struct serve *v, struct kith_bytes bytes) {
    uint64_t end = v->request.end < bytes.len ? v->request.end : bytes.len;
    if (v->request.start < end)
        kith_buf_put(&v->bytes, bytes.p + v->request.start, (size_t)(end - v->request.start));
}

/* What is asked for of it: for an owner who gave the key, of what is in it. */
static int take(struct serve *v, struct kith_bytes bytes) {
    struct kith_ref link = {.kind = KITH_REF_BLOB, .has_unbox = true, .unbox = v->request.unbox};
    struct kith_buf plain = {0};
    int err = KITH_OK;
    if (!v->request.has_unbox) {
        put_slice(v, bytes);
        return KITH_OK;
    }
    err = kith_blobbox_open(&plain, bytes, &link);
    if (!err)
        put_slice(v, kith_buf_bytes(&plain));
    kith_buf_wipe(&plain);
    return err;
}

static void serve_got(struct kith_node *n, void *ctx, int err, struct kith_bytes bytes) {
    struct reading *r = ctx;
    struct kith_stream *s = stream_of(n, r);
    struct serve *v = s ? s->state : NULL;
    kith_free(r);
    if (!v || !v->holds)
        return;
    v->number = 0;
    v->loaded = true;
    if (err || take(v, bytes)) {
        kith_stream_end(s, err ? "could not get blob" : "crypto: the key does not open this blob");
        let_go(s);
    }
    kith_peer_wake(s->peer);
}

/* Has the blob read, if it is this stream's turn. */
static int load(struct kith_stream *s) {
    struct serve *v = s->state;
    struct kith_peer *p = s->peer;
    struct kith_node *n = p->node;
    struct reading *r;
    int err;
    if (n->blobs.serving + v->size > KITH_BLOB_SERVING_MAX)
        make_room(n);
    if (n->blobs.serving + v->size > KITH_BLOB_SERVING_MAX)
        return KITH_ERR_FULL;
    r = kith_alloc(sizeof *r);
    *r = (struct reading){p->link, ++n->blobs.last_read};
    err = kith_blob_read(n, &v->request.id, serve_got, r);
    if (err) {
        kith_free(r);
        return err;
    }
    if (p->role != KITH_ROLE_MASTER &&
        kith_budget_spend(&p->budget, KITH_BUDGET_BLOB_BYTES, (double)v->size, n->t.now_ms))
        return KITH_ERR_BUDGET;
    v->number = r->number;
    v->moved_ms = n->t.now_ms;
    v->holds = p->serves = true;
    n->blobs.serving += v->size;
    return KITH_OK;
}

static bool serve_fill(struct kith_stream *s) {
    struct serve *v = s->state;
    size_t len = v->bytes.len - v->at;
    int err;
    if (!v->loaded) {
        err = v->number || s->peer->serves ? KITH_OK : load(s);
        if (err && err != KITH_ERR_BUSY) /* busy: an answer of the disk wakes us */
            kith_stream_end(s, "could not get blob");
        return false;
    }
    len = len > KITH_BLOB_CHUNK ? KITH_BLOB_CHUNK : len;
    if (!len) {
        kith_stream_end(s, NULL);
        let_go(s);
        return true; /* the next one's turn */
    }
    kith_stream_write(s, KITH_RPC_BINARY, kith_bytes(v->bytes.p + v->at, len));
    v->at += len;
    v->moved_ms = s->peer->node->t.now_ms;
    return true;
}

static int get(struct kith_call *c) {
    struct kith_blobs_request q;
    struct serve *v;
    uint64_t size;
    int err = kith_blobs_parse_request(c->doc, kith_call_arg(c, 0), &q);
    if (err)
        return err;
    if (q.has_unbox && c->peer->role != KITH_ROLE_MASTER)
        return KITH_ERR_ARG; /* a key is nobody's business but its owner's */
    if (!kith_blobs_has(c->node->blobs.blobs, &q.id, &size)) {
        /* The words that JavaScript clients look for. */
        kith_muxrpc_end(kith_link_rpc(c->peer->conn), c->req, "could not get blob");
        return KITH_OK;
    }
    if (size > q.max || (q.size != UINT64_MAX && q.size != size)) {
        kith_call_fail(c, KITH_ERR_DENIED, "the blob has another size");
        return KITH_OK;
    }
    v = kith_alloc(sizeof *v);
    v->request = q;
    v->size = size;
    v->loaded = !size; /* the empty blob is in no file */
    kith_peer_stream(c->peer, c->req, c->type, &serve_ops, v);
    return KITH_OK;
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
    kith_courier_changed(n);
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

struct adding {
    struct kith_buf bytes;
    bool sealed; /* kept encrypted, the key only in the answer */
};

struct added {
    struct kith_later later;
    struct kith_ref link;
};

static void add_done(struct kith_node *n, void *ctx, int err, const struct kith_blobid *id) {
    struct added *a = ctx;
    struct kith_buf out = {0};
    if (err) {
        kith_later_fail(n, a->later, err, NULL);
    } else {
        kith_blobs_push(n->blobs.blobs, id);
        kith_buf_put_u8(&out, '"');
        kith_ref_put(&out, &a->link);
        kith_buf_put_u8(&out, '"');
        kith_later_reply(n, a->later, kith_buf_bytes(&out));
        kith_buf_wipe(&out);
    }
    kith_free(a);
}

static void add_data(struct kith_stream *s, const struct kith_muxrpc_event *e) {
    struct adding *a = s->state;
    size_t extra = a->sealed ? KITH_BLOBBOX_EXTRA : 0;
    if (a->bytes.len + e->body.len + extra >= KITH_BLOBS_MAX_SIZE) {
        kith_stream_end(s, "too_long: a blob is smaller than 5 MiB");
        return;
    }
    kith_buf_put_bytes(&a->bytes, e->body);
}

static void add_end(struct kith_stream *s, struct kith_bytes error) {
    struct kith_node *n = s->peer->node;
    struct adding *a = s->state;
    struct added *done;
    struct kith_buf box = {0};
    struct kith_blobid id = {0};
    int err;
    if (error.len || s->we_ended)
        return;
    done = kith_alloc(sizeof *done);
    *done = (struct added){.later = {s->peer->link, s->req, true}, .link = {.kind = KITH_REF_BLOB}};
    if (a->sealed)
        kith_blobbox_seal(&box, kith_buf_bytes(&a->bytes), &n->rng, &done->link);
    err = kith_blob_put(n, kith_buf_bytes(a->sealed ? &box : &a->bytes), &id, add_done, done);
    kith_buf_wipe(&box);
    done->link.bytes = id.hash; /* add_done comes later, when the disk has answered */
    s->we_ended = true; /* the answer comes when the bytes are safe */
    if (err) {
        kith_later_fail(n, done->later, err, NULL);
        kith_free(done);
    }
}

static void add_close(struct kith_stream *s) {
    struct adding *a = s->state;
    kith_buf_wipe(&a->bytes);
    kith_free(a);
}

static const struct kith_stream_ops add_ops = {add_data, add_end, NULL, add_close};

static int add_as(struct kith_call *c, bool sealed) {
    struct adding *a = kith_alloc(sizeof *a);
    a->sealed = sealed;
    kith_peer_stream(c->peer, c->req, c->type, &add_ops, a);
    return KITH_OK;
}

static int add(struct kith_call *c) {
    return add_as(c, false);
}

/* A method of its own, because JavaScript clients take what stands behind blobs.add for an expected id. */
static int seal(struct kith_call *c) {
    return add_as(c, true);
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
    {"blobs.get", KITH_RPC_SOURCE, ANYONE, get, "id | {key, size, max}", "the bytes of a blob; of a sealed one opened, for who owns the node and gives its link with the key"},
    {"blobs.getSlice", KITH_RPC_SOURCE, ANYONE, get, "{key, start, end}", "some bytes of a blob"},
    {"blobs.has", KITH_RPC_ASYNC, ANYONE, has, "id | [id]", "whether it is here"},
    {"blobs.size", KITH_RPC_ASYNC, ANYONE, size, "id", "bytes, or null if it is not here"},
    {"blobs.want", KITH_RPC_ASYNC, KITH_ROLE_MASTER, want, "id, {nowait}", "fetches it from whoever has it"},
    {"blobs.add", KITH_RPC_SINK, KITH_ROLE_MASTER, add, "", "keeps the bytes, answers their id"},
    {"blobs.seal", KITH_RPC_DUPLEX, KITH_ROLE_MASTER, seal, "", "takes bytes, then the end; keeps them encrypted, and gives a link that has the key: &…?unbox=…"},
    {0},
};
