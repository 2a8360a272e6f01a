/* SPDX-License-Identifier: MIT */
/* mailbox.h: addresses at a broker (docs/protocol/broker.md). An address is an ed25519 key that stands for
 * nothing but a place where sealed signals arrive; whoever can sign with it may listen there. */
#ifndef KITH_WIRE_MAILBOX_H
#define KITH_WIRE_MAILBOX_H

#include "base/bytes.h"
#include "crypto/crypto.h"

struct kith_challenge { uint8_t b[32]; };       /* of a broker, new for each connection */
struct kith_friend_secret { uint8_t b[16]; };   /* of an invite */

/* Where friends reach us. A new epoch is a new place, told to those who stay friends. */
void kith_mailbox_derive(struct kith_keypair *out, const struct kith_seckey *sec, uint32_t epoch);

/* Where who holds an invite with this secret reaches us. */
void kith_mailbox_derive_invite(struct kith_keypair *out, const struct kith_seckey *sec,
                                const struct kith_friend_secret *secret);

/* Where who has found us at this broker may ask us: another address at each of them, and none that tells the long-term key. */
void kith_mailbox_derive_door(struct kith_keypair *out, const struct kith_seckey *sec, const struct kith_pubkey *broker);

/* The proof that we may listen at an address, good for one connection to one broker. */
void kith_mailbox_prove(struct kith_sig *out, const struct kith_keypair *address, const struct kith_pubkey *broker,
                        const struct kith_challenge *challenge);
/* KITH_ERR_CRYPTO: it is none. */
KITH_MUST int kith_mailbox_check(const struct kith_pubkey *address, const struct kith_sig *sig,
                                 const struct kith_pubkey *broker, const struct kith_challenge *challenge);

#endif
