/* SPDX-License-Identifier: MIT */
/* check_equal.c: who should hold what, worked out from the friend graph and the wires by itself, and
 * whether they do. */
#include <stdio.h>

#include "check_state.h"
#include "node/state.h"

uint64_t check_head(const struct machine *m, const struct machine *author) {
    const struct kith_feeds *feeds = kith_store_feeds(m->node->store);
    uint32_t feed = kith_feeds_find(feeds, &author->keys.pub);
    return feed == KITH_FEED_NONE ? 0 : kith_feeds_head(feeds, feed).sequence;
}

/* The sequence with which the author blocked somebody for good, 0: it does not; *ever: or once did. */
static uint64_t blocked_at(struct machine *author, const struct kith_pubkey *who, bool *ever) {
    struct check *c = author->world->check;
    const struct kith_feeds *feeds = kith_store_feeds(author->node->store);
    uint32_t feed = kith_feeds_find(feeds, &author->keys.pub);
    uint64_t head = check_head(author, author), at = 0;
    *ever = false;
    for (uint64_t s = 1; s <= head; s++) {
        struct kith_record record;
        struct kith_message m;
        struct kith_pubkey to;
        uint64_t number;
        if (!kith_feeds_record(feeds, feed, s, &number) ||
            kith_store_get(author->node->store, number, &record, &c->scratch) ||
            kith_message_read(&c->doc, record.value, &m) || m.is_private ||
            kith_feed_id_parse(kith_json_str(&c->doc, kith_json_get(&c->doc, m.content, "contact")), &to) ||
            !kith_pubkey_eq(&to, who))
            continue;
        if (!kith_json_true(&c->doc, kith_json_get(&c->doc, m.content, "blocking")))
            at = 0;
        else if (!at)
            at = s;
        *ever |= at != 0;
    }
    return at;
}

#define N WORLD_MACHINES

struct plan {
    struct world *w;
    size_t count;
    uint8_t edge[N][N];   /* what each says of each in its own store */
    bool expected[N][N];  /* [who][whose feed] */
    bool hidden[N][N];    /* [author][from whom], now or once */
};

static void read_edges(struct plan *p) {
    for (size_t a = 0; a < p->w->honest_count; a++) {
        for (size_t b = 0; b < p->count; b++) {
            const struct machine *m = p->w->machines[a];
            p->edge[a][b] = (uint8_t)kith_graph_edge(m->node->social, &m->keys.pub, &p->w->machines[b]->keys.pub);
            (void)blocked_at(p->w->machines[a], &p->w->machines[b]->keys.pub, &p->hidden[a][b]);
        }
    }
}

/* Of a feed that forked, everyone may hold something else. */
static uint8_t edge_seen_by(const struct plan *p, size_t who, size_t from, size_t to) {
    struct machine *const *m = p->w->machines;
    if (!m[from]->excused)
        return p->edge[from][to];
    return (uint8_t)kith_graph_edge(m[who]->node->social, &m[from]->keys.pub, &m[to]->keys.pub);
}

/* Within two hops of who, by the contacts of those whose feeds who has; never through or to whom it
 * blocks. */
static void wants(const struct plan *p, size_t who, bool out[N]) {
    uint8_t hops[N];
    memset(hops, 255, sizeof hops);
    memset(out, 0, N * sizeof *out);
    hops[who] = 0;
    out[who] = true;
    for (uint8_t h = 0; h < 2; h++) {
        for (size_t a = 0; a < p->count; a++) {
            for (size_t b = 0; hops[a] == h && p->expected[who][a] && b < p->count; b++) {
                if (edge_seen_by(p, who, a, b) != KITH_EDGE_FOLLOW || hops[b] != 255 || p->edge[who][b] == KITH_EDGE_BLOCK)
                    continue;
                hops[b] = (uint8_t)(h + 1);
                out[b] = true;
            }
        }
    }
}

static bool linked(const struct plan *p, size_t a, size_t b) {
    return (p->w->knows[a][b] || p->w->knows[b][a]) && p->edge[a][b] != KITH_EDGE_BLOCK && p->edge[b][a] != KITH_EDGE_BLOCK;
}

/* One round, without those whom the author has ever blocked: who has not heard yet that a block was
 * taken back asks its object for nothing, and may have nobody else to hear it from.
 * Whoever wants a feed and is linked to one that has it. True if anything is new. */
static bool spread(struct plan *p) {
    size_t honest = p->w->honest_count;
    bool any = false;
    for (size_t who = 0; who < honest; who++) {
        bool wanted[N];
        wants(p, who, wanted);
        for (size_t feed = 0; feed < honest; feed++) {
            if (p->expected[who][feed] || !wanted[feed] || p->hidden[feed][who])
                continue;
            for (size_t from = 0; from < honest && !p->expected[who][feed]; from++)
                p->expected[who][feed] = p->expected[from][feed] && linked(p, who, from);
            any |= p->expected[who][feed];
        }
    }
    return any;
}

bool check_is_equal(struct world *w, char *why, size_t cap) {
    struct plan p = {.w = w, .count = w->machine_count};
    for (size_t i = 0; i < w->honest_count; i++) {
        if (!w->machines[i]->node) {
            (void)snprintf(why, cap, "machine %zu is off", i);
            return false;
        }
        p.expected[i][i] = true;
    }
    check_frozen(w);
    read_edges(&p);
    while (spread(&p)) {
    }
    for (size_t feed = 0; feed < w->honest_count; feed++) {
        uint64_t most = 0;
        if (w->machines[feed]->excused)
            continue;
        for (size_t i = 0; i < w->honest_count; i++) {
            uint64_t head = p.expected[i][feed] ? check_head(w->machines[i], w->machines[feed]) : 0;
            most = head > most ? head : most;
        }
        for (size_t i = 0; i < w->honest_count; i++) {
            uint64_t head = check_head(w->machines[i], w->machines[feed]);
            if (!p.expected[i][feed] || head == most)
                continue;
            (void)snprintf(why, cap, "machine %zu has %llu of %llu of machine %zu's feed", i, (unsigned long long)head,
                           (unsigned long long)most, feed);
            return false;
        }
    }
    return true;
}

void check_blocks(struct world *w) {
    if (w->machine_count > w->honest_count)
        return; /* the hostile peer hands on what it likes to whom it likes */
    for (size_t a = 0; a < w->honest_count; a++) {
        for (size_t b = 0; b < w->honest_count; b++) {
            struct machine *author = w->machines[a], *who = w->machines[b];
            uint64_t at;
            bool ever;
            if (a == b || author->excused || author->restored || !author->node || !who->node)
                continue;
            at = blocked_at(author, &who->keys.pub, &ever);
            if (at && check_head(who, author) >= at)
                world_fail(w, "machine %zu was blocked by %zu at %llu and holds %llu", b, a, (unsigned long long)at,
                           (unsigned long long)check_head(who, author));
        }
    }
}
