/* SPDX-License-Identifier: MIT */
/* ebt_sim.h: a handful of nodes in memory that speak EBT over links with delay. A message is a feed and a
 * number; a store is a head for each feed. Everything follows from a seed. */
#ifndef KITH_TEST_EBT_SIM_H
#define KITH_TEST_EBT_SIM_H

#include "check.h"
#include "feed/id.h"
#include "sync/ebt.h"

#define SIM_NODES 8
#define SIM_FEEDS 24 /* feed f is written by node f % SIM_NODES; feed f < SIM_NODES is that node's id */
#define SIM_STEP_MS 20

struct sim_frame {
    struct sim_frame *next;
    uint64_t due_ms;
    char *notes; /* NULL: a message */
    size_t notes_len;
    int feed;
    uint64_t sequence;
};

struct sim_link { /* one direction */
    struct sim_frame *first, **last;
    size_t count;
    uint64_t last_due_ms;
};

struct sim_node {
    struct kith_ebt *ebt;
    uint64_t have[SIM_FEEDS];
    bool want[SIM_FEEDS];
    struct kith_buf clock[SIM_NODES]; /* kept on disk */
    bool withholds[SIM_FEEDS];        /* liar: claims, never sends */
    uint64_t delivered, duplicates, gaps, unasked, notes;
};

struct sim {
    struct sim_node node[SIM_NODES];
    bool up[SIM_NODES][SIM_NODES];
    struct sim_link link[SIM_NODES][SIM_NODES];
    uint64_t written[SIM_FEEDS]; /* the highest that was ever published */
    uint64_t now_ms, rng;
    int nodes;
};

static inline uint32_t sim_random(struct sim *s, uint32_t below) {
    s->rng = s->rng * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((s->rng >> 33) % below);
}

static inline struct kith_pubkey sim_id(int feed) {
    struct kith_pubkey id;
    memset(id.b, 17 * feed + 1, sizeof id.b);
    id.b[0] = (uint8_t)feed;
    return id;
}

static inline int sim_feed(const struct kith_pubkey *id) {
    return id->b[0];
}

/* Starts (or restarts) a node on what it has on disk. */
static inline void sim_boot(struct sim *s, int n) {
    struct sim_node *v = &s->node[n];
    v->ebt = kith_ebt_new();
    for (int f = 0; f < SIM_FEEDS; f++) {
        struct kith_pubkey id = sim_id(f);
        if (f == n)
            kith_ebt_own(v->ebt, &id);
        if (v->have[f])
            kith_ebt_have(v->ebt, &id, v->have[f]);
        if (v->want[f])
            kith_ebt_want(v->ebt, &id, true);
    }
}

static inline void sim_init(struct sim *s, int nodes, uint64_t seed) {
    memset(s, 0, sizeof *s);
    s->nodes = nodes;
    s->rng = seed * 77777 + 1;
    s->now_ms = 1000000;
    for (int n = 0; n < nodes; n++) {
        for (int f = 0; f < SIM_FEEDS; f++)
            s->node[n].want[f] = f < nodes;
        sim_boot(s, n);
    }
}

static inline void sim_link_clear(struct sim_link *l) {
    while (l->first) {
        struct sim_frame *next = l->first->next;
        free(l->first->notes);
        free(l->first);
        l->first = next;
    }
    *l = (struct sim_link){0};
}

static inline void sim_close(struct sim *s, int a, int b) {
    if (!s->up[a][b])
        return;
    for (int side = 0; side < 2; side++) {
        int me = side ? b : a, you = side ? a : b;
        struct kith_pubkey id = sim_id(you);
        kith_buf_clear(&s->node[me].clock[you]);
        kith_ebt_peer_clock(s->node[me].ebt, &id, &s->node[me].clock[you]);
        kith_ebt_close(s->node[me].ebt, &id);
        sim_link_clear(&s->link[me][you]);
        s->up[me][you] = false;
    }
}

/* a dials b. */
static inline void sim_open(struct sim *s, int a, int b) {
    struct kith_pubkey ida = sim_id(a), idb = sim_id(b);
    if (s->up[a][b] || a == b)
        return;
    s->up[a][b] = s->up[b][a] = true;
    kith_ebt_open(s->node[a].ebt, &idb, false, kith_buf_bytes(&s->node[a].clock[b]), s->now_ms);
    kith_ebt_open(s->node[b].ebt, &ida, true, kith_buf_bytes(&s->node[b].clock[a]), s->now_ms);
}

static inline void sim_crash(struct sim *s, int n, bool keep_clocks) {
    for (int i = 0; i < s->nodes; i++) {
        sim_close(s, n, i);
        if (!keep_clocks)
            kith_buf_clear(&s->node[n].clock[i]);
    }
    kith_ebt_free(s->node[n].ebt);
    sim_boot(s, n);
}

static inline void sim_wipe(struct sim *s) {
    for (int n = 0; n < s->nodes; n++) {
        for (int i = 0; i < s->nodes; i++) {
            sim_close(s, n, i);
            kith_buf_wipe(&s->node[n].clock[i]);
        }
    }
    for (int n = 0; n < s->nodes; n++) {
        kith_ebt_free(s->node[n].ebt);
        for (int i = 0; i < s->nodes; i++)
            kith_buf_wipe(&s->node[n].clock[i]);
    }
}

static inline void sim_want(struct sim *s, int n, int f, bool want) {
    struct kith_pubkey id = sim_id(f);
    s->node[n].want[f] = want;
    kith_ebt_want(s->node[n].ebt, &id, want);
}

/* The author writes, unless it knows less of its own feed than the world does (the fork guard). */
static inline void sim_publish(struct sim *s, int f, int count) {
    struct sim_node *v = &s->node[f % s->nodes];
    struct kith_pubkey id = sim_id(f);
    for (int i = 0; i < count && v->have[f] == s->written[f]; i++) {
        s->written[f]++;
        kith_ebt_have(v->ebt, &id, ++v->have[f]);
    }
}

static inline void sim_send(struct sim *s, int a, int b, struct kith_ebt_out *out) {
    struct sim_link *l = &s->link[a][b];
    struct sim_frame *frame;
    if (out->kind == KITH_EBT_MESSAGE && s->node[a].withholds[sim_feed(&out->feed)])
        return;
    frame = calloc(1, sizeof *frame);
    frame->due_ms = s->now_ms + 5 + sim_random(s, 60);
    if (frame->due_ms < l->last_due_ms)
        frame->due_ms = l->last_due_ms; /* a stream keeps its order */
    l->last_due_ms = frame->due_ms;
    if (out->kind == KITH_EBT_NOTES) {
        frame->notes = malloc(out->notes.len);
        memcpy(frame->notes, out->notes.p, out->notes.len);
        frame->notes_len = out->notes.len;
        s->node[a].notes++;
    } else {
        frame->feed = sim_feed(&out->feed);
        frame->sequence = out->sequence;
    }
    if (!l->first)
        l->last = &l->first;
    *l->last = frame;
    l->last = &frame->next;
    l->count++;
}

static inline void sim_take(struct sim *s, int a, int b, const struct sim_frame *frame) {
    struct sim_node *v = &s->node[b];
    struct kith_pubkey from = sim_id(a), feed = sim_id(frame->feed);
    struct kith_json doc = {0};
    if (frame->notes) {
        if (kith_json_parse(&doc, kith_bytes(frame->notes, frame->notes_len), 1000000) ||
            kith_ebt_recv_notes(v->ebt, &from, &doc, s->now_ms))
            CHECK(frame->notes == NULL); /* never: our own notes are understood */
        kith_json_wipe(&doc);
    } else if (!kith_ebt_recv_message(v->ebt, &from, &feed, frame->sequence, s->now_ms)) {
        if (frame->sequence <= v->have[frame->feed])
            v->duplicates++;
        else
            v->unasked++;
    } else if (frame->sequence == v->have[frame->feed] + 1) {
        v->delivered++;
        v->have[frame->feed]++;
        kith_ebt_have(v->ebt, &feed, v->have[frame->feed]);
    } else {
        v->gaps++;
    }
}

static inline void sim_step(struct sim *s) {
    s->now_ms += SIM_STEP_MS;
    for (int a = 0; a < s->nodes; a++) {
        if (kith_ebt_deadline(s->node[a].ebt) <= s->now_ms)
            kith_ebt_tick(s->node[a].ebt, s->now_ms);
        for (int b = 0; b < s->nodes; b++) {
            struct kith_pubkey id = sim_id(b);
            struct kith_ebt_out out;
            struct sim_link *l = &s->link[a][b];
            while (s->up[a][b] && l->first && l->first->due_ms <= s->now_ms) {
                struct sim_frame *frame = l->first;
                l->first = frame->next;
                l->count--;
                sim_take(s, a, b, frame);
                free(frame->notes);
                free(frame);
            }
            for (int i = 0; i < 20 && s->up[a][b] && l->count < 50; i++) {
                if (!kith_ebt_next(s->node[a].ebt, &id, &out, s->now_ms))
                    break;
                sim_send(s, a, b, &out);
            }
        }
    }
}

static inline void sim_run(struct sim *s, uint64_t ms) {
    for (uint64_t end = s->now_ms + ms; s->now_ms < end;)
        sim_step(s);
}

/* What node n should have of feed f: the most that anybody has whom it reaches over nodes that want f. */
static inline uint64_t sim_reachable(const struct sim *s, int n, int f) {
    bool in[SIM_NODES] = {false}, grew = true;
    uint64_t most = 0;
    in[n] = true;
    while (grew) {
        grew = false;
        for (int a = 0; a < s->nodes; a++) {
            if (a != n && s->node[a].withholds[f])
                continue; /* nothing comes through it */
            for (int b = 0; b < s->nodes; b++) {
                if (in[a] && !in[b] && s->up[a][b] && s->node[b].want[f] && s->node[a].want[f])
                    in[b] = grew = true;
            }
        }
    }
    for (int a = 0; a < s->nodes; a++) {
        if (in[a] && s->node[a].have[f] > most && (a == n || !s->node[a].withholds[f]))
            most = s->node[a].have[f];
    }
    return most;
}

/* How many (node, feed) have less than they could. */
static inline int sim_behind(const struct sim *s) {
    int behind = 0;
    for (int n = 0; n < s->nodes; n++) {
        for (int f = 0; f < SIM_FEEDS; f++)
            behind += s->node[n].want[f] && s->node[n].have[f] < sim_reachable(s, n, f);
    }
    return behind;
}

#endif
