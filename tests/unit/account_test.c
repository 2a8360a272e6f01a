/* SPDX-License-Identifier: MIT */
/* account_test.c: what somebody learns who asks a broker for a handle with a wrong password: nothing, neither by
 * words nor by time; and doors, where people who were found may be asked. The clock is the test's, so that "the same time" is the same number. */
#include "broker/account.h"

#include "base/base64.h"
#include "broker/broker.h"
#include "check.h"
#include "wire/mailbox.h"
#include "wire/muxrpc.h"

/* Bytes that do not come again while a test runs (a multiplier of Knuth's MMIX). */
static void scramble(void *ctx, uint8_t *out, size_t len) {
    uint64_t *state = ctx;
    while (len--) {
        *state = *state * UINT64_C(6364136223846793005) + 1;
        *out++ = (uint8_t)(*state >> 56);
    }
}

static uint64_t rng_state = 5;
static const struct kith_rng rng = {scramble, &rng_state};
static struct kith_keypair broker_keys;
static const uint8_t right[32] = {1}, wrong[32] = {2};

/* ---- a store that has room for one account ---- */

static struct kith_broker_account kept;
static unsigned asked;

static int get(void *ctx, const char *skeleton, struct kith_broker_account *out) {
    (void)ctx;
    asked++;
    if (!kept.skeleton[0] || strcmp(skeleton, kept.skeleton) != 0)
        return KITH_ERR_NOT_FOUND;
    *out = kept;
    return KITH_OK;
}

static int put(void *ctx, const struct kith_broker_account *a, struct kith_bytes message, const struct kith_head *head) {
    (void)ctx, (void)message, (void)head;
    kept = *a;
    return KITH_OK;
}

static uint64_t count(void *ctx) {
    (void)ctx;
    return kept.skeleton[0] != 0;
}

static int head(void *ctx, struct kith_head *out) {
    (void)ctx;
    *out = (struct kith_head){0};
    return KITH_OK;
}

static struct kith_pubkey kept_door;
static bool has_door;

static int door_put(void *ctx, const char *skeleton, const struct kith_pubkey *door) {
    (void)ctx;
    CHECK(!strcmp(skeleton, kept.skeleton));
    has_door = door != NULL;
    if (door)
        kept_door = *door;
    return KITH_OK;
}

static int door_get(void *ctx, const char *skeleton, struct kith_pubkey *out) {
    (void)ctx;
    if (!has_door || strcmp(skeleton, kept.skeleton) != 0)
        return KITH_ERR_NOT_FOUND;
    *out = kept_door;
    return KITH_OK;
}

static int letter_each(void *ctx, void (*each)(void *to, const struct kith_broker_letter *l), void *to) {
    (void)ctx, (void)each, (void)to;
    return KITH_OK;
}

static const struct kith_broker_store store = {.get = get, .put = put, .count = count, .head = head, .door_put = door_put,
                                               .door_get = door_get, .letter_each = letter_each};
static bool letters;

static struct kith_broker *make(void) {
    struct kith_broker_config config = {.keys = broker_keys, .rng = rng, .signals_a_second = 50, .signals_burst = 200,
                                        .sessions_a_source = 8, .store = &store, .letters = letters, .name = "example.org"};
    return kith_broker_new(&config);
}

/* ---- somebody who asks ---- */

struct asker {
    struct kith_broker_session *session;
    struct kith_muxrpc *rpc;
    struct kith_challenge challenge;
    struct kith_buf answer; /* "+" and what was answered, or "-" and the error; empty: nothing yet */
};

static void push(struct asker *a, struct kith_broker_time t) {
    uint8_t bytes[4096];
    size_t len;
    for (kith_muxrpc_send(a->rpc, bytes, sizeof bytes, &len); len; kith_muxrpc_send(a->rpc, bytes, sizeof bytes, &len))
        CHECK(!kith_broker_recv(a->session, bytes, len, t));
}

static void pull(struct kith_broker *b, struct kith_broker_time t) {
    struct kith_muxrpc_event e;
    uint8_t bytes[4096];
    size_t len, used;
    struct asker *a;
    while ((a = kith_broker_writable(b))) {
        while ((len = kith_broker_pull(a->session, bytes, sizeof bytes, t))) {
            for (size_t at = 0; at < len; at += used) {
                CHECK(!kith_muxrpc_recv(a->rpc, bytes + at, len - at, &used));
                while (kith_muxrpc_next(a->rpc, &e)) {
                    kith_buf_put_str(&a->answer, e.kind == KITH_RPC_END ? "-" : "+");
                    kith_buf_put_bytes(&a->answer, e.kind == KITH_RPC_END ? e.error : e.body);
                }
            }
        }
    }
}

static void put_member(struct kith_buf *out, const char *name, struct kith_bytes value, bool plain) {
    kith_buf_put_str(out, out->len ? ",\"" : "[{\"");
    kith_buf_put_str(out, name);
    kith_buf_put_str(out, "\":\"");
    if (plain)
        kith_buf_put_bytes(out, value);
    else
        kith_base64_put(out, value);
    kith_buf_put_u8(out, '"');
}

static void ask(struct asker *a, const char *name, struct kith_buf *args, struct kith_broker_time t) {
    int32_t req;
    kith_buf_put_str(args, args->len ? "}]" : "[]");
    kith_buf_clear(&a->answer);
    CHECK(!kith_muxrpc_call(a->rpc, KITH_RPC_ASYNC, name, kith_buf_bytes(args), &req));
    push(a, t);
    kith_buf_wipe(args);
}

static void enter(struct kith_broker *b, struct asker *a, uint8_t source, struct kith_broker_time t) {
    struct kith_keypair own;
    struct kith_json doc = {0};
    struct kith_buf args = {0};
    struct kith_sig sig;
    size_t len;
    *a = (struct asker){.rpc = kith_muxrpc_new()};
    a->session = kith_broker_open(b, a, &(struct kith_broker_source){{source}}, t);
    CHECK(a->session != NULL);
    ask(a, "hello", &args, t);
    pull(b, t);
    CHECK(!kith_json_parse(&doc, kith_bytes(a->answer.p + 1, a->answer.len - 1), 64));
    CHECK(!kith_base64_parse(kith_json_str(&doc, kith_json_get(&doc, 0, "challenge")), a->challenge.b, 32, &len));
    kith_json_wipe(&doc);
    kith_sign_keypair_new(&own, &rng);
    kith_mailbox_prove(&sig, &own, &broker_keys.pub, &a->challenge);
    put_member(&args, "address", kith_bytes(own.pub.b, 32), false);
    put_member(&args, "sig", kith_bytes(sig.b, 64), false);
    ask(a, "subscribe", &args, t);
    pull(b, t);
    CHECK(kith_bytes_is(kith_buf_bytes(&a->answer), "+true"));
}

static void leave(struct asker *a) {
    kith_broker_close(a->session);
    kith_muxrpc_free(a->rpc);
    kith_buf_wipe(&a->answer);
}

static void create(struct kith_broker *b, struct asker *a, const char *handle, struct kith_broker_time t) {
    struct kith_buf text = {0}, args = {0};
    struct kith_keypair keys;
    struct kith_sig sig;
    kith_sign_keypair_new(&keys, &rng);
    kith_buf_put_str(&text, "kith-account 1 hold\n");
    kith_buf_put(&text, broker_keys.pub.b, 32);
    kith_buf_put(&text, a->challenge.b, 32);
    kith_buf_put(&text, right, 32);
    kith_buf_put_str(&text, handle);
    kith_sign(&sig, kith_buf_bytes(&text), &keys.sec);
    put_member(&args, "handle", kith_bytes_str(handle), true);
    put_member(&args, "auth", kith_bytes(right, 32), false);
    put_member(&args, "key", kith_bytes(keys.pub.b, 32), false);
    put_member(&args, "sig", kith_bytes(sig.b, 64), false);
    ask(a, "account.create", &args, t);
    pull(b, t);
    CHECK(kith_bytes_starts(kith_buf_bytes(&a->answer), "+{\"certificate\""));
    kith_buf_wipe(&text);
}

/* Asks at a time of the clock, and gives the time at which the answer was there: the clock goes on by one ms at a time,
 * and the broker is asked each time, however early that is. */
static uint64_t answered_at(struct kith_broker *b, struct asker *a, const char *name, const char *handle, const uint8_t auth[32],
                            struct kith_broker_time *t) {
    struct kith_buf args = {0};
    uint64_t until = t->now_ms + 1000;
    put_member(&args, "handle", kith_bytes_str(handle), true);
    put_member(&args, "auth", kith_bytes(auth, 32), false);
    ask(a, name, &args, *t);
    pull(b, *t);
    CHECK(!a->answer.len && kith_broker_deadline(b) > t->now_ms && kith_broker_deadline(b) <= t->now_ms + LATE_MS);
    while (!a->answer.len && t->now_ms < until) {
        t->now_ms++;
        kith_broker_late(b, *t);
        pull(b, *t);
    }
    return t->now_ms;
}

/* Four askers in brokers of the same age ask at the same ms, wherever it lies in the grid. */
static void an_unknown_handle_is_like_a_wrong_password(void) {
    static const char *const handles[] = {"anna", "nobody-here", "anna", "Anna2"};
    static const char *const names[] = {"account.login", "account.change", "account.delete"};
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        for (uint64_t offset = 0; offset < LATE_MS; offset += 6) {
            uint64_t at[4];
            for (size_t i = 0; i < 4; i++) {
                struct kith_broker_time t = {1000, 1770000000000};
                struct kith_broker *b = make();
                struct asker a;
                unsigned before;
                enter(b, &a, (uint8_t)(i + 1), t);
                if (!kept.skeleton[0])
                    create(b, &a, "anna", t);
                t.now_ms += 5000 + offset;
                before = asked;
                at[i] = answered_at(b, &a, names[n], handles[i], wrong, &t);
                CHECK_ROW(kith_bytes_is(kith_buf_bytes(&a.answer), "-denied: not these"), handles[i]);
                CHECK_ROW(at[i] == at[0] && at[i] % LATE_MS == 0 && asked == before + 1, handles[i]);
                CHECK_ROW(kith_broker_counts(b).logins_bad == 1, handles[i]);
                leave(&a);
                kith_broker_free(b);
            }
        }
    }
}

/* Two who ask within the same tick are answered together, and so is one who knows the password. */
static void all_of_a_tick_are_answered_together(void) {
    struct kith_broker_time t = {1000, 1770000000000};
    struct kith_broker *b = make();
    struct asker a[3];
    static const char *const handles[] = {"anna", "nobody-here", "anna"};
    static const uint8_t *const auths[] = {wrong, wrong, right};
    for (size_t i = 0; i < 3; i++)
        enter(b, &a[i], (uint8_t)(i + 1), t);
    for (size_t i = 0; i < 3; i++) {
        struct kith_buf args = {0};
        put_member(&args, "handle", kith_bytes_str(handles[i]), true);
        put_member(&args, "auth", kith_bytes(auths[i], 32), false);
        t.now_ms = 1001 + 7 * i;
        ask(&a[i], "account.login", &args, t);
    }
    t.now_ms = 1000 + LATE_MS - 1;
    kith_broker_late(b, t);
    pull(b, t);
    CHECK(!a[0].answer.len && !a[1].answer.len && !a[2].answer.len);
    t.now_ms++;
    CHECK(kith_broker_deadline(b) == t.now_ms);
    kith_broker_late(b, t);
    pull(b, t);
    CHECK(a[0].answer.len && kith_bytes_eq(kith_buf_bytes(&a[0].answer), kith_buf_bytes(&a[1].answer)));
    CHECK(kith_bytes_starts(kith_buf_bytes(&a[2].answer), "+{\"certificate\""));
    for (size_t i = 0; i < 3; i++)
        leave(&a[i]);
    kith_broker_free(b);
}

/* Wrong guesses run out at the same count, whether somebody has the handle or nobody. */
static void guesses_run_out_alike(void) {
    unsigned denied[2] = {0};
    static const char *const handles[] = {"anna", "nobody-here"};
    for (size_t i = 0; i < 2; i++) {
        struct kith_broker_time t = {1000, 1770000000000};
        struct kith_broker *b = make();
        struct asker a;
        enter(b, &a, 1, t);
        for (unsigned n = 0; n < 12; n++, t.now_ms += 1000) {
            (void)answered_at(b, &a, "account.login", handles[i], wrong, &t);
            denied[i] += kith_bytes_starts(kith_buf_bytes(&a.answer), "-denied");
        }
        CHECK_ROW(kith_bytes_starts(kith_buf_bytes(&a.answer), "-budget"), handles[i]);
        leave(&a);
        kith_broker_free(b);
    }
    CHECK(denied[0] == 10 && denied[1] == 10);
}

/* ---- doors ---- */

/* The answer, at the next tick. door: base64 or null; NULL: not said. */
static void ask_door(struct kith_broker *b, struct asker *a, const uint8_t auth[32], const char *door, struct kith_broker_time *t) {
    struct kith_buf args = {0};
    put_member(&args, "handle", KITH_LIT("anna"), true);
    put_member(&args, "auth", kith_bytes(auth, 32), false);
    if (door) {
        kith_buf_put_str(&args, ",\"door\":");
        kith_buf_put_str(&args, door);
    }
    ask(a, "account.door", &args, *t);
    t->now_ms += 1000;
    kith_broker_late(b, *t);
    pull(b, *t);
}

static bool finds_door(struct kith_broker *b, struct asker *a, struct kith_broker_time *t) {
    static const char door[] = ",\"door\":\"BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=\"}";
    struct kith_buf args = {0};
    size_t len = sizeof door - 1;
    put_member(&args, "handle", KITH_LIT("anna"), true);
    ask(a, "account.find", &args, *t);
    t->now_ms += 1000;
    pull(b, *t);
    CHECK(kith_bytes_starts(kith_buf_bytes(&a->answer), "+{\"certificate\":\"kith-cert-1."));
    return a->answer.len > len && !memcmp(a->answer.p + a->answer.len - len, door, len);
}

static void a_door_is_its_owners(void) {
    static const char door[] = "\"BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=\"";
    struct kith_broker_time t = {1000, 1770000000000};
    struct kith_broker *b;
    struct asker a;
    letters = true;
    b = make();
    enter(b, &a, 1, t);
    CHECK(!finds_door(b, &a, &t));
    ask_door(b, &a, wrong, door, &t);
    CHECK(kith_bytes_is(kith_buf_bytes(&a.answer), "-denied: not these") && !has_door);
    for (size_t i = 0; i < 3; i++) {
        static const char *const none[] = {NULL, "\"BQUF\"", "7"};
        ask_door(b, &a, right, none[i], &t);
        CHECK(kith_bytes_starts(kith_buf_bytes(&a.answer), "-arg") && !has_door);
    }
    ask_door(b, &a, right, door, &t);
    CHECK(kith_bytes_is(kith_buf_bytes(&a.answer), "+true") && has_door);
    CHECK(finds_door(b, &a, &t));
    ask_door(b, &a, wrong, "null", &t);
    CHECK(has_door);
    ask_door(b, &a, right, "null", &t);
    CHECK(kith_bytes_is(kith_buf_bytes(&a.answer), "+true") && !has_door);
    CHECK(!finds_door(b, &a, &t));
    ask_door(b, &a, right, door, &t);
    leave(&a);
    kith_broker_free(b);

    /* Who keeps no letters has no doors, and tells of none that were there. */
    letters = false;
    b = make();
    enter(b, &a, 1, t);
    ask_door(b, &a, right, door, &t);
    CHECK(kith_bytes_starts(kith_buf_bytes(&a.answer), "-off"));
    CHECK(!finds_door(b, &a, &t));
    leave(&a);
    kith_broker_free(b);
}

/* Nobody can listen at the door of a key that is not theirs any more. */
static void another_key_shuts_the_door(void) {
    struct kith_broker_time t = {1000, 1770000000000};
    struct kith_keypair keys;
    struct kith_buf text = {0}, args = {0};
    struct kith_broker *b;
    struct kith_sig sig;
    struct asker a;
    letters = true;
    b = make();
    CHECK(has_door);
    enter(b, &a, 1, t);
    kith_sign_keypair_new(&keys, &rng);
    kith_buf_put_str(&text, "kith-account 1 hold\n");
    kith_buf_put(&text, broker_keys.pub.b, 32);
    kith_buf_put(&text, a.challenge.b, 32);
    kith_buf_put(&text, right, 32);
    kith_buf_put_str(&text, "anna");
    kith_sign(&sig, kith_buf_bytes(&text), &keys.sec);
    put_member(&args, "handle", KITH_LIT("anna"), true);
    put_member(&args, "auth", kith_bytes(right, 32), false);
    put_member(&args, "key", kith_bytes(keys.pub.b, 32), false);
    put_member(&args, "sig", kith_bytes(sig.b, 64), false);
    ask(&a, "account.change", &args, t);
    t.now_ms += 1000;
    kith_broker_late(b, t);
    pull(b, t);
    CHECK(kith_bytes_starts(kith_buf_bytes(&a.answer), "+{\"certificate\""));
    CHECK(!has_door);
    leave(&a);
    kith_broker_free(b);
    kith_buf_wipe(&text);
    letters = false;
}

int main(void) {
    CHECK(!kith_crypto_init());
    kith_sign_keypair(&broker_keys, &(struct kith_seed){{9}});
    an_unknown_handle_is_like_a_wrong_password();
    all_of_a_tick_are_answered_together();
    guesses_run_out_alike();
    a_door_is_its_owners();
    another_key_shuts_the_door();
    return check_done();
}
