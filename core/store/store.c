/* SPDX-License-Identifier: MIT */
#include "store/store_state.h"

#define BATCH_MAX ((uint64_t)256 << 20) /* bytes of one append: far from what a block can hold */

uint64_t kith_store_count(const struct kith_store *s) {
    return kith_log_count(&s->log);
}

uint64_t kith_store_durable(const struct kith_store *s) {
    return s->log.durable;
}

uint64_t kith_store_size(const struct kith_store *s) {
    return kith_log_size(&s->log);
}

const uint64_t *kith_store_times(const struct kith_store *s) {
    return s->times.p;
}

const struct kith_feeds *kith_store_feeds(const struct kith_store *s) {
    return &s->feeds;
}

struct kith_feeds *kith_store_feeds_mut(struct kith_store *s) {
    return &s->feeds;
}

uint32_t kith_store_author(const struct kith_store *s, uint64_t number) {
    return number < s->authors.count ? *KITH_VEC_AT(&s->authors, uint32_t, number) : KITH_FEED_NONE;
}

/* --- appending -------------------------------------------------------------------------------- */

/* Writes and applies; the quota is the caller's to mind. */
static int append(struct kith_store *s, const struct kith_record *records, size_t count) {
    uint64_t first = kith_log_count(&s->log), cost = kith_log_cost(records, count);
    int err;
    if (s->needs_recover)
        return KITH_ERR_IO;
    if (count > KITH_RECORD_MAX_COUNT - first)
        return KITH_ERR_FULL;
    err = kith_store_make_room(s, cost);
    if (!err)
        err = kith_log_append(&s->log, records, count);
    if (err)
        return err;
    for (size_t i = 0; i < count; i++) {
        struct kith_record r = records[i];
        r.number = first + i;
        kith_store_apply(s, &r);
    }
    return KITH_OK;
}

int kith_store_append(struct kith_store *s, const struct kith_record *records, size_t count, uint64_t *first) {
    uint64_t cost = 0;
    if (!count)
        return KITH_ERR_ARG;
    for (size_t i = 0; i < count; i++) {
        if (records[i].value.len > KITH_RECORD_MAX_LEN || records[i].kind < KITH_RECORD_CHAINED ||
            records[i].kind > KITH_RECORD_LOCAL ||
            records[i].format != (records[i].kind == KITH_RECORD_LOCAL ? KITH_FORMAT_LOCAL : KITH_FORMAT_CLASSIC))
            return KITH_ERR_ARG;
    }
    cost = kith_log_cost(records, count);
    if (cost > BATCH_MAX)
        return KITH_ERR_ARG;
    if (s->quota && kith_store_size(s) + cost > s->quota)
        return KITH_ERR_FULL;
    *first = kith_log_count(&s->log);
    return append(s, records, count);
}

int kith_store_forget(struct kith_store *s, uint64_t number) {
    uint8_t value[8];
    struct kith_record note = {.format = KITH_FORMAT_LOCAL, .kind = KITH_RECORD_FORGET,
                               .value = {value, sizeof value}};
    uint8_t kind;
    int err;
    if (number >= kith_log_count(&s->log) || !*KITH_VEC_AT(&s->log.pos, uint32_t, number))
        return KITH_ERR_NOT_FOUND;
    kind = *KITH_VEC_AT(&s->log.kinds, uint8_t, number);
    if (kind < KITH_RECORD_CHAINED || kind > KITH_RECORD_LOCAL)
        return KITH_ERR_NOT_FOUND;
    kith_put_u64le(value, number);
    err = append(s, &note, 1);
    if (!err)
        kith_log_erase(&s->log, number);
    return err;
}

/* --- reading ---------------------------------------------------------------------------------- */

int kith_store_get(struct kith_store *s, uint64_t number, struct kith_record *out, struct kith_buf *scratch) {
    int err = kith_log_read(&s->log, number, out, scratch);
    if (err)
        return err;
    out->kind = *KITH_VEC_AT(&s->log.kinds, uint8_t, number);
    if (out->kind != KITH_RECORD_ERASED && out->kind != KITH_RECORD_FORGET)
        return KITH_OK;
    out->value = kith_bytes(NULL, 0);
    return KITH_ERR_NOT_FOUND;
}

bool kith_store_find(const struct kith_store *s, const struct kith_msgid *id, uint64_t *number) {
    struct kith_ids_cursor c = kith_ids_find(&s->ids, id);
    struct kith_msgid there;
    uint8_t best = UINT8_MAX;
    uint32_t rec;
    /* The lowest kind is the best: chained before loose before erased. */
    while (best != KITH_RECORD_CHAINED && kith_ids_next(&s->ids, &c, &rec)) {
        uint8_t kind = *KITH_VEC_AT(&s->log.kinds, uint8_t, rec);
        if (kind < best && kith_log_id(&s->log, rec, &there) && kith_msgid_eq(&there, id)) {
            best = kind;
            *number = rec;
        }
    }
    return best != UINT8_MAX;
}

int kith_store_entry(struct kith_store *s, uint64_t number, struct kith_entry *out, struct kith_record *record,
                     struct kith_json *doc, struct kith_json *plain, struct kith_buf *scratch) {
    size_t at;
    int err = kith_store_get(s, number, record, scratch);
    if (err)
        return err;
    at = (size_t)(record->value.p - scratch->p);
    kith_buf_reserve(scratch, record->value.len); /* for the plain text, so that nothing moves later */
    record->value.p = scratch->p + at;
    if (!kith_store_parse(s, record, out, doc, plain, scratch))
        return KITH_ERR_CORRUPT;
    out->feed = *KITH_VEC_AT(&s->authors, uint32_t, number);
    out->time = *KITH_VEC_AT(&s->times, uint64_t, number);
    return KITH_OK;
}

int kith_store_reapply(struct kith_store *s, uint64_t number) {
    struct kith_record r;
    struct kith_entry e;
    int err = kith_store_get(s, number, &r, &s->scratch);
    if (err)
        return err;
    if (!kith_store_parse(s, &r, &e, &s->doc, &s->plain, NULL))
        return KITH_ERR_CORRUPT;
    kith_store_show(s, &e);
    return KITH_OK;
}
