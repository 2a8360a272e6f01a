/* SPDX-License-Identifier: MIT */
/* world.h: virtual time. Everything that happens is an event in one queue, every choice comes from one
 * seed, so that a seed is a whole history of machines, wires and people that can be played again.
 *
 * The world knows no nodes: machine.h puts them in, network.h joins them, people.h makes them do
 * something, check.h watches. */
#ifndef KITH_SIM_WORLD_H
#define KITH_SIM_WORLD_H

#include "base/bytes.h"
#include "base/rng.h"
#include "crypto/keys.h"

#define WORLD_MACHINES 24
#define WORLD_TRACE 50           /* events that are shown after a failure */
#define WORLD_EPOCH_MS 1700000000000u /* what calendars say when a world begins */

struct world;
struct machine;
struct network;
struct check;

struct event {
    uint64_t at, order;
    const char *name; /* a literal, for the trace */
    void (*run)(struct world *w, struct event *e);
    uint32_t who, life, link; /* machine and its life; what else the name needs */
    uint64_t x, y;
    struct kith_buf bytes; /* owned */
};

struct trace_line {
    uint64_t at;
    const char *name;
    uint32_t who, link;
    uint64_t x;
    char text[120];
};

struct world {
    uint64_t seed, random, now, started;
    struct event *heap;
    size_t heap_count, heap_cap;
    uint64_t order, events;
    uint64_t hash; /* of all that has happened */
    bool show;     /* print the trace as it comes */
    bool failed;
    char failure[256];
    struct trace_line trace[WORLD_TRACE];
    uint64_t traced;

    struct machine *machines[WORLD_MACHINES];
    size_t machine_count; /* honest ones come first */
    size_t honest_count;
    struct network *network;
    struct check *check;
    bool calm; /* faults are over */
    bool knows[WORLD_MACHINES][WORLD_MACHINES]; /* the first has been given the address of the second */
    unsigned excused; /* forks of restored backups that no friend could have prevented */
    unsigned job_lost, job_twice, job_slow, sync_fails, sync_slow, near_publish; /* of 100 */
};

void world_init(struct world *w, uint64_t seed);
void world_wipe(struct world *w);

/* Two draws are two statements: in which order a call's arguments are made is the compiler's choice, and a
 * seed is the same world under all of them. */
uint64_t world_random(struct world *w);
uint64_t world_below(struct world *w, uint64_t n);                /* 0 .. n - 1; n > 0 */
uint64_t world_between(struct world *w, uint64_t a, uint64_t b);  /* both inclusive */
bool world_chance(struct world *w, unsigned of_100);

/* A source of its own with a seed from the world, for one machine. */
struct stream {
    uint64_t state;
};
struct kith_rng stream_rng(struct stream *s);

/* Puts an event into the queue, delay_ms from now. Takes e's bytes. */
void world_later(struct world *w, uint64_t delay_ms, struct event e);
/* Takes the next one out and runs it; false if there is none. */
bool world_step(struct world *w);
uint64_t world_next_at(const struct world *w); /* UINT64_MAX: none */

/* One line for the trace and the hash, of something inside an event. */
void world_note(struct world *w, const char *name, uint32_t who, uint32_t link, uint64_t x, struct kith_bytes text);

/* An invariant does not hold: the first failure counts. printf's format. */
void world_fail(struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
void world_print(const struct world *w); /* the last events */

#endif
