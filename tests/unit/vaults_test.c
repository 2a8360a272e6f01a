/* SPDX-License-Identifier: MIT */
/* vaults_test.c: what is being written to a broker's vaults at one time: a flood from one source and writes that stall
 * are refused and counted, and others go on. In memory, by a clock that the test moves; the doors are open already.
 * The calls as a client sees them are in tests/interop/broker_modules.mjs. */
#include "broker/vaults.h"

#include "base/base64.h"
#include "broker/state.h"
#include "check.h"
#include "wire/vault.h"

#define SIZE (1u << 20)
#define SOURCE_MAX (VAULT_WAITING_A_SOURCE / SIZE)
#define ALL_MAX (VAULT_WAITING_MAX / SIZE)

static void scramble(void *ctx, uint8_t *out, size_t len) {
    uint64_t *state = ctx;
    while (len--) {
        *state = *state * UINT64_C(6364136223846793005) + 1;
        *out++ = (uint8_t)(*state >> 56);
    }
}
static uint64_t rng_state = 5;
static const struct kith_rng rng = {scramble, &rng_state};
static struct kith_broker_time t = {1000000, 1770000000000};

/* ---- a store with one vault ---- */

static struct kith_buf kept;

static int read_kept(void *ctx, const char *skeleton, size_t at, size_t len, struct kith_buf *out) {
    (void)ctx, (void)skeleton;
    if (!kept.len)
        return KITH_ERR_NOT_FOUND;
    if (at < kept.len)
        kith_buf_put(out, kept.p + at, len < kept.len - at ? len : kept.len - at);
    return KITH_OK;
}
static int put_kept(void *ctx, const char *skeleton, struct kith_bytes file) {
    (void)ctx, (void)skeleton;
    kith_buf_clear(&kept);
    kith_buf_put_bytes(&kept, file);
    return KITH_OK;
}

/* ---- one who writes ---- */

struct writer {
    struct kith_broker_session *session;
    struct kith_muxrpc *rpc;
    char said[64]; /* the last answer */
};

static void listen_somewhere(struct writer *w, struct kith_broker *b) {
    struct kith_pubkey address;
    struct address *a;
    kith_rng_fill(&rng, address.b, sizeof address.b);
    a = addresses_add(&b->addresses, &address, w->session);
    w->session->addresses = a;
    w->session->address_count = 1;
}

static void come(struct writer *w, struct kith_broker *b, uint8_t source, const struct kith_pubkey *owner) {
    *w = (struct writer){.rpc = kith_muxrpc_new()};
    w->session = kith_broker_open(b, w, &(struct kith_broker_source){{source}}, t);
    CHECK(w->session != NULL);
    listen_somewhere(w, b);
    w->session->vault = kith_alloc(sizeof *w->session->vault);
    strcpy(w->session->vault->skeleton, "anna");
    w->session->vault->owner = *owner;
}

static void go(struct writer *w) {
    kith_broker_close(w->session);
    kith_muxrpc_free(w->rpc);
}

static void exchange(struct writer *w) {
    uint8_t bytes[4096];
    size_t len, used;
    struct kith_muxrpc_event e;
    for (kith_muxrpc_send(w->rpc, bytes, sizeof bytes, &len); len; kith_muxrpc_send(w->rpc, bytes, sizeof bytes, &len))
        CHECK(!kith_broker_recv(w->session, bytes, len, t));
    while ((len = kith_broker_pull(w->session, bytes, sizeof bytes, t))) {
        for (size_t at = 0; at < len; at += used) {
            CHECK(!kith_muxrpc_recv(w->rpc, bytes + at, len - at, &used));
            while (kith_muxrpc_next(w->rpc, &e)) {
                struct kith_bytes text = e.kind == KITH_RPC_END ? e.error : e.body;
                snprintf(w->said, sizeof w->said, "%.*s", (int)text.len, (const char *)text.p);
            }
        }
    }
}

/* Part of a file of that size; true if it was taken. */
static bool put(struct writer *w, size_t at, size_t size, struct kith_bytes piece) {
    struct kith_buf args = {0};
    int32_t req;
    kith_buf_put_str(&args, "[{\"at\":");
    kith_buf_put_dec(&args, at);
    kith_buf_put_str(&args, ",\"size\":");
    kith_buf_put_dec(&args, size);
    kith_buf_put_str(&args, ",\"data\":\"");
    kith_base64_put(&args, piece);
    kith_buf_put_str(&args, "\"}]");
    w->said[0] = 0;
    CHECK(!kith_muxrpc_call(w->rpc, KITH_RPC_ASYNC, "vault.write", kith_buf_bytes(&args), &req));
    exchange(w);
    kith_buf_wipe(&args);
    return !strcmp(w->said, "true");
}

static bool write_whole(struct writer *w, const struct kith_keypair *keys, uint64_t version) {
    static const char content[20000] = "sealed";
    struct kith_vault v = {.version = version, .stretching = {.memory_kib = 65536, .passes = 3}, .content = kith_bytes(content, sizeof content)};
    struct kith_buf file = {0};
    bool ok = true;
    kith_vault_put(&file, &v, keys);
    for (size_t at = 0; ok && at < file.len; at += VAULT_PIECE) {
        size_t len = file.len - at < VAULT_PIECE ? file.len - at : VAULT_PIECE;
        ok = put(w, at, file.len, kith_bytes(file.p + at, len));
    }
    kith_buf_wipe(&file);
    return ok;
}

static void pass(struct kith_broker *b, uint64_t ms) {
    t.now_ms += ms;
    t.wall_ms += ms;
    kith_broker_tick(b, t);
}

int main(void) {
    static const struct kith_bytes piece = {(const uint8_t *)"piece", 5};
    struct kith_broker_store store = {.vault_read = read_kept, .vault_put = put_kept};
    struct kith_broker_config config = {
        .rng = rng, .signals_a_second = 50, .signals_burst = 200, .sessions_a_source = 100, .store = &store, .vault_quota = SIZE};
    struct writer flood[SOURCE_MAX + 1], ben, many[ALL_MAX];
    struct kith_broker *b;
    struct kith_keypair keys;
    size_t taken = 0;
    kith_sign_keypair_new(&config.keys, &rng);
    kith_sign_keypair_new(&keys, &rng);
    b = kith_broker_new(&config);

    /* One source begins more than its part: what is too much is refused and counted, and another source writes. */
    for (size_t i = 0; i < SOURCE_MAX; i++) {
        come(&flood[i], b, 1, &keys.pub);
        CHECK(put(&flood[i], 0, SIZE, piece));
    }
    come(&flood[SOURCE_MAX], b, 1, &keys.pub);
    CHECK(!put(&flood[SOURCE_MAX], 0, SIZE, piece));
    CHECK(strstr(flood[SOURCE_MAX].said, "busy") != NULL);
    CHECK(b->counts.vaults_refused == 1);
    come(&ben, b, 2, &keys.pub);
    CHECK(write_whole(&ben, &keys, 1));
    CHECK(b->counts.vaults_put == 1 && kept.len > 20000);

    /* They stall. After a minute what they have begun is given up, and the source may write again. */
    pass(b, VAULT_WRITE_MS);
    CHECK(b->vault_waiting == VAULT_WAITING_A_SOURCE);
    pass(b, 1000);
    CHECK(b->vault_waiting == 0 && flood[0].session->source->vault_waiting == 0);
    CHECK(b->counts.vaults_refused == 1 + SOURCE_MAX);
    CHECK(flood[0].session->vault->written.cap == 0);
    CHECK(!put(&flood[0], piece.len, SIZE, piece)); /* too late for the next piece */
    CHECK(write_whole(&flood[0], &keys, 2));

    /* One that begins and goes away holds nothing. */
    CHECK(put(&flood[1], 0, SIZE, piece));
    for (size_t i = 0; i <= SOURCE_MAX; i++)
        go(&flood[i]);
    CHECK(b->vault_waiting == 0);

    /* From many sources: as much as there is room for, and not more. */
    for (size_t i = 0; i < ALL_MAX; i++) {
        come(&many[i], b, (uint8_t)(10 + i), &keys.pub);
        taken += put(&many[i], 0, SIZE, piece);
    }
    CHECK(taken == ALL_MAX && b->vault_waiting == VAULT_WAITING_MAX);
    CHECK(!write_whole(&ben, &keys, 3) && strstr(ben.said, "busy") != NULL);
    pass(b, VAULT_WRITE_MS + 1000);
    CHECK(write_whole(&ben, &keys, 3));
    for (size_t i = 0; i < ALL_MAX; i++)
        go(&many[i]);

    /* What it costs a source is counted by pieces: a new version waits for the disk, however short it is. */
    ben.session->source->spent[COST_VAULT] = 0;
    CHECK(write_whole(&ben, &keys, 4) && ben.session->source->spent[COST_VAULT] == 2 * VAULT_PIECE);
    CHECK(!put(&ben, 0, 5, piece) && ben.session->source->spent[COST_VAULT] == 3 * VAULT_PIECE);
    ben.session->source->spent[COST_VAULT] = VAULT_BYTES_A_SOURCE - VAULT_PIECE + 1;
    CHECK(!put(&ben, 0, 5, piece) && strstr(ben.said, "budget") != NULL && b->vault_waiting == 0);
    go(&ben);
    CHECK(b->vault_waiting == 0);
    kith_broker_free(b);
    kith_buf_wipe(&kept);
    return check_done();
}
