/* SPDX-License-Identifier: MIT */
/* handshake.h: the secret handshake of SSB, shs1, both sides ("Designing a Secret Handshake", Tarr
 * 2015; scuttlebutt-protocol-guide, Handshake).
 *
 *   client                                       server
 *     1 --  hmac || ephemeral key  (64)  -->
 *       <-- hmac || ephemeral key  (64)  --  2
 *     3 --  box(sig || who I am)   (112) -->          may this key in? wants, admit
 *       <-- box(sig)               (80)  --  4
 *
 * A struct without heap that is pulled: give it what arrived, send what it has. Every way to fail
 * is KITH_ERR_CRYPTO and final: the caller closes at once and says nothing, since any answer would
 * tell a stranger what was wrong. It takes exactly the bytes of its messages; those behind message
 * 4 belong to the box stream. */
#ifndef KITH_WIRE_HANDSHAKE_H
#define KITH_WIRE_HANDSHAKE_H

#include "crypto/crypto.h"

#define KITH_HANDSHAKE_MAX_MESSAGE 112

/* What a finished handshake agrees on: the keys and first nonces of the box stream. */
struct kith_handshake_session {
    struct kith_symkey out_key, in_key;
    struct kith_nonce out_nonce, in_nonce;
};

enum kith_handshake_step {
    KITH_HANDSHAKE_HELLO, /* server: waits for message 1; client: for message 2 */
    KITH_HANDSHAKE_PROOF, /* server: waits for message 3; client: for message 4 */
    KITH_HANDSHAKE_WAITS, /* server: for kith_handshake_admit */
    KITH_HANDSHAKE_DONE,
    KITH_HANDSHAKE_FAILED,
};

struct kith_handshake {
    bool dialler;
    enum kith_handshake_step step;
    struct kith_symkey cap;
    struct kith_keypair keys;
    struct kith_pubkey peer; /* the server learns it from message 3 */
    struct kith_dhsec eph_sec;
    struct kith_dhpub eph_pub, peer_eph;
    struct kith_auth peer_hmac, own_hmac; /* of the hellos: the first nonces come from them */
    struct kith_symkey ab, aB, Ab; /* small: ephemeral, capital: long-term, a client, b server */
    struct kith_hash ab_hash;
    uint8_t hello[96]; /* sig || client key, as in message 3 */
    uint8_t in[KITH_HANDSHAKE_MAX_MESSAGE], out[KITH_HANDSHAKE_MAX_MESSAGE];
    size_t in_len, out_len, out_at;
};

/* eph is fresh randomness for this one handshake, 32 bytes. The client must know whom it calls. */
void kith_handshake_dial(struct kith_handshake *h, const struct kith_symkey *cap,
                         const struct kith_keypair *keys, const struct kith_pubkey *peer,
                         const struct kith_dhsec *eph);
void kith_handshake_answer(struct kith_handshake *h, const struct kith_symkey *cap,
                           const struct kith_keypair *keys, const struct kith_dhsec *eph);

/* Takes input up to the end of the message that is due; *used < len when the step is WAITS or DONE:
 * the rest is for the box stream. Send what is to be sent before the next recv: a message that
 * comes before we have said ours answers nothing. KITH_ERR_CRYPTO: close. */
KITH_MUST int kith_handshake_recv(struct kith_handshake *h, const uint8_t *in, size_t len,
                                  size_t *used);

/* Moves what is to be sent to out, *len bytes, 0 if nothing is. */
void kith_handshake_send(struct kith_handshake *h, uint8_t *out, size_t cap, size_t *len);

/* Server, in step WAITS: h->peer has proved who it is, and does not know yet whether we want it.
 * No ends the handshake without a word. KITH_ERR_CRYPTO: the answer could not be made. */
KITH_MUST int kith_handshake_admit(struct kith_handshake *h, bool yes);

/* Nothing to send any more and done: h->peer is the other side. */
static inline bool kith_handshake_is_done(const struct kith_handshake *h) {
    return h->step == KITH_HANDSHAKE_DONE && h->out_at == h->out_len;
}

/* In step DONE, also while message 4 still waits to be sent. */
void kith_handshake_get(const struct kith_handshake *h, struct kith_handshake_session *out);

void kith_handshake_wipe(struct kith_handshake *h);

#endif
