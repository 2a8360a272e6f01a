/* SPDX-License-Identifier: MIT */
#include "node/import.h"

#include "node/state.h"

/* Messages that wait because the judges are busy; beyond this the link is not read (kith_node_full). */
struct import {
    uint64_t messages, outcomes, valid, stored;
    bool ended, answered, loose;
    uint64_t sync_at; /* record count that must be durable before the answer */
};

static const struct kith_stream_ops import_ops;

static void answer_if_done(struct kith_stream *s) {
    struct import *im = s->state;
    struct kith_node *n = s->peer->node;
    struct kith_buf out = {0};
    if (!im->ended || im->answered || im->outcomes < im->messages)
        return;
    if (!im->sync_at)
        im->sync_at = kith_store_count(n->store);
    if (kith_store_count(n->store) < im->sync_at) {
        kith_stream_end(s, "io: the disk has lost some of these messages, import them once more");
        return;
    }
    if (kith_store_durable(n->store) < im->sync_at) {
        kith_store_sync(n->store);
        return;
    }
    im->answered = true;
    kith_buf_put_str(&out, "{\"messages\":");
    kith_buf_put_dec(&out, im->messages);
    kith_buf_put_str(&out, ",\"valid\":");
    kith_buf_put_dec(&out, im->valid);
    kith_buf_put_str(&out, ",\"invalid\":");
    kith_buf_put_dec(&out, im->messages - im->valid);
    kith_buf_put_str(&out, ",\"stored\":");
    kith_buf_put_dec(&out, im->stored);
    kith_buf_put_u8(&out, '}');
    kith_stream_write(s, KITH_RPC_JSON, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    kith_stream_end(s, NULL);
}

/* An item is the text of one message, or JSON. `null` says that no more will come: the stream has to
 * stay open for the answer. */
static void import_data(struct kith_stream *s, const struct kith_muxrpc_event *e) {
    struct import *im = s->state;
    struct kith_node *n = s->peer->node;
    struct kith_ingest_source source = {.link = s->peer->link, .req = s->req, .loose = im->loose};
    struct kith_bytes raw = e->body;
    struct kith_buf value = {0};
    if (e->encoding == KITH_RPC_JSON && e->doc->nodes[0].type == KITH_JSON_NULL) {
        im->ended = true;
        kith_ingest_flush(n);
        answer_if_done(s);
        return;
    }
    if (e->encoding == KITH_RPC_JSON && kith_json_get(e->doc, 0, "value") != KITH_JSON_NONE) {
        kith_json_put_compact(&value, e->doc, kith_json_get(e->doc, 0, "value"));
        raw = kith_buf_bytes(&value);
    }
    im->messages++;
    if (kith_ingest_put(n, raw, source))
        im->outcomes++; /* the host did not heed kith_node_full; the message counts as refused */
    kith_buf_wipe(&value);
}

void kith_import_outcome(struct kith_node *n, uint32_t link, int32_t req, int err) {
    struct kith_peer *p = kith_peers_link(n, link);
    for (struct kith_stream *s = p ? p->streams : NULL; s; s = s->next) {
        struct import *im = s->state;
        if (s->req != req || s->ops != &import_ops)
            continue;
        im->outcomes++;
        im->valid += err == KITH_OK || err == KITH_ERR_EXISTS || kith_err_is_local(err);
        im->stored += err == KITH_OK;
        kith_peer_wake(p);
        return;
    }
}

static bool import_fill(struct kith_stream *s) {
    answer_if_done(s);
    return false;
}

static void import_close(struct kith_stream *s) {
    kith_free(s->state);
}

static const struct kith_stream_ops import_ops = {import_data, NULL, import_fill, import_close};

int kith_import_run(struct kith_call *c) {
    struct import *im = kith_alloc(sizeof *im);
    im->loose = kith_call_flag(c, kith_call_option(c, 0, "loose"), false);
    kith_peer_stream(c->peer, c->req, c->type, &import_ops, im);
    return KITH_OK;
}
