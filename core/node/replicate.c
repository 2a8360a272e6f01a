/* SPDX-License-Identifier: MIT */
#include "node/replicate.h"

#include <stdlib.h>

#include "node/guests.h"
#include "node/history.h"
#include "node/state.h"

static int by_key(const void *a, const void *b) {
    return memcmp(a, b, sizeof(struct kith_pubkey));
}

bool kith_replicate_is_wanted(struct kith_node *n, const struct kith_pubkey *feed) {
    const struct kith_replicator *r = &n->replicator;
    return r->wanted_count &&
           bsearch(feed, r->wanted, r->wanted_count, sizeof *r->wanted, by_key) != NULL;
}

/* What may be offered of a feed. Of our own only what is durable: after a power cut the sequences of
 * the rest are given again, to other messages. */
static uint64_t head_of(struct kith_node *n, const struct kith_pubkey *feed) {
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t number = kith_feeds_find(feeds, feed);
    uint64_t head = number == KITH_FEED_NONE ? 0 : kith_feeds_head(feeds, number).sequence, record;
    if (!kith_pubkey_eq(feed, &n->keys.pub))
        return head;
    while (head && kith_feeds_record(feeds, number, head, &record) && record >= kith_store_durable(n->store))
        head--;
    return head;
}

/* ---- what is hidden from a peer: the feeds of those who block it ---- */

static void show_all(struct kith_peer *p) {
    for (size_t i = 0; i < p->hidden_count; i++)
        kith_ebt_block(p->node->replicator.ebt, &p->hidden[i], &p->id, false);
    kith_free(p->hidden);
    p->hidden = NULL;
    p->hidden_count = 0;
}

static bool is_same(const struct kith_peer *p, const struct kith_pubkey *now, size_t count) {
    return p->hidden_count == count && (!count || !memcmp(p->hidden, now, count * sizeof *now));
}

static void hide(struct kith_peer *p) {
    struct kith_social *social = p->node->social;
    size_t count = kith_graph_count(social, &p->id, KITH_LIST_BLOCKED_BY);
    struct kith_pubkey *now = count ? kith_alloc(count * sizeof *now) : NULL;
    if (count)
        count = kith_graph_list(social, &p->id, KITH_LIST_BLOCKED_BY, 0, now, count);
    if (is_same(p, now, count)) {
        kith_free(now);
        return;
    }
    for (size_t i = 0; i < count; i++)
        kith_ebt_block(p->node->replicator.ebt, &now[i], &p->id, true);
    for (size_t i = 0; i < p->hidden_count; i++) {
        if (!kith_graph_is_blocking(social, &p->hidden[i], &p->id))
            kith_ebt_block(p->node->replicator.ebt, &p->hidden[i], &p->id, false);
    }
    kith_free(p->hidden);
    p->hidden = now;
    p->hidden_count = count;
}

/* What is wanted follows the graph: the differences go to EBT, which tells the peers. */
void kith_replicate_wants(struct kith_node *n) {
    struct kith_replicator *r = &n->replicator;
    struct kith_pubkey *now = NULL, feed;
    size_t count = 0, cap = 0, a = 0, b = 0;
    uint32_t cursor = 0;
    unsigned hops;
    uint64_t generation = kith_graph_generation(n->social);
    if (generation == r->graph_generation)
        return;
    r->graph_generation = generation;
    while (kith_graph_next_wanted(n->social, &cursor, &feed, &hops)) {
        now = kith_grow(now, &cap, count + 1, sizeof *now);
        now[count++] = feed;
    }
    qsort(now, count, sizeof *now, by_key);
    while (a < r->wanted_count || b < count) {
        int order = a == r->wanted_count ? 1 : b == count ? -1 : by_key(&r->wanted[a], &now[b]);
        if (order < 0) {
            kith_ebt_want(r->ebt, &r->wanted[a], false);
        } else if (order > 0) {
            kith_ebt_have(r->ebt, &now[b], head_of(n, &now[b]));
            kith_ebt_want(r->ebt, &now[b], true);
        }
        a += order <= 0;
        b += order >= 0;
    }
    kith_free(r->wanted);
    r->wanted = now;
    r->wanted_count = count;
    r->wanted_cap = cap;
    for (struct kith_peer *p = n->peers.first; p; p = p->next) {
        if (p->role == KITH_ROLE_PEER && !p->closing && kith_graph_is_blocking(n->social, &n->keys.pub, &p->id))
            kith_peer_close(p, "blocked");
        if (p->ebt)
            hide(p);
    }
    kith_history_wants(n);
    kith_guests_wants(n);
    kith_courier_changed(n);
    kith_peers_wake_all(n);
}

void kith_replicate_init(struct kith_node *n) {
    n->replicator.ebt = kith_ebt_new();
    kith_ebt_own(n->replicator.ebt, &n->keys.pub);
    n->replicator.graph_generation = UINT64_MAX;
    kith_replicate_wants(n);
}

void kith_replicate_wipe(struct kith_node *n) {
    kith_ebt_free(n->replicator.ebt);
    kith_free(n->replicator.wanted);
}

void kith_replicate_lost(struct kith_node *n) {
    const struct kith_replicator *r = &n->replicator;
    for (size_t i = 0; i < r->wanted_count; i++)
        kith_ebt_have(r->ebt, &r->wanted[i], head_of(n, &r->wanted[i]));
}

void kith_replicate_durable(struct kith_node *n) {
    uint64_t head = head_of(n, &n->keys.pub);
    if (head > n->replicator.own_offered)
        kith_replicate_stored(n, &n->keys.pub, head);
}

void kith_replicate_stored(struct kith_node *n, const struct kith_pubkey *feed, uint64_t sequence) {
    if (kith_pubkey_eq(feed, &n->keys.pub))
        n->replicator.own_offered = sequence;
    kith_ebt_have(n->replicator.ebt, feed, sequence);
}

/* ---- the stream ---- */

/* What the frame says of our own feed. What is remembered of an earlier visit is no word of today: a
 * restored copy would take its own memory for a friend's. */
static void claims(struct kith_peer *p, const struct kith_json *doc) {
    struct kith_node *n = p->node;
    uint32_t clock = kith_json_get(doc, 0, "clock"), note;
    char own[KITH_FEED_ID_LEN + 1] = {0};
    bool replicate, receive;
    double value;
    int32_t sequence;
    kith_feed_id_write(own, &n->keys.pub);
    note = kith_json_get(doc, kith_json_is(doc, clock, KITH_JSON_OBJECT) ? clock : 0, own);
    if (kith_json_double(doc, note, &value))
        return;
    sequence = kith_ebt_note_read(value, &replicate, &receive);
    if (replicate && sequence >= 0)
        kith_publish_claim(n, &p->id, (uint64_t)sequence);
}

/* A frame is a message exactly if author is a feed id, sequence a positive integer and content is
 * truthy (epidemic-broadcast-trees); everything else is notes. */
static bool is_message(const struct kith_json *doc, struct kith_pubkey *author, int64_t *sequence) {
    uint32_t content = kith_json_get(doc, 0, "content");
    return content != KITH_JSON_NONE && doc->nodes[content].type != KITH_JSON_NULL &&
           doc->nodes[content].type != KITH_JSON_FALSE &&
           !kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, 0, "author")), author) &&
           !kith_json_int(doc, kith_json_get(doc, 0, "sequence"), sequence) && *sequence > 0;
}

static void take_message(struct kith_peer *p, const struct kith_pubkey *author, uint64_t sequence, struct kith_bytes raw) {
    struct kith_node *n = p->node;
    struct kith_ingest_source source = {.link = p->link};
    if (kith_ebt_recv_message(n->replicator.ebt, &p->id, author, sequence, n->t.now_ms)) {
        /* Full means that the host did not stop reading when asked: the message comes again with
         * the next notes. */
        (void)!kith_ingest_put(n, raw, source);
        return;
    }
    if (kith_pubkey_eq(author, &n->keys.pub)) /* may be the proof of a fork: worth a look */
        (void)!kith_ingest_put(n, raw, source);
    if (kith_budget_spend(&p->budget, KITH_BUDGET_MESSAGES, 1, n->t.now_ms))
        kith_peer_drop(p, KITH_ERR_BUDGET, "sends messages that nobody asked for");
}

static void ebt_data(struct kith_stream *s, const struct kith_muxrpc_event *e) {
    struct kith_peer *p = s->peer;
    struct kith_pubkey author;
    int64_t sequence;
    int err;
    if (p->ebt != s)
        return; /* what still comes on a link that a newer one has replaced */
    if (e->encoding != KITH_RPC_JSON) {
        kith_peer_drop(p, KITH_ERR_PROTOCOL, "replication frames are JSON");
        return;
    }
    if (is_message(e->doc, &author, &sequence)) {
        take_message(p, &author, (uint64_t)sequence, e->body);
        return;
    }
    err = kith_ebt_recv_notes(p->node->replicator.ebt, &p->id, e->doc, p->node->t.now_ms);
    if (err) {
        kith_peer_drop(p, err, "replication notes");
        return;
    }
    claims(p, e->doc);
    kith_peer_wake(p);
}

static bool write_message(struct kith_stream *s, const struct kith_pubkey *feed, uint64_t sequence) {
    struct kith_node *n = s->peer->node;
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t number = kith_feeds_find(feeds, feed);
    struct kith_record record;
    uint64_t rec;
    if (number == KITH_FEED_NONE || !kith_feeds_record(feeds, number, sequence, &rec) ||
        kith_store_get(n->store, rec, &record, &n->scratch) || record.kind != KITH_RECORD_CHAINED)
        return false;
    kith_stream_write(s, KITH_RPC_JSON, record.value);
    return true;
}

static bool ebt_fill(struct kith_stream *s) {
    struct kith_peer *p = s->peer;
    struct kith_ebt_out out;
    if (p->ebt != s || !kith_ebt_next(p->node->replicator.ebt, &p->id, &out, p->node->t.now_ms))
        return false;
    if (out.kind == KITH_EBT_NOTES)
        kith_stream_write(s, KITH_RPC_JSON, out.notes);
    else if (!write_message(s, &out.feed, out.sequence))
        kith_ebt_cannot_send(p->node->replicator.ebt, &p->id, &out.feed);
    return true;
}

/* Peers that have no EBT say so with one of these texts (ssb.md 5.4). */
static bool is_refusal(struct kith_bytes error) {
    return kith_bytes_ends(error, "not in list of allowed methods") ||
           kith_bytes_is(error, "muxrpc: no such command: ebt.replicate");
}

static void ebt_end(struct kith_stream *s, struct kith_bytes error) {
    if (error.len && is_refusal(error))
        kith_history_follow(s->peer);
}

/* Peers mention only what has changed since they last told us, also after our restart. Of a stranger
 * nothing is written down: anybody can come with a new key each time and make the log grow. */
static void remember(struct kith_peer *p) {
    struct kith_node *n = p->node;
    struct kith_buf rest = {0}, id = {0};
    if (!kith_replicate_is_wanted(n, &p->id))
        return;
    kith_buf_put_str(&rest, ",\"clock\":");
    kith_ebt_peer_clock(n->replicator.ebt, &p->id, &rest);
    kith_feed_id_put(&id, &p->id);
    if (!n->stopped && kith_local_put(n, "clock", kith_buf_bytes(&id), kith_buf_bytes(&rest)))
        kith_local_drop(n, "clock", kith_buf_bytes(&id)); /* better none than an old one */
    kith_buf_wipe(&rest);
    kith_buf_wipe(&id);
}

void kith_replicate_release(struct kith_peer *p) {
    if (!p->ebt)
        return;
    p->ebt = NULL;
    remember(p);
    show_all(p);
    kith_ebt_close(p->node->replicator.ebt, &p->id);
}

static void ebt_close(struct kith_stream *s) {
    if (s->peer->ebt == s)
        kith_replicate_release(s->peer);
}

static const struct kith_stream_ops ebt_ops = {ebt_data, ebt_end, ebt_fill, ebt_close};

static void begin(struct kith_stream *s, bool speaks_first) {
    struct kith_peer *p = s->peer;
    struct kith_node *n = p->node;
    struct kith_buf id = {0}, clock = {0};
    p->ebt = s;
    kith_feed_id_put(&id, &p->id);
    if (kith_local_get(n, "clock", kith_buf_bytes(&id), &n->doc, &n->scratch)) {
        uint32_t node = kith_json_get(&n->doc, 0, "clock");
        if (node != KITH_JSON_NONE)
            kith_json_put_compact(&clock, &n->doc, node);
    }
    kith_ebt_open(n->replicator.ebt, &p->id, speaks_first, kith_buf_bytes(&clock), n->t.now_ms);
    hide(p);
    kith_buf_wipe(&id);
    kith_buf_wipe(&clock);
}

#define EBT_ARGS "[{\"version\":3,\"format\":\"classic\"}]"

void kith_replicate_start(struct kith_peer *p) {
    struct kith_stream *s;
    if (!p->dialled)
        return; /* only the dialling side calls */
    s = kith_peer_call(p, KITH_RPC_DUPLEX, "ebt.replicate", KITH_LIT(EBT_ARGS), &ebt_ops, NULL);
    if (s)
        begin(s, false);
}

void kith_replicate_called(struct kith_peer *p, const struct kith_muxrpc_event *e) {
    struct kith_muxrpc *rpc = kith_link_rpc(p->conn);
    uint32_t options = kith_json_first(e->doc, e->args);
    uint32_t format = kith_json_get(e->doc, options, "format");
    int64_t version = 0;
    if (e->type != KITH_RPC_DUPLEX || p->ebt) {
        kith_muxrpc_end(rpc, e->req, p->ebt ? "already replicating" : "ebt.replicate is a duplex stream");
        return;
    }
    if (kith_json_int(e->doc, kith_json_get(e->doc, options, "version"), &version) || version != 3) {
        kith_muxrpc_end(rpc, e->req, "expected ebt.replicate({version: 3})");
        return;
    }
    if (format != KITH_JSON_NONE && !kith_bytes_is(kith_json_str(e->doc, format), "classic")) {
        kith_muxrpc_end(rpc, e->req, "the only format here is classic");
        return;
    }
    begin(kith_peer_stream(p, e->req, e->type, &ebt_ops, NULL), true);
}

/* A peer that dialled us and has EBT calls ebt.replicate at once. One that has not called by then has
 * none, and is asked for each feed instead. */
#define EBT_EXPECTED_MS 3000

static uint64_t fallback_at(const struct kith_peer *p) {
    bool waits = p->role == KITH_ROLE_PEER && !p->closing && !p->dialled && !p->ebt && !p->follows_history;
    return waits && !p->node->offline ? p->since_ms + EBT_EXPECTED_MS : UINT64_MAX;
}

uint64_t kith_replicate_deadline(const struct kith_node *n) {
    uint64_t at = kith_ebt_deadline(n->replicator.ebt);
    for (const struct kith_peer *p = n->peers.first; p; p = p->next)
        at = fallback_at(p) < at ? fallback_at(p) : at;
    return at;
}

void kith_replicate_tick(struct kith_node *n) {
    for (struct kith_peer *p = n->peers.first; p; p = p->next) {
        if (fallback_at(p) <= n->t.now_ms)
            kith_history_follow(p);
    }
    if (kith_ebt_deadline(n->replicator.ebt) > n->t.now_ms)
        return;
    kith_ebt_tick(n->replicator.ebt, n->t.now_ms);
    kith_peers_wake_all(n);
}
