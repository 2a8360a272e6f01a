/* SPDX-License-Identifier: MIT */
/* Two sessions of a broker: one listens, the other says what the input says, with its proof filled in where it
 * would be too much to ask of a fuzzer. Steps: 0 raw bytes, 1 a frame of muxrpc, 2 a whole signal, 3 time, 4 a request about
 * an inbox: with a proof and a good path, unless its flags say otherwise. */
#include <stdlib.h>

#include "base/base64.h"
#include "../tests/unit/memory_inboxes.h"
#include "broker/broker.h"
#include "broker/inboxes.h"
#include "wire/frame.h"
#include "wire/inbox_proof.h"
#include "wire/mailbox.h"

static void fill(void *ctx, uint8_t *out, size_t len) {
    uint8_t *n = ctx;
    memset(out, ++*n, len);
}

static struct kith_broker *b;
static struct kith_broker_time t;

static void pull(struct kith_broker_session *s) {
    uint8_t out[65536];
    while (kith_broker_pull(s, out, sizeof out, t))
        ;
}

static bool say(struct kith_broker_session *s, uint8_t flags, int32_t req, struct kith_bytes body) {
    uint8_t bytes[KITH_FRAME_HEADER_LEN + 32 + 8192];
    struct kith_frame f = {.flags = flags, .req = req, .len = (uint32_t)body.len};
    kith_frame_write(bytes, &f);
    memcpy(bytes + KITH_FRAME_HEADER_LEN, body.p ? body.p : bytes, body.len);
    return !kith_broker_recv(s, bytes, KITH_FRAME_HEADER_LEN + body.len, t);
}

static bool listen_at(struct kith_broker_session *s, const struct kith_keypair *keys, const struct kith_pubkey *broker,
                      uint8_t challenge) {
    struct kith_challenge c;
    struct kith_buf args = {0};
    struct kith_sig sig;
    bool good;
    memset(c.b, challenge, sizeof c.b);
    kith_mailbox_prove(&sig, keys, broker, &c);
    kith_buf_put_str(&args, "{\"name\":[\"subscribe\"],\"args\":[{\"address\":\"");
    kith_base64_put(&args, kith_bytes(keys->pub.b, 32));
    kith_buf_put_str(&args, "\",\"sig\":\"");
    kith_base64_put(&args, kith_bytes(sig.b, 64));
    kith_buf_put_str(&args, "\"}]}");
    good = say(s, 2, 1, KITH_LIT("{\"name\":[\"hello\"],\"args\":[]}")) && say(s, 2, 2, kith_buf_bytes(&args)) &&
           say(s, 10, 3, KITH_LIT("{\"name\":[\"signals\"],\"args\":[],\"type\":\"duplex\"}"));
    kith_buf_wipe(&args);
    return good;
}

static struct memory_inboxes memory;

/* Flags: bits 0 and 1 the method, 2 the file that is there, 3 the path and 4 the proof as the input has them. */
static void visit(uint8_t flags, const struct kith_keypair *keys, struct kith_bytes body) {
    static const char *const methods[] = {"POST", "PUT", "GET", "DELETE"};
    struct kith_inbox_answer a = {0};
    struct kith_buf path = {0};
    char name[KITH_INBOX_NAME_LEN + 1], proof[KITH_INBOX_PROOF_MAX], *text;
    struct kith_inbox_request q = {.method = kith_bytes_str(methods[flags & 3]), .body = body, .source = {{flags}}};
    kith_inbox_name(name, &keys->pub);
    kith_buf_put_str(&path, "/inbox/");
    if (flags & 8)
        kith_buf_put_bytes(&path, body);
    else
        kith_buf_put_str(&path, name);
    if (flags & 4 && memory.packet_count) {
        kith_buf_put_u8(&path, '/');
        for (int shift = 60; shift >= 0; shift -= 4)
            kith_buf_put_u8(&path, (uint8_t)"0123456789abcdef"[memory.packets[0].file >> shift & 15]);
    }
    text = kith_strdup(kith_buf_bytes(&path));
    kith_inbox_prove(proof, keys, methods[flags & 3], text, t.wall_ms);
    q.path = kith_buf_bytes(&path);
    q.authorization = flags & 16 ? body : kith_bytes_str(proof);
    if (kith_broker_inbox(b, &q, &a, t) && (a.status < 200 || a.status > 507))
        abort();
    kith_buf_wipe(&a.body);
    kith_buf_wipe(&path);
    kith_free(text);
}

static bool step(struct kith_broker_session *s, struct kith_reader *r, const struct kith_keypair *keys) {
    const struct kith_pubkey *to = &keys->pub;
    uint8_t what = kith_read_u8(r), flags = kith_read_u8(r);
    uint16_t len = kith_read_u16le(r);
    uint8_t item[32 + 8192] = {0};
    struct kith_bytes body = kith_read_bytes(r, len % 1024 < kith_read_left(r) ? len % 1024 : kith_read_left(r));
    switch (what % 5) {
    case 0:
        return !kith_broker_recv(s, body.p, body.len, t);
    case 1:
        return say(s, flags & 15, (int32_t)(len >> 10) - 4, body);
    case 2:
        memcpy(item, to->b, 32);
        memcpy(item + 32, body.p ? body.p : item, body.len);
        return say(s, 8, 3, kith_bytes(item, 32 + (flags & 1 ? 512u : flags & 2 ? 8192u : body.len)));
    case 3:
        visit(flags, keys, body);
        return true;
    default:
        t.now_ms += len;
        t.wall_ms += (uint64_t)len << 14;
        kith_broker_tick(b, t);
        return true;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static bool ready;
    uint8_t n = 0;
    struct kith_broker_config config = {.rng = {fill, &n}, .stun_port = 1, .signals_a_second = 50, .signals_burst = 200,
                                        .sessions_a_source = 2};
    struct kith_broker_store store = memory_store(&memory);
    struct kith_reader r = kith_reader(kith_bytes(data, size));
    struct kith_broker_source source = {{1}};
    struct kith_broker_session *one, *two;
    struct kith_keypair keys, other;
    if (!ready && kith_crypto_init())
        abort();
    ready = true;
    kith_sign_keypair_new(&config.keys, &config.rng);
    kith_sign_keypair_new(&keys, &config.rng);
    kith_sign_keypair_new(&other, &config.rng);
    t = (struct kith_broker_time){1000, 1000};
    config.store = size && data[0] & 64 ? &store : NULL;
    config.inbox_quota = 3000;
    config.inbox_days = 1;
    b = kith_broker_new(&config);
    one = kith_broker_open(b, &one, &source, t);
    two = kith_broker_open(b, &two, &source, t);
    if (!one || !two || kith_broker_open(b, NULL, &source, t))
        abort();
    if (!listen_at(one, &keys, &config.keys.pub, (uint8_t)(n + 1)))
        abort();
    if (size && data[0] & 128 && !listen_at(two, &other, &config.keys.pub, (uint8_t)(n + 1)))
        abort();
    while (!r.err && kith_read_left(&r) && step(two, &r, &keys)) {
        if (kith_read_left(&r) % 7 == 0)
            pull(one);
        pull(two);
        while (kith_broker_writable(b))
            ;
        while (kith_broker_doomed(b))
            ;
    }
    if (kith_read_left(&r) % 2)
        kith_broker_close(one);
    kith_broker_drain(b, t);
    kith_broker_free(b);
    memory_wipe(&memory);
    return 0;
}
