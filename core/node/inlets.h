/* SPDX-License-Identifier: MIT */
/* inlets.h: what the host says of the places where packets for us may lie, for whoever asks how things are. */
#ifndef KITH_NODE_INLETS_H
#define KITH_NODE_INLETS_H

#include "base/bytes.h"

struct kith_node;

struct kith_inlets {
    struct kith_inlet {
        char *address, *why;
        int how; /* enum kith_inlet_state */
    } *all;
    size_t count, cap;
};

/* A JSON array of {road, state, why}: state is looked, waits or trouble. */
void kith_inlets_put(const struct kith_node *n, struct kith_buf *out);
void kith_inlets_wipe(struct kith_node *n);

#endif
