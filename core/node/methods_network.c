/* SPDX-License-Identifier: MIT */
/* Methods between nodes, and those by which an app steers the node's connections. */
#include "node/newest.h"
#include "node/state.h"

static int ebt_replicate(struct kith_call *c) {
    struct kith_muxrpc_event e = {
        .kind = KITH_RPC_CALL, .req = c->req, .type = c->type, .doc = c->doc, .args = c->args};
    kith_replicate_called(c->peer, &e);
    return KITH_OK;
}

/* ---- gossip.ping: the dialling side says when it is, the other answers, again after a while ---- */

#define PING_EVERY_MS 240000 /* links silent for 600 s are dropped by JavaScript peers */

static void ping_write(struct kith_stream *s) {
    struct kith_buf out = {0};
    kith_buf_put_dec(&out, s->peer->node->t.wall_ms);
    kith_stream_write(s, KITH_RPC_JSON, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

static void ping_answer(struct kith_stream *s, const struct kith_muxrpc_event *e) {
    (void)e;
    ping_write(s);
}

static const struct kith_stream_ops pong_ops = {ping_answer, NULL, NULL, NULL};

static int gossip_ping(struct kith_call *c) {
    kith_peer_stream(c->peer, c->req, c->type, &pong_ops, NULL);
    return KITH_OK;
}

static void ping_close(struct kith_stream *s) {
    s->peer->ping = NULL;
}

static const struct kith_stream_ops ping_ops = {NULL, NULL, NULL, ping_close};

static void ping(struct kith_peer *p) {
    ping_write(p->ping);
    p->ping_at_ms = p->node->t.now_ms + PING_EVERY_MS;
}

void kith_network_ping(struct kith_peer *p) {
    p->ping = kith_peer_call(p, KITH_RPC_DUPLEX, "gossip.ping", KITH_LIT("[{\"timeout\":300000}]"), &ping_ops, NULL);
    if (p->ping)
        ping(p);
}

uint64_t kith_network_deadline(const struct kith_peer *p) {
    return p->ping ? p->ping_at_ms : UINT64_MAX;
}

void kith_network_tick(struct kith_peer *p) {
    if (p->ping && p->ping_at_ms <= p->node->t.now_ms)
        ping(p);
}

/* ---- who is connected ---- */

static void text_field(struct kith_buf *out, const char *name, const char *value) {
    kith_buf_put_str(out, ",\"");
    kith_buf_put_str(out, name);
    kith_buf_put_str(out, "\":");
    kith_json_put_string(out, kith_bytes_str(value));
}

static void put_link(struct kith_buf *out, const struct kith_peer *p) {
    kith_buf_put_str(out, out->len > 1 ? ",{\"id\":\"" : "{\"id\":\"");
    kith_feed_id_put(out, &p->id);
    kith_buf_put_str(out, "\",\"state\":\"connected\"");
    text_field(out, "address", p->address);
    text_field(out, "dialled", p->dialled ? "us" : "them");
    kith_buf_put_str(out, ",\"seconds\":");
    kith_buf_put_dec(out, (p->node->t.now_ms - p->since_ms) / 1000);
    kith_buf_put_str(out, ",\"received\":");
    kith_buf_put_dec(out, kith_link_bytes_in(p->conn));
    kith_buf_put_str(out, ",\"sent\":");
    kith_buf_put_dec(out, kith_link_bytes_out(p->conn));
    kith_buf_put_u8(out, '}');
}

static void put_place(struct kith_buf *out, const struct kith_node *n, const struct kith_place *place) {
    kith_buf_put_str(out, out->len > 1 ? ",{\"id\":\"" : "{\"id\":\"");
    kith_feed_id_put(out, &place->id);
    kith_buf_put_str(out, place->link ? "\",\"state\":\"connecting\"" : "\",\"state\":\"waiting\"");
    text_field(out, "address", place->address);
    text_field(out, "source", place->source == KITH_PLACE_LAN ? "lan" : "user");
    kith_buf_put_str(out, ",\"failures\":");
    kith_buf_put_dec(out, place->failures);
    kith_buf_put_str(out, ",\"retry_ms\":");
    kith_buf_put_dec(out, place->next_ms > n->t.now_ms ? place->next_ms - n->t.now_ms : 0);
    if (place->why[0])
        text_field(out, "why", place->why);
    kith_buf_put_u8(out, '}');
}

static int peers(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_buf out = {0};
    kith_buf_put_u8(&out, '[');
    for (struct kith_peer *p = n->peers.first; p; p = p->next) {
        if (p->role == KITH_ROLE_PEER && !p->closing)
            put_link(&out, p);
    }
    for (size_t i = 0; i < n->dialler.count; i++) {
        if (!n->dialler.places[i].connected)
            put_place(&out, n, &n->dialler.places[i]);
    }
    kith_buf_put_u8(&out, ']');
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

static int with_address(struct kith_call *c, int (*act)(struct kith_node *n, struct kith_bytes address)) {
    struct kith_buf address = {0};
    int err;
    kith_json_unescape(&address, kith_json_str(c->doc, kith_call_arg(c, 0)));
    err = act(c->node, kith_buf_bytes(&address));
    kith_buf_wipe(&address);
    if (!err)
        kith_call_reply(c, KITH_LIT("true"));
    if (!kith_err_is_peer(err))
        return err;
    kith_call_fail(c, KITH_ERR_ARG, "an address looks like net:HOST:PORT~shs:KEY");
    return KITH_OK;
}

static int dial(struct kith_node *n, struct kith_bytes address) {
    return kith_dial_add(n, address, KITH_PLACE_USER, NULL);
}

static int connect(struct kith_call *c) {
    return with_address(c, dial);
}

static int forget(struct kith_call *c) {
    return with_address(c, kith_dial_forget);
}

static int disconnect(struct kith_call *c) {
    struct kith_pubkey id;
    struct kith_peer *p;
    if (kith_feed_id_parse(kith_json_str(c->doc, kith_call_arg(c, 0)), &id))
        return KITH_ERR_ARG;
    p = kith_peers_person(c->node, &id);
    if (!p)
        return KITH_ERR_NOT_FOUND;
    kith_peer_close(p, "the user said so");
    kith_call_reply(c, KITH_LIT("true"));
    return KITH_OK;
}

struct holders {
    struct kith_pubkey feed;
    char text[KITH_FEED_ID_LEN + 1]; /* the same as in JSON */
    struct kith_buf out;
};

static void put_holder(struct holders *h, const struct kith_pubkey *peer, uint64_t sequence) {
    kith_buf_put_str(&h->out, h->out.len > 1 ? ",\"" : "\"");
    kith_feed_id_put(&h->out, peer);
    kith_buf_put_str(&h->out, "\":");
    kith_buf_put_dec(&h->out, sequence);
}

/* What somebody said when they were here last (replicate.c remembers it). */
static void absent_holder(struct kith_node *n, const struct kith_json *doc, void *ctx) {
    struct holders *h = ctx;
    struct kith_pubkey peer;
    struct kith_peer *p;
    int64_t sequence;
    if (kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, 0, "key")), &peer) ||
        kith_json_int(doc, kith_json_get(doc, kith_json_get(doc, 0, "clock"), h->text), &sequence) || sequence < 0)
        return;
    p = kith_peers_person(n, &peer);
    if (!p || !p->ebt)
        put_holder(h, &peer, (uint64_t)sequence);
}

/* Who holds how much of a feed, by their own word: "where is it now". */
static int holders(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct holders h = {.feed = n->keys.pub};
    uint32_t arg = kith_call_arg(c, 0);
    if (arg != KITH_JSON_NONE && kith_feed_id_parse(kith_json_str(c->doc, arg), &h.feed))
        return KITH_ERR_ARG;
    kith_feed_id_write(h.text, &h.feed);
    kith_buf_put_u8(&h.out, '{');
    for (struct kith_peer *p = n->peers.first; p; p = p->next) {
        if (p->ebt)
            put_holder(&h, &p->id, kith_ebt_peer_has(n->replicator.ebt, &p->id, &h.feed));
    }
    kith_local_each(n, "clock", absent_holder, &h);
    kith_buf_put_u8(&h.out, '}');
    kith_call_reply(c, kith_buf_bytes(&h.out));
    kith_buf_wipe(&h.out);
    return KITH_OK;
}

static void stop_now(struct kith_call *c) {
    kith_call_reply(c, KITH_LIT("true"));
    kith_node_stop(c->node, c->node->t);
}

static int stop(struct kith_call *c) {
    stop_now(c);
    return KITH_OK;
}

static int insist(struct kith_call *c) {
    kith_publish_insist(c->node);
    kith_call_reply(c, KITH_LIT("true"));
    return KITH_OK;
}

/* ---- the manifest: what a JavaScript client may call ---- */

static const char *const kinds[] = {"", "async", "source", "sink", "duplex"};

static int manifest(struct kith_call *c) {
    struct kith_buf out = {0};
    const struct kith_method *table;
    const char *group = "";
    kith_buf_put_u8(&out, '{');
    /* Members of a group stand together in their table, so each group is opened once. */
    for (unsigned i = 0; (table = kith_methods_table(i, NULL)); i++) {
        for (const struct kith_method *m = table; m->name; m++) {
            const char *dot = strchr(m->name, '.');
            size_t len = dot ? (size_t)(dot - m->name) : 0;
            if (!dot || strncmp(group, m->name, len + 1)) {
                kith_buf_put_str(&out, *group ? "}" : "");
                kith_buf_put_str(&out, out.len > 1 ? "," : "");
                if (dot) {
                    kith_buf_put_u8(&out, '"');
                    kith_buf_put(&out, m->name, len);
                    kith_buf_put_str(&out, "\":{");
                }
                group = dot ? m->name : "";
            } else {
                kith_buf_put_u8(&out, ',');
            }
            kith_buf_put_u8(&out, '"');
            kith_buf_put_str(&out, dot ? dot + 1 : m->name);
            kith_buf_put_str(&out, "\":\"");
            kith_buf_put_str(&out, kinds[m->type]);
            kith_buf_put_u8(&out, '"');
        }
    }
    kith_buf_put_str(&out, *group ? "}}" : "}");
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

#define ANYONE (KITH_ROLE_PEER | KITH_ROLE_MASTER)
#define MASTER KITH_ROLE_MASTER

const struct kith_method kith_methods_network[] = {
    {"manifest", KITH_RPC_ASYNC, ANYONE, manifest, "", "the methods and their kinds"},
    {"ebt.replicate", KITH_RPC_DUPLEX, KITH_ROLE_PEER, ebt_replicate, "{version: 3, format: classic}", "replication"},
    {"newest", KITH_RPC_SOURCE, ANYONE, kith_newest_serve, "{limit}", "the newest public posts held here, for a first screen"},
    {"gossip.ping", KITH_RPC_DUPLEX, ANYONE, gossip_ping, "{timeout}", "says that the link lives"},
    {"conn.peers", KITH_RPC_ASYNC, MASTER, peers, "", "links, and addresses that are tried again later"},
    {"conn.connect", KITH_RPC_ASYNC, MASTER, connect, "address", "keeps the address and dials it"},
    {"conn.forget", KITH_RPC_ASYNC, MASTER, forget, "address", "dials it no more"},
    {"conn.disconnect", KITH_RPC_ASYNC, MASTER, disconnect, "id", "ends a link"},
    {"conn.holders", KITH_RPC_ASYNC, MASTER, holders, "feed", "{peer: sequence}: who holds how much of it, by what they said when they were here last"},
    {"invite.create", KITH_RPC_ASYNC, MASTER, kith_invite_create, "{uses, address}", "text that lets somebody in to be followed"},
    {"invite.accept", KITH_RPC_ASYNC, MASTER, kith_invite_accept, "text", "uses somebody's invite; answers {pub, address}"},
    {"invite.use", KITH_RPC_ASYNC, KITH_ROLE_GUEST, kith_invite_use, "{feed}", "what a guest with an invite says"},
    {"control.insist", KITH_RPC_ASYNC, MASTER, insist, "", "after a restore: nothing newer of ours exists anywhere, so publishing may go on"},
    {"control.stop", KITH_RPC_ASYNC, MASTER, stop, "", "says goodbye to all and ends"},
    {0},
};
