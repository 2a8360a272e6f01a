/* SPDX-License-Identifier: MIT */
#include "tab.h"
#include "tab_state.h"

#include "base/bytes.h"
#include "crypto/crypto.h"
#include "feed/secret.h"
#include "node/job.h"
#include "node/node.h"

#define SEND_MAX 65536 /* bytes of one kith_tab_send: one message of a port, a socket or a data channel */

/* Of which there is one: an instance of the module is a process of its own. */
static struct {
    struct kith_node *node;
    struct kith_keypair keys;
    struct kith_slot *slots; /* those found before opening; ctx is the file's number */
    size_t slot_count, slot_cap;
    uint8_t *room;
    size_t room_cap;
    struct kith_buf out;
    struct kith_tab_effect effect;
} tab;

static struct kith_time at(double now, double wall) {
    return (struct kith_time){.now_ms = (uint64_t)now, .wall_ms = (uint64_t)wall};
}

uint8_t *kith_tab_room(size_t len) {
    if (len > tab.room_cap) {
        if (tab.room)
            kith_wipe(tab.room, tab.room_cap);
        kith_free(tab.room);
        tab.room_cap = len < SEND_MAX ? SEND_MAX : len;
        tab.room = kith_alloc(tab.room_cap);
    }
    return tab.room;
}

struct kith_bytes tab_room(size_t len) {
    KITH_ASSERT(len <= tab.room_cap);
    return kith_bytes(tab.room, len);
}

struct kith_buf *tab_out(void) {
    tab.out.len = 0;
    return &tab.out;
}

const struct kith_keypair *tab_keys(void) {
    return &tab.keys;
}

struct kith_node *tab_node(void) {
    return tab.node;
}

const uint8_t *kith_tab_out(void) {
    return tab.out.p;
}

void kith_tab_wipe(void) {
    if (tab.room)
        kith_wipe(tab.room, tab.room_cap);
    if (tab.out.p)
        kith_wipe(tab.out.p, tab.out.cap);
}

const char *kith_tab_err_name(int32_t err) {
    return kith_err_name(err);
}

/* ---- randomness and slots, which are the Worker's ---- */

static void fill(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    tab_random(out, len);
}

const struct kith_rng tab_rng = {fill, NULL};

static int32_t file_of(void *ctx) {
    return (int32_t)(intptr_t)ctx;
}

static int slot_read_at(void *ctx, uint64_t offset, void *out, size_t len, size_t *got) {
    int32_t n = tab_read(file_of(ctx), (double)offset, out, len);
    *got = n > 0 ? (size_t)n : 0;
    return n < 0 ? n : KITH_OK;
}

static int slot_write_at(void *ctx, uint64_t offset, const void *in, size_t len) {
    return tab_write(file_of(ctx), (double)offset, in, len);
}

static int slot_truncate(void *ctx, uint64_t size) {
    return tab_truncate(file_of(ctx), (double)size);
}

static int slot_size(void *ctx, uint64_t *size) {
    double n = tab_size(file_of(ctx));
    *size = n < 0 ? 0 : (uint64_t)n;
    return n < 0 ? KITH_ERR_IO : KITH_OK;
}

static const struct kith_slot_ops slot_ops = {slot_read_at, slot_write_at, slot_truncate, slot_size};

static struct kith_slot slot_of(struct kith_bytes name, int32_t file) {
    struct kith_slot s = {.ops = &slot_ops, .ctx = (void *)(intptr_t)file};
    if (name.len < sizeof s.name)
        memcpy(s.name, name.p, name.len);
    return s;
}

void kith_tab_slot(size_t name_len, int32_t file) {
    tab.slots = kith_grow(tab.slots, &tab.slot_cap, tab.slot_count + 1, sizeof *tab.slots);
    tab.slots[tab.slot_count++] = slot_of(tab_room(name_len), file);
}

/* ---- who we are ---- */

static size_t secret_text(const struct kith_seed *seed) {
    struct kith_keypair keys;
    kith_sign_keypair(&keys, seed);
    tab.out.len = 0;
    kith_secret_put(&tab.out, &keys);
    kith_wipe(&keys, sizeof keys);
    return tab.out.len;
}

size_t kith_tab_secret_new(void) {
    struct kith_seed seed;
    size_t len;
    if (kith_crypto_init())
        return 0;
    tab_random(seed.b, sizeof seed.b);
    len = secret_text(&seed);
    kith_wipe(&seed, sizeof seed);
    return len;
}

size_t kith_tab_secret_of(void) {
    struct kith_seed seed;
    size_t len;
    memcpy(seed.b, tab_room(sizeof seed.b).p, sizeof seed.b);
    len = secret_text(&seed);
    kith_wipe(&seed, sizeof seed);
    return len;
}

int32_t kith_tab_open(size_t secret_len, double quota, int32_t hops, int32_t quarantined, double now, double wall) {
    struct kith_store_report report = {0};
    struct kith_node_config config = {
        .cap = KITH_MAIN_NET,
        .rng = tab_rng,
        .slots = tab.slots,
        .slot_count = tab.slot_count,
        .quota = (uint64_t)quota,
        .hops = (unsigned)hops,
        .quarantined = quarantined != 0,
        .version = KITH_VERSION,
    };
    int err = kith_crypto_init();
    if (!err)
        err = kith_secret_parse(tab_room(secret_len), &config.keys);
    if (!err)
        err = kith_node_open(&tab.node, &config, &report, at(now, wall));
    tab.keys = config.keys;
    kith_wipe(&config, sizeof config);
    kith_tab_wipe();
    return err;
}

void kith_tab_blob_known(double size) {
    struct kith_blobid id;
    memcpy(&id, tab_room(sizeof id).p, sizeof id);
    kith_node_blob_known(tab.node, &id, (uint64_t)size);
}

const uint8_t *kith_tab_id(void) {
    return kith_node_id(tab.node)->b;
}

int32_t kith_tab_is_settled(void) {
    return kith_node_is_settled(tab.node);
}

int32_t kith_tab_is_quarantined(void) {
    return kith_node_is_quarantined(tab.node);
}

/* ---- what happens ---- */

const struct kith_tab_effect *kith_tab_next(void) {
    struct kith_effect e;
    struct kith_tab_effect *out = &tab.effect;
    if (!kith_node_next(tab.node, &e))
        return NULL;
    *out = (struct kith_tab_effect){
        .ticket = (double)e.ticket,
        .kind = (int32_t)e.kind,
        .link = (int32_t)e.link,
        .op = e.kind == KITH_EFFECT_LOG || e.kind == KITH_EFFECT_ROAD ? e.level : (int32_t)e.store.kind,
        .len = (int32_t)e.bytes.len,
        .bytes = e.bytes.p,
    };
    memcpy(out->blob, &e.blob, sizeof out->blob);
    memcpy(out->name, e.store.name, sizeof out->name);
    if (e.kind == KITH_EFFECT_PACKET || e.kind == KITH_EFFECT_PACKET_DROP)
        kith_put_u64le(out->blob, e.ticket); /* a random number: more than a double holds */
    return out;
}

double kith_tab_deadline(void) {
    uint64_t ms = kith_node_deadline(tab.node);
    return ms == UINT64_MAX ? __builtin_inf() : (double)ms;
}

void kith_tab_tick(double now, double wall) {
    kith_node_tick(tab.node, at(now, wall));
}

void kith_tab_stop(double now, double wall) {
    kith_node_stop(tab.node, at(now, wall));
}

int32_t kith_tab_accept(int32_t origin, size_t len, double now, double wall) {
    char *address = kith_strdup(tab_room(len));
    uint32_t link = kith_node_accept(tab.node, (enum kith_link_origin)origin, address, at(now, wall));
    kith_free(address);
    return (int32_t)link;
}

void kith_tab_dialled(int32_t link, int32_t ok, double now, double wall) {
    kith_node_dialled(tab.node, (uint32_t)link, ok != 0, at(now, wall));
}

int32_t kith_tab_recv(int32_t link, size_t len, double now, double wall) {
    struct kith_bytes in = tab_room(len);
    return kith_node_recv(tab.node, (uint32_t)link, in.p, in.len, at(now, wall));
}

size_t kith_tab_send(int32_t link, double now, double wall) {
    size_t len = 0;
    tab.out.len = 0;
    kith_buf_reserve(&tab.out, SEND_MAX);
    while (tab.out.len < SEND_MAX &&
           !kith_node_send(tab.node, (uint32_t)link, tab.out.p + tab.out.len, SEND_MAX - tab.out.len, &len, at(now, wall)) &&
           len)
        tab.out.len += len;
    return tab.out.len;
}

void kith_tab_eof(int32_t link, double now, double wall) {
    kith_node_eof(tab.node, (uint32_t)link, at(now, wall));
}

int32_t kith_tab_full(int32_t link) {
    return kith_node_full(tab.node, (uint32_t)link);
}

/* ---- answers ---- */

void kith_tab_store_done(double ticket, int32_t err, int32_t file, size_t name_len, double now, double wall) {
    struct kith_slot slot = slot_of(tab_room(name_len), file);
    kith_node_store_done(tab.node, (uint64_t)ticket, err, file >= 0 ? &slot : NULL, at(now, wall));
}

void kith_tab_job_done(double ticket, size_t len, double now, double wall) {
    kith_node_job_done(tab.node, (uint64_t)ticket, tab_room(len), at(now, wall));
}

void kith_tab_blob_put_done(double ticket, int32_t err, double now, double wall) {
    kith_node_blob_put_done(tab.node, (uint64_t)ticket, err, at(now, wall));
}

void kith_tab_blob_got(double ticket, int32_t err, size_t len, double now, double wall) {
    kith_node_blob_got(tab.node, (uint64_t)ticket, err, tab_room(len), at(now, wall));
}

void kith_tab_adopted(double ticket, int32_t err, double now, double wall) {
    kith_node_adopted(tab.node, (uint64_t)ticket, err, at(now, wall));
}

void kith_tab_listening(size_t len) {
    char *address = kith_strdup(tab_room(len));
    kith_node_listening(tab.node, address);
    kith_free(address);
}

size_t kith_tab_run(size_t len) {
    int err = kith_crypto_init();
    tab.out.len = 0;
    if (!err)
        err = kith_job_run(tab_room(len), &tab.out);
    return err ? 0 : tab.out.len;
}
