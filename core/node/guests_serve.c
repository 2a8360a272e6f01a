/* SPDX-License-Identifier: MIT */
/* guests_serve.c: telling peers of guests' posts: what is old, then what comes. */
#include "node/guests.h"

#include "node/state.h"

#define GUESTS_COST 20 /* one question costs as much as so many other calls */

struct serving {
    struct kith_pubkey owners[KITH_GUESTS_OWNERS_MAX];
    size_t owner_count;
    uint32_t old[KITH_GUESTS_OLD_MAX];
    size_t old_count, old_at;
    uint64_t next_rec;
};

static bool is_asked(const struct serving *v, const struct kith_pubkey *owner) {
    for (size_t i = 0; i < v->owner_count; i++) {
        if (kith_pubkey_eq(&v->owners[i], owner))
            return true;
    }
    return false;
}

/* What stands on a wall is for those who ask; what we wrote on the wall of who asks, even if it waits there.
 * Not for whom its author or the owner blocks, and not before no power cut can take it back. */
bool kith_guests_is_for(struct kith_node *n, const struct kith_pubkey *caller, uint32_t rec, enum kith_wall_state state,
                        const struct kith_pubkey *owner) {
    struct kith_pubkey author;
    bool stands = state == KITH_WALL_FRIEND || state == KITH_WALL_ACCEPTED;
    if (rec >= kith_store_durable(n->store) || !kith_social_author(n->social, rec, &author) ||
        kith_social_is_hidden(n->social, &author) || kith_graph_is_blocking(n->social, &author, caller) ||
        kith_graph_is_blocking(n->social, owner, caller))
        return false;
    if (kith_circle_of(n->social, rec) != KITH_CIRCLE_NONE)
        return false; /* on which wall a ciphertext stands is for those who can read it */
    return stands || (state == KITH_WALL_WAITING && kith_pubkey_eq(owner, caller) && kith_pubkey_eq(&author, &n->keys.pub));
}

static bool write_post(struct kith_stream *s, uint32_t rec) {
    struct kith_node *n = s->peer->node;
    struct kith_record record;
    struct kith_buf out = {0};
    if (kith_store_get(n->store, rec, &record, &n->scratch) ||
        (record.kind != KITH_RECORD_CHAINED && record.kind != KITH_RECORD_LOOSE))
        return false;
    kith_buf_put_str(&out, "{\"key\":\"");
    kith_msgid_put(&out, &record.id);
    kith_buf_put_str(&out, "\",\"value\":");
    kith_buf_put_bytes(&out, record.value);
    kith_buf_put_u8(&out, '}');
    kith_stream_write(s, KITH_RPC_JSON, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return true;
}

static bool fill(struct kith_stream *s) {
    struct serving *v = s->state;
    struct kith_node *n = s->peer->node;
    uint64_t until = kith_store_durable(n->store);
    enum kith_wall_state state;
    struct kith_pubkey owner;
    uint32_t post;
    while (v->old_at < v->old_count) {
        if (write_post(s, v->old[v->old_at++]))
            return true;
    }
    if (v->next_rec > until)
        v->next_rec = until;
    while (v->next_rec < until) {
        if (kith_wall_brings(n->social, (uint32_t)v->next_rec++, &post, &state, &owner) && is_asked(v, &owner) &&
            kith_guests_is_for(n, &s->peer->id, post, state, &owner) && write_post(s, post))
            return true;
    }
    return false;
}

static void close_serving(struct kith_stream *s) {
    s->peer->serves_guests = false;
    kith_free(s->state);
}

static const struct kith_stream_ops serving_ops = {NULL, NULL, fill, close_serving};

static void gather(struct kith_node *n, struct serving *v, const struct kith_pubkey *caller, const struct kith_pubkey *wall) {
    struct kith_page page = {.show = KITH_SHOW_WAITING | KITH_SHOW_NO_CIRCLES, .more = true};
    struct kith_found found[64];
    enum kith_wall_state state;
    struct kith_pubkey owner;
    size_t given = 0;
    for (unsigned pages = 0; page.more && pages < 4; pages++) {
        size_t count = kith_wall_list(n->social, wall, &page, found, 64);
        for (size_t i = 0; i < count && given < KITH_GUESTS_OF_WALL && v->old_count < KITH_GUESTS_OLD_MAX; i++) {
            if (!kith_wall_state(n->social, found[i].rec, &state, &owner) || !kith_guests_is_for(n, caller, found[i].rec, state, &owner))
                continue;
            v->old[v->old_count++] = found[i].rec;
            given++;
        }
    }
}

int kith_guests_serve(struct kith_call *c) {
    struct kith_node *n = c->node;
    uint32_t list = kith_call_option(c, 0, "owners");
    struct serving *v;
    if (!kith_json_is(c->doc, list, KITH_JSON_ARRAY) || c->doc->nodes[list].count > KITH_GUESTS_OWNERS_MAX)
        return KITH_ERR_ARG;
    if (c->peer->serves_guests)
        return KITH_ERR_BUSY;
    if (kith_budget_spend(&c->peer->budget, KITH_BUDGET_CALLS, GUESTS_COST, n->t.now_ms))
        return KITH_ERR_BUDGET;
    v = kith_alloc(sizeof *v);
    for (uint32_t i = kith_json_first(c->doc, list); i != KITH_JSON_NONE; i = c->doc->nodes[i].next) {
        if (kith_feed_id_parse(kith_json_str(c->doc, i), &v->owners[v->owner_count++])) {
            kith_free(v);
            return KITH_ERR_ARG;
        }
    }
    for (size_t i = 0; i < v->owner_count; i++)
        gather(n, v, &c->peer->id, &v->owners[i]);
    v->next_rec = kith_store_durable(n->store);
    c->peer->serves_guests = true;
    kith_peer_stream(c->peer, c->req, c->type, &serving_ops, v);
    return KITH_OK;
}
