/* SPDX-License-Identifier: MIT */
/* json_object.h: the order of an object's members as JavaScript has it (ECMA-262,
 * OrdinaryOwnPropertyKeys): array indices first and ascending, then the others as they came; a
 * repeated name keeps its first place and its last value. For json_parse.c only.
 *
 * The parser notes each name as it comes. Most objects are seen to be in order by that alone;
 * settle looks closer at those that may not be. */
#ifndef KITH_BASE_JSON_OBJECT_H
#define KITH_BASE_JSON_OBJECT_H

#include "base/json.h"

struct kith_json_order {
    uint64_t seen;       /* one bit for each name's fingerprint */
    int64_t last_index;  /* the greatest array index so far, -1 before the first */
    bool named;          /* a name that is no index came */
    bool maybe_repeated; /* two names have one fingerprint */
    bool unordered;      /* an index came late, or twice */
};

#define KITH_JSON_ORDER_START ((struct kith_json_order){.last_index = -1})

/* The value of a canonical array index (0 .. 4294967294), -1 for any other name. */
int64_t kith_json_index_of(struct kith_bytes key);

static inline void kith_json_order_note(struct kith_json_order *order, struct kith_bytes key) {
    int64_t index = key.len && key.p[0] <= '9' ? kith_json_index_of(key) : -1;
    if (index >= 0) {
        order->unordered |= order->named || index <= order->last_index;
        order->last_index = index;
    } else {
        unsigned print = (unsigned)key.len;
        if (key.len)
            print += 7u * key.p[0] + 29u * key.p[key.len / 2] + 13u * key.p[key.len - 1];
        order->maybe_repeated |= order->seen >> (print & 63) & 1;
        order->seen |= (uint64_t)1 << (print & 63);
        order->named = true;
    }
}

/* Relinks the children of the object so that they are in order, without repetitions. True if it had
 * to. Costs n log n key comparisons for whatever names a peer sends. */
bool kith_json_order_settle(const struct kith_json_order *order, struct kith_json *doc,
                            uint32_t object);

#endif
