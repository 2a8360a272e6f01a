/* SPDX-License-Identifier: MIT */
/* Who is here already is not dialled, and is dialled soon after that link has ended. */
#include "node_lab.h"
#include "base/base64.h"
#include "node/dial.h"
#include "wire/link.h"

#define ADDRESS "net:192.0.2.1:8008~shs:"

static struct kith_keypair friend_keys;

/* Carries bytes between the node's link and its other end until both are silent. */
static bool shake(struct lab *l, uint32_t link, struct kith_link *other) {
    uint8_t bytes[4096];
    struct kith_link_event e;
    size_t len, used;
    bool open = false;
    for (unsigned i = 0; i < 8; i++) {
        CHECK(!kith_link_send(other, bytes, sizeof bytes, &len, lab_time.now_ms));
        if (len)
            CHECK(!kith_node_recv(l->node, link, bytes, len, lab_time));
        CHECK(!kith_node_send(l->node, link, bytes, sizeof bytes, &len, lab_time));
        for (size_t at = 0; at < len; at += used) {
            CHECK(!kith_link_recv(other, bytes + at, len - at, &used, lab_time.now_ms));
            while (kith_link_next(other, &e))
                open |= e.kind == KITH_LINK_OPEN;
        }
    }
    return open;
}

static unsigned dials(struct lab *l) {
    struct kith_effect e;
    unsigned count = 0;
    while (kith_node_next(l->node, &e)) {
        struct kith_slot slot;
        if (e.kind == KITH_EFFECT_STORE) {
            int err = kith_slots_mem_perform(l->disk, &e.store, &slot);
            kith_node_store_done(l->node, e.ticket, err, e.store.kind == KITH_STORE_CREATE ? &slot : NULL, lab_time);
        }
        count += e.kind == KITH_EFFECT_DIAL;
    }
    return count;
}

static void connect(struct lab *l, struct lab_app *app) {
    struct kith_buf args = {0};
    int32_t req;
    kith_buf_put_str(&args, "[\"" ADDRESS);
    kith_base64_put(&args, kith_bytes(friend_keys.pub.b, sizeof friend_keys.pub.b));
    kith_buf_put_str(&args, "\"]");
    CHECK(!kith_muxrpc_call(app->rpc, KITH_RPC_ASYNC, "conn.connect", kith_buf_bytes(&args), &req));
    CHECK(lab_app_say(l, app));
    CHECK(lab_app_hear(l, app, req) == 1);
    kith_buf_wipe(&args);
}

static struct kith_link *dialler(struct lab *l, struct kith_pubkey node) {
    struct kith_link_config config = {
        .dialler = true, .cap = KITH_MAIN_NET, .keys = friend_keys, .peer = node, .rng = {lab_count_up, &l->seed}};
    return kith_link_new(&config, lab_time.now_ms);
}

int main(void) {
    struct lab lab = {.online = true};
    struct kith_time soon = {lab_time.now_ms + 2 * KITH_DIAL_FIRST_MS, 2 * KITH_DIAL_FIRST_MS};
    struct kith_keypair node;
    struct kith_link *other;
    struct lab_app app;
    uint32_t link;
    lab_open(&lab);
    kith_sign_keypair(&node, &(struct kith_seed){{7}});
    kith_sign_keypair(&friend_keys, &(struct kith_seed){{8}});
    app = lab_app_new(&lab);
    link = kith_node_accept(lab.node, KITH_ORIGIN_NETWORK, "net:192.0.2.1:1", lab_time);
    other = dialler(&lab, node.pub);
    CHECK(shake(&lab, link, other));
    connect(&lab, &app);
    CHECK(dials(&lab) == 0);
    kith_node_tick(lab.node, (struct kith_time){lab_time.now_ms + 60000, 60000});
    CHECK(dials(&lab) == 0);
    soon.now_ms += 60000;
    kith_node_eof(lab.node, link, (struct kith_time){lab_time.now_ms + 60000, 60000});
    CHECK(kith_node_deadline(lab.node) <= soon.now_ms);
    kith_node_tick(lab.node, soon);
    CHECK(dials(&lab) == 1);
    kith_link_free(other);
    lab_app_free(&lab, &app);
    lab_close(&lab);
    return check_done();
}
