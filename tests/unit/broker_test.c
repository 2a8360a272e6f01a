/* SPDX-License-Identifier: MIT */
/* broker_test.c: sessions that meet by address, and what each of them may cost; in memory, by a clock that the
 * test moves. The clients are our own muxrpc, and in tests/interop/broker.mjs a program that is not ours. */
#include "broker/broker.h"

#include "base/base64.h"
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
static struct kith_broker_time t = {1000, 1770000000000};

/* One who talks to the broker, and what was said last. */
struct talker {
    struct kith_broker_session *session;
    struct kith_muxrpc *rpc;
    struct kith_challenge challenge;
    struct kith_keypair keys;
    int32_t stream;
    struct kith_buf answer, error; /* of the last async call */
    struct kith_buf binary, json;  /* the last item of signals */
    unsigned items, notices;
    int err;
    bool closed;
};

static struct kith_pubkey broker_key;

static struct kith_broker *make(unsigned a_source) {
    struct kith_broker_config config = {
        .rng = rng, .stun_port = 3478, .signals_a_second = 50, .signals_burst = 200, .sessions_a_source = a_source};
    kith_sign_keypair_new(&config.keys, &rng);
    broker_key = config.keys.pub;
    return kith_broker_new(&config);
}

static void take(struct talker *k, const struct kith_muxrpc_event *e) {
    struct kith_buf *out = e->kind == KITH_RPC_END                                      ? &k->error
                           : e->req == k->stream && e->encoding == KITH_RPC_BINARY ? &k->binary
                           : e->req == k->stream                                        ? &k->json
                                                                                        : &k->answer;
    kith_buf_clear(out);
    kith_buf_put_bytes(out, e->kind == KITH_RPC_END ? e->error : e->body);
    k->items += out == &k->binary;
    k->notices += out == &k->json;
}

/* The broker's side is pulled and pushed until nothing moves. */
static void settle(struct kith_broker *b, struct talker *k, size_t count) {
    uint8_t bytes[4096];
    size_t len, used;
    struct talker *who;
    struct kith_muxrpc_event e;
    for (size_t i = 0; i < count; i++) {
        for (kith_muxrpc_send(k[i].rpc, bytes, sizeof bytes, &len); len && !k[i].closed;
             kith_muxrpc_send(k[i].rpc, bytes, sizeof bytes, &len)) {
            k[i].err = kith_broker_recv(k[i].session, bytes, len, t);
            if (k[i].err)
                k[i].closed = true;
        }
    }
    while ((who = kith_broker_writable(b))) {
        while ((len = kith_broker_pull(who->session, bytes, sizeof bytes, t))) {
            for (size_t at = 0; at < len; at += used) {
                CHECK(!kith_muxrpc_recv(who->rpc, bytes + at, len - at, &used));
                while (kith_muxrpc_next(who->rpc, &e))
                    take(who, &e);
            }
        }
    }
    while ((who = kith_broker_doomed(b)))
        who->closed = true;
    for (size_t i = 0; i < count; i++) {
        if (k[i].closed && k[i].session) {
            kith_broker_close(k[i].session);
            k[i].session = NULL;
        }
    }
}

static void call(struct kith_broker *b, struct talker *k, const char *name, struct kith_bytes args) {
    int32_t req;
    kith_buf_clear(&k->answer);
    kith_buf_clear(&k->error);
    CHECK(!kith_muxrpc_call(k->rpc, KITH_RPC_ASYNC, name, args, &req));
    settle(b, k, 1);
}

static void put_member(struct kith_buf *out, const char *name, const void *p, size_t len) {
    kith_buf_put_str(out, out->len ? ",\"" : "[{\"");
    kith_buf_put_str(out, name);
    kith_buf_put_str(out, "\":\"");
    kith_base64_put(out, kith_bytes(p, len));
    kith_buf_put_u8(out, '"');
}

static void subscribe(struct kith_broker *b, struct talker *k, const struct kith_keypair *address,
                      const struct kith_pubkey *broker) {
    struct kith_buf args = {0};
    struct kith_sig sig;
    kith_mailbox_prove(&sig, address, broker, &k->challenge);
    put_member(&args, "address", address->pub.b, 32);
    put_member(&args, "sig", sig.b, 64);
    kith_buf_put_str(&args, "}]");
    call(b, k, "subscribe", kith_buf_bytes(&args));
    kith_buf_wipe(&args);
}

static bool said(const struct kith_buf *b, const char *text) {
    return kith_bytes_is(kith_buf_bytes(b), text);
}

static void greet(struct kith_broker *b, struct talker *k) {
    struct kith_json doc = {0};
    size_t len;
    call(b, k, "hello", KITH_LIT("[]"));
    CHECK(!kith_json_parse(&doc, kith_buf_bytes(&k->answer), 64));
    CHECK(!kith_base64_parse(kith_json_str(&doc, kith_json_get(&doc, 0, "challenge")), k->challenge.b, 32, &len));
    kith_json_wipe(&doc);
}

static bool join(struct kith_broker *b, struct talker *k, uint8_t source) {
    *k = (struct talker){.rpc = kith_muxrpc_new()};
    k->session = kith_broker_open(b, k, &(struct kith_broker_source){{source}}, t);
    if (!k->session) {
        kith_muxrpc_free(k->rpc);
        return false;
    }
    kith_sign_keypair_new(&k->keys, &rng);
    return true;
}

/* Greets, proves its own key and opens the stream. */
static void meet(struct kith_broker *b, struct talker *k, uint8_t source) {
    CHECK(join(b, k, source));
    greet(b, k);
    subscribe(b, k, &k->keys, &broker_key);
    CHECK(said(&k->answer, "true"));
    CHECK(!kith_muxrpc_call(k->rpc, KITH_RPC_DUPLEX, "signals", KITH_LIT("[]"), &k->stream));
    settle(b, k, 1);
}

static void leave(struct talker *k) {
    if (k->session)
        kith_broker_close(k->session);
    kith_muxrpc_free(k->rpc);
    kith_buf_wipe(&k->answer);
    kith_buf_wipe(&k->error);
    kith_buf_wipe(&k->binary);
    kith_buf_wipe(&k->json);
}

static void send_to(struct kith_broker *b, struct talker *k, const struct kith_pubkey *to, size_t len, uint8_t fill) {
    static uint8_t item[32 + 9000];
    memcpy(item, to->b, 32);
    memset(item + 32, fill, len);
    kith_muxrpc_write(k->rpc, k->stream, KITH_RPC_BINARY, kith_bytes(item, 32 + len));
    settle(b, k, 1);
}

static void two_meet_by_address(void) {
    struct kith_broker *b = make(64);
    struct talker anna, ben, second;
    struct kith_keypair mailbox;
    meet(b, &anna, 1);
    meet(b, &ben, 2);
    meet(b, &second, 3);
    kith_sign_keypair_new(&mailbox, &rng);
    subscribe(b, &ben, &mailbox, &broker_key);
    CHECK(said(&ben.answer, "true"));

    send_to(b, &anna, &ben.keys.pub, 512, 7);
    CHECK(ben.items == 1 && ben.binary.len == 544 && !memcmp(ben.binary.p, ben.keys.pub.b, 32) && ben.binary.p[32] == 7);
    send_to(b, &anna, &mailbox.pub, 8192, 8);
    CHECK(ben.items == 2 && ben.binary.len == 8224 && !memcmp(ben.binary.p, mailbox.pub.b, 32));
    CHECK(!second.items && !anna.items && !anna.notices);
    subscribe(b, &second, &mailbox, &broker_key); /* both get it */
    send_to(b, &anna, &mailbox.pub, 2048, 9);
    CHECK(ben.items == 3 && second.items == 1);
    leave(&ben);
    send_to(b, &anna, &mailbox.pub, 512, 9);
    CHECK(second.items == 2 && !anna.notices);
    leave(&second);
    send_to(b, &anna, &mailbox.pub, 512, 9);
    CHECK(anna.notices == 1 && kith_bytes_starts(kith_buf_bytes(&anna.json), "{\"absent\":\""));
    CHECK(kith_broker_counts(b).relayed == 4 && kith_broker_counts(b).absent == 1);
    CHECK(kith_broker_counts(b).addresses_open == 1 && kith_broker_counts(b).sessions_open == 1);
    leave(&anna);
    CHECK(!kith_broker_counts(b).addresses_open);
    kith_broker_free(b);
}

static void only_the_owner_listens(void) {
    struct kith_broker *b = make(64);
    struct talker anna, eve;
    struct kith_keypair other;
    kith_sign_keypair_new(&other, &rng);
    meet(b, &anna, 1);
    CHECK(join(b, &eve, 2));
    subscribe(b, &eve, &eve.keys, &broker_key); /* before the challenge */
    CHECK(kith_bytes_starts(kith_buf_bytes(&eve.error), "proof"));
    greet(b, &eve);
    CHECK(memcmp(&eve.challenge, &anna.challenge, 32) != 0);
    eve.challenge = anna.challenge; /* what was signed on another connection */
    subscribe(b, &eve, &eve.keys, &broker_key);
    CHECK(kith_bytes_starts(kith_buf_bytes(&eve.error), "proof"));
    greet(b, &eve);
    subscribe(b, &eve, &eve.keys, &other.pub); /* for another broker */
    CHECK(kith_bytes_starts(kith_buf_bytes(&eve.error), "proof"));
    other.pub = anna.keys.pub; /* with another key */
    subscribe(b, &eve, &other, &broker_key);
    CHECK(kith_bytes_starts(kith_buf_bytes(&eve.error), "proof"));
    call(b, &eve, "present", KITH_LIT("[[]]"));
    CHECK(kith_bytes_starts(kith_buf_bytes(&eve.error), "denied"));
    call(b, &eve, "subscribe", KITH_LIT("[{\"address\":5}]"));
    CHECK(kith_bytes_starts(kith_buf_bytes(&eve.error), "arg"));
    call(b, &eve, "subscribe", KITH_LIT("[]"));
    CHECK(kith_bytes_starts(kith_buf_bytes(&eve.error), "arg"));
    CHECK(!kith_muxrpc_call(eve.rpc, KITH_RPC_DUPLEX, "signals", KITH_LIT("[]"), &eve.stream));
    settle(b, &eve, 1);
    CHECK(kith_bytes_starts(kith_buf_bytes(&eve.error), "denied"));
    CHECK(kith_broker_counts(b).proofs_bad == 4);
    call(b, &eve, "publish", KITH_LIT("[{}]"));
    CHECK(said(&eve.error, "method:publish is not in list of allowed methods"));
    leave(&anna);
    leave(&eve);
    kith_broker_free(b);
}

static void presence_is_answered(void) {
    struct kith_broker *b = make(64);
    struct talker anna, ben;
    struct kith_buf args = {0};
    meet(b, &anna, 1);
    meet(b, &ben, 2);
    kith_buf_put_str(&args, "[[\"");
    kith_base64_put(&args, kith_bytes(ben.keys.pub.b, 32));
    kith_buf_put_str(&args, "\",\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"x\",null]]");
    call(b, &anna, "present", kith_buf_bytes(&args));
    CHECK(said(&anna.answer, "[true,false,false,false]"));
    call(b, &anna, "present", KITH_LIT("[7]"));
    CHECK(kith_bytes_starts(kith_buf_bytes(&anna.error), "arg"));
    kith_buf_clear(&args);
    put_member(&args, "address", ben.keys.pub.b, 32);
    kith_buf_put_str(&args, "}]");
    call(b, &ben, "unsubscribe", kith_buf_bytes(&args));
    CHECK(said(&ben.answer, "true") && kith_broker_counts(b).addresses_open == 1);
    kith_buf_wipe(&args);
    leave(&anna);
    leave(&ben);
    kith_broker_free(b);
}

static void budgets_are_kept(void) {
    struct kith_broker *b = make(2);
    struct talker anna, ben, third;
    struct kith_keypair key;
    unsigned relayed;
    meet(b, &anna, 1);
    meet(b, &ben, 1);
    CHECK(!join(b, &third, 1) && kith_broker_counts(b).sessions_refused == 1);

    for (unsigned i = 0; i < 210; i++)
        send_to(b, &anna, &ben.keys.pub, 512, 1);
    CHECK(ben.items == 200 && anna.notices == 10);
    CHECK(kith_bytes_starts(kith_buf_bytes(&anna.json), "{\"refused\":\"budget\",\"to\":\""));
    t.now_ms += 100; /* fifty a second */
    for (unsigned i = 0; i < 6; i++)
        send_to(b, &anna, &ben.keys.pub, 512, 1);
    CHECK(ben.items == 205);
    for (unsigned i = 0; i < 250 && anna.session; i++)
        send_to(b, &anna, &ben.keys.pub, 512, 1);
    CHECK(!anna.session && kith_broker_counts(b).sessions_dropped == 1);
    relayed = ben.items;
    leave(&anna);

    meet(b, &anna, 1);
    send_to(b, &anna, &ben.keys.pub, 513, 1);
    CHECK(ben.items == relayed && kith_bytes_starts(kith_buf_bytes(&anna.json), "{\"refused\":\"size\""));
    kith_muxrpc_write(anna.rpc, anna.stream, KITH_RPC_JSON, KITH_LIT("{}"));
    settle(b, &anna, 1);
    CHECK(kith_broker_counts(b).refused_size == 2);
    for (unsigned i = 0; i < 15; i++) {
        t.now_ms += 200;
        kith_sign_keypair_new(&key, &rng);
        subscribe(b, &anna, &key, &broker_key);
        CHECK(said(&anna.answer, "true"));
    }
    kith_sign_keypair_new(&key, &rng);
    subscribe(b, &anna, &key, &broker_key);
    CHECK(kith_bytes_starts(kith_buf_bytes(&anna.error), "full"));
    for (unsigned i = 0; i < 60; i++)
        call(b, &anna, "hello", KITH_LIT("[]"));
    CHECK(kith_bytes_starts(kith_buf_bytes(&anna.error), "budget") && anna.session);
    leave(&anna);
    leave(&ben);
    kith_broker_free(b);
}

/* Who reads nothing gets no more than a cap, and is closed after a while; who proves nothing sooner. */
static void the_slow_are_left(void) {
    struct kith_broker *b = make(64);
    struct talker anna, ben, idle;
    struct kith_broker_session *deaf;
    static uint8_t item[32 + 8192];
    meet(b, &anna, 1);
    meet(b, &ben, 2);
    CHECK(join(b, &idle, 3));
    deaf = ben.session;
    memcpy(item, ben.keys.pub.b, 32);
    for (unsigned i = 0; i < 40; i++) {
        uint8_t bytes[16384];
        size_t len;
        kith_muxrpc_write(anna.rpc, anna.stream, KITH_RPC_BINARY, kith_bytes(item, sizeof item));
        kith_muxrpc_send(anna.rpc, bytes, sizeof bytes, &len);
        CHECK(!kith_broker_recv(anna.session, bytes, len, t));
    }
    CHECK(kith_broker_counts(b).relayed == 31 && kith_broker_counts(b).refused_slow == 9);
    t.now_ms += 9999;
    kith_broker_tick(b, t);
    CHECK(!kith_broker_doomed(b));
    t.now_ms += 1;
    kith_broker_tick(b, t);
    CHECK(kith_broker_doomed(b) == &idle && !kith_broker_doomed(b));
    t.now_ms += 60000;
    (void)!kith_broker_pull(anna.session, item, sizeof item, t);
    kith_broker_tick(b, t);
    CHECK(kith_broker_doomed(b) == &ben && ben.session == deaf);
    leave(&anna);
    leave(&ben);
    leave(&idle);
    kith_broker_free(b);
}

static void what_is_no_muxrpc_ends_it(void) {
    static const struct {
        const char *bytes;
        size_t len;
    } rows[] = {
        {"\x0a\0\0\x60\x01\0\0\0\1", 9},  /* 24 KiB and one byte */
        {"\x03\0\0\0\2\0\0\0\1{}", 11},   /* an encoding that there is not */
        {"\x02\0\0\0\2\0\0\0\1{]", 11},   /* no JSON */
        {"\x02\0\0\0\2\x80\0\0\0{}", 11}, /* a number without a negative */
    };
    struct kith_broker *b = make(64);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct talker k;
        CHECK(join(b, &k, 1));
        CHECK(kith_err_is_peer(kith_broker_recv(k.session, (const uint8_t *)rows[i].bytes, rows[i].len, t)));
        leave(&k);
    }
    kith_broker_free(b);
}

static void draining_says_goodbye(void) {
    struct kith_broker *b = make(64);
    struct talker anna, ben;
    meet(b, &anna, 1);
    kith_broker_drain(b, t);
    settle(b, &anna, 1);
    CHECK(kith_bytes_starts(kith_buf_bytes(&anna.error), "unexpected end"));
    CHECK(!join(b, &ben, 2));
    leave(&anna);
    kith_broker_free(b);
}

static void no_credential(void *ctx, struct kith_bytes user, char out[29]) {
    (void)ctx, (void)user;
    strcpy(out, "c");
}

/* A page that stays connected for days needs a credential for each call. */
static void turn_is_counted_by_the_hour(void) {
    struct kith_broker_config config = {.rng = rng, .signals_a_second = 50, .signals_burst = 200, .sessions_a_source = 64,
                                        .turn_urls = "[\"turn:t\"]", .turn_credential = no_credential};
    struct kith_broker *b;
    struct talker anna;
    kith_sign_keypair_new(&config.keys, &rng);
    broker_key = config.keys.pub;
    b = kith_broker_new(&config);
    meet(b, &anna, 1);
    for (int hour = 0; hour < 3; hour++) {
        for (int i = 0; i < 10; i++) {
            call(b, &anna, "turn", KITH_LIT("[]"));
            CHECK(kith_bytes_starts(kith_buf_bytes(&anna.answer), "{\"urls\""));
        }
        call(b, &anna, "turn", KITH_LIT("[]"));
        CHECK(kith_bytes_starts(kith_buf_bytes(&anna.error), "budget"));
        t.now_ms += 3600000;
    }
    leave(&anna);
    kith_broker_free(b);
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    two_meet_by_address();
    only_the_owner_listens();
    presence_is_answered();
    budgets_are_kept();
    the_slow_are_left();
    what_is_no_muxrpc_ends_it();
    draining_says_goodbye();
    turn_is_counted_by_the_hour();
    return check_done();
}
