/* SPDX-License-Identifier: MIT */
/* ebt_notes.c: notes to text and back, and what is said when a connection opens. */
#include "sync/ebt_state.h"

int64_t kith_ebt_note(uint64_t sequence, bool receive) {
    uint64_t s = sequence > EBT_SEQUENCE_MAX ? EBT_SEQUENCE_MAX : sequence;
    return (int64_t)(s << 1 | (receive ? 0 : 1));
}

/* ECMAScript's ToInt32, which `>>` and `&` apply to their left side in the reference. */
static int32_t to_int32(double v) {
    double left;
    if (!(v > -9007199254740992.0 && v < 9007199254740992.0))
        return 0; /* NaN, infinities, and numbers whose low bits are gone anyway */
    left = (double)(int64_t)v;
    return (int32_t)(uint32_t)(uint64_t)(int64_t)left;
}

int32_t kith_ebt_note_read(double note, bool *replicate, bool *receive) {
    int32_t low = to_int32(note);
    bool whole = note > -9007199254740992.0 && note < 9007199254740992.0 && note == (double)(int64_t)note;
    *replicate = note != -1.0;
    *receive = !(low & 1);
    /* An arithmetic shift, spelt so that C defines it. */
    return whole ? (low >= 0 ? low >> 1 : -(int32_t)((-(int64_t)low + 1) >> 1)) : -1;
}

static void put_entry(struct kith_buf *out, size_t *count, const struct kith_pubkey *id, int64_t value) {
    kith_buf_put_str(out, *count ? ",\"" : "\"");
    kith_feed_id_put(out, id);
    kith_buf_put_str(out, "\":");
    kith_buf_put_int(out, value);
    ++*count;
}

/* Whether a note about the feed is worth sending now, and which. */
static bool note_due(struct kith_ebt *e, struct ebt_peer *p, uint32_t f, int64_t *value) {
    struct ebt_rep *r = &p->reps[f];
    struct ebt_feed *feed = &e->feeds[f];
    bool force = r->flags & EBT_FORCE, rx = feed->rx == p->slot, told_rx, news;
    r->flags &= ~(uint32_t)(EBT_FORCE | EBT_IN_NOTES);
    if (!ebt_shared(e, p, f)) {
        bool spoken = r->told >= 0 || (r->flags & EBT_KNOWN);
        if (!force && !spoken)
            return false;
        *value = r->told = -1;
        r->flags &= ~(uint32_t)(EBT_KNOWN | EBT_ASKED | EBT_TX);
        return true;
    }
    if (!force && r->claim == EBT_CLAIM_REFUSED)
        return false;
    told_rx = r->told >= 0 && !(r->told & 1);
    news = !(r->flags & EBT_TX) && r->claim < (int32_t)feed->have &&
           (r->told < 0 || (uint32_t)r->told >> 1 != feed->have);
    if (!force && rx == told_rx && !news)
        return false;
    *value = kith_ebt_note(feed->have, rx);
    r->told = (int32_t)*value;
    r->flags |= EBT_KNOWN | (rx ? EBT_ASKED : 0u);
    return true;
}

bool ebt_frame(struct kith_ebt *e, struct ebt_peer *p) {
    struct kith_buf *out = &e->frame;
    size_t count = 0;
    int64_t value;
    kith_buf_clear(out);
    kith_buf_put_u8(out, '{');
    while (count < EBT_MAX_FRAME && p->notes.count) {
        uint32_t f = kith_ring_take(&p->notes);
        if (note_due(e, p, f, &value))
            put_entry(out, &count, &e->feeds[f].id, value);
    }
    while (count < EBT_MAX_FRAME && p->stranger_count) {
        const struct kith_pubkey *id = &p->strangers[--p->stranger_count];
        e->stranger_count--;
        if (ebt_feed_find(e, id) == EBT_NONE) /* else it has its own note by now */
            put_entry(out, &count, id, -1);
    }
    if (!p->stranger_count && p->stranger_cap) {
        kith_free(p->strangers);
        p->strangers = NULL;
        p->stranger_cap = 0;
    }
    kith_buf_put_u8(out, '}');
    if (!count && !p->first_due)
        return false;
    p->first_due = false;
    return true;
}

/* A new connection. Feeds in which the peer, by what it said last time, stands where we stand are not
 * mentioned (request skipping), except: our own and the peer's, since a restored backup shows there
 * first; and a few others in turn, since either side's memory of the other may be wrong, and would
 * stay so for ever (ssb-ebt issue 61). */
void ebt_mention_all(struct kith_ebt *e, struct ebt_peer *p) {
    size_t n = e->feed_count, first = n ? (size_t)(e->now_ms / 1000 * EBT_RECHECK % n) : 0, extra = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t f = (uint32_t)((first + i) % n);
        struct ebt_feed *feed = &e->feeds[f];
        struct ebt_rep *r = &p->reps[f];
        bool must;
        if (!ebt_shared(e, p, f))
            continue;
        must = feed->own || kith_pubkey_eq(&feed->id, &p->id) || !(r->flags & EBT_KNOWN) ||
               (r->claim != EBT_CLAIM_REFUSED && r->claim != (int32_t)feed->have);
        if (!must && extra++ >= EBT_RECHECK)
            continue;
        if (r->claim > (int32_t)feed->have)
            ebt_offer(e, p, f);
        else if (must && feed->rx == EBT_NONE && r->claim != EBT_CLAIM_REFUSED)
            feed->rx = p->slot;
        ebt_queue_note(p, f, true);
    }
}

void ebt_clock_read(struct kith_ebt *e, struct ebt_peer *p, struct kith_bytes clock) {
    struct kith_json doc = {0};
    if (clock.len && kith_json_parse(&doc, clock, KITH_EBT_MAX_FEEDS + 1) == KITH_OK) {
        for (uint32_t n = kith_json_first(&doc, 0); n != KITH_JSON_NONE; n = doc.nodes[n].next) {
            struct kith_pubkey id;
            int64_t claim;
            uint32_t f;
            if (kith_feed_id_parse(doc.nodes[n].key, &id) || kith_json_int(&doc, n, &claim))
                continue;
            f = ebt_feed_find(e, &id);
            if (f == EBT_NONE || claim < EBT_CLAIM_REFUSED || claim > EBT_SEQUENCE_MAX)
                continue;
            p->reps[f].claim = (int32_t)claim;
            p->reps[f].sent = claim > 0 ? (uint32_t)claim : 0;
            p->reps[f].flags |= EBT_KNOWN | EBT_STORED;
        }
    }
    kith_json_wipe(&doc);
}

void kith_ebt_peer_clock(const struct kith_ebt *e, const struct kith_pubkey *peer, struct kith_buf *out) {
    const struct ebt_peer *p = ebt_peer_find(e, peer);
    size_t count = 0;
    kith_buf_put_u8(out, '{');
    for (uint32_t f = 0; p && f < e->feed_count; f++) {
        const struct ebt_rep *r = &p->reps[f];
        /* What is not in here is mentioned next time; so only what the peer knows that we want. */
        if (ebt_shared(e, p, f) && (r->flags & EBT_KNOWN) && r->claim != EBT_CLAIM_UNKNOWN)
            put_entry(out, &count, &e->feeds[f].id, r->claim);
    }
    kith_buf_put_u8(out, '}');
}
