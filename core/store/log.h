/* SPDX-License-Identifier: MIT */
/* log.h: the truth: messages in one append-only log of checksummed blocks, in segments.
 *
 * A record has a number that never changes and never is given twice. An append is a block of one or
 * more records, written at once; it may be forgotten by a power cut until the sync that follows it
 * has been answered. Opening finds the longest prefix that can be trusted; see docs/protocol/log.md
 * for the bytes and for how a torn tail is told from damage further in.
 *
 * Views need only struct kith_record; the rest is for the store. */
#ifndef KITH_STORE_LOG_H
#define KITH_STORE_LOG_H

#include "feed/id.h"
#include "store/slot.h"
#include "store/vec.h"

enum kith_record_format { KITH_FORMAT_CLASSIC = 1, KITH_FORMAT_LOCAL = 255 };

enum kith_record_kind {
    KITH_RECORD_CHAINED = 1, /* part of a feed that we hold from its start */
    KITH_RECORD_LOOSE,       /* a single message fetched by id: verified alone */
    KITH_RECORD_LOCAL,       /* our own state: value is JSON {"type": …}, id is zero */
    KITH_RECORD_ERASED,      /* forgotten: id, author and sequence remain, no value */
    KITH_RECORD_FORGET,      /* the store's own note: value is the number of a record to be erased */
};

#define KITH_RECORD_MAX_LEN ((size_t)16 << 20)               /* bytes of one value */
#define KITH_RECORD_MAX_RECEIVED_MS (((uint64_t)1 << 48) - 1) /* 48 bits in the log */
#define KITH_RECORD_MAX_COUNT ((uint64_t)UINT32_MAX - 1)      /* 32 bits in views */

struct kith_record {
    uint64_t number; /* set by get and append */
    uint8_t format, kind;
    uint64_t received_ms;    /* wall clock when we first had it */
    struct kith_msgid id;
    struct kith_bytes value; /* canonical compact JSON */
};

/* What a segment is known to hold; snapshots keep these, to see whether they still fit. */
struct kith_segment_mark {
    uint64_t generation; /* also names its slot */
    uint64_t base, next; /* numbers of its records: base .. next - 1 */
    uint64_t len;        /* bytes up to the end of the last good block */
    uint64_t tip;        /* checksum of the last block, or of the header */
    uint64_t tip_at;     /* where that block is; 0: the header */
    uint64_t dead;       /* forgotten records whose bytes are still here */
};

struct kith_segment {
    struct kith_segment_mark mark;
    struct kith_slot slot;   /* ops NULL: asked for and not there yet; then all bytes are in pending */
    struct kith_buf pending;
    uint64_t synced;         /* records below are on the disk for good */
};

struct kith_log {
    struct kith_segment *segments; /* by base; the last one takes appends */
    size_t count, cap;
    struct kith_vec pos;   /* uint32_t by record number: place in its segment; 0: lost to damage */
    struct kith_vec kinds; /* uint8_t by record number: as in the log, but ERASED once it is forgotten */
    uint64_t generation;   /* highest ever seen */
    uint64_t durable;      /* records below are */
    size_t known;          /* segments that a snapshot described: reading goes on in the last of them */
    bool sealed;           /* the last segment takes no more */
    struct kith_buf block;
};

void kith_log_init(struct kith_log *l);
void kith_log_wipe(struct kith_log *l);

/* --- opening (log_open.c) ------------------------------------------------------------------- */

struct kith_log_report {
    uint64_t damaged_blocks, cut_bytes;
};

/* Finds the segments among the slots. Names of slots that hold nothing that counts any more go to
 * garbage (items of KITH_SLOT_NAME_MAX bytes) and are to be deleted before a new one is created.
 * KITH_ERR_CORRUPT: not a kith log, or of a later version. KITH_ERR_IO. */
KITH_MUST int kith_log_find(struct kith_log *l, const struct kith_slot *slots, size_t count, struct kith_vec *garbage);

/* After find: takes over what a snapshot knows, with pos and kinds filled by the caller. False if the
 * segments are not those that the marks describe; then call find again. */
bool kith_log_resume(struct kith_log *l, const struct kith_segment_mark *marks, size_t count, uint64_t durable);

/* Reads all that is not known yet, cuts a torn tail, steps over damage. KITH_ERR_IO. */
KITH_MUST int kith_log_scan(struct kith_log *l, struct kith_log_report *report, struct kith_vec *garbage);

/* --- use -------------------------------------------------------------------------------------- */

static inline uint64_t kith_log_count(const struct kith_log *l) {
    return l->pos.count;
}
uint64_t kith_log_size(const struct kith_log *l); /* bytes */

/* True if the last segment cannot take `more` bytes: roll, and create the slot. */
bool kith_log_is_full(const struct kith_log *l, uint64_t segment_len, uint64_t more);
struct kith_segment *kith_log_roll(struct kith_log *l);
void kith_segment_name(char out[KITH_SLOT_NAME_MAX], uint64_t generation);

/* Gives a created slot to the segment and writes what waited. KITH_ERR_IO, KITH_ERR_FULL: the bytes
 * still wait; call again with NULL to try once more. */
KITH_MUST int kith_segment_adopt(struct kith_segment *s, const struct kith_slot *slot);
struct kith_segment *kith_log_segment(struct kith_log *l, uint64_t generation); /* or NULL */

/* Bytes that an append would take at most. */
uint64_t kith_log_cost(const struct kith_record *records, size_t count);

/* Writes one block to the last segment. KITH_ERR_IO, KITH_ERR_FULL: nothing happened. */
KITH_MUST int kith_log_append(struct kith_log *l, const struct kith_record *records, size_t count);

/* Marks a record as forgotten in memory; false if it was, or is lost. */
bool kith_log_erase(struct kith_log *l, uint64_t number);

/* The record's bytes as they were written, even of a forgotten one; the value is borrowed from
 * scratch. KITH_ERR_NOT_FOUND: no such number. KITH_ERR_CORRUPT: damaged. KITH_ERR_IO. */
KITH_MUST int kith_log_read(const struct kith_log *l, uint64_t number, struct kith_record *out, struct kith_buf *scratch);

/* The id alone, without its checksum: false if it cannot be read. */
bool kith_log_id(const struct kith_log *l, uint64_t number, struct kith_msgid *out);

#endif
