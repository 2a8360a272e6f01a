/* SPDX-License-Identifier: MIT */
/* effects.h: the queue of things that the node wants its host to do. Bytes are copied in, so that
 * whoever asks need not keep them. */
#ifndef KITH_NODE_EFFECTS_H
#define KITH_NODE_EFFECTS_H

#include "node/node.h"

struct kith_effects {
    struct kith_effect_item *items; /* a ring */
    size_t first, count, cap;
    struct kith_buf given; /* bytes of the effect that the host holds now */
    bool given_is_secret;
    uint64_t last_ticket;
};

void kith_effects_wipe(struct kith_effects *q);

/* Queues a copy of e and, if given, of its bytes. */
void kith_effects_put(struct kith_effects *q, const struct kith_effect *e);
bool kith_effects_next(struct kith_effects *q, struct kith_effect *e);
uint64_t kith_effects_ticket(struct kith_effects *q); /* never 0, never twice */

#endif
