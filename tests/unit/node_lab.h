/* SPDX-License-Identifier: MIT */
/* node_lab.h: a node in one process, with a disk in memory and apps that speak to it without a socket. */
#ifndef KITH_TEST_NODE_LAB_H
#define KITH_TEST_NODE_LAB_H

#include "check.h"
#include "crypto/crypto.h"
#include "node/job.h"
#include "node/node.h"
#include "store/slots_mem.h"
#include "wire/muxrpc.h"

static const struct kith_time lab_time = {1, 1};

struct lab {
    struct kith_node *node;
    struct kith_slots_mem *disk;
    bool online;
    uint8_t seed;
};

static void lab_count_up(void *ctx, uint8_t *out, size_t len) {
    uint8_t *next = ctx;
    for (size_t i = 0; i < len; i++)
        out[i] = (*next)++;
}

static inline void lab_open(struct lab *l) {
    struct kith_store_report report;
    struct kith_node_config config = {.cap = KITH_MAIN_NET, .rng = {lab_count_up, &l->seed}, .offline = !l->online};
    CHECK(!kith_crypto_init());
    l->disk = kith_slots_mem_new();
    kith_sign_keypair(&config.keys, &(struct kith_seed){{7}});
    config.slots = kith_slots_mem_list(l->disk, &config.slot_count);
    CHECK(!kith_node_open(&l->node, &config, &report, lab_time));
}

static inline void lab_close(struct lab *l) {
    kith_node_free(l->node);
    kith_slots_mem_free(l->disk);
}

/* Blobs are lost, nobody can be dialled, and no passphrase is stretched, which would take a second. */
static inline void lab_carry_out(struct lab *l) {
    struct kith_node *n = l->node;
    struct kith_effect e;
    while (kith_node_next(n, &e)) {
        struct kith_buf out = {0};
        struct kith_slot slot;
        if (e.kind == KITH_EFFECT_STORE) {
            int err = kith_slots_mem_perform(l->disk, &e.store, &slot);
            kith_node_store_done(n, e.ticket, err, e.store.kind == KITH_STORE_CREATE ? &slot : NULL, lab_time);
        } else if (e.kind == KITH_EFFECT_JOB) {
            CHECK(e.bytes.p[0] == KITH_JOB_STRETCH || !kith_job_run(e.bytes, &out));
            kith_node_job_done(n, e.ticket, kith_buf_bytes(&out), lab_time);
        } else if (e.kind == KITH_EFFECT_BLOB_PUT) {
            kith_node_blob_put_done(n, e.ticket, KITH_ERR_IO, lab_time);
        } else if (e.kind == KITH_EFFECT_BLOB_GET) {
            kith_node_blob_got(n, e.ticket, KITH_ERR_IO, KITH_LIT(""), lab_time);
        } else if (e.kind == KITH_EFFECT_DIAL) {
            kith_node_dialled(n, e.link, false, lab_time);
        } else if (e.kind == KITH_EFFECT_CLOSE) {
            kith_node_eof(n, e.link, lab_time);
        } else if (e.kind == KITH_EFFECT_ADOPT) {
            kith_node_adopted(n, e.ticket, KITH_ERR_IO, lab_time);
        }
        kith_buf_wipe(&out);
    }
}

struct lab_app {
    struct kith_muxrpc *rpc;
    uint32_t link;
};

static inline struct lab_app lab_app_new(struct lab *l) {
    struct lab_app a = {kith_muxrpc_new(), kith_node_accept(l->node, KITH_ORIGIN_LOCAL, "app", lab_time)};
    CHECK(a.link != 0);
    return a;
}

static inline void lab_app_free(struct lab *l, struct lab_app *a) {
    kith_node_eof(l->node, a->link, lab_time);
    kith_muxrpc_free(a->rpc);
}

/* All that the app has written goes to the node. False: the node has hung up. */
static inline bool lab_app_say(struct lab *l, struct lab_app *a) {
    uint8_t out[4096];
    size_t len;
    for (kith_muxrpc_send(a->rpc, out, sizeof out, &len); len; kith_muxrpc_send(a->rpc, out, sizeof out, &len)) {
        if (kith_node_recv(l->node, a->link, out, len, lab_time))
            return false;
    }
    return true;
}

/* Reads what the node has to say until it is silent; how many of the events are about that call. */
static inline unsigned lab_app_hear(struct lab *l, struct lab_app *a, int32_t req) {
    static uint8_t in[65536];
    struct kith_muxrpc_event e;
    unsigned count = 0;
    size_t len;
    while (!kith_node_send(l->node, a->link, in, sizeof in, &len, lab_time) && len) {
        for (size_t at = 0, used; at < len; at += used) {
            CHECK(!kith_muxrpc_recv(a->rpc, in + at, len - at, &used));
            while (kith_muxrpc_next(a->rpc, &e))
                count += e.req == req;
        }
    }
    return count;
}

#endif
