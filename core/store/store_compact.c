/* SPDX-License-Identifier: MIT */
/* Compaction: a segment that holds forgotten bytes is copied, without them, into a new slot of a
 * higher generation; when that is synced it takes the old one's place and the old one is deleted. A
 * crash before leaves the old one and an incomplete new one, a crash after leaves both: opening takes
 * the newer if it is complete. Records keep their numbers. */
#include "store/store_state.h"

#define BLOCK_LEN ((size_t)1 << 20)

void kith_store_compact_wipe(struct kith_store *s) {
    kith_vec_wipe(&s->compaction.pos);
}

struct copy {
    struct kith_store *s;
    struct kith_segment *to;
    struct kith_buf out;
    struct kith_block block;
};

/* Writes the block that was collected. */
static int flush(struct copy *c) {
    struct kith_segment_mark *m = &c->to->mark;
    int err;
    if (!c->block.count)
        return KITH_OK;
    c->block.at = m->len;
    c->block.prev = m->tip;
    c->block.durable = c->block.first + c->block.count; /* it counts only once all of it is on the disk */
    kith_block_end(&c->out, 0, m->generation, &c->block);
    err = c->to->slot.ops->write_at(c->to->slot.ctx, m->len, c->out.p, c->out.len);
    m->next = c->block.first + c->block.count;
    m->len = c->block.next;
    m->tip = c->block.check;
    m->tip_at = c->block.at;
    c->block.count = 0;
    kith_buf_clear(&c->out);
    return err;
}

static int put(struct copy *c, const struct kith_record *r) {
    uint32_t *pos = KITH_VEC_AT(&c->s->compaction.pos, uint32_t, r->number - c->to->mark.base);
    int err = KITH_OK;
    if (c->block.count && (c->out.len >= BLOCK_LEN || r->number != c->block.first + c->block.count))
        err = flush(c);
    if (err)
        return err;
    if (!c->block.count) {
        c->block.first = r->number;
        kith_block_begin(&c->out);
    }
    *pos = (uint32_t)(c->to->mark.len + c->out.len);
    kith_block_put(&c->out, r->number, r);
    c->block.count++;
    return KITH_OK;
}

/* What stays of a forgotten record. */
static void strip(struct kith_store *s, struct kith_record *r, uint8_t stub_bytes[KITH_STUB_LEN]) {
    struct kith_message m;
    uint8_t written = r->kind;
    if (written == KITH_RECORD_ERASED)
        return;
    r->kind = KITH_RECORD_ERASED;
    if (written == KITH_RECORD_CHAINED && !kith_message_read(&s->doc, r->value, &m)) {
        struct kith_stub stub = {m.author, m.sequence, *KITH_VEC_AT(&s->times, uint64_t, r->number)};
        kith_stub_write(stub_bytes, &stub);
        r->value = kith_bytes(stub_bytes, KITH_STUB_LEN);
    } else {
        r->value = kith_bytes(NULL, 0);
    }
}

static int copy_records(struct copy *c, const struct kith_segment *from) {
    struct kith_store *s = c->s;
    struct kith_segment_reader reader;
    uint8_t stub[KITH_STUB_LEN];
    int err = kith_segment_reader_init(&reader, &from->slot, from->mark.generation);
    for (uint64_t n = from->mark.base; n < from->mark.next && !err; n++) {
        uint32_t at = *KITH_VEC_AT(&s->log.pos, uint32_t, n);
        struct kith_record r;
        err = at ? kith_segment_record(&reader, at, n, &r) : KITH_ERR_CORRUPT;
        if (err == KITH_ERR_CORRUPT) { /* stays a hole */
            err = KITH_OK;
            continue;
        }
        if (err)
            break;
        if (*KITH_VEC_AT(&s->log.kinds, uint8_t, n) == KITH_RECORD_ERASED)
            strip(s, &r, stub);
        err = put(c, &r);
    }
    kith_segment_reader_wipe(&reader);
    return err ? err : flush(c);
}

/* The header says where the segment ends, so it is written last. */
static int copy_segment(struct kith_store *s, const struct kith_segment *from) {
    struct kith_segment *to = &s->compaction.to;
    struct copy c = {.s = s, .to = to};
    struct kith_segment_header h = {.generation = to->mark.generation, .base = from->mark.base,
                                    .end = from->mark.next, .durable = from->mark.next};
    uint8_t head[KITH_SEGMENT_HEADER_LEN];
    int err;
    for (uint64_t n = from->mark.next; n > from->mark.base; n--) { /* holes at the end have no block */
        h.end = n;
        if (*KITH_VEC_AT(&s->log.pos, uint32_t, n - 1))
            break;
    }
    kith_segment_header_write(head, &h);
    to->mark = (struct kith_segment_mark){.generation = h.generation, .base = h.base, .next = h.base,
                                          .len = sizeof head, .tip = h.tip};
    kith_vec_wipe(&s->compaction.pos);
    kith_vec_extend(&s->compaction.pos, (size_t)(from->mark.next - from->mark.base));
    err = copy_records(&c, from);
    if (!err && to->mark.next != h.end)
        err = KITH_ERR_CORRUPT; /* damaged since it was opened: leave it as it is */
    if (!err)
        err = to->slot.ops->write_at(to->slot.ctx, 0, head, sizeof head);
    kith_buf_wipe(&c.out);
    s->compaction.dead = from->mark.dead;
    return err;
}

/* --- the steps ---------------------------------------------------------------------------------- */

static void give_up(struct kith_store *s) {
    if (s->compaction.to.slot.ops)
        kith_store_ask(s, KITH_STORE_DELETE, FOR_COMPACTION, s->compaction.to.slot.name, 0);
    s->compaction.from = 0;
    s->compaction.wanted = false;
    s->compaction.to = (struct kith_segment){0};
    kith_vec_wipe(&s->compaction.pos);
}

static struct kith_segment *next_victim(struct kith_store *s) {
    for (size_t i = 0; i < s->log.count; i++) {
        struct kith_segment *seg = &s->log.segments[i];
        if (!seg->mark.dead || !seg->slot.ops)
            continue;
        if (i + 1 == s->log.count) {
            s->log.sealed = true;
            if (kith_store_make_room(s, 0))
                return NULL;
            return &s->log.segments[i]; /* rolling may have moved the array */
        }
        return seg;
    }
    return NULL;
}

void kith_store_compact_go(struct kith_store *s) {
    struct compaction *c = &s->compaction;
    struct kith_segment *seg;
    char name[KITH_SLOT_NAME_MAX];
    if (!c->wanted || c->from || s->needs_recover || s->snapshots.busy)
        return;
    seg = next_victim(s);
    if (!seg) {
        c->wanted = false;
        if (c->has_won)
            s->snapshots.wanted = true; /* the old one would have to read the new segments first */
        c->has_won = false;
        return;
    }
    if (seg->mark.next > s->log.durable) {
        kith_store_sync(s);
        return; /* and come back with its answer */
    }
    c->from = seg->mark.generation;
    c->to = (struct kith_segment){.mark = {.generation = ++s->log.generation}};
    kith_segment_name(name, c->to.mark.generation);
    kith_store_ask(s, KITH_STORE_CREATE, FOR_COMPACTION, name, c->to.mark.generation);
}

int kith_store_compact(struct kith_store *s) {
    if (s->needs_recover)
        return KITH_ERR_IO;
    s->compaction.wanted = true;
    kith_store_compact_go(s);
    return KITH_OK;
}

void kith_store_compact_created(struct kith_store *s, int err, const struct kith_slot *slot) {
    struct kith_segment *from = kith_log_segment(&s->log, s->compaction.from);
    if (!err)
        s->compaction.to.slot = *slot;
    if (err || !from || copy_segment(s, from)) {
        give_up(s);
        return;
    }
    kith_store_ask(s, KITH_STORE_SYNC, FOR_COMPACTION, slot->name, s->compaction.to.mark.generation);
}

void kith_store_compact_synced(struct kith_store *s, int err) {
    struct compaction *c = &s->compaction;
    struct kith_segment *seg = kith_log_segment(&s->log, c->from);
    if (err || !seg) {
        give_up(s);
        return;
    }
    kith_store_ask(s, KITH_STORE_DELETE, FOR_COMPACTION, seg->slot.name, 0);
    memcpy(KITH_VEC_AT(&s->log.pos, uint32_t, seg->mark.base), c->pos.p, c->pos.count * sizeof(uint32_t));
    c->to.mark.dead = seg->mark.dead - c->dead; /* forgotten while it was being synced */
    c->to.mark.next = seg->mark.next;
    seg->mark = c->to.mark;
    seg->slot = c->to.slot;
    seg->synced = seg->mark.next;
    c->from = 0;
    c->has_won = true;
    kith_vec_wipe(&c->pos);
}
