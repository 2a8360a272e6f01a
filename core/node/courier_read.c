/* SPDX-License-Identifier: MIT */
/* courier_read.c: what is done with a packet that came. */
#include <stdlib.h>

#include "node/courier_desk.h"
#include "node/courier_state.h"

/* ---- messages: in the order of their feeds, whatever the order of the packets ---- */

struct kith_courier_early {
    struct kith_pubkey author, by; /* by: zeros if no packet has brought it */
    uint64_t sequence;
    struct kith_buf raw;
    struct kith_courier_early *next; /* sorted by author and sequence */
};

static int order(const struct kith_courier_early *a, const struct kith_pubkey *author, uint64_t sequence) {
    int by = memcmp(a->author.b, author->b, sizeof author->b);
    return by ? by : a->sequence < sequence ? -1 : a->sequence > sequence;
}

/* Every message waits here for a moment; false: there is no room, it will come again. */
static bool early_put(struct kith_node *n, const struct kith_recipient *from, const struct kith_pubkey *author, uint64_t sequence, struct kith_bytes raw) {
    struct kith_courier_early **at = &n->courier.early, *e;
    while (*at && order(*at, author, sequence) < 0)
        at = &(*at)->next;
    if (*at && !order(*at, author, sequence))
        return true; /* which of two is the right one the feed will tell; the other comes again */
    if (n->courier.early_bytes + raw.len > KITH_COURIER_EARLY_MAX)
        return false;
    e = kith_alloc(sizeof *e);
    e->author = *author;
    if (from)
        e->by = from->id;
    e->sequence = sequence;
    kith_buf_put_bytes(&e->raw, raw);
    e->next = *at;
    *at = e;
    n->courier.early_bytes += raw.len;
    return true;
}

static void early_drop(struct kith_node *n, struct kith_courier_early **at) {
    struct kith_courier_early *e = *at;
    *at = e->next;
    n->courier.early_bytes -= e->raw.len;
    kith_buf_wipe(&e->raw);
    kith_free(e);
}

static uint64_t stored(struct kith_node *n, const struct kith_pubkey *feed) {
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t number = kith_feeds_find(feeds, feed);
    return number == KITH_FEED_NONE ? 0 : kith_feeds_head(feeds, number).sequence;
}

static struct kith_ingest_source source_of(const struct kith_courier_early *e) {
    static const struct kith_pubkey nobody;
    return (struct kith_ingest_source){.by = e->by, .by_packet = !kith_pubkey_eq(&e->by, &nobody)};
}

/* Gives what follows each feed's head to the judges, when those before have been judged: then the head is final. */
void courier_early_release(struct kith_node *n) {
    struct kith_courier_early **at = &n->courier.early;
    struct kith_pubkey author = {{0}};
    uint64_t next = 0;
    bool any = false;
    if (!n->courier.early || !kith_ingest_idle(n))
        return;
    while (*at) {
        struct kith_courier_early *e = *at;
        if (!any || !kith_pubkey_eq(&author, &e->author)) {
            author = e->author;
            next = stored(n, &author) + 1;
            any = true;
        }
        if (e->sequence == next && !kith_ingest_full(n, NULL) && !kith_ingest_put(n, kith_buf_bytes(&e->raw), source_of(e)))
            next++;
        else if (e->sequence >= next) {
            at = &e->next;
            continue;
        }
        early_drop(n, at);
    }
    kith_ingest_flush(n);
}

void courier_early_wipe(struct kith_node *n) {
    while (n->courier.early)
        early_drop(n, &n->courier.early);
}

void kith_courier_forked(struct kith_node *n, const struct kith_pubkey *by, const struct kith_pubkey *feed, uint64_t head) {
    struct kith_recipient *r = courier_find(n, by);
    struct courier_feed *f = r ? courier_feed_put(r, feed) : NULL;
    if (!f)
        return;
    f->split = head;
    r->changed = true;
}

bool courier_is_split(struct kith_node *n, struct kith_recipient *r, const struct kith_pubkey *feed) {
    const struct courier_feed *f = courier_feed_find(r, feed);
    return f && f->split && f->split == stored(n, feed);
}

/* from: NULL if it lay there as it is. */
static void take_message(struct kith_node *n, struct kith_recipient *from, struct kith_bytes raw) {
    struct kith_pubkey author;
    int64_t sequence;
    if (kith_json_parse(&n->doc, raw, 4096) || kith_feed_id_parse(kith_json_str(&n->doc, kith_json_get(&n->doc, 0, "author")), &author) ||
        kith_json_int(&n->doc, kith_json_get(&n->doc, 0, "sequence"), &sequence) || sequence < 1)
        return;
    if (kith_replicate_is_wanted(n, &author) && (uint64_t)sequence > stored(n, &author) && !(from && courier_is_split(n, from, &author)))
        (void)early_put(n, from, &author, (uint64_t)sequence, raw);
}

/* ---- the rest ---- */

static bool was_seen(struct kith_recipient *r, const struct kith_packet_id *id) {
    for (size_t i = 0; i < r->seen_count; i++) {
        if (kith_packet_id_eq(&r->seen[i], id))
            return true;
    }
    r->seen[r->seen_at] = *id;
    r->seen_at = (r->seen_at + 1) % KITH_COURIER_SEEN;
    r->seen_count += r->seen_count < KITH_COURIER_SEEN;
    return false;
}

/* Older notes can only raise: what was true then is no less true. Newer ones may say less: a copy was restored. */
static void take_notes(struct kith_node *n, struct kith_recipient *r, struct kith_bytes items, uint64_t created_ms) {
    bool newer = created_ms >= r->clock_ms;
    struct kith_part_note note;
    while (kith_part_note_next(&items, &note)) {
        struct courier_feed *f = courier_feed_put(r, &note.feed);
        if (!f)
            continue;
        if (note.sequence > f->has)
            r->futile = 0;
        if (newer || note.sequence > f->has)
            f->has = note.sequence;
        if (newer)
            f->wants = note.wants;
        f->noted = true;
        if (f->sent < f->has)
            f->sent = f->has;
        /* More of us than we have stops our writing; less, from an old packet, proves nothing about today. */
        if (kith_pubkey_eq(&note.feed, &n->keys.pub) && note.sequence > stored(n, &n->keys.pub))
            kith_publish_claim(n, &r->id, note.sequence);
    }
    if (newer)
        r->clock_ms = created_ms;
    r->told = true;
}

static void take_receipts(struct kith_node *n, struct kith_recipient *r, struct kith_bytes items) {
    struct kith_part_receipt receipt;
    while (kith_part_receipt_next(&items, &receipt)) {
        if (receipt.outcome != KITH_OUTCOME_REFUSED)
            courier_together_taken(n, r, &receipt.of);
        for (size_t i = 0; i < r->flight_count; i++) {
            uint64_t took;
            if (!kith_packet_id_eq(&r->flights[i].id, &receipt.of))
                continue;
            if (receipt.outcome == KITH_OUTCOME_REFUSED) { /* it is out still, and goes again when it is time: a calendar may be right by then */
                courier_flight_is(&r->flights[i], COURIER_TROUBLE, "they refused it; is a clock wrong?");
                break;
            }
            took = n->t.wall_ms > r->flights[i].made_ms ? n->t.wall_ms - r->flights[i].made_ms : 1;
            r->usual_ms = r->usual_ms ? (7 * r->usual_ms + took) / 8 : took;
            r->tries = 0;
            courier_seen_came(r, r->flights[i].seen);
            if (r->flights[i].guests_to)
                courier_guests_settle(r, true);
            courier_flight_end(r, i);
            break;
        }
    }
}

static void note_unknown(struct kith_node *n, struct kith_recipient *r, struct kith_bytes bytes) {
    struct kith_part_unknown said;
    struct kith_line l;
    if (!kith_part_unknown_read(bytes, &said))
        return;
    l = kith_line(n, 4, "packet.not_understood");
    kith_line_id(&l, "by", &r->id);
    kith_line_int(&l, "encoding", said.encoding);
    kith_line_int(&l, "types", (int64_t)(said.types.len / 2));
    kith_line_done(&l);
}

static void take_part(struct kith_node *n, struct kith_recipient *r, const struct kith_packet *p, struct kith_part *part) {
    struct kith_part_blob blob;
    struct kith_part_want want;
    switch (part->type) {
    case KITH_PART_NOTES:
        take_notes(n, r, part->bytes, p->created_ms);
        break;
    case KITH_PART_MESSAGE:
        take_message(n, r, part->bytes);
        break;
    case KITH_PART_LOOSE:
        courier_guest_taken(n, r, part->bytes);
        break;
    case KITH_PART_BLOB:
        if (kith_part_blob_read(part->bytes, &blob))
            courier_blob_taken(n, &r->id, &blob);
        break;
    case KITH_PART_WANTS:
        while (kith_part_want_next(&part->bytes, &want))
            courier_want_add(r, &want, false);
        break;
    case KITH_PART_FRIEND:
        kith_desk_heard(n, r, part->bytes);
        break;
    case KITH_PART_PROFILE:
        courier_profile_take(n, r, part->bytes, p->created_ms);
        break;
    case KITH_PART_RECEIPTS:
        take_receipts(n, r, part->bytes);
        break;
    case KITH_PART_READ:
        courier_seen_taken(n, r, part->bytes);
        break;
    case KITH_PART_UNKNOWN:
        note_unknown(n, r, part->bytes);
        break;
    default:
        break;
    }
}

#define ANSWERS_MAX 8192 /* bytes of either kind, while no road leads to them */

static void answer(struct kith_node *n, struct kith_recipient *r, const struct kith_packet *p, enum kith_outcome outcome) {
    struct kith_part_receipt receipt = {p->id, (uint8_t)outcome};
    if (!(p->flags & KITH_PACKET_ASKS) || r->receipts.len >= ANSWERS_MAX)
        return;
    r->changed = true;
    kith_part_receipt_put(&r->receipts, &receipt);
    if (r->answer_ms == UINT64_MAX)
        r->answer_ms = n->t.now_ms + KITH_COURIER_ANSWER_MS;
    courier_due(n, r->answer_ms);
}

static void log_refusal(struct kith_node *n, const struct kith_pubkey *from, int err, const char *why) {
    struct kith_line l = kith_line(n, 4, "packet.refused");
    if (from)
        kith_line_id(&l, "from", from);
    kith_line_str(&l, "error", kith_err_name(err));
    if (why)
        kith_line_str(&l, "why", why);
    kith_line_done(&l);
}

/* Why a packet is none for us. Roads leave what is for others where it lies (kith_packet_is_for), so one of those that comes
 * this far was put in by hand, or by a road that cannot know. */
static const char *reason_of(int err, const struct kith_packet *p) {
    switch (err) {
    case KITH_ERR_SIZE:
        return "no packet is so short, or so long";
    case KITH_ERR_NOT_FOUND:
        return "for somebody else, or its slots were altered";
    case KITH_ERR_CRYPTO:
        return p->opened ? "not signed by whom it names" : "altered, or cut off";
    case KITH_ERR_INVALID:
        return "it does not inflate to what it says";
    default:
        return p->opened ? "its inside is not as it should be" : "it is no packet";
    }
}

/* Who may send us anything: whom we follow, or have given a road. NULL: a stranger, or somebody blocked. */
static struct kith_recipient *sender_of(struct kith_node *n, const struct kith_pubkey *from) {
    struct kith_recipient *r = courier_find(n, from);
    if (kith_pubkey_eq(from, &n->keys.pub) || kith_graph_is_blocking(n->social, &n->keys.pub, from))
        return NULL;
    if (kith_graph_is_following(n->social, &n->keys.pub, from))
        return courier_put(n, from);
    return r && r->roads.len ? r : NULL;
}

static void take(struct kith_node *n, struct kith_recipient *r, const struct kith_packet *p) {
    struct kith_bytes content = p->content;
    struct kith_part part;
    bool lacks = false;
    while (kith_parts_next(&content, &part))
        take_part(n, r, p, &part);
    courier_early_release(n);
    for (size_t i = 0; i < r->feed_count && !lacks; i++)
        lacks = r->feeds[i].wants && r->feeds[i].sent > r->feeds[i].has;
    if (lacks && r->retry_ms == UINT64_MAX) {
        r->retry_ms = n->t.now_ms + courier_timeout(r);
        r->futile += !r->flight_count; /* they have had it all, and did not take it: less often each time */
    } else if (!lacks && !r->flight_count) {
        r->retry_ms = UINT64_MAX;
    }
    for (size_t i = 0; i < n->courier.count; i++) {
        if (n->courier.all[i] == r)
            n->courier.last_heard = i;
    }
    courier_due(n, n->t.now_ms);
}

static int read_packet(struct kith_node *n, struct kith_bytes packet, struct kith_buf *plain, bool kept) {
    struct kith_packet p;
    struct kith_recipient *r;
    size_t unknown = 0;
    int err = kith_packet_open(&p, plain, packet, &n->keys, kept ? KITH_PACKET_ANY_TIME : n->t.wall_ms);
    if (err && err != KITH_ERR_PROTOCOL) {
        if (err != KITH_ERR_UNKNOWN_METHOD)
            log_refusal(n, NULL, err, reason_of(err, &p));
        return err;
    }
    r = sender_of(n, &p.from);
    if (!r && !err && p.encoding == KITH_PACKET_ENCODING && kith_parts_check(p.content, &unknown) && !kith_desk_take(n, &p))
        return unknown ? KITH_ERR_UNKNOWN_METHOD : KITH_OK;
    if (!r) {
        log_refusal(n, &p.from, KITH_ERR_DENIED, "not from anybody whom we follow");
        return KITH_ERR_DENIED;
    }
    if (err || (p.encoding == KITH_PACKET_ENCODING && !kith_parts_check(p.content, &unknown))) {
        log_refusal(n, &p.from, err ? err : KITH_ERR_INVALID, err ? "its time is over, or not yet" : "its parts are not as they should be");
        answer(n, r, &p, KITH_OUTCOME_REFUSED);
        return err ? err : KITH_ERR_INVALID;
    }
    if (kept) { /* what was understood then was taken then */
        if (p.encoding != KITH_PACKET_ENCODING || unknown)
            return KITH_ERR_UNKNOWN_METHOD;
        take(n, r, &p);
        return KITH_OK;
    }
    if (was_seen(r, &p.id)) {
        answer(n, r, &p, KITH_OUTCOME_TAKEN); /* the receipt was lost, perhaps */
        return KITH_ERR_EXISTS;
    }
    if (p.created_ms > r->given_up_ms)
        r->given_up_ms = 0; /* they are there after all */
    r->changed = true;
    if (p.encoding != KITH_PACKET_ENCODING || unknown) {
        if (r->others.len < ANSWERS_MAX)
            kith_part_unknown_put(&r->others, &p.id, p.encoding == KITH_PACKET_ENCODING ? 0 : p.encoding, p.content);
        answer(n, r, &p, KITH_OUTCOME_KEPT);
        if (p.encoding == KITH_PACKET_ENCODING)
            take(n, r, &p);
        return KITH_ERR_UNKNOWN_METHOD;
    }
    answer(n, r, &p, KITH_OUTCOME_TAKEN);
    take(n, r, &p);
    return KITH_OK;
}

static int read_file(struct kith_node *n, struct kith_bytes packet, bool kept, struct kith_time t) {
    struct kith_buf plain = {0};
    int err;
    n->t = t;
    if ((n->courier.early_bytes > KITH_COURIER_EARLY_MAX / 2 && !kith_ingest_idle(n)) || n->blobs.open > KITH_BLOB_OPEN_MAX / 2)
        return KITH_ERR_BUSY;
    if (packet.len && packet.p[0] == '{') {
        take_message(n, NULL, packet);
        courier_early_release(n);
        err = KITH_OK;
    } else {
        err = read_packet(n, packet, &plain, kept);
    }
    if (plain.p)
        kith_wipe(plain.p, plain.cap);
    kith_buf_wipe(&plain);
    kith_node_pump_store(n);
    return err;
}

int kith_node_packet(struct kith_node *n, struct kith_bytes packet, struct kith_time t) {
    return read_file(n, packet, false, t);
}

int kith_node_packet_kept(struct kith_node *n, struct kith_bytes packet, struct kith_time t) {
    return read_file(n, packet, true, t);
}
