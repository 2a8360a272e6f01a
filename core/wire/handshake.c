/* SPDX-License-Identifier: MIT */
#include "wire/handshake.h"

enum { HELLO_LEN = 64, AUTH_LEN = 112, ACCEPT_LEN = 80 };

static const struct kith_nonce zero_nonce;

static int fail(struct kith_handshake *h) {
    kith_handshake_wipe(h);
    h->step = KITH_HANDSHAKE_FAILED;
    return KITH_ERR_CRYPTO;
}

/* sha256 of the network key and the shared secrets so far. */
static void derive(const struct kith_handshake *h, int secrets, struct kith_hash *out) {
    struct kith_sha256 s;
    kith_sha256_init(&s);
    kith_sha256_update(&s, kith_bytes(h->cap.b, sizeof h->cap.b));
    kith_sha256_update(&s, kith_bytes(h->ab.b, sizeof h->ab.b));
    kith_sha256_update(&s, kith_bytes(h->aB.b, sizeof h->aB.b));
    if (secrets > 2)
        kith_sha256_update(&s, kith_bytes(h->Ab.b, sizeof h->Ab.b));
    kith_sha256_final(&s, out);
    kith_wipe(&s, sizeof s);
}

static struct kith_symkey box_key(const struct kith_handshake *h, int secrets) {
    struct kith_hash hash;
    struct kith_symkey key;
    derive(h, secrets, &hash);
    memcpy(key.b, hash.b, sizeof key.b);
    kith_wipe(&hash, sizeof hash);
    return key;
}

/* What is signed in message 3: cap || server || sha256(ab). */
static size_t client_claim(const struct kith_handshake *h, const struct kith_pubkey *server,
                           uint8_t out[96]) {
    memcpy(out, h->cap.b, 32);
    memcpy(out + 32, server->b, 32);
    memcpy(out + 64, h->ab_hash.b, 32);
    return 96;
}

/* And in message 4: cap || what message 3 said || sha256(ab). */
static size_t server_claim(const struct kith_handshake *h, uint8_t out[160]) {
    memcpy(out, h->cap.b, 32);
    memcpy(out + 32, h->hello, 96);
    memcpy(out + 128, h->ab_hash.b, 32);
    return 160;
}

static void put_hello(struct kith_handshake *h) {
    kith_auth_make(&h->own_hmac, kith_bytes(h->eph_pub.b, 32), &h->cap);
    memcpy(h->out, h->own_hmac.b, 32);
    memcpy(h->out + 32, h->eph_pub.b, 32);
    h->out_len = HELLO_LEN;
    h->out_at = 0;
}

static int take_hello(struct kith_handshake *h) {
    memcpy(h->peer_hmac.b, h->in, 32);
    memcpy(h->peer_eph.b, h->in + 32, 32);
    if (kith_auth_verify(&h->peer_hmac, kith_bytes(h->peer_eph.b, 32), &h->cap))
        return KITH_ERR_CRYPTO;
    if (kith_dh_shared(&h->ab, &h->eph_sec, &h->peer_eph))
        return KITH_ERR_CRYPTO;
    kith_sha256(&h->ab_hash, kith_bytes(h->ab.b, 32));
    return KITH_OK;
}

/* A shared secret of a curve25519 key with an ed25519 one, whose conversion can fail as well. */
static int shared_with_pubkey(struct kith_symkey *out, const struct kith_dhsec *sec,
                              const struct kith_pubkey *pub) {
    struct kith_dhpub dh;
    int err = kith_dh_from_pubkey(&dh, pub);
    return err ? err : kith_dh_shared(out, sec, &dh);
}

static int shared_with_seckey(struct kith_symkey *out, const struct kith_seckey *sec,
                              const struct kith_dhpub *pub) {
    struct kith_dhsec dh;
    int err = kith_dh_from_seckey(&dh, sec);
    if (!err)
        err = kith_dh_shared(out, &dh, pub);
    kith_wipe(&dh, sizeof dh);
    return err;
}

/* Client: message 2 came, message 3 goes. */
static int client_hello(struct kith_handshake *h) {
    uint8_t claim[96];
    struct kith_sig sig;
    struct kith_symkey key;
    if (take_hello(h) || shared_with_pubkey(&h->aB, &h->eph_sec, &h->peer) ||
        shared_with_seckey(&h->Ab, &h->keys.sec, &h->peer_eph))
        return KITH_ERR_CRYPTO;
    kith_sign(&sig, kith_bytes(claim, client_claim(h, &h->peer, claim)), &h->keys.sec);
    memcpy(h->hello, sig.b, 64);
    memcpy(h->hello + 64, h->keys.pub.b, 32);
    key = box_key(h, 2);
    kith_secretbox_seal(h->out, kith_bytes(h->hello, sizeof h->hello), &zero_nonce, &key);
    kith_wipe(&key, sizeof key);
    h->out_len = AUTH_LEN;
    h->out_at = 0;
    h->step = KITH_HANDSHAKE_PROOF;
    return KITH_OK;
}

/* Client: message 4 came. */
static int client_proof(struct kith_handshake *h) {
    uint8_t claim[160];
    struct kith_sig sig;
    struct kith_symkey key = box_key(h, 3);
    int err = kith_secretbox_open(sig.b, kith_bytes(h->in, ACCEPT_LEN), &zero_nonce, &key);
    kith_wipe(&key, sizeof key);
    if (err || kith_verify(&h->peer, &sig, kith_bytes(claim, server_claim(h, claim))))
        return KITH_ERR_CRYPTO;
    h->step = KITH_HANDSHAKE_DONE;
    return KITH_OK;
}

/* Server: message 1 came, message 2 goes. */
static int server_hello(struct kith_handshake *h) {
    if (take_hello(h) || shared_with_seckey(&h->aB, &h->keys.sec, &h->peer_eph))
        return KITH_ERR_CRYPTO;
    put_hello(h);
    h->step = KITH_HANDSHAKE_PROOF;
    return KITH_OK;
}

/* Server: message 3 came. */
static int server_proof(struct kith_handshake *h) {
    uint8_t claim[96];
    struct kith_sig sig;
    struct kith_symkey key = box_key(h, 2);
    int err = kith_secretbox_open(h->hello, kith_bytes(h->in, AUTH_LEN), &zero_nonce, &key);
    kith_wipe(&key, sizeof key);
    if (err)
        return KITH_ERR_CRYPTO;
    memcpy(sig.b, h->hello, 64);
    memcpy(h->peer.b, h->hello + 64, 32);
    if (kith_verify(&h->peer, &sig, kith_bytes(claim, client_claim(h, &h->keys.pub, claim))) ||
        shared_with_pubkey(&h->Ab, &h->eph_sec, &h->peer))
        return KITH_ERR_CRYPTO;
    h->step = KITH_HANDSHAKE_WAITS;
    return KITH_OK;
}

int kith_handshake_admit(struct kith_handshake *h, bool yes) {
    uint8_t claim[160];
    struct kith_sig sig;
    struct kith_symkey key;
    if (!yes || h->step != KITH_HANDSHAKE_WAITS)
        return fail(h);
    kith_sign(&sig, kith_bytes(claim, server_claim(h, claim)), &h->keys.sec);
    key = box_key(h, 3);
    kith_secretbox_seal(h->out, kith_bytes(sig.b, sizeof sig.b), &zero_nonce, &key);
    kith_wipe(&key, sizeof key);
    h->out_len = ACCEPT_LEN;
    h->out_at = 0;
    h->step = KITH_HANDSHAKE_DONE;
    return KITH_OK;
}

static void start(struct kith_handshake *h, const struct kith_symkey *cap,
                  const struct kith_keypair *keys, const struct kith_dhsec *eph) {
    memset(h, 0, sizeof *h);
    h->cap = *cap;
    h->keys = *keys;
    h->eph_sec = *eph;
    kith_dh_public(&h->eph_pub, eph);
}

void kith_handshake_dial(struct kith_handshake *h, const struct kith_symkey *cap,
                         const struct kith_keypair *keys, const struct kith_pubkey *peer,
                         const struct kith_dhsec *eph) {
    start(h, cap, keys, eph);
    h->dialler = true;
    h->peer = *peer;
    put_hello(h);
}

void kith_handshake_answer(struct kith_handshake *h, const struct kith_symkey *cap,
                           const struct kith_keypair *keys, const struct kith_dhsec *eph) {
    start(h, cap, keys, eph);
}

/* Length of the message that is due, 0 if none is. */
static size_t due(const struct kith_handshake *h) {
    if (h->step == KITH_HANDSHAKE_HELLO)
        return HELLO_LEN;
    if (h->step == KITH_HANDSHAKE_PROOF)
        return h->dialler ? ACCEPT_LEN : AUTH_LEN;
    return 0;
}

int kith_handshake_recv(struct kith_handshake *h, const uint8_t *in, size_t len, size_t *used) {
    size_t want = due(h), n;
    int err;
    *used = 0;
    if (h->step == KITH_HANDSHAKE_FAILED)
        return KITH_ERR_CRYPTO;
    if (!want || !len)
        return KITH_OK;
    if (h->out_at < h->out_len)
        return fail(h); /* an answer to what we have not finished saying is none */
    n = want - h->in_len;
    if (n > len)
        n = len;
    if (n)
        memcpy(h->in + h->in_len, in, n);
    *used = n;
    h->in_len += n;
    if (h->in_len < want)
        return KITH_OK;
    h->in_len = 0;
    if (h->step == KITH_HANDSHAKE_HELLO)
        err = h->dialler ? client_hello(h) : server_hello(h);
    else
        err = h->dialler ? client_proof(h) : server_proof(h);
    return err ? fail(h) : KITH_OK;
}

void kith_handshake_send(struct kith_handshake *h, uint8_t *out, size_t cap, size_t *len) {
    size_t n = h->out_len - h->out_at;
    *len = n < cap ? n : cap;
    if (*len)
        memcpy(out, h->out + h->out_at, *len);
    h->out_at += *len;
}

/* secret = sha256(sha256(cap||ab||aB||Ab)); a direction's key is sha256(secret || its receiver). */
static void direction_key(const struct kith_hash *secret, const struct kith_pubkey *receiver,
                          struct kith_symkey *out) {
    uint8_t text[64];
    struct kith_hash hash;
    memcpy(text, secret->b, 32);
    memcpy(text + 32, receiver->b, 32);
    kith_sha256(&hash, kith_bytes(text, sizeof text));
    memcpy(out->b, hash.b, 32);
    kith_wipe(text, sizeof text);
    kith_wipe(&hash, sizeof hash);
}

void kith_handshake_get(const struct kith_handshake *h, struct kith_handshake_session *out) {
    struct kith_hash once, secret;
    KITH_ASSERT(h->step == KITH_HANDSHAKE_DONE);
    derive(h, 3, &once);
    kith_sha256(&secret, kith_bytes(once.b, sizeof once.b));
    direction_key(&secret, &h->peer, &out->out_key);
    direction_key(&secret, &h->keys.pub, &out->in_key);
    memcpy(out->out_nonce.b, h->peer_hmac.b, sizeof out->out_nonce.b);
    memcpy(out->in_nonce.b, h->own_hmac.b, sizeof out->in_nonce.b);
    kith_wipe(&once, sizeof once);
    kith_wipe(&secret, sizeof secret);
}

void kith_handshake_wipe(struct kith_handshake *h) {
    kith_wipe(h, sizeof *h);
}
