/* SPDX-License-Identifier: MIT */
#include "node/listing.h"

#include "node/courier_desk.h"
#include "node/state.h"
#include "social/circle.h"
#include "social/render.h"
#include "social/wall.h"

/* A list without a limit is turned round in memory only up to here; a longer one comes newest first
 * anyway from the views, so nobody has a use for more. */
#define GATHER_MAX (1u << 20)

static bool write_record(struct kith_stream *s, struct kith_listing *l, uint32_t rec) {
    struct kith_node *n = s->peer->node;
    struct kith_buf out = {0};
    struct kith_pubkey author;
    int err;
    switch (l->shape) {
    case KITH_SHAPE_SUMMARY:
        err = kith_render_summary(n->social, rec, &out);
        break;
    case KITH_SHAPE_MESSAGE:
        err = kith_render_message(n->social, rec, &out);
        break;
    case KITH_SHAPE_NOTICE:
        err = kith_render_notice(n->social, rec, &out);
        if (!err && kith_bytes_ends(kith_buf_bytes(&out), "\"why\":\"request\"}") && kith_social_author(n->social, rec, &author))
            kith_desk_render(n, &author, &out);
        break;
    default:
        err = kith_render_original(n->social, rec, &out);
    }
    if (!err && (l->shape == KITH_SHAPE_VALUE || l->shape == KITH_SHAPE_KEY)) {
        struct kith_buf part = {0};
        err = kith_json_parse(&n->doc, kith_buf_bytes(&out), SIZE_MAX);
        if (!err)
            kith_json_put_compact(&part, &n->doc, kith_json_get(&n->doc, 0, l->shape == KITH_SHAPE_KEY ? "key" : "value"));
        kith_buf_wipe(&out);
        out = part;
    }
    if (!err)
        kith_stream_write(s, KITH_RPC_JSON, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return !err; /* what was forgotten is skipped */
}

/* Fills l->found with the next page; false when there is no more. */
static bool gather(struct kith_node *n, struct kith_listing *l) {
    size_t want = l->reverse ? KITH_LISTING_PAGE : GATHER_MAX;
    if (l->gathered && (!l->reverse || !l->page.more))
        return false;
    if (want > l->left && !l->from_start)
        want = (size_t)l->left;
    l->found_count = l->found_at = 0;
    do {
        size_t count = 0;
        size_t room = want - l->found_count > KITH_LISTING_PAGE ? KITH_LISTING_PAGE : want - l->found_count;
        l->found = kith_grow(l->found, &l->found_cap, l->found_count + room, sizeof *l->found);
        if (l->more(n, l, l->found + l->found_count, room, &count))
            l->page.more = false;
        while (l->after_ms && count && l->found[l->found_count + count - 1].time <= l->after_ms) {
            l->page.more = false; /* newest first: nothing behind it is newer */
            count--;
        }
        l->found_count += count;
    } while (l->page.more && l->found_count < want);
    l->gathered = true;
    return l->found_count > 0;
}

static bool give_old(struct kith_stream *s, struct kith_listing *l) {
    struct kith_node *n = s->peer->node;
    while (l->left && (l->found_at < l->found_count || gather(n, l))) {
        size_t at = l->reverse ? l->found_at : l->found_count - 1 - l->found_at;
        l->found_at++;
        if (write_record(s, l, l->found[at].rec)) {
            l->left--;
            return true;
        }
    }
    return false;
}

/* What came alone is in the lists of posts (those with a `has`) and in no feed; its chained twin, when it
 * comes, is no news. */
static bool is_news(struct kith_node *n, const struct kith_listing *l, const struct kith_entry *entry) {
    if (entry->record->kind == KITH_RECORD_LOOSE)
        return l->has != NULL;
    return entry->record->kind == KITH_RECORD_CHAINED && !(l->has && kith_social_came_loose(n->social, entry));
}

/* The record to show for a new one. */
static uint64_t shown(struct kith_node *n, const struct kith_listing *l, uint64_t number) {
    enum kith_wall_state state;
    struct kith_pubkey owner;
    uint32_t post;
    return l->brings && kith_wall_brings(n->social, (uint32_t)number, &post, &state, &owner) ? post : number;
}

static bool belongs(struct kith_node *n, struct kith_listing *l, uint64_t number) {
    struct kith_entry entry;
    struct kith_record record;
    if (kith_store_entry(n->store, number, &entry, &record, &n->doc, &n->plain, &n->scratch) ||
        !is_news(n, l, &entry) || (l->has && (!l->has(n, l, &entry) || !kith_circle_is_said(n->social, (uint32_t)number))) || (l->after_ms && entry.time <= l->after_ms))
        return false;
    return !l->last_ms || (record.received_ms >= l->first_ms && record.received_ms <= l->last_ms);
}

/* Stored records in order; those that a list has. */
static bool give_forward(struct kith_stream *s, struct kith_listing *l, uint64_t until) {
    while (l->left && l->next_rec < until) {
        uint64_t number = shown(s->peer->node, l, l->next_rec++);
        if (belongs(s->peer->node, l, number) && write_record(s, l, (uint32_t)number)) {
            l->left--;
            return true;
        }
    }
    return false;
}

/* The same from the newest on; next_rec stays where what is live begins. */
static bool give_backward(struct kith_stream *s, struct kith_listing *l) {
    while (l->left && l->until_rec) {
        uint64_t number = --l->until_rec;
        if (belongs(s->peer->node, l, number) && write_record(s, l, (uint32_t)number)) {
            l->left--;
            return true;
        }
    }
    return false;
}

static bool fill(struct kith_stream *s) {
    struct kith_listing *l = s->state;
    struct kith_node *n = s->peer->node;
    if (l->old) {
        if (l->more ? give_old(s, l) : l->reverse ? give_backward(s, l) : give_forward(s, l, l->until_rec))
            return true;
        l->old = false;
        if (l->sync && l->live)
            kith_stream_write(s, KITH_RPC_JSON, KITH_LIT("{\"sync\":true}"));
    }
    if (!l->left || !l->live) {
        kith_stream_end(s, NULL);
        return false;
    }
    /* An app is told of our own message only once it is durable, like everybody else. */
    return give_forward(s, l, kith_store_durable(n->store));
}

static void close_list(struct kith_stream *s) {
    struct kith_listing *l = s->state;
    kith_buf_wipe(&l->text);
    kith_free(l->found);
    kith_free(l);
}

static const struct kith_stream_ops list_ops = {NULL, NULL, fill, close_list};

int kith_listing_open(struct kith_call *c, struct kith_listing *l, unsigned options) {
    struct kith_node *n = c->node;
    int64_t limit = kith_call_int(c, kith_call_option(c, options, "limit"), -1);
    int64_t before = kith_call_int(c, kith_call_option(c, options, "before"), 0);
    int64_t after = kith_call_int(c, kith_call_option(c, options, "after"), 0);
    bool keys = kith_call_flag(c, kith_call_option(c, options, "keys"), true);
    bool values = kith_call_flag(c, kith_call_option(c, options, "values"), true);
    l->left = limit < 0 ? UINT64_MAX : (uint64_t)limit;
    l->reverse = kith_call_flag(c, kith_call_option(c, options, "reverse"), l->reverse);
    l->live = (l->has || !l->more) && kith_call_flag(c, kith_call_option(c, options, "live"), false);
    l->old = kith_call_flag(c, kith_call_option(c, options, "old"), true);
    l->sync = kith_call_flag(c, kith_call_option(c, options, "sync"), false);
    if (before > 0)
        l->page.before_time = (uint64_t)before;
    if (after > 0)
        l->after_ms = (uint64_t)after;
    if (!keys && l->shape < KITH_SHAPE_SUMMARY)
        l->shape = KITH_SHAPE_VALUE;
    else if (!values && l->shape < KITH_SHAPE_SUMMARY)
        l->shape = KITH_SHAPE_KEY;
    l->until_rec = kith_store_durable(n->store);
    if (l->more || l->reverse || !l->old)
        l->next_rec = l->until_rec;
    kith_peer_stream(c->peer, c->req, c->type, &list_ops, l);
    return KITH_OK;
}
