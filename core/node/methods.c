/* SPDX-License-Identifier: MIT */
#include "node/methods.h"

#include "node/courier.h"
#include "node/state.h"

static const struct {
    const char *heading; /* on the reference page */
    const struct kith_method *methods;
} tables[] = {
    {"Messages", kith_methods_feed},
    {"People", kith_methods_people},
    {"Walls and threads", kith_methods_social},
    {"Circles and groups", kith_methods_circles},
    {"Search", kith_methods_search},
    {"Blobs", kith_methods_blobs},
    {"Network", kith_methods_network},
    {"Roads that store and forward", kith_methods_courier},
    {"Store", kith_methods_store},
    {"Identity", kith_methods_identity},
    {"For an app with a screen", kith_methods_app},
};

static const struct kith_method *find(struct kith_bytes name) {
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (const struct kith_method *m = tables[i].methods; m->name; m++) {
            if (kith_bytes_is(name, m->name))
                return m;
        }
    }
    return NULL;
}

const struct kith_method *kith_methods_table(unsigned i, const char **heading) {
    if (i >= sizeof tables / sizeof tables[0])
        return NULL;
    if (heading)
        *heading = tables[i].heading;
    return tables[i].methods;
}

static const char *const kinds[] = {"async", "async", "source", "sink", "duplex"};

/* JavaScript's words for a call of the wrong kind: 'no source:name'. */
static void wrong_kind(struct kith_muxrpc *rpc, const struct kith_muxrpc_event *e) {
    struct kith_buf text = {0};
    kith_buf_put_str(&text, "no ");
    kith_buf_put_str(&text, kinds[e->type]);
    kith_buf_put_u8(&text, ':');
    kith_buf_put_bytes(&text, e->name);
    kith_buf_put_u8(&text, 0);
    kith_muxrpc_end(rpc, e->req, (const char *)text.p);
    kith_buf_wipe(&text);
}

void kith_methods_call(struct kith_peer *p, const struct kith_muxrpc_event *e) {
    struct kith_muxrpc *rpc = kith_link_rpc(p->conn);
    const struct kith_method *m = find(e->name);
    struct kith_call c = {p->node, p, e->req, e->type, e->doc, e->args};
    int err;
    if (!m || !(m->roles & (unsigned)p->role)) {
        kith_muxrpc_refuse(rpc, e->req, e->name);
        return;
    }
    if (m->type != e->type) {
        wrong_kind(rpc, e);
        return;
    }
    err = m->run(&c);
    if (err)
        kith_call_fail(&c, err, NULL);
}

bool kith_call_person(struct kith_call *c, uint32_t node, struct kith_pubkey *out) {
    if (node == KITH_JSON_NONE) {
        *out = c->node->keys.pub;
        return true;
    }
    return !kith_feed_id_parse(kith_json_str(c->doc, node), out);
}

uint32_t kith_call_arg(const struct kith_call *c, unsigned i) {
    uint32_t node = c->args == KITH_JSON_NONE ? KITH_JSON_NONE : kith_json_first(c->doc, c->args);
    while (i-- && node != KITH_JSON_NONE)
        node = c->doc->nodes[node].next;
    return node;
}

uint32_t kith_call_option(const struct kith_call *c, unsigned i, const char *name) {
    return kith_json_get(c->doc, kith_call_arg(c, i), name);
}

bool kith_call_flag(const struct kith_call *c, uint32_t node, bool otherwise) {
    if (node == KITH_JSON_NONE)
        return otherwise;
    return kith_json_true(c->doc, node);
}

int64_t kith_call_int(const struct kith_call *c, uint32_t node, int64_t otherwise) {
    int64_t v;
    return node == KITH_JSON_NONE || kith_json_int(c->doc, node, &v) ? otherwise : v;
}

void kith_call_bounds(const struct kith_call *c, unsigned i, uint64_t *first, uint64_t *last) {
    static const struct {
        const char *name;
        bool is_low, is_strict;
    } bounds[] = {{"gt", true, true}, {"gte", true, false}, {"lt", false, true}, {"lte", false, false}};
    *first = 0;
    *last = UINT64_MAX;
    for (size_t k = 0; k < sizeof bounds / sizeof bounds[0]; k++) {
        int64_t v = kith_call_int(c, kith_call_option(c, i, bounds[k].name), -1);
        if (v < 0)
            continue;
        if (bounds[k].is_low && (uint64_t)v + bounds[k].is_strict > *first)
            *first = (uint64_t)v + bounds[k].is_strict;
        if (!bounds[k].is_low && bounds[k].is_strict && !v)
            *first = *last = UINT64_MAX; /* below nothing there is nothing */
        else if (!bounds[k].is_low && (uint64_t)v - bounds[k].is_strict < *last)
            *last = (uint64_t)v - bounds[k].is_strict;
    }
}

struct kith_later kith_call_later(const struct kith_call *c) {
    return (struct kith_later){c->peer->link, c->req, c->type != KITH_RPC_ASYNC};
}

void kith_call_reply(struct kith_call *c, struct kith_bytes json) {
    kith_later_reply(c->node, kith_call_later(c), json);
}

void kith_call_fail(struct kith_call *c, int err, const char *sentence) {
    kith_later_fail(c->node, kith_call_later(c), err, sentence);
}

static struct kith_peer *caller(struct kith_node *n, struct kith_later l) {
    struct kith_peer *p = kith_peers_link(n, l.link);
    return p && !p->closing && kith_link_rpc(p->conn) ? p : NULL;
}

void kith_later_reply(struct kith_node *n, struct kith_later l, struct kith_bytes json) {
    struct kith_peer *p = caller(n, l);
    if (!p)
        return;
    if (l.is_stream) {
        kith_muxrpc_write(kith_link_rpc(p->conn), l.req, KITH_RPC_JSON, json);
        kith_muxrpc_end(kith_link_rpc(p->conn), l.req, NULL);
    } else {
        kith_muxrpc_reply(kith_link_rpc(p->conn), l.req, json);
    }
    kith_peer_wake(p);
    /* The invite was used. ssb-conn would take this link for its connection to us, and never come as itself. */
    if (p->role == KITH_ROLE_GUEST)
        kith_peer_close(p, "the invite was used");
}

void kith_later_fail(struct kith_node *n, struct kith_later l, int err, const char *sentence) {
    struct kith_peer *p = caller(n, l);
    struct kith_buf text = {0};
    if (!p)
        return;
    kith_buf_put_str(&text, kith_err_name(err));
    kith_buf_put_str(&text, ": ");
    kith_buf_put_str(&text, sentence ? sentence : kith_err_text(err));
    kith_buf_put_u8(&text, 0);
    kith_muxrpc_end(kith_link_rpc(p->conn), l.req, (const char *)text.p);
    kith_buf_wipe(&text);
    kith_peer_stream_failed(p, l.req);
    kith_peer_wake(p);
}

static void published(struct kith_node *n, void *ctx, int err, const struct kith_message *m, struct kith_bytes value) {
    struct kith_later *later = ctx;
    struct kith_buf out = {0};
    if (err) {
        kith_later_fail(n, *later, err, NULL);
    } else {
        kith_buf_put_str(&out, "{\"key\":\"");
        kith_msgid_put(&out, &m->id);
        kith_buf_put_str(&out, "\",\"value\":");
        kith_buf_put_bytes(&out, value);
        kith_buf_put_str(&out, ",\"timestamp\":");
        kith_buf_put_dec(&out, n->t.wall_ms);
        kith_buf_put_u8(&out, '}');
        kith_later_reply(n, *later, kith_buf_bytes(&out));
    }
    kith_buf_wipe(&out);
    kith_free(later);
}

int kith_call_publish(struct kith_call *c, struct kith_bytes content) {
    struct kith_later *later = kith_alloc(sizeof *later);
    int err;
    *later = kith_call_later(c);
    err = kith_publish(c->node, content, published, later);
    if (err)
        kith_free(later);
    return err;
}
