/* SPDX-License-Identifier: MIT */
#include "node/presence.h"

#include "node/state.h"

/* ---- who is here: each stream knows whom it has told of, and tells the difference ---- */

struct watch {
    uint64_t generation, typing_count;
    struct kith_pubkey *here;
    size_t count, cap;
};

static void put_id(struct kith_buf *out, const struct kith_pubkey *id) {
    kith_buf_put_str(out, "{\"id\":\"");
    kith_feed_id_put(out, id);
    kith_buf_put_u8(out, '"');
}

static void write_here(struct kith_stream *s, const struct kith_pubkey *id, bool here) {
    struct kith_buf out = {0};
    put_id(&out, id);
    kith_buf_put_str(&out, here ? ",\"here\":true}" : ",\"here\":false}");
    kith_stream_write(s, KITH_RPC_JSON, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

static bool knows(const struct watch *w, const struct kith_pubkey *id) {
    for (size_t i = 0; i < w->count; i++) {
        if (kith_pubkey_eq(&w->here[i], id))
            return true;
    }
    return false;
}

/* One difference; false when there is none. */
static bool tell_difference(struct kith_stream *s, struct watch *w) {
    struct kith_node *n = s->peer->node;
    for (size_t i = 0; i < w->count; i++) {
        struct kith_pubkey gone = w->here[i];
        if (kith_peers_person(n, &gone))
            continue;
        w->here[i] = w->here[--w->count];
        write_here(s, &gone, false);
        return true;
    }
    for (const struct kith_peer *p = n->peers.first; p; p = p->next) {
        if (p->role != KITH_ROLE_PEER || p->closing || knows(w, &p->id))
            continue;
        w->here = kith_grow(w->here, &w->cap, w->count + 1, sizeof *w->here);
        w->here[w->count++] = p->id;
        write_here(s, &p->id, true);
        return true;
    }
    return false;
}

static void write_typing(struct kith_stream *s, const struct kith_typing *t) {
    struct kith_buf out = {0};
    put_id(&out, &t->who);
    kith_buf_put_str(&out, ",\"typing\":{\"at\":\"");
    kith_buf_put(&out, t->at, t->len); /* canonical text: it was never unescaped */
    kith_buf_put_str(&out, "\"}}");
    kith_stream_write(s, KITH_RPC_JSON, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

static bool fill(struct kith_stream *s) {
    struct watch *w = s->state;
    struct kith_presence *now = &s->peer->node->presence;
    if (w->generation != now->generation) {
        if (tell_difference(s, w))
            return true;
        w->generation = now->generation;
    }
    if (now->heard_count - w->typing_count > KITH_TYPING_HEARD)
        w->typing_count = now->heard_count - KITH_TYPING_HEARD;
    if (w->typing_count == now->heard_count)
        return false;
    write_typing(s, &now->heard[w->typing_count++ % KITH_TYPING_HEARD]);
    return true;
}

static void close_watch(struct kith_stream *s) {
    struct watch *w = s->state;
    kith_free(w->here);
    kith_free(w);
}

static const struct kith_stream_ops watch_ops = {NULL, NULL, fill, close_watch};

int kith_presence_serve(struct kith_call *c) {
    struct watch *w = kith_alloc(sizeof *w);
    w->generation = c->node->presence.generation - 1; /* so that it tells who is here */
    w->typing_count = c->node->presence.heard_count;
    kith_peer_stream(c->peer, c->req, c->type, &watch_ops, w);
    return KITH_OK;
}

void kith_presence_changed(struct kith_node *n) {
    n->presence.generation++;
    for (struct kith_peer *p = n->peers.first; p; p = p->next) {
        if (p->role == KITH_ROLE_MASTER && p->streams && !p->closing)
            kith_peer_wake(p);
    }
}

/* ---- typing ---- */

/* The place is passed on as it stands in the JSON text, so it holds nothing that can be written in two ways. */
static bool read_place(const struct kith_json *doc, uint32_t node, struct kith_typing *out) {
    struct kith_bytes at = kith_json_str(doc, node);
    if (!at.len || at.len > KITH_TYPING_AT_MAX || memchr(at.p, '\\', at.len))
        return false;
    memcpy(out->at, at.p, at.len);
    out->len = (uint8_t)at.len;
    return true;
}

static bool same_place(const struct kith_typing *a, const struct kith_typing *b) {
    return a->len == b->len && !memcmp(a->at, b->at, a->len);
}

/* Whether the place is due; it is not again for a while. */
static bool may_say(struct kith_node *n, const struct kith_typing *t) {
    size_t free = KITH_TYPING_PLACES;
    for (size_t i = 0; i < KITH_TYPING_PLACES; i++) {
        if (n->presence.said[i].until_ms <= n->t.now_ms)
            free = i;
        else if (same_place(&n->presence.said[i].place, t))
            return false;
    }
    if (free == KITH_TYPING_PLACES)
        return false;
    n->presence.said[free].place = *t;
    n->presence.said[free].until_ms = n->t.now_ms + KITH_TYPING_EVERY_MS;
    return true;
}

static void said_close(struct kith_stream *s) {
    s->peer->typing_waits = false;
}

static void said_end(struct kith_stream *s, struct kith_bytes error) {
    if (error.len)
        s->peer->no_typing = true; /* it is no kith, or an older one */
}

static const struct kith_stream_ops said_ops = {NULL, said_end, NULL, said_close};

static void say_to(struct kith_peer *p, const struct kith_typing *t) {
    struct kith_buf args = {0};
    if (p->no_typing || p->typing_waits)
        return; /* who does not answer hears no more */
    kith_buf_put_str(&args, "[{\"at\":\"");
    kith_buf_put(&args, t->at, t->len);
    kith_buf_put_str(&args, "\"}]");
    p->typing_waits = kith_peer_call(p, KITH_RPC_ASYNC, "kith.typing", kith_buf_bytes(&args), &said_ops, NULL) != NULL;
    kith_buf_wipe(&args);
}

static bool read_people(struct kith_call *c, uint32_t list, struct kith_pubkey *out, size_t *count) {
    *count = 0;
    if (!kith_json_is(c->doc, list, KITH_JSON_ARRAY) || c->doc->nodes[list].count > KITH_TYPING_TO_MAX)
        return false;
    for (uint32_t i = kith_json_first(c->doc, list); i != KITH_JSON_NONE; i = c->doc->nodes[i].next) {
        if (kith_feed_id_parse(kith_json_str(c->doc, i), &out[(*count)++]))
            return false;
    }
    return true;
}

int kith_presence_typing(struct kith_call *c) {
    struct kith_node *n = c->node;
    uint32_t list = kith_call_option(c, 0, "to");
    struct kith_pubkey to[KITH_TYPING_TO_MAX];
    struct kith_typing t = {.who = n->keys.pub};
    size_t count = 0;
    if (!read_place(c->doc, kith_call_option(c, 0, "at"), &t) || (list != KITH_JSON_NONE && !read_people(c, list, to, &count)))
        return KITH_ERR_ARG;
    kith_call_reply(c, KITH_LIT("true"));
    if (!may_say(n, &t))
        return KITH_OK;
    for (size_t i = 0; i < count; i++) {
        struct kith_peer *p = kith_peers_person(n, &to[i]);
        if (p)
            say_to(p, &t);
    }
    for (struct kith_peer *p = n->peers.first; p && list == KITH_JSON_NONE; p = p->next) {
        if (p->role == KITH_ROLE_PEER && !p->closing && kith_graph_is_friend(n->social, &p->id, &n->keys.pub))
            say_to(p, &t);
    }
    return KITH_OK;
}

/* Whoever says it too often, or whom we do not follow, is answered and not heard. */
int kith_presence_heard(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_typing t = {.who = c->peer->id};
    bool heard = read_place(c->doc, kith_call_option(c, 0, "at"), &t) &&
                 !kith_budget_spend(&c->peer->budget, KITH_BUDGET_TYPING, 1, n->t.now_ms) &&
                 kith_graph_is_following(n->social, &n->keys.pub, &t.who) && !kith_social_is_hidden(n->social, &t.who);
    kith_call_reply(c, KITH_LIT("true"));
    if (!heard)
        return KITH_OK;
    n->presence.heard[n->presence.heard_count++ % KITH_TYPING_HEARD] = t;
    for (struct kith_peer *p = n->peers.first; p; p = p->next) {
        if (p->role == KITH_ROLE_MASTER && p->streams && !p->closing)
            kith_peer_wake(p);
    }
    return KITH_OK;
}
