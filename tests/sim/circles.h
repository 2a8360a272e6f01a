/* SPDX-License-Identifier: MIT */
/* circles.h: people write for their friends, make groups, ask in, exclude, leave; and what must be true of it when
 * the faults are over. Only with --circles. */
#ifndef KITH_SIM_CIRCLES_H
#define KITH_SIM_CIRCLES_H

#include "people.h"

struct circles_seen { /* how much was looked at, so that nothing is true only because there was nothing */
    uint64_t posts_read, posts_sealed, groups_compared, late;
};

void circles_begin(struct world *w, const struct outline *o);
void circles_last_words(struct world *w);
/* Whether all is as it has to be; else what is not, in why. */
bool circles_is_right(struct world *w, struct circles_seen *seen, char *why, size_t cap);

#endif
