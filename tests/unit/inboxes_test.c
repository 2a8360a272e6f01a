/* SPDX-License-Identifier: MIT */
/* inboxes_test.c: requests about a broker's inboxes and what they cost, by a clock that the test moves. By HTTP, and from the page
 * alone: tests/interop/broker_inbox.mjs. */
#include "broker/inboxes.h"

#include <stdio.h>

#include "broker/state.h"
#include "check.h"
#include "memory_inboxes.h"
#include "wire/inbox_proof.h"

#define DAY_MS (UINT64_C(24) * 3600 * 1000)
#define START_MS UINT64_C(1770000000000)

static void scramble(void *ctx, uint8_t *out, size_t len) {
    uint64_t *state = ctx;
    while (len--) {
        *state = *state * UINT64_C(6364136223846793005) + 1;
        *out++ = (uint8_t)(*state >> 56);
    }
}

static uint64_t rng_state = 5;
static const struct kith_rng rng = {scramble, &rng_state};
static struct memory_inboxes memory;
static struct kith_broker_store store;
static struct kith_broker_time t;
static struct kith_keypair anna, eve;
static struct kith_buf body; /* of the last answer */
static uint8_t from = 1;

static struct kith_broker *make(size_t quota) {
    struct kith_broker_config config = {.rng = rng, .signals_a_second = 50, .signals_burst = 200, .sessions_a_source = 64, .store = &store,
                                        .inbox_quota = quota, .inbox_days = 30};
    kith_sign_keypair_new(&config.keys, &rng);
    t = (struct kith_broker_time){1000, START_MS};
    store = memory_store(&memory);
    from = 1;
    return kith_broker_new(&config);
}

static void end(struct kith_broker *b) {
    kith_broker_free(b);
    memory_wipe(&memory);
}

static void path_of(char out[100], const struct kith_keypair *keys, const char *file) {
    char name[KITH_INBOX_NAME_LEN + 1];
    kith_inbox_name(name, &keys->pub);
    snprintf(out, 100, "/inbox/%s%s%.20s", name, *file ? "/" : "", file);
}

/* -1: there is nothing. */
static int ask(struct kith_broker *b, const char *method, const char *path, const char *proof, struct kith_bytes bytes) {
    struct kith_inbox_request q = {kith_bytes_str(method), kith_bytes_str(path), kith_bytes_str(proof), bytes, {{4, 10, 0, from}}};
    struct kith_inbox_answer a = {0};
    bool there = kith_broker_inbox(b, &q, &a, t);
    kith_buf_clear(&body);
    kith_buf_put_bytes(&body, kith_buf_bytes(&a.body));
    kith_buf_wipe(&a.body);
    return there ? a.status : -1;
}

static int owner(struct kith_broker *b, const char *method, const struct kith_keypair *keys, const char *file, const struct kith_keypair *signer) {
    char path[100], proof[KITH_INBOX_PROOF_MAX];
    path_of(path, keys, file);
    kith_inbox_prove(proof, signer, method, path, t.wall_ms);
    return ask(b, method, path, proof, kith_bytes(NULL, 0));
}

static int post(struct kith_broker *b, const struct kith_keypair *keys, size_t len) {
    static uint8_t bytes[9000];
    char path[100];
    path_of(path, keys, "");
    return ask(b, "POST", path, "", kith_bytes(bytes, len));
}

static size_t lines(void) {
    size_t n = 0;
    for (size_t i = 0; i < body.len; i++)
        n += body.p[i] == '\n';
    return n;
}

static size_t waiting(struct kith_broker *b) {
    return owner(b, "GET", &anna, "", &anna) == 200 ? lines() : SIZE_MAX;
}

static void test_life(void) {
    struct kith_broker *b = make(10000);
    char file[17] = "";
    CHECK(post(b, &anna, 100) == 404 && owner(b, "GET", &anna, "", &anna) == 404);
    CHECK(owner(b, "PUT", &anna, "", &eve) == 401 && owner(b, "PUT", &anna, "", &anna) == 201 && owner(b, "PUT", &anna, "", &anna) == 204);
    CHECK(post(b, &anna, 100) == 201 && post(b, &anna, 300) == 201 && waiting(b) == 2);
    memcpy(file, body.p, 16);
    CHECK(!memcmp(body.p + 16, " 100\n", 5));
    CHECK(owner(b, "GET", &anna, file, &anna) == 200 && body.len == 100);
    CHECK(owner(b, "GET", &anna, file, &eve) == 401 && owner(b, "DELETE", &anna, file, &eve) == 401 && waiting(b) == 2);
    CHECK(owner(b, "DELETE", &anna, file, &anna) == 204 && owner(b, "GET", &anna, file, &anna) == 404 && waiting(b) == 1);
    CHECK(owner(b, "DELETE", &anna, "", &anna) == 204 && owner(b, "DELETE", &anna, "", &anna) == 204 && post(b, &anna, 100) == 404);
    CHECK(!memory.packet_count && !memory.count && kith_broker_counts(b).inboxes == 0);
    end(b);
}

static void test_limits(void) {
    struct kith_broker *b = make(10000);
    CHECK(owner(b, "PUT", &anna, "", &anna) == 201);
    CHECK(post(b, &anna, 0) == 400 && post(b, &anna, 9000) == 201 && post(b, &anna, 1001) == 507 && post(b, &anna, 1000) == 201);
    CHECK(post(b, &anna, 1) == 507);
    end(b);
    b = make(1 << 20);
    CHECK(owner(b, "PUT", &anna, "", &anna) == 201);
    for (int i = 0; i < INBOX_FILES_MAX; i++)
        CHECK(post(b, &anna, 1) == 201);
    CHECK(post(b, &anna, 1) == 507 && waiting(b) == INBOX_LISTED_MAX);
    for (int i = INBOX_FILES_MAX + 1; i < INBOX_POSTS_AN_HOUR; i++)
        (void)post(b, &anna, 1);
    CHECK(post(b, &anna, 1) == 429);
    from = 2;
    CHECK(post(b, &anna, 1) == 507);
    from = 1;
    t.now_ms += 3600000;
    CHECK(post(b, &anna, 1) == 507);
    memory.broken = true;
    CHECK(post(b, &anna, 1) == 503 && owner(b, "GET", &anna, "", &anna) == 503 && owner(b, "PUT", &anna, "", &anna) == 503);
    memory.broken = false;
    end(b);
}

/* What is fetched is counted, and above the limit nothing is read from the store any more. */
static void test_reading(void) {
    struct kith_broker *b = make(10000);
    char file[17] = "";
    struct kith_broker_source here = {{4, 10, 0, 1}};
    uint32_t *spent;
    CHECK(owner(b, "PUT", &anna, "", &anna) == 201 && post(b, &anna, 9000) == 201 && waiting(b) == 1);
    memcpy(file, body.p, 16);
    CHECK(owner(b, "GET", &anna, file, &anna) == 200 && body.len == 9000);
    spent = &sources_get(&b->sources, &here, t.now_ms)->spent[COST_INBOX_READ];
    CHECK(*spent == 9);
    *spent = INBOX_KIB_READ_AN_HOUR - 5;
    CHECK(owner(b, "GET", &anna, file, &anna) == 429 && !body.len);
    memory.reads = 0;
    CHECK(owner(b, "GET", &anna, file, &anna) == 429 && !memory.reads);
    t.now_ms += 3600000;
    CHECK(owner(b, "GET", &anna, file, &anna) == 200 && memory.reads == 1);
    end(b);
}

static void test_proofs(void) {
    static const char *const paths[] = {"/inbox", "/inbox/", "/inbox/00", "/inboxes", "/"};
    struct kith_broker *b = make(10000);
    char path[100], proof[KITH_INBOX_PROOF_MAX];
    path_of(path, &anna, "");
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        CHECK_ROW(ask(b, "POST", paths[i], "", KITH_LIT("x")) == -1, paths[i]);
    CHECK(ask(b, "OPTIONS", path, "", KITH_LIT("")) == 204 && ask(b, "HEAD", path, "", KITH_LIT("")) == 405);
    kith_inbox_prove(proof, &anna, "PUT", path, t.wall_ms);
    CHECK(ask(b, "DELETE", path, proof, KITH_LIT("")) == 401);
    t.wall_ms += KITH_INBOX_LEEWAY_MS + 1;
    CHECK(ask(b, "PUT", path, proof, KITH_LIT("")) == 401);
    t.wall_ms -= 1;
    CHECK(ask(b, "PUT", path, proof, KITH_LIT("")) == 201);
    for (int i = 2; i < INBOX_PROOFS_BAD_AN_HOUR; i++)
        CHECK(owner(b, "GET", &anna, "", &eve) == 401);
    CHECK(owner(b, "GET", &anna, "", &eve) == 429 && owner(b, "GET", &anna, "", &anna) == 429);
    from = 2;
    CHECK(owner(b, "GET", &anna, "", &anna) == 200);
    end(b);
    b = make(0);
    CHECK(ask(b, "POST", path, "", KITH_LIT("x")) == -1);
    end(b);
}

static void test_age(void) {
    struct kith_broker *b = make(10000);
    CHECK(owner(b, "PUT", &anna, "", &anna) == 201 && post(b, &anna, 100) == 201);
    t.wall_ms += 29 * DAY_MS;
    t.now_ms += INBOX_SWEEP_MS;
    kith_broker_tick(b, t);
    CHECK(post(b, &anna, 200) == 201 && waiting(b) == 2);
    t.wall_ms += 2 * DAY_MS;
    kith_broker_tick(b, t); /* too soon to look again */
    CHECK(waiting(b) == 2);
    t.now_ms += INBOX_SWEEP_MS;
    kith_broker_tick(b, t);
    CHECK(waiting(b) == 1 && !memcmp(body.p + 16, " 200\n", 5));
    t.wall_ms += (INBOX_UNVISITED_DAYS + 1) * DAY_MS;
    t.now_ms += INBOX_SWEEP_MS;
    kith_broker_tick(b, t);
    CHECK(owner(b, "GET", &anna, "", &anna) == 404 && !memory.packet_count && kith_broker_counts(b).inboxes == 0);
    end(b);
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    kith_sign_keypair_new(&anna, &rng);
    kith_sign_keypair_new(&eve, &rng);
    test_life();
    test_limits();
    test_reading();
    test_proofs();
    test_age();
    kith_buf_wipe(&body);
    return check_done();
}
