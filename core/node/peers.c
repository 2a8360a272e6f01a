/* SPDX-License-Identifier: MIT */
#include "node/peers.h"

#include "node/guests.h"
#include "node/methods.h"
#include "node/presence.h"
#include "node/state.h"
#include "node/welcome.h"

struct kith_peer *kith_peers_link(struct kith_node *n, uint32_t link) {
    struct kith_peer *p = n->peers.first;
    while (p && p->link != link)
        p = p->next;
    return p;
}

struct kith_peer *kith_peers_person(struct kith_node *n, const struct kith_pubkey *id) {
    for (struct kith_peer *p = n->peers.first; p; p = p->next) {
        if (p->role == KITH_ROLE_PEER && !p->guest_of_theirs && !p->closing && kith_pubkey_eq(&p->id, id))
            return p;
    }
    return NULL;
}

static struct kith_peer *peer_new(struct kith_node *n, const char *address, size_t places) {
    struct kith_peer *p;
    if (n->peers.count >= places)
        return NULL;
    p = kith_alloc(sizeof *p);
    p->node = n;
    p->link = ++n->peers.last_link;
    p->since_ms = n->t.now_ms;
    p->next = n->peers.first;
    strncpy(p->address, address, sizeof p->address - 1);
    kith_budget_init(&p->budget, n->t.now_ms);
    n->peers.first = p;
    n->peers.count++;
    return p;
}

static void peer_free(struct kith_peer *p) {
    struct kith_peer **at = &p->node->peers.first;
    struct kith_node *n = p->node;
    bool was_here = p->role == KITH_ROLE_PEER;
    while (*at != p)
        at = &(*at)->next;
    kith_stream_free_all(p);
    kith_dial_gone(p);
    *at = p->next;
    if (was_here)
        kith_presence_changed(n);
    n->peers.count--;
    n->peers.held -= p->held;
    kith_link_free(p->conn);
    kith_free(p);
}

static void link_start(struct kith_peer *p, const struct kith_keypair *keys) {
    struct kith_node *n = p->node;
    struct kith_link_config config = {
        .plain = p->origin == KITH_ORIGIN_LOCAL,
        .dialler = p->dialled,
        .cap = n->cap,
        .keys = keys ? *keys : n->keys,
        .peer = p->id,
        .rng = n->rng,
    };
    p->conn = kith_link_new(&config, n->t.now_ms);
    kith_wipe(&config, sizeof config);
    kith_peer_wake(p);
}

uint32_t kith_peers_dial(struct kith_node *n, const char *address, const struct kith_pubkey *id,
                         const struct kith_keypair *keys) {
    struct kith_peer *p = peer_new(n, address, KITH_PEERS_DIALLING_MAX);
    struct kith_effect e = {.kind = KITH_EFFECT_DIAL, .bytes = kith_bytes_str(address)};
    if (!p)
        return 0;
    p->origin = KITH_ORIGIN_NETWORK;
    p->dialled = true;
    p->guest_of_theirs = keys != NULL;
    p->id = *id;
    /* The link waits; its handshake deadline covers the connecting too. */
    link_start(p, keys);
    p->write_asked = false;
    e.link = p->link;
    kith_effects_put(&n->effects, &e);
    return p->link;
}

static void events(struct kith_peer *p);

uint32_t kith_node_accept(struct kith_node *n, enum kith_link_origin origin, const char *address, struct kith_time t) {
    struct kith_peer *p;
    size_t places = origin == KITH_ORIGIN_LOCAL ? KITH_PEERS_MAX : KITH_PEERS_GUESTS_MAX;
    n->t = t;
    if (n->stopping || !(p = peer_new(n, address, places)))
        return 0;
    p->origin = origin;
    link_start(p, NULL);
    events(p);
    return p->link;
}

static void host_close(struct kith_peer *p) {
    struct kith_effect e = {.kind = KITH_EFFECT_CLOSE, .link = p->link};
    p->closing = true;
    p->closing_ms = p->node->t.now_ms;
    p->node->peers.held -= p->held;
    p->held = 0;
    kith_effects_put(&p->node->effects, &e);
}

void kith_node_dialled(struct kith_node *n, uint32_t link, bool ok, struct kith_time t) {
    struct kith_peer *p = kith_peers_link(n, link);
    if (!ok) {
        kith_node_dial_failed(n, link, NULL, t);
        return;
    }
    n->t = t;
    if (!p)
        return;
    p->write_asked = false;
    kith_peer_wake(p);
}

void kith_node_dial_failed(struct kith_node *n, uint32_t link, const char *why, struct kith_time t) {
    struct kith_peer *p = kith_peers_link(n, link);
    n->t = t;
    if (!p)
        return;
    kith_dial_failed(p, why ? why : "no connection");
    peer_free(p);
}

void kith_peer_wake(struct kith_peer *p) {
    struct kith_effect e = {.kind = KITH_EFFECT_WRITE, .link = p->link};
    if (p->write_asked)
        return;
    p->write_asked = true;
    kith_effects_put(&p->node->effects, &e);
}

void kith_peers_wake_all(struct kith_node *n) {
    for (struct kith_peer *p = n->peers.first; p; p = p->next) {
        if (p->streams && !p->closing)
            kith_peer_wake(p);
    }
}

void kith_peer_close(struct kith_peer *p, const char *why) {
    struct kith_line l;
    if (p->closing)
        return;
    l = kith_line(p->node, 7, "link.closing");
    kith_line_int(&l, "link", p->link);
    kith_line_str(&l, "why", why);
    kith_line_done(&l);
    kith_link_close(p->conn, p->node->t.now_ms);
    kith_peer_wake(p);
}

void kith_peer_drop(struct kith_peer *p, int err, const char *why) {
    struct kith_line l;
    if (p->closing)
        return;
    l = kith_line(p->node, 4, "peer.dropped");
    kith_line_int(&l, "link", p->link);
    if (p->role)
        kith_line_id(&l, "peer", &p->id);
    kith_line_str(&l, "error", kith_err_name(err));
    kith_line_str(&l, "why", why);
    kith_line_done(&l);
    host_close(p);
}

/* An app that asks for too much at once may mean it well, a peer does not. */
static void refused(struct kith_peer *p) {
    if (p->role != KITH_ROLE_MASTER)
        kith_peer_drop(p, KITH_ERR_SIZE, "the peer broke the rules of muxrpc");
}

static void rpc_event(struct kith_peer *p, const struct kith_muxrpc_event *e) {
    if (e->kind == KITH_RPC_REFUSED)
        refused(p);
    else if (e->kind != KITH_RPC_CALL)
        kith_stream_event(p, e);
    else if (kith_budget_spend(&p->budget, KITH_BUDGET_CALLS, p->role == KITH_ROLE_MASTER ? 0 : 1, p->node->t.now_ms))
        kith_peer_drop(p, KITH_ERR_BUDGET, "too many calls");
    else
        kith_methods_call(p, e);
}

static void closed(struct kith_peer *p, const struct kith_link_event *e) {
    struct kith_line l = kith_line(p->node, e->err ? 4 : 6, "peer.disconnected");
    kith_line_int(&l, "link", p->link);
    if (p->role || p->dialled)
        kith_line_id(&l, "peer", &p->id);
    if (e->err)
        kith_line_str(&l, "error", kith_err_name(e->err));
    kith_line_str(&l, "why", e->why ? e->why : "goodbye");
    if (p->role != KITH_ROLE_MASTER)
        kith_line_done(&l);
    else
        kith_buf_wipe(&l.text);
    if (!p->role)
        kith_dial_failed(p, e->why ? e->why : "closed");
    if (!p->closing)
        host_close(p);
}

static void events(struct kith_peer *p) {
    struct kith_link_event e;
    while (!p->closing && kith_link_next(p->conn, &e)) {
        switch (e.kind) {
        case KITH_LINK_ASK:
            kith_link_admit(p->conn, kith_peer_admits(p, &e.peer));
            break;
        case KITH_LINK_OPEN:
            if (p->origin != KITH_ORIGIN_LOCAL)
                p->id = e.peer;
            else
                p->id = p->node->keys.pub;
            kith_peer_opened(p);
            break;
        case KITH_LINK_RPC:
            if (e.rpc.kind != KITH_RPC_GOODBYE)
                rpc_event(p, &e.rpc);
            break;
        case KITH_LINK_CLOSED:
            closed(p, &e);
            break;
        }
        kith_peer_wake(p);
    }
}

/* What a link keeps in memory for a frame that is not whole yet, or that its peer does not read, is
 * bounded for each by muxrpc, and here for all of them: whoever has most has to go. */
static void weigh(struct kith_peer *p) {
    struct kith_node *n = p->node;
    struct kith_muxrpc *rpc = kith_link_rpc(p->conn);
    struct kith_peer *most = p;
    if (p->closing || p->role == KITH_ROLE_MASTER)
        return;
    n->peers.held -= p->held;
    p->held = kith_link_held(p->conn);
    n->peers.held += p->held;
    if (rpc && kith_muxrpc_queued(rpc) > KITH_PEER_QUEUE_MAX)
        kith_peer_drop(p, KITH_ERR_BUDGET, "does not read what it asks for");
    if (n->peers.held <= KITH_PEERS_HELD_MAX)
        return;
    for (struct kith_peer *other = n->peers.first; other; other = other->next) {
        if (other->held > most->held)
            most = other;
    }
    kith_peer_drop(most, KITH_ERR_BUDGET, "needs too much memory");
}

int kith_node_recv(struct kith_node *n, uint32_t link, const uint8_t *in, size_t len, struct kith_time t) {
    struct kith_peer *p = kith_peers_link(n, link);
    n->t = t;
    if (!p || p->closing)
        return KITH_ERR_PROTOCOL;
    if (p->role != KITH_ROLE_MASTER &&
        kith_budget_spend(&p->budget, KITH_BUDGET_BYTES, (double)len, t.now_ms)) {
        kith_peer_drop(p, KITH_ERR_BUDGET, "too many bytes");
        return KITH_ERR_BUDGET;
    }
    for (size_t at = 0; at < len && !p->closing;) {
        size_t used = 0;
        int err = kith_link_recv(p->conn, in + at, len - at, &used, t.now_ms);
        at += used;
        events(p);
        if (err || (!used && !p->closing && at < len))
            break; /* after an error CLOSED was among the events */
    }
    weigh(p);
    if (!p->closing)
        kith_peer_wake(p); /* a handshake or the box stream may want to answer by itself */
    kith_ingest_flush(n);
    kith_node_pump_store(n);
    return KITH_OK;
}

int kith_node_send(struct kith_node *n, uint32_t link, uint8_t *out, size_t cap, size_t *len, struct kith_time t) {
    struct kith_peer *p = kith_peers_link(n, link);
    int err;
    n->t = t;
    *len = 0;
    if (!p)
        return KITH_ERR_PROTOCOL;
    p->write_asked = false;
    if (!p->closing)
        kith_stream_fill_all(p);
    err = kith_link_send(p->conn, out, cap, len, t.now_ms);
    p->write_asked = *len != 0; /* the host comes back until there is nothing */
    if (!p->closing)
        events(p);
    kith_node_pump_store(n);
    return err;
}

void kith_node_eof(struct kith_node *n, uint32_t link, struct kith_time t) {
    struct kith_peer *p = kith_peers_link(n, link);
    n->t = t;
    if (!p)
        return;
    if (!p->closing) {
        kith_link_eof(p->conn);
        events(p);
    }
    peer_free(p);
    kith_node_pump_store(n);
}

/* The host may wait for a peer to read our last words, but not for ever. */
static uint64_t patience(const struct kith_peer *p) {
    return p->closing_ms == UINT64_MAX ? UINT64_MAX : p->closing_ms + KITH_LINK_CLOSE_MS;
}

static uint64_t deadline_of(const struct kith_peer *p) {
    uint64_t link = kith_link_deadline(p->conn), ping = kith_network_deadline(p);
    if (p->closing)
        return patience(p);
    link = link < ping ? link : ping;
    return link < kith_guests_deadline(p) ? link : kith_guests_deadline(p);
}

uint64_t kith_peers_deadline(const struct kith_node *n) {
    uint64_t at = UINT64_MAX;
    for (const struct kith_peer *p = n->peers.first; p; p = p->next) {
        uint64_t d = deadline_of(p);
        at = d < at ? d : at;
    }
    return at;
}

static void tick(struct kith_peer *p) {
    uint64_t now = p->node->t.now_ms;
    if (p->closing) {
        if (patience(p) > now)
            return;
        host_close(p);
        p->closing_ms = UINT64_MAX;
        return;
    }
    kith_network_tick(p);
    kith_guests_tick(p);
    if (kith_link_deadline(p->conn) > now)
        return;
    (void)kith_link_tick(p->conn, now);
    events(p);
    kith_peer_wake(p);
}

void kith_peers_tick(struct kith_node *n) {
    for (struct kith_peer *p = n->peers.first, *next; p; p = next) {
        next = p->next;
        tick(p);
    }
}

void kith_peers_wipe(struct kith_node *n) {
    while (n->peers.first)
        peer_free(n->peers.first);
}
