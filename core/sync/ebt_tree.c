/* SPDX-License-Identifier: MIT */
/* ebt_tree.c: for each feed one peer is asked to send it, the others only say what they have. That is
 * the tree of Plumtree (Leitao, Pereira, Rodrigues 2007) and the `rx` bit of the reference. */
#include "sync/ebt_state.h"

void ebt_queue_note(struct ebt_peer *p, uint32_t f, bool force) {
    struct ebt_rep *r = &p->reps[f];
    if (force)
        r->flags |= EBT_FORCE;
    if (r->flags & EBT_IN_NOTES)
        return;
    r->flags |= EBT_IN_NOTES;
    kith_ring_put(&p->notes, f);
}

void ebt_queue_message(struct ebt_peer *p, uint32_t f) {
    struct ebt_rep *r = &p->reps[f];
    if (r->flags & EBT_IN_MSGS)
        return;
    r->flags |= EBT_IN_MSGS;
    kith_ring_put(&p->msgs, f);
}

void ebt_wait(struct kith_ebt *e, uint32_t f) {
    if (e->feeds[f].waiting)
        return;
    e->feeds[f].waiting = true;
    e->feeds[f].waited_ms = e->now_ms;
    if (!e->waiting.count)
        e->ticked_ms = e->now_ms;
    kith_ring_put(&e->waiting, f);
}

static bool has_more(const struct kith_ebt *e, const struct ebt_peer *p, uint32_t f) {
    return p->ready && p->reps[f].claim > (int32_t)e->feeds[f].have && ebt_shared(e, p, f);
}

/* The next peer in turn after the one asked now that claims more than we have. Those that have failed
 * get another chance only when there is nobody else. */
struct ebt_peer *ebt_next_source(struct kith_ebt *e, uint32_t f) {
    uint32_t from = e->feeds[f].rx;
    struct ebt_peer *failed = NULL;
    size_t n = e->peer_count;
    for (size_t i = 0; i < n; i++) {
        struct ebt_peer *p = e->peers[((from == EBT_NONE ? 0 : from + 1) + i) % n];
        if (!p || p->slot == from || !has_more(e, p, f))
            continue;
        if (!(p->reps[f].flags & EBT_FAILED))
            return p;
        if (!failed)
            failed = p;
    }
    return failed;
}

void ebt_ask(struct kith_ebt *e, struct ebt_peer *p, uint32_t f) {
    struct ebt_feed *feed = &e->feeds[f];
    if (feed->rx != EBT_NONE && feed->rx != p->slot)
        ebt_queue_note(e->peers[feed->rx], f, false);
    feed->rx = p->slot;
    ebt_queue_note(p, f, false);
    ebt_wait(e, f);
    feed->waited_ms = e->now_ms;
}

void ebt_pass_on(struct kith_ebt *e, uint32_t f) {
    struct ebt_peer *p = ebt_next_source(e, f);
    if (e->feeds[f].rx != EBT_NONE)
        ebt_queue_note(e->peers[e->feeds[f].rx], f, false);
    e->feeds[f].rx = EBT_NONE;
    if (p)
        ebt_ask(e, p, f);
}

/* A peer that has less than we, and has never delivered, gives way at once. One that has delivered is
 * most likely about to deliver this too: an announcement is often faster than a message, and changing
 * over each time would bring the same message twice. The clock decides then (kith_ebt_tick). */
void ebt_offer(struct kith_ebt *e, struct ebt_peer *p, uint32_t f) {
    struct ebt_feed *feed = &e->feeds[f];
    struct ebt_rep *asked = feed->rx == EBT_NONE ? NULL : &e->peers[feed->rx]->reps[f];
    bool gives_way = asked && asked->claim != EBT_CLAIM_UNKNOWN && asked->claim <= (int32_t)feed->have &&
                     !(asked->flags & EBT_DELIVERED);
    if (p->reps[f].flags & EBT_FAILED)
        ebt_wait(e, f);
    else if (!asked || (gives_way && feed->rx != p->slot))
        ebt_ask(e, p, f);
    else
        ebt_wait(e, f);
}

/* False: nothing to wait for any more. */
static bool look_at(struct kith_ebt *e, uint32_t f) {
    struct ebt_feed *feed = &e->feeds[f];
    struct ebt_peer *asked = feed->rx == EBT_NONE ? NULL : e->peers[feed->rx];
    struct ebt_peer *other = feed->want ? ebt_next_source(e, f) : NULL;
    bool owes = feed->want && asked && has_more(e, asked, f);
    uint64_t quiet = e->now_ms - feed->waited_ms;
    if (!owes && !other)
        return false;
    if (!asked) { /* those that have failed wait, or a forked feed would be sent all day */
        if (!(other->reps[f].flags & EBT_FAILED) || quiet >= EBT_PATIENCE_MS)
            ebt_ask(e, other, f);
        return true;
    }
    if (quiet < KITH_EBT_SWITCH_MS)
        return true;
    if (owes && e->now_ms - asked->heard_ms < KITH_EBT_SWITCH_MS && quiet < EBT_PATIENCE_MS)
        return true;
    if (owes)
        asked->reps[f].flags |= EBT_FAILED;
    if (!other) {
        feed->waited_ms = e->now_ms;
        return true;
    }
    if (other->reps[f].flags & EBT_FAILED) {
        for (size_t i = 0; i < e->peer_count; i++) {
            if (e->peers[i])
                e->peers[i]->reps[f].flags &= ~(uint32_t)EBT_FAILED;
        }
    }
    asked->reps[f].flags &= ~(uint32_t)EBT_DELIVERED;
    ebt_ask(e, other, f);
    return true;
}

uint64_t kith_ebt_deadline(const struct kith_ebt *e) {
    return e->waiting.count ? e->ticked_ms + EBT_TICK_MS : UINT64_MAX;
}

void kith_ebt_tick(struct kith_ebt *e, uint64_t now_ms) {
    uint32_t count = e->waiting.count;
    e->now_ms = now_ms > e->now_ms ? now_ms : e->now_ms;
    if (e->now_ms - e->ticked_ms < EBT_TICK_MS)
        return;
    e->ticked_ms = e->now_ms;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t f = kith_ring_take(&e->waiting);
        if (look_at(e, f))
            kith_ring_put(&e->waiting, f);
        else
            e->feeds[f].waiting = false;
    }
}
