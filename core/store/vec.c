/* SPDX-License-Identifier: MIT */
#include "store/vec.h"

void kith_vec_wipe(struct kith_vec *v) {
    kith_free(v->p);
    v->p = NULL;
    v->count = v->cap = 0;
}

void *kith_vec_push(struct kith_vec *v) {
    return kith_vec_extend(v, 1);
}

void *kith_vec_extend(struct kith_vec *v, size_t count) {
    uint8_t *first;
    KITH_ASSERT(v->item_len && count <= SIZE_MAX - v->count);
    v->p = kith_grow(v->p, &v->cap, v->count + count, v->item_len);
    first = (uint8_t *)v->p + v->count * v->item_len;
    if (count)
        memset(first, 0, count * v->item_len);
    v->count += count;
    return first;
}

void *kith_vec_resize(struct kith_vec *v, size_t count) {
    KITH_ASSERT(v->item_len && count <= SIZE_MAX / v->item_len);
    if (count > v->cap) {
        v->p = kith_realloc(v->p, count * v->item_len);
        v->cap = count;
    }
    v->count = count;
    return v->p;
}
