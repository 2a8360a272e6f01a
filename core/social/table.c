/* SPDX-License-Identifier: MIT */
#include "social/table.h"

static struct kith_table_slot *place(const struct kith_vec *slots, uint64_t key) {
    size_t mask = slots->count - 1; /* the length is a power of two */
    size_t i = (size_t)key & mask;
    struct kith_table_slot *slot = KITH_VEC_AT(slots, struct kith_table_slot, i);
    while (slot->value_1 && slot->key != key) {
        i = (i + 1) & mask;
        slot = KITH_VEC_AT(slots, struct kith_table_slot, i);
    }
    return slot;
}

uint32_t kith_table_get(const struct kith_vec *slots, uint64_t key) {
    if (!slots->count)
        return KITH_TABLE_NONE;
    return place(slots, key)->value_1 - 1; /* a free slot: 0 - 1 is NONE */
}

static void grow(struct kith_vec *slots) {
    struct kith_vec old = *slots;
    *slots = KITH_VEC(struct kith_table_slot);
    kith_vec_extend(slots, old.count ? old.count * 2 : 64);
    for (size_t i = 0; i < old.count; i++) {
        const struct kith_table_slot *slot = KITH_VEC_AT(&old, struct kith_table_slot, i);
        if (slot->value_1)
            *place(slots, slot->key) = *slot;
    }
    kith_vec_wipe(&old);
}

void kith_table_put(struct kith_vec *slots, size_t count, uint64_t key, uint32_t value) {
    if ((count + 1) * 3 > slots->count * 2)
        grow(slots);
    *place(slots, key) = (struct kith_table_slot){key, value + 1, 0};
}
