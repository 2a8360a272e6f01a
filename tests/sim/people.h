/* SPDX-License-Identifier: MIT */
/* people.h: who there is, who knows whom, and what they write, all drawn from the seed. */
#ifndef KITH_SIM_PEOPLE_H
#define KITH_SIM_PEOPLE_H

#include "machine.h"

struct outline {
    size_t honest;
    bool hostile;
    unsigned messages, faults;
    uint64_t length_ms; /* of the part in which things happen */
};

/* count: how many honest machines, 0: as the seed says. */
struct outline people_outline(struct world *w, size_t count);
void people_begin(struct world *w, const struct outline *o); /* all machines are on */

/* Addresses that a crash or an old backup took away are given again. */
void people_meet_again(struct world *w);
/* When the faults are over, everyone writes once more. */
void people_last_words(struct world *w);
/* Those who only now may, and have not. */
void people_late_words(struct world *w);

#endif
