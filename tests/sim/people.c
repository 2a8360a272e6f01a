/* SPDX-License-Identifier: MIT */
#include "people.h"

#include "check.h"
#include "feed/id.h"
#include "hostile.h"
#include "node/state.h"

struct outline people_outline(struct world *w, size_t count) {
    struct outline o = {0};
    bool large = world_chance(w, 3);
    o.honest = count ? count : large ? world_between(w, 10, 19) : world_between(w, 2, 7);
    o.hostile = world_chance(w, 50);
    o.messages = (unsigned)world_between(w, 10, 50);
    o.faults = (unsigned)world_below(w, 14);
    o.length_ms = world_between(w, 60, 600) * 1000;
    w->job_lost = world_chance(w, 30) ? 3 : 0;
    w->job_twice = world_chance(w, 30) ? 10 : 0;
    w->job_slow = world_chance(w, 30) ? 10 : 0;
    w->near_publish = world_chance(w, 30) ? 5 : 0;
    w->sync_slow = world_chance(w, 20) ? 40 : 0;
    w->sync_fails = world_chance(w, 15) ? 5 : 0;
    return o;
}

static struct kith_buf contact(const struct machine *to, const char *rest) {
    struct kith_buf b = {0};
    kith_buf_put_str(&b, "{\"type\":\"contact\",\"contact\":\"");
    kith_feed_id_put(&b, &to->keys.pub);
    kith_buf_put_str(&b, "\",");
    kith_buf_put_str(&b, rest);
    kith_buf_put_u8(&b, '}');
    return b;
}

static struct kith_buf post(struct world *w) {
    struct kith_buf b = {0};
    kith_buf_put_str(&b, "{\"type\":\"post\",\"text\":\"");
    kith_buf_put_dec(&b, world_random(w));
    for (uint64_t n = world_below(w, 40); n; n--)
        kith_buf_put_str(&b, " \xc3\xbc""ber und \xe2\x82\xac");
    kith_buf_put_str(&b, "\"}");
    return b;
}

static struct machine *anyone(struct world *w) {
    return w->machines[world_below(w, w->honest_count)];
}

static void give_address(struct machine *a, const struct machine *b) {
    struct kith_buf args = {0};
    kith_buf_put_str(&args, "[\"");
    kith_buf_put_str(&args, b->address);
    kith_buf_put_str(&args, "\"]");
    app_run(a, "conn.connect", kith_buf_bytes(&args));
    kith_buf_wipe(&args);
}

/* a knows the address of b and keeps dialling it. */
static void introduce(struct machine *a, struct machine *b) {
    if (a->hostile || a == b)
        return;
    a->world->knows[a->index][b->index] = true;
    give_address(a, b);
}

static bool still_knows(const struct machine *a, const struct machine *b) {
    for (size_t i = 0; i < a->node->dialler.count; i++) {
        if (!strcmp(a->node->dialler.places[i].address, b->address))
            return true;
    }
    return false;
}

void people_meet_again(struct world *w) {
    for (size_t a = 0; a < w->honest_count; a++) {
        for (size_t b = 0; b < w->machine_count; b++) {
            if (w->knows[a][b] && w->machines[a]->node && !still_knows(w->machines[a], w->machines[b]))
                give_address(w->machines[a], w->machines[b]);
        }
    }
}

/* A tree, so that nobody is alone, and some more; addresses are known to one side or to both. */
static void join_all(struct world *w) {
    size_t n = w->machine_count;
    for (size_t i = 1; i < n; i++)
        introduce(w->machines[world_below(w, i)], w->machines[i]);
    for (uint64_t more = world_below(w, n + 1); more; more--) {
        struct machine *a = w->machines[world_below(w, n)], *b = w->machines[world_below(w, n)];
        introduce(a, b);
    }
    for (size_t i = 1; i < n; i++) {
        if (world_chance(w, 50))
            introduce(w->machines[i], w->machines[world_below(w, i)]);
    }
}

/* Most people follow those whom they can reach, and some whom they cannot. */
static void follow_all(struct world *w, uint64_t length_ms) {
    for (size_t a = 0; a < w->honest_count; a++) {
        for (size_t b = 0; b < w->machine_count; b++) {
            unsigned chance = w->knows[a][b] || w->knows[b][a] ? 75 : 15;
            uint64_t ms = world_chance(w, 80) ? world_below(w, 5000) : world_below(w, length_ms);
            if (a != b && world_chance(w, chance))
                app_publish(w->machines[a], ms, contact(w->machines[b], "\"following\":true"));
        }
    }
}

static void quarrel(struct world *w, uint64_t length_ms) {
    struct machine *a = anyone(w), *b = w->machines[world_below(w, w->machine_count)];
    uint64_t ms = world_between(w, length_ms / 4, length_ms);
    if (a == b)
        return;
    if (world_chance(w, 40)) {
        app_publish(a, ms, contact(b, "\"following\":false"));
        return;
    }
    app_publish(a, ms, contact(b, "\"following\":false,\"blocking\":true"));
    if (world_chance(w, 30))
        app_publish(a, ms + world_below(w, 60000), contact(b, "\"following\":true,\"blocking\":false"));
}

/* Some say it all in one breath: then one sync is under way while the next message is written. */
static void speak(struct world *w, uint64_t length_ms) {
    struct machine *m = anyone(w);
    uint64_t ms = world_below(w, length_ms), times = world_chance(w, 20) ? world_between(w, 2, 6) : 1;
    for (uint64_t i = 0; i < times; i++) {
        uint64_t then = ms + world_below(w, 4);
        app_publish(m, then, post(w));
    }
}

void people_begin(struct world *w, const struct outline *o) {
    for (size_t i = 0; i < o->honest; i++)
        (void)machine_new(w);
    w->honest_count = w->machine_count;
    for (size_t i = 0; i < w->honest_count; i++)
        machine_boot(w->machines[i], false);
    if (o->hostile)
        hostile_start(machine_new(w));
    join_all(w);
    follow_all(w, o->length_ms);
    for (unsigned i = 0; i < o->messages; i++)
        speak(w, o->length_ms);
    for (uint64_t n = world_below(w, 4); n; n--)
        quarrel(w, o->length_ms);
}

void people_last_words(struct world *w) {
    for (size_t i = 0; i < w->honest_count; i++) {
        uint64_t ms = world_below(w, 1000);
        app_publish(w->machines[i], ms, post(w));
    }
}

void people_late_words(struct world *w) {
    for (size_t i = 0; i < w->honest_count; i++) {
        struct machine *m = w->machines[i];
        if (m->may_speak && check_is_silent(m))
            app_publish(m, 0, post(w));
    }
}
