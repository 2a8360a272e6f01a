/* SPDX-License-Identifier: MIT */
#include "node/blob_share.h"

#include "node/courier_state.h"

/* ---- the host's disk ---- */

struct kith_blob_task {
    uint64_t ticket;
    struct kith_blobid id;
    uint64_t size;
    bool aside; /* it is no blob */
    kith_blob_put_done put;
    kith_blob_got got;
    void *ctx;
    struct kith_blob_task *next;
};

static struct kith_blob_task *task_new(struct kith_node *n, const struct kith_blobid *id, void *ctx) {
    struct kith_blob_task *t = kith_alloc(sizeof *t);
    t->ticket = kith_effects_ticket(&n->effects);
    t->id = *id;
    t->ctx = ctx;
    t->next = n->blobs.tasks;
    n->blobs.tasks = t;
    n->blobs.open++;
    return t;
}

/* Takes the task out of the list; NULL if it was answered before. The caller frees it. */
static struct kith_blob_task *task_take(struct kith_node *n, uint64_t ticket) {
    struct kith_blob_task **at = &n->blobs.tasks, *t;
    while (*at && (*at)->ticket != ticket)
        at = &(*at)->next;
    t = *at;
    if (t) {
        *at = t->next;
        n->blobs.open--;
    }
    return t;
}

static int put(struct kith_node *n, struct kith_bytes bytes, struct kith_blobid *id, bool aside, kith_blob_put_done done, void *ctx) {
    struct kith_effect e = {.kind = KITH_EFFECT_BLOB_PUT, .bytes = bytes};
    struct kith_blob_task *t;
    if (n->blobs.open >= KITH_BLOB_OPEN_MAX)
        return KITH_ERR_BUSY;
    kith_sha256(&id->hash, bytes);
    t = task_new(n, id, ctx);
    t->put = done;
    t->size = bytes.len;
    t->aside = aside;
    e.ticket = t->ticket;
    e.blob = *id;
    kith_effects_put(&n->effects, &e);
    return KITH_OK;
}

int kith_blob_put(struct kith_node *n, struct kith_bytes bytes, struct kith_blobid *id,
                  kith_blob_put_done done, void *ctx) {
    return bytes.len >= KITH_BLOBS_MAX_SIZE ? KITH_ERR_TOO_LONG : put(n, bytes, id, false, done, ctx);
}

int kith_blob_keep(struct kith_node *n, struct kith_bytes bytes, struct kith_blobid *id,
                   kith_blob_put_done done, void *ctx) {
    return put(n, bytes, id, true, done, ctx);
}

static int get(struct kith_node *n, const struct kith_blobid *id, bool aside, kith_blob_got got, void *ctx) {
    struct kith_effect e = {.kind = KITH_EFFECT_BLOB_GET, .blob = *id};
    struct kith_blob_task *t;
    if (n->blobs.open >= KITH_BLOB_OPEN_MAX)
        return KITH_ERR_BUSY;
    t = task_new(n, id, ctx);
    t->got = got;
    t->aside = aside;
    e.ticket = t->ticket;
    kith_effects_put(&n->effects, &e);
    return KITH_OK;
}

int kith_blob_read(struct kith_node *n, const struct kith_blobid *id, kith_blob_got got, void *ctx) {
    return kith_blobs_has(n->blobs.blobs, id, NULL) ? get(n, id, false, got, ctx) : KITH_ERR_NOT_FOUND;
}

int kith_blob_kept(struct kith_node *n, const struct kith_blobid *id, kith_blob_got got, void *ctx) {
    return get(n, id, true, got, ctx);
}

void kith_blob_unkeep(struct kith_node *n, const struct kith_blobid *id) {
    struct kith_effect e = {.kind = KITH_EFFECT_BLOB_DROP, .blob = *id};
    kith_effects_put(&n->effects, &e);
}

void kith_node_blob_put_done(struct kith_node *n, uint64_t ticket, int err, struct kith_time t) {
    struct kith_blob_task *task = task_take(n, ticket);
    n->t = t;
    if (!task)
        return;
    if (err && !task->aside && !kith_blobs_has(n->blobs.blobs, &task->id, NULL)) /* what was there before still is */
        kith_blobs_lost(n->blobs.blobs, &task->id);
    else if (!err && !task->aside)
        kith_blobs_have(n->blobs.blobs, &task->id, task->size);
    if (task->put)
        task->put(n, task->ctx, err, &task->id);
    kith_free(task);
    kith_blob_serve_wants(n);
    kith_blob_share_pump(n);
    kith_node_pump_store(n);
    kith_peers_wake_all(n);
}

void kith_node_blob_got(struct kith_node *n, uint64_t ticket, int err, struct kith_bytes bytes, struct kith_time t) {
    struct kith_blob_task *task = task_take(n, ticket);
    n->t = t;
    if (!task)
        return;
    if ((err == KITH_ERR_NOT_FOUND || err == KITH_ERR_CORRUPT) && !task->aside)
        kith_blobs_lost(n->blobs.blobs, &task->id);
    task->got(n, task->ctx, err, bytes);
    kith_free(task);
    kith_peers_wake_all(n); /* others wait for their turn at the disk */
    kith_node_pump_store(n);
}

void kith_node_blob_known(struct kith_node *n, const struct kith_blobid *id, uint64_t size) {
    if (!courier_pieces_has(n, id))
        kith_blobs_have(n->blobs.blobs, id, size);
}

/* ---- fetching: a stream for each get ---- */

struct get {
    uint32_t number;
    struct kith_buf bytes;
};

static void get_data(struct kith_stream *s, const struct kith_muxrpc_event *e) {
    struct get *g = s->state;
    struct kith_node *n = s->peer->node;
    if (!g->number)
        return;
    if (kith_blobs_recv_chunk(n->blobs.blobs, g->number, e->body, n->t.now_ms)) {
        g->number = 0;
        kith_buf_wipe(&g->bytes);
        kith_stream_end(s, "too many bytes");
    } else {
        kith_buf_put_bytes(&g->bytes, e->body);
    }
    kith_blob_share_pump(n);
}

/* GOT comes right after the end of its get, so the bytes are taken here rather than by the pump. */
static void get_end(struct kith_stream *s, struct kith_bytes error) {
    struct get *g = s->state;
    struct kith_node *n = s->peer->node;
    struct kith_blobid id;
    if (!g->number)
        return;
    if (!kith_blobs_recv_end(n->blobs.blobs, g->number, error.len == 0, n->t.now_ms) &&
        kith_blob_put(n, kith_buf_bytes(&g->bytes), &id, NULL, NULL)) {
        struct kith_hash hash;
        kith_sha256(&hash, kith_buf_bytes(&g->bytes));
        kith_blobs_lost(n->blobs.blobs, &(struct kith_blobid){hash});
    }
    g->number = 0;
    kith_blob_share_pump(n);
}

static void get_close(struct kith_stream *s) {
    struct get *g = s->state;
    struct kith_node *n = s->peer->node;
    if (g->number)
        (void)!kith_blobs_recv_end(n->blobs.blobs, g->number, false, n->t.now_ms);
    kith_buf_wipe(&g->bytes);
    kith_free(g);
}

static const struct kith_stream_ops get_ops = {get_data, get_end, NULL, get_close};

static void get_start(struct kith_node *n, const struct kith_blobs_event *e) {
    struct kith_peer *p = kith_peers_person(n, &e->peer);
    struct kith_buf args = {0};
    struct get *g;
    if (!p) {
        (void)!kith_blobs_recv_end(n->blobs.blobs, e->get, false, n->t.now_ms);
        return;
    }
    kith_buf_put_str(&args, "[{\"key\":\"");
    kith_blobid_put(&args, &e->id);
    kith_buf_put_str(&args, "\",\"max\":");
    kith_buf_put_dec(&args, KITH_BLOBS_MAX_SIZE);
    kith_buf_put_str(&args, "}]");
    g = kith_alloc(sizeof *g);
    g->number = e->get;
    if (!kith_peer_call(p, KITH_RPC_SOURCE, "blobs.get", kith_buf_bytes(&args), &get_ops, g)) {
        kith_free(g);
        (void)!kith_blobs_recv_end(n->blobs.blobs, e->get, false, n->t.now_ms);
    }
    kith_buf_wipe(&args);
}

/* A STOP whose stream is still open: silence, or the blob is no longer wanted. */
static void get_stop(struct kith_node *n, const struct kith_blobs_event *e) {
    struct kith_peer *p = kith_peers_person(n, &e->peer);
    for (struct kith_stream *s = p ? p->streams : NULL; s; s = s->next) {
        struct get *g = s->state;
        if (s->ops == &get_ops && g->number == e->get) {
            g->number = 0;
            kith_buf_wipe(&g->bytes);
            kith_stream_end(s, NULL);
        }
    }
    if (p && kith_err_is_peer(e->err) &&
        kith_budget_spend(&p->budget, KITH_BUDGET_REJECTS, 16, n->t.now_ms))
        kith_peer_drop(p, e->err, "sends other bytes than it promised");
}

void kith_blob_share_pump(struct kith_node *n) {
    struct kith_blobs_event e;
    while (kith_blobs_next(n->blobs.blobs, &e, n->t.now_ms)) {
        if (e.kind == KITH_BLOBS_GET)
            get_start(n, &e);
        else if (e.kind == KITH_BLOBS_STOP)
            get_stop(n, &e);
    }
}

/* ---- wants ---- */

static void wants_data(struct kith_stream *s, const struct kith_muxrpc_event *e) {
    struct kith_peer *p = s->peer;
    int err = KITH_ERR_PROTOCOL;
    if (e->encoding == KITH_RPC_JSON)
        err = kith_blobs_recv_wants(p->node->blobs.blobs, &p->id, e->doc, p->node->t.now_ms);
    if (err) {
        kith_peer_drop(p, err, "blob wants");
        return;
    }
    kith_blob_share_pump(p->node);
    kith_peers_wake_all(p->node);
}

static void wants_close(struct kith_stream *s) {
    struct kith_peer *p = s->peer;
    struct kith_peer *now = kith_peers_person(p->node, &p->id);
    if (!now || now == p) /* else a newer link has taken over */
        kith_blobs_close(p->node->blobs.blobs, &p->id, p->node->t.now_ms);
}

static const struct kith_stream_ops their_wants_ops = {wants_data, NULL, NULL, wants_close};

void kith_blob_share_start(struct kith_peer *p) {
    struct kith_node *n = p->node;
    bool trusted = kith_graph_is_following(n->social, &n->keys.pub, &p->id);
    kith_blobs_open(n->blobs.blobs, &p->id, trusted, n->t.now_ms);
    if (!kith_peer_call(p, KITH_RPC_SOURCE, "blobs.createWants", KITH_LIT("[]"), &their_wants_ops, NULL))
        kith_blobs_close(n->blobs.blobs, &p->id, n->t.now_ms);
}

/* ---- what posts show ---- */

/* Blobs in mentions, or an image of a profile, within our circle: wanted as soon as the message is
 * here, so that a photo is there when the post is read. */
static void want_links(struct kith_node *n, const struct kith_json *doc, uint32_t node) {
    struct kith_ref ref;
    if (node == KITH_JSON_NONE)
        return;
    if (doc->nodes[node].type == KITH_JSON_STRING) {
        if (!kith_ref_parse(kith_json_str(doc, node), &ref) && ref.kind == KITH_REF_BLOB)
            kith_blobs_want(n->blobs.blobs, &(struct kith_blobid){ref.bytes});
        return;
    }
    if (doc->nodes[node].type == KITH_JSON_OBJECT) {
        want_links(n, doc, kith_json_get(doc, node, "link"));
        return;
    }
    for (uint32_t i = kith_json_first(doc, node); i != KITH_JSON_NONE; i = doc->nodes[i].next)
        want_links(n, doc, i);
}

void kith_blob_share_stored(struct kith_node *n, uint64_t number) {
    struct kith_entry entry;
    struct kith_record record;
    if (n->offline || kith_store_entry(n->store, number, &entry, &record, &n->doc, &n->plain, &n->scratch) ||
        entry.content == KITH_JSON_NONE ||
        kith_graph_hops(n->social, &entry.message.author) > 1)
        return;
    if (kith_bytes_is(entry.type, "post"))
        want_links(n, entry.content_doc, kith_json_get(entry.content_doc, entry.content, "mentions"));
    else if (kith_bytes_is(entry.type, "about"))
        want_links(n, entry.content_doc, kith_json_get(entry.content_doc, entry.content, "image"));
}

/* Wants are not kept on the disk: the messages say them. */
#define RESUME_RECORDS 5000
#define RESUME_MOST 100000 /* records that are looked at for them */

void kith_blob_share_resume(struct kith_node *n) {
    uint64_t left = RESUME_RECORDS, seen = 0;
    struct kith_record record;
    for (uint64_t number = kith_store_count(n->store); number-- > 0 && left && seen < RESUME_MOST && !n->offline; seen++) {
        if (kith_store_get(n->store, number, &record, &n->scratch) || !record.value.len || record.kind == KITH_RECORD_LOCAL)
            continue; /* our own notes, of which a node that runs for months writes more than messages */
        left--;
        if (memchr(record.value.p, '&', record.value.len))
            kith_blob_share_stored(n, number);
    }
}

/* ---- life ---- */

void kith_blob_share_init(struct kith_node *n) {
    n->blobs.blobs = kith_blobs_new();
}

void kith_blob_share_wipe(struct kith_node *n) {
    while (n->blobs.tasks) {
        struct kith_blob_task *t = task_take(n, n->blobs.tasks->ticket);
        if (t->put)
            t->put(n, t->ctx, KITH_ERR_IO, &t->id);
        else if (t->got)
            t->got(n, t->ctx, KITH_ERR_IO, KITH_LIT(""));
        kith_free(t);
    }
    kith_blob_serve_wipe(n);
    kith_blobs_free(n->blobs.blobs);
}

uint64_t kith_blob_share_deadline(const struct kith_node *n) {
    return kith_blobs_deadline(n->blobs.blobs);
}

void kith_blob_share_tick(struct kith_node *n) {
    kith_blob_serve_wants(n);
    if (kith_blobs_deadline(n->blobs.blobs) > n->t.now_ms)
        return;
    kith_blobs_tick(n->blobs.blobs, n->t.now_ms);
    kith_blob_share_pump(n);
    kith_peers_wake_all(n);
}
