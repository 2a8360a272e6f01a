/* SPDX-License-Identifier: MIT */
#include "store/list.h"

#define SIZES 32 /* a block of size class c holds 2^c items; class 0 is not used */

/* A free block's first item is the place of the next free block of its size, plus one. */

static uint32_t *item(const struct kith_vec *pool, uint32_t at) {
    return KITH_VEC_AT(pool, uint32_t, at);
}

static unsigned class_of(uint32_t count) {
    return count < 2 ? 0 : 32 - (unsigned)__builtin_clz(count - 1);
}

static void give(struct kith_vec *pool, struct kith_vec *chains, unsigned size, uint32_t at) {
    uint32_t *head = KITH_VEC_AT(chains, uint32_t, size);
    *item(pool, at) = *head;
    *head = at + 1;
}

/* A block of the class: a free one, half of a larger free one, or new. */
static uint32_t take(struct kith_vec *pool, struct kith_vec *chains, unsigned size) {
    if (!chains->count)
        kith_vec_extend(chains, SIZES);
    for (unsigned from = size; from < SIZES; from++) {
        uint32_t *head = KITH_VEC_AT(chains, uint32_t, from);
        uint32_t at = *head;
        if (!at--)
            continue;
        *head = *item(pool, at);
        while (from-- > size)
            give(pool, chains, from, at + (1u << from));
        return at;
    }
    KITH_ASSERT(pool->count + (1u << size) < UINT32_MAX);
    kith_vec_extend(pool, 1u << size);
    return (uint32_t)(pool->count - (1u << size));
}

void kith_list_push(struct kith_list *l, struct kith_vec *pool, struct kith_vec *chains, uint32_t value) {
    unsigned size = class_of(l->count), wanted = class_of(l->count + 1);
    if (!l->count) {
        *l = (struct kith_list){1, value};
        return;
    }
    KITH_ASSERT(l->count < 1u << (SIZES - 1));
    if (size == wanted) {
        *item(pool, l->at + l->count++) = value;
        return;
    }
    if (l->count > 1 && l->at + l->count == pool->count) {
        kith_vec_extend(pool, l->count); /* the last block of the pool grows where it is */
    } else {
        uint32_t at = take(pool, chains, wanted);
        memcpy(item(pool, at), kith_list_items(l, pool), l->count * sizeof(uint32_t));
        if (l->count > 1)
            give(pool, chains, size, l->at);
        l->at = at;
    }
    *item(pool, l->at + l->count++) = value;
}

void kith_list_cut(struct kith_list *l, struct kith_vec *pool, struct kith_vec *chains, uint32_t count) {
    unsigned size = class_of(l->count), wanted = class_of(count);
    KITH_ASSERT(count <= l->count);
    for (; size > wanted && size > 1; size--)
        give(pool, chains, size - 1, l->at + (1u << (size - 1)));
    if (l->count > 1 && count < 2) {
        uint32_t only = *item(pool, l->at);
        give(pool, chains, 1, l->at);
        l->at = only;
    }
    l->count = count;
}
