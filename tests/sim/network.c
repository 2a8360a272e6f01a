/* SPDX-License-Identifier: MIT */
#include "network.h"

#include "machine.h"

struct side {
    struct machine *m;
    uint32_t life, link;
    bool open;
    uint64_t last_at;      /* when the last bytes towards it arrive */
    size_t flight;         /* bytes towards it that it has not taken */
    struct kith_buf inbox; /* arrived, not yet taken */
    bool eof, retry;
};

struct wire {
    uint32_t number;
    bool connected, dead, stalled;
    uint64_t fast_ms, slow_ms; /* how long bytes take */
    struct side side[2];       /* the dialler is 0 */
};

struct network {
    struct wire **wires;
    size_t count, cap;
    uint32_t last;
    uint8_t group[WORLD_MACHINES];
    bool calm;
};

struct network *network_new(void) {
    return kith_alloc(sizeof(struct network));
}

static void wire_free(struct wire *x) {
    kith_buf_wipe(&x->side[0].inbox);
    kith_buf_wipe(&x->side[1].inbox);
    kith_free(x);
}

void network_free(struct network *n) {
    if (!n)
        return;
    for (size_t i = 0; i < n->count; i++)
        wire_free(n->wires[i]);
    kith_free(n->wires);
    kith_free(n);
}

static struct wire *by_number(struct network *n, uint32_t number) {
    for (size_t i = 0; i < n->count; i++) {
        if (n->wires[i]->number == number)
            return n->wires[i];
    }
    return NULL;
}

static struct wire *of_link(struct network *n, const struct machine *m, uint32_t link, unsigned *side) {
    for (size_t i = 0; i < n->count; i++) {
        for (unsigned s = 0; s < 2; s++) {
            const struct side *x = &n->wires[i]->side[s];
            if (x->open && x->m == m && x->life == m->life && x->link == link) {
                *side = s;
                return n->wires[i];
            }
        }
    }
    return NULL;
}

/* Gone as soon as neither end is open. */
static void release(struct network *n, struct wire *x) {
    if (x->side[0].open || x->side[1].open)
        return;
    for (size_t i = 0; i < n->count; i++) {
        if (n->wires[i] == x) {
            n->wires[i] = n->wires[--n->count];
            wire_free(x);
            return;
        }
    }
}

static bool reachable(const struct network *n, const struct machine *a, const struct machine *b) {
    return n->group[a->index] == n->group[b->index];
}

size_t network_count(const struct network *n) {
    return n->count;
}

/* ---- bytes ---- */

static void drain(struct world *w, struct wire *x, unsigned to);

static void retry(struct world *w, struct event *e) {
    struct wire *x = by_number(w->network, e->link);
    if (!x)
        return;
    x->side[e->x].retry = false;
    drain(w, x, (unsigned)e->x);
}

static void drain_later(struct world *w, struct wire *x, unsigned to, uint64_t ms) {
    if (x->side[to].retry)
        return;
    x->side[to].retry = true;
    world_later(w, ms, (struct event){.name = "wait", .run = retry, .who = x->side[to].m->index,
                                      .link = x->number, .x = to});
}

/* Gives what has arrived to the machine; its end may be closed, and the wire gone, afterwards. */
static void drain(struct world *w, struct wire *x, unsigned to) {
    struct side *s = &x->side[to];
    uint32_t number = x->number;
    if (!s->open || x->stalled)
        return;
    if (s->inbox.len && machine_is_full(s->m, s->link)) {
        drain_later(w, x, to, s->m->hostile ? 500 : 20);
        return;
    }
    if (s->inbox.len) {
        struct kith_buf bytes = s->inbox;
        s->inbox = (struct kith_buf){0};
        s->flight -= bytes.len;
        machine_recv(s->m, s->link, kith_buf_bytes(&bytes));
        kith_buf_wipe(&bytes);
        x = by_number(w->network, number);
        if (!x)
            return;
        s = &x->side[to];
        if (x->side[!to].open) { /* there is room again */
            struct machine *sender = x->side[!to].m;
            network_write(w, sender, x->side[!to].link);
            machine_pump(sender);
        }
        x = by_number(w->network, number);
        if (!x || !x->side[to].open)
            return;
        s = &x->side[to];
    }
    if (s->eof && !s->inbox.len) {
        struct machine *m = s->m;
        uint32_t link = s->link;
        s->open = false;
        release(w->network, x);
        machine_eof(m, link);
    }
}

static void arrive(struct world *w, struct event *e) {
    struct wire *x = by_number(w->network, e->link);
    struct side *s;
    if (!x || x->dead)
        return;
    s = &x->side[e->x];
    if (s->life != s->m->life)
        s->open = false;
    if (e->y)
        s->eof = true;
    kith_buf_put_bytes(&s->inbox, kith_buf_bytes(&e->bytes));
    drain(w, x, (unsigned)e->x);
}

static void post(struct world *w, struct wire *x, unsigned to, struct kith_buf bytes, bool eof) {
    struct side *s = &x->side[to];
    uint64_t at = w->now + world_between(w, x->fast_ms, x->slow_ms);
    if (at < s->last_at)
        at = s->last_at;
    s->last_at = at;
    s->flight += bytes.len;
    world_later(w, at - w->now, (struct event){.name = eof ? "eof" : "bytes", .run = arrive, .who = s->m->index,
                                               .link = x->number, .x = to, .y = eof, .bytes = bytes});
}

/* Takes from the end what it has, as long as there is room on the wire. */
static bool pull(struct world *w, struct wire *x, unsigned from, size_t window) {
    static uint8_t out[16384];
    uint32_t number = x->number;
    struct side *s = &x->side[from];
    while (x->side[!from].flight < window) {
        size_t len = 0, cap = world_chance(w, 10) ? (size_t)world_between(w, 1, 300) : sizeof out;
        struct kith_buf bytes = {0};
        machine_send(s->m, s->link, out, cap, &len);
        if (!len)
            break;
        if (by_number(w->network, number) != x)
            return false;
        kith_buf_put(&bytes, out, len);
        post(w, x, !from, bytes, false);
    }
    return by_number(w->network, number) == x;
}

void network_write(struct world *w, struct machine *m, uint32_t link) {
    unsigned s;
    struct wire *x = of_link(w->network, m, link, &s);
    if (x && x->connected)
        (void)pull(w, x, s, NETWORK_WINDOW);
}

/* ---- connections ---- */

static void told_eof(struct world *w, struct event *e) {
    struct machine *m = w->machines[e->who];
    if (m->life == e->life)
        machine_eof(m, e->link);
}

void network_close(struct world *w, struct machine *m, uint32_t link) {
    unsigned s;
    struct wire *x = of_link(w->network, m, link, &s);
    if (x && x->connected && pull(w, x, s, NETWORK_WINDOW * 4))
        post(w, x, !s, (struct kith_buf){0}, true);
    x = of_link(w->network, m, link, &s);
    if (x) {
        x->side[s].open = false;
        if (!x->connected)
            x->side[!s].open = false;
        release(w->network, x);
    }
    world_later(w, world_below(w, 3), (struct event){.name = "closed", .run = told_eof, .who = m->index,
                                                     .life = m->life, .link = link});
}

static void connect(struct world *w, struct event *e) {
    struct wire *x = by_number(w->network, e->link);
    struct side *a, *b;
    struct machine *m;
    uint32_t link, life;
    bool reached;
    if (!x || !x->side[0].open)
        return;
    a = &x->side[0];
    b = &x->side[1];
    m = a->m;
    link = a->link;
    reached = b->m && b->m->up && reachable(w->network, a->m, b->m);
    if (!reached && b->m && world_chance(w, 40))
        return; /* nothing answers: the node has to notice */
    if (reached) {
        b->life = b->m->life;
        b->link = machine_accept(b->m, a->m->address);
        reached = b->link != 0;
    }
    b->open = reached;
    x->connected = reached;
    a->open = reached;
    life = m->life;
    if (!reached)
        release(w->network, x);
    if (m->life == life)
        machine_dialled(m, link, reached);
    x = by_number(w->network, e->link);
    if (reached && x && x->side[1].open) { /* its WRITE came before there was a wire */
        struct machine *answering = x->side[1].m;
        network_write(w, answering, x->side[1].link);
        machine_pump(answering);
    }
}

static void draw_delay(struct world *w, struct wire *x) {
    unsigned luck = (unsigned)world_below(w, 100);
    x->fast_ms = 1;
    x->slow_ms = w->network->calm || luck < 60 ? 30 : luck < 85 ? 500 : luck < 95 ? 3000 : 10000;
}

void network_dial(struct world *w, struct machine *from, uint32_t link, struct kith_bytes address) {
    struct network *n = w->network;
    struct wire *x = kith_alloc(sizeof *x);
    x->number = ++n->last;
    x->side[0] = (struct side){.m = from, .life = from->life, .link = link, .open = true};
    x->side[1].m = machine_at(w, address);
    draw_delay(w, x);
    n->wires = kith_grow(n->wires, &n->cap, n->count + 1, sizeof(struct wire *));
    n->wires[n->count++] = x;
    world_later(w, world_between(w, x->fast_ms, x->slow_ms),
                (struct event){.name = "connect", .run = connect, .who = from->index, .link = x->number});
}

/* ---- faults ---- */

static void cut(struct world *w, struct wire *x, bool silent) {
    world_note(w, silent ? "cut silently" : "cut", x->side[0].m->index, x->number, 0, (struct kith_bytes){0});
    if (silent) {
        x->dead = true;
        return;
    }
    for (unsigned s = 0; s < 2; s++) {
        if (x->side[s].open && x->connected)
            post(w, x, s, (struct kith_buf){0}, true);
    }
}

void network_cut_any(struct world *w, bool silent) {
    struct network *n = w->network;
    if (n->count)
        cut(w, n->wires[world_below(w, n->count)], silent);
}

void network_lost(struct world *w, struct machine *m) {
    struct network *n = w->network;
    for (size_t i = n->count; i-- > 0;) {
        struct wire *x = n->wires[i];
        for (unsigned s = 0; s < 2; s++) {
            if (x->side[s].m != m || !x->side[s].open)
                continue;
            x->side[s].open = false;
            if (x->side[!s].open && x->connected && !world_chance(w, 30))
                post(w, x, !s, (struct kith_buf){0}, true);
        }
        release(n, x);
    }
}

void network_partition(struct world *w, const uint8_t group[WORLD_MACHINES]) {
    struct network *n = w->network;
    memcpy(n->group, group, sizeof n->group);
    for (size_t i = 0; i < n->count; i++) {
        struct wire *x = n->wires[i];
        uint64_t luck = world_below(w, 4);
        if (!x->side[1].m || reachable(n, x->side[0].m, x->side[1].m))
            continue;
        if (luck < 2)
            x->stalled = true;
        else
            cut(w, x, luck == 2);
    }
}

void network_heal(struct world *w) {
    struct network *n = w->network;
    memset(n->group, 0, sizeof n->group);
    for (size_t i = 0; i < n->count; i++) {
        struct wire *x = n->wires[i];
        if (!x->stalled)
            continue;
        x->stalled = false;
        drain_later(w, x, 0, world_below(w, 100));
        if (x->side[1].m)
            drain_later(w, x, 1, world_below(w, 100));
    }
}

void network_calm_down(struct world *w) {
    struct network *n = w->network;
    network_heal(w);
    n->calm = true;
    for (size_t i = 0; i < n->count; i++) {
        if (n->wires[i]->slow_ms > 500)
            cut(w, n->wires[i], false);
        n->wires[i]->slow_ms = 30;
    }
}
