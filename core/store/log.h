/* SPDX-License-Identifier: MIT */
/* log.h: the truth: messages in one append-only log of checksummed blocks, in segments.
 *
 * A record has a number that never changes and never is given twice. An append is a block of one or
 * more records, written at once; it may be forgotten by a power cut until the sync that follows it
 * has been answered. Opening finds the longest prefix that can be trusted; see docs/protocol/log.md
 * for the bytes and for how a torn tail is told from damage further in. */
#ifndef KITH_STORE_LOG_H
#define KITH_STORE_LOG_H

#include "feed/id.h"
#include "store/slot.h"

enum kith_record_format { KITH_FORMAT_CLASSIC = 1, KITH_FORMAT_LOCAL = 255 };

enum kith_record_kind {
    KITH_RECORD_CHAINED = 1, /* part of a feed that we hold from its start */
    KITH_RECORD_LOOSE,       /* a single message fetched by id: verified alone */
    KITH_RECORD_LOCAL,       /* our own state: value is JSON {"type": …}, id is zero */
    KITH_RECORD_ERASED,      /* forgotten: id, author and sequence remain, no value */
};

struct kith_record {
    uint64_t number; /* set by get and append */
    uint8_t format, kind;
    uint64_t received_ms;    /* wall clock when we first had it */
    struct kith_msgid id;
    struct kith_bytes value; /* canonical compact JSON */
};

#endif
