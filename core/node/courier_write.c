/* SPDX-License-Identifier: MIT */
/* courier_write.c: what goes into a packet. */
#include "base/checksum.h"
#include "node/courier_desk.h"
#include "node/courier_state.h"

#define LIFE_MS KITH_COURIER_EXPIRES_MS

static void note_flight(struct kith_recipient *r, const struct kith_packet_id *id, struct kith_bytes road, uint64_t made_ms, size_t len, struct courier_load load) {
    struct courier_flight *f = &r->flights[r->flight_count++];
    size_t scheme = 0;
    *f = (struct courier_flight){.id = *id, .step = COURIER_QUEUED, .asks = load.asks, .made_ms = made_ms, .own_first = load.own_first,
                                 .own_last = load.own_last, .guests_to = load.guests_to, .seen = load.seen, .len = (uint32_t)len};
    while (scheme < road.len && road.p[scheme] != ':' && scheme < sizeof f->road - 1) {
        f->road[scheme] = (char)road.p[scheme];
        scheme++;
    }
    r->changed = true;
}

bool courier_send(struct kith_node *n, struct kith_recipient *const *who, size_t count, struct kith_bytes content, struct courier_load load,
                  struct kith_packet_id *id) {
    struct kith_packet p = {.encoding = KITH_PACKET_ENCODING, .flags = load.asks ? KITH_PACKET_ASKS : 0, .created_ms = n->t.wall_ms,
                            .expires_ms = n->t.wall_ms + LIFE_MS, .content = content};
    struct kith_effect e = {.kind = KITH_EFFECT_PACKET};
    struct kith_pubkey to[KITH_PACKET_MAX_RECIPIENTS];
    struct kith_buf out = {0};
    struct kith_bytes road;
    for (size_t i = 0; i < count; i++) {
        if (who[i]->flight_count == KITH_COURIER_FLIGHTS)
            return false;
        to[i] = who[i]->id;
    }
    if (!courier_road(who[0], &road))
        return false;
    kith_buf_put_bytes(&out, road);
    kith_buf_put_u8(&out, '\n');
    if (kith_packet_seal(&out, &p, &n->keys, to, count, &n->rng)) {
        kith_buf_wipe(&out);
        return false;
    }
    e.ticket = kith_get_u64le(p.id.b);
    e.bytes = kith_buf_bytes(&out);
    for (size_t i = 0; i < count; i++)
        note_flight(who[i], &p.id, road, n->t.wall_ms, out.len - road.len - 1, load);
    if (id)
        *id = p.id;
    kith_effects_put(&n->effects, &e);
    kith_buf_wipe(&out);
    return true;
}

/* ---- notes ---- */

uint64_t courier_notes(struct kith_node *n) {
    struct kith_courier *c = &n->courier;
    const struct kith_replicator *rep = &n->replicator;
    if (c->notes && c->notes_generation == rep->graph_generation)
        return c->notes;
    c->notes_generation = rep->graph_generation;
    c->notes = rep->wanted_count ? kith_checksum(kith_bytes(rep->wanted, rep->wanted_count * sizeof *rep->wanted), 1) >> 12 : 0;
    c->notes += !c->notes;
    return c->notes;
}

/* Every feed that we keep. Of one that has forked they need not send what cannot follow ours. */
void courier_put_notes(struct kith_node *n, struct kith_recipient *r, struct kith_buf *out) {
    const struct kith_replicator *rep = &n->replicator;
    struct kith_buf items = {0};
    for (size_t i = 0; i < rep->wanted_count && i < KITH_COURIER_FEEDS; i++) {
        struct kith_part_note note = {rep->wanted[i], courier_head(n, &rep->wanted[i]), !courier_is_split(n, r, &rep->wanted[i])};
        kith_part_note_put(&items, &note);
    }
    if (items.len)
        kith_parts_put(out, KITH_PART_NOTES, kith_buf_bytes(&items));
    kith_buf_wipe(&items);
}

/* ---- messages ---- */

/* Photos of our own post go with it the first time: on such roads asking costs days. */
static void push_photos(struct kith_node *n, struct kith_recipient *r, uint64_t number) {
    struct kith_entry entry;
    struct kith_record record;
    struct kith_buf text = {0};
    static const char ending[] = ".sha256";
    if (kith_store_entry(n->store, number, &entry, &record, &n->doc, &n->plain, &n->scratch) || entry.content == KITH_JSON_NONE)
        return;
    kith_json_put_compact(&text, entry.content_doc, entry.content);
    for (size_t at = 0; at + KITH_HASH_ID_LEN <= text.len; at++) {
        struct kith_part_want want = {.len = 0};
        if (text.p[at] == '&' && !memcmp(text.p + at + KITH_HASH_ID_LEN - 7, ending, 7) &&
            !kith_blobid_parse(kith_bytes(text.p + at, KITH_HASH_ID_LEN), &want.blob) && kith_blobs_has(n->blobs.blobs, &want.blob, NULL))
            courier_want_add(r, &want, true);
    }
    kith_buf_wipe(&text);
}

void courier_put_feed(struct kith_node *n, struct kith_recipient *r, struct courier_feed *f, struct kith_buf *out) {
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t number = kith_feeds_find(feeds, &f->id);
    uint64_t head = courier_head(n, &f->id), rec;
    bool own = kith_pubkey_eq(&f->id, &n->keys.pub);
    struct kith_record record;
    while (f->sent < head && out->len < KITH_COURIER_CONTENT) {
        if (!kith_feeds_record(feeds, number, f->sent + 1, &rec) || kith_store_get(n->store, rec, &record, &n->scratch) ||
            record.kind != KITH_RECORD_CHAINED) {
            f->wants = false; /* forgotten here: somebody else has it, until they ask anew */
            return;
        }
        kith_parts_put(out, KITH_PART_MESSAGE, record.value);
        f->sent++;
        if (own && f->sent > r->own_pushed) {
            push_photos(n, r, rec);
            r->own_pushed = f->sent;
        }
    }
}

/* Our own first: that is what they wait for. */
static void put_messages(struct kith_node *n, struct kith_recipient *r, struct kith_buf *out, uint64_t *own_first, uint64_t *own_last) {
    struct courier_feed *own = courier_feed_find(r, &n->keys.pub);
    *own_first = *own_last = 0;
    if (own && own->wants && courier_may_have(n, r, &own->id)) {
        uint64_t before = own->sent;
        courier_put_feed(n, r, own, out);
        if (own->sent > before) {
            *own_first = before + 1;
            *own_last = own->sent;
        }
    }
    for (size_t i = 0; i < r->feed_count && out->len < KITH_COURIER_CONTENT; i++) {
        if (r->feeds[i].wants && &r->feeds[i] != own && courier_may_have(n, r, &r->feeds[i].id))
            courier_put_feed(n, r, &r->feeds[i], out);
    }
}

/* The name of a profile and the whole of it: by which roads we like to be reached. */
static bool put_profile(struct kith_node *n, struct kith_recipient *r, struct kith_buf *out) {
    uint64_t is = n->courier.profile_is;
    struct kith_buf json = {0};
    if (r->profile_told == is)
        return false;
    courier_profile_put(n, &json);
    if (is)
        kith_parts_put(out, KITH_PART_PROFILE, kith_buf_bytes(&json));
    kith_buf_wipe(&json);
    r->profile_told = is;
    return is != 0;
}

/* What was waiting as a part or a list of items, once. */
static bool put_waiting(struct kith_recipient *r, struct kith_buf *out) {
    bool asks = r->others.len || r->asks.len;
    if (r->receipts.len)
        kith_parts_put(out, KITH_PART_RECEIPTS, kith_buf_bytes(&r->receipts));
    if (r->asks.len)
        kith_parts_put(out, KITH_PART_WANTS, kith_buf_bytes(&r->asks));
    kith_buf_put_bytes(out, kith_buf_bytes(&r->others));
    kith_buf_clear(&r->receipts);
    kith_buf_clear(&r->asks);
    kith_buf_clear(&r->others);
    return asks;
}

/* An answer says what is stored: not before it is. */
static bool may_answer(struct kith_node *n) {
    return courier_pieces_saved(n) && kith_ingest_idle(n) && kith_node_is_settled(n);
}

/* Together with where the answer may go: a stranger keeps the newest of the two. */
static bool put_question(struct kith_node *n, struct kith_recipient *r, struct kith_buf *out) {
    if ((r->asked && r->profile_told == n->courier.profile_is) || !kith_desk_asks(n, r))
        return false;
    r->profile_told = 0;
    kith_desk_put(n, r, out);
    return true;
}

/* Who is a stranger still: the question, or the answer to theirs. */
static void write_little(struct kith_node *n, struct kith_recipient *r, bool may_ask) {
    struct kith_buf out = {0};
    bool asks = may_ask && put_question(n, r, &out);
    if (asks)
        (void)put_profile(n, r, &out);
    kith_buf_put_bytes(&out, kith_buf_bytes(&r->others));
    kith_buf_clear(&r->others);
    kith_buf_clear(&r->asks);
    if (out.len)
        (void)courier_send(n, &r, 1, kith_buf_bytes(&out), (struct courier_load){.asks = asks}, NULL);
    kith_buf_wipe(&out);
}

void courier_write(struct kith_node *n, struct kith_recipient *r) {
    enum courier_terms terms = courier_terms(n, r);
    bool first = true;
    if (r->answer_ms != UINT64_MAX && !may_answer(n)) {
        kith_ingest_flush(n);
        kith_store_sync(n->store);
        r->answer_ms = n->t.now_ms + 100;
        return;
    }
    if (terms == COURIER_ALL)
        courier_together_write(n, r);
    while (r->flight_count < KITH_COURIER_FLIGHTS && terms == COURIER_ALL) {
        struct kith_buf out = {0};
        struct courier_load load = {.asks = false};
        size_t before;
        bool asks, any;
        if (first)
            courier_put_notes(n, r, &out);
        asks = r->notes_told != courier_notes(n);
        asks |= first && put_waiting(r, &out);
        asks |= first && put_question(n, r, &out);
        asks |= first && put_profile(n, r, &out);
        before = out.len;
        load.seen = courier_seen_put(r, &out);
        put_messages(n, r, &out, &load.own_first, &load.own_last);
        load.guests_to = out.len < KITH_COURIER_CONTENT ? courier_guests_put(n, r, &out) : 0;
        asks |= out.len > before;
        any = out.len && (first ? asks || r->answer_ms != UINT64_MAX : out.len > before);
        load.asks = asks;
        if (any && !courier_send(n, &r, 1, kith_buf_bytes(&out), load, NULL))
            any = false;
        kith_buf_wipe(&out);
        if (!any)
            break;
        r->notes_told = courier_notes(n);
        first = false;
    }
    if (terms != COURIER_ALL)
        write_little(n, r, terms == COURIER_QUESTION);
    r->answer_ms = r->since_ms = UINT64_MAX;
    if (r->flight_count && r->retry_ms == UINT64_MAX && r->flights[0].step == COURIER_STORED)
        r->retry_ms = n->t.now_ms + courier_timeout(r);
}
