/* SPDX-License-Identifier: MIT */
/* neighbourhood_state.h: what a neighbourhood consists of; shared by neighbourhood.c (time), deeds.c (what
 * they write) and answers.c (what the visitor's doings bring about). */
#ifndef KITH_DEMO_NEIGHBOURHOOD_STATE_H
#define KITH_DEMO_NEIGHBOURHOOD_STATE_H

#include "neighbour.h"
#include "neighbourhood.h"
#include "stories.h"

#define NO_ITEM ((size_t)-1)

/* A message that somebody may still refer to. */
struct item {
    const char *name; /* in the stories; NULL: none */
    struct kith_msgid id, root; /* of the first of a thread both are the same */
    enum who author;
    unsigned letter_to; /* bit 1 << who for everybody who can read it; 0: public */
    unsigned answers;   /* that we gave to this thread, on its root */
};

/* Something that somebody is about to do. */
struct plan {
    uint64_t at_ms; /* on the monotonic clock */
    struct beat beat;
    size_t to;      /* the item, where beat.to does not name it */
    bool typing;    /* they have begun */
    uint64_t typed_ms; /* when they will have finished */
};

struct resident {
    struct neighbourhood *street;
    enum who who;
    struct neighbour *node;
    bool away, shunned, befriended; /* shunned: the visitor blocks them */
    unsigned used[OCCASIONS];       /* lines that were said */
};

struct neighbourhood {
    uv_loop_t *loop;
    uv_timer_t timer;
    struct resident residents[PEOPLE];
    struct kith_pubkey visitor;
    char name[128], address[512];
    uint64_t random;
    double pace;
    struct item *items;
    size_t item_count, item_cap;
    struct plan *plans; /* in no order */
    size_t plan_count, plan_cap;
};

/* neighbourhood.c */
uint64_t neighbourhood_below(struct neighbourhood *v, uint64_t n); /* a random number */
bool neighbourhood_chance(struct neighbourhood *v, unsigned percent);
/* What this person says at such an occasion, each line once; NULL: they have said everything. */
const char *neighbourhood_line(struct neighbourhood *v, enum who who, enum occasion at);
/* Somebody will do it after so many milliseconds of a human's time. */
void neighbourhood_plan(struct neighbourhood *v, uint64_t after_ms, struct beat beat, size_t to);

/* deeds.c */
const struct kith_pubkey *deeds_id(const struct neighbourhood *v, enum who who);
size_t deeds_find(const struct neighbourhood *v, const struct kith_msgid *id);
size_t deeds_named(const struct neighbourhood *v, const char *name);
size_t deeds_add(struct neighbourhood *v, struct item item);
void deeds_introduce(struct neighbourhood *v, enum who who); /* name, portrait, whom they follow */
void deeds_do(struct neighbourhood *v, const struct beat *b, size_t to);
void deeds_type(struct neighbourhood *v, const struct beat *b, size_t to); /* tells the visitor that they write */

/* answers.c: neighbour_heard with a resident. */
void answers_hear(void *resident, const struct kith_json *message);

#endif
