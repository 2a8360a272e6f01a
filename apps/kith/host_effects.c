/* SPDX-License-Identifier: MIT */
/* Each effect of the node, carried out: quick ones at once, those that block on the thread pool. */
#include <stdio.h>
#include <stdlib.h>

#include "crypto/crypto.h"
#include "drivers/tcp.h"
#include "host_state.h"
#include "node/job.h"
#include "packets.h"
#include "wire/address.h"

/* Work for a thread: what goes in is copied, what comes out is kept until the loop takes it. */
struct work {
    uv_work_t req;
    struct host *host;
    struct kith_effect effect;
    struct kith_buf in, out;
    int err;
};

static void run(uv_work_t *req) {
    struct work *w = req->data;
    const struct blob_dir *blobs = &w->host->blobs;
    switch (w->effect.kind) {
    case KITH_EFFECT_JOB:
        w->err = kith_job_run(kith_buf_bytes(&w->in), &w->out);
        break;
    case KITH_EFFECT_STORE:
        uv_mutex_lock(&w->host->disk);
        w->err = kith_slots_posix_perform(w->host->slots, &w->effect.store, NULL);
        uv_mutex_unlock(&w->host->disk);
        break;
    case KITH_EFFECT_BLOB_PUT:
        w->err = blob_dir_put(blobs, &w->effect.blob, kith_buf_bytes(&w->in));
        break;
    case KITH_EFFECT_BLOB_GET:
        w->err = blob_dir_get(blobs, &w->effect.blob, &w->out);
        break;
    default:
        break;
    }
}

static void ran(uv_work_t *req, int status) {
    struct work *w = req->data;
    struct host *h = w->host;
    struct kith_time t = host_time();
    (void)status;
    h->working--;
    if (!h->closing) {
        switch (w->effect.kind) {
        case KITH_EFFECT_JOB:
            kith_node_job_done(h->node, w->effect.ticket, kith_buf_bytes(&w->out), t);
            break;
        case KITH_EFFECT_STORE:
            kith_node_store_done(h->node, w->effect.ticket, w->err, NULL, t);
            break;
        case KITH_EFFECT_BLOB_PUT:
            kith_node_blob_put_done(h->node, w->effect.ticket, w->err, t);
            break;
        default:
            kith_node_blob_got(h->node, w->effect.ticket, w->err, kith_buf_bytes(&w->out), t);
        }
        host_pump(h);
    }
    if (w->effect.kind == KITH_EFFECT_JOB) { /* it may have been a passphrase */
        kith_wipe(w->in.p, w->in.len);
        kith_wipe(w->out.p, w->out.len);
    }
    kith_buf_wipe(&w->in);
    kith_buf_wipe(&w->out);
    kith_free(w);
}

static void start(struct host *h, const struct kith_effect *e) {
    struct work *w = kith_alloc(sizeof *w);
    w->host = h;
    w->effect = *e;
    w->req.data = w;
    kith_buf_put_bytes(&w->in, e->bytes);
    h->working++;
    if (uv_queue_work(&h->loop, &w->req, run, ran)) {
        run(&w->req); /* no threads: slower, not wrong */
        ran(&w->req, 0);
    }
}

/* A sync takes as long as the disk likes; creating and deleting are quick. */
static void store(struct host *h, const struct kith_effect *e) {
    struct kith_slot slot;
    int err;
    if (e->store.kind == KITH_STORE_SYNC) {
        start(h, e);
        return;
    }
    uv_mutex_lock(&h->disk);
    err = kith_slots_posix_perform(h->slots, &e->store, &slot);
    uv_mutex_unlock(&h->disk);
    kith_node_store_done(h->node, e->ticket, err, e->store.kind == KITH_STORE_CREATE && !err ? &slot : NULL, host_time());
}

static void dial(struct host *h, const struct kith_effect *e) {
    struct kith_address a;
    struct kith_road *r = NULL;
    bool is_known = !kith_address_parse(e->bytes, &a);
    if (is_known && a.scheme == KITH_ADDRESS_NET)
        r = kith_tcp_dial(&h->loop, a.host, a.port, &host_road_ops, h);
    else if (is_known && (a.scheme == KITH_ADDRESS_WS || a.scheme == KITH_ADDRESS_WSS) && h->options.dial_ws)
        r = h->options.dial_ws(&h->loop, &a, h->options.roots, &host_road_ops, h);
    if (!r) {
        kith_node_dialled(h->node, e->link, false, host_time());
        return;
    }
    r->link = e->link;
    host_add_road(h, r);
}

/* The answer has to be on its way before the links close, so the node is told at once. */
static void adopt(struct host *h, const struct kith_effect *e) {
    struct kith_seed seed;
    int err = e->bytes.len == sizeof seed.b ? KITH_OK : KITH_ERR_ARG;
    if (!err) {
        memcpy(seed.b, e->bytes.p, sizeof seed.b);
        err = home_adopt(&h->home, &seed);
    }
    h->adopted = !err;
    kith_wipe(&seed, sizeof seed);
    kith_node_adopted(h->node, e->ticket, err, host_time());
}

static void log_line(struct host *h, const struct kith_effect *e) {
    char *text = kith_strdup(e->bytes);
    host_log(h, e->level, text);
    kith_free(text);
}

void host_carry_out(struct host *h, const struct kith_effect *e) {
    struct kith_road *r = NULL;
    if (e->kind == KITH_EFFECT_WRITE || e->kind == KITH_EFFECT_CLOSE)
        r = host_find_road(h, e->link);
    switch (e->kind) {
    case KITH_EFFECT_STORE:
        store(h, e);
        break;
    case KITH_EFFECT_JOB:
    case KITH_EFFECT_BLOB_PUT:
    case KITH_EFFECT_BLOB_GET:
        start(h, e);
        break;
    case KITH_EFFECT_DIAL:
        dial(h, e);
        break;
    case KITH_EFFECT_WRITE:
        if (r)
            kith_road_write(r);
        break;
    case KITH_EFFECT_CLOSE:
        if (r)
            kith_road_close(r);
        else
            kith_node_eof(h->node, e->link, host_time()); /* a link without a socket is closed by that */
        break;
    case KITH_EFFECT_BLOB_DROP:
        blob_dir_drop(&h->blobs, &e->blob);
        break;
    case KITH_EFFECT_LOG:
        log_line(h, e);
        break;
    case KITH_EFFECT_ADOPT:
        adopt(h, e);
        break;
    case KITH_EFFECT_PACKET:
    case KITH_EFFECT_PACKET_DROP:
    case KITH_EFFECT_ROAD:
        if (h->packets)
            packets_effect(h->packets, e);
        break;
    case KITH_EFFECT_STOPPED:
        h->stopped = true;
        break;
    }
}
