/* SPDX-License-Identifier: MIT */
#include "broker/inboxes.h"

#include "broker/state.h"
#include "wire/inbox_proof.h"

#define BASE "/inbox/"
#define FILE_LEN 16 /* of its name: a number in hexadecimal */
#define DAY_MS (UINT64_C(24) * 3600 * 1000)

/* A request, once its path is understood. */
struct visit {
    struct kith_broker *b;
    const struct kith_broker_store *store;
    const struct kith_inbox_request *q;
    struct kith_inbox_answer *a;
    struct source *source;
    struct kith_broker_time t;
    struct kith_bytes name; /* as it is written in the path */
    struct kith_pubkey key;
    uint64_t file;
    bool has_file;
};

/* ---- the path ---- */

static bool parse_file(struct kith_bytes text, uint64_t *file) {
    *file = 0;
    if (text.len != FILE_LEN)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.p[i], v = c >= '0' && c <= '9' ? (uint8_t)(c - '0') : c >= 'a' && c <= 'f' ? (uint8_t)(c - 'a' + 10) : 255;
        if (v == 255)
            return false;
        *file = *file << 4 | v;
    }
    return true;
}

/* /inbox/NAME or /inbox/NAME/FILE. */
static bool parse_path(struct visit *v) {
    struct kith_bytes rest;
    if (!kith_bytes_starts(v->q->path, BASE))
        return false;
    rest = kith_bytes_skip(v->q->path, sizeof BASE - 1);
    v->name = kith_bytes(rest.p, rest.len < KITH_INBOX_NAME_LEN ? rest.len : KITH_INBOX_NAME_LEN);
    rest = kith_bytes_skip(rest, v->name.len);
    v->has_file = rest.len != 0;
    return kith_inbox_parse(v->name, &v->key) && (!v->has_file || (rest.p[0] == '/' && parse_file(kith_bytes_skip(rest, 1), &v->file)));
}

static bool is_method(const struct visit *v, const char *method) {
    return kith_bytes_is(v->q->method, method);
}

static uint32_t kib_of(size_t len) {
    return (uint32_t)(len >> 10) + 1;
}

static bool spend(const struct visit *v, enum source_cost cost, uint32_t amount, uint32_t limit) {
    return source_spend(v->source, cost, amount, limit, v->t.now_ms);
}

static uint64_t today(const struct visit *v) {
    return v->t.wall_ms / DAY_MS;
}

/* ---- anybody ---- */

static int post(const struct visit *v) {
    struct kith_broker_inbox at;
    struct kith_broker_packet packet = {.name = v->key, .came_ms = v->t.wall_ms, .bytes = v->q->body};
    int err;
    if (!spend(v, COST_INBOX_POST, 1, INBOX_POSTS_AN_HOUR) || !spend(v, COST_INBOX_KIB, kib_of(packet.bytes.len), INBOX_KIB_AN_HOUR))
        return 429;
    if (v->has_file)
        return 405;
    if (!packet.bytes.len)
        return 400;
    if (packet.bytes.len > INBOX_PACKET_MAX)
        return 413;
    err = v->store->inbox_get(v->store->ctx, &v->key, &at);
    if (err)
        return err == KITH_ERR_NOT_FOUND ? 404 : 503;
    if (at.files >= INBOX_FILES_MAX || at.bytes + packet.bytes.len > v->b->config.inbox_quota)
        return 507;
    kith_rng_fill(&v->b->config.rng, &packet.file, sizeof packet.file);
    packet.file &= INT64_MAX; /* as SQL counts */
    err = v->store->packet_put(v->store->ctx, &packet);
    if (!err)
        v->b->counts.packets_taken++;
    return !err ? 201 : err == KITH_ERR_FULL ? 507 : 503;
}

/* ---- the owner ---- */

static int open_one(const struct visit *v) {
    struct kith_broker_inbox at;
    int err = v->store->inbox_get(v->store->ctx, &v->key, &at);
    if (err == KITH_ERR_NOT_FOUND) {
        if (!spend(v, COST_INBOX_OPEN, 1, INBOX_OPENED_AN_HOUR))
            return 429;
        if (v->b->counts.inboxes >= INBOXES_MAX)
            return 507;
    }
    if (err && err != KITH_ERR_NOT_FOUND)
        return 503;
    if (v->store->inbox_visit(v->store->ctx, &v->key, today(v)))
        return 503;
    v->b->counts.inboxes += err == KITH_ERR_NOT_FOUND;
    return err ? 201 : 204;
}

struct lines {
    struct kith_buf *out;
    size_t count;
};

static bool put_line(void *ctx, uint64_t file, size_t len) {
    struct lines *lines = ctx;
    struct kith_buf *out = lines->out;
    for (int shift = 60; shift >= 0; shift -= 4)
        kith_buf_put_u8(out, (uint8_t)"0123456789abcdef"[file >> shift & 15]);
    kith_buf_put_u8(out, ' ');
    kith_buf_put_dec(out, len);
    kith_buf_put_u8(out, '\n');
    return ++lines->count < INBOX_LISTED_MAX;
}

static int list(const struct visit *v) {
    struct lines lines = {.out = &v->a->body};
    struct kith_broker_inbox at;
    int err = v->store->inbox_get(v->store->ctx, &v->key, &at);
    if (err)
        return err == KITH_ERR_NOT_FOUND ? 404 : 503;
    if (at.visited_day != today(v) && v->store->inbox_visit(v->store->ctx, &v->key, today(v)))
        return 503;
    return v->store->packet_each(v->store->ctx, &v->key, put_line, &lines) ? 503 : 200;
}

static int get(const struct visit *v) {
    int err;
    if (!v->has_file)
        return list(v);
    if (!spend(v, COST_INBOX_READ, 1, INBOX_KIB_READ_AN_HOUR))
        return 429;
    err = v->store->packet_get(v->store->ctx, &v->key, v->file, &v->a->body);
    if (err)
        return err == KITH_ERR_NOT_FOUND ? 404 : 503;
    if (!spend(v, COST_INBOX_READ, kib_of(v->a->body.len) - 1, INBOX_KIB_READ_AN_HOUR)) {
        v->source->spent[COST_INBOX_READ] = INBOX_KIB_READ_AN_HOUR; /* or reading it in vain would cost us, and nobody else, each time */
        kith_buf_clear(&v->a->body);
        return 429;
    }
    v->a->is_packet = true;
    return 200;
}

static int take_away(const struct visit *v) {
    struct kith_broker_inbox at;
    if (v->has_file)
        return v->store->packet_drop(v->store->ctx, &v->key, v->file) ? 503 : 204;
    if (v->store->inbox_get(v->store->ctx, &v->key, &at) == KITH_ERR_NOT_FOUND)
        return 204;
    if (v->store->inbox_close(v->store->ctx, &v->key))
        return 503;
    v->b->counts.inboxes -= v->b->counts.inboxes != 0;
    return 204;
}

/* Whose inbox it is signs each request. A source that shows many wrong proofs is not checked any more: that costs us more than
 * it. */
static int as_owner(const struct visit *v) {
    if (v->source->spent[COST_INBOX_PROOF] >= INBOX_PROOFS_BAD_AN_HOUR && !spend(v, COST_INBOX_PROOF, 1, INBOX_PROOFS_BAD_AN_HOUR))
        return 429;
    if (kith_inbox_check(v->q->authorization, v->name, v->q->method, v->q->path, v->t.wall_ms)) {
        (void)spend(v, COST_INBOX_PROOF, 1, INBOX_PROOFS_BAD_AN_HOUR);
        return 401;
    }
    if (is_method(v, "PUT"))
        return v->has_file ? 405 : open_one(v);
    return is_method(v, "DELETE") ? take_away(v) : get(v);
}

bool kith_broker_inbox(struct kith_broker *b, const struct kith_inbox_request *q, struct kith_inbox_answer *a, struct kith_broker_time t) {
    struct visit v = {.b = b, .store = b->config.store, .q = q, .a = a, .t = t};
    if (!b->config.inbox_quota || !v.store || !parse_path(&v))
        return false;
    v.source = sources_get(&b->sources, &q->source, t.now_ms);
    if (is_method(&v, "OPTIONS"))
        a->status = 204;
    else if (is_method(&v, "POST"))
        a->status = post(&v);
    else if (is_method(&v, "PUT") || is_method(&v, "DELETE") || is_method(&v, "GET"))
        a->status = as_owner(&v);
    else
        a->status = 405;
    b->counts.packets_refused += a->status >= 400;
    return true;
}

/* ---- age ---- */

void inboxes_sweep(struct kith_broker *b, struct kith_broker_time t) {
    const struct kith_broker_store *store = b->config.store;
    uint64_t age_ms = b->config.inbox_days * DAY_MS, day = t.wall_ms / DAY_MS;
    if (!b->config.inbox_quota || !store || t.now_ms < b->inboxes_due_ms)
        return;
    b->inboxes_due_ms = t.now_ms + INBOX_SWEEP_MS;
    if (!store->inbox_sweep(store->ctx, t.wall_ms > age_ms ? t.wall_ms - age_ms : 0, day > INBOX_UNVISITED_DAYS ? day - INBOX_UNVISITED_DAYS : 0))
        store->inbox_count(store->ctx, &b->counts.inboxes, &b->counts.packets, &b->counts.packet_bytes);
}
