/* SPDX-License-Identifier: MIT */
/* sim --seeds A..B [--nodes N] [--circles] [--trace] [--hashes] [--twice]: plays the worlds of these seeds. A seed that fails
 * is printed with its last events, and fails again whenever it is played.
 * --circles: people write for their friends and make groups as well.
 * --hashes says for each seed the hash of all that happened, which is the same on every machine.
 * --twice plays each seed two times and compares the hashes of all that happened. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "circles.h"
#include "crypto/crypto.h"
#include "faults.h"
#include "hostile.h"
#include "people.h"

#define QUIET_MS 7200000u       /* of virtual time, for all to be equal after the faults */
#define LOOK_EVERY_MS 2000u
#define EVENTS_MAX 3000000u     /* more than that in one world is going round in circles */

struct options {
    uint64_t first, last;
    size_t nodes;
    bool trace, hashes, twice, circles;
};

struct totals {
    uint64_t passed, failed, events, acknowledged, refused, excused, virtual_ms;
    struct circles_seen circles;
};

static void run_until(struct world *w, uint64_t at) {
    while (!w->failed && world_next_at(w) <= at) {
        (void)world_step(w);
        if (w->events > EVENTS_MAX)
            world_fail(w, "more than %u events", EVENTS_MAX);
    }
    if (w->now < at)
        w->now = at;
}

/* Until all followers hold equal heads. */
static void run_until_equal(struct world *w, const char *when) {
    uint64_t end = w->now + QUIET_MS;
    char why[160] = "";
    while (!w->failed && !check_is_equal(w, why, sizeof why)) {
        if (w->now >= end) {
            world_fail(w, "%s: %s after %u s of quiet", when, why, QUIET_MS / 1000);
            return;
        }
        run_until(w, w->now + LOOK_EVERY_MS);
    }
}

static uint64_t acknowledged(const struct world *w) {
    uint64_t sum = 0;
    for (size_t i = 0; i < w->honest_count; i++)
        sum += w->machines[i]->app.acknowledged;
    return sum;
}

/* Until everybody has the keys that are theirs, and no others. */
static void run_until_right(struct world *w, struct totals *t) {
    uint64_t end = w->now + QUIET_MS;
    struct circles_seen seen = {0};
    char why[160] = "";
    while (!w->failed && (!check_is_equal(w, why, sizeof why) || !circles_is_right(w, &seen, why, sizeof why))) {
        if (w->now >= end) {
            world_fail(w, "%s after %u s of quiet", why, QUIET_MS / 1000);
            return;
        }
        run_until(w, w->now + LOOK_EVERY_MS);
    }
    t->circles.posts_read += seen.posts_read;
    t->circles.posts_sealed += seen.posts_sealed;
    t->circles.groups_compared += seen.groups_compared;
}

static void live(struct world *w, const struct outline *o, bool circles, struct totals *t) {
    people_begin(w, o);
    if (circles)
        circles_begin(w, o);
    faults_plan(w, o->faults, o->length_ms);
    run_until(w, w->now + o->length_ms + 1000);
    faults_end(w);
    people_meet_again(w);
    run_until_equal(w, "after the faults");
    (void)check_may_speak(w);
    people_last_words(w);
    if (circles)
        circles_last_words(w);
    run_until(w, w->now + 90000);
    check_spoke(w);
    while (!w->failed && check_may_speak(w)) { /* a friend's word has come too late for the last ones */
        people_late_words(w);
        run_until(w, w->now + 90000);
        check_spoke(w);
    }
    run_until_equal(w, "after the last words");
    if (circles)
        run_until_right(w, t);
    if (!w->failed)
        check_end(w);
}

/* Plays one seed; gives its hash. */
static uint64_t play(const struct options *o, uint64_t seed, struct totals *t) {
    struct world *w = kith_alloc(sizeof *w);
    struct outline outline;
    uint64_t hash;
    world_init(w, seed);
    w->show = o->trace;
    w->network = network_new();
    w->check = check_new();
    outline = people_outline(w, o->nodes);
    live(w, &outline, o->circles, t);
    if (w->failed)
        world_print(w);
    t->passed += !w->failed;
    t->failed += w->failed;
    t->events += w->events;
    t->excused += w->excused;
    t->virtual_ms += w->now - w->started;
    t->acknowledged += acknowledged(w);
    for (size_t i = 0; i < w->honest_count; i++)
        t->refused += w->machines[i]->app.refused;
    hash = w->hash;
    for (size_t i = 0; i < w->machine_count; i++)
        machine_free(w->machines[i]);
    network_free(w->network);
    check_free(w->check);
    world_wipe(w);
    kith_free(w);
    return hash;
}

static void play_all(const struct options *o, struct totals *t) {
    for (uint64_t seed = o->first; seed <= o->last; seed++) {
        uint64_t hash = play(o, seed, t);
        if (o->first == o->last || o->hashes || o->twice)
            printf("seed %llu hash %016llx\n", (unsigned long long)seed, (unsigned long long)hash);
        if (o->twice) {
            struct totals unused = {0};
            if (play(o, seed, &unused) != hash) {
                printf("seed %llu gave two different histories\n", (unsigned long long)seed);
                t->failed++;
            }
        }
        fflush(stdout);
    }
}

static bool read_seeds(const char *text, struct options *o) {
    char *end;
    o->first = o->last = strtoull(text, &end, 10);
    if (end == text)
        return false;
    if (strncmp(end, "..", 2) == 0)
        o->last = strtoull(end + 2, &end, 10);
    return *end == 0 && o->last >= o->first;
}

static bool read_options(int argc, char **argv, struct options *o) {
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--trace"))
            o->trace = true;
        else if (!strcmp(argv[i], "--circles"))
            o->circles = true;
        else if (!strcmp(argv[i], "--hashes"))
            o->hashes = true;
        else if (!strcmp(argv[i], "--twice"))
            o->twice = true;
        else if (!strcmp(argv[i], "--seeds") && i + 1 < argc && read_seeds(argv[i + 1], o))
            i++;
        else if (!strcmp(argv[i], "--nodes") && i + 1 < argc)
            o->nodes = (size_t)strtoul(argv[++i], NULL, 10);
        else
            return false;
    }
    return o->nodes < WORLD_MACHINES;
}

int main(int argc, char **argv) {
    struct options o = {.first = 1, .last = 20};
    struct totals t = {0};
    if (!read_options(argc, argv, &o) || kith_crypto_init()) {
        fputs("usage: kith_sim [--seeds A..B] [--nodes N] [--circles] [--trace] [--hashes] [--twice]\n", stderr);
        return 2;
    }
    play_all(&o, &t);
    printf("%llu events, %.1f virtual hours, %llu messages acknowledged, %llu refused, %llu forks that nobody could prevent\n",
           (unsigned long long)t.events, (double)t.virtual_ms / 3600000, (unsigned long long)t.acknowledged,
           (unsigned long long)t.refused, (unsigned long long)t.excused);
    if (o.circles)
        printf("circles: %llu posts read by friends, %llu held and sealed, %llu groups compared\n", (unsigned long long)t.circles.posts_read,
               (unsigned long long)t.circles.posts_sealed, (unsigned long long)t.circles.groups_compared);
    printf("%llu passed, %llu failed\n", (unsigned long long)t.passed, (unsigned long long)t.failed);
    return t.failed ? 1 : 0;
}
