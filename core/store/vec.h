/* SPDX-License-Identifier: MIT */
/* vec.h: a flat array without pointers. All that a view remembers is in vecs, so that a snapshot is
 * a list of vecs written one after another and opening is reading them back. */
#ifndef KITH_STORE_VEC_H
#define KITH_STORE_VEC_H

#include "base/bytes.h"

struct kith_vec {
    void *p;
    size_t count, cap; /* items */
    size_t item_len;   /* bytes; fixed when the view is made */
};

#define KITH_VEC(type) ((struct kith_vec){0, 0, 0, sizeof(type)})

/* Item i, which must exist. The pointer is good until the vec grows. */
#define KITH_VEC_AT(vec, type, i) (&((type *)(vec)->p)[i])

void kith_vec_wipe(struct kith_vec *v); /* frees the items, keeps item_len */
void *kith_vec_push(struct kith_vec *v); /* one zeroed item at the end */
void *kith_vec_extend(struct kith_vec *v, size_t count); /* count zeroed items at the end; the first of them */

/* Exactly count items, of which new ones are undefined: room for a snapshot to be read into. */
void *kith_vec_resize(struct kith_vec *v, size_t count);

#endif
