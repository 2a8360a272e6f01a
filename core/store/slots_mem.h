/* SPDX-License-Identifier: MIT */
/* slots_mem.h: a disk in memory, for tests and the simulator: slots that remember what was synced, so
 * that a crash loses exactly what was not. */
#ifndef KITH_STORE_SLOTS_MEM_H
#define KITH_STORE_SLOTS_MEM_H

#include "store/store.h"

struct kith_slots_mem;

struct kith_slots_mem *kith_slots_mem_new(void); /* never NULL */
void kith_slots_mem_free(struct kith_slots_mem *m);

/* All slots there are, for kith_store_config: borrowed until the next perform or crash. The slots'
 * ctx stays good until the slot is deleted. */
const struct kith_slot *kith_slots_mem_list(struct kith_slots_mem *m, size_t *count);

/* Carries out an effect: the result is what kith_store_done wants; out is filled by CREATE.
 * KITH_ERR_EXISTS, KITH_ERR_NOT_FOUND. What CREATE and DELETE did survives a crash. */
KITH_MUST int kith_slots_mem_perform(struct kith_slots_mem *m, const struct kith_store_effect *e,
                                     struct kith_slot *out);

/* Carries out and answers all effects that wait: a store on a disk that is always in time. */
void kith_slots_mem_settle(struct kith_slots_mem *m, struct kith_store *s);

/* The power fails: every slot is again as it was at its last sync. Free the store before it is used
 * again; it would read what it no longer has. */
void kith_slots_mem_crash(struct kith_slots_mem *m);

#endif
