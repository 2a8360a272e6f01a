/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <stdio.h>

#include "check.h"
#include "hostile.h"
#include "node/job.h"

struct machine *machine_new(struct world *w) {
    struct machine *m = kith_alloc(sizeof *m);
    struct kith_seed seed;
    struct kith_buf id = {0};
    uint8_t *p = seed.b;
    m->world = w;
    m->index = (uint32_t)w->machine_count;
    m->random.state = world_random(w);
    for (size_t i = 0; i < sizeof seed.b; i += 8)
        kith_put_u64le(p + i, world_random(w));
    kith_sign_keypair(&m->keys, &seed);
    kith_feed_id_put(&id, &m->keys.pub);
    /* net:HOST:PORT~shs:KEY, where KEY is the id without its sigil and its ending. */
    (void)snprintf(m->address, sizeof m->address, "net:10.0.0.%u:8008~shs:%.*s", m->index + 1, (int)(id.len - 9),
                   (const char *)id.p + 1);
    kith_buf_wipe(&id);
    m->disk = disk_new();
    m->timer_at = UINT64_MAX;
    w->machines[w->machine_count++] = m;
    return m;
}

void machine_free(struct machine *m) {
    app_close(m);
    kith_node_free(m->node);
    hostile_free(m->hostile);
    disk_free(m->disk);
    disk_free(m->backup);
    kith_free(m);
}

struct machine *machine_at(struct world *w, struct kith_bytes address) {
    for (size_t i = 0; i < w->machine_count; i++) {
        if (kith_bytes_is(address, w->machines[i]->address))
            return w->machines[i];
    }
    return NULL;
}

struct machine *machine_of(struct world *w, const struct kith_pubkey *id) {
    for (size_t i = 0; i < w->machine_count; i++) {
        if (kith_pubkey_eq(&w->machines[i]->keys.pub, id))
            return w->machines[i];
    }
    return NULL;
}

struct kith_time machine_time(const struct machine *m) {
    const struct world *w = m->world;
    return (struct kith_time){
        .now_ms = m->clock_at_boot + (w->now - m->boot_at),
        .wall_ms = (uint64_t)((int64_t)(WORLD_EPOCH_MS + w->now) + m->wall_skew_ms),
    };
}

/* ---- effects ---- */

static bool is_stale(struct world *w, const struct event *e) {
    return w->machines[e->who]->life != e->life || !w->machines[e->who]->node;
}

static void store_done(struct world *w, struct event *e) {
    struct machine *m = w->machines[e->who];
    struct kith_store_effect effect;
    struct kith_slot slot;
    int err;
    if (is_stale(w, e))
        return;
    memcpy(&effect, e->bytes.p, sizeof effect);
    if (effect.kind == KITH_STORE_SYNC && !w->calm && (w->now < m->disk_bad_until || world_chance(w, w->sync_fails)))
        err = KITH_ERR_IO; /* nothing has become safe */
    else
        err = disk_perform(m->disk, &effect, e->y, &slot);
    if (err && ++m->refused_syncs > 200)
        world_fail(w, "machine %u asks a broken disk without a pause", m->index);
    kith_node_store_done(m->node, e->x, err, !err && effect.kind == KITH_STORE_CREATE ? &slot : NULL, machine_time(m));
    machine_pump(m);
}

static void store(struct machine *m, const struct kith_effect *e) {
    struct world *w = m->world;
    struct kith_store_effect effect;
    struct event answer = {.name = e->store.kind == KITH_STORE_SYNC ? "sync" : "slot", .run = store_done,
                           .who = m->index, .life = m->life, .x = e->ticket};
    uint64_t ms = world_chance(w, w->sync_slow) ? world_below(w, 5000) : world_chance(w, 80) ? world_below(w, 5) : world_below(w, world_chance(w, 90) ? 100 : 5000);
    memset(&effect, 0, sizeof effect); /* the trace hashes its padding too */
    effect.kind = e->store.kind;
    effect.ticket = e->store.ticket;
    memcpy(effect.name, e->store.name, sizeof effect.name);
    answer.y = disk_mark(m->disk, &effect);
    kith_buf_put(&answer.bytes, &effect, sizeof effect);
    world_later(w, ms, answer);
}

static void job_done(struct world *w, struct event *e) {
    struct machine *m = w->machines[e->who];
    if (is_stale(w, e))
        return;
    kith_node_job_done(m->node, e->x, kith_buf_bytes(&e->bytes), machine_time(m));
    machine_pump(m);
}

/* The Worker answers once, twice, late or never. */
static void job(struct machine *m, const struct kith_effect *e) {
    struct world *w = m->world;
    unsigned answers = !w->calm && world_chance(w, w->job_lost) ? 0 : world_chance(w, w->job_twice) ? 2 : 1;
    struct kith_buf result = {0};
    if (kith_job_run(e->bytes, &result)) {
        world_fail(w, "machine %u made a job that is none", m->index);
        return;
    }
    check_job(m, e->bytes, kith_buf_bytes(&result));
    while (answers--) {
        struct event answer = {.name = "job", .run = job_done, .who = m->index, .life = m->life, .x = e->ticket};
        kith_buf_put_bytes(&answer.bytes, kith_buf_bytes(&result));
        world_later(w, world_chance(w, w->job_slow) ? world_below(w, 30000) : world_below(w, 20), answer);
    }
    kith_buf_wipe(&result);
}

static void blob_done(struct world *w, struct event *e) {
    struct machine *m = w->machines[e->who];
    if (is_stale(w, e))
        return;
    if (e->y == KITH_EFFECT_BLOB_PUT)
        kith_node_blob_put_done(m->node, e->x, KITH_OK, machine_time(m));
    else
        kith_node_blob_got(m->node, e->x, KITH_ERR_NOT_FOUND, (struct kith_bytes){0}, machine_time(m));
    machine_pump(m);
}

static void carry_out(struct machine *m, const struct kith_effect *e) {
    struct world *w = m->world;
    switch (e->kind) {
    case KITH_EFFECT_STORE:
        store(m, e);
        break;
    case KITH_EFFECT_JOB:
        job(m, e);
        break;
    case KITH_EFFECT_DIAL:
        network_dial(w, m, e->link, e->bytes);
        break;
    case KITH_EFFECT_WRITE:
        if (e->link == m->app.link)
            app_move(m);
        else
            network_write(w, m, e->link);
        break;
    case KITH_EFFECT_CLOSE:
        network_close(w, m, e->link);
        break;
    case KITH_EFFECT_BLOB_PUT:
    case KITH_EFFECT_BLOB_GET:
        world_later(w, world_below(w, 20), (struct event){.name = "blob", .run = blob_done, .who = m->index,
                                                          .life = m->life, .x = e->ticket, .y = (uint64_t)e->kind});
        break;
    case KITH_EFFECT_BLOB_DROP:
        break;
    case KITH_EFFECT_LOG:
        world_note(w, "log", m->index, 0, (uint64_t)e->level, e->bytes);
        break;
    case KITH_EFFECT_ADOPT: /* people here keep to who they are */
        kith_node_adopted(m->node, e->ticket, KITH_ERR_DENIED, machine_time(m));
        break;
    case KITH_EFFECT_PACKET: /* these roads have a world of their own: roads.c */
    case KITH_EFFECT_PACKET_DROP:
    case KITH_EFFECT_ROAD:
        break;
    case KITH_EFFECT_STOPPED:
        m->stopped = true;
        break;
    }
}

static void timer(struct world *w, struct event *e) {
    struct machine *m = w->machines[e->who];
    if (is_stale(w, e) || m->timer_at != w->now)
        return; /* an earlier deadline has come since */
    m->timer_at = UINT64_MAX;
    kith_node_tick(m->node, machine_time(m));
    machine_pump(m);
}

static void set_timer(struct machine *m) {
    uint64_t deadline = kith_node_deadline(m->node), now = machine_time(m).now_ms, at;
    if (deadline == UINT64_MAX)
        return;
    at = m->world->now + (deadline > now ? deadline - now : 1);
    if (at >= m->timer_at)
        return;
    m->timer_at = at;
    world_later(m->world, at - m->world->now, (struct event){.name = "tick", .run = timer, .who = m->index, .life = m->life});
}

static void switch_off(struct machine *m);

void machine_pump(struct machine *m) {
    struct kith_effect e;
    if (m->pumping || !m->node)
        return;
    m->pumping = true;
    do {
        while (kith_node_next(m->node, &e))
            carry_out(m, &e);
        app_move(m);
    } while (kith_node_next(m->node, &e) && (carry_out(m, &e), true));
    m->pumping = false;
    check_limits(m);
    if (m->stopped)
        switch_off(m);
    else
        set_timer(m);
}

/* ---- life and death ---- */

void machine_boot(struct machine *m, bool quarantined) {
    struct world *w = m->world;
    struct kith_store_report report = {0};
    struct kith_node_config config = {
        .keys = m->keys, .cap = KITH_MAIN_NET, .rng = stream_rng(&m->random), .quarantined = quarantined};
    int err;
    if (m->up)
        return;
    m->life++;
    m->boot_at = w->now;
    m->clock_at_boot = world_below(w, 1000000);
    m->timer_at = UINT64_MAX;
    config.slots = disk_slots(m->disk, &config.slot_count);
    err = kith_node_open(&m->node, &config, &report, machine_time(m));
    world_note(w, "boot", m->index, 0, report.records, kith_bytes_str(err ? kith_err_name(err) : ""));
    if (err) {
        world_fail(w, "machine %u does not open its store: %s", m->index, kith_err_text(err));
        return;
    }
    m->up = true;
    check_store(m);
    app_open(m);
    machine_pump(m);
}

static void off(struct machine *m) {
    m->quarantined = m->quarantined && kith_node_is_quarantined(m->node);
    m->told = 0;
    network_lost(m->world, m);
    app_close(m);
    kith_node_free(m->node);
    m->node = NULL;
    m->up = m->stopped = m->stopping = false;
    m->life++;
}

static void switch_off(struct machine *m) {
    world_note(m->world, "stopped", m->index, 0, 0, (struct kith_bytes){0});
    off(m);
}

void machine_crash(struct machine *m, enum disk_fate fate) {
    if (!m->up || m->hostile)
        return;
    world_note(m->world, "crash", m->index, 0, fate, (struct kith_bytes){0});
    off(m);
    disk_crash(m->disk, fate, m->world);
}

void machine_stop(struct machine *m) {
    if (!m->up || m->hostile)
        return;
    m->stopping = true;
    kith_node_stop(m->node, machine_time(m));
    machine_pump(m);
}

void machine_backup(struct machine *m) {
    if (m->hostile)
        return;
    disk_free(m->backup);
    m->backup = disk_copy(m->disk);
}

void machine_restore(struct machine *m) {
    if (!m->backup || m->up)
        return;
    disk_free(m->disk);
    m->disk = m->backup;
    m->backup = NULL;
    m->restored = true;
    m->unnoticed = world_chance(m->world, 30);
    m->quarantined = !m->unnoticed;
    m->restored_head = UINT64_MAX; /* seen when it opens */
    world_note(m->world, "restore", m->index, 0, 0, (struct kith_bytes){0});
}

/* ---- what the network asks ---- */

uint32_t machine_accept(struct machine *m, const char *from) {
    uint32_t link;
    if (m->hostile)
        return hostile_accept(m);
    link = kith_node_accept(m->node, KITH_ORIGIN_NETWORK, from, machine_time(m));
    machine_pump(m);
    return link;
}

void machine_dialled(struct machine *m, uint32_t link, bool ok) {
    if (m->hostile) {
        hostile_dialled(m, link, ok);
        return;
    }
    kith_node_dialled(m->node, link, ok, machine_time(m));
    machine_pump(m);
}

void machine_recv(struct machine *m, uint32_t link, struct kith_bytes in) {
    if (m->hostile) {
        hostile_recv(m, link, in);
        return;
    }
    (void)kith_node_recv(m->node, link, in.p, in.len, machine_time(m)); /* an error brings CLOSE */
    machine_pump(m);
}

void machine_send(struct machine *m, uint32_t link, uint8_t *out, size_t cap, size_t *len) {
    *len = 0;
    if (m->hostile)
        hostile_send(m, link, out, cap, len);
    else if (m->node && kith_node_send(m->node, link, out, cap, len, machine_time(m)))
        *len = 0;
}

void machine_eof(struct machine *m, uint32_t link) {
    if (m->hostile) {
        hostile_eof(m, link);
        return;
    }
    if (!m->node)
        return;
    kith_node_eof(m->node, link, machine_time(m));
    machine_pump(m);
}

bool machine_is_full(const struct machine *m, uint32_t link) {
    return m->hostile ? hostile_is_full(m) : kith_node_full(m->node, link);
}
