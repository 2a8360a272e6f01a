/* SPDX-License-Identifier: MIT */
#include "node/history.h"

#include "node/state.h"

/* ---- serving ---- */

struct history {
    struct kith_pubkey feed;
    uint64_t next; /* sequence */
    uint64_t first, last; /* sequences that were asked for */
    uint64_t left; /* messages; UINT64_MAX: no limit */
    bool live, keys, values, reverse;
    bool skips; /* our own app reads on behind what was forgotten; a peer must get a chain */
};

static void write_record(struct kith_stream *s, const struct history *h, const struct kith_record *r) {
    struct kith_buf out = {0};
    if (!h->keys) {
        kith_stream_write(s, KITH_RPC_JSON, r->value);
        return;
    }
    kith_buf_put_str(&out, h->values ? "{\"key\":\"" : "\"");
    kith_msgid_put(&out, &r->id);
    if (h->values) {
        kith_buf_put_str(&out, "\",\"value\":");
        kith_buf_put_bytes(&out, r->value);
        kith_buf_put_str(&out, ",\"timestamp\":");
        kith_buf_put_dec(&out, r->received_ms);
        kith_buf_put_u8(&out, '}');
    } else {
        kith_buf_put_u8(&out, '"');
    }
    kith_stream_write(s, KITH_RPC_JSON, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

/* 1: written. 0: forgotten. -1: not safe on the disk yet, so nobody may see it. */
static int write_sequence(struct kith_stream *s, const struct history *h, uint32_t feed) {
    struct kith_node *n = s->peer->node;
    struct kith_record record;
    uint64_t number;
    if (!kith_feeds_record(kith_store_feeds(n->store), feed, h->next, &number))
        return 0;
    if (number >= kith_store_durable(n->store))
        return -1;
    if (kith_store_get(n->store, number, &record, &n->scratch) || record.kind != KITH_RECORD_CHAINED)
        return 0;
    write_record(s, h, &record);
    return 1;
}

static bool history_fill(struct kith_stream *s) {
    struct history *h = s->state;
    struct kith_node *n = s->peer->node;
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t feed = kith_feeds_find(feeds, &h->feed);
    uint64_t head = feed == KITH_FEED_NONE ? 0 : kith_feeds_head(feeds, feed).sequence;
    if (h->reverse && h->next > head)
        h->next = head;
    if (s->peer->role == KITH_ROLE_PEER && kith_graph_is_blocking(n->social, &h->feed, &s->peer->id))
        h->left = 0; /* a block that came after the call */
    while (h->left && h->next <= head && h->next >= h->first && h->next <= h->last) {
        int wrote = write_sequence(s, h, feed);
        if (wrote < 0 && !h->reverse)
            break;
        if (!wrote && !h->skips)
            break;
        h->next = h->reverse ? h->next - 1 : h->next + 1; /* down to 0, which is below every first */
        if (wrote <= 0)
            continue;
        h->left -= h->left != UINT64_MAX;
        return true;
    }
    if (!h->left || !h->live || h->next > h->last)
        kith_stream_end(s, NULL);
    return false;
}

static void history_close(struct kith_stream *s) {
    kith_free(s->state);
}

static const struct kith_stream_ops serve_ops = {NULL, NULL, history_fill, history_close};

int kith_history_serve(struct kith_call *c) {
    struct history *h;
    struct kith_pubkey feed;
    uint32_t seq = kith_call_option(c, 0, "seq");
    int64_t from, limit;
    if (kith_feed_id_parse(kith_json_str(c->doc, kith_call_option(c, 0, "id")), &feed))
        return KITH_ERR_ARG;
    if (c->peer->role == KITH_ROLE_PEER && kith_graph_is_blocking(c->node->social, &feed, &c->peer->id))
        return KITH_ERR_DENIED;
    if (seq == KITH_JSON_NONE)
        seq = kith_call_option(c, 0, "sequence");
    from = kith_call_int(c, seq, 1);
    limit = kith_call_int(c, kith_call_option(c, 0, "limit"), -1);
    h = kith_alloc(sizeof *h);
    h->feed = feed;
    kith_call_bounds(c, 0, &h->first, &h->last);
    h->first = h->first < 1 ? 1 : h->first;
    h->first = from > 0 && (uint64_t)from > h->first ? (uint64_t)from : h->first;
    h->reverse = kith_call_flag(c, kith_call_option(c, 0, "reverse"), false);
    h->skips = c->peer->role == KITH_ROLE_MASTER;
    h->next = h->reverse ? h->last : h->first;
    h->left = limit < 0 ? UINT64_MAX : (uint64_t)limit;
    h->live = !h->reverse && kith_call_flag(c, kith_call_option(c, 0, "live"), false);
    h->keys = kith_call_flag(c, kith_call_option(c, 0, "keys"), true);
    h->values = kith_call_flag(c, kith_call_option(c, 0, "values"), true);
    /* old: false asks for what comes only (go pubs). Without live nothing comes, so it ends at once;
     * ssb-server would never end it. */
    if (!kith_call_flag(c, kith_call_option(c, 0, "old"), true)) {
        const struct kith_feeds *feeds = kith_store_feeds(c->node->store);
        uint32_t number = kith_feeds_find(feeds, &feed);
        h->next = number == KITH_FEED_NONE ? 1 : kith_feeds_head(feeds, number).sequence + 1;
    }
    kith_peer_stream(c->peer, c->req, c->type, &serve_ops, h);
    return KITH_OK;
}

/* ---- following ---- */

/* One stream for each feed; an old pub answers a few hundred well. */
#define FOLLOW_MAX 512

static void follow_data(struct kith_stream *s, const struct kith_muxrpc_event *e) {
    struct kith_peer *p = s->peer;
    struct kith_node *n = p->node;
    struct kith_pubkey *feed = s->state, author;
    uint32_t value;
    struct kith_buf raw = {0};
    if (e->encoding != KITH_RPC_JSON)
        return;
    value = kith_json_get(e->doc, 0, "value"); /* some answer {key, value} whatever was asked */
    if (value == KITH_JSON_NONE)
        value = 0;
    if (kith_feed_id_parse(kith_json_str(e->doc, kith_json_get(e->doc, value, "author")), &author) ||
        !kith_pubkey_eq(&author, feed)) {
        if (kith_budget_spend(&p->budget, KITH_BUDGET_MESSAGES, 1, n->t.now_ms))
            kith_peer_drop(p, KITH_ERR_BUDGET, "sends messages that nobody asked for");
        return;
    }
    kith_json_put_compact(&raw, e->doc, value);
    (void)!kith_ingest_put(n, kith_buf_bytes(&raw), (struct kith_ingest_source){.link = p->link});
    kith_buf_wipe(&raw);
}

static const struct kith_stream_ops follow_ops = {follow_data, NULL, NULL, history_close};

static bool is_followed(const struct kith_peer *p, const struct kith_pubkey *feed) {
    for (const struct kith_stream *s = p->streams; s; s = s->next) {
        if (s->ops == &follow_ops && kith_pubkey_eq(s->state, feed))
            return true;
    }
    return false;
}

static void ask(struct kith_peer *p, const struct kith_pubkey *feed) {
    struct kith_node *n = p->node;
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t number = kith_feeds_find(feeds, feed);
    uint64_t head = number == KITH_FEED_NONE ? 0 : kith_feeds_head(feeds, number).sequence;
    struct kith_pubkey *state = kith_alloc(sizeof *state);
    struct kith_buf args = {0};
    *state = *feed;
    kith_buf_put_str(&args, "[{\"id\":\"");
    kith_feed_id_put(&args, feed);
    kith_buf_put_str(&args, "\",\"seq\":");
    kith_buf_put_dec(&args, head + 1);
    kith_buf_put_str(&args, ",\"live\":true,\"keys\":false}]");
    if (!kith_peer_call(p, KITH_RPC_SOURCE, "createHistoryStream", kith_buf_bytes(&args), &follow_ops, state))
        kith_free(state);
    kith_buf_wipe(&args);
}

void kith_history_follow(struct kith_peer *p) {
    const struct kith_replicator *r = &p->node->replicator;
    p->follows_history = true;
    for (size_t i = 0; i < r->wanted_count && i < FOLLOW_MAX; i++) {
        if (!is_followed(p, &r->wanted[i]))
            ask(p, &r->wanted[i]);
    }
}

void kith_history_wants(struct kith_node *n) {
    for (struct kith_peer *p = n->peers.first; p; p = p->next) {
        if (p->follows_history && !p->closing)
            kith_history_follow(p);
    }
}
