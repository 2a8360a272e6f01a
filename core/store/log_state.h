/* SPDX-License-Identifier: MIT */
/* log_state.h: what log_open.c and log_scan.c share. */
#ifndef KITH_STORE_LOG_STATE_H
#define KITH_STORE_LOG_STATE_H

#include "store/segment.h"

/* Describes the segment in a slot. A header that cannot be read is no loss: the generation is in the
 * name and the base in the first block; its end is then UINT64_MAX. KITH_ERR_NOT_FOUND: nothing in it.
 * KITH_ERR_CORRUPT: not ours. KITH_ERR_IO. */
KITH_MUST int kith_segment_describe(const struct kith_slot *slot, uint64_t generation, struct kith_segment *out,
                                    struct kith_segment_header *h);

/* Numbers up to here, not including it, are lost. */
void kith_log_holes(struct kith_log *l, uint64_t upto);

/* The next number has a record, at a place of its segment. */
void kith_log_accept(struct kith_log *l, const struct kith_record *r, uint64_t at);

/* Takes a segment out of the log; its slot is to be deleted. */
void kith_log_drop(struct kith_log *l, size_t i, struct kith_vec *garbage);
void kith_log_discard(struct kith_vec *garbage, const char *name);

#endif
