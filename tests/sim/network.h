/* SPDX-License-Identifier: MIT */
/* network.h: wires between machines. Bytes of one direction stay in order and take as long as the wire
 * is slow; a wire can die with a word (both ends hear of it) or without one, and a partition stalls or
 * kills those that cross it. */
#ifndef KITH_SIM_NETWORK_H
#define KITH_SIM_NETWORK_H

#include "world.h"

#define NETWORK_WINDOW ((size_t)64 << 10) /* bytes on their way in one direction */

struct network *network_new(void);
void network_free(struct network *n);

/* A machine asks for a connection; machine_dialled answers, or nothing ever does. */
void network_dial(struct world *w, struct machine *from, uint32_t link, struct kith_bytes address);
void network_write(struct world *w, struct machine *m, uint32_t link); /* it has bytes */
/* Takes what it still wants to say, closes, and answers with machine_eof. */
void network_close(struct world *w, struct machine *m, uint32_t link);
void network_lost(struct world *w, struct machine *m); /* all its wires, after a crash */

/* One of the wires, if there is any. silent: nobody is told. */
void network_cut_any(struct world *w, bool silent);

/* Machines with different groups do not reach each other. */
void network_partition(struct world *w, const uint8_t group[WORLD_MACHINES]);
void network_heal(struct world *w);     /* one group; what stalled goes on */
void network_calm_down(struct world *w); /* and slow wires are replaced by fast ones, from now on */

size_t network_count(const struct network *n); /* open wires */

#endif
