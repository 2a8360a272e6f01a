/* SPDX-License-Identifier: MIT */
#include "hostile.h"

#include "hostile_acts.h"

struct hostile_session *hostile_session(struct hostile *h, uint32_t link) {
    struct hostile_session *s = h->sessions;
    while (s && s->link != link)
        s = s->next;
    return s;
}

static struct hostile_session *session_new(struct hostile *h, const struct kith_link_config *config) {
    struct hostile_session *s = kith_alloc(sizeof *s);
    s->link = ++h->last_link;
    s->conn = kith_link_new(config, h->me->world->now);
    s->next = h->sessions;
    h->sessions = s;
    return s;
}

static void session_free(struct hostile *h, struct hostile_session *gone) {
    struct hostile_session **at = &h->sessions;
    while (*at && *at != gone)
        at = &(*at)->next;
    if (!*at)
        return;
    *at = gone->next;
    kith_link_free(gone->conn);
    kith_free(gone);
}

static struct kith_link_config config_of(struct machine *m, bool dialler) {
    return (struct kith_link_config){.dialler = dialler, .cap = KITH_MAIN_NET, .keys = m->keys, .rng = stream_rng(&m->random)};
}

/* ---- what comes ---- */

/* Messages are worth keeping: to be sent back, changed, or to others. */
static void keep(struct hostile *h, struct kith_bytes body) {
    struct kith_buf *place = &h->loot[h->loot_count++ % HOSTILE_LOOT];
    kith_buf_clear(place);
    kith_buf_put_bytes(place, body);
}

static void greet(struct hostile *h, struct hostile_session *s) {
    if (s->dialled) {
        if (kith_muxrpc_call(kith_link_rpc(s->conn), KITH_RPC_DUPLEX, "ebt.replicate",
                             KITH_LIT("[{\"version\":3,\"format\":\"classic\"}]"), &s->ebt))
            s->ebt = 0;
    }
    network_write(h->me->world, h->me, s->link);
}

static void take_rpc(struct hostile *h, struct hostile_session *s, const struct kith_muxrpc_event *e) {
    if (e->kind == KITH_RPC_CALL && kith_bytes_is(e->name, "ebt.replicate")) {
        s->ebt = e->req;
        hostile_notes(h, s);
    } else if (e->kind == KITH_RPC_CALL && kith_bytes_is(e->name, "blobs.createWants")) {
        s->wants = e->req;
    } else if (e->kind == KITH_RPC_DATA && e->encoding == KITH_RPC_JSON &&
               kith_json_get(e->doc, 0, "author") != KITH_JSON_NONE) {
        keep(h, e->body);
    }
}

static void take_events(struct hostile *h, struct hostile_session *s) {
    struct kith_link_event e;
    while (kith_link_next(s->conn, &e)) {
        switch (e.kind) {
        case KITH_LINK_ASK:
            kith_link_admit(s->conn, true);
            break;
        case KITH_LINK_OPEN:
            s->open = true;
            h->opened++;
            greet(h, s);
            break;
        case KITH_LINK_RPC:
            take_rpc(h, s, &e.rpc);
            break;
        case KITH_LINK_CLOSED:
            s->closed = true;
            break;
        }
    }
}

void hostile_recv(struct machine *m, uint32_t link, struct kith_bytes in) {
    struct hostile *h = m->hostile;
    struct hostile_session *s = hostile_session(h, link);
    for (size_t at = 0; s && !s->mute && at < in.len;) {
        size_t used = 0;
        int err = kith_link_recv(s->conn, in.p + at, in.len - at, &used, m->world->now);
        at += used;
        take_events(h, s);
        if (err || s->closed)
            break;
    }
    if (s)
        network_write(m->world, m, link);
    if (s && s->closed)
        network_close(m->world, m, link);
}

/* ---- what goes ---- */

static void noise(struct hostile *h, uint8_t *out, size_t len) {
    struct kith_rng rng = stream_rng(&h->me->random);
    kith_rng_fill(&rng, out, len);
}

void hostile_send(struct machine *m, uint32_t link, uint8_t *out, size_t cap, size_t *len) {
    struct hostile_session *s = hostile_session(m->hostile, link);
    if (!s || s->mute)
        return;
    if (s->noise) {
        *len = s->noise < cap ? s->noise : cap;
        s->noise -= *len;
        noise(m->hostile, out, *len);
        return;
    }
    if (kith_link_send(s->conn, out, cap, len, m->world->now))
        *len = 0;
    if (*len && s->damage) {
        out[world_below(m->world, *len)] ^= 1;
        s->damage = false;
    }
}

/* ---- connections ---- */

uint32_t hostile_accept(struct machine *m) {
    struct kith_link_config config = config_of(m, false);
    if (!m->up)
        return 0;
    return session_new(m->hostile, &config)->link;
}

void hostile_dial(struct hostile *h, struct machine *victim) {
    struct kith_link_config config = config_of(h->me, true);
    struct hostile_session *s;
    config.peer = victim->keys.pub;
    s = session_new(h, &config);
    s->dialled = true;
    s->mute = world_chance(h->me->world, 5);
    s->noise = world_chance(h->me->world, 5) ? (size_t)world_below(h->me->world, 5000) : 0;
    network_dial(h->me->world, h->me, s->link, kith_bytes_str(victim->address));
}

void hostile_dialled(struct machine *m, uint32_t link, bool ok) {
    struct hostile_session *s = hostile_session(m->hostile, link);
    if (s && !ok)
        session_free(m->hostile, s);
    else if (s)
        network_write(m->world, m, link);
}

void hostile_eof(struct machine *m, uint32_t link) {
    session_free(m->hostile, hostile_session(m->hostile, link));
}

bool hostile_is_full(const struct machine *m) {
    return m->hostile->deaf_until > m->world->now;
}

/* ---- its life ---- */

static void mischief(struct world *w, struct event *e) {
    struct machine *m = w->machines[e->who];
    if (!m->up)
        return;
    hostile_act(m->hostile);
    world_later(w, world_between(w, 100, m->hostile->pause_ms), (struct event){.name = "mischief", .run = mischief, .who = m->index});
}

void hostile_start(struct machine *m) {
    struct world *w = m->world;
    struct hostile *h = kith_alloc(sizeof *h);
    h->me = m;
    h->pause_ms = world_between(w, 300, 8000);
    h->lies_about_own = world_chance(w, 30);
    m->hostile = h;
    m->up = true;
    world_later(w, 100, (struct event){.name = "mischief", .run = mischief, .who = m->index});
}

void hostile_free(struct hostile *h) {
    if (!h)
        return;
    while (h->sessions)
        session_free(h, h->sessions);
    for (size_t i = 0; i < HOSTILE_LOOT; i++)
        kith_buf_wipe(&h->loot[i]);
    for (unsigned b = 0; b < 2; b++) {
        for (size_t i = 0; i < h->branch[b].count; i++)
            kith_buf_wipe(&h->branch[b].text[i]);
    }
    kith_free(h);
}

void hostile_retire(struct machine *m) {
    m->up = false;
    network_lost(m->world, m);
    m->life++;
    while (m->hostile->sessions)
        session_free(m->hostile, m->hostile->sessions);
}
