/* SPDX-License-Identifier: MIT */
#include "sync/ebt.h"

#include "sync/ebt_state.h"

struct kith_ebt *kith_ebt_new(void) {
    return kith_alloc(sizeof(struct kith_ebt));
}

void kith_ebt_free(struct kith_ebt *e) {
    if (!e)
        return;
    while (e->peer_count)
        ebt_peer_remove(e, e->peers[e->peer_count - 1]);
    kith_free(e->peers);
    kith_free(e->feeds);
    kith_free(e->feed_map.slots);
    kith_free(e->peer_map.slots);
    kith_free(e->blocks);
    kith_free(e->waiting.at);
    kith_buf_wipe(&e->frame);
    kith_free(e);
}

static void advance(struct kith_ebt *e, uint64_t now_ms) {
    if (now_ms > e->now_ms)
        e->now_ms = now_ms;
}

/* One message more: those that asked for messages get it, those that did not are told, unless they are
 * known to have it. */
static void offer_to(struct kith_ebt *e, struct ebt_peer *p, uint32_t f) {
    struct ebt_feed *feed = &e->feeds[f];
    struct ebt_rep *r = &p->reps[f];
    if (!p->ready || !ebt_shared(e, p, f))
        return;
    if (r->claim > (int32_t)feed->have) {
        ebt_offer(e, p, f);
    } else if (r->flags & EBT_TX) {
        if (r->sent < feed->have)
            ebt_queue_message(p, f);
    } else if (r->claim != EBT_CLAIM_REFUSED && r->claim < (int32_t)feed->have) {
        ebt_queue_note(p, f, false);
    }
}

void kith_ebt_have(struct kith_ebt *e, const struct kith_pubkey *id, uint64_t sequence) {
    uint32_t f = ebt_feed_put(e, id);
    struct ebt_feed *feed = &e->feeds[f];
    bool lower = sequence < feed->have;
    feed->have = sequence > EBT_SEQUENCE_MAX ? EBT_SEQUENCE_MAX : (uint32_t)sequence;
    feed->waited_ms = e->now_ms;
    if (feed->rx != EBT_NONE && e->peers[feed->rx]->reps[f].claim >= (int32_t)feed->have)
        e->peers[feed->rx]->reps[f].flags |= EBT_DELIVERED;
    for (size_t i = 0; i < e->peer_count; i++) {
        struct ebt_peer *p = e->peers[i];
        if (!p)
            continue;
        if (lower && p->ready && ebt_shared(e, p, f))
            ebt_queue_note(p, f, true); /* we lost something: ask again from here */
        offer_to(e, p, f);
    }
}

void kith_ebt_own(struct kith_ebt *e, const struct kith_pubkey *id) {
    uint32_t f = ebt_feed_put(e, id);
    e->feeds[f].own = true;
}

void kith_ebt_want(struct kith_ebt *e, const struct kith_pubkey *id, bool want) {
    uint32_t f = want ? ebt_feed_put(e, id) : ebt_feed_find(e, id);
    struct ebt_feed *feed;
    if (f == EBT_NONE || e->feeds[f].want == want)
        return;
    feed = &e->feeds[f];
    feed->want = want;
    feed->rx = EBT_NONE;
    if (want)
        ebt_pass_on(e, f);
    for (size_t i = 0; i < e->peer_count; i++) {
        struct ebt_peer *p = e->peers[i];
        if (!p || !p->ready)
            continue;
        if (want && ebt_shared(e, p, f)) {
            if (feed->rx == EBT_NONE && p->reps[f].claim != EBT_CLAIM_REFUSED)
                ebt_ask(e, p, f);
            /* Told even if it once refused, and even if it stands where we stand: it may believe that we
             * do not want the feed (ssb-ebt issue 61). */
            ebt_queue_note(p, f, true);
            if (p->reps[f].flags & EBT_TX)
                ebt_queue_message(p, f);
        } else if (!want) {
            ebt_queue_note(p, f, false);
        }
    }
}

static void block_store(struct kith_ebt *e, const struct kith_pubkey *feed, const struct kith_pubkey *peer,
                        bool blocked) {
    if (blocked) {
        e->blocks = kith_grow(e->blocks, &e->block_cap, e->block_count + 1, sizeof *e->blocks);
        e->blocks[e->block_count++] = (struct ebt_block){*feed, *peer};
        return;
    }
    for (size_t i = 0; i < e->block_count; i++) {
        if (kith_pubkey_eq(&e->blocks[i].feed, feed) && kith_pubkey_eq(&e->blocks[i].peer, peer)) {
            e->blocks[i] = e->blocks[--e->block_count];
            return;
        }
    }
}

void kith_ebt_block(struct kith_ebt *e, const struct kith_pubkey *feed, const struct kith_pubkey *peer,
                    bool blocked) {
    struct ebt_peer *p = ebt_peer_find(e, peer);
    uint32_t f = ebt_feed_find(e, feed);
    bool was = p && f != EBT_NONE ? (p->reps[f].flags & EBT_BLOCKED) != 0 : ebt_is_blocked(e, feed, peer);
    if (was == blocked)
        return;
    block_store(e, feed, peer, blocked);
    if (!p || f == EBT_NONE)
        return;
    if (blocked) {
        p->reps[f].flags |= EBT_BLOCKED;
        if (e->feeds[f].rx == p->slot)
            ebt_pass_on(e, f);
        if (p->ready)
            ebt_queue_note(p, f, false);
    } else {
        p->reps[f].flags &= ~(uint32_t)EBT_BLOCKED;
        if (p->ready && e->feeds[f].want) {
            ebt_queue_note(p, f, true);
            if (p->reps[f].flags & EBT_TX)
                ebt_queue_message(p, f);
        }
    }
}

void kith_ebt_open(struct kith_ebt *e, const struct kith_pubkey *peer, bool speaks_first,
                   struct kith_bytes clock, uint64_t now_ms) {
    struct ebt_peer *p;
    advance(e, now_ms);
    kith_ebt_close(e, peer); /* of two connections with one peer the newer one counts */
    p = ebt_peer_put(e, peer);
    ebt_clock_read(e, p, clock);
    p->heard_ms = e->now_ms;
    if (!speaks_first)
        return;
    p->ready = p->first_due = true;
    ebt_mention_all(e, p);
}

void kith_ebt_close(struct kith_ebt *e, const struct kith_pubkey *peer) {
    struct ebt_peer *p = ebt_peer_find(e, peer);
    uint32_t slot = p ? p->slot : EBT_NONE;
    if (!p)
        return;
    ebt_peer_remove(e, p);
    for (uint32_t f = 0; f < e->feed_count; f++) {
        if (e->feeds[f].rx == slot) {
            e->feeds[f].rx = EBT_NONE;
            if (e->feeds[f].want)
                ebt_pass_on(e, f);
        }
    }
}

/* What we remembered of this peer is wrong, since it or we lost messages: say everything anew, once. */
static void reset(struct kith_ebt *e, struct ebt_peer *p) {
    if (p->reset)
        return;
    p->reset = true;
    for (uint32_t f = 0; f < e->feed_count; f++) {
        if (ebt_shared(e, p, f) && p->reps[f].told == EBT_TOLD_NOTHING)
            ebt_queue_note(p, f, true);
    }
}

static void take_refusal(struct kith_ebt *e, struct ebt_peer *p, uint32_t f) {
    struct ebt_rep *r = &p->reps[f];
    r->claim = EBT_CLAIM_REFUSED;
    if (e->feeds[f].rx == p->slot)
        ebt_pass_on(e, f);
    /* It has forgotten with this what we told it; when it comes back to the feed, it is told anew. */
    if (r->told == EBT_TOLD_NOTHING)
        ebt_queue_note(p, f, true);
    else
        r->told = EBT_TOLD_NOTHING;
}

static void take_note(struct kith_ebt *e, struct ebt_peer *p, uint32_t f, double note) {
    struct ebt_rep *r = &p->reps[f];
    struct ebt_feed *feed = &e->feeds[f];
    bool replicate, receive;
    int32_t seq = kith_ebt_note_read(note, &replicate, &receive), was = r->claim;
    bool remembered = r->flags & EBT_STORED;
    r->flags &= ~(uint32_t)(EBT_TX | EBT_STORED);
    if (!ebt_shared(e, p, f)) {
        r->claim = seq < 0 ? EBT_CLAIM_REFUSED : seq;
        /* If we have refused already, it says this once: it counts when we come to want the feed. */
        if (seq >= 0 && receive)
            r->flags |= EBT_TX;
        r->sent = seq < 0 ? 0 : (uint32_t)seq;
        if (r->told != -1)
            ebt_queue_note(p, f, seq >= 0); /* said once, and not in answer to a refusal */
        return;
    }
    if (seq < 0) {
        take_refusal(e, p, f);
        return;
    }
    r->claim = seq; /* also when it is lower than before: "lower numbers are respected" */
    r->sent = (uint32_t)seq;
    if (receive)
        r->flags |= EBT_TX;
    /* The reference sends no news about a feed that was never answered on this connection. */
    if (r->told == EBT_TOLD_NOTHING)
        ebt_queue_note(p, f, true);
    if ((remembered && seq < was) || (feed->own && seq > (int32_t)feed->have))
        reset(e, p);
    if (seq > (int32_t)feed->have)
        ebt_offer(e, p, f);
    else if (seq < (int32_t)feed->have && receive)
        ebt_queue_message(p, f);
    else if (seq < (int32_t)feed->have)
        ebt_queue_note(p, f, false);
}

/* The answer is a courtesy: when very many wait in all, a peer does without it. */
static int take_stranger(struct kith_ebt *e, struct ebt_peer *p, const struct kith_pubkey *id) {
    if (++p->stranger_total > KITH_EBT_MAX_FEEDS)
        return KITH_ERR_BUDGET;
    if (e->stranger_count >= KITH_EBT_MAX_FEEDS)
        return KITH_OK;
    e->stranger_count++;
    p->strangers = kith_grow(p->strangers, &p->stranger_cap, p->stranger_count + 1, sizeof *p->strangers);
    p->strangers[p->stranger_count++] = *id;
    return KITH_OK;
}

int kith_ebt_recv_notes(struct kith_ebt *e, const struct kith_pubkey *peer, const struct kith_json *doc,
                        uint64_t now_ms) {
    struct ebt_peer *p = ebt_peer_find(e, peer);
    uint32_t root = 0, clock;
    bool greet = p && !p->ready;
    advance(e, now_ms);
    if (!p)
        return KITH_ERR_PROTOCOL;
    if (!doc->count || !kith_json_is(doc, 0, KITH_JSON_OBJECT))
        return KITH_ERR_SYNTAX;
    clock = kith_json_get(doc, 0, "clock"); /* room that the reference leaves for upgrades */
    if (kith_json_is(doc, clock, KITH_JSON_OBJECT))
        root = clock;
    if (doc->nodes[root].count > KITH_EBT_MAX_FEEDS)
        return KITH_ERR_SIZE;
    p->ready = true;
    for (uint32_t n = kith_json_first(doc, root); n != KITH_JSON_NONE; n = doc->nodes[n].next) {
        struct kith_pubkey id;
        double note;
        uint32_t f;
        if (kith_feed_id_parse(doc->nodes[n].key, &id))
            continue; /* old versions named things that are no feeds (ssb-ebt, cleanClock) */
        if (kith_json_double(doc, n, &note))
            note = -1;
        f = ebt_feed_find(e, &id);
        if (f != EBT_NONE)
            take_note(e, p, f, note);
        else if (note != -1.0 && take_stranger(e, p, &id))
            return KITH_ERR_BUDGET;
    }
    if (greet)
        ebt_mention_all(e, p);
    return KITH_OK;
}

bool kith_ebt_recv_message(struct kith_ebt *e, const struct kith_pubkey *peer, const struct kith_pubkey *id,
                           uint64_t sequence, uint64_t now_ms) {
    struct ebt_peer *p = ebt_peer_find(e, peer);
    uint32_t f = ebt_feed_find(e, id);
    struct ebt_rep *r;
    advance(e, now_ms);
    if (!p || f == EBT_NONE || !sequence || sequence > EBT_SEQUENCE_MAX)
        return false;
    r = &p->reps[f];
    if (!ebt_shared(e, p, f) || !(r->flags & EBT_ASKED))
        return false;
    p->heard_ms = e->now_ms;
    /* It has this one, whether good or not; that it is progress only kith_ebt_have says. */
    r->claim = (int32_t)sequence > r->claim ? (int32_t)sequence : r->claim;
    r->sent = (uint32_t)sequence > r->sent ? (uint32_t)sequence : r->sent;
    return sequence > e->feeds[f].have;
}

void kith_ebt_bad(struct kith_ebt *e, const struct kith_pubkey *peer, const struct kith_pubkey *id) {
    struct ebt_peer *p = ebt_peer_find(e, peer);
    struct ebt_peer *next;
    uint32_t f = ebt_feed_find(e, id);
    if (!p || f == EBT_NONE)
        return;
    p->reps[f].flags = (p->reps[f].flags & ~(uint32_t)EBT_DELIVERED) | EBT_FAILED;
    if (e->feeds[f].rx != p->slot)
        return;
    e->feeds[f].rx = EBT_NONE;
    ebt_queue_note(p, f, false);
    ebt_wait(e, f);
    e->feeds[f].waited_ms = e->now_ms;
    next = ebt_next_source(e, f);
    if (next && !(next->reps[f].flags & EBT_FAILED))
        ebt_ask(e, next, f);
}

void kith_ebt_cannot_send(struct kith_ebt *e, const struct kith_pubkey *peer, const struct kith_pubkey *id) {
    struct ebt_peer *p = ebt_peer_find(e, peer);
    uint32_t f = ebt_feed_find(e, id);
    if (p && f != EBT_NONE)
        p->reps[f].flags &= ~(uint32_t)EBT_TX;
}

bool kith_ebt_next(struct kith_ebt *e, const struct kith_pubkey *peer, struct kith_ebt_out *out,
                   uint64_t now_ms) {
    struct ebt_peer *p = ebt_peer_find(e, peer);
    advance(e, now_ms);
    if (!p || !p->ready)
        return false;
    if ((p->notes.count || p->stranger_count || p->first_due) && ebt_frame(e, p)) {
        out->kind = KITH_EBT_NOTES;
        out->notes = kith_buf_bytes(&e->frame);
        return true;
    }
    while (p->msgs.count) {
        uint32_t f = p->msgs.at[p->msgs.head];
        struct ebt_rep *r = &p->reps[f];
        bool more = (r->flags & EBT_TX) && ebt_shared(e, p, f) && r->sent < e->feeds[f].have;
        if (!more || p->run >= EBT_RUN) {
            p->run = 0;
            (void)kith_ring_take(&p->msgs);
            r->flags &= ~(uint32_t)EBT_IN_MSGS;
            if (more)
                ebt_queue_message(p, f);
            continue;
        }
        p->run++;
        out->kind = KITH_EBT_MESSAGE;
        out->feed = e->feeds[f].id;
        out->sequence = ++r->sent;
        return true;
    }
    return false;
}

uint64_t kith_ebt_peer_has(const struct kith_ebt *e, const struct kith_pubkey *peer,
                           const struct kith_pubkey *id) {
    const struct ebt_peer *p = ebt_peer_find(e, peer);
    uint32_t f = ebt_feed_find(e, id);
    return p && f != EBT_NONE && p->reps[f].claim > 0 ? (uint64_t)p->reps[f].claim : 0;
}

uint64_t kith_ebt_best(const struct kith_ebt *e, const struct kith_pubkey *id) {
    uint32_t f = ebt_feed_find(e, id);
    int32_t best = 0;
    for (size_t i = 0; f != EBT_NONE && i < e->peer_count; i++) {
        const struct ebt_rep *r = e->peers[i] ? &e->peers[i]->reps[f] : NULL;
        if (r && !(r->flags & (EBT_FAILED | EBT_BLOCKED)) && r->claim > best)
            best = r->claim;
    }
    return (uint64_t)best;
}

void kith_ebt_confirm(struct kith_ebt *e, const struct kith_pubkey *peer, const struct kith_pubkey *id) {
    struct ebt_peer *p = ebt_peer_find(e, peer);
    uint32_t f = ebt_feed_find(e, id);
    if (p && p->ready && f != EBT_NONE && ebt_shared(e, p, f))
        ebt_queue_note(p, f, true);
}
