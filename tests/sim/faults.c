/* SPDX-License-Identifier: MIT */
#include "faults.h"

#include "hostile.h"

#define YEAR_MS 31557600000

static struct machine *victim(struct world *w) {
    return w->machines[world_below(w, w->honest_count)];
}

static void boot(struct world *w, struct event *e) {
    struct machine *m = w->machines[e->who];
    if (m->up && m->stopping)
        world_later(w, 1000, *e); /* a goodbye takes its time */
    else if (!m->up)
        machine_boot(m, m->quarantined);
}

static void boot_later(struct world *w, struct machine *m) {
    uint64_t ms = world_chance(w, 60) ? world_below(w, 3000) : world_below(w, 90000);
    world_later(w, ms, (struct event){.name = "switch on", .run = boot, .who = m->index});
}

static void power(struct world *w, struct event *e) {
    struct machine *m = w->machines[e->who];
    if (!m->up || w->calm)
        return;
    if (!e->x && world_chance(w, 20))
        machine_stop(m);
    else
        machine_crash(m, (enum disk_fate)world_below(w, 3));
    boot_later(w, m);
    if (world_chance(w, 30)) /* trouble comes in pairs: what the first one left unsynced goes with the second */
        world_later(w, world_between(w, 1, 10000), (struct event){.name = "power again", .run = power, .who = m->index, .x = 1});
}

void faults_near_publish(struct machine *m) {
    struct world *w = m->world;
    if (!w->calm && world_chance(w, w->near_publish))
        world_later(w, world_below(w, 4), (struct event){.name = "power", .run = power, .who = m->index, .x = 1});
}

/* Its owner puts an old copy back, beside friends who have seen more. */
static void restore(struct world *w, struct event *e) {
    struct machine *m = w->machines[e->who];
    if (w->calm)
        return;
    machine_crash(m, DISK_LOST);
    if (!m->up)
        machine_restore(m);
    boot_later(w, m);
}

static void backup(struct world *w, struct event *e) {
    struct machine *m = w->machines[e->who];
    if (m->restored || m->backup)
        return; /* once for each, so that one head says what it knew */
    machine_backup(m);
    world_later(w, e->x, (struct event){.name = "old backup", .run = restore, .who = m->index});
}

static void skew(struct world *w, struct event *e) {
    struct machine *m = w->machines[e->who];
    uint64_t span = world_chance(w, 50) ? 2 * YEAR_MS : 120000;
    m->wall_skew_ms = (int64_t)world_below(w, span) - (int64_t)(span / 2);
}

static void break_disk(struct world *w, struct event *e) {
    struct machine *m = w->machines[e->who];
    m->disk_bad_until = w->now + e->x;
    m->refused_syncs = 0;
}

static void cut(struct world *w, struct event *e) {
    network_cut_any(w, e->x != 0);
}

static void heal(struct world *w, struct event *e) {
    (void)e;
    network_heal(w);
}

static void part(struct world *w, struct event *e) {
    uint8_t group[WORLD_MACHINES];
    for (size_t i = 0; i < WORLD_MACHINES; i++)
        group[i] = (uint8_t)world_below(w, 2);
    network_partition(w, group);
    world_later(w, e->x, (struct event){.name = "healed", .run = heal});
}

static void draw(struct world *w, uint64_t at, uint64_t length_ms) {
    struct event e = {.who = victim(w)->index};
    uint64_t luck = world_below(w, 100);
    if (luck < 30) {
        e.name = "cut one";
        e.run = cut;
        e.x = world_below(w, 2);
    } else if (luck < 60) {
        e.name = "power";
        e.run = power;
    } else if (luck < 75) {
        e.name = "partition";
        e.run = part;
        e.x = world_between(w, 500, 120000);
    } else if (luck < 80) {
        e.name = "bad disk";
        e.run = break_disk;
        e.x = world_below(w, 120000);
    } else if (luck < 90) {
        e.name = "clock";
        e.run = skew;
    } else {
        e.name = "backup";
        e.run = backup;
        e.x = world_between(w, 1000, length_ms / 2);
    }
    world_later(w, at, e);
}

void faults_plan(struct world *w, unsigned count, uint64_t length_ms) {
    for (unsigned i = 0; i < count; i++)
        draw(w, world_between(w, 1000, length_ms), length_ms);
    for (size_t i = 0; i < w->honest_count; i++) {
        if (world_chance(w, 25))
            w->machines[i]->wall_skew_ms = (int64_t)world_below(w, 2 * YEAR_MS) - YEAR_MS;
    }
}

void faults_end(struct world *w) {
    w->calm = true;
    network_calm_down(w);
    for (size_t i = 0; i < w->honest_count; i++) {
        struct machine *m = w->machines[i];
        if (!m->up)
            machine_boot(m, m->quarantined);
        else if (m->stopping)
            world_later(w, 100, (struct event){.name = "switch on", .run = boot, .who = m->index});
        m->acknowledged_in_faults = m->app.acknowledged;
    }
    if (w->machine_count > w->honest_count && world_chance(w, 50))
        hostile_retire(w->machines[w->honest_count]);
}
