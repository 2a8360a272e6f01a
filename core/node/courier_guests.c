/* SPDX-License-Identifier: MIT */
/* courier_guests.c: posts on walls by people whose feeds the reader does not keep, one by one in packets (part 3), as
 * node/guests.h does on a link: the same posts go, and the same are taken. */
#include "node/courier_state.h"
#include "node/guests.h"
#include "social/wall.h"

/* ---- for others ---- */

/* On a wall that they keep, by somebody whom they do not. */
static bool is_for(struct kith_node *n, struct kith_recipient *r, uint32_t rec, enum kith_wall_state state, const struct kith_pubkey *owner) {
    struct kith_pubkey author;
    const struct courier_feed *wall = courier_feed_find(r, owner), *writer;
    if (!wall || !wall->noted || !wall->wants || !kith_guests_is_for(n, &r->id, rec, state, owner) ||
        !kith_social_author(n->social, rec, &author))
        return false;
    writer = courier_feed_find(r, &author);
    return !writer || !writer->noted || !writer->wants;
}

static bool put_post(struct kith_node *n, uint32_t rec, struct kith_buf *out) {
    struct kith_record record;
    if (kith_store_get(n->store, rec, &record, &n->scratch) ||
        (record.kind != KITH_RECORD_CHAINED && record.kind != KITH_RECORD_LOOSE))
        return false;
    kith_parts_put(out, KITH_PART_LOOSE, record.value);
    return true;
}

/* The newest of a wall that they have just said they keep. */
static void put_wall(struct kith_node *n, struct kith_recipient *r, const struct kith_pubkey *wall, struct kith_buf *out) {
    struct kith_page page = {.show = KITH_SHOW_WAITING | KITH_SHOW_NO_CIRCLES, .more = true};
    struct kith_found found[64];
    enum kith_wall_state state;
    struct kith_pubkey owner;
    size_t given = 0;
    for (unsigned pages = 0; page.more && pages < 4; pages++) {
        size_t count = kith_wall_list(n->social, wall, &page, found, 64);
        for (size_t i = 0; i < count && given < KITH_GUESTS_OF_WALL; i++) {
            if (kith_wall_state(n->social, found[i].rec, &state, &owner) && is_for(n, r, found[i].rec, state, &owner))
                given += put_post(n, found[i].rec, out);
        }
    }
}

static bool is_out(const struct kith_recipient *r) {
    for (size_t i = 0; i < r->flight_count; i++) {
        if (r->flights[i].guests_to)
            return true;
    }
    return false;
}

/* The record from guests_at on that brings a post for them, and that post; false: none does, up to now. */
static bool next_post(struct kith_node *n, struct kith_recipient *r, uint32_t *post) {
    uint64_t until = kith_store_durable(n->store);
    enum kith_wall_state state;
    struct kith_pubkey owner;
    if (!r->guests_at || r->guests_at > until)
        r->guests_at = until; /* what is older goes wall by wall */
    while (r->guests_at < until) {
        if (kith_wall_brings(n->social, (uint32_t)r->guests_at, post, &state, &owner) && is_for(n, r, *post, state, &owner))
            return true;
        r->guests_at++;
    }
    return false;
}

static struct courier_feed *next_wall(struct kith_recipient *r) {
    for (size_t i = 0; i < r->feed_count; i++) {
        if (r->feeds[i].noted && r->feeds[i].wants && r->feeds[i].wall == COURIER_WALL_NEW)
            return &r->feeds[i];
    }
    return NULL;
}

/* One packet with such posts at a time: what it held is known to have come when its receipt has. */
bool courier_guests_wait(struct kith_node *n, struct kith_recipient *r) {
    uint32_t post;
    if (!r->told || is_out(r))
        return false;
    r->guests_acked = r->guests_at;
    return next_wall(r) || next_post(n, r, &post);
}

uint64_t courier_guests_put(struct kith_node *n, struct kith_recipient *r, struct kith_buf *out) {
    size_t before = out->len;
    struct courier_feed *wall;
    uint32_t post;
    if (!courier_guests_wait(n, r))
        return 0;
    while (out->len < KITH_COURIER_CONTENT && (wall = next_wall(r))) {
        put_wall(n, r, &wall->id, out);
        wall->wall = COURIER_WALL_OUT;
    }
    while (out->len < KITH_COURIER_CONTENT && next_post(n, r, &post)) {
        (void)put_post(n, post, out);
        r->guests_at++;
    }
    if (out->len == before) { /* walls without guests: nothing to wait for */
        courier_guests_settle(r, true);
        return 0;
    }
    return r->guests_at ? r->guests_at : 1;
}

void courier_guests_settle(struct kith_recipient *r, bool came) {
    for (size_t i = 0; i < r->feed_count; i++) {
        if (r->feeds[i].wall == COURIER_WALL_OUT)
            r->feeds[i].wall = came ? COURIER_WALL_DONE : COURIER_WALL_NEW;
    }
    if (came)
        r->guests_acked = r->guests_at;
    else
        r->guests_at = r->guests_acked;
}

/* ---- for us ---- */

#define LATER_MAX 64 /* posts whose wall's owner has not said yet that they may stand there */

struct kith_courier_guest {
    struct kith_pubkey from;
    struct kith_buf raw;
};

static void later_drop(struct kith_node *n, size_t i) {
    struct kith_courier *c = &n->courier;
    kith_buf_wipe(&c->guests[i].raw);
    memmove(&c->guests[i], &c->guests[i + 1], (--c->guest_count - i) * sizeof *c->guests);
}

/* As many at once as a link may hand over, and one every ten seconds. */
static bool may_bring(struct kith_node *n, struct kith_recipient *r) {
    uint64_t more = (n->t.now_ms - r->guests_filled_ms) / 10000;
    if (more > KITH_GUESTS_OLD_MAX - r->guests_tokens || !r->guests_filled_ms)
        more = KITH_GUESTS_OLD_MAX - r->guests_tokens;
    if (more)
        r->guests_filled_ms = n->t.now_ms;
    r->guests_tokens += (unsigned)more;
    if (!r->guests_tokens)
        return false;
    r->guests_tokens--;
    return true;
}

void courier_guest_taken(struct kith_node *n, struct kith_recipient *r, struct kith_bytes raw) {
    struct kith_courier *c = &n->courier;
    if (!may_bring(n, r) || kith_guests_take(n, &r->id, raw) != KITH_GUEST_NOT_YET)
        return;
    if (!c->guests)
        c->guests = kith_alloc(LATER_MAX * sizeof *c->guests);
    if (c->guest_count == LATER_MAX)
        later_drop(n, 0);
    c->guests[c->guest_count] = (struct kith_courier_guest){.from = r->id};
    kith_buf_put_bytes(&c->guests[c->guest_count++].raw, raw);
}

/* Something was stored: it may be the owner's word. */
void courier_guests_again(struct kith_node *n) {
    for (size_t i = n->courier.guest_count; i-- > 0;) {
        struct kith_courier_guest *g = &n->courier.guests[i];
        if (kith_guests_take(n, &g->from, kith_buf_bytes(&g->raw)) != KITH_GUEST_NOT_YET)
            later_drop(n, i);
    }
}

void courier_guests_wipe(struct kith_node *n) {
    while (n->courier.guest_count)
        later_drop(n, n->courier.guest_count - 1);
    kith_free(n->courier.guests);
}
