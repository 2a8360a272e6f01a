/* SPDX-License-Identifier: MIT */
/* What a node does with packets that were really signed and sealed for it, whatever is in them: by a friend, by somebody
 * whom we ask for friendship, by a stranger. The first byte says whose it is, the others are the parts. */
#include <stdlib.h>

#include "node/courier_state.h"
#include "node/job.h"
#include "store/slots_mem.h"

#define NOW UINT64_C(1770000000000)

static struct kith_keypair me, people[3];
static uint8_t seed;

static void fill(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    while (len--)
        *out++ = seed++;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv) {
    struct kith_seed s;
    (void)argc, (void)argv;
    if (kith_crypto_init())
        abort();
    memset(s.b, 9, sizeof s.b);
    kith_sign_keypair(&me, &s);
    for (uint8_t i = 0; i < 3; i++) {
        memset(s.b, i + 1, sizeof s.b);
        kith_sign_keypair(&people[i], &s);
    }
    return 0;
}

static void pump(struct kith_node *n, struct kith_slots_mem *disk, struct kith_time t) {
    struct kith_effect e;
    while (kith_node_next(n, &e)) {
        struct kith_buf out = {0};
        struct kith_slot slot;
        if (e.kind == KITH_EFFECT_STORE) {
            int err = kith_slots_mem_perform(disk, &e.store, &slot);
            kith_node_store_done(n, e.ticket, err, e.store.kind == KITH_STORE_CREATE ? &slot : NULL, t);
        } else if (e.kind == KITH_EFFECT_JOB) {
            if (kith_job_run(e.bytes, &out))
                abort();
            kith_node_job_done(n, e.ticket, kith_buf_bytes(&out), t);
        } else if (e.kind == KITH_EFFECT_BLOB_PUT) {
            kith_node_blob_put_done(n, e.ticket, KITH_OK, t);
        } else if (e.kind == KITH_EFFECT_BLOB_GET) {
            kith_node_blob_got(n, e.ticket, KITH_ERR_NOT_FOUND, KITH_LIT(""), t);
        } else if (e.kind == KITH_EFFECT_PACKET) {
            kith_node_packet_sent(n, e.ticket, KITH_SENT_STORED, "somebody", t);
        }
        kith_buf_wipe(&out);
    }
}

static struct kith_node *open_node(struct kith_slots_mem *disk, struct kith_time t) {
    struct kith_node_config config = {.keys = me, .cap = KITH_MAIN_NET, .rng = {fill, NULL}};
    struct kith_store_report report;
    struct kith_node *n;
    config.slots = kith_slots_mem_list(disk, &config.slot_count);
    if (kith_node_open(&n, &config, &report, t))
        abort();
    pump(n, disk, t);
    return n;
}

static void follow(struct kith_node *n, struct kith_slots_mem *disk, const struct kith_pubkey *who, struct kith_time t) {
    struct kith_buf json = {0};
    kith_buf_put_str(&json, "{\"type\":\"contact\",\"contact\":\"");
    kith_feed_id_put(&json, who);
    kith_buf_put_str(&json, "\",\"following\":true}");
    if (kith_node_action(n, kith_buf_bytes(&json), t))
        abort();
    kith_buf_wipe(&json);
    pump(n, disk, t);
}

static void give(struct kith_node *n, const struct kith_keypair *from, struct kith_bytes content, struct kith_time t) {
    const struct kith_rng rng = {fill, NULL};
    struct kith_packet p = {.encoding = 1, .flags = 1, .created_ms = NOW, .expires_ms = NOW + 1000000, .content = content};
    struct kith_buf packet = {0};
    if (kith_packet_seal(&packet, &p, from, &me.pub, 1, &rng))
        abort();
    if (kith_node_packet(n, kith_buf_bytes(&packet), t) == KITH_ERR_UNKNOWN_METHOD)
        (void)!kith_node_packet_kept(n, kith_buf_bytes(&packet), t);
    kith_buf_wipe(&packet);
}

/* Time goes by: answers are written, what is due again is made again. */
static void live_on(struct kith_node *n, struct kith_slots_mem *disk, struct kith_time *t) {
    for (unsigned i = 0; i < 8 && kith_node_deadline(n) != UINT64_MAX; i++) {
        uint64_t step = kith_node_deadline(n) > t->now_ms ? kith_node_deadline(n) - t->now_ms : 1;
        t->now_ms += step;
        t->wall_ms += step;
        kith_node_tick(n, *t);
        pump(n, disk, *t);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_time t = {1, NOW};
    struct kith_slots_mem *disk = kith_slots_mem_new();
    struct kith_recipient *asked;
    struct kith_node *n;
    size_t unknown;
    seed = 0;
    if (size < 2 || size > 65536 || !kith_parts_check(kith_bytes(data + 1, size - 1), &unknown)) {
        kith_slots_mem_free(disk);
        return 0; /* packet_fuzz has those */
    }
    n = open_node(disk, t);
    for (unsigned i = 0; i < 2; i++) {
        follow(n, disk, &people[i].pub, t);
        asked = courier_put(n, &people[i].pub);
        asked->strict = i == 1;
        kith_buf_put_str(&asked->roads, "dir:/x\n");
    }
    live_on(n, disk, &t);
    give(n, &people[(data[0] & 3) % 3], kith_bytes(data + 1, size - 1), t);
    pump(n, disk, t);
    live_on(n, disk, &t);
    if (data[0] & 4) { /* our user says yes to whoever it was */
        follow(n, disk, &people[2].pub, t);
        live_on(n, disk, &t);
    }
    kith_node_stop(n, t);
    pump(n, disk, t);
    kith_node_free(n);
    t.now_ms = 1;
    n = open_node(disk, t); /* what was kept is read again */
    live_on(n, disk, &t);
    kith_node_free(n);
    kith_slots_mem_free(disk);
    return 0;
}
