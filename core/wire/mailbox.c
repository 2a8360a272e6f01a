/* SPDX-License-Identifier: MIT */
#include "wire/mailbox.h"

#define PROOF "kith-broker 1 subscribe\n"
#define PROOF_LEN (sizeof PROOF - 1 + 3 * 32)

static void derive(struct kith_keypair *out, const struct kith_seckey *sec, struct kith_bytes label) {
    struct kith_seed root, seed;
    struct kith_hash made;
    kith_sign_seed(&root, sec);
    kith_hmac_sha256(&made, label, kith_bytes(root.b, sizeof root.b));
    memcpy(seed.b, made.b, sizeof seed.b);
    kith_sign_keypair(out, &seed);
    kith_wipe(&root, sizeof root);
    kith_wipe(&seed, sizeof seed);
    kith_wipe(&made, sizeof made);
}

void kith_mailbox_derive(struct kith_keypair *out, const struct kith_seckey *sec, uint32_t epoch) {
    uint8_t label[18] = "kith-mailbox 1";
    kith_put_u32le(label + 14, epoch);
    derive(out, sec, kith_bytes(label, sizeof label));
}

void kith_mailbox_derive_invite(struct kith_keypair *out, const struct kith_seckey *sec,
                                const struct kith_friend_secret *secret) {
    uint8_t label[29] = "kith-invite 1";
    memcpy(label + 13, secret->b, sizeof secret->b);
    derive(out, sec, kith_bytes(label, sizeof label));
    kith_wipe(label, sizeof label);
}

void kith_mailbox_derive_door(struct kith_keypair *out, const struct kith_seckey *sec, const struct kith_pubkey *broker) {
    struct kith_symkey derived;
    struct kith_seed seed;
    kith_sign_seed(&seed, sec);
    kith_hkdf_sha256(&derived, kith_bytes(seed.b, sizeof seed.b), kith_bytes(broker->b, sizeof broker->b), KITH_LIT("kith-door 1"));
    memcpy(seed.b, derived.b, sizeof seed.b);
    kith_sign_keypair(out, &seed);
    kith_wipe(&seed, sizeof seed);
    kith_wipe(&derived, sizeof derived);
}

/* The broker's key is in it, so that one broker cannot log in at another with it. */
static void proof_text(uint8_t out[PROOF_LEN], const struct kith_pubkey *address, const struct kith_pubkey *broker,
                       const struct kith_challenge *challenge) {
    memcpy(out, PROOF, sizeof PROOF - 1);
    out += sizeof PROOF - 1;
    memcpy(out, broker->b, 32);
    memcpy(out + 32, challenge->b, 32);
    memcpy(out + 64, address->b, 32);
}

void kith_mailbox_prove(struct kith_sig *out, const struct kith_keypair *address, const struct kith_pubkey *broker,
                        const struct kith_challenge *challenge) {
    uint8_t text[PROOF_LEN];
    proof_text(text, &address->pub, broker, challenge);
    kith_sign(out, kith_bytes(text, sizeof text), &address->sec);
}

int kith_mailbox_check(const struct kith_pubkey *address, const struct kith_sig *sig, const struct kith_pubkey *broker,
                       const struct kith_challenge *challenge) {
    uint8_t text[PROOF_LEN];
    proof_text(text, address, broker, challenge);
    return kith_verify(address, sig, kith_bytes(text, sizeof text));
}
