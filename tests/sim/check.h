/* SPDX-License-Identifier: MIT */
/* check.h: what must be true in every world, and what has to come true when the faults are over. */
#ifndef KITH_SIM_CHECK_H
#define KITH_SIM_CHECK_H

#include "machine.h"

struct check *check_new(void);
void check_free(struct check *c);

/* The node told its app that a message is safe: from now on it is there, as it was. */
void check_acknowledged(struct machine *m, const struct kith_json *doc);
/* Messages that came over a link, and what the judges said about them. */
void check_job(struct machine *m, struct kith_bytes job, struct kith_bytes result);
/* A store after it was opened, and at the end: chains, and nothing acknowledged is missing. */
void check_store(struct machine *m);
/* Queues and links: no peer makes a node grow. */
void check_limits(struct machine *m);

/* Whether all followers hold what they should; else who lacks what, in why. */
bool check_is_equal(struct world *w, char *why, size_t cap);
/* Notes who may publish from now on; whether there is anybody new. A restored copy that has no friend's
 * word may not, and a fork may not any more. */
bool check_may_speak(struct world *w);
bool check_is_silent(const struct machine *m); /* it has published nothing since the faults ended */
void check_spoke(struct world *w);             /* all those could, who might when they were asked to */
void check_end(struct world *w);

#endif
