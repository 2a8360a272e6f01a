/* SPDX-License-Identifier: MIT */
/* slots_faulty.h: a disk that fails as real ones do. Each slot is what is on the platter, what reads
 * show (the cache), and the writes between the two, in order. */
#ifndef KITH_TEST_SLOTS_FAULTY_H
#define KITH_TEST_SLOTS_FAULTY_H

#include "store/store.h"

enum faulty_crash { /* what becomes of writes that no sync had confirmed when the power failed */
    FAULTY_DROPPED,
    FAULTY_KEPT,
    FAULTY_TORN_512, /* of a write somewhere, whole sectors; nothing after it */
    FAULTY_TORN_1,   /* the same, at any byte */
    FAULTY_SOME,     /* each write is there or not */
    FAULTY_SHUFFLED, /* each sector of each write is there or not */
    FAULTY_CRASHES
};

enum faulty_fault {
    FAULTY_NONE,
    FAULTY_POWER,      /* the call is not answered any more, and no later one: see off */
    FAULTY_FULL,       /* KITH_ERR_FULL, with the first half written */
    FAULTY_IO,         /* KITH_ERR_IO, with all of it written */
    FAULTY_SYNC_CLEAN, /* SYNC fails; reads show the writes, the platter never gets them */
    FAULTY_SYNC_LOST,  /* SYNC fails; reads show the platter again */
};

struct faulty {
    struct kith_slot *slots;
    size_t count, cap;
    uint64_t seed;
    uint64_t calls; /* writes, truncates and effects so far */
    enum faulty_fault fault;
    uint64_t at, until; /* the calls that are hit: at <= call < until */
    bool off;
};

void faulty_init(struct faulty *f, uint64_t seed);
void faulty_wipe(struct faulty *f);
void faulty_copy(struct faulty *to, const struct faulty *from); /* platter, cache and waiting writes */

int faulty_perform(struct faulty *f, const struct kith_store_effect *e, struct kith_slot *out);
void faulty_settle(struct faulty *f, struct kith_store *s); /* until there is nothing to do, or off */

/* The power comes back: off ends, faults end. */
void faulty_restart(struct faulty *f, enum faulty_crash how);

/* Size of a slot, and one bit of it turned, on the platter and in the cache. */
size_t faulty_size(const struct faulty *f, size_t slot);
void faulty_flip(struct faulty *f, size_t slot, size_t byte, unsigned bit);

#endif
