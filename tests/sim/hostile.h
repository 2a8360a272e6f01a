/* SPDX-License-Identifier: MIT */
/* hostile.h: a peer with a good handshake and bad intentions. It lies about what it has, writes two
 * messages for one sequence, sends what nobody asked for, what does not verify and what is no message,
 * calls without end, says nothing, and does not read. */
#ifndef KITH_SIM_HOSTILE_H
#define KITH_SIM_HOSTILE_H

#include "machine.h"

void hostile_start(struct machine *m); /* makes the machine hostile and lets it begin */
void hostile_free(struct hostile *h);
void hostile_retire(struct machine *m); /* it goes away for good */

uint32_t hostile_accept(struct machine *m);
void hostile_dialled(struct machine *m, uint32_t link, bool ok);
void hostile_recv(struct machine *m, uint32_t link, struct kith_bytes in);
void hostile_send(struct machine *m, uint32_t link, uint8_t *out, size_t cap, size_t *len);
void hostile_eof(struct machine *m, uint32_t link);
bool hostile_is_full(const struct machine *m);

#endif
