/* SPDX-License-Identifier: MIT */
/* handshake_test.c: 40 transcripts of the JavaScript reference, every byte of them flipped, and the
 * points of small order. */
#include "wire/handshake.h"

#include "vector.h"

struct transcript {
    struct kith_symkey cap;
    struct kith_keypair client, server;
    struct kith_dhsec client_eph, server_eph;
    struct kith_bytes msg[4];
    struct kith_handshake_session session; /* of the client */
};

static struct kith_bytes field(const struct kith_json *doc, uint32_t n, const char *name) {
    return vector_hex(vector_str(doc, n, name));
}

static void copy_field(void *out, size_t len, const struct kith_json *doc, uint32_t n,
                       const char *name) {
    struct kith_bytes b = field(doc, n, name);
    CHECK_ROW(b.len == len, name);
    if (b.len == len)
        memcpy(out, b.p, len);
}

static struct transcript read_transcript(const struct kith_json *doc, uint32_t n) {
    struct transcript t;
    copy_field(t.cap.b, 32, doc, n, "app_key");
    copy_field(t.client.sec.b, 64, doc, n, "client_longterm_sk");
    copy_field(t.client.pub.b, 32, doc, n, "client_longterm_pk");
    copy_field(t.server.sec.b, 64, doc, n, "server_longterm_sk");
    copy_field(t.server.pub.b, 32, doc, n, "server_longterm_pk");
    copy_field(t.client_eph.b, 32, doc, n, "client_ephemeral_sk");
    copy_field(t.server_eph.b, 32, doc, n, "server_ephemeral_sk");
    copy_field(t.session.out_key.b, 32, doc, n, "client_encrypt_key");
    copy_field(t.session.out_nonce.b, 24, doc, n, "client_encrypt_nonce");
    copy_field(t.session.in_key.b, 32, doc, n, "client_decrypt_key");
    copy_field(t.session.in_nonce.b, 24, doc, n, "client_decrypt_nonce");
    t.msg[0] = field(doc, n, "msg1");
    t.msg[1] = field(doc, n, "msg2");
    t.msg[2] = field(doc, n, "msg3");
    t.msg[3] = field(doc, n, "msg4");
    return t;
}

static void start(const struct transcript *t, struct kith_handshake *client,
                  struct kith_handshake *server) {
    kith_handshake_dial(client, &t->cap, &t->client, &t->server.pub, &t->client_eph);
    kith_handshake_answer(server, &t->cap, &t->server, &t->server_eph);
}

static struct kith_bytes sent(struct kith_handshake *h) {
    static uint8_t out[200];
    size_t len;
    kith_handshake_send(h, out, sizeof out, &len);
    return kith_bytes(out, len);
}

static int give(struct kith_handshake *h, struct kith_bytes in) {
    size_t used;
    int err = kith_handshake_recv(h, in.p, in.len, &used);
    CHECK(err || used == in.len);
    return err;
}

static bool same_session(const struct kith_handshake_session *a,
                         const struct kith_handshake_session *b) {
    return memcmp(a->out_key.b, b->out_key.b, 32) == 0 &&
           memcmp(a->in_key.b, b->in_key.b, 32) == 0 &&
           memcmp(a->out_nonce.b, b->out_nonce.b, 24) == 0 &&
           memcmp(a->in_nonce.b, b->in_nonce.b, 24) == 0;
}

static void transcripts_are_the_same_byte_for_byte(const struct kith_json *doc) {
    int count = 0;
    VECTOR_EACH(doc, n, 0) {
        struct transcript t = read_transcript(doc, n);
        struct kith_handshake c, s;
        struct kith_handshake_session client, server, turned;
        start(&t, &c, &s);
        CHECK(kith_bytes_eq(sent(&c), t.msg[0]) && sent(&s).len == 0);
        CHECK(give(&s, t.msg[0]) == KITH_OK);
        CHECK(kith_bytes_eq(sent(&s), t.msg[1]));
        CHECK(give(&c, t.msg[1]) == KITH_OK);
        CHECK(kith_bytes_eq(sent(&c), t.msg[2]));
        CHECK(give(&s, t.msg[2]) == KITH_OK);
        CHECK(s.step == KITH_HANDSHAKE_WAITS && kith_pubkey_eq(&s.peer, &t.client.pub) &&
              sent(&s).len == 0);
        CHECK(kith_handshake_admit(&s, true) == KITH_OK && !kith_handshake_is_done(&s));
        CHECK(kith_bytes_eq(sent(&s), t.msg[3]) && kith_handshake_is_done(&s));
        CHECK(give(&c, t.msg[3]) == KITH_OK && kith_handshake_is_done(&c));
        kith_handshake_get(&c, &client);
        kith_handshake_get(&s, &server);
        turned = (struct kith_handshake_session){server.in_key, server.out_key, server.in_nonce,
                                                 server.out_nonce};
        CHECK(same_session(&client, &t.session) && same_session(&turned, &t.session));
        count++;
    }
    CHECK(count == 40);
}

/* One byte at a time, and both messages' surplus is left alone. */
static void pieces_of_any_size_do(const struct transcript *t) {
    struct kith_handshake c, s;
    size_t used;
    start(t, &c, &s);
    sent(&c);
    for (size_t i = 0; i < 64; i++)
        CHECK(give(&s, kith_bytes(t->msg[0].p + i, 1)) == KITH_OK);
    for (size_t i = 0; i < 64; i++) {
        uint8_t b;
        size_t len;
        kith_handshake_send(&s, &b, 1, &len);
        CHECK(len == 1 && give(&c, kith_bytes(&b, 1)) == KITH_OK);
    }
    uint8_t more[113];
    memcpy(more, t->msg[2].p, 112);
    CHECK(kith_handshake_recv(&s, more, sizeof more, &used) == KITH_OK && used == 112);
    CHECK(kith_handshake_recv(&s, more + 112, 1, &used) == KITH_OK && used == 0);
    CHECK(kith_handshake_admit(&s, true) == KITH_OK);
    CHECK(kith_handshake_recv(&s, more + 112, 1, &used) == KITH_OK && used == 0);
}

/* Runs up to message `at`, with byte `byte` of it changed. True if the receiver accepted it. */
static bool accepts_flipped(const struct transcript *t, size_t at, size_t byte, uint8_t flip) {
    struct kith_handshake c, s, *to = at % 2 ? &c : &s;
    uint8_t msg[112];
    size_t used;
    int err;
    start(t, &c, &s);
    sent(&c);
    for (size_t i = 0; i < at; i++) {
        CHECK(give(i % 2 ? &c : &s, t->msg[i]) == KITH_OK);
        sent(i % 2 ? &c : &s);
    }
    memcpy(msg, t->msg[at].p, t->msg[at].len);
    msg[byte] ^= flip;
    err = kith_handshake_recv(to, msg, t->msg[at].len, &used);
    if (err) {
        static const struct kith_symkey zeros;
        CHECK(err == KITH_ERR_CRYPTO && to->step == KITH_HANDSHAKE_FAILED && sent(to).len == 0);
        CHECK(kith_handshake_recv(to, msg, 1, &used) == KITH_ERR_CRYPTO);
        CHECK(kith_handshake_admit(to, true) == KITH_ERR_CRYPTO && sent(to).len == 0);
        CHECK(memcmp(&to->ab, &zeros, 32) == 0 && memcmp(to->keys.sec.b, &zeros, 32) == 0);
    }
    return !err;
}

static void no_flipped_byte_is_accepted(const struct transcript *t) {
    for (size_t at = 0; at < 4; at++) {
        for (size_t byte = 0; byte < t->msg[at].len; byte++) {
            CHECK(!accepts_flipped(t, at, byte, 0x01));
            CHECK(!accepts_flipped(t, at, byte, 0x80));
        }
    }
}

/* RFC 7748 and "May the Fourth Be With You" (Cremers, Jackson 2019): all encodings of points whose
 * order divides 8, with and without the ignored top bit. A hello with one of them has a good hmac.
 */
static const char *const small_order[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

static void points_of_small_order_are_refused(const struct transcript *t) {
    for (size_t i = 0; i < 14; i++) {
        struct kith_handshake c, s;
        struct kith_bytes point = vector_hex(kith_bytes_str(small_order[i / 2]));
        struct kith_auth hmac;
        uint8_t hello[64];
        size_t used;
        memcpy(hello + 32, point.p, 32);
        hello[63] = (uint8_t)(hello[63] | (i % 2) << 7);
        kith_auth_make(&hmac, kith_bytes(hello + 32, 32), &t->cap);
        memcpy(hello, hmac.b, 32);
        start(t, &c, &s);
        sent(&c);
        CHECK_ROW(kith_handshake_recv(&s, hello, 64, &used) == KITH_ERR_CRYPTO, small_order[i / 2]);
        CHECK_ROW(kith_handshake_recv(&c, hello, 64, &used) == KITH_ERR_CRYPTO, small_order[i / 2]);
        CHECK(sent(&c).len == 0 && sent(&s).len == 0);
    }
}

/* A peer's long-term key can be of small order or no point at all: we dial it in vain. */
static void bad_long_term_keys_are_refused(const struct transcript *t) {
    static const char *const bad[] = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "0200000000000000000000000000000000000000000000000000000000000000",
    };
    for (size_t i = 0; i < 4; i++) {
        struct kith_handshake c;
        struct kith_pubkey peer;
        size_t used;
        memcpy(peer.b, vector_hex(kith_bytes_str(bad[i])).p, 32);
        kith_handshake_dial(&c, &t->cap, &t->client, &peer, &t->client_eph);
        sent(&c);
        CHECK_ROW(kith_handshake_recv(&c, t->msg[1].p, 64, &used) == KITH_ERR_CRYPTO, bad[i]);
    }
}

/* The key that seals message 3 (two secrets) or 4 (three), made from what a side knows. */
static struct kith_symkey box_key(const struct kith_handshake *h, bool three) {
    uint8_t text[128];
    struct kith_hash hash;
    struct kith_symkey key;
    memcpy(text, h->cap.b, 32);
    memcpy(text + 32, h->ab.b, 32);
    memcpy(text + 64, h->aB.b, 32);
    memcpy(text + 96, h->Ab.b, 32);
    kith_sha256(&hash, kith_bytes(text, three ? 128 : 96));
    memcpy(key.b, hash.b, 32);
    return key;
}

/* A seal proves little: whoever knows the secrets could make it. The signature inside must count.
 */
static void a_good_seal_on_a_bad_signature_is_refused(const struct transcript *t) {
    static const struct kith_nonce zeros;
    for (size_t bend = 0; bend < 97; bend++) { /* 96: nothing is bent, and it is accepted */
        struct kith_handshake c, s;
        struct kith_symkey key;
        uint8_t text[96], box[112];
        size_t used;
        start(t, &c, &s);
        sent(&c);
        CHECK(give(&s, t->msg[0]) == KITH_OK && give(&c, t->msg[1]) == KITH_OK);
        sent(&s);
        sent(&c);
        key = box_key(&s, false);
        CHECK(kith_secretbox_open(text, t->msg[2], &zeros, &key) == KITH_OK);
        if (bend < 96)
            text[bend] ^= 1;
        kith_secretbox_seal(box, kith_bytes(text, 96), &zeros, &key);
        int err = kith_handshake_recv(&s, box, 112, &used);
        CHECK(err == (bend < 96 ? KITH_ERR_CRYPTO : KITH_OK));
        key = box_key(&c, true);
        CHECK(kith_secretbox_open(text, t->msg[3], &zeros, &key) == KITH_OK);
        if (bend < 64)
            text[bend] ^= 1;
        kith_secretbox_seal(box, kith_bytes(text, 64), &zeros, &key);
        err = kith_handshake_recv(&c, box, 80, &used);
        CHECK(err == (bend < 64 ? KITH_ERR_CRYPTO : KITH_OK));
    }
}

static void who_is_not_admitted_gets_nothing(const struct transcript *t) {
    struct kith_handshake c, s;
    start(t, &c, &s);
    CHECK(kith_handshake_admit(&s, true) == KITH_ERR_CRYPTO); /* too early */
    start(t, &c, &s);
    CHECK(give(&s, t->msg[0]) == KITH_OK);
    sent(&s);
    CHECK(give(&s, t->msg[2]) == KITH_OK);
    CHECK(kith_handshake_admit(&s, false) == KITH_ERR_CRYPTO);
    CHECK(sent(&s).len == 0 && s.step == KITH_HANDSHAKE_FAILED);
}

static void a_message_before_ours_is_refused(const struct transcript *t) {
    struct kith_handshake c, s;
    size_t used;
    start(t, &c, &s);
    CHECK(kith_handshake_recv(&c, t->msg[1].p, 1, &used) == KITH_ERR_CRYPTO);
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    struct kith_json doc = vector_file("generated/shs-transcripts.json");
    struct transcript t = read_transcript(&doc, kith_json_first(&doc, 0));
    transcripts_are_the_same_byte_for_byte(&doc);
    pieces_of_any_size_do(&t);
    no_flipped_byte_is_accepted(&t);
    points_of_small_order_are_refused(&t);
    bad_long_term_keys_are_refused(&t);
    a_good_seal_on_a_bad_signature_is_refused(&t);
    who_is_not_admitted_gets_nothing(&t);
    a_message_before_ours_is_refused(&t);
    return check_done();
}
