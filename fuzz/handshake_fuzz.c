/* SPDX-License-Identifier: MIT */
/* handshake_fuzz.c: somebody sits between an honest client and an honest server. Four bytes are an
 * order: which way, how many bytes, at which of them, and how it is changed. A side that was given
 * a changed byte must never be done. */
#include "wire/handshake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct side {
    struct kith_handshake h;
    uint8_t out[256];
    size_t len, at;
    bool cheated;
};

static void collect(struct side *s) {
    size_t n;
    kith_handshake_send(&s->h, s->out + s->len, sizeof s->out - s->len, &n);
    s->len += n;
}

static void carry(struct side *from, struct side *to, size_t n, size_t where, uint8_t change) {
    uint8_t bytes[256];
    size_t used;
    collect(to); /* what it has to say first */
    if (n > from->len - from->at)
        n = from->len - from->at;
    memcpy(bytes, from->out + from->at, n);
    if (where < n)
        bytes[where] ^= change;
    if (kith_handshake_recv(&to->h, bytes, n, &used))
        KITH_ASSERT(to->h.step == KITH_HANDSHAKE_FAILED);
    if (where < used && change)
        to->cheated = true;
    from->at += used;
    if (to->h.step == KITH_HANDSHAKE_WAITS && kith_handshake_admit(&to->h, true))
        KITH_ASSERT(to->h.step == KITH_HANDSHAKE_FAILED);
    collect(to);
    if (to->cheated)
        KITH_ASSERT(to->h.step != KITH_HANDSHAKE_DONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct kith_symkey cap = {{1}};
    static const struct kith_dhsec eph[2] = {{{2}}, {{3}}};
    struct kith_seed seeds[2] = {{{4}}, {{5}}};
    struct kith_keypair keys[2];
    struct side client = {0}, server = {0};
    struct kith_handshake raw;
    if (kith_crypto_init())
        return 0;
    kith_sign_keypair(&keys[0], &seeds[0]);
    kith_sign_keypair(&keys[1], &seeds[1]);
    kith_handshake_dial(&client.h, &cap, &keys[0], &keys[1].pub, &eph[0]);
    kith_handshake_answer(&server.h, &cap, &keys[1], &eph[1]);
    collect(&client);
    for (size_t i = 0; i + 4 <= size && i < 400; i += 4) {
        if (data[i] & 1)
            carry(&client, &server, data[i + 1], data[i + 2], data[i + 3]);
        else
            carry(&server, &client, data[i + 1], data[i + 2], data[i + 3]);
    }
    if (client.h.step == KITH_HANDSHAKE_DONE && server.h.step == KITH_HANDSHAKE_DONE) {
        struct kith_handshake_session a, b;
        kith_handshake_get(&client.h, &a);
        kith_handshake_get(&server.h, &b);
        KITH_ASSERT(memcmp(&a.out_key, &b.in_key, 32) == 0 &&
                    memcmp(&a.out_nonce, &b.in_nonce, 24) == 0);
        KITH_ASSERT(memcmp(&a.in_key, &b.out_key, 32) == 0 &&
                    memcmp(&a.in_nonce, &b.out_nonce, 24) == 0);
    }
    kith_handshake_answer(&raw, &cap, &keys[1], &eph[1]); /* and a client of bytes alone */
    for (size_t at = 0, used = 1; at < size && used; at += used) {
        if (kith_handshake_recv(&raw, data + at, size - at, &used))
            break;
        raw.out_at = raw.out_len;
    }
    KITH_ASSERT(raw.step != KITH_HANDSHAKE_DONE && raw.step != KITH_HANDSHAKE_WAITS);
    return 0;
}
