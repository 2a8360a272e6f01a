/* SPDX-License-Identifier: MIT */
/* Finding the segments among the slots, and taking over what a snapshot knows of them. What is not
 * known yet is read by log_scan.c. */
#include "store/log_state.h"

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

void kith_log_discard(struct kith_vec *garbage, const char *name) {
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
int kith_segment_describe(const struct kith_slot *slot, uint64_t generation, struct kith_segment *out,
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

void kith_log_drop(struct kith_log *l, size_t i, struct kith_vec *garbage) {
    kith_log_discard(garbage, l->segments[i].slot.name);
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
        err = kith_segment_describe(&l->segments[i + 1].slot, l->segments[i + 1].mark.generation, &unused, &h);
        if (!err)
            err = is_complete(&l->segments[i + 1], h.end, &complete);
        if (err == KITH_ERR_IO)
            return err;
        kith_log_drop(l, complete ? i : i + 1, garbage);
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
        err = kith_segment_describe(&slots[i], generation, &s, &h);
        if (err == KITH_ERR_NOT_FOUND)
            kith_log_discard(garbage, slots[i].name);
        else if (err)
            return err;
        else
            insert(l, &s);
    }
    return settle_twins(l, garbage);
}

/* --- after a snapshot --------------------------------------------------------------------------- */

void kith_log_holes(struct kith_log *l, uint64_t upto) {
    size_t count = (size_t)(upto - kith_log_count(l));
    kith_vec_extend(&l->pos, count);
    kith_vec_extend(&l->kinds, count);
}

void kith_log_accept(struct kith_log *l, const struct kith_record *r, uint64_t at) {
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
    s->mark.next = b->first + b->count;
    s->mark.len = b->next;
    s->mark.tip = b->check;
    s->mark.tip_at = b->at;
    for (uint32_t i = 0; i < b->count; i++) {
        uint64_t number = b->first + i, at = b->at + KITH_BLOCK_HEADER_LEN + (b->records.len - left.len);
        if (kith_record_read(&left, number, &r))
            return;
        if (number >= kith_log_count(l)) {
            kith_log_holes(l, number);
            kith_log_accept(l, &r, at);
            continue;
        }
        *KITH_VEC_AT(&l->pos, uint32_t, number) = (uint32_t)at;
        if (r.kind == KITH_RECORD_ERASED)
            *KITH_VEC_AT(&l->kinds, uint8_t, number) = r.kind;
        else if (*KITH_VEC_AT(&l->kinds, uint8_t, number) == KITH_RECORD_ERASED)
            s->mark.dead++;
    }
}

static bool relocate(struct kith_log *l, struct kith_segment *s, uint64_t known) {
    struct kith_segment_header h;
    struct kith_segment fresh;
    struct kith_segment_reader r;
    struct kith_block b = {.next = s->mark.len};
    bool complete = false;
    int err = kith_segment_describe(&s->slot, s->mark.generation, &fresh, &h);
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
