/* SPDX-License-Identifier: MIT */
/* ring.h: a queue of numbers: feeds, blobs. Zero-initialise; whoever owns it frees `at`. */
#ifndef KITH_SYNC_RING_H
#define KITH_SYNC_RING_H

#include "base/bytes.h"

struct kith_ring {
    uint32_t *at;
    uint32_t cap, head, count; /* cap is a power of two */
};

void kith_ring_put(struct kith_ring *r, uint32_t n);
uint32_t kith_ring_take(struct kith_ring *r); /* not empty */

#endif
