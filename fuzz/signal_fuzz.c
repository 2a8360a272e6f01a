/* SPDX-License-Identifier: MIT */
/* What strangers send to be opened or read: sealed signals (also with a box that opens), links, STUN. */
#include <stdlib.h>

#include "wire/friendlink.h"
#include "wire/signal.h"

static struct kith_keypair receiver, sender;

static void fill(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    memset(out, 7, len);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv) {
    struct kith_seed seed = {{1}};
    (void)argc, (void)argv;
    if (kith_crypto_init())
        abort();
    kith_sign_keypair(&receiver, &seed);
    seed.b[0] = 2;
    kith_sign_keypair(&sender, &seed);
    return 0;
}

/* A box that opens, of the three lengths, whose inner bytes are the input's. */
static void open_crafted(struct kith_bytes in, struct kith_buf *plain) {
    static const size_t lengths[] = {512, 2048, 8192};
    static const struct kith_nonce nonce;
    const struct kith_rng rng = {fill, NULL};
    struct kith_dhpub once, theirs;
    struct kith_dhsec sec;
    struct kith_symkey shared, key;
    struct kith_signal s;
    uint8_t salt[64], sealed[8192] = {1};
    size_t len = in.len ? lengths[in.p[0] % 3] : 512;
    kith_dh_keypair(&once, &sec, &rng);
    if (kith_dh_from_pubkey(&theirs, &receiver.pub) || kith_dh_shared(&shared, &sec, &theirs))
        abort();
    memcpy(salt, once.b, 32);
    memcpy(salt + 32, receiver.pub.b, 32);
    kith_hkdf_sha256(&key, kith_bytes(shared.b, 32), kith_bytes(salt, 64), KITH_LIT("kith-signal 1"));
    memcpy(sealed + 1, once.b, 32);
    in = kith_bytes_skip(in, 1);
    memcpy(sealed + 49, in.p ? in.p : sealed, in.len < len - 49 ? in.len : len - 49);
    kith_secretbox_seal(sealed + 33, kith_bytes(sealed + 49, len - 49), &nonce, &key);
    if (!kith_signal_open(&s, plain, kith_bytes(sealed, len), &receiver, 1000))
        abort(); /* nobody has signed it */
}

static void seal_and_open(struct kith_bytes body, struct kith_buf *plain) {
    const struct kith_rng rng = {fill, NULL};
    struct kith_signal s = {.kind = 1, .created_ms = 1000, .expires_ms = 2000, .body = body}, got;
    struct kith_buf out = {0};
    int err = kith_signal_seal(&out, &s, &sender, &receiver.pub, &rng);
    if ((err == KITH_ERR_TOO_LONG) != (body.len > KITH_SIGNAL_MAX_BODY))
        abort();
    if (!err && (kith_signal_open(&got, plain, kith_buf_bytes(&out), &receiver, 1000) || !kith_bytes_eq(got.body, body)))
        abort();
    kith_buf_wipe(&out);
}

static void read_link(struct kith_bytes in) {
    struct kith_friendlink link, again;
    struct kith_buf text = {0};
    if (kith_friendlink_parse(&link, in))
        return;
    kith_friendlink_put(&text, &link);
    if (text.len <= KITH_FRIENDLINK_MAX &&
        (kith_friendlink_parse(&again, kith_buf_bytes(&text)) || !kith_pubkey_eq(&link.inviter, &again.inviter)))
        abort();
    kith_buf_wipe(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_buf plain = {0};
    struct kith_signal s;
    (void)!kith_signal_open(&s, &plain, kith_bytes(data, size), &receiver, 1000);
    open_crafted(kith_bytes(data, size), &plain);
    seal_and_open(kith_bytes(data, size), &plain);
    read_link(kith_bytes(data, size));
    kith_buf_wipe(&plain);
    return 0;
}
