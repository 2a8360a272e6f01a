/* SPDX-License-Identifier: MIT */
#include "node/courier.h"

#include <stdlib.h>

#include "node/courier_desk.h"
#include "node/courier_state.h"

#define SAVE_FIRST_MS 1000
#define SAVE_A_FEED_MS 50
#define SAVE_EVERY_MS 30000

/* ---- who ---- */

struct kith_recipient *courier_find(struct kith_node *n, const struct kith_pubkey *id) {
    for (size_t i = 0; i < n->courier.count; i++) {
        if (kith_pubkey_eq(&n->courier.all[i]->id, id))
            return n->courier.all[i];
    }
    return NULL;
}

struct kith_recipient *courier_put(struct kith_node *n, const struct kith_pubkey *id) {
    struct kith_courier *c = &n->courier;
    struct kith_recipient *r = courier_find(n, id);
    struct courier_feed *own;
    if (r || c->count == KITH_COURIER_RECIPIENTS)
        return r;
    r = kith_alloc(sizeof *r);
    r->id = *id;
    r->answer_ms = r->since_ms = r->retry_ms = UINT64_MAX;
    own = courier_feed_put(r, &n->keys.pub); /* who has a road is told of us, whatever they said */
    if (own)
        own->wants = true;
    c->all = kith_grow(c->all, &c->cap, c->count + 1, sizeof(struct kith_recipient *));
    c->all[c->count++] = r;
    return r;
}

void courier_start_again(struct kith_node *n, struct kith_recipient *r) {
    for (size_t i = 0; i < r->flight_count; i++)
        courier_drop(n, r, &r->flights[i]);
    courier_resend(r);
    r->tries = r->futile = 0;
    r->oldest_ms = 0;
    r->refused = false;
    r->changed = true;
    r->since_ms = n->t.now_ms;
    courier_due(n, n->t.now_ms);
}

void courier_give_up(struct kith_node *n, struct kith_recipient *r) {
    for (size_t i = 0; i < r->flight_count; i++)
        courier_drop(n, r, &r->flights[i]);
    courier_resend(r);
    r->want_count = 0;
    kith_buf_clear(&r->others);
    kith_buf_clear(&r->asks);
    r->tries = r->futile = 0;
    r->oldest_ms = 0;
    r->since_ms = r->answer_ms = UINT64_MAX;
    r->given_up_ms = n->t.wall_ms;
    courier_save(n, r);
}

/* ---- their feeds ---- */

static int by_id(const void *a, const void *b) {
    return memcmp(a, b, sizeof(struct kith_pubkey));
}

struct courier_feed *courier_feed_find(struct kith_recipient *r, const struct kith_pubkey *id) {
    return r->feed_count ? bsearch(id, r->feeds, r->feed_count, sizeof *r->feeds, by_id) : NULL;
}

struct courier_feed *courier_feed_put(struct kith_recipient *r, const struct kith_pubkey *id) {
    struct courier_feed *f = courier_feed_find(r, id);
    size_t low = 0, high = r->feed_count;
    if (f || r->feed_count == KITH_COURIER_FEEDS)
        return f;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (by_id(&r->feeds[middle], id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    r->feeds = kith_grow(r->feeds, &r->feed_cap, r->feed_count + 1, sizeof *r->feeds);
    memmove(&r->feeds[low + 1], &r->feeds[low], (r->feed_count - low) * sizeof *r->feeds);
    r->feed_count++;
    r->feeds[low] = (struct courier_feed){.id = *id};
    return &r->feeds[low];
}

/* Of our own feed only what no power cut can take back. */
uint64_t courier_head(struct kith_node *n, const struct kith_pubkey *feed) {
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t number = kith_feeds_find(feeds, feed);
    uint64_t head = number == KITH_FEED_NONE ? 0 : kith_feeds_head(feeds, number).sequence, record;
    while (head && kith_feeds_record(feeds, number, head, &record) && record >= kith_store_durable(n->store))
        head--;
    return head;
}

bool courier_may_have(struct kith_node *n, const struct kith_recipient *r, const struct kith_pubkey *feed) {
    return !kith_graph_is_blocking(n->social, feed, &r->id);
}

bool courier_is_behind(struct kith_node *n, struct kith_recipient *r) {
    for (size_t i = 0; i < r->feed_count; i++) {
        const struct courier_feed *f = &r->feeds[i];
        if (f->wants && courier_head(n, &f->id) > f->sent && courier_may_have(n, r, &f->id))
            return true;
    }
    return false;
}

/* ---- time ---- */

void courier_due(struct kith_node *n, uint64_t at_ms) {
    if (at_ms < n->courier.due_ms)
        n->courier.due_ms = at_ms;
}

uint64_t courier_timeout(const struct kith_recipient *r) {
    uint64_t ms = r->usual_ms ? 3 * r->usual_ms : KITH_COURIER_FIRST_MS;
    if (ms < KITH_COURIER_SHORTEST_MS)
        ms = KITH_COURIER_SHORTEST_MS;
    ms = r->tries + r->futile < 20 ? ms << (r->tries + r->futile) : KITH_COURIER_LONGEST_MS;
    return ms < KITH_COURIER_LONGEST_MS ? ms : KITH_COURIER_LONGEST_MS;
}

void courier_flight_is(struct courier_flight *f, enum courier_step step, const char *by) {
    f->step = step;
    memset(f->by, 0, sizeof f->by);
    strncpy(f->by, by, sizeof f->by - 1);
}

void courier_flight_end(struct kith_recipient *r, size_t i) {
    memmove(&r->flights[i], &r->flights[i + 1], (--r->flight_count - i) * sizeof *r->flights);
    if (!r->flight_count)
        r->retry_ms = UINT64_MAX;
}

void courier_resend(struct kith_recipient *r) {
    for (size_t i = 0; i < r->feed_count; i++)
        r->feeds[i].sent = r->feeds[i].has;
    r->notes_told = r->profile_told = 0;
    r->asked = false;
    courier_guests_settle(r, false);
    r->flight_count = 0;
    r->retry_ms = UINT64_MAX;
}

void courier_drop(struct kith_node *n, const struct kith_recipient *r, const struct courier_flight *f) {
    struct kith_effect e = {.kind = KITH_EFFECT_PACKET_DROP, .ticket = kith_get_u64le(f->id.b)};
    if (!courier_together_out(n, r, &f->id))
        kith_effects_put(&n->effects, &e);
}

/* ---- a link is better ---- */

/* What the peer said on the link that has ended counts as its notes; what is wrong in it the next notes put right. */
static void learn_from_link(struct kith_node *n, struct kith_recipient *r) {
    struct kith_buf id = {0};
    uint32_t clock;
    kith_feed_id_put(&id, &r->id);
    if (kith_local_get(n, "clock", kith_buf_bytes(&id), &n->doc, &n->scratch)) {
        clock = kith_json_get(&n->doc, 0, "clock");
        for (uint32_t i = kith_json_first(&n->doc, clock); i != KITH_JSON_NONE; i = n->doc.nodes[i].next) {
            struct kith_pubkey feed;
            struct courier_feed *f;
            bool replicate, receive;
            double value;
            int32_t sequence;
            if (kith_feed_id_parse(n->doc.nodes[i].key, &feed) || kith_json_double(&n->doc, i, &value))
                continue;
            sequence = kith_ebt_note_read(value, &replicate, &receive);
            f = replicate && sequence >= 0 ? courier_feed_put(r, &feed) : NULL;
            if (!f)
                continue;
            f->wants = f->noted = true;
            f->has = (uint64_t)sequence > f->has ? (uint64_t)sequence : f->has;
            f->sent = f->has > f->sent ? f->has : f->sent;
        }
    }
    kith_buf_wipe(&id);
    r->changed = true;
}

static void follow_link(struct kith_node *n, struct kith_recipient *r) {
    bool live = kith_peers_person(n, &r->id) != NULL;
    if (live && !r->live) { /* it gets all by the link: what still lies in our outbox would come twice */
        for (size_t i = 0; i < r->flight_count; i++) {
            if (r->flights[i].step != COURIER_STORED)
                courier_drop(n, r, &r->flights[i]);
        }
        courier_resend(r);
        r->tries = 0;
        r->since_ms = UINT64_MAX;
    } else if (!live && r->live) {
        learn_from_link(n, r);
    }
    r->live = live;
}

/* ---- what is due ---- */

static void expire(struct kith_node *n, struct kith_recipient *r) {
    bool waits = r->flight_count || r->since_ms != UINT64_MAX;
    if (!waits)
        r->oldest_ms = 0;
    else if (!r->oldest_ms)
        r->oldest_ms = n->t.wall_ms;
}

/* Whom we neither follow nor gave a road hears our answer and nothing else; whom we ask, the question. */
enum courier_terms courier_terms(struct kith_node *n, const struct kith_recipient *r) {
    if (!r->roads.len && !kith_graph_is_following(n->social, &n->keys.pub, &r->id))
        return COURIER_ANSWERS;
    return r->strict && kith_desk_is_stranger(n, r) ? COURIER_QUESTION : COURIER_ALL;
}

static bool has_more(struct kith_node *n, struct kith_recipient *r) {
    enum courier_terms terms = courier_terms(n, r);
    if (r->others.len || (terms != COURIER_ANSWERS && kith_desk_asks(n, r) && (!r->asked || r->profile_told != n->courier.profile_is)))
        return true;
    return terms == COURIER_ALL && (r->asks.len || r->notes_told != courier_notes(n) || r->profile_told != n->courier.profile_is ||
                                    courier_is_behind(n, r) || courier_guests_wait(n, r) || courier_seen_waits(r));
}

static void look_at(struct kith_node *n, struct kith_recipient *r) {
    struct kith_bytes road;
    follow_link(n, r);
    courier_seen_tell(n, r);
    if (r->live || !courier_road(r, &road) || r->refused || r->given_up_ms || kith_graph_is_blocking(n->social, &n->keys.pub, &r->id))
        return;
    if (r->retry_ms <= n->t.now_ms) {
        for (size_t i = 0; i < r->flight_count; i++)
            courier_drop(n, r, &r->flights[i]);
        courier_resend(r);
        r->tries++;
        r->changed = true;
        courier_write(n, r);
    } else if (r->answer_ms <= n->t.now_ms || r->since_ms <= n->t.now_ms) {
        courier_write(n, r);
    } else if (r->since_ms == UINT64_MAX && has_more(n, r)) {
        r->since_ms = n->t.now_ms + KITH_COURIER_GRACE_MS;
    }
    if (courier_terms(n, r) == COURIER_ALL)
        courier_wants_serve(n, r);
    expire(n, r);
    courier_due(n, r->since_ms);
    courier_due(n, r->answer_ms);
    courier_due(n, r->retry_ms);
}

uint64_t kith_courier_deadline(const struct kith_node *n) {
    return n->offline || n->stopping ? UINT64_MAX : n->courier.due_ms;
}

void kith_courier_changed(struct kith_node *n) {
    courier_due(n, n->t.now_ms + KITH_COURIER_ANSWER_MS / 2);
}

void kith_courier_stored(struct kith_node *n) {
    if (!n->courier.count || n->offline)
        return;
    courier_early_release(n);
    courier_guests_again(n);
    if (kith_store_durable(n->store) == n->courier.looked)
        return;
    n->courier.looked = kith_store_durable(n->store);
    courier_due(n, n->t.now_ms + KITH_COURIER_ANSWER_MS / 2); /* a burst of messages is looked at once */
}

/* A tab may be closed at any moment, so what is small is written down at once: but not while an answer waits for all that is
 * stored to be on the disk, or it might wait for ever. */
static uint64_t save_every(const struct kith_recipient *r, bool answers) {
    uint64_t ms = SAVE_FIRST_MS + SAVE_A_FEED_MS * (uint64_t)r->feed_count;
    return !answers && ms < SAVE_EVERY_MS ? ms : SAVE_EVERY_MS;
}

static bool has_answers(const struct kith_courier *c) {
    size_t i = 0;
    while (i < c->count && c->all[i]->answer_ms == UINT64_MAX)
        i++;
    return i < c->count;
}

void kith_courier_tick(struct kith_node *n) {
    struct kith_courier *c = &n->courier;
    uint64_t save = UINT64_MAX;
    bool answers;
    if (kith_courier_deadline(n) > n->t.now_ms)
        return;
    c->due_ms = UINT64_MAX;
    courier_early_release(n);
    c->profile_is = courier_profile_is(n);
    courier_profile_tell(n);
    kith_desk_look(n);
    courier_pieces_tick(n);
    courier_ask(n);
    for (size_t i = 0; i < c->count; i++)
        look_at(n, c->all[i]);
    answers = has_answers(c);
    for (size_t i = 0; i < c->count; i++) {
        struct kith_recipient *r = c->all[i];
        if (r->changed && n->t.now_ms - r->saved_ms >= save_every(r, answers))
            courier_save(n, r);
        if (r->changed && r->saved_ms + save_every(r, answers) < save)
            save = r->saved_ms + save_every(r, answers);
        if (r->live)
            courier_due(n, n->t.now_ms + 5000); /* whether the link is still there */
    }
    courier_due(n, save);
    courier_due(n, courier_ask_at(n));
}

/* ---- life ---- */

void kith_courier_init(struct kith_node *n) {
    n->courier.due_ms = UINT64_MAX;
    courier_load(n);
    courier_pieces_load(n);
    courier_watch(n, kith_buf_bytes(&n->courier.own_roads), true, true);
    for (size_t i = 0; i < n->courier.count; i++)
        courier_watch(n, kith_buf_bytes(&n->courier.all[i]->roads), false, true);
    n->courier.desk_generation = UINT64_MAX;
    courier_due(n, n->t.now_ms + KITH_COURIER_GRACE_MS);
}

void kith_courier_stop(struct kith_node *n) {
    (void)courier_pieces_saved(n);
    for (size_t i = 0; i < n->courier.count; i++) {
        if (n->courier.all[i]->changed)
            courier_save(n, n->courier.all[i]);
    }
}

void kith_courier_wipe(struct kith_node *n) {
    struct kith_courier *c = &n->courier;
    for (size_t i = 0; i < c->count; i++) {
        struct kith_recipient *r = c->all[i];
        kith_buf_wipe(&r->roads);
        kith_buf_wipe(&r->theirs);
        kith_buf_wipe(&r->profile);
        kith_buf_wipe(&r->ask_text);
        kith_buf_wipe(&r->seen_said);
        kith_buf_wipe(&r->receipts);
        kith_buf_wipe(&r->others);
        kith_buf_wipe(&r->asks);
        kith_free(r->feeds);
        kith_free(r);
    }
    kith_free(c->all);
    kith_buf_wipe(&c->own_roads);
    courier_blobs_wipe(n);
    courier_pieces_wipe(n);
    courier_early_wipe(n);
    courier_guests_wipe(n);
    courier_together_wipe(n);
    *c = (struct kith_courier){0};
}
