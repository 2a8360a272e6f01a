/* SPDX-License-Identifier: MIT */
/* slot.h: the store's only view of a disk: a named, already open array of bytes.
 *
 * In a browser opening and deleting are promises, so the core never opens: the host opens every slot
 * that exists before the store starts, and creates, deletes and syncs when the store asks for it
 * (struct kith_store_effect). read_at, write_at and truncate are immediate; nothing is durable before
 * the slot's sync effect was answered. */
#ifndef KITH_STORE_SLOT_H
#define KITH_STORE_SLOT_H

#include "base/bytes.h"

#define KITH_SLOT_NAME_MAX 32 /* with NUL; [a-z0-9.-] only */

struct kith_slot_ops {
    /* *got is less than len only at the end of the slot. KITH_ERR_IO. */
    int (*read_at)(void *ctx, uint64_t at, void *out, size_t len, size_t *got);
    /* All or an error; what a failed write left behind is undefined. KITH_ERR_IO, KITH_ERR_FULL. */
    int (*write_at)(void *ctx, uint64_t at, const void *in, size_t len);
    int (*truncate)(void *ctx, uint64_t size);
    int (*size)(void *ctx, uint64_t *size);
};

struct kith_slot {
    char name[KITH_SLOT_NAME_MAX];
    const struct kith_slot_ops *ops;
    void *ctx;
};

#endif
