/* SPDX-License-Identifier: MIT */
/* letters.h: sealed signals for somebody who is not here just now. In memory, and in the store, from where they come
 * back after a restart. For core/broker only. */
#ifndef KITH_BROKER_LETTERS_H
#define KITH_BROKER_LETTERS_H

#include "crypto/crypto.h"
#include "wire/signal.h"

#define LETTERS_MAX 8192         /* in all: 64 MiB at the most */
#define LETTERS_AN_ADDRESS 16
#define LETTER_BYTES_A_SOURCE (256u << 10) /* an hour */

struct call;
struct kith_broker;
struct kith_broker_session;

struct letter {
    struct letter *next;
    struct kith_pubkey to;
    struct kith_hash hash;
    uint64_t until_ms; /* since 1970 */
    size_t len;
    uint8_t item[]; /* as it goes out: address and signal */
};

struct letters {
    struct letter *all; /* the oldest last */
    size_t count;
};

void letters_put(const struct call *c); /* the calls `letter` and `got` */
void letters_got(const struct call *c);
/* What waits at the address, to somebody who has just come to listen there. */
void letters_deliver(struct kith_broker_session *s, const struct kith_pubkey *at);
void letters_load(struct kith_broker *b);
void letters_sweep(struct kith_broker *b, uint64_t wall_ms);
void letters_wipe(struct letters *l);

#endif
