/* SPDX-License-Identifier: MIT */
#include "store/segment.h"

#include "base/checksum.h"

#define WINDOW ((size_t)1 << 20)
#define BLOCK_MAGIC 0x4b4c4273u /* "sBLK" */

static const uint8_t segment_magic[8] = "kithlog\n";

void kith_segment_header_write(uint8_t out[KITH_SEGMENT_HEADER_LEN], struct kith_segment_header *h) {
    memset(out, 0, KITH_SEGMENT_HEADER_LEN);
    memcpy(out, segment_magic, sizeof segment_magic);
    kith_put_u32le(out + 8, KITH_SEGMENT_VERSION);
    kith_put_u64le(out + 16, h->generation);
    kith_put_u64le(out + 24, h->base);
    kith_put_u64le(out + 32, h->end);
    kith_put_u64le(out + 40, h->durable);
    h->tip = kith_checksum(kith_bytes(out, 56), 0);
    kith_put_u64le(out + 56, h->tip);
}

int kith_segment_header_parse(struct kith_bytes in, struct kith_segment_header *h) {
    const uint8_t *p = in.p;
    if (in.len < KITH_SEGMENT_HEADER_LEN || memcmp(p, segment_magic, sizeof segment_magic) ||
        kith_get_u64le(p + 56) != kith_checksum(kith_bytes(p, 56), 0))
        return KITH_ERR_CORRUPT;
    *h = (struct kith_segment_header){kith_get_u64le(p + 16), kith_get_u64le(p + 24), kith_get_u64le(p + 32),
                                      kith_get_u64le(p + 40), kith_get_u64le(p + 56)};
    return kith_get_u32le(p + 8) == KITH_SEGMENT_VERSION ? KITH_OK : KITH_ERR_INVALID;
}

/* The seed ties a block to its place: the generation fills the upper half, since a segment is
 * shorter than 2^32. */
static uint64_t block_seed(uint64_t generation, uint64_t at) {
    return generation << 32 ^ at;
}

size_t kith_block_begin(struct kith_buf *out) {
    size_t begin = out->len;
    kith_buf_reserve(out, KITH_BLOCK_HEADER_LEN);
    memset(out->p + begin, 0, KITH_BLOCK_HEADER_LEN);
    out->len += KITH_BLOCK_HEADER_LEN;
    return begin;
}

void kith_block_put(struct kith_buf *out, uint64_t number, const struct kith_record *r) {
    size_t len = KITH_RECORD_HEADER_LEN + r->value.len;
    uint8_t *p;
    KITH_ASSERT(r->value.len <= KITH_RECORD_MAX_LEN);
    kith_buf_reserve(out, len);
    p = out->p + out->len;
    kith_put_u32le(p + 4, (uint32_t)r->value.len);
    p[8] = r->format;
    p[9] = r->kind;
    kith_put_u32le(p + 10, (uint32_t)r->received_ms);
    kith_put_u16le(p + 14, (uint16_t)(r->received_ms >> 32));
    memcpy(p + 16, r->id.hash.b, 32);
    if (r->value.len)
        memcpy(p + KITH_RECORD_HEADER_LEN, r->value.p, r->value.len);
    kith_put_u32le(p, (uint32_t)kith_checksum(kith_bytes(p + 4, len - 4), number));
    out->len += len;
}

int kith_record_read(struct kith_bytes *in, uint64_t number, struct kith_record *out) {
    const uint8_t *p = in->p;
    size_t value_len;
    if (in->len < KITH_RECORD_HEADER_LEN)
        return KITH_ERR_CORRUPT;
    value_len = kith_get_u32le(p + 4);
    if (value_len > KITH_RECORD_MAX_LEN || value_len > in->len - KITH_RECORD_HEADER_LEN)
        return KITH_ERR_CORRUPT;
    if (kith_get_u32le(p) != (uint32_t)kith_checksum(kith_bytes(p + 4, KITH_RECORD_HEADER_LEN - 4 + value_len), number))
        return KITH_ERR_CORRUPT;
    *out = (struct kith_record){
        .number = number,
        .format = p[8],
        .kind = p[9],
        .received_ms = kith_get_u32le(p + 10) | (uint64_t)kith_get_u16le(p + 14) << 32,
        .value = kith_bytes(p + KITH_RECORD_HEADER_LEN, value_len),
    };
    memcpy(out->id.hash.b, p + 16, 32);
    *in = kith_bytes_skip(*in, KITH_RECORD_HEADER_LEN + value_len);
    return KITH_OK;
}

/* check 0, magic 8, length of records 12, first 16, durable 24, prev 32, count 40, zero 44; records
 * and zeros up to a multiple of 8 follow. The length, not the zeros, says where the records end. */
void kith_block_end(struct kith_buf *out, size_t begin, uint64_t generation, struct kith_block *b) {
    size_t len = out->len - begin - KITH_BLOCK_HEADER_LEN, pad = (0 - len) & 7;
    static const uint8_t zeros[8];
    uint8_t *p;
    KITH_ASSERT(len && len <= UINT32_MAX);
    kith_buf_put(out, zeros, pad);
    p = out->p + begin;
    kith_put_u32le(p + 8, BLOCK_MAGIC);
    kith_put_u32le(p + 12, (uint32_t)len);
    kith_put_u64le(p + 16, b->first);
    kith_put_u64le(p + 24, b->durable);
    kith_put_u64le(p + 32, b->prev);
    kith_put_u32le(p + 40, b->count);
    b->check = kith_checksum(kith_bytes(p + 8, out->len - begin - 8), block_seed(generation, b->at));
    kith_put_u64le(p, b->check);
    b->next = b->at + (out->len - begin);
}

int kith_segment_reader_init(struct kith_segment_reader *r, const struct kith_slot *slot, uint64_t generation) {
    *r = (struct kith_segment_reader){.slot = *slot, .generation = generation};
    return slot->ops->size(slot->ctx, &r->size);
}

void kith_segment_reader_memory(struct kith_segment_reader *r, struct kith_bytes memory, uint64_t generation) {
    *r = (struct kith_segment_reader){.memory = memory, .size = memory.len, .generation = generation};
}

void kith_segment_reader_wipe(struct kith_segment_reader *r) {
    kith_buf_wipe(&r->window);
}

int kith_segment_bytes(struct kith_segment_reader *r, uint64_t at, size_t len, const uint8_t **p) {
    size_t ahead, got = 0;
    int err;
    if (at > r->size || len > r->size - at)
        return KITH_ERR_CORRUPT;
    if (!r->slot.ops) {
        *p = r->memory.p + at;
        return KITH_OK;
    }
    if (at < r->window_at || at + len > r->window_at + r->window.len) {
        ahead = len > WINDOW ? len : WINDOW;
        if (ahead > r->size - at)
            ahead = (size_t)(r->size - at);
        kith_buf_clear(&r->window);
        kith_buf_reserve(&r->window, ahead);
        err = r->slot.ops->read_at(r->slot.ctx, at, r->window.p, ahead, &got);
        if (err)
            return err;
        r->window_at = at;
        r->window.len = got;
        if (got < len)
            return KITH_ERR_CORRUPT; /* shorter than it said: nobody else may write here */
    }
    *p = r->window.p + (at - r->window_at);
    return KITH_OK;
}

int kith_segment_record(struct kith_segment_reader *r, uint64_t at, uint64_t number, struct kith_record *out) {
    struct kith_bytes bytes;
    const uint8_t *p;
    size_t len;
    int err = kith_segment_bytes(r, at, KITH_RECORD_HEADER_LEN, &p);
    if (err)
        return err;
    len = KITH_RECORD_HEADER_LEN + (size_t)kith_get_u32le(p + 4);
    err = kith_segment_bytes(r, at, len, &p);
    if (err)
        return err;
    bytes = kith_bytes(p, len);
    return kith_record_read(&bytes, number, out);
}

int kith_segment_block(struct kith_segment_reader *r, uint64_t at, struct kith_block *out) {
    const uint8_t *p;
    size_t len, total;
    int err;
    if (at >= r->size)
        return KITH_ERR_NOT_FOUND;
    if (r->size - at < KITH_BLOCK_HEADER_LEN)
        return KITH_ERR_CORRUPT;
    if ((err = kith_segment_bytes(r, at, KITH_BLOCK_HEADER_LEN, &p)))
        return err;
    len = kith_get_u32le(p + 12);
    total = KITH_BLOCK_HEADER_LEN + (len + 7) / 8 * 8;
    if (kith_get_u32le(p + 8) != BLOCK_MAGIC || !len || total > r->size - at)
        return KITH_ERR_CORRUPT;
    if ((err = kith_segment_bytes(r, at, total, &p)))
        return err;
    *out = (struct kith_block){.at = at,
                               .next = at + total,
                               .check = kith_get_u64le(p),
                               .first = kith_get_u64le(p + 16),
                               .durable = kith_get_u64le(p + 24),
                               .prev = kith_get_u64le(p + 32),
                               .count = kith_get_u32le(p + 40),
                               .records = kith_bytes(p + KITH_BLOCK_HEADER_LEN, len)};
    if (out->check != kith_checksum(kith_bytes(p + 8, total - 8), block_seed(r->generation, at)))
        return KITH_ERR_CORRUPT;
    return KITH_OK;
}

int kith_segment_seek(struct kith_segment_reader *r, uint64_t at, struct kith_block *out) {
    int err = KITH_ERR_CORRUPT;
    for (at = (at + 7) / 8 * 8; err == KITH_ERR_CORRUPT; at += 8)
        err = kith_segment_block(r, at, out);
    return err;
}
