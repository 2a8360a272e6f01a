/* SPDX-License-Identifier: MIT */
/* shs1: one handshake over stdin and stdout for npm's shs1-test.
 *   shs1 CAP SECRET_KEY PUBLIC_KEY   answers      shs1 CAP PUBLIC_KEY   dials     (hex)
 * After it come the keys of the session: out key, out nonce, in key, in nonce. A peer that does not keep
 * to the protocol ends it with 1 and without another byte. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "wire/handshake.h"

static void parse_hex(const char *text, uint8_t *out, size_t len) {
    for (size_t i = 0; i < len; i++) {
        char pair[3] = {0};
        memcpy(pair, text + 2 * i, strnlen(text + 2 * i, 2));
        out[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
}

static void fill(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    if (getrandom(out, len, 0) != (ssize_t)len)
        abort();
}

static void put(const void *p, size_t len) {
    if (write(STDOUT_FILENO, p, len) != (ssize_t)len)
        exit(1);
}

static void send_all(struct kith_handshake *h) {
    uint8_t out[KITH_HANDSHAKE_MAX_MESSAGE];
    size_t len;
    kith_handshake_send(h, out, sizeof out, &len);
    if (len)
        put(out, len);
}

static void run(struct kith_handshake *h) {
    uint8_t in[256];
    send_all(h);
    while (!kith_handshake_is_done(h)) {
        ssize_t got = read(STDIN_FILENO, in, sizeof in);
        if (got <= 0)
            exit(1);
        for (size_t at = 0, used; at < (size_t)got && !kith_handshake_is_done(h); at += used) {
            if (kith_handshake_recv(h, in + at, (size_t)got - at, &used))
                exit(1);
            if (h->step == KITH_HANDSHAKE_WAITS && kith_handshake_admit(h, true))
                exit(1);
            send_all(h);
        }
    }
}

int main(int argc, char **argv) {
    struct kith_rng rng = {fill, NULL};
    struct kith_handshake h;
    struct kith_handshake_session session;
    struct kith_keypair keys;
    struct kith_symkey cap;
    struct kith_pubkey peer;
    struct kith_dhsec eph;
    if ((argc != 3 && argc != 4) || kith_crypto_init())
        return 2;
    parse_hex(argv[1], cap.b, sizeof cap.b);
    fill(NULL, eph.b, sizeof eph.b);
    if (argc == 4) {
        parse_hex(argv[2], keys.sec.b, sizeof keys.sec.b);
        parse_hex(argv[3], keys.pub.b, sizeof keys.pub.b);
        kith_handshake_answer(&h, &cap, &keys, &eph);
    } else {
        parse_hex(argv[2], peer.b, sizeof peer.b);
        kith_sign_keypair_new(&keys, &rng);
        kith_handshake_dial(&h, &cap, &keys, &peer, &eph);
    }
    run(&h);
    kith_handshake_get(&h, &session);
    put(session.out_key.b, sizeof session.out_key.b);
    put(session.out_nonce.b, sizeof session.out_nonce.b);
    put(session.in_key.b, sizeof session.in_key.b);
    put(session.in_nonce.b, sizeof session.in_nonce.b);
    return 0;
}
