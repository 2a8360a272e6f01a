/* SPDX-License-Identifier: MIT */
#include "sync/ring.h"

void kith_ring_put(struct kith_ring *r, uint32_t n) {
    if (r->count == r->cap) {
        uint32_t cap = r->cap ? r->cap * 2 : 32;
        uint32_t *at = kith_alloc(cap * sizeof *at);
        for (uint32_t i = 0; i < r->count; i++)
            at[i] = r->at[(r->head + i) & (r->cap - 1)];
        kith_free(r->at);
        *r = (struct kith_ring){at, cap, 0, r->count};
    }
    r->at[(r->head + r->count) & (r->cap - 1)] = n;
    r->count++;
}

uint32_t kith_ring_take(struct kith_ring *r) {
    uint32_t n;
    KITH_ASSERT(r->count);
    n = r->at[r->head];
    r->head = (r->head + 1) & (r->cap - 1);
    r->count--;
    return n;
}
