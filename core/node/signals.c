/* SPDX-License-Identifier: MIT */
#include "node/signals.h"

#include "base/base64.h"
#include "node/state.h"
#include "wire/signal.h"

#define COST_CARRIED 2 /* for who asks us to carry it: it goes in and out */
#define COST_HEARD 1

static const char absent[] = "nobody could be given it";

/* ---- the arguments: a person and a sealed signal, of which length and version can be seen ---- */

struct said {
    struct kith_pubkey to;
    struct kith_bytes text; /* the signal in base64, of the call's document */
    uint64_t mark;
};

static bool read_said(struct kith_call *c, struct said *out) {
    uint8_t sealed[KITH_SIGNAL_MAX];
    size_t len;
    out->text = kith_json_str(c->doc, kith_call_option(c, 0, "signal"));
    if (kith_feed_id_parse(kith_json_str(c->doc, kith_call_option(c, 0, "to")), &out->to) ||
        kith_base64_parse(out->text, sealed, sizeof sealed, &len) || !kith_signal_is_len(len) ||
        sealed[0] != KITH_SIGNAL_VERSION)
        return false;
    memcpy(&out->mark, sealed + 1, sizeof out->mark);
    return true;
}

static void put_args(struct kith_buf *out, const struct said *said) {
    kith_buf_put_str(out, "[{\"to\":\"");
    kith_feed_id_put(out, &said->to);
    kith_buf_put_str(out, "\",\"signal\":\"");
    kith_buf_put_bytes(out, said->text);
    kith_buf_put_str(out, "\"}]");
}

static bool is_known(struct kith_node *n, const struct kith_pubkey *id) {
    return kith_graph_is_following(n->social, &n->keys.pub, id) && !kith_social_is_hidden(n->social, id);
}

bool kith_node_accepts(struct kith_node *n, const struct kith_pubkey *id) {
    return kith_graph_is_following(n->social, &n->keys.pub, id) && !kith_graph_is_blocking(n->social, &n->keys.pub, id);
}

/* ---- for us: each app that listens has its own queue ---- */

struct heard {
    struct kith_pubkey via[KITH_SIGNALS_HEARD];
    struct kith_buf text[KITH_SIGNALS_HEARD]; /* a ring: item i is at i modulo its length */
    uint64_t first, end;
};

static bool fill(struct kith_stream *s) {
    struct heard *h = s->state;
    struct kith_buf out = {0};
    size_t at = h->first % KITH_SIGNALS_HEARD;
    if (h->first == h->end)
        return false;
    h->first++;
    kith_buf_put_str(&out, "{\"signal\":\"");
    kith_buf_put_bytes(&out, kith_buf_bytes(&h->text[at]));
    kith_buf_put_str(&out, "\",\"via\":\"");
    kith_feed_id_put(&out, &h->via[at]);
    kith_buf_put_str(&out, "\"}");
    kith_buf_wipe(&h->text[at]);
    kith_stream_write(s, KITH_RPC_JSON, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return true;
}

static void close_heard(struct kith_stream *s) {
    struct heard *h = s->state;
    for (size_t i = 0; i < KITH_SIGNALS_HEARD; i++)
        kith_buf_wipe(&h->text[i]);
    kith_free(h);
}

static const struct kith_stream_ops heard_ops = {NULL, NULL, fill, close_heard};

int kith_signals_serve(struct kith_call *c) {
    struct heard *h = kith_alloc(sizeof *h);
    kith_peer_stream(c->peer, c->req, c->type, &heard_ops, h);
    return KITH_OK;
}

/* False: no app listens, or it does not read. */
static bool tell_apps(struct kith_node *n, const struct kith_pubkey *via, struct kith_bytes text) {
    bool told = false;
    for (struct kith_peer *p = n->peers.first; p; p = p->next) {
        for (struct kith_stream *s = p->closing ? NULL : p->streams; s; s = s->next) {
            struct heard *h = s->state;
            if (s->ops != &heard_ops || h->end - h->first == KITH_SIGNALS_HEARD)
                continue;
            h->via[h->end % KITH_SIGNALS_HEARD] = *via;
            kith_buf_put_bytes(&h->text[h->end++ % KITH_SIGNALS_HEARD], text);
            kith_peer_wake(p);
            told = true;
        }
    }
    return told;
}

/* ---- a signal that is on its way to somebody, by one peer after the other until one has taken it ---- */

struct parcel {
    struct kith_node *node;
    struct kith_later later; /* who waits for the outcome */
    struct kith_buf args;
    struct kith_pubkey to;
    uint32_t after; /* links up to this one were tried */
    bool is_ours;   /* our app's, which is told by whom it went */
};

static void parcel_free(struct parcel *it) {
    kith_buf_wipe(&it->args);
    kith_free(it);
}

static void delivered(struct parcel *it, const struct kith_pubkey *via) {
    struct kith_buf out = {0};
    if (it->is_ours) {
        kith_buf_put_str(&out, "{\"via\":\"");
        kith_feed_id_put(&out, via);
        kith_buf_put_str(&out, "\"}");
    } else {
        kith_buf_put_str(&out, "true");
    }
    kith_later_reply(it->node, it->later, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

static void parcel_go(struct parcel *it);

static void answer(struct kith_stream *s, const struct kith_muxrpc_event *e) {
    struct parcel *it = s->state;
    if (e->doc && kith_json_true(e->doc, 0)) {
        s->state = NULL;
        delivered(it, &s->peer->id);
        parcel_free(it);
    }
}

/* Refused, not understood, or the link has ended: the next one may do. */
static void given_up(struct kith_stream *s) {
    if (s->state)
        parcel_go(s->state);
}

static const struct kith_stream_ops parcel_ops = {answer, NULL, NULL, given_up};

static bool is_carrier(struct kith_node *n, const struct kith_pubkey *id, const struct kith_pubkey *to) {
    return !kith_pubkey_eq(id, to) && is_known(n, id) && kith_graph_is_following(n->social, id, to);
}

/* Links have numbers that rise, so each is tried once. */
static struct kith_peer *next_carrier(const struct parcel *it) {
    struct kith_peer *found = NULL;
    for (struct kith_peer *p = it->node->peers.first; p; p = p->next) {
        if (p->role != KITH_ROLE_PEER || p->guest_of_theirs || p->closing || p->link <= it->after ||
            !is_carrier(it->node, &p->id, &it->to))
            continue;
        if (!found || p->link < found->link)
            found = p;
    }
    return found;
}

static void parcel_go(struct parcel *it) {
    struct kith_peer *p;
    while (it->is_ours && !it->node->stopping && !it->node->stopped && (p = next_carrier(it))) {
        it->after = p->link;
        if (kith_peer_call(p, KITH_RPC_ASYNC, "kith.signal", kith_buf_bytes(&it->args), &parcel_ops, it))
            return;
    }
    kith_later_fail(it->node, it->later, KITH_ERR_NOT_FOUND, absent);
    parcel_free(it);
}

static struct parcel *parcel_new(struct kith_call *c, const struct said *said, bool is_ours) {
    struct parcel *it = kith_alloc(sizeof *it);
    *it = (struct parcel){.node = c->node, .later = kith_call_later(c), .to = said->to, .is_ours = is_ours};
    put_args(&it->args, said);
    return it;
}

/* ---- from peer to peer ---- */

static bool is_again(struct kith_peer *p, uint64_t mark) {
    for (uint32_t i = 0; i < KITH_PEER_SIGNALS && i < p->signal_count; i++) {
        if (p->signals[i] == mark)
            return true;
    }
    p->signals[p->signal_count++ % KITH_PEER_SIGNALS] = mark;
    return false;
}

/* Whom it may be handed to: NULL for nobody. */
static struct kith_peer *receiver(struct kith_call *c, const struct said *said) {
    struct kith_node *n = c->node;
    struct kith_peer *p = kith_peers_person(n, &said->to);
    if (!p || p == c->peer || !is_known(n, &said->to) || kith_graph_is_blocking(n->social, &said->to, &c->peer->id) ||
        kith_muxrpc_queued(kith_link_rpc(p->conn)) > KITH_MUXRPC_HIGH || is_again(p, said->mark) ||
        kith_budget_spend(&p->budget, KITH_BUDGET_SIGNALS_OUT, 1, n->t.now_ms))
        return NULL;
    return p;
}

int kith_signals_carry(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_peer *p;
    struct parcel *it;
    struct said said;
    bool is_ours;
    if (!read_said(c, &said))
        return KITH_ERR_ARG;
    is_ours = kith_pubkey_eq(&said.to, &n->keys.pub);
    if (kith_budget_spend(&c->peer->budget, KITH_BUDGET_SIGNALS, is_ours ? COST_HEARD : COST_CARRIED, n->t.now_ms))
        return KITH_ERR_BUDGET;
    if (is_ours && is_known(n, &c->peer->id) && tell_apps(n, &c->peer->id, said.text)) {
        kith_call_reply(c, KITH_LIT("true"));
        return KITH_OK;
    }
    if (is_ours || !is_known(n, &c->peer->id) || !(p = receiver(c, &said))) {
        kith_call_fail(c, KITH_ERR_NOT_FOUND, absent);
        return KITH_OK;
    }
    it = parcel_new(c, &said, false);
    if (!kith_peer_call(p, KITH_RPC_ASYNC, "kith.signal", kith_buf_bytes(&it->args), &parcel_ops, it))
        parcel_go(it);
    else
        kith_buf_wipe(&it->args); /* there is no second try */
    return KITH_OK;
}

int kith_signals_send(struct kith_call *c) {
    struct kith_node *n = c->node;
    uint32_t chosen = kith_call_option(c, 0, "via");
    struct kith_pubkey via;
    struct kith_peer *p;
    struct said said;
    struct parcel *it;
    if (!read_said(c, &said) || (chosen != KITH_JSON_NONE && kith_feed_id_parse(kith_json_str(c->doc, chosen), &via)))
        return KITH_ERR_ARG;
    it = parcel_new(c, &said, true);
    if (chosen != KITH_JSON_NONE) {
        p = is_known(n, &via) ? kith_peers_person(n, &via) : NULL;
        it->after = UINT32_MAX; /* by nobody else */
        if (p && kith_peer_call(p, KITH_RPC_ASYNC, "kith.signal", kith_buf_bytes(&it->args), &parcel_ops, it))
            return KITH_OK;
    }
    parcel_go(it);
    return KITH_OK;
}
