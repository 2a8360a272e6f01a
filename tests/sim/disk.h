/* SPDX-License-Identifier: MIT */
/* disk.h: a disk that remembers which writes were synced. When the power fails, each of the others is
 * kept, lost or torn as the world's dice say; when only the process dies, all are still there but not
 * yet safe. A sync covers what was written when it was asked for, not what came while it ran. */
#ifndef KITH_SIM_DISK_H
#define KITH_SIM_DISK_H

#include "store/store.h"
#include "world.h"

enum disk_fate {
    DISK_KILLED, /* the process died: everything is there, nothing more is safe than before */
    DISK_LOST,   /* the power failed: exactly what was synced is there */
    DISK_TORN,   /* the power failed in the middle: of the rest some writes, some of them in part */
};

struct disk;

struct disk *disk_new(void);
struct disk *disk_copy(const struct disk *d); /* a backup: a picture of what is safe now */
void disk_free(struct disk *d);

const struct kith_slot *disk_slots(struct disk *d, size_t *count); /* borrowed until the next perform */

/* How much of a slot a sync that is asked for now will cover: give it to perform. */
uint64_t disk_mark(struct disk *d, const struct kith_store_effect *e);
KITH_MUST int disk_perform(struct disk *d, const struct kith_store_effect *e, uint64_t mark, struct kith_slot *out);

/* Nobody may use the slots while this happens, nor those that were given out before. */
void disk_crash(struct disk *d, enum disk_fate fate, struct world *w);

#endif
