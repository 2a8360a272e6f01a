/* SPDX-License-Identifier: MIT */
/* segment.h: the bytes of a log segment (docs/protocol/log.md): a header, then blocks of records.
 *
 * A block's checksum is seeded with the segment's generation and the block's place, and the block
 * names the checksum of the one before it, so that neither old bytes of a reused slot nor a block
 * that was cut off and came back after a crash can pass. */
#ifndef KITH_STORE_SEGMENT_H
#define KITH_STORE_SEGMENT_H

#include "store/log.h"

#define KITH_SEGMENT_VERSION 1
#define KITH_SEGMENT_HEADER_LEN 64
#define KITH_BLOCK_HEADER_LEN 48
#define KITH_RECORD_HEADER_LEN 48
#define KITH_SEGMENT_MAX_LEN ((uint64_t)1 << 31) /* positions are 32 bits */

struct kith_segment_header {
    uint64_t generation; /* higher replaces lower with the same base */
    uint64_t base;       /* number of its first record */
    uint64_t end;        /* of a rewritten segment: number after its last record; 0: was written live */
    uint64_t durable;    /* records below were durable when it was begun */
    uint64_t tip;        /* checksum of these bytes: `prev` of the first block */
};

void kith_segment_header_write(uint8_t out[KITH_SEGMENT_HEADER_LEN], struct kith_segment_header *h); /* sets tip */
/* KITH_ERR_CORRUPT: no such header. KITH_ERR_INVALID: of a version that we do not know. */
KITH_MUST int kith_segment_header_parse(struct kith_bytes in, struct kith_segment_header *h);

struct kith_block {
    uint64_t at, next;  /* its place, and the place after it */
    uint64_t first;     /* number of its first record */
    uint64_t durable;   /* records below were durable when it was written */
    uint64_t prev, check;
    uint32_t count;
    struct kith_bytes records;
};

/* A block is built at the end of a buffer: begin, put for each record, end. Numbers go up from first;
 * end fills in the header, with at, prev, first, durable from b, and sets check, count and next. */
size_t kith_block_begin(struct kith_buf *out);
void kith_block_put(struct kith_buf *out, uint64_t number, const struct kith_record *r);
void kith_block_end(struct kith_buf *out, size_t begin, uint64_t generation, struct kith_block *b);

/* Takes the next record from a block's records or one that starts at the front of `in`; the value is
 * borrowed. *number is the one that it must have. KITH_ERR_CORRUPT: damaged. */
KITH_MUST int kith_record_read(struct kith_bytes *in, uint64_t number, struct kith_record *out);

/* Reads a segment from a slot or from memory, ahead and in large pieces. */
struct kith_segment_reader {
    struct kith_slot slot;
    struct kith_bytes memory; /* instead of a slot, if ops is NULL */
    uint64_t size, generation;
    struct kith_buf window;
    uint64_t window_at;
};

/* KITH_ERR_IO. Wipe in either case. */
KITH_MUST int kith_segment_reader_init(struct kith_segment_reader *r, const struct kith_slot *slot, uint64_t generation);
void kith_segment_reader_memory(struct kith_segment_reader *r, struct kith_bytes memory, uint64_t generation);
void kith_segment_reader_wipe(struct kith_segment_reader *r);

/* len bytes at a place, borrowed until the next read. KITH_ERR_CORRUPT: there are not so many.
 * KITH_ERR_IO. */
KITH_MUST int kith_segment_bytes(struct kith_segment_reader *r, uint64_t at, size_t len, const uint8_t **p);

/* The record at a place; its value is borrowed until the next read. KITH_ERR_CORRUPT, KITH_ERR_IO. */
KITH_MUST int kith_segment_record(struct kith_segment_reader *r, uint64_t at, uint64_t number, struct kith_record *out);

/* The block at a place; its records are borrowed until the next read. KITH_ERR_NOT_FOUND: the end.
 * KITH_ERR_CORRUPT: no valid block. KITH_ERR_IO. */
KITH_MUST int kith_segment_block(struct kith_segment_reader *r, uint64_t at, struct kith_block *out);

/* The first valid block at `at` or after it, whatever it follows. KITH_ERR_NOT_FOUND, KITH_ERR_IO. */
KITH_MUST int kith_segment_seek(struct kith_segment_reader *r, uint64_t at, struct kith_block *out);

#endif
