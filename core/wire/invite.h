/* SPDX-License-Identifier: MIT */
/* invite.h: invites to a pub or a room, as people paste them (ssb-invite, ssb-ref 2.16.0):
 *
 *   host:port:@KEY.ed25519~SEED           the form that all clients take
 *   net:host:port~shs:KEY:SEED            multiserver; also ws://, and ';' alternatives
 *
 * With blanks or quotes around, and with a '#redirect' behind. SEED gives the key to dial with. */
#ifndef KITH_WIRE_INVITE_H
#define KITH_WIRE_INVITE_H

#include "wire/address.h"

#define KITH_INVITE_MAX 2048

/* An address with has_key and has_seed; its text borrows from the input.
 * KITH_ERR_SYNTAX: no invite; a plain address is none. KITH_ERR_SIZE: too long for one. */
KITH_MUST int kith_invite_parse(struct kith_bytes text, struct kith_address *out);

/* Appends the legacy form for net, the multiserver form for everything else. The address must have
 * key and seed. */
void kith_invite_put(struct kith_buf *out, const struct kith_address *invite);

#endif
