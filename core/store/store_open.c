/* SPDX-License-Identifier: MIT */
#include "store/store_state.h"

static void draw_seed(struct kith_store *s) {
    kith_rng_fill(&s->rng, s->seed, sizeof s->seed);
    kith_ids_init(&s->ids, s->seed);
    kith_feeds_init(&s->feeds, s->seed);
}

static void delete_all(struct kith_store *s, struct kith_vec *garbage) {
    for (size_t i = 0; i < garbage->count; i++)
        kith_store_ask(s, KITH_STORE_DELETE, FOR_GARBAGE, (const char *)garbage->p + i * KITH_SLOT_NAME_MAX, 0);
    kith_vec_wipe(garbage);
}

static struct kith_vec names(void) {
    return (struct kith_vec){.item_len = KITH_SLOT_NAME_MAX};
}

static int load(struct kith_store *s, const struct kith_store_config *c, struct kith_store_report *report) {
    struct kith_log_report found = {0};
    struct kith_vec garbage = names();
    int err = kith_log_find(&s->log, c->slots, c->slot_count, &garbage);
    if (!err) {
        kith_store_snapshot_find(s, c->slots, c->slot_count);
        report->snapshot_used = kith_store_snapshot_load(s);
        if (!report->snapshot_used) {
            kith_vec_wipe(&garbage);
            kith_store_reset_tables(s);
            draw_seed(s);
            err = kith_log_find(&s->log, c->slots, c->slot_count, &garbage);
        }
    }
    if (!err)
        err = kith_log_scan(&s->log, &found, &garbage);
    if (!err) {
        report->records = kith_log_count(&s->log);
        report->applied = report->records - s->times.count;
        report->damaged_blocks = found.damaged_blocks;
        report->cut_bytes = found.cut_bytes;
        err = kith_store_catch_up(s);
    }
    delete_all(s, &garbage);
    return err;
}

int kith_store_open(struct kith_store **out, const struct kith_store_config *c, struct kith_store_report *report) {
    struct kith_store *s = kith_alloc(sizeof *s);
    struct kith_store_report unused;
    int err;
    *out = NULL;
    if (!report)
        report = &unused;
    *report = (struct kith_store_report){0};
    kith_log_init(&s->log);
    s->times = KITH_VEC(uint64_t);
    s->authors = KITH_VEC(uint32_t);
    s->pending = KITH_VEC(struct pending);
    s->compaction.pos = KITH_VEC(uint32_t);
    s->views = c->views;
    s->rng = c->rng;
    s->segment_len = c->segment_len ? c->segment_len : KITH_STORE_SEGMENT_LEN;
    if (s->segment_len > KITH_SEGMENT_MAX_LEN)
        s->segment_len = KITH_SEGMENT_MAX_LEN;
    s->quota = c->quota;
    s->unbox = c->unbox;
    s->unbox_ctx = c->unbox_ctx;
    draw_seed(s);
    err = load(s, c, report);
    if (err) {
        kith_store_free(s);
        return err;
    }
    /* What was read may still be on its way to the disk, if another process wrote it and died. */
    if (s->log.durable < kith_log_count(&s->log) || !s->log.count)
        kith_store_sync(s);
    *out = s;
    return kith_store_make_room(s, 0);
}

void kith_store_free(struct kith_store *s) {
    if (!s)
        return;
    kith_log_wipe(&s->log);
    kith_ids_wipe(&s->ids);
    kith_feeds_wipe(&s->feeds);
    kith_vec_wipe(&s->times);
    kith_vec_wipe(&s->authors);
    kith_vec_wipe(&s->pending);
    kith_store_compact_wipe(s);
    kith_json_wipe(&s->doc);
    kith_json_wipe(&s->plain);
    kith_buf_wipe(&s->plain_text);
    kith_buf_wipe(&s->scratch);
    kith_free(s);
}

int kith_store_rebuild(struct kith_store *s) {
    kith_store_reset_tables(s);
    return kith_store_catch_up(s);
}

/* --- after a failed sync ---------------------------------------------------------------------- */

/* A failed sync may have thrown dirty pages away and marked the rest as clean, so asking again proves
 * nothing. What can still be read and is whole is written once more at its place, which makes it
 * dirty, and the next sync decides. KITH_ERR_CORRUPT: something of it is gone. */
static int write_again(struct kith_segment *seg, const struct kith_vec *pos) {
    struct kith_segment_reader r;
    struct kith_block b = {0};
    uint64_t at;
    uint32_t first;
    int err;
    if (!seg->slot.ops || seg->synced >= seg->mark.next)
        return KITH_OK;
    first = *KITH_VEC_AT(pos, uint32_t, seg->synced);
    if (!first)
        return KITH_ERR_CORRUPT;
    err = kith_segment_reader_init(&r, &seg->slot, seg->mark.generation);
    if (!err && seg->synced == seg->mark.base) { /* then its header was never synced either */
        const uint8_t *head;
        err = kith_segment_bytes(&r, 0, KITH_SEGMENT_HEADER_LEN, &head);
        if (!err)
            err = seg->slot.ops->write_at(seg->slot.ctx, 0, head, KITH_SEGMENT_HEADER_LEN);
    }
    for (at = first - KITH_BLOCK_HEADER_LEN; !err && at < seg->mark.len; at = b.next) {
        const uint8_t *p;
        err = kith_segment_block(&r, at, &b);
        if (!err)
            err = kith_segment_bytes(&r, at, (size_t)(b.next - at), &p);
        if (!err)
            err = seg->slot.ops->write_at(seg->slot.ctx, at, p, (size_t)(b.next - at));
    }
    kith_segment_reader_wipe(&r);
    return !err && b.check != seg->mark.tip ? KITH_ERR_CORRUPT : err == KITH_ERR_NOT_FOUND ? KITH_ERR_CORRUPT : err;
}

/* Reads the log from its slots as if it had just been opened; what was durable stays so. */
static int reload(struct kith_store *s) {
    struct kith_log_report found = {0};
    struct kith_vec garbage = names();
    uint64_t durable = s->log.durable, generation = s->log.generation;
    size_t count = 0;
    struct kith_slot *slots = kith_alloc((s->log.count + 1) * sizeof *slots);
    int err;
    for (size_t i = 0; i < s->log.count; i++) {
        if (s->log.segments[i].slot.ops)
            slots[count++] = s->log.segments[i].slot;
    }
    kith_store_reset_tables(s);
    err = kith_log_find(&s->log, slots, count, &garbage);
    kith_free(slots);
    s->log.generation = generation; /* names that were asked for are not given twice */
    s->log.durable = durable;
    if (!err)
        err = kith_log_scan(&s->log, &found, &garbage);
    delete_all(s, &garbage);
    return err ? err : kith_store_catch_up(s);
}

int kith_store_recover(struct kith_store *s) {
    int err = KITH_OK;
    for (size_t i = 0; i < s->pending.count;) {
        struct pending *p = KITH_VEC_AT(&s->pending, struct pending, i);
        if (p->effect.kind == KITH_STORE_SYNC && p->purpose == FOR_LOG) { /* a late answer means nothing */
            *p = *KITH_VEC_AT(&s->pending, struct pending, s->pending.count - 1);
            s->pending.count--;
        } else {
            i++;
        }
    }
    for (size_t i = 0; i < s->log.count && !err; i++)
        err = write_again(&s->log.segments[i], &s->log.pos);
    if (err == KITH_ERR_CORRUPT)
        err = reload(s);
    if (err)
        return err;
    s->needs_recover = false;
    kith_store_sync(s);
    return kith_store_make_room(s, 0);
}
