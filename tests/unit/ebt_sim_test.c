/* SPDX-License-Identifier: MIT */
/* ebt_sim_test.c: nodes that talk to each other: the ways in which others' replication got stuck, each
 * under the number of its report, and random worlds from seeds. */
#include "ebt_sim.h"

static struct sim sim;

/* ssb-ebt #33: one side lost all but its key, the other remembers that both were equal and dials. */
static void issue_33_recovery_works_whoever_dials(void) {
    for (int dialler = 0; dialler < 2; dialler++) {
        sim_init(&sim, 2, 33);
        sim_publish(&sim, 0, 40);
        sim_publish(&sim, 1, 30);
        sim_open(&sim, 0, 1);
        sim_run(&sim, 3000);
        CHECK(sim_behind(&sim) == 0 && sim.node[1].have[0] == 40);
        memset(sim.node[0].have, 0, sizeof sim.node[0].have);
        sim_crash(&sim, 0, false);
        sim_open(&sim, dialler, !dialler);
        sim_run(&sim, 3000);
        CHECK(sim.node[0].have[0] == 40 && sim.node[0].have[1] == 30);
        sim_wipe(&sim);
    }
}

/* epidemic-broadcast-trees #34: the log is lost, what was remembered of the peers is not. */
static void issue_34_a_lower_clock_is_respected(void) {
    for (int dialler = 0; dialler < 2; dialler++) {
        sim_init(&sim, 2, 34);
        sim_publish(&sim, 0, 40);
        sim_publish(&sim, 1, 30);
        sim_open(&sim, 0, 1);
        sim_run(&sim, 3000);
        memset(sim.node[0].have, 0, sizeof sim.node[0].have);
        sim_crash(&sim, 0, true);
        sim_open(&sim, dialler, !dialler);
        sim_run(&sim, 3000);
        CHECK(sim.node[0].have[0] == 40 && sim.node[0].have[1] == 30);
        sim_wipe(&sim);
    }
}

/* epidemic-broadcast-trees #37: B has only 2..10 of A's feed, so C never gets 1 from it. */
static void issue_37_a_partial_feed_does_not_block(void) {
    struct kith_pubkey a = sim_id(0);
    sim_init(&sim, 3, 37);
    sim_publish(&sim, 0, 10);
    sim.node[1].have[0] = 10;
    kith_ebt_have(sim.node[1].ebt, &a, 10);
    sim.node[1].withholds[0] = true;
    sim_open(&sim, 2, 1);
    sim_run(&sim, 1000);
    CHECK(sim.node[2].have[0] == 0);
    sim_open(&sim, 2, 0);
    sim_run(&sim, 5000);
    CHECK(sim.node[2].have[0] == 10);
    sim_wipe(&sim);
}

/* epidemic-broadcast-trees #57: "not blocking" was taken for a block. */
static void issue_57_unblocking_is_no_block(void) {
    struct kith_pubkey a = sim_id(0), b = sim_id(1);
    sim_init(&sim, 2, 57);
    sim_publish(&sim, 0, 5);
    sim_open(&sim, 1, 0);
    kith_ebt_block(sim.node[0].ebt, &a, &b, false);
    sim_run(&sim, 1000);
    CHECK(sim.node[1].have[0] == 5);
    kith_ebt_block(sim.node[0].ebt, &a, &b, true);
    sim_publish(&sim, 0, 5);
    sim_run(&sim, 5000);
    CHECK(sim.node[1].have[0] == 5);
    kith_ebt_block(sim.node[0].ebt, &a, &b, false);
    sim_run(&sim, 5000);
    CHECK(sim.node[1].have[0] == 10);
    sim_wipe(&sim);
}

/* epidemic-broadcast-trees #59: the peer connects again while the old connection still seems open. */
static void issue_59_reconnecting_goes_on(void) {
    sim_init(&sim, 2, 59);
    sim_publish(&sim, 0, 200);
    sim_open(&sim, 1, 0);
    sim_run(&sim, 200);
    CHECK(sim.node[1].have[0] < 200);
    sim_link_clear(&sim.link[0][1]);
    sim_link_clear(&sim.link[1][0]);
    sim.up[0][1] = sim.up[1][0] = false; /* neither side was told that it ended */
    sim_open(&sim, 1, 0);
    sim_run(&sim, 5000);
    CHECK(sim.node[1].have[0] == 200);
    sim_wipe(&sim);
}

/* ssb-ebt #61: B once refused A's feed, and A remembers that; later B wants it, stands where A stands, and
 * says nothing, so A never sends news. */
static void issue_61_an_old_refusal_does_not_last(void) {
    sim_init(&sim, 2, 61);
    sim_publish(&sim, 0, 5);
    sim_open(&sim, 1, 0);
    sim_run(&sim, 2000);
    sim_want(&sim, 1, 0, false);
    sim_run(&sim, 2000);
    sim_close(&sim, 0, 1);
    CHECK(strstr((char *)sim.node[0].clock[1].p, ":-1") != NULL);
    sim_want(&sim, 1, 0, true);
    sim_open(&sim, 1, 0);
    sim_run(&sim, 2000);
    sim_publish(&sim, 0, 1);
    sim_run(&sim, 2000);
    CHECK(sim.node[1].have[0] == 6);
    /* The same within one connection. */
    sim_want(&sim, 1, 0, false);
    sim_run(&sim, 1000);
    sim_want(&sim, 1, 0, true);
    sim_run(&sim, 1000);
    sim_publish(&sim, 0, 1);
    sim_run(&sim, 1000);
    CHECK(sim.node[1].have[0] == 7);
    sim_wipe(&sim);
}

/* A's backup is older than what B has of everything; both remember another state of each other. */
static void an_old_backup_gets_all_back_before_it_writes(void) {
    static uint64_t old_have[SIM_FEEDS];
    for (int dialler = 0; dialler < 2; dialler++) {
        struct kith_buf old_clock = {0};
        sim_init(&sim, 3, 100);
        for (int f = 0; f < 3; f++)
            sim_publish(&sim, f, 10);
        sim_open(&sim, 0, 1);
        sim_open(&sim, 1, 2);
        sim_run(&sim, 3000);
        sim_close(&sim, 0, 1);
        memcpy(old_have, sim.node[0].have, sizeof old_have);
        kith_buf_put_bytes(&old_clock, kith_buf_bytes(&sim.node[0].clock[1]));
        sim_open(&sim, 0, 1);
        for (int f = 0; f < 3; f++)
            sim_publish(&sim, f, 10);
        sim_run(&sim, 3000);
        CHECK(sim_behind(&sim) == 0 && sim.node[0].have[2] == 20);
        sim_close(&sim, 0, 1);
        memcpy(sim.node[0].have, old_have, sizeof old_have);
        kith_buf_wipe(&sim.node[0].clock[1]);
        sim.node[0].clock[1] = old_clock;
        sim_crash(&sim, 0, true);
        sim_open(&sim, dialler, !dialler);
        sim_run(&sim, 3000);
        CHECK(sim.node[0].have[0] == 20 && sim.node[0].have[1] == 20 && sim.node[0].have[2] == 20);
        sim_wipe(&sim);
    }
}

struct totals {
    uint64_t delivered, duplicates, gaps, unasked, notes;
    int behind;
};

static void count(struct totals *t) {
    for (int n = 0; n < sim.nodes; n++) {
        t->delivered += sim.node[n].delivered;
        t->duplicates += sim.node[n].duplicates;
        t->gaps += sim.node[n].gaps;
        t->unasked += sim.node[n].unasked;
        t->notes += sim.node[n].notes;
    }
}

/* What goes wrong in one round of a random world. */
static void mischief(uint64_t backup[SIM_NODES][SIM_FEEDS], bool liars) {
    int a = (int)sim_random(&sim, SIM_NODES), b = (int)sim_random(&sim, SIM_NODES);
    int f = (int)sim_random(&sim, SIM_FEEDS);
    switch (sim_random(&sim, 12)) {
    case 0:
    case 1:
        sim_close(&sim, a, b);
        break;
    case 2:
        sim_crash(&sim, a, sim_random(&sim, 2));
        break;
    case 3: /* an old backup, of the log only */
        for (int i = 0; i < SIM_FEEDS; i++)
            sim.node[a].have[i] = backup[a][i];
        sim_crash(&sim, a, sim_random(&sim, 2));
        break;
    case 4:
        memcpy(backup[a], sim.node[a].have, sizeof backup[a]);
        break;
    case 5:
        if (f % SIM_NODES != a)
            sim_want(&sim, a, f, !sim.node[a].want[f]);
        break;
    case 6:
        if (liars && f % SIM_NODES != a && sim_random(&sim, 3) == 0)
            sim.node[a].withholds[f] = true;
        break;
    default:
        sim_open(&sim, a, b);
        sim_publish(&sim, f, 1 + (int)sim_random(&sim, 8));
    }
}

static void random_world(uint64_t seed, bool liars, struct totals *t) {
    static uint64_t backup[SIM_NODES][SIM_FEEDS];
    int behind;
    memset(backup, 0, sizeof backup);
    sim_init(&sim, SIM_NODES, seed);
    for (int n = 0; n < SIM_NODES; n++) {
        for (int f = 0; f < SIM_FEEDS; f++)
            sim_want(&sim, n, f, f % SIM_NODES == n || sim_random(&sim, 5) != 0);
    }
    for (int i = 0; i < 120; i++) {
        mischief(backup, liars);
        sim_run(&sim, sim_random(&sim, 600));
    }
    for (int n = 0; n < SIM_NODES; n++) /* a ring and some chords */
        sim_open(&sim, n, (n + 1) % SIM_NODES);
    sim_run(&sim, 90000);
    behind = sim_behind(&sim);
    if (behind)
        fprintf(stderr, "seed %llu: %d behind\n", (unsigned long long)seed, behind);
    CHECK(behind == 0);
    for (int n = 0; n < SIM_NODES; n++)
        CHECK(kith_ebt_deadline(sim.node[n].ebt) == UINT64_MAX || liars);
    count(t);
    t->behind += behind;
    sim_wipe(&sim);
}

/* No failures: what a message costs while everything works. */
static void calm_world(uint64_t seed, struct totals *t) {
    sim_init(&sim, SIM_NODES, seed);
    for (int n = 0; n < SIM_NODES; n++) {
        sim_open(&sim, n, (n + 1) % SIM_NODES);
        sim_open(&sim, n, (n + 3) % SIM_NODES);
    }
    for (int i = 0; i < 300; i++) {
        sim_publish(&sim, (int)sim_random(&sim, SIM_NODES), 1);
        sim_run(&sim, sim_random(&sim, 400));
    }
    sim_run(&sim, 5000);
    CHECK(sim_behind(&sim) == 0);
    count(t);
    sim_wipe(&sim);
}

static void report(const char *what, const struct totals *t) {
    printf("%s: %llu delivered, %llu again, %llu gaps, %llu not asked for, %llu frames of notes\n", what,
           (unsigned long long)t->delivered, (unsigned long long)t->duplicates, (unsigned long long)t->gaps,
           (unsigned long long)t->unasked, (unsigned long long)t->notes);
}

int main(int argc, char **argv) {
    struct totals calm = {0}, honest = {0}, liars = {0};
    uint64_t seeds = argc > 1 ? strtoull(argv[1], NULL, 10) : 20;
    issue_33_recovery_works_whoever_dials();
    issue_34_a_lower_clock_is_respected();
    issue_37_a_partial_feed_does_not_block();
    issue_57_unblocking_is_no_block();
    issue_59_reconnecting_goes_on();
    issue_61_an_old_refusal_does_not_last();
    an_old_backup_gets_all_back_before_it_writes();
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        calm_world(seed, &calm);
        random_world(seed, false, &honest);
        random_world(seed, true, &liars);
    }
    report("calm", &calm);
    report("failures", &honest);
    report("liars", &liars);
    CHECK(calm.duplicates * 20 < calm.delivered);
    CHECK(honest.duplicates * 5 < honest.delivered);
    return check_done();
}
