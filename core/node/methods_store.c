/* SPDX-License-Identifier: MIT */
/* Methods on the store as a whole, and the one page that says how things are. */
#include "node/import.h"
#include "node/state.h"

static void number(struct kith_buf *out, const char *name, uint64_t v) {
    kith_buf_put_u8(out, '"');
    kith_buf_put_str(out, name);
    kith_buf_put_str(out, "\":");
    kith_buf_put_dec(out, v);
    kith_buf_put_u8(out, ',');
}

static void quarantine(struct kith_node *n, uint64_t held, struct kith_buf *out) {
    size_t heard;
    uint64_t known;
    if (!kith_publish_heard(n, &heard, &known)) {
        kith_buf_put_str(out, "\"quarantine\":null,");
        return;
    }
    kith_buf_put_str(out, "\"quarantine\":{");
    number(out, "heard", heard);
    number(out, "known", known);
    number(out, "held", held);
    out->p[out->len - 1] = '}';
    kith_buf_put_u8(out, ',');
}

static int status(struct kith_call *c) {
    struct kith_node *n = c->node;
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t own = kith_feeds_find(feeds, &n->keys.pub);
    const char *refusal = kith_publish_refusal(n);
    struct kith_buf out = {0};
    uint64_t peers = 0, head = own == KITH_FEED_NONE ? 0 : kith_feeds_head(feeds, own).sequence, blob_bytes;
    size_t blobs = kith_blobs_held(n->blobs.blobs, &blob_bytes);
    for (struct kith_peer *p = n->peers.first; p; p = p->next)
        peers += p->role == KITH_ROLE_PEER && !p->closing;
    kith_buf_put_str(&out, "{\"id\":\"");
    kith_feed_id_put(&out, &n->keys.pub);
    kith_buf_put_str(&out, "\",");
    number(&out, "messages", kith_store_count(n->store));
    number(&out, "durable", kith_store_durable(n->store));
    number(&out, "bytes", kith_store_size(n->store));
    number(&out, "feeds", kith_feeds_count(feeds));
    number(&out, "sequence", head);
    number(&out, "replicating", n->replicator.wanted_count);
    number(&out, "peers", peers);
    number(&out, "judging", n->ingest.count);
    number(&out, "blobs", blobs);
    number(&out, "blobBytes", blob_bytes);
    number(&out, "quota", n->quota);
    number(&out, "hops", n->hops);
    quarantine(n, head, &out);
    kith_buf_put_str(&out, "\"version\":");
    kith_json_put_string(&out, kith_bytes_str(n->version));
    kith_buf_put_u8(&out, ',');
    kith_buf_put_str(&out, "\"address\":");
    if (n->listening[0])
        kith_json_put_string(&out, kith_bytes_str(n->listening));
    else
        kith_buf_put_str(&out, "null");
    kith_buf_put_str(&out, ",\"roads\":");
    kith_inlets_put(n, &out);
    kith_buf_put_str(&out, ",\"publish\":");
    kith_json_put_string(&out, kith_bytes_str(refusal ? refusal : "ok"));
    kith_buf_put_u8(&out, '}');
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

static int reply_sync(struct kith_call *c, int err) {
    if (err)
        return err;
    c->node->views_changed = true;
    kith_changes_all(c->node);
    kith_store_sync(c->node->store);
    kith_node_pump_store(c->node);
    kith_call_reply(c, KITH_LIT("true"));
    return KITH_OK;
}

static int forget_record(struct kith_node *n, uint64_t rec) {
    int err = kith_store_forget(n->store, rec);
    if (!err)
        kith_social_forget(n->social, (uint32_t)rec);
    return err;
}

/* Every message of a feed that is held; true if there was any. */
static bool forget_feed(struct kith_node *n, const struct kith_pubkey *id, int *err) {
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t feed = kith_feeds_find(feeds, id);
    uint64_t head = feed == KITH_FEED_NONE ? 0 : kith_feeds_head(feeds, feed).sequence, rec;
    bool any = false;
    for (uint64_t s = 1; s <= head && !*err; s++) {
        if (kith_feeds_record(feeds, feed, s, &rec)) {
            *err = forget_record(n, rec);
            any = true;
        }
    }
    return any;
}

static int forget(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_buf text = {0};
    struct kith_ref ref;
    uint64_t rec;
    int err;
    kith_json_unescape(&text, kith_json_str(c->doc, kith_call_arg(c, 0)));
    err = kith_ref_parse(kith_buf_bytes(&text), &ref);
    kith_buf_wipe(&text);
    if (err)
        return KITH_ERR_ARG;
    if (ref.kind == KITH_REF_FEED) {
        struct kith_pubkey id;
        memcpy(id.b, ref.bytes.b, sizeof id.b);
        if (kith_pubkey_eq(&id, &n->keys.pub)) {
            kith_call_fail(c, KITH_ERR_DENIED, "forgetting your own feed would make your next post a fork");
            return KITH_OK;
        }
        if (!forget_feed(n, &id, &err) && !err)
            return KITH_ERR_NOT_FOUND;
    } else if (ref.kind == KITH_REF_BLOB) {
        struct kith_effect e = {.kind = KITH_EFFECT_BLOB_DROP, .blob = {ref.bytes}};
        kith_blobs_unwant(n->blobs.blobs, &e.blob);
        kith_blobs_lost(n->blobs.blobs, &e.blob);
        kith_effects_put(&n->effects, &e);
    } else if (!kith_store_find(n->store, &(struct kith_msgid){ref.bytes}, &rec)) {
        return KITH_ERR_NOT_FOUND;
    } else {
        err = forget_record(n, rec);
    }
    if (!err)
        err = kith_store_compact(n->store);
    return reply_sync(c, err);
}

static int compact(struct kith_call *c) {
    return reply_sync(c, kith_store_compact(c->node->store));
}

static int rebuild(struct kith_call *c) {
    int err = kith_store_rebuild(c->node->store);
    if (!err) {
        c->node->replicator.graph_generation = UINT64_MAX;
        kith_replicate_wants(c->node);
    }
    return reply_sync(c, err);
}

#define MASTER KITH_ROLE_MASTER

const struct kith_method kith_methods_store[] = {
    {"status", KITH_RPC_ASYNC, MASTER, status, "", "how things are, in numbers"},
    {"import", KITH_RPC_DUPLEX, MASTER, kith_import_run, "{loose}",
     "takes messages, then null; answers {messages, valid, invalid, stored}; loose: each is verified alone"},
    {"forget", KITH_RPC_ASYNC, MASTER, forget, "id", "erases a message, a feed or a blob from this machine"},
    {"compact", KITH_RPC_ASYNC, MASTER, compact, "", "gives the room of what was forgotten back to the disk"},
    {"rebuild", KITH_RPC_ASYNC, MASTER, rebuild, "", "makes all views anew from the log"},
    {0},
};
