/* SPDX-License-Identifier: MIT */
/* packets.h: the folders before all roads that store and forward, and the threads on which those run.
 *
 *     HOME/outpackets/ID.packet, ID.to   a packet that waits for its road, and the address
 *     HOME/outpackets/NAME               content of a message as JSON, by anybody: is signed and published
 *     HOME/outpackets/NAME.refused       it could not be
 *     HOME/inpackets/NAME                a packet or a signed message, by anybody: is processed
 *     HOME/inpackets/kept/NAME           not all of it was understood: for a later version; the newest thousand
 *     HOME/inpackets/refused/NAME        was no packet for us; the newest hundred
 *     HOME/roads.conf                    NAME = VALUE: private settings of the roads, mode 0600
 *
 * A file that is still being written is left alone until it is a second old; better is to write it elsewhere and to
 * rename it, or to begin its name with a dot until then. */
#ifndef KITH_APP_PACKETS_H
#define KITH_APP_PACKETS_H

#include "host.h"

struct packets;

/* KITH_ERR_IO: the folders cannot be made. */
KITH_MUST int packets_start(struct packets **out, struct host *h);
void packets_stop(struct packets *p); /* waits for its threads; NULL is fine */
/* What the node asks for. */
void packets_effect(struct packets *p, const struct kith_effect *e);

#endif
