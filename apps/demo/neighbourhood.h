/* SPDX-License-Identifier: MIT */
/* neighbourhood.h: the people of people.h, each with a node, and their lives: first a past of some days,
 * written at once with the dates that it had, then the present, at a human pace, in which they also
 * answer to what the visitor does. */
#ifndef KITH_DEMO_NEIGHBOURHOOD_H
#define KITH_DEMO_NEIGHBOURHOOD_H

#include <uv.h>

#include "crypto/keys.h"
#include "people.h"

struct neighbourhood;

struct neighbourhood_options {
    struct kith_pubkey visitor;
    const char *visitor_name;
    uint64_t seed; /* who answers what, and when */
    double pace;   /* 1: as people are; 0.1: ten times as fast */
};

/* Makes the people and their past. */
struct neighbourhood *neighbourhood_new(uv_loop_t *loop, const struct neighbourhood_options *options);

/* Who they are, for the visitor to follow. */
const struct kith_pubkey *neighbourhood_id(const struct neighbourhood *v, enum who who);

/* All of them connect to the visitor's node, at its address, and the present begins. */
void neighbourhood_begin(struct neighbourhood *v, const char *address);

/* Everybody leaves. Run the loop to its end, then free. NULL is fine for both. */
void neighbourhood_stop(struct neighbourhood *v);
void neighbourhood_free(struct neighbourhood *v);

#endif
