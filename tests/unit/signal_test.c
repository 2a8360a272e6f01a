/* SPDX-License-Identifier: MIT */
/* signal_test.c: signals that npm's libsodium sealed, and ours. */
#include "wire/signal.h"

#include "vector.h"
#include "wire/friendlink.h"
#include "wire/mailbox.h"

/* Bytes that do not come again while a test runs (a multiplier of Knuth's MMIX). */
static void scramble(void *ctx, uint8_t *out, size_t len) {
    uint64_t *state = ctx;
    while (len--) {
        *state = *state * UINT64_C(6364136223846793005) + 1;
        *out++ = (uint8_t)(*state >> 56);
    }
}

static uint64_t rng_state = 7;
static const struct kith_rng rng = {scramble, &rng_state};

static struct kith_keypair keys_of(const struct kith_json *doc, const char *name) {
    struct kith_keypair keys;
    CHECK(vector_base64(vector_str(doc, 0, name), keys.sec.b, sizeof keys.sec.b));
    memcpy(keys.pub.b, keys.sec.b + 32, 32);
    return keys;
}

static uint64_t number(const struct kith_json *doc, uint32_t node, const char *name) {
    int64_t v = 0;
    CHECK(!kith_json_int(doc, kith_json_get(doc, node, name), &v));
    return (uint64_t)v;
}

static struct kith_buf sealed_of(const struct kith_json *doc, uint32_t node) {
    struct kith_bytes text = vector_str(doc, node, "sealed");
    struct kith_buf out = {0};
    size_t len = 0;
    kith_buf_reserve(&out, KITH_SIGNAL_MAX);
    CHECK(!kith_base64_parse(text, out.p, KITH_SIGNAL_MAX, &len));
    out.len = len;
    return out;
}

static void what_libsodium_sealed_opens(void) {
    struct kith_json doc = vector_file("signal/signals.json");
    struct kith_keypair ben = keys_of(&doc, "receiver"), anna = keys_of(&doc, "sender");
    uint64_t now = number(&doc, 0, "now");
    struct kith_buf plain = {0};
    VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, "signals")) {
        const char *what = (const char *)vector_str(&doc, n, "what").p;
        const char *error = (const char *)vector_str(&doc, n, "error").p;
        struct kith_buf sealed = sealed_of(&doc, n);
        struct kith_signal s;
        struct kith_signal_id id;
        struct kith_pubkey reply;
        int err = kith_signal_open(&s, &plain, kith_buf_bytes(&sealed), &ben, now);
        CHECK_ROW(!strcmp(err ? kith_err_name(err) : "", error), what);
        if (!err) {
            CHECK(vector_base64(vector_str(&doc, n, "id"), id.b, sizeof id.b));
            CHECK(vector_base64(vector_str(&doc, n, "reply"), reply.b, sizeof reply.b));
            CHECK_ROW(s.kind == number(&doc, n, "kind") && s.created_ms == number(&doc, n, "created") &&
                          s.expires_ms == number(&doc, n, "expires") && !memcmp(&id, &s.id, sizeof id) &&
                          kith_pubkey_eq(&reply, &s.reply) && kith_pubkey_eq(&s.from, &anna.pub),
                      what);
            CHECK_ROW(kith_bytes_eq(s.body, vector_str(&doc, n, "body")), what);
        }
        kith_buf_wipe(&sealed);
    }
    kith_buf_wipe(&plain);
}

static void what_we_seal_opens_for_one_only(void) {
    static const struct {
        size_t body, sealed;
    } rows[] = {{0, 512}, {300, 512}, {301, 2048}, {1836, 2048}, {1837, 8192}, {KITH_SIGNAL_MAX_BODY, 8192}};
    static uint8_t text[KITH_SIGNAL_MAX_BODY + 1];
    struct kith_keypair anna, ben, eve;
    struct kith_buf out = {0}, again = {0}, plain = {0};
    kith_sign_keypair_new(&anna, &rng);
    kith_sign_keypair_new(&ben, &rng);
    kith_sign_keypair_new(&eve, &rng);
    memset(text, 'a', sizeof text);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct kith_signal made = {.kind = KITH_SIGNAL_OFFER, .created_ms = 1000, .expires_ms = 2000,
                                   .reply = eve.pub, .body = kith_bytes(text, rows[i].body)};
        struct kith_signal got;
        kith_buf_clear(&out);
        kith_buf_clear(&again);
        CHECK(!kith_signal_seal(&out, &made, &anna, &ben.pub, &rng) && out.len == rows[i].sealed);
        CHECK(!kith_signal_open(&got, &plain, kith_buf_bytes(&out), &ben, 1500));
        CHECK(kith_bytes_eq(got.body, made.body) && !memcmp(&got.id, &made.id, sizeof got.id));
        CHECK(kith_pubkey_eq(&got.from, &anna.pub) && kith_pubkey_eq(&got.reply, &eve.pub));
        CHECK(kith_signal_open(&got, &plain, kith_buf_bytes(&out), &eve, 1500) == KITH_ERR_CRYPTO);
        CHECK(!kith_signal_seal(&again, &made, &anna, &ben.pub, &rng));
        CHECK(memcmp(out.p + 1, again.p + 1, 64) != 0); /* the same, said twice, looks like another */
    }
    struct kith_signal s = {.kind = KITH_SIGNAL_OFFER, .created_ms = 1000, .expires_ms = 2000,
                            .body = kith_bytes(text, sizeof text)};
    kith_buf_clear(&out);
    CHECK(kith_signal_seal(&out, &s, &anna, &ben.pub, &rng) == KITH_ERR_TOO_LONG && !out.len);
    s.body.len = 0;
    CHECK(kith_signal_seal(&out, &s, &anna, &(struct kith_pubkey){{0}}, &rng) == KITH_ERR_CRYPTO && !out.len);
    s.expires_ms = 1000 + KITH_SIGNAL_LIFE_MS + 1;
    CHECK(kith_signal_seal(&out, &s, &anna, &ben.pub, &rng) == KITH_ERR_ARG && !out.len);
    s.kind = KITH_SIGNAL_REQUEST;
    CHECK(!kith_signal_seal(&out, &s, &anna, &ben.pub, &rng));
    kith_buf_wipe(&out);
    kith_buf_wipe(&again);
    kith_buf_wipe(&plain);
}

/* Each byte of each kind of length, altered: never a signal, never another error range. */
static void no_altered_byte_passes(void) {
    struct kith_keypair anna, ben;
    struct kith_buf out = {0}, plain = {0};
    struct kith_signal s = {.kind = KITH_SIGNAL_PING, .created_ms = 1000, .expires_ms = 2000, .body = KITH_LIT("{}")}, got;
    kith_sign_keypair_new(&anna, &rng);
    kith_sign_keypair_new(&ben, &rng);
    CHECK(!kith_signal_seal(&out, &s, &anna, &ben.pub, &rng));
    for (size_t i = 0; i < out.len; i++) {
        int err;
        out.p[i] ^= 0x80;
        err = kith_signal_open(&got, &plain, kith_buf_bytes(&out), &ben, 1500);
        /* The top bit of a curve25519 key is ignored (RFC 7748, 5), yet K depends on it. */
        CHECK(err && kith_err_is_peer(err));
        out.p[i] ^= 0x80;
    }
    CHECK(!kith_signal_open(&got, &plain, kith_buf_bytes(&out), &ben, 1500));
    kith_buf_wipe(&out);
    kith_buf_wipe(&plain);
}

static void nothing_is_taken_twice(void) {
    struct kith_signal_seen seen = {0};
    struct kith_signal s = {.created_ms = 1000, .expires_ms = 2000};
    CHECK(!kith_signal_seen_put(&seen, &s, 1000));
    CHECK(kith_signal_seen_put(&seen, &s, 1000) == KITH_ERR_EXISTS);
    s.from.b[0] = 1; /* an id is its sender's */
    CHECK(!kith_signal_seen_put(&seen, &s, 1000));
    for (size_t i = seen.count; i < KITH_SIGNAL_SEEN_MAX; i++) {
        kith_put_u32le(s.id.b, (uint32_t)i);
        kith_put_u32le(s.from.b, (uint32_t)i);
        CHECK(!kith_signal_seen_put(&seen, &s, 1000));
    }
    kith_put_u32le(s.id.b, KITH_SIGNAL_SEEN_MAX);
    CHECK(kith_signal_seen_put(&seen, &s, 1000) == KITH_ERR_BUSY);
    CHECK(kith_signal_seen_put(&seen, &s, 2000 + KITH_SIGNAL_LEEWAY_MS - 1) == KITH_ERR_BUSY);
    CHECK(!kith_signal_seen_put(&seen, &s, 2000 + KITH_SIGNAL_LEEWAY_MS));
    CHECK(seen.count == 1);
    kith_signal_seen_wipe(&seen);
}

/* Somebody who sends without end keeps nobody else out. */
static void one_sender_has_not_all_the_room(void) {
    struct kith_signal_seen seen = {0};
    struct kith_signal s = {.created_ms = 1000, .expires_ms = 2000};
    for (uint32_t i = 0; i < KITH_SIGNAL_SEEN_EACH; i++) {
        kith_put_u32le(s.id.b, i);
        CHECK(!kith_signal_seen_put(&seen, &s, 1000));
    }
    kith_put_u32le(s.id.b, KITH_SIGNAL_SEEN_EACH);
    CHECK(kith_signal_seen_put(&seen, &s, 1000) == KITH_ERR_BUSY);
    s.from.b[0] = 1;
    CHECK(!kith_signal_seen_put(&seen, &s, 1000));
    s.from.b[0] = 0;
    CHECK(!kith_signal_seen_put(&seen, &s, 2000 + KITH_SIGNAL_LEEWAY_MS));
    kith_signal_seen_wipe(&seen);
}

static void addresses_are_derived_and_proved(void) {
    struct kith_json doc = vector_file("signal/signals.json");
    struct kith_keypair anna = keys_of(&doc, "sender"), address;
    uint32_t invite = kith_json_get(&doc, 0, "invite"), proof = kith_json_get(&doc, 0, "proof");
    struct kith_pubkey wanted, broker;
    struct kith_friend_secret secret;
    struct kith_challenge challenge;
    struct kith_sig sig, made;
    VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, "mailboxes")) {
        kith_mailbox_derive(&address, &anna.sec, (uint32_t)number(&doc, n, "epoch"));
        CHECK(vector_base64(vector_str(&doc, n, "address"), wanted.b, 32) && kith_pubkey_eq(&wanted, &address.pub));
    }
    CHECK(vector_base64(vector_str(&doc, invite, "secret"), secret.b, sizeof secret.b));
    kith_mailbox_derive_invite(&address, &anna.sec, &secret);
    CHECK(vector_base64(vector_str(&doc, invite, "address"), wanted.b, 32) && kith_pubkey_eq(&wanted, &address.pub));

    CHECK(vector_base64(vector_str(&doc, proof, "broker"), broker.b, 32));
    kith_mailbox_derive_door(&address, &anna.sec, &broker);
    CHECK(vector_base64(vector_str(&doc, kith_json_get(&doc, 0, "door"), "address"), wanted.b, 32) && kith_pubkey_eq(&wanted, &address.pub));
    CHECK(vector_base64(vector_str(&doc, proof, "challenge"), challenge.b, 32));
    CHECK(vector_base64(vector_str(&doc, proof, "sig"), sig.b, sizeof sig.b));
    kith_mailbox_prove(&made, &anna, &broker, &challenge);
    CHECK(!memcmp(&made, &sig, sizeof sig));
    CHECK(!kith_mailbox_check(&anna.pub, &sig, &broker, &challenge));
    CHECK(kith_mailbox_check(&address.pub, &sig, &broker, &challenge) == KITH_ERR_CRYPTO);
    CHECK(kith_mailbox_check(&anna.pub, &sig, &address.pub, &challenge) == KITH_ERR_CRYPTO);
    challenge.b[31] ^= 1;
    CHECK(kith_mailbox_check(&anna.pub, &sig, &broker, &challenge) == KITH_ERR_CRYPTO);
}

static void links_are_written_and_read(void) {
    struct kith_friendlink link = {.expires_s = 1770000000, .origin = KITH_LIT("https://kith.example"),
                                   .name = "Änne & Ben/50%"}, got;
    struct kith_buf text = {0};
    struct kith_bytes code;
    memset(link.inviter.b, 0xfb, 32); /* '+' and '/' in plain base64 */
    memset(link.address.b, 0xff, 32);
    memset(link.secret.b, 3, 16);
    kith_friendlink_put(&text, &link);
    CHECK(!kith_friendlink_parse(&got, kith_buf_bytes(&text)));
    CHECK(got.expires_s == link.expires_s && kith_pubkey_eq(&got.inviter, &link.inviter) &&
          kith_pubkey_eq(&got.address, &link.address) && !memcmp(&got.secret, &link.secret, 16));
    CHECK(!strcmp(got.name, link.name) && kith_bytes_eq(got.origin, link.origin));
    code = kith_bytes_skip(kith_buf_bytes(&text), link.origin.len + 5);
    CHECK(!kith_friendlink_parse(&got, code) && !got.origin.len && !strcmp(got.name, link.name));
    kith_buf_put_str(&text, "&r=https%3A%2F%2Fkith.example%2Finbox%2F00"); /* where a request may lie: the page's */
    CHECK(!kith_friendlink_parse(&got, kith_buf_bytes(&text)) && !strcmp(got.name, link.name));
    code = kith_bytes_skip(kith_buf_bytes(&text), link.origin.len + 5);
    code.len = KITH_FRIENDLINK_LEN;
    CHECK(!kith_friendlink_parse(&got, code) && !got.name[0]);
    code.len--;
    CHECK(kith_friendlink_parse(&got, code) == KITH_ERR_SYNTAX);
    for (size_t i = 0; i < text.len; i++) { /* no byte that is not ours is taken for one */
        uint8_t was = text.p[i];
        text.p[i] = ' ';
        (void)!kith_friendlink_parse(&got, kith_buf_bytes(&text));
        text.p[i] = was;
    }
    text.p[link.origin.len + 5] ^= 0x10;
    CHECK(kith_friendlink_parse(&got, kith_buf_bytes(&text)) == KITH_ERR_SYNTAX); /* version */
    CHECK(kith_friendlink_parse(&got, KITH_LIT("https://kith.example/#/i/")) == KITH_ERR_SYNTAX);
    CHECK(kith_friendlink_parse(&got, KITH_LIT("")) == KITH_ERR_SYNTAX);
    kith_buf_clear(&text);
    while (text.len <= KITH_FRIENDLINK_MAX)
        kith_buf_put_u8(&text, 'A');
    CHECK(kith_friendlink_parse(&got, kith_buf_bytes(&text)) == KITH_ERR_SIZE);
    kith_buf_wipe(&text);
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    what_libsodium_sealed_opens();
    what_we_seal_opens_for_one_only();
    no_altered_byte_passes();
    nothing_is_taken_twice();
    one_sender_has_not_all_the_room();
    addresses_are_derived_and_proved();
    links_are_written_and_read();
    return check_done();
}
