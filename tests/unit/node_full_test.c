/* SPDX-License-Identifier: MIT */
/* Whose link is left unread while many messages wait for their judges: theirs, and nobody else's. */
#include "check.h"
#include "crypto/crypto.h"
#include "node/job.h"
#include "node/node.h"
#include "store/slots_mem.h"
#include "wire/muxrpc.h"

static void count_up(void *ctx, uint8_t *out, size_t len) {
    uint8_t *next = ctx;
    for (size_t i = 0; i < len; i++)
        out[i] = (*next)++;
}

struct app {
    struct kith_muxrpc *rpc;
    uint32_t link;
};

static struct app app_new(struct kith_node *n) {
    struct app a = {kith_muxrpc_new(), kith_node_accept(n, KITH_ORIGIN_LOCAL, "app", (struct kith_time){1, 1})};
    CHECK(a.link != 0);
    return a;
}

static void app_say(struct kith_node *n, struct app *a) {
    uint8_t out[4096];
    size_t len;
    for (kith_muxrpc_send(a->rpc, out, sizeof out, &len); len; kith_muxrpc_send(a->rpc, out, sizeof out, &len))
        CHECK(!kith_node_recv(n, a->link, out, len, (struct kith_time){1, 1}));
}

static void carry_out(struct kith_node *n, struct kith_slots_mem *disk) {
    struct kith_effect e;
    struct kith_time t = {1, 1};
    while (kith_node_next(n, &e)) {
        struct kith_buf out = {0};
        struct kith_slot slot;
        if (e.kind == KITH_EFFECT_STORE) {
            int err = kith_slots_mem_perform(disk, &e.store, &slot);
            kith_node_store_done(n, e.ticket, err, e.store.kind == KITH_STORE_CREATE ? &slot : NULL, t);
        } else if (e.kind == KITH_EFFECT_JOB && !kith_job_run(e.bytes, &out)) {
            kith_node_job_done(n, e.ticket, kith_buf_bytes(&out), t);
        }
        kith_buf_wipe(&out);
    }
}

int main(void) {
    uint8_t seed = 0;
    struct kith_slots_mem *disk = kith_slots_mem_new();
    struct kith_store_report report;
    struct kith_node_config config = {.cap = KITH_MAIN_NET, .rng = {count_up, &seed}, .offline = true};
    struct kith_node *n;
    struct app teller, asker;
    int32_t req;
    CHECK(!kith_crypto_init());
    kith_sign_keypair(&config.keys, &(struct kith_seed){{7}});
    config.slots = kith_slots_mem_list(disk, &config.slot_count);
    CHECK(!kith_node_open(&n, &config, &report, (struct kith_time){1, 1}));
    teller = app_new(n);
    asker = app_new(n);
    CHECK(!kith_muxrpc_call(teller.rpc, KITH_RPC_DUPLEX, "import", KITH_LIT("[]"), &req));
    app_say(n, &teller);
    for (unsigned i = 0; !kith_node_full(n, teller.link) && i < 100000; i++) {
        kith_muxrpc_write(teller.rpc, req, KITH_RPC_JSON, KITH_LIT("{\"no\":\"message\"}"));
        app_say(n, &teller);
    }
    CHECK(kith_node_full(n, teller.link));
    CHECK(!kith_node_full(n, asker.link));
    carry_out(n, disk);
    CHECK(!kith_node_full(n, teller.link));
    kith_muxrpc_free(teller.rpc);
    kith_muxrpc_free(asker.rpc);
    kith_node_free(n);
    kith_slots_mem_free(disk);
    return check_done();
}
