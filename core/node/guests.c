/* SPDX-License-Identifier: MIT */
/* guests.c: asking for guests' posts, and what of the answers is taken. */
#include "node/guests.h"

#include "node/state.h"

/* ---- what may come in ---- */

/* Loose posts that wait on our wall, in all and by one author; only those of strangers are loose. */
static void count_waiting(struct kith_node *n, const struct kith_pubkey *author, size_t *all, size_t *theirs) {
    struct kith_page page = {.show = KITH_SHOW_WAITING, .more = true};
    struct kith_found found[64];
    struct kith_pubkey who, owner;
    enum kith_wall_state state;
    *all = *theirs = 0;
    for (unsigned pages = 0; page.more && pages < 32; pages++) {
        size_t count = kith_wall_list(n->social, &n->keys.pub, &page, found, 64);
        for (size_t i = 0; i < count; i++) {
            if (!kith_wall_state(n->social, found[i].rec, &state, &owner) || state != KITH_WALL_WAITING)
                continue;
            ++*all;
            *theirs += kith_social_author(n->social, found[i].rec, &who) && kith_pubkey_eq(&who, author);
        }
    }
}

struct guest {
    struct kith_msgid id; /* as the peer says; ingest.c sees whether it is true */
    struct kith_pubkey author, owner;
    uint32_t value;
};

/* A public root post on the wall of somebody else. */
static bool read_post(const struct kith_json *doc, struct guest *g) {
    uint32_t content = kith_json_get(doc, g->value, "content");
    return kith_json_is(doc, content, KITH_JSON_OBJECT) && kith_bytes_is(kith_json_str(doc, kith_json_get(doc, content, "type")), "post") &&
           kith_json_get(doc, content, "root") == KITH_JSON_NONE && kith_json_get(doc, content, "branch") == KITH_JSON_NONE &&
           !kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, g->value, "author")), &g->author) &&
           !kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, content, "wall")), &g->owner) &&
           !kith_pubkey_eq(&g->author, &g->owner);
}

/* {key, value}. */
static bool read_guest(const struct kith_json *doc, struct guest *g) {
    g->value = kith_json_get(doc, 0, "value");
    return !kith_msgid_parse(kith_json_str(doc, kith_json_get(doc, 0, "key")), &g->id) && read_post(doc, g);
}

static enum kith_guest_answer may_enter(struct kith_node *n, const struct kith_pubkey *from, const struct guest *g) {
    enum kith_wall_word word = kith_wall_word(n->social, &g->owner, &g->id);
    if (kith_replicate_is_wanted(n, &g->author) || kith_social_is_hidden(n->social, &g->author) ||
        kith_social_is_hidden(n->social, &g->owner) || word == KITH_WALL_SAID_REMOVE)
        return KITH_GUEST_NEVER; /* what is wanted comes with its feed */
    if (kith_pubkey_eq(&g->owner, &n->keys.pub)) /* what is accepted was here before, and was lost */
        return word == KITH_WALL_SAID_ACCEPT || kith_pubkey_eq(&g->author, from) ? KITH_GUEST_YES : KITH_GUEST_NEVER;
    if (!kith_replicate_is_wanted(n, &g->owner))
        return KITH_GUEST_NEVER;
    if (kith_pubkey_eq(&g->owner, from) || word == KITH_WALL_SAID_ACCEPT ||
        kith_graph_is_following(n->social, &g->owner, &g->author))
        return KITH_GUEST_YES;
    return KITH_GUEST_NOT_YET; /* the owner's word may still be on its way */
}

/* On our own wall a post waits that we have not accepted before. */
static bool waits(struct kith_node *n, const struct guest *g) {
    return kith_pubkey_eq(&g->owner, &n->keys.pub) && kith_wall_word(n->social, &g->owner, &g->id) != KITH_WALL_SAID_ACCEPT;
}

/* Whether there is room for one more that waits, beside those that are being judged. Looks through the wall:
 * to be paid for before. */
static bool has_room(struct kith_node *n, uint32_t link, const struct guest *g) {
    size_t all, theirs;
    count_waiting(n, &g->author, &all, &theirs);
    return all + kith_ingest_waiting(n, 0) < KITH_GUESTS_WAITING_MAX &&
           theirs + kith_ingest_waiting(n, link) < KITH_GUESTS_WAITING_EACH;
}

static void again_soon(struct kith_peer *p) {
    if (p->guests_at_ms == UINT64_MAX)
        p->guests_at_ms = p->node->t.now_ms + KITH_GUESTS_AGAIN_MS;
}

static void guests_data(struct kith_stream *s, const struct kith_muxrpc_event *e) {
    struct kith_peer *p = s->peer;
    struct kith_node *n = p->node;
    struct kith_ingest_source source = {.link = p->link, .loose = true, .is_guest = true};
    struct kith_buf raw = {0};
    struct guest g;
    uint64_t number;
    enum kith_guest_answer answer;
    if (kith_budget_spend(&p->budget, KITH_BUDGET_MESSAGES, 1, n->t.now_ms)) {
        kith_peer_drop(p, KITH_ERR_BUDGET, "sends more guests than there can be");
        return;
    }
    if (e->encoding != KITH_RPC_JSON || !read_guest(e->doc, &g) || kith_store_find(n->store, &g.id, &number))
        return;
    answer = may_enter(n, &p->id, &g);
    if (answer == KITH_GUEST_NOT_YET && p->guests_again) {
        p->guests_again--;
        again_soon(p);
    }
    if (answer != KITH_GUEST_YES || kith_budget_spend(&p->budget, KITH_BUDGET_GUESTS, 1, n->t.now_ms))
        return;
    source.waits = waits(n, &g);
    if (source.waits && !has_room(n, p->link, &g))
        return;
    kith_json_put_compact(&raw, e->doc, g.value);
    source.guest = g.id;
    (void)!kith_ingest_put(n, kith_buf_bytes(&raw), source);
    kith_buf_wipe(&raw);
}

enum kith_guest_answer kith_guests_take(struct kith_node *n, const struct kith_pubkey *from, struct kith_bytes raw) {
    struct kith_ingest_source source = {.loose = true, .is_guest = true};
    struct kith_verdict v = {.raw = raw};
    struct kith_buf compact = {0};
    enum kith_guest_answer answer = KITH_GUEST_NEVER;
    struct guest g = {.value = 0};
    uint64_t number;
    if (!kith_json_parse(&n->doc, raw, KITH_MESSAGE_MAX_NODES) && read_post(&n->doc, &g)) {
        kith_message_judge(&v, 1, NULL, &compact);
        g.id = v.message.id;
        answer = v.err || kith_store_find(n->store, &g.id, &number) ? KITH_GUEST_NEVER : may_enter(n, from, &g);
    }
    kith_buf_wipe(&compact);
    if (answer != KITH_GUEST_YES)
        return answer;
    source.waits = waits(n, &g);
    source.guest = g.id;
    if (source.waits && !has_room(n, 0, &g))
        return KITH_GUEST_NEVER;
    (void)!kith_ingest_put(n, raw, source);
    return KITH_GUEST_YES;
}

static void guests_close(struct kith_stream *s) {
    if (s->peer->guests == s)
        s->peer->guests = NULL;
}

static void guests_end(struct kith_stream *s, struct kith_bytes error) {
    if (error.len)
        s->peer->guests_again = 0; /* it is no kith: not to be asked again */
    s->peer->guests_refused = s->peer->guests_refused || error.len;
}

static const struct kith_stream_ops guests_ops = {guests_data, guests_end, NULL, guests_close};

/* ---- asking ---- */

static void put_owner(struct kith_buf *out, const struct kith_pubkey *id) {
    kith_buf_put_str(out, out->p[out->len - 1] == '[' ? "\"" : ",\"");
    kith_feed_id_put(out, id);
    kith_buf_put_u8(out, '"');
}

/* The peer, ourselves, and whom we follow: when they are many, others each time. */
static void ask(struct kith_peer *p) {
    struct kith_node *n = p->node;
    struct kith_pubkey follows[KITH_GUESTS_OWNERS_MAX - 2];
    size_t all = kith_graph_count(n->social, &n->keys.pub, KITH_LIST_FOLLOWS), room = sizeof follows / sizeof follows[0], count;
    struct kith_buf args = {0};
    kith_buf_put_str(&args, "[{\"owners\":[");
    put_owner(&args, &n->keys.pub);
    p->guests_of_peer = kith_replicate_is_wanted(n, &p->id);
    if (p->guests_of_peer)
        put_owner(&args, &p->id);
    count = kith_graph_list(n->social, &n->keys.pub, KITH_LIST_FOLLOWS,
                            all > room ? (size_t)(n->t.now_ms / 1000 % (all - room + 1)) : 0, follows, room);
    for (size_t i = 0; i < count; i++) {
        if (!kith_pubkey_eq(&follows[i], &p->id))
            put_owner(&args, &follows[i]);
    }
    kith_buf_put_str(&args, "]}]");
    p->guests_follows = all;
    p->guests = kith_peer_call(p, KITH_RPC_SOURCE, "kith.guests", kith_buf_bytes(&args), &guests_ops, NULL);
    kith_buf_wipe(&args);
}

void kith_guests_start(struct kith_peer *p) {
    p->guests_again = 3;
    p->guests_at_ms = UINT64_MAX;
    p->asks_guests = true;
    ask(p);
}

void kith_guests_wants(struct kith_node *n) {
    size_t follows = kith_graph_count(n->social, &n->keys.pub, KITH_LIST_FOLLOWS);
    for (struct kith_peer *p = n->peers.first; p; p = p->next) {
        if (p->asks_guests && !p->closing &&
            (p->guests_follows != follows || (!p->guests_of_peer && kith_replicate_is_wanted(n, &p->id))))
            again_soon(p);
    }
}

uint64_t kith_guests_deadline(const struct kith_peer *p) {
    return p->asks_guests && !p->guests_refused ? p->guests_at_ms : UINT64_MAX;
}

void kith_guests_tick(struct kith_peer *p) {
    if (kith_guests_deadline(p) > p->node->t.now_ms)
        return;
    p->guests_at_ms = UINT64_MAX;
    if (p->guests)
        kith_stream_end(p->guests, NULL);
    ask(p);
}
