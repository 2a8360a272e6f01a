/* SPDX-License-Identifier: MIT */
#include "node/newest.h"

#include "node/listing.h"
#include "node/state.h"
#include "social/wall.h"

#define NEWEST_COST 50 /* a hundred posts cost as much as so many other calls */

static void newest_data(struct kith_stream *s, const struct kith_muxrpc_event *e) {
    struct kith_peer *p = s->peer;
    struct kith_node *n = p->node;
    struct kith_pubkey author;
    if (e->encoding != KITH_RPC_JSON ||
        kith_feed_id_parse(kith_json_str(e->doc, kith_json_get(e->doc, 0, "author")), &author))
        return;
    if (kith_budget_spend(&p->budget, KITH_BUDGET_MESSAGES, 1, n->t.now_ms)) {
        kith_peer_drop(p, KITH_ERR_BUDGET, "sends more than the newest");
        return;
    }
    if (kith_replicate_is_wanted(n, &author))
        (void)!kith_ingest_put(n, e->body, (struct kith_ingest_source){.link = p->link, .loose = true});
}

static const struct kith_stream_ops newest_ops = {newest_data, NULL, NULL, NULL};

void kith_newest_start(struct kith_peer *p) {
    if (kith_store_count(p->node->store) < KITH_NEWEST_BELOW)
        (void)kith_peer_call(p, KITH_RPC_SOURCE, "newest", KITH_LIT("[{\"limit\":100}]"), &newest_ops, NULL);
}

/* Posts of those who block the caller are not for them, and a post of our own that a power cut can still
 * take back is for nobody. l->person is the caller. */
static int more_newest(struct kith_node *n, struct kith_listing *l, struct kith_found *out, size_t cap, size_t *count) {
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    size_t found = kith_wall_home(n->social, KITH_HOPS_NONE, &l->page, out, cap);
    *count = 0;
    for (size_t i = 0; i < found; i++) {
        uint32_t feed = kith_store_author(n->store, out[i].rec);
        if (out[i].rec < kith_store_durable(n->store) && feed != KITH_FEED_NONE &&
            !kith_graph_is_blocking(n->social, kith_feeds_id(feeds, feed), &l->person))
            out[(*count)++] = out[i];
    }
    return KITH_OK;
}

int kith_newest_serve(struct kith_call *c) {
    struct kith_listing *l;
    int err;
    int64_t limit = kith_call_int(c, kith_call_option(c, 0, "limit"), KITH_NEWEST_COUNT);
    if (limit < 0 || limit > KITH_NEWEST_COUNT)
        return KITH_ERR_ARG;
    if (c->peer->role != KITH_ROLE_MASTER &&
        kith_budget_spend(&c->peer->budget, KITH_BUDGET_CALLS, NEWEST_COST, c->node->t.now_ms))
        return KITH_ERR_BUDGET;
    l = kith_alloc(sizeof *l);
    l->more = more_newest;
    l->shape = KITH_SHAPE_VALUE;
    l->person = c->peer->id;
    l->page.show |= KITH_SHOW_NO_CIRCLES; /* which ciphertexts are posts is nobody else's to know */
    err = kith_listing_open(c, l, 0);
    if (!err) { /* whatever else a stranger asks for */
        l->reverse = true;
        l->live = false;
        l->left = (uint64_t)limit;
    }
    return err;
}
