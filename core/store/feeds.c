/* SPDX-License-Identifier: MIT */
#include "store/feeds_state.h"

#include "crypto/crypto.h"

void kith_feeds_init(struct kith_feeds *f, const uint64_t seed[2]) {
    *f = (struct kith_feeds){.rows = KITH_VEC(struct kith_feed_row), .table = KITH_VEC(uint32_t),
                             .pool = KITH_VEC(uint32_t), .chains = KITH_VEC(uint32_t), .seed = {seed[0], seed[1]}};
}

void kith_feeds_wipe(struct kith_feeds *f) {
    kith_vec_wipe(&f->rows);
    kith_vec_wipe(&f->table);
    kith_vec_wipe(&f->pool);
    kith_vec_wipe(&f->chains);
}

static struct kith_feed_row *row(const struct kith_feeds *f, uint32_t feed) {
    KITH_ASSERT(feed < f->rows.count);
    return KITH_VEC_AT(&f->rows, struct kith_feed_row, feed);
}

/* The place in the table where the id is or would go. The table holds feed numbers plus one. */
static uint32_t *probe(const struct kith_feeds *f, const struct kith_pubkey *id) {
    struct kith_sipkey key;
    size_t mask = f->table.count - 1;
    kith_put_u64le(key.b, f->seed[0]);
    kith_put_u64le(key.b + 8, f->seed[1]);
    for (size_t i = (size_t)kith_siphash(kith_bytes(id->b, sizeof id->b), &key) & mask;; i = (i + 1) & mask) {
        uint32_t *entry = KITH_VEC_AT(&f->table, uint32_t, i);
        if (!*entry || kith_pubkey_eq(&row(f, *entry - 1)->id, id))
            return entry;
    }
}

uint32_t kith_feeds_find(const struct kith_feeds *f, const struct kith_pubkey *id) {
    uint32_t entry = f->table.count ? *probe(f, id) : 0;
    return entry ? entry - 1 : KITH_FEED_NONE;
}

uint32_t kith_feeds_count(const struct kith_feeds *f) {
    return (uint32_t)f->rows.count;
}

const struct kith_pubkey *kith_feeds_id(const struct kith_feeds *f, uint32_t feed) {
    return &row(f, feed)->id;
}

static void grow(struct kith_feeds *f) {
    size_t count = f->table.count ? f->table.count * 2 : 64;
    kith_vec_wipe(&f->table);
    memset(kith_vec_resize(&f->table, count), 0, count * sizeof(uint32_t));
    for (uint32_t i = 0; i < f->rows.count; i++)
        *probe(f, &row(f, i)->id) = i + 1;
}

uint32_t kith_feeds_intern(struct kith_feeds *f, const struct kith_pubkey *id) {
    uint32_t *entry;
    if (f->rows.count >= f->table.count / 4 * 3)
        grow(f);
    entry = probe(f, id);
    if (!*entry) {
        struct kith_pubkey copy = *id; /* it may live in a row, which moves */
        struct kith_feed_row *r = kith_vec_push(&f->rows);
        r->id = copy;
        r->offered = 1;
        *entry = (uint32_t)f->rows.count;
    }
    return *entry - 1;
}

struct kith_head kith_feeds_head(const struct kith_feeds *f, uint32_t feed) {
    const struct kith_feed_row *r = row(f, feed);
    return (struct kith_head){r->list.count, r->head};
}

bool kith_feeds_record(const struct kith_feeds *f, uint32_t feed, uint64_t sequence, uint64_t *number) {
    const struct kith_feed_row *r = row(f, feed);
    if (sequence < r->offered || sequence > r->list.count)
        return false;
    *number = kith_list_read(&r->list, &f->pool)[sequence - 1];
    return true;
}

uint64_t kith_feeds_offered(const struct kith_feeds *f, uint32_t feed) {
    return row(f, feed)->offered;
}

bool kith_feeds_push(struct kith_feeds *f, uint32_t feed, uint64_t sequence, const struct kith_msgid *id,
                     uint32_t rec, uint64_t time) {
    struct kith_feed_row *r = row(f, feed);
    if (sequence != (uint64_t)r->list.count + 1)
        return false;
    kith_list_push(&r->list, &f->pool, &f->chains, rec);
    r->head = *id;
    r->time = time;
    return true;
}

uint64_t kith_feeds_time(const struct kith_feeds *f, uint32_t feed) {
    return row(f, feed)->time;
}

void kith_feeds_withhold(struct kith_feeds *f, uint32_t feed, uint64_t sequence) {
    struct kith_feed_row *r = row(f, feed);
    if (sequence <= r->list.count && sequence >= r->offered)
        r->offered = sequence + 1;
}
