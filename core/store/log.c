/* SPDX-License-Identifier: MIT */
#include "store/log.h"

#include "store/segment.h"

void kith_log_init(struct kith_log *l) {
    *l = (struct kith_log){.pos = KITH_VEC(uint32_t), .kinds = KITH_VEC(uint8_t)};
}

void kith_log_wipe(struct kith_log *l) {
    for (size_t i = 0; i < l->count; i++)
        kith_buf_wipe(&l->segments[i].pending);
    kith_free(l->segments);
    kith_vec_wipe(&l->pos);
    kith_vec_wipe(&l->kinds);
    kith_buf_wipe(&l->block);
    kith_log_init(l);
}

uint64_t kith_log_size(const struct kith_log *l) {
    uint64_t sum = 0;
    for (size_t i = 0; i < l->count; i++)
        sum += l->segments[i].mark.len;
    return sum;
}

/* "log-" and 16 hexadecimal digits, so that names sort as generations do. */
void kith_segment_name(char out[KITH_SLOT_NAME_MAX], uint64_t generation) {
    static const char digits[] = "0123456789abcdef";
    memset(out, 0, KITH_SLOT_NAME_MAX);
    memcpy(out, "log-", 4);
    for (unsigned i = 0; i < 16; i++)
        out[4 + i] = digits[generation >> (60 - 4 * i) & 15];
}

struct kith_segment *kith_log_segment(struct kith_log *l, uint64_t generation) {
    for (size_t i = 0; i < l->count; i++) {
        if (l->segments[i].mark.generation == generation)
            return &l->segments[i];
    }
    return NULL;
}

bool kith_log_is_full(const struct kith_log *l, uint64_t segment_len, uint64_t more) {
    const struct kith_segment *s = l->count ? &l->segments[l->count - 1] : NULL;
    if (!s || l->sealed)
        return true;
    if (s->mark.next == s->mark.base)
        return false;
    /* A segment that still waits for its slot takes more than its length: one slot at a time. */
    return (s->slot.ops && s->mark.len >= segment_len) || s->mark.len + more > KITH_SEGMENT_MAX_LEN;
}

struct kith_segment *kith_log_roll(struct kith_log *l) {
    struct kith_segment *s;
    struct kith_segment_header h = {++l->generation, kith_log_count(l), 0, l->durable, 0};
    uint8_t head[KITH_SEGMENT_HEADER_LEN];
    l->segments = kith_grow(l->segments, &l->cap, l->count + 1, sizeof *l->segments);
    s = &l->segments[l->count++];
    kith_segment_header_write(head, &h);
    *s = (struct kith_segment){
        .mark = {.generation = h.generation, .base = h.base, .next = h.base, .len = sizeof head, .tip = h.tip},
        .synced = h.base};
    kith_buf_put(&s->pending, head, sizeof head);
    l->sealed = false;
    return s;
}

int kith_segment_adopt(struct kith_segment *s, const struct kith_slot *slot) {
    const struct kith_slot *to = slot ? slot : &s->slot;
    int err;
    KITH_ASSERT(to->ops);
    err = to->ops->write_at(to->ctx, 0, s->pending.p, s->pending.len);
    if (err)
        return err;
    s->slot = *to;
    kith_buf_wipe(&s->pending);
    return KITH_OK;
}

uint64_t kith_log_cost(const struct kith_record *records, size_t count) {
    uint64_t sum = KITH_BLOCK_HEADER_LEN + 8;
    for (size_t i = 0; i < count; i++)
        sum += KITH_RECORD_HEADER_LEN + records[i].value.len;
    return sum;
}

static int write_block(struct kith_segment *s, struct kith_bytes block) {
    int err;
    if (!s->slot.ops) {
        kith_buf_put_bytes(&s->pending, block);
        return KITH_OK;
    }
    err = s->slot.ops->write_at(s->slot.ctx, s->mark.len, block.p, block.len);
    /* Half a block may be there now. The next one is written over it; cutting it off as well means
     * that a crash before then finds nothing to wonder about. If that fails too, opening cuts. */
    if (err)
        (void)!s->slot.ops->truncate(s->slot.ctx, s->mark.len);
    return err;
}

int kith_log_append(struct kith_log *l, const struct kith_record *records, size_t count) {
    struct kith_segment *s = &l->segments[l->count - 1];
    struct kith_block b = {.at = s->mark.len, .first = kith_log_count(l), .durable = l->durable,
                           .prev = s->mark.tip, .count = (uint32_t)count};
    uint64_t at = s->mark.len + KITH_BLOCK_HEADER_LEN;
    uint32_t *pos;
    uint8_t *kinds;
    int err;
    kith_buf_clear(&l->block);
    kith_block_begin(&l->block);
    for (size_t i = 0; i < count; i++)
        kith_block_put(&l->block, b.first + i, &records[i]);
    kith_block_end(&l->block, 0, s->mark.generation, &b);
    err = write_block(s, kith_buf_bytes(&l->block));
    if (err)
        return err;
    pos = kith_vec_extend(&l->pos, count);
    kinds = kith_vec_extend(&l->kinds, count);
    for (size_t i = 0; i < count; i++) {
        pos[i] = (uint32_t)at;
        kinds[i] = records[i].kind;
        at += KITH_RECORD_HEADER_LEN + records[i].value.len;
    }
    s->mark.len = b.next;
    s->mark.tip = b.check;
    s->mark.tip_at = b.at;
    s->mark.next += count;
    return KITH_OK;
}

/* The segment that has the number, or NULL: the last whose base is not above it. */
static struct kith_segment *holder(const struct kith_log *l, uint64_t number) {
    size_t low = 0, high = l->count;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (l->segments[mid].mark.base <= number)
            low = mid;
        else
            high = mid;
    }
    if (low >= high || number < l->segments[low].mark.base || number >= l->segments[low].mark.next)
        return NULL;
    return &l->segments[low];
}

bool kith_log_erase(struct kith_log *l, uint64_t number) {
    struct kith_segment *s = holder(l, number);
    uint8_t *kind;
    if (!s || !*KITH_VEC_AT(&l->pos, uint32_t, number))
        return false;
    kind = KITH_VEC_AT(&l->kinds, uint8_t, number);
    if (*kind == KITH_RECORD_ERASED)
        return false;
    *kind = KITH_RECORD_ERASED;
    s->mark.dead++;
    return true;
}

/* Reads len bytes of a segment into out. */
static int read_bytes(const struct kith_segment *s, uint64_t at, uint8_t *out, size_t len) {
    size_t got = 0;
    int err;
    if (s->slot.ops) {
        err = s->slot.ops->read_at(s->slot.ctx, at, out, len, &got);
        return err ? err : got < len ? KITH_ERR_CORRUPT : KITH_OK;
    }
    if (at > s->pending.len || len > s->pending.len - at)
        return KITH_ERR_CORRUPT;
    memcpy(out, s->pending.p + at, len);
    return KITH_OK;
}

/* How far a record reaches at most: to the next one, or to the end of the segment. Where that is
 * much (damage follows), its header is asked. */
static int span(const struct kith_log *l, const struct kith_segment *s, uint64_t number, size_t *len) {
    uint32_t at = *KITH_VEC_AT(&l->pos, uint32_t, number), next = 0;
    uint8_t head[8];
    uint64_t most;
    int err;
    if (number + 1 < s->mark.next)
        next = *KITH_VEC_AT(&l->pos, uint32_t, number + 1);
    most = (next ? next : s->mark.len) - at;
    if (most > 65536) {
        err = read_bytes(s, at, head, sizeof head);
        if (err)
            return err;
        if (KITH_RECORD_HEADER_LEN + (uint64_t)kith_get_u32le(head + 4) > most)
            return KITH_ERR_CORRUPT;
        most = KITH_RECORD_HEADER_LEN + (uint64_t)kith_get_u32le(head + 4);
    }
    *len = (size_t)most;
    return KITH_OK;
}

int kith_log_read(const struct kith_log *l, uint64_t number, struct kith_record *out, struct kith_buf *scratch) {
    const struct kith_segment *s = holder(l, number);
    struct kith_bytes bytes;
    uint32_t at;
    size_t len;
    int err;
    *out = (struct kith_record){.number = number};
    if (number >= kith_log_count(l))
        return KITH_ERR_NOT_FOUND;
    at = *KITH_VEC_AT(&l->pos, uint32_t, number);
    if (!s || !at)
        return KITH_ERR_CORRUPT; /* was here, and is lost */
    err = span(l, s, number, &len);
    if (err)
        return err;
    kith_buf_clear(scratch);
    kith_buf_reserve(scratch, len);
    err = read_bytes(s, at, scratch->p, len);
    if (err)
        return err;
    scratch->len = len;
    bytes = kith_buf_bytes(scratch);
    return kith_record_read(&bytes, number, out);
}

bool kith_log_id(const struct kith_log *l, uint64_t number, struct kith_msgid *out) {
    const struct kith_segment *s = holder(l, number);
    uint32_t at = s ? *KITH_VEC_AT(&l->pos, uint32_t, number) : 0;
    return at && read_bytes(s, (uint64_t)at + 16, out->hash.b, sizeof out->hash.b) == KITH_OK;
}
