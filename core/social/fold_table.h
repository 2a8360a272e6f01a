/* SPDX-License-Identifier: MIT */
/* fold_table.h: the shape of fold_table.c, which scripts/fold_table.mjs makes. For fold.c only. */
#ifndef KITH_SOCIAL_FOLD_TABLE_H
#define KITH_SOCIAL_FOLD_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* Code points that fold alike. how 1 and 2: every one, or every second one, moves by value; 3: all become
 * value; 0: the one becomes the text at value >> 8 of the pool, value & 255 bytes of it. */
struct kith_fold_run {
    uint32_t first;
    uint16_t count, how;
    int32_t value;
};

extern const uint32_t kith_fold_classes[];
extern const size_t kith_fold_classes_count;
extern const struct kith_fold_run kith_fold_runs[];
extern const size_t kith_fold_runs_count;
extern const uint8_t kith_fold_pool[];

#endif
