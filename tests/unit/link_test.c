/* SPDX-License-Identifier: MIT */
/* link_test.c: two links talk, close and go wrong. */
#include "crypto/crypto.h"

#include "check.h"
#include "pair.h"

static const size_t chunks[] = {1, 7, 33, 34, 35, 64, 1000, 4095, 4129, 4130, 4131, 10000, 100000};

#define EACH_CHUNK(i) for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++)

/* Echoes calls and items. */
static void answer(struct pair_end *x, const struct kith_muxrpc_event *e) {
    struct kith_muxrpc *m = kith_link_rpc(x->link);
    if (e->kind == KITH_RPC_CALL && e->type == KITH_RPC_ASYNC)
        kith_muxrpc_reply(m, e->req, e->name.len ? KITH_LIT("\"yes\"") : KITH_LIT("0"));
    else if (e->kind == KITH_RPC_DATA)
        kith_muxrpc_write(m, e->req, e->encoding, e->body);
    else if (e->kind == KITH_RPC_END)
        kith_muxrpc_end(m, e->req, NULL);
}

static void links_talk_in_chunks_of_any_size(void) {
    EACH_CHUNK(i) {
        struct pair p;
        int32_t req;
        pair_init(&p, chunks[i], false);
        pair_start(&p);
        CHECK(kith_link_rpc(p.a.link) == NULL);
        pair_run(&p);
        CHECK_HEARD(p.a, "open\n");
        CHECK_HEARD(p.b, "ask\nopen\n");
        CHECK(kith_pubkey_eq(&p.a.last.peer, &p.answer.keys.pub));
        CHECK(kith_pubkey_eq(&p.b.last.peer, &p.dial.keys.pub));
        kith_buf_clear(&p.a.heard);
        p.b.on_rpc = answer;
        CHECK(kith_muxrpc_call(kith_link_rpc(p.a.link), KITH_RPC_ASYNC, "who.ami", KITH_LIT("[]"),
                               &req) == 0);
        CHECK(kith_muxrpc_call(kith_link_rpc(p.a.link), KITH_RPC_DUPLEX, "echo", KITH_LIT("[1]"),
                               &req) == 0);
        kith_muxrpc_write(kith_link_rpc(p.a.link), req, KITH_RPC_JSON, KITH_LIT("{\"a\":1}"));
        kith_muxrpc_write(kith_link_rpc(p.a.link), req, KITH_RPC_UTF8, KITH_LIT("text"));
        kith_muxrpc_write(kith_link_rpc(p.a.link), req, KITH_RPC_UTF8, KITH_LIT(""));
        pair_run(&p);
        CHECK_HEARD(p.a, "data yes\ndata {\"a\":1}\ndata text\n");
        kith_muxrpc_end(kith_link_rpc(p.a.link), req, NULL);
        kith_buf_clear(&p.a.heard);
        pair_run(&p);
        CHECK_HEARD(p.a, "end\n");
        CHECK(kith_muxrpc_is_idle(kith_link_rpc(p.a.link)) &&
              kith_muxrpc_is_idle(kith_link_rpc(p.b.link)));
        CHECK(kith_link_bytes_in(p.a.link) == kith_link_bytes_out(p.b.link));
        CHECK(kith_link_bytes_out(p.a.link) == kith_link_bytes_in(p.b.link));
        pair_wipe(&p);
    }
}

/* Two megabytes in one item, both ways at once. */
static void a_large_item_arrives_whole(void) {
    struct kith_buf big = {0};
    struct pair p;
    int32_t req;
    kith_buf_reserve(&big, 2 << 20);
    for (size_t i = 0; i < 2 << 20; i++)
        kith_buf_put_u8(&big, (uint8_t)(i * 31 >> 3));
    pair_init(&p, 5000, false);
    pair_start(&p);
    pair_run(&p);
    kith_buf_clear(&p.a.heard);
    p.b.on_rpc = answer;
    CHECK(kith_muxrpc_call(kith_link_rpc(p.a.link), KITH_RPC_DUPLEX, "echo", KITH_LIT("[]"),
                           &req) == 0);
    kith_muxrpc_write(kith_link_rpc(p.a.link), req, KITH_RPC_BINARY, kith_buf_bytes(&big));
    pair_run(&p);
    CHECK(p.a.heard.len == big.len + 6 && memcmp(p.a.heard.p + 5, big.p, big.len) == 0);
    kith_buf_wipe(&big);
    pair_wipe(&p);
}

static void both_sides_close_after_a_goodbye(void) {
    for (int who = 0; who < 6; who++) {
        bool plain = who >= 3;
        EACH_CHUNK(i) {
            struct pair p;
            int32_t req;
            pair_init(&p, chunks[i], plain);
            pair_start(&p);
            pair_run(&p);
            CHECK(kith_muxrpc_call(kith_link_rpc(p.a.link), KITH_RPC_DUPLEX, "echo", KITH_LIT("[]"),
                                   &req) == 0);
            pair_run(&p);
            kith_buf_clear(&p.a.heard);
            kith_buf_clear(&p.b.heard);
            if (who % 3 != 1)
                kith_link_close(p.a.link, p.now_ms);
            if (who % 3 != 0)
                kith_link_close(p.b.link, p.now_ms);
            pair_run(&p);
            CHECK(p.a.closed && p.b.closed && !p.a.err && !p.b.err);
            if (who % 3 == 0) {
                CHECK_HEARD(p.b, "end unexpected end of parent stream\ngoodbye\nclosed\n");
                CHECK_HEARD(p.a, "goodbye\nclosed\n");
            }
            CHECK(kith_link_deadline(p.a.link) == UINT64_MAX);
            kith_link_eof(p.a.link);
            pair_take(&p.a);
            CHECK(!p.a.err);
            pair_wipe(&p);
        }
    }
}

static void a_key_that_is_not_admitted_hears_nothing(void) {
    struct pair p;
    pair_init(&p, 1000, false);
    p.b.refuse = true;
    pair_start(&p);
    pair_run(&p);
    CHECK(p.b.closed && p.b.err == KITH_ERR_DENIED);
    CHECK(kith_link_bytes_out(p.b.link) == 64);
    CHECK(!p.a.closed);
    kith_link_eof(p.a.link);
    pair_take(&p.a);
    CHECK(p.a.err == KITH_ERR_HANGUP && !p.a.open);
    CHECK(kith_link_rpc(p.a.link) == NULL && kith_link_rpc(p.b.link) == NULL);
    pair_wipe(&p);
}

static void wrong_keys_do_not_open(void) {
    for (int what = 0; what < 2; what++) {
        struct pair p;
        pair_init(&p, 1000, false);
        if (what)
            p.dial.peer = p.dial.keys.pub;
        else
            p.dial.cap.b[31] ^= 1;
        pair_start(&p);
        pair_run(&p);
        CHECK(p.b.closed && p.b.err == KITH_ERR_CRYPTO);
        CHECK(!p.a.open && !p.b.open);
        pair_wipe(&p);
    }
}

static void deadlines_close(void) {
    struct pair p;
    pair_init(&p, 1000, false);
    pair_start(&p);
    CHECK(kith_link_deadline(p.a.link) == 1000 + KITH_LINK_HANDSHAKE_MS);
    CHECK(kith_link_tick(p.a.link, 1000 + KITH_LINK_HANDSHAKE_MS - 1) == KITH_OK);
    CHECK(kith_link_tick(p.a.link, 1000 + KITH_LINK_HANDSHAKE_MS) == KITH_ERR_NET);
    pair_take(&p.a);
    CHECK_HEARD(p.a, "closed the handshake took too long\n");
    pair_wipe(&p);

    pair_init(&p, 1000, false);
    pair_start(&p);
    p.now_ms = 5000;
    pair_run(&p);
    CHECK(kith_link_deadline(p.a.link) == 5000 + KITH_LINK_IDLE_MS);
    CHECK(kith_link_tick(p.a.link, 5000 + KITH_LINK_IDLE_MS) == KITH_ERR_NET);
    kith_link_close(p.b.link, 6000);
    CHECK(kith_link_deadline(p.b.link) == 6000 + KITH_LINK_CLOSE_MS);
    CHECK(kith_link_tick(p.b.link, 6000 + KITH_LINK_CLOSE_MS) == KITH_ERR_NET);
    pair_take(&p.b);
    CHECK_HEARD(p.b, "ask\nopen\nclosed the goodbye was not answered\n");
    pair_wipe(&p);
}

static void an_end_without_goodbye_is_an_error(void) {
    for (int plain = 0; plain < 2; plain++) {
        struct pair p;
        pair_init(&p, 1000, plain);
        pair_start(&p);
        pair_run(&p);
        kith_link_eof(p.b.link);
        pair_take(&p.b);
        CHECK(p.b.err == KITH_ERR_HANGUP);
        CHECK(kith_link_rpc(p.b.link) != NULL);
        pair_wipe(&p);
    }
}

/* The answering side closed its half after our goodbye came: ours still goes out. */
static void a_half_closed_pipe_still_gets_our_goodbye(void) {
    struct pair p;
    pair_init(&p, 1000, false);
    pair_start(&p);
    pair_run(&p);
    kith_link_close(p.a.link, p.now_ms);
    CHECK(pair_move(&p, &p.a, &p.b));
    kith_link_eof(p.b.link);
    pair_take(&p.b);
    CHECK(!p.b.closed);
    CHECK(pair_move(&p, &p.b, &p.a));
    pair_take(&p.b);
    CHECK(p.b.closed && !p.b.err && p.a.closed && !p.a.err);
    pair_wipe(&p);
}

static void damage_closes_at_once(void) {
    struct pair p;
    uint8_t bytes[200];
    size_t len, used;
    int32_t req;
    pair_init(&p, 1000, false);
    pair_start(&p);
    pair_run(&p);
    CHECK(kith_muxrpc_call(kith_link_rpc(p.a.link), KITH_RPC_ASYNC, "whoami", KITH_LIT("[]"),
                           &req) == 0);
    CHECK(kith_link_send(p.a.link, bytes, sizeof bytes, &len, 1) == 0 && len > 34);
    bytes[len - 1] ^= 1;
    CHECK(kith_link_recv(p.b.link, bytes, len, &used, 1) == KITH_ERR_CRYPTO);
    CHECK(kith_link_send(p.b.link, bytes, sizeof bytes, &len, 1) == KITH_ERR_CRYPTO && len == 0);
    pair_take(&p.b);
    CHECK_HEARD(p.b, "ask\nopen\nclosed the encrypted stream was damaged\n");
    pair_wipe(&p);
}

/* A plain link whose peer sends nonsense, or too much. */
static void broken_frames_close(void) {
    static const uint8_t bad[][10] = {
        {2, 1, 0, 0, 0, 0, 0, 0, 1},         /* 16 MiB */
        {3, 0, 0, 0, 1, 0, 0, 0, 1, 'x'},    /* encoding 3 */
        {2, 0, 0, 0, 1, 0, 0, 0, 1, '{'},    /* no JSON */
        {2, 0, 0, 0, 1, 0x80, 0, 0, 0, '1'}, /* a number without a negative */
    };
    for (size_t i = 0; i < 4; i++) {
        struct pair p;
        size_t used;
        pair_init(&p, 1000, true);
        pair_start(&p);
        pair_run(&p);
        CHECK(kith_err_is_peer(kith_link_recv(p.b.link, bad[i], sizeof bad[i], &used, 1)));
        pair_take(&p.b);
        CHECK(p.b.closed && kith_err_is_peer(p.b.err));
        pair_wipe(&p);
    }
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    links_talk_in_chunks_of_any_size();
    a_large_item_arrives_whole();
    both_sides_close_after_a_goodbye();
    a_key_that_is_not_admitted_hears_nothing();
    wrong_keys_do_not_open();
    deadlines_close();
    an_end_without_goodbye_is_an_error();
    a_half_closed_pipe_still_gets_our_goodbye();
    damage_closes_at_once();
    broken_frames_close();
    return check_done();
}
