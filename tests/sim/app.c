/* SPDX-License-Identifier: MIT */
#include "app.h"

#include "check.h"
#include "faults.h"
#include "machine.h"

#define AGAIN_MS 4000
#define TRIES 12

void app_open(struct machine *m) {
    struct app *a = &m->app;
    struct kith_link_config config = {.plain = true, .dialler = true, .rng = stream_rng(&m->random)};
    struct kith_link_event e;
    a->link = kith_node_accept(m->node, KITH_ORIGIN_LOCAL, "app", machine_time(m));
    a->client = kith_link_new(&config, 0);
    while (kith_link_next(a->client, &e)) {
    }
}

void app_close(struct machine *m) {
    struct app *a = &m->app;
    kith_link_free(a->client);
    for (size_t i = 0; i < a->count; i++)
        kith_buf_wipe(&a->calls[i].content);
    kith_free(a->calls);
    *a = (struct app){.acknowledged = a->acknowledged, .refused = a->refused};
}

static void publish(struct world *w, struct event *e);

static void publish_later(struct machine *m, uint64_t ms, struct kith_buf content, unsigned tries) {
    world_later(m->world, ms, (struct event){.name = "publish", .run = publish, .who = m->index, .x = tries, .bytes = content});
}

/* Some minutes of trying, then the person has lost interest. */
static void again(struct machine *m, struct kith_buf content, unsigned tries) {
    if (tries < TRIES)
        publish_later(m, AGAIN_MS, content, tries + 1);
    else
        kith_buf_wipe(&content);
}

static void answered(struct machine *m, struct app_call *call, const struct kith_muxrpc_event *e) {
    if (!call->content.len)
        return;
    if (e->kind == KITH_RPC_DATA) {
        m->app.acknowledged++;
        check_acknowledged(m, e->doc);
        faults_near_publish(m);
        kith_buf_wipe(&call->content);
    } else {
        m->app.refused++;
        world_note(m->world, "refused", m->index, 0, call->tries, e->error);
        again(m, call->content, call->tries);
    }
}

static void take(struct machine *m, const struct kith_muxrpc_event *e) {
    struct app *a = &m->app;
    for (size_t i = 0; i < a->count; i++) {
        struct app_call call = a->calls[i];
        if (call.req != e->req)
            continue;
        a->calls[i] = a->calls[--a->count];
        answered(m, &call, e);
        return;
    }
}

static void events(struct machine *m) {
    struct kith_link_event e;
    while (m->app.client && kith_link_next(m->app.client, &e)) {
        if (e.kind == KITH_LINK_RPC && (e.rpc.kind == KITH_RPC_DATA || e.rpc.kind == KITH_RPC_END))
            take(m, &e.rpc);
    }
}

static void give(struct machine *m, const uint8_t *in, size_t len) {
    for (size_t at = 0; at < len && m->app.client;) {
        size_t used = 0;
        int err = kith_link_recv(m->app.client, in + at, len - at, &used, 0);
        at += used;
        events(m);
        if (err)
            break;
    }
}

void app_move(struct machine *m) {
    uint8_t bytes[4096];
    size_t up = 1, down = 1;
    while (m->app.client && (up || down)) {
        down = 0;
        if (kith_link_send(m->app.client, bytes, sizeof bytes, &up, 0))
            up = 0;
        if (up)
            (void)kith_node_recv(m->node, m->app.link, bytes, up, machine_time(m));
        if (kith_node_send(m->node, m->app.link, bytes, sizeof bytes, &down, machine_time(m)))
            down = 0;
        give(m, bytes, down);
    }
}

/* Starts a call; false if the machine is off. The caller moves the bytes. */
static bool start(struct machine *m, const char *method, struct kith_bytes args, struct app_call call) {
    struct app *a = &m->app;
    struct kith_muxrpc *rpc = a->client ? kith_link_rpc(a->client) : NULL;
    if (!rpc || kith_muxrpc_call(rpc, KITH_RPC_ASYNC, method, args, &call.req))
        return false;
    a->calls = kith_grow(a->calls, &a->cap, a->count + 1, sizeof *a->calls);
    a->calls[a->count++] = call;
    return true;
}

void app_run(struct machine *m, const char *method, struct kith_bytes args) {
    if (start(m, method, args, (struct app_call){0}))
        machine_pump(m);
}

static void publish(struct world *w, struct event *e) {
    struct machine *m = w->machines[e->who];
    struct app_call call = {.content = e->bytes, .tries = (unsigned)e->x};
    struct kith_buf args = {0};
    e->bytes = (struct kith_buf){0};
    kith_buf_put_u8(&args, '[');
    kith_buf_put_bytes(&args, kith_buf_bytes(&call.content));
    kith_buf_put_u8(&args, ']');
    if (start(m, "publish", kith_buf_bytes(&args), call)) {
        faults_near_publish(m);
        machine_pump(m);
    } else {
        again(m, call.content, call.tries);
    }
    kith_buf_wipe(&args);
}

void app_publish(struct machine *m, uint64_t delay_ms, struct kith_buf content) {
    publish_later(m, delay_ms, content, 0);
}
