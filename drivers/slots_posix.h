/* SPDX-License-Identifier: MIT */
/* slots_posix.h: slots as files in a directory, one process at a time.
 *
 * Life: open (which takes the lock and opens every slot that exists), give kith_slots_posix_list to
 * kith_store_open, carry out each effect with perform and answer it with kith_store_done, free after
 * the store. A slot is read and written on the store's thread; perform may run on another thread, as
 * long as two performs do not overlap. */
#ifndef KITH_DRIVERS_SLOTS_POSIX_H
#define KITH_DRIVERS_SLOTS_POSIX_H

#include "store/store.h"

struct kith_slots_posix;

/* Makes the directory (0700) if it is not there; its parent must be. KITH_ERR_LOCKED: another process
 * has it. KITH_ERR_IO, KITH_ERR_FULL. *out is NULL on error. */
KITH_MUST int kith_slots_posix_open(struct kith_slots_posix **out, const char *dir);
void kith_slots_posix_free(struct kith_slots_posix *p); /* gives the lock back */

/* All slots that were there at open and have been created since: borrowed until the next perform. */
const struct kith_slot *kith_slots_posix_list(struct kith_slots_posix *p, size_t *count);

/* Carries out an effect; out is filled by CREATE and may be NULL otherwise. Returns what
 * kith_store_done wants: KITH_OK once it will survive a power cut, KITH_ERR_IO, KITH_ERR_FULL,
 * KITH_ERR_EXISTS, KITH_ERR_NOT_FOUND. */
KITH_MUST int kith_slots_posix_perform(struct kith_slots_posix *p, const struct kith_store_effect *e,
                                       struct kith_slot *out);

#endif
