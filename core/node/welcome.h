/* SPDX-License-Identifier: MIT */
/* welcome.h: who may come in, what they are to us, and which of two links with one person stays. */
#ifndef KITH_NODE_WELCOME_H
#define KITH_NODE_WELCOME_H

#include "node/peers.h"

/* After the third message of a handshake: whether that key may come in. */
bool kith_peer_admits(struct kith_peer *p, const struct kith_pubkey *id);

/* The link is open and p->id is who is there: gives it its role and starts what belongs to it. */
void kith_peer_opened(struct kith_peer *p);

#endif
