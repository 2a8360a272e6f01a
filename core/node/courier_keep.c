/* SPDX-License-Identifier: MIT */
/* courier_keep.c: what of the courier survives a restart. Losing the newest of it costs a repetition. */
#include "base/base64.h"
#include "node/courier_state.h"

#define TYPE "courier"
#define ROADS "roads"

static void put_number(struct kith_buf *out, const char *name, uint64_t value) {
    kith_buf_put_str(out, name);
    kith_buf_put_dec(out, value);
}

/* ---- roads ---- */

static void put_lines(struct kith_buf *out, const char *name, struct kith_bytes lines) {
    const char *before = "";
    kith_buf_put_str(out, name);
    while (lines.len) {
        const uint8_t *end = memchr(lines.p, '\n', lines.len);
        size_t len = end ? (size_t)(end - lines.p) : lines.len;
        kith_buf_put_str(out, before);
        kith_json_put_string(out, kith_bytes(lines.p, len));
        before = ",";
        lines = kith_bytes_skip(lines, end ? len + 1 : len);
    }
    kith_buf_put_u8(out, ']');
}

static void get_lines(struct kith_buf *out, const struct kith_json *doc, uint32_t list) {
    for (uint32_t i = kith_json_first(doc, list); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        kith_json_unescape(out, kith_json_str(doc, i));
        kith_buf_put_u8(out, '\n');
    }
}

void courier_save_roads(struct kith_node *n, const struct kith_pubkey *id) {
    struct kith_buf key = {0}, rest = {0};
    bool own = kith_pubkey_eq(id, &n->keys.pub);
    const struct kith_recipient *r = own ? NULL : courier_find(n, id);
    kith_feed_id_put(&key, id);
    put_lines(&rest, ",\"roads\":[", r || own ? kith_buf_bytes(r ? &r->roads : &n->courier.own_roads) : KITH_LIT(""));
    if (r && r->profile.len) {
        put_number(&rest, ",\"said\":", r->profile_ms);
        kith_buf_put_str(&rest, ",\"profile\":");
        kith_buf_put_bytes(&rest, kith_buf_bytes(&r->profile));
    }
    if (!own && (!r || (!r->roads.len && !r->profile.len))) /* that we have no road any more friends have to hear */
        kith_local_drop(n, ROADS, kith_buf_bytes(&key));
    else if (kith_local_put(n, ROADS, kith_buf_bytes(&key), kith_buf_bytes(&rest)))
        kith_buf_clear(&rest); /* the disk is full: it works until the restart, and the status says why */
    kith_store_sync(n->store);
    kith_buf_wipe(&key);
    kith_buf_wipe(&rest);
}

/* ---- one recipient ---- */

static void put_id(struct kith_buf *out, const struct kith_packet_id *id) {
    char text[24];
    kith_base64_write(text, id->b, sizeof id->b);
    kith_buf_put_u8(out, '"');
    kith_buf_put(out, text, sizeof text);
    kith_buf_put_u8(out, '"');
}

static bool get_id(const struct kith_json *doc, uint32_t node, struct kith_packet_id *id) {
    size_t len = 0;
    return !kith_base64_parse(kith_json_str(doc, node), id->b, sizeof id->b, &len) && len == sizeof id->b;
}

static void put_flight(struct kith_buf *out, const struct courier_flight *f) {
    kith_buf_put_u8(out, '[');
    put_id(out, &f->id);
    put_number(out, ",", f->made_ms);
    put_number(out, ",", f->own_first);
    put_number(out, ",", f->own_last);
    put_number(out, ",", f->asks);
    put_number(out, ",", (uint64_t)f->step);
    put_number(out, ",", f->len);
    put_number(out, ",", f->guests_to);
    put_number(out, ",", f->seen);
    kith_buf_put_u8(out, ',');
    kith_json_put_string(out, kith_bytes_str(f->road));
    kith_buf_put_u8(out, ',');
    kith_json_put_string(out, kith_bytes_str(f->by));
    kith_buf_put_u8(out, ']');
}

/* Answers that have not gone out: who asks is not to wait for another question. */
static void put_bytes(struct kith_buf *out, const char *name, const struct kith_buf *bytes) {
    if (!bytes->len)
        return;
    kith_buf_put_str(out, name);
    kith_base64_put(out, kith_buf_bytes(bytes));
    kith_buf_put_u8(out, '"');
}

static void get_bytes(struct kith_buf *out, const struct kith_json *doc, const char *name) {
    struct kith_bytes text = kith_json_str(doc, kith_json_get(doc, 0, name));
    size_t len = 0;
    kith_buf_reserve(out, text.len);
    if (text.len && !kith_base64_parse(text, out->p, text.len, &len))
        out->len = len;
}

static void put_seen_by(struct kith_buf *out, const struct kith_recipient *r) {
    uint64_t first = r->seen_by_count > KITH_COURIER_READ ? r->seen_by_count - KITH_COURIER_READ : 0;
    kith_buf_put_str(out, ",\"by\":[");
    for (uint64_t i = first; i < r->seen_by_count; i++)
        put_number(out, i > first ? "," : "", r->seen_by[i % KITH_COURIER_READ]);
    kith_buf_put_u8(out, ']');
}

static void put_ask(struct kith_buf *out, const struct kith_recipient *r) {
    if (!r->strict && !r->refused)
        return;
    put_number(out, ",\"ask\":[", r->refused);
    kith_buf_put_u8(out, ',');
    kith_json_put_string(out, kith_buf_bytes(&r->ask_text));
    kith_buf_put_str(out, ",\"");
    kith_feed_id_put(out, &r->ask_referrer);
    kith_buf_put_str(out, "\",");
    put_id(out, &r->ask_token);
    kith_buf_put_u8(out, ']');
}

void courier_save(struct kith_node *n, struct kith_recipient *r) {
    struct kith_buf key = {0}, rest = {0};
    uint64_t retry = r->retry_ms == UINT64_MAX ? 0 : n->t.wall_ms + (r->retry_ms > n->t.now_ms ? r->retry_ms - n->t.now_ms : 0);
    kith_feed_id_put(&key, &r->id);
    put_number(&rest, ",\"told\":", r->told);
    put_number(&rest, ",\"clock\":", r->clock_ms);
    put_number(&rest, ",\"usual\":", r->usual_ms);
    put_number(&rest, ",\"tries\":", r->tries);
    put_number(&rest, ",\"futile\":", r->futile);
    put_number(&rest, ",\"up\":", r->given_up_ms);
    put_number(&rest, ",\"retry\":", retry);
    put_number(&rest, ",\"oldest\":", r->oldest_ms);
    put_number(&rest, ",\"pushed\":", r->own_pushed);
    put_number(&rest, ",\"notes\":", r->notes_told);
    put_number(&rest, ",\"profile\":", r->profile_told);
    put_number(&rest, ",\"guests\":", r->guests_at);
    put_number(&rest, ",\"came\":", r->guests_acked);
    put_number(&rest, ",\"heard\":", r->heard);
    put_number(&rest, ",\"asked\":", r->asked);
    put_ask(&rest, r);
    put_bytes(&rest, ",\"receipts\":\"", &r->receipts);
    put_bytes(&rest, ",\"others\":\"", &r->others);
    put_bytes(&rest, ",\"read\":\"", &r->seen_said);
    put_number(&rest, ",\"new\":", r->seen_new);
    put_seen_by(&rest, r);
    kith_buf_put_str(&rest, ",\"feeds\":{");
    for (size_t i = 0; i < r->feed_count; i++) {
        kith_buf_put_str(&rest, i ? ",\"" : "\"");
        kith_feed_id_put(&rest, &r->feeds[i].id);
        put_number(&rest, "\":[", r->feeds[i].has);
        put_number(&rest, ",", r->feeds[i].sent);
        put_number(&rest, ",", r->feeds[i].wants);
        put_number(&rest, ",", r->feeds[i].noted);
        put_number(&rest, ",", r->feeds[i].wall);
        put_number(&rest, ",", r->feeds[i].split);
        kith_buf_put_u8(&rest, ']');
    }
    kith_buf_put_str(&rest, "},\"seen\":[");
    for (size_t i = 0; i < r->seen_count; i++) {
        kith_buf_put_str(&rest, i ? "," : "");
        put_id(&rest, &r->seen[(r->seen_at + KITH_COURIER_SEEN - r->seen_count + i) % KITH_COURIER_SEEN]);
    }
    kith_buf_put_str(&rest, "],\"flights\":[");
    for (size_t i = 0; i < r->flight_count; i++) {
        kith_buf_put_str(&rest, i ? "," : "");
        put_flight(&rest, &r->flights[i]);
    }
    kith_buf_put_u8(&rest, ']');
    r->saved_ms = n->t.now_ms;
    if (!kith_local_put(n, TYPE, kith_buf_bytes(&key), kith_buf_bytes(&rest)))
        r->changed = false;
    kith_buf_wipe(&key);
    kith_buf_wipe(&rest);
}

static uint64_t number(const struct kith_json *doc, uint32_t node) {
    int64_t v = 0;
    return kith_json_int(doc, node, &v) || v < 0 ? 0 : (uint64_t)v;
}

static uint32_t nth(const struct kith_json *doc, uint32_t list, unsigned i) {
    uint32_t node = kith_json_first(doc, list);
    while (i-- && node != KITH_JSON_NONE)
        node = doc->nodes[node].next;
    return node;
}

static void get_text(const struct kith_json *doc, uint32_t node, char *out, size_t len) {
    struct kith_buf text = {0};
    kith_json_unescape(&text, kith_json_str(doc, node));
    memset(out, 0, len);
    memcpy(out, text.p ? text.p : (const uint8_t *)"", text.len < len ? text.len : len - 1);
    kith_buf_wipe(&text);
}

/* What was on its way into outpackets, or in it, the host goes on with, or else it is sent again when it is time. */
static enum courier_step step_of(uint64_t kept) {
    return kept == COURIER_STORED ? COURIER_STORED : kept == COURIER_TROUBLE ? COURIER_TROUBLE : COURIER_QUEUED;
}

static void load_flight(struct kith_recipient *r, const struct kith_json *doc, uint32_t node) {
    struct courier_flight *f = &r->flights[r->flight_count];
    if (r->flight_count == KITH_COURIER_FLIGHTS || !get_id(doc, nth(doc, node, 0), &f->id))
        return;
    f->made_ms = number(doc, nth(doc, node, 1));
    f->own_first = number(doc, nth(doc, node, 2));
    f->own_last = number(doc, nth(doc, node, 3));
    f->asks = number(doc, nth(doc, node, 4)) != 0;
    f->step = step_of(number(doc, nth(doc, node, 5)));
    f->len = (uint32_t)number(doc, nth(doc, node, 6));
    f->guests_to = number(doc, nth(doc, node, 7));
    f->seen = (size_t)number(doc, nth(doc, node, 8));
    get_text(doc, nth(doc, node, 9), f->road, sizeof f->road);
    get_text(doc, nth(doc, node, 10), f->by, sizeof f->by);
    r->flight_count++;
}

static void load_ask(struct kith_recipient *r, const struct kith_json *doc, uint32_t ask) {
    if (ask == KITH_JSON_NONE)
        return;
    r->strict = true;
    r->refused = number(doc, nth(doc, ask, 0)) != 0;
    kith_json_unescape(&r->ask_text, kith_json_str(doc, nth(doc, ask, 1)));
    if (kith_feed_id_parse(kith_json_str(doc, nth(doc, ask, 2)), &r->ask_referrer))
        r->ask_referrer = (struct kith_pubkey){{0}};
    if (!get_id(doc, nth(doc, ask, 3), &r->ask_token))
        r->ask_token = (struct kith_packet_id){{0}};
}

static void load_one(struct kith_node *n, const struct kith_json *doc, void *ctx) {
    struct kith_recipient *r;
    struct kith_pubkey id;
    uint64_t retry = number(doc, kith_json_get(doc, 0, "retry")), longest = n->t.wall_ms + KITH_COURIER_LONGEST_MS;
    (void)ctx;
    if (kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, 0, "key")), &id) || !(r = courier_put(n, &id)))
        return;
    r->told = number(doc, kith_json_get(doc, 0, "told")) != 0;
    r->guests_at = number(doc, kith_json_get(doc, 0, "guests"));
    r->guests_acked = number(doc, kith_json_get(doc, 0, "came"));
    r->heard = number(doc, kith_json_get(doc, 0, "heard")) != 0;
    r->asked = number(doc, kith_json_get(doc, 0, "asked")) != 0;
    get_bytes(&r->receipts, doc, "receipts");
    get_bytes(&r->others, doc, "others");
    get_bytes(&r->seen_said, doc, "read");
    r->seen_new = (size_t)number(doc, kith_json_get(doc, 0, "new"));
    if (r->seen_new > r->seen_said.len / KITH_PART_READ_LEN)
        r->seen_new = r->seen_said.len / KITH_PART_READ_LEN;
    for (uint32_t i = kith_json_first(doc, kith_json_get(doc, 0, "by")); i != KITH_JSON_NONE && r->seen_by_count < KITH_COURIER_READ; i = doc->nodes[i].next)
        r->seen_by[r->seen_by_count++] = number(doc, i);
    load_ask(r, doc, kith_json_get(doc, 0, "ask"));
    r->clock_ms = number(doc, kith_json_get(doc, 0, "clock"));
    r->usual_ms = number(doc, kith_json_get(doc, 0, "usual"));
    r->tries = (unsigned)number(doc, kith_json_get(doc, 0, "tries"));
    r->futile = (unsigned)number(doc, kith_json_get(doc, 0, "futile"));
    r->given_up_ms = number(doc, kith_json_get(doc, 0, "up"));
    r->oldest_ms = number(doc, kith_json_get(doc, 0, "oldest"));
    r->own_pushed = number(doc, kith_json_get(doc, 0, "pushed"));
    r->notes_told = number(doc, kith_json_get(doc, 0, "notes"));
    r->profile_told = number(doc, kith_json_get(doc, 0, "profile"));
    for (uint32_t i = kith_json_first(doc, kith_json_get(doc, 0, "feeds")); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        struct kith_pubkey feed;
        struct courier_feed *f = kith_feed_id_parse(doc->nodes[i].key, &feed) ? NULL : courier_feed_put(r, &feed);
        if (!f)
            continue;
        f->has = number(doc, nth(doc, i, 0));
        f->sent = number(doc, nth(doc, i, 1));
        f->wants = number(doc, nth(doc, i, 2)) != 0;
        f->noted = number(doc, nth(doc, i, 3)) != 0;
        f->wall = (uint8_t)number(doc, nth(doc, i, 4));
        f->split = number(doc, nth(doc, i, 5));
    }
    for (uint32_t i = kith_json_first(doc, kith_json_get(doc, 0, "seen")); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        if (r->seen_count < KITH_COURIER_SEEN && get_id(doc, i, &r->seen[r->seen_count]))
            r->seen_at = ++r->seen_count % KITH_COURIER_SEEN;
    }
    for (uint32_t i = kith_json_first(doc, kith_json_get(doc, 0, "flights")); i != KITH_JSON_NONE; i = doc->nodes[i].next)
        load_flight(r, doc, i);
    if (!retry && r->flight_count) /* whether the host still has them it alone knows, and after a power cut not even it */
        r->retry_ms = n->t.now_ms + courier_timeout(r);
    /* The clock may have jumped while nobody looked: no longer than ever is waited. */
    if (retry)
        r->retry_ms = n->t.now_ms + (retry > longest ? KITH_COURIER_LONGEST_MS : retry > n->t.wall_ms ? retry - n->t.wall_ms : 0);
}

static void load_roads(struct kith_node *n, const struct kith_json *doc, void *ctx) {
    struct kith_pubkey id;
    struct kith_recipient *r;
    (void)ctx;
    if (kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, 0, "key")), &id))
        return;
    if (kith_pubkey_eq(&id, &n->keys.pub)) {
        get_lines(&n->courier.own_roads, doc, kith_json_get(doc, 0, "roads"));
        n->courier.has_profile = true;
    } else if ((r = courier_put(n, &id))) {
        get_lines(&r->roads, doc, kith_json_get(doc, 0, "roads"));
        r->profile_ms = number(doc, kith_json_get(doc, 0, "said"));
        if (kith_json_get(doc, 0, "profile") != KITH_JSON_NONE)
            kith_json_put_compact(&r->profile, doc, kith_json_get(doc, 0, "profile"));
    }
}

void courier_load(struct kith_node *n) {
    kith_local_each(n, ROADS, load_roads, NULL);
    for (size_t i = 0; i < n->courier.count; i++)
        courier_profile_use(n, n->courier.all[i]);
    kith_local_each(n, TYPE, load_one, NULL);
}
