/* SPDX-License-Identifier: MIT */
/* Opening a log. Two things look alike: a tail that a power cut tore, and damage to what was safe on
 * the disk. Every block says how many records were durable when it was written; if any block after
 * the bad place (or a segment's header) says so of a record that the bad place should hold, it is
 * damage and is stepped over; otherwise nobody was ever told that it is stored, and it is cut off. */
#include "store/log.h"
#include "store/segment.h"

/* Hexadecimal digits after "log-", as kith_segment_name writes them. */
static bool parse_name(const char *name, uint64_t *generation) {
    uint64_t v = 0;
    char again[KITH_SLOT_NAME_MAX];
    if (strncmp(name, "log-", 4) || strlen(name) != 20)
        return false;
    for (const char *c = name + 4; *c; c++) {
        if (*c >= '0' && *c <= '9')
            v = v << 4 | (uint64_t)(*c - '0');
        else if (*c >= 'a' && *c <= 'f')
            v = v << 4 | (uint64_t)(*c - 'a' + 10);
        else
            return false;
    }
    kith_segment_name(again, v);
    *generation = v;
    return v && !strcmp(again, name);
}

static void discard(struct kith_vec *garbage, const char *name) {
    memcpy(kith_vec_push(garbage), name, KITH_SLOT_NAME_MAX);
}

/* A slot whose header is neither ours nor what a crash leaves of ours (a mixture of our bytes and
 * zeros) belongs to someone else. */
static bool is_foreign(const uint8_t *head, size_t len) {
    static const char magic[] = "kithlog\n";
    for (size_t i = 0; i < len && i < 8; i++) {
        if (head[i] && head[i] != (uint8_t)magic[i])
            return true;
    }
    return false;
}

/* Describes the segment in a slot. A header that cannot be read is no loss: the generation is in the
 * name and the base in the first block. KITH_ERR_NOT_FOUND: nothing in it. */
static int describe(const struct kith_slot *slot, uint64_t generation, struct kith_segment *out,
                    struct kith_segment_header *h) {
    struct kith_segment_reader r;
    struct kith_block b;
    uint8_t head[KITH_SEGMENT_HEADER_LEN];
    size_t got = 0;
    int err = slot->ops->read_at(slot->ctx, 0, head, sizeof head, &got);
    if (err)
        return err;
    *out = (struct kith_segment){.slot = *slot};
    err = kith_segment_header_parse(kith_bytes(head, got), h);
    if (err == KITH_ERR_INVALID)
        return KITH_ERR_CORRUPT;
    if (err || h->generation != generation) {
        err = kith_segment_reader_init(&r, slot, generation);
        if (!err)
            err = kith_segment_seek(&r, KITH_SEGMENT_HEADER_LEN, &b);
        kith_segment_reader_wipe(&r);
        if (err)
            return err == KITH_ERR_NOT_FOUND && is_foreign(head, got) ? KITH_ERR_CORRUPT : err;
        *h = (struct kith_segment_header){generation, b.first, UINT64_MAX, b.durable, b.prev};
    }
    out->mark = (struct kith_segment_mark){.generation = generation, .base = h->base, .next = h->base,
                                           .len = KITH_SEGMENT_HEADER_LEN, .tip = h->tip};
    return KITH_OK;
}

/* Whether a rewritten segment was written to its end. */
static int is_complete(const struct kith_segment *s, uint64_t end, bool *complete) {
    struct kith_segment_reader r;
    struct kith_block b = {.next = s->mark.len};
    uint64_t tip = s->mark.tip, next = s->mark.base;
    int err = kith_segment_reader_init(&r, &s->slot, s->mark.generation);
    while (!err && next != end) {
        err = kith_segment_block(&r, b.next, &b);
        if (!err && (b.prev != tip || b.first < next))
            err = KITH_ERR_CORRUPT;
        tip = b.check;
        next = b.first + b.count;
    }
    kith_segment_reader_wipe(&r);
    *complete = !err;
    return err == KITH_ERR_IO ? err : KITH_OK;
}

static void drop_segment(struct kith_log *l, size_t i, struct kith_vec *garbage) {
    discard(garbage, l->segments[i].slot.name);
    kith_buf_wipe(&l->segments[i].pending);
    l->count--;
    memmove(&l->segments[i], &l->segments[i + 1], (l->count - i) * sizeof *l->segments);
}

/* Puts a segment in its place by base and generation. */
static void insert(struct kith_log *l, const struct kith_segment *s) {
    size_t i = l->count;
    l->segments = kith_grow(l->segments, &l->cap, l->count + 1, sizeof *l->segments);
    while (i && (l->segments[i - 1].mark.base > s->mark.base ||
                 (l->segments[i - 1].mark.base == s->mark.base &&
                  l->segments[i - 1].mark.generation > s->mark.generation))) {
        l->segments[i] = l->segments[i - 1];
        i--;
    }
    l->segments[i] = *s;
    l->count++;
}

/* Of two segments with one base the newer is a rewrite, and counts if no crash interrupted it. */
static int settle_twins(struct kith_log *l, struct kith_vec *garbage) {
    for (size_t i = 0; i + 1 < l->count;) {
        struct kith_segment_header h;
        struct kith_segment unused;
        bool complete = false;
        int err;
        if (l->segments[i].mark.base != l->segments[i + 1].mark.base) {
            i++;
            continue;
        }
        err = describe(&l->segments[i + 1].slot, l->segments[i + 1].mark.generation, &unused, &h);
        if (!err)
            err = is_complete(&l->segments[i + 1], h.end, &complete);
        if (err == KITH_ERR_IO)
            return err;
        drop_segment(l, complete ? i : i + 1, garbage);
    }
    return KITH_OK;
}

int kith_log_find(struct kith_log *l, const struct kith_slot *slots, size_t count, struct kith_vec *garbage) {
    kith_log_wipe(l);
    for (size_t i = 0; i < count; i++) {
        struct kith_segment_header h;
        struct kith_segment s;
        uint64_t generation;
        int err;
        if (!parse_name(slots[i].name, &generation))
            continue;
        if (generation > l->generation)
            l->generation = generation;
        err = describe(&slots[i], generation, &s, &h);
        if (err == KITH_ERR_NOT_FOUND)
            discard(garbage, slots[i].name);
        else if (err)
            return err;
        else
            insert(l, &s);
    }
    return settle_twins(l, garbage);
}

/* --- after a snapshot --------------------------------------------------------------------------- */

static void holes(struct kith_log *l, uint64_t upto) {
    size_t count = (size_t)(upto - kith_log_count(l));
    kith_vec_extend(&l->pos, count);
    kith_vec_extend(&l->kinds, count);
}

static void accept_record(struct kith_log *l, const struct kith_record *r, uint64_t at) {
    *(uint32_t *)kith_vec_push(&l->pos) = (uint32_t)at;
    *(uint8_t *)kith_vec_push(&l->kinds) = r->kind;
    if (r->kind == KITH_RECORD_FORGET && r->value.len == 8)
        kith_log_erase(l, kith_get_u64le(r->value.p));
}

/* A segment was rewritten after the snapshot: the numbers are the same, the places are not, and there
 * may be some more of them. known: how many records the snapshot had. */
static void relocate_block(struct kith_log *l, struct kith_segment *s, const struct kith_block *b) {
    struct kith_bytes left = b->records;
    struct kith_record r;
    s->mark = (struct kith_segment_mark){s->mark.generation, s->mark.base, b->first + b->count, b->next, b->check, b->at, 0};
    for (uint32_t i = 0; i < b->count; i++) {
        uint64_t number = b->first + i, at = b->at + KITH_BLOCK_HEADER_LEN + (b->records.len - left.len);
        if (kith_record_read(&left, number, &r))
            return;
        if (number >= kith_log_count(l)) {
            holes(l, number);
            accept_record(l, &r, at);
            continue;
        }
        *KITH_VEC_AT(&l->pos, uint32_t, number) = (uint32_t)at;
        if (r.kind == KITH_RECORD_ERASED)
            *KITH_VEC_AT(&l->kinds, uint8_t, number) = r.kind;
    }
}

static bool relocate(struct kith_log *l, struct kith_segment *s, uint64_t known) {
    struct kith_segment_header h;
    struct kith_segment fresh;
    struct kith_segment_reader r;
    struct kith_block b = {.next = s->mark.len};
    bool complete = false;
    int err = describe(&s->slot, s->mark.generation, &fresh, &h);
    if (!err)
        err = is_complete(s, h.end, &complete);
    if (err || !complete || h.end > KITH_RECORD_MAX_COUNT || (h.end > known && known != kith_log_count(l)))
        return false;
    memset(KITH_VEC_AT(&l->pos, uint32_t, s->mark.base), 0, (size_t)(known - s->mark.base) * sizeof(uint32_t));
    err = kith_segment_reader_init(&r, &s->slot, s->mark.generation);
    while (!err && s->mark.next != h.end) {
        err = kith_segment_block(&r, b.next, &b);
        if (!err)
            relocate_block(l, s, &b);
    }
    kith_segment_reader_wipe(&r);
    return !err;
}

static bool fits(const struct kith_segment *s, const struct kith_segment_mark *m) {
    struct kith_segment_reader r;
    const uint8_t *check;
    bool ok;
    if (s->mark.generation != m->generation)
        return false;
    if (!m->tip_at)
        return s->mark.tip == m->tip && m->len == KITH_SEGMENT_HEADER_LEN;
    ok = !kith_segment_reader_init(&r, &s->slot, m->generation) && m->len <= r.size &&
         !kith_segment_bytes(&r, m->tip_at, 8, &check) && kith_get_u64le(check) == m->tip;
    kith_segment_reader_wipe(&r);
    return ok;
}

bool kith_log_resume(struct kith_log *l, const struct kith_segment_mark *marks, size_t count, uint64_t durable) {
    if (count > l->count)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct kith_segment *s = &l->segments[i];
        if (s->mark.base != marks[i].base || marks[i].next > kith_log_count(l) || marks[i].next < marks[i].base)
            return false;
        if (fits(s, &marks[i]))
            s->mark = marks[i];
        else if (s->mark.generation <= marks[i].generation || !relocate(l, s, marks[i].next))
            return false;
    }
    l->known = count;
    l->durable = durable;
    return true;
}

/* --- reading on ------------------------------------------------------------------------------- */

struct scan {
    struct kith_log *l;
    struct kith_log_report *report;
    uint64_t durable; /* the highest that any block or header said */
};

static void accept(struct scan *scan, struct kith_segment *s, const struct kith_block *b) {
    struct kith_bytes left = b->records;
    struct kith_record r;
    if (b->first > kith_log_count(scan->l))
        holes(scan->l, b->first);
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
        accept_record(scan->l, &r, at);
    }
    if (kith_log_count(scan->l) < s->mark.next)
        holes(scan->l, s->mark.next);
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
        if (!describe(&s->slot, s->mark.generation, &unused, &h))
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
        drop_segment(l, l->count - 1, garbage);
        l->sealed = true;
    }
    slot = &l->segments[i].slot;
    err = slot->ops->size(slot->ctx, &size);
    if (err)
        return err;
    scan->report->cut_bytes += size > at ? size - at : 0;
    if (at > KITH_SEGMENT_HEADER_LEN)
        return size > at ? slot->ops->truncate(slot->ctx, at) : KITH_OK;
    drop_segment(l, i, garbage); /* so no two live segments ever have one base */
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
            accept_record(l, &rec, at);
        } else if (err == KITH_ERR_CORRUPT) {
            err = kith_segment_record(r, next, number + 1, &rec);
            if (!err)
                holes(l, number + 1);
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
    if (!err && !describe(&s->slot, s->mark.generation, &unused, &h) && h.durable > scan->durable)
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
    if (s->mark.len > KITH_SEGMENT_HEADER_LEN || s->mark.base <= kith_log_count(scan->l))
        return KITH_OK;
    err = find_proof(scan, i, KITH_SEGMENT_HEADER_LEN, &proof);
    if (err)
        return err;
    if (!proof) {
        *is_cut = true;
        return cut(scan, i, KITH_SEGMENT_HEADER_LEN, garbage);
    }
    scan->report->damaged_blocks++;
    holes(scan->l, s->mark.base);
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
        holes(l, scan.durable);
        l->sealed = true;
    }
    l->durable = scan.durable;
    for (size_t i = 0; i < l->count; i++) {
        struct kith_segment *s = &l->segments[i];
        s->synced = s->mark.next < l->durable ? s->mark.next : l->durable > s->mark.base ? l->durable : s->mark.base;
    }
    return KITH_OK;
}
