/* SPDX-License-Identifier: MIT */
#include "neighbour.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "crypto/crypto.h"
#include "drivers/tcp.h"
#include "node/job.h"
#include "node/node.h"
#include "store/slots_mem.h"
#include "wire/address.h"
#include "wire/link.h"

struct picture_kept {
    struct kith_blobid id;
    struct kith_buf bytes;
    struct picture_kept *next;
};

struct road_kept {
    struct kith_road *road;
    struct road_kept *next;
};

struct neighbour {
    uv_loop_t *loop;
    uv_timer_t timer;
    struct kith_node *node;
    struct kith_slots_mem *disk;
    struct picture_kept *pictures;
    struct road_kept *roads;
    uint64_t calendar_ms;
    bool pumping, stopped;

    struct kith_link *app; /* the person at the node */
    uint32_t link;
    neighbour_heard heard;
    void *ctx;
    int32_t listening;     /* the stream of what comes */
    int32_t asked;         /* the call that waits; 0: none */
    bool answered;
    int err;
    struct kith_buf *reply;
};

static void pump(struct neighbour *n);

static struct kith_time now(const struct neighbour *n) {
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    return (struct kith_time){
        .now_ms = uv_hrtime() / 1000000,
        .wall_ms = n->calendar_ms ? n->calendar_ms : (uint64_t)wall.tv_sec * 1000 + (uint64_t)wall.tv_nsec / 1000000,
    };
}

static void os_random(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    for (size_t at = 0; at < len;) {
        ssize_t got = getrandom(out + at, len - at, 0);
        at += got > 0 ? (size_t)got : 0;
    }
}

/* ---- roads ---- */

static struct kith_road *find_road(struct neighbour *n, uint32_t link) {
    for (struct road_kept *r = n->roads; r; r = r->next) {
        if (r->road->link == link)
            return r->road;
    }
    return NULL;
}

static void road_opened(void *ctx, struct kith_road *r, int uv_error) {
    struct neighbour *n = ctx;
    if (n->stopped)
        return;
    kith_node_dialled(n->node, r->link, uv_error == 0, now(n));
    if (uv_error)
        r->link = 0;
    pump(n);
}

static void road_bytes(void *ctx, struct kith_road *r, const uint8_t *in, size_t len) {
    struct neighbour *n = ctx;
    if (!n->stopped)
        (void)kith_node_recv(n->node, r->link, in, len, now(n)); /* an error brings CLOSE */
    pump(n);
}

static size_t road_pull(void *ctx, struct kith_road *r, uint8_t *out, size_t cap) {
    struct neighbour *n = ctx;
    size_t at = 0, len = 0;
    while (!n->stopped && r->link && at < cap && !kith_node_send(n->node, r->link, out + at, cap - at, &len, now(n)) && len)
        at += len;
    return at;
}

static void road_wrote(void *ctx) {
    pump(ctx);
}

static void road_closed(void *ctx, struct kith_road *r) {
    struct neighbour *n = ctx;
    for (struct road_kept **at = &n->roads; *at; at = &(*at)->next) {
        if ((*at)->road == r) {
            struct road_kept *gone = *at;
            *at = gone->next;
            kith_free(gone);
            break;
        }
    }
    if (r->link && !n->stopped)
        kith_node_eof(n->node, r->link, now(n));
    pump(n);
}

static const struct kith_road_host road_ops = {road_opened, road_bytes, road_pull, road_wrote, road_closed};

static void dial(struct neighbour *n, const struct kith_effect *e) {
    struct kith_address a;
    struct road_kept *kept;
    struct kith_road *r = NULL;
    if (!kith_address_parse(e->bytes, &a) && a.scheme == KITH_ADDRESS_NET)
        r = kith_tcp_dial(n->loop, a.host, a.port, &road_ops, n);
    if (!r) {
        kith_node_dialled(n->node, e->link, false, now(n));
        return;
    }
    r->link = e->link;
    kept = kith_alloc(sizeof *kept);
    *kept = (struct road_kept){r, n->roads};
    n->roads = kept;
}

/* ---- effects ---- */

static void judge(struct neighbour *n, const struct kith_effect *e) {
    struct kith_buf verdict = {0};
    uint64_t ticket = e->ticket;
    if (!kith_job_run(e->bytes, &verdict))
        kith_node_job_done(n->node, ticket, kith_buf_bytes(&verdict), now(n));
    kith_buf_wipe(&verdict);
}

static void store(struct neighbour *n, const struct kith_effect *e) {
    struct kith_slot slot;
    int err = kith_slots_mem_perform(n->disk, &e->store, &slot);
    kith_node_store_done(n->node, e->ticket, err, e->store.kind == KITH_STORE_CREATE && !err ? &slot : NULL, now(n));
}

static struct picture_kept **find_picture(struct neighbour *n, const struct kith_blobid *id) {
    struct picture_kept **at = &n->pictures;
    while (*at && !kith_hash_eq(&(*at)->id.hash, &id->hash))
        at = &(*at)->next;
    return at;
}

static void blob_put(struct neighbour *n, const struct kith_effect *e) {
    struct picture_kept **at = find_picture(n, &e->blob);
    if (!*at) {
        *at = kith_alloc(sizeof **at);
        (*at)->id = e->blob;
        kith_buf_put_bytes(&(*at)->bytes, e->bytes);
    }
    kith_node_blob_put_done(n->node, e->ticket, KITH_OK, now(n));
}

static void blob_get(struct neighbour *n, const struct kith_effect *e) {
    const struct picture_kept *p = *find_picture(n, &e->blob);
    kith_node_blob_got(n->node, e->ticket, p ? KITH_OK : KITH_ERR_NOT_FOUND, p ? kith_buf_bytes(&p->bytes) : KITH_LIT(""), now(n));
}

static void blob_drop(struct neighbour *n, const struct kith_effect *e) {
    struct picture_kept **at = find_picture(n, &e->blob), *gone = *at;
    if (!gone)
        return;
    *at = gone->next;
    kith_buf_wipe(&gone->bytes);
    kith_free(gone);
}

static void end_link(struct neighbour *n, uint32_t link) {
    struct kith_road *r = find_road(n, link);
    if (r)
        kith_road_close(r);
    else
        kith_node_eof(n->node, link, now(n));
}

static void carry_out(struct neighbour *n, const struct kith_effect *e) {
    struct kith_road *r;
    switch (e->kind) {
    case KITH_EFFECT_STORE:
        store(n, e);
        break;
    case KITH_EFFECT_JOB:
        judge(n, e);
        break;
    case KITH_EFFECT_DIAL:
        dial(n, e);
        break;
    case KITH_EFFECT_WRITE:
        r = find_road(n, e->link);
        if (r)
            kith_road_write(r);
        break;
    case KITH_EFFECT_CLOSE:
        end_link(n, e->link);
        break;
    case KITH_EFFECT_BLOB_PUT:
        blob_put(n, e);
        break;
    case KITH_EFFECT_BLOB_GET:
        blob_get(n, e);
        break;
    case KITH_EFFECT_BLOB_DROP:
        blob_drop(n, e);
        break;
    case KITH_EFFECT_LOG:
        if (e->level <= 3 || getenv("KITH_DEMO_LOG"))
            fprintf(stderr, "neighbour: %.*s\n", (int)e->bytes.len, e->bytes.p);
        break;
    default: /* STOPPED: they are ended, not stopped. An effect that a later node invents is not ours. */
        break;
    }
}

/* ---- the person's app ---- */

static void take(struct neighbour *n, const struct kith_muxrpc_event *e) {
    if (e->kind == KITH_RPC_DATA && e->req == n->listening && e->doc)
        n->heard(n->ctx, e->doc);
    if (e->req != n->asked || (e->kind != KITH_RPC_DATA && e->kind != KITH_RPC_END))
        return;
    if (!n->answered) { /* an answer to a sink is followed by its end */
        n->err = e->kind == KITH_RPC_END && e->error.len ? KITH_ERR_DENIED : KITH_OK;
        if (n->reply)
            kith_buf_put_bytes(n->reply, e->kind == KITH_RPC_END ? e->error : e->body);
    }
    n->answered = true;
}

static void take_events(struct neighbour *n) {
    struct kith_link_event e;
    while (kith_link_next(n->app, &e)) {
        if (e.kind == KITH_LINK_RPC)
            take(n, &e.rpc);
    }
}

/* Bytes between the person and the node; false: there were none. */
static bool speak(struct neighbour *n) {
    uint8_t bytes[8192];
    size_t up = 0, down = 0;
    if (!kith_link_send(n->app, bytes, sizeof bytes, &up, 0) && up)
        (void)kith_node_recv(n->node, n->link, bytes, up, now(n));
    if (kith_node_send(n->node, n->link, bytes, sizeof bytes, &down, now(n)))
        down = 0;
    for (size_t at = 0; at < down;) {
        size_t used = 0;
        if (kith_link_recv(n->app, bytes + at, down - at, &used, 0))
            break;
        at += used;
        take_events(n);
    }
    return up || down;
}

static void on_timer(uv_timer_t *t) {
    struct neighbour *n = t->data;
    kith_node_tick(n->node, now(n));
    pump(n);
}

static void pump(struct neighbour *n) {
    struct kith_effect e;
    uint64_t at, is;
    if (n->pumping || n->stopped)
        return;
    n->pumping = true;
    do {
        while (kith_node_next(n->node, &e))
            carry_out(n, &e);
    } while (speak(n));
    n->pumping = false;
    at = kith_node_deadline(n->node);
    is = now(n).now_ms;
    uv_update_time(n->loop);
    if (at == UINT64_MAX)
        uv_timer_stop(&n->timer);
    else
        uv_timer_start(&n->timer, on_timer, at > is ? at - is : 1, 0);
}

/* ---- life ---- */

struct neighbour *neighbour_new(uv_loop_t *loop, neighbour_heard heard, void *ctx) {
    struct neighbour *n = kith_alloc(sizeof *n);
    struct kith_link_config person = {.plain = true, .dialler = true, .rng = {os_random, NULL}};
    struct kith_node_config config = {.cap = KITH_MAIN_NET, .rng = {os_random, NULL}};
    struct kith_store_report report;
    n->loop = loop;
    n->heard = heard;
    n->ctx = ctx;
    n->disk = kith_slots_mem_new();
    uv_timer_init(loop, &n->timer);
    n->timer.data = n;
    kith_sign_keypair_new(&config.keys, &config.rng);
    config.slots = kith_slots_mem_list(n->disk, &config.slot_count);
    KITH_ASSERT(!kith_node_open(&n->node, &config, &report, now(n))); /* an empty disk in memory */
    n->link = kith_node_accept(n->node, KITH_ORIGIN_LOCAL, "self", now(n));
    n->app = kith_link_new(&person, 0);
    take_events(n);
    pump(n);
    return n;
}

void neighbour_stop(struct neighbour *n) {
    if (!n || n->stopped)
        return;
    n->stopped = true;
    for (struct road_kept *r = n->roads; r; r = r->next) {
        kith_road_close(r->road);
        kith_road_close(r->road); /* the second one does not wait */
    }
    uv_close((uv_handle_t *)&n->timer, NULL);
}

void neighbour_free(struct neighbour *n) {
    if (!n)
        return;
    kith_link_free(n->app);
    kith_node_free(n->node);
    kith_slots_mem_free(n->disk);
    while (n->pictures) {
        struct picture_kept *gone = n->pictures;
        n->pictures = gone->next;
        kith_buf_wipe(&gone->bytes);
        kith_free(gone);
    }
    kith_free(n);
}

const struct kith_pubkey *neighbour_id(const struct neighbour *n) {
    return kith_node_id(n->node);
}

void neighbour_set_calendar(struct neighbour *n, uint64_t wall_ms) {
    n->calendar_ms = wall_ms;
}

/* ---- calls ---- */

static int wait_for(struct neighbour *n, int32_t req, struct kith_buf *reply) {
    n->asked = req;
    n->answered = false;
    n->err = KITH_ERR_NET;
    n->reply = reply;
    pump(n);
    n->asked = 0;
    return n->err;
}

int neighbour_ask(struct neighbour *n, const char *method, struct kith_bytes args, struct kith_buf *reply) {
    int32_t req;
    int err = kith_muxrpc_call(kith_link_rpc(n->app), KITH_RPC_ASYNC, method, args, &req);
    return err ? err : wait_for(n, req, reply);
}

int neighbour_keep(struct neighbour *n, struct kith_bytes bytes, struct kith_blobid *id) {
    struct kith_muxrpc *rpc = kith_link_rpc(n->app);
    int32_t req;
    int err = kith_muxrpc_call(rpc, KITH_RPC_SINK, "blobs.add", KITH_LIT("[]"), &req);
    if (err)
        return err;
    for (size_t at = 0; at < bytes.len; at += 65536) {
        size_t len = bytes.len - at < 65536 ? bytes.len - at : 65536;
        kith_muxrpc_write(rpc, req, KITH_RPC_BINARY, kith_bytes(bytes.p + at, len));
    }
    kith_muxrpc_end(rpc, req, NULL);
    kith_sha256(&id->hash, bytes);
    return wait_for(n, req, NULL);
}

void neighbour_listen(struct neighbour *n) {
    int err = kith_muxrpc_call(kith_link_rpc(n->app), KITH_RPC_SOURCE, "createLogStream",
                               KITH_LIT("[{\"live\":true,\"old\":false,\"private\":true}]"), &n->listening);
    KITH_ASSERT(!err); /* of a thousand streams this is the first */
    pump(n);
}
