/* SPDX-License-Identifier: MIT */
#include "node/changes.h"

#include "node/state.h"
#include "social/affects.h"

struct watch {
    uint64_t next_rec, next_ms, generation;
    struct kith_msgid messages[KITH_CHANGES_MAX];
    struct kith_pubkey people[KITH_CHANGES_MAX];
    size_t message_count, people_count;
    uint64_t posts, inbox, notices, circles;
    bool ready, all;
};

static void add_message(struct watch *w, const struct kith_msgid *id) {
    for (size_t i = 0; i < w->message_count; i++) {
        if (kith_msgid_eq(&w->messages[i], id))
            return;
    }
    if (w->message_count + w->people_count == KITH_CHANGES_MAX)
        w->all = true;
    else
        w->messages[w->message_count++] = *id;
}

static void add_person(struct watch *w, const struct kith_pubkey *id) {
    for (size_t i = 0; i < w->people_count; i++) {
        if (kith_pubkey_eq(&w->people[i], id))
            return;
    }
    if (w->message_count + w->people_count == KITH_CHANGES_MAX)
        w->all = true;
    else
        w->people[w->people_count++] = *id;
}

static void look_at(struct kith_node *n, struct watch *w, uint64_t number) {
    struct kith_affected a;
    struct kith_entry entry;
    struct kith_record record;
    if (kith_store_entry(n->store, number, &entry, &record, &n->doc, &n->plain, &n->scratch))
        return;
    kith_affects(n->social, &entry, &a);
    for (size_t i = 0; i < a.message_count; i++)
        add_message(w, &a.messages[i]);
    for (size_t i = 0; i < a.people_count; i++)
        add_person(w, &a.people[i]);
    w->posts += a.is_post;
    w->inbox += a.is_private;
    w->notices += a.is_notice;
    w->circles += a.is_circle;
}

/* Reads what is new. Once all has to be said, nothing else needs to be. */
static void gather(struct kith_node *n, struct watch *w) {
    uint64_t until = kith_store_durable(n->store);
    if (w->generation != n->changes.generation || until < w->next_rec || until - w->next_rec > KITH_CHANGES_BACKLOG)
        w->all = true;
    w->generation = n->changes.generation;
    while (!w->all && w->next_rec < until)
        look_at(n, w, w->next_rec++);
    w->next_rec = until;
}

static bool is_empty(const struct watch *w) {
    return !w->all && !w->message_count && !w->people_count && !w->posts && !w->inbox && !w->notices && !w->circles;
}

static void put_number(struct kith_buf *out, const char *name, uint64_t value) {
    kith_buf_put_str(out, name);
    kith_buf_put_dec(out, value);
}

static void write_item(struct kith_stream *s, struct watch *w) {
    struct kith_buf out = {0};
    if (w->all) {
        kith_buf_put_str(&out, "{\"all\":true}");
    } else {
        kith_buf_put_str(&out, "{\"messages\":[");
        for (size_t i = 0; i < w->message_count; i++) {
            kith_buf_put_str(&out, i ? ",\"" : "\"");
            kith_msgid_put(&out, &w->messages[i]);
            kith_buf_put_u8(&out, '"');
        }
        kith_buf_put_str(&out, "],\"people\":[");
        for (size_t i = 0; i < w->people_count; i++) {
            kith_buf_put_str(&out, i ? ",\"" : "\"");
            kith_feed_id_put(&out, &w->people[i]);
            kith_buf_put_u8(&out, '"');
        }
        put_number(&out, "],\"posts\":", w->posts);
        put_number(&out, ",\"inbox\":", w->inbox);
        put_number(&out, ",\"notices\":", w->notices);
        if (w->circles)
            put_number(&out, ",\"circles\":", w->circles);
        kith_buf_put_u8(&out, '}');
    }
    kith_stream_write(s, KITH_RPC_JSON, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    w->message_count = w->people_count = 0;
    w->posts = w->inbox = w->notices = w->circles = 0;
    w->all = false;
}

static bool fill(struct kith_stream *s) {
    struct watch *w = s->state;
    struct kith_node *n = s->peer->node;
    if (!w->ready) {
        w->ready = true;
        kith_stream_write(s, KITH_RPC_JSON, KITH_LIT("{\"ready\":true}"));
        return true;
    }
    gather(n, w);
    if (is_empty(w))
        return false;
    if (n->t.now_ms < w->next_ms) {
        if (w->next_ms < n->changes.due_ms)
            n->changes.due_ms = w->next_ms;
        return false;
    }
    w->next_ms = n->t.now_ms + KITH_CHANGES_EVERY_MS;
    write_item(s, w);
    return true;
}

static void close_watch(struct kith_stream *s) {
    kith_free(s->state);
}

static const struct kith_stream_ops watch_ops = {NULL, NULL, fill, close_watch};

int kith_changes_serve(struct kith_call *c) {
    struct watch *w = kith_alloc(sizeof *w);
    w->next_rec = kith_store_durable(c->node->store);
    w->generation = c->node->changes.generation;
    kith_peer_stream(c->peer, c->req, c->type, &watch_ops, w);
    return KITH_OK;
}

void kith_changes_all(struct kith_node *n) {
    n->changes.generation++;
    kith_peers_wake_all(n);
}

uint64_t kith_changes_deadline(const struct kith_node *n) {
    return n->changes.due_ms;
}

void kith_changes_tick(struct kith_node *n) {
    if (n->changes.due_ms > n->t.now_ms)
        return;
    n->changes.due_ms = UINT64_MAX;
    kith_peers_wake_all(n);
}
