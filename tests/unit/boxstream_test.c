/* SPDX-License-Identifier: MIT */
/* boxstream_test.c: sessions of the JavaScript reference, written and read in pieces, cut and bent.
 */
#include "wire/boxstream.h"

#include "vector.h"

struct session {
    struct kith_boxstream box;
    struct kith_buf text;
    int err;
};

static void open_session(struct session *s, const struct kith_symkey *key,
                         const struct kith_nonce *nonce) {
    struct kith_handshake_session keys = {*key, *key, *nonce, *nonce};
    memset(s, 0, sizeof *s);
    kith_boxstream_init(&s->box, &keys);
}

static void give(struct session *s, struct kith_bytes in) {
    uint8_t text[KITH_BOX_MAX_BODY];
    size_t at = 0, used, len;
    while (at < in.len && !s->err && !s->box.in_ended) {
        s->err = kith_boxstream_open(&s->box, in.p + at, in.len - at, &used, text, &len);
        kith_buf_put(&s->text, text, s->err ? 0 : len);
        at += used;
    }
    if (!s->err)
        CHECK(at == in.len);
}

/* A write of the reference: packets of at most 4096 bytes, empty writes are dropped. */
static void put(struct kith_boxstream *b, struct kith_buf *wire, struct kith_bytes text) {
    while (text.len) {
        size_t n = text.len < KITH_BOX_MAX_BODY ? text.len : KITH_BOX_MAX_BODY;
        kith_buf_reserve(wire, KITH_BOX_MAX_PACKET);
        kith_boxstream_seal(b, kith_bytes(text.p, n), wire->p + wire->len);
        wire->len += KITH_BOX_HEADER_LEN + n;
        text = kith_bytes_skip(text, n);
    }
}

static void one_case(const struct kith_json *doc, uint32_t n) {
    const char *row = (const char *)vector_str(doc, n, "name").p;
    struct kith_bytes wire = vector_hex(vector_str(doc, n, "wire"));
    struct kith_bytes k = vector_hex(vector_str(doc, n, "key")),
                      c = vector_hex(vector_str(doc, n, "nonce"));
    struct kith_symkey key;
    struct kith_nonce nonce;
    struct kith_buf text = {0}, ours = {0};
    struct session s;
    memcpy(key.b, k.p, 32);
    memcpy(nonce.b, c.p, 24);
    open_session(&s, &key, &nonce);
    VECTOR_EACH(doc, w, kith_json_get(doc, n, "writes")) {
        struct kith_bytes b = vector_hex(vector_utf8(doc, w));
        kith_buf_put_bytes(&text, b);
        put(&s.box, &ours, b);
    }
    kith_buf_reserve(&ours, KITH_BOX_HEADER_LEN);
    kith_boxstream_goodbye(&s.box, ours.p + ours.len);
    ours.len += KITH_BOX_HEADER_LEN;
    CHECK_ROW(kith_bytes_eq(kith_buf_bytes(&ours), wire), row);

    static const size_t chunks[] = {1, 33, 34, 35, 4096, 100000};
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        open_session(&s, &key, &nonce);
        for (size_t at = 0; at < wire.len; at += chunks[i]) {
            size_t left = wire.len - at;
            give(&s, kith_bytes(wire.p + at, left < chunks[i] ? left : chunks[i]));
        }
        CHECK_ROW(!s.err && s.box.in_ended && kith_boxstream_eof(&s.box) == KITH_OK, row);
        CHECK_ROW(kith_bytes_eq(kith_buf_bytes(&s.text), kith_buf_bytes(&text)), row);
        kith_buf_wipe(&s.text);
    }

    /* Cut anywhere, it is never a clean end, and what came out is a prefix. */
    for (size_t cut = 0; cut < wire.len; cut++) {
        open_session(&s, &key, &nonce);
        give(&s, kith_bytes(wire.p, cut));
        CHECK_ROW(!s.err && kith_boxstream_eof(&s.box) == KITH_ERR_HANGUP, row);
        CHECK_ROW(s.text.len <= text.len &&
                      (!s.text.len || memcmp(s.text.p, text.p, s.text.len) == 0),
                  row);
        kith_buf_wipe(&s.text);
    }

    /* Bent anywhere, it is an error, and stays one. */
    for (size_t at = 0; at<wire.len; at += wire.len> 500 ? 41 : 1) {
        uint8_t *bent = malloc(wire.len);
        memcpy(bent, wire.p, wire.len);
        bent[at] ^= 4;
        open_session(&s, &key, &nonce);
        give(&s, kith_bytes(bent, wire.len));
        CHECK_ROW(s.err == KITH_ERR_CRYPTO && kith_boxstream_eof(&s.box) == KITH_ERR_HANGUP, row);
        uint8_t byte[KITH_BOX_MAX_BODY];
        size_t used, len;
        CHECK(kith_boxstream_open(&s.box, bent, 1, &used, byte, &len) == KITH_ERR_CRYPTO &&
              used == 0);
        kith_buf_wipe(&s.text);
        free(bent);
    }
    kith_buf_wipe(&ours);
    kith_buf_wipe(&text);
}

static struct kith_symkey some_key = {{1, 2, 3}};
static struct kith_nonce some_nonce = {{4, 5, 6}};

/* A header that verifies but announces more than a packet may hold, or nothing with a MAC. */
static void lengths_out_of_range_are_refused(void) {
    static const uint16_t lens[] = {0, 4097, 65535};
    for (size_t i = 0; i < 3; i++) {
        uint8_t header[18] = {0}, wire[34];
        struct session s;
        kith_put_u16be(header, lens[i]);
        header[17] = 1;
        kith_secretbox_seal(wire, kith_bytes(header, sizeof header), &some_nonce, &some_key);
        open_session(&s, &some_key, &some_nonce);
        give(&s, kith_bytes(wire, sizeof wire));
        CHECK(s.err == KITH_ERR_SIZE && kith_boxstream_eof(&s.box) == KITH_ERR_HANGUP);
    }
}

static void packets_cannot_change_places(void) {
    struct session s;
    struct kith_buf wire = {0};
    open_session(&s, &some_key, &some_nonce);
    put(&s.box, &wire, KITH_LIT("one"));
    size_t first = wire.len;
    put(&s.box, &wire, KITH_LIT("two"));
    open_session(&s, &some_key, &some_nonce);
    give(&s, kith_bytes(wire.p + first, first));
    CHECK(s.err == KITH_ERR_CRYPTO);
    open_session(&s, &some_key, &some_nonce);
    give(&s, kith_bytes(wire.p, first));
    CHECK(!s.err);
    give(&s, kith_bytes(wire.p, first)); /* the same again */
    CHECK(s.err == KITH_ERR_CRYPTO);
    kith_buf_wipe(&s.text);
    kith_buf_wipe(&wire);
}

static void text_can_be_sealed_where_it_stands(void) {
    uint8_t a[KITH_BOX_MAX_PACKET], b[KITH_BOX_MAX_PACKET], text[KITH_BOX_MAX_BODY];
    struct session s;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)(i * 7);
    open_session(&s, &some_key, &some_nonce);
    kith_boxstream_seal(&s.box, kith_bytes(text, sizeof text), a);
    open_session(&s, &some_key, &some_nonce);
    memcpy(b + KITH_BOX_HEADER_LEN, text, sizeof text);
    kith_boxstream_seal(&s.box, kith_bytes(b + KITH_BOX_HEADER_LEN, sizeof text), b);
    CHECK(memcmp(a, b, sizeof a) == 0);
}

int main(void) {
    int count = 0;
    if (kith_crypto_init())
        return 2;
    struct kith_json doc = vector_file("generated/box-stream.json");
    VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, "cases")) {
        one_case(&doc, n);
        count++;
    }
    CHECK(count == 9);
    lengths_out_of_range_are_refused();
    packets_cannot_change_places();
    text_can_be_sealed_where_it_stands();
    return check_done();
}
