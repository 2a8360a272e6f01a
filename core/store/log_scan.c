/* SPDX-License-Identifier: MIT */
/* Opening a log. Two things look alike: a tail that a power cut tore, and damage to what was safe on
 * the disk. Every block says how many records were durable when it was written; if any block after
 * the bad place (or a segment's header) says so of a record that the bad place should hold, it is
 * damage and is stepped over; otherwise nobody was ever told that it is stored, and it is cut off. */
#include "store/log_state.h"

struct scan {
    struct kith_log *l;
    struct kith_log_report *report;
    uint64_t durable; /* the highest that any block or header said */
};

static void accept(struct scan *scan, struct kith_segment *s, const struct kith_block *b) {
    struct kith_bytes left = b->records;
    struct kith_record r;
    if (b->first > kith_log_count(scan->l))
        kith_log_holes(scan->l, b->first);
    s->mark.next = b->first + b->count;
    s->mark.len = b->next;
    s->mark.tip = b->check;
    s->mark.tip_at = b->at;
    if (b->durable > scan->durable)
        scan->durable = b->durable;
    for (uint32_t i = 0; i < b->count; i++) {
        uint64_t at = b->at + KITH_BLOCK_HEADER_LEN + (b->records.len - left.len);
        if (kith_record_read(&left, b->first + i, &r))
            break; /* a writer's mistake: the block's own checksum was right */
        kith_log_accept(scan->l, &r, at);
    }
    if (kith_log_count(scan->l) < s->mark.next)
        kith_log_holes(scan->l, s->mark.next);
}

static bool is_sane(const struct kith_log *l, const struct kith_block *b) {
    return b->first >= kith_log_count(l) && b->count && b->first + b->count <= KITH_RECORD_MAX_COUNT;
}

/* Whether anything from this place on proves that the next record was durable once. */
static int find_proof(struct scan *scan, size_t from, uint64_t at, bool *proof) {
    uint64_t wanted = kith_log_count(scan->l);
    int err = KITH_OK;
    *proof = scan->durable > wanted;
    for (size_t i = from; i < scan->l->count && !*proof && !err; i++) {
        const struct kith_segment *s = &scan->l->segments[i];
        struct kith_segment_header h;
        struct kith_segment_reader r;
        struct kith_segment unused;
        struct kith_block b = {.next = i == from ? at : KITH_SEGMENT_HEADER_LEN};
        if (!kith_segment_describe(&s->slot, s->mark.generation, &unused, &h))
            *proof = h.durable > wanted;
        err = kith_segment_reader_init(&r, &s->slot, s->mark.generation);
        while (!err && !*proof) {
            err = kith_segment_seek(&r, b.next, &b);
            *proof = !err && b.durable > wanted;
        }
        kith_segment_reader_wipe(&r);
        if (err == KITH_ERR_NOT_FOUND)
            err = KITH_OK;
    }
    return err;
}

/* Cuts the log at a place of segment i: what follows was never acknowledged. The segments after it go
 * away, and new records go to a new segment, which is created only when those are gone: otherwise
 * they could come back after the next crash and seem to follow. */
static int cut(struct scan *scan, size_t i, uint64_t at, struct kith_vec *garbage) {
    struct kith_log *l = scan->l;
    const struct kith_slot *slot;
    uint64_t size;
    int err;
    while (l->count > i + 1) {
        slot = &l->segments[l->count - 1].slot;
        err = slot->ops->size(slot->ctx, &size);
        if (err)
            return err;
        scan->report->cut_bytes += size;
        kith_log_drop(l, l->count - 1, garbage);
        l->sealed = true;
    }
    slot = &l->segments[i].slot;
    err = slot->ops->size(slot->ctx, &size);
    if (err)
        return err;
    scan->report->cut_bytes += size > at ? size - at : 0;
    if (at > KITH_SEGMENT_HEADER_LEN)
        return size > at ? slot->ops->truncate(slot->ctx, at) : KITH_OK;
    kith_log_drop(l, i, garbage); /* so no two live segments ever have one base */
    l->sealed = true;
    return KITH_OK;
}

/* A damaged block's records have checksums of their own: those that still fit are kept. One that does
 * not is passed if the next one is where its length says. */
static int salvage(struct scan *scan, struct kith_segment *s, struct kith_segment_reader *r, uint64_t at) {
    struct kith_log *l = scan->l;
    struct kith_record rec;
    const uint8_t *head;
    int err = KITH_OK;
    for (at += KITH_BLOCK_HEADER_LEN; !err && kith_log_count(l) < KITH_RECORD_MAX_COUNT;) {
        uint64_t number = kith_log_count(l), next;
        err = kith_segment_bytes(r, at, KITH_RECORD_HEADER_LEN, &head);
        if (err)
            break;
        next = at + KITH_RECORD_HEADER_LEN + kith_get_u32le(head + 4);
        err = kith_segment_record(r, at, number, &rec);
        if (!err) {
            s->mark.next = number + 1;
            kith_log_accept(l, &rec, at);
        } else if (err == KITH_ERR_CORRUPT) {
            err = kith_segment_record(r, next, number + 1, &rec);
            if (!err)
                kith_log_holes(l, number + 1);
        }
        at = next;
    }
    return err == KITH_ERR_CORRUPT ? KITH_OK : err;
}

/* Goes on after a place that holds no valid continuation. *at moves behind the damage, or *is_cut. */
static int step_over(struct scan *scan, size_t i, struct kith_segment_reader *r, uint64_t *at,
                     struct kith_vec *garbage, bool *is_cut) {
    struct kith_segment *s = &scan->l->segments[i];
    struct kith_block b;
    bool proof;
    int err = find_proof(scan, i, *at, &proof);
    if (err)
        return err;
    if (!proof) {
        *is_cut = true;
        return cut(scan, i, *at, garbage);
    }
    scan->report->damaged_blocks++;
    err = salvage(scan, s, r, *at);
    if (err)
        return err;
    do {
        err = kith_segment_seek(r, *at, &b);
        *at = err == KITH_ERR_NOT_FOUND ? r->size : b.next;
    } while (!err && !is_sane(scan->l, &b));
    if (err == KITH_ERR_NOT_FOUND) {
        s->mark.len = r->size;
        scan->l->sealed = i + 1 == scan->l->count; /* nothing may follow bytes that mean nothing */
        return KITH_OK;
    }
    if (!err)
        accept(scan, s, &b);
    return err;
}

static int scan_segment(struct scan *scan, size_t i, struct kith_vec *garbage, bool *is_cut) {
    struct kith_segment *s = &scan->l->segments[i];
    struct kith_segment_reader r;
    struct kith_segment_header h;
    struct kith_segment unused;
    struct kith_block b;
    uint64_t at = s->mark.len;
    int err = kith_segment_reader_init(&r, &s->slot, s->mark.generation);
    if (!err && !kith_segment_describe(&s->slot, s->mark.generation, &unused, &h) && h.durable > scan->durable)
        scan->durable = h.durable;
    while (!err && !*is_cut) {
        err = kith_segment_block(&r, at, &b);
        if (!err && b.prev == s->mark.tip && is_sane(scan->l, &b)) {
            accept(scan, s, &b);
            at = b.next;
        } else if (!err || err == KITH_ERR_CORRUPT) {
            err = step_over(scan, i, &r, &at, garbage, is_cut);
        }
    }
    kith_segment_reader_wipe(&r);
    return err == KITH_ERR_NOT_FOUND ? KITH_OK : err;
}

/* A gap between two segments, judged as one inside a segment is. */
static int scan_gap(struct scan *scan, size_t i, struct kith_vec *garbage, bool *is_cut) {
    struct kith_segment *s = &scan->l->segments[i];
    bool proof;
    int err;
    if (s->mark.len > KITH_SEGMENT_HEADER_LEN || s->mark.base == kith_log_count(scan->l))
        return KITH_OK;
    if (s->mark.base < kith_log_count(scan->l)) { /* never written so: go on with what is beyond */
        scan->report->damaged_blocks++;
        s->mark.base = s->mark.next = kith_log_count(scan->l);
        return KITH_OK;
    }
    err = find_proof(scan, i, KITH_SEGMENT_HEADER_LEN, &proof);
    if (err)
        return err;
    if (!proof) {
        *is_cut = true;
        return cut(scan, i, KITH_SEGMENT_HEADER_LEN, garbage);
    }
    scan->report->damaged_blocks++;
    kith_log_holes(scan->l, s->mark.base);
    return KITH_OK;
}

int kith_log_scan(struct kith_log *l, struct kith_log_report *report, struct kith_vec *garbage) {
    struct scan scan = {l, report, l->durable};
    bool is_cut = false;
    int err = KITH_OK;
    for (size_t i = l->known ? l->known - 1 : 0; i < l->count && !err && !is_cut; i++) {
        err = scan_gap(&scan, i, garbage, &is_cut);
        if (!err && !is_cut)
            err = scan_segment(&scan, i, garbage, &is_cut);
    }
    if (err)
        return err;
    if (scan.durable > kith_log_count(l)) {
        report->damaged_blocks++; /* the end itself is gone: its numbers are not given again */
        kith_log_holes(l, scan.durable);
        l->sealed = true;
    }
    l->durable = scan.durable;
    for (size_t i = 0; i < l->count; i++) {
        struct kith_segment *s = &l->segments[i];
        s->synced = s->mark.next < l->durable ? s->mark.next : l->durable > s->mark.base ? l->durable : s->mark.base;
    }
    return KITH_OK;
}
