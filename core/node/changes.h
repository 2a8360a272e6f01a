/* SPDX-License-Identifier: MIT */
/* changes.h: tells an app what to ask for again: the ids whose summary or profile says something else
 * than before, and how many new posts, private messages and notices there are. What comes within a
 * quarter of a second is told at once. */
#ifndef KITH_NODE_CHANGES_H
#define KITH_NODE_CHANGES_H

#include "node/methods.h"

#define KITH_CHANGES_EVERY_MS 250
#define KITH_CHANGES_MAX 256      /* ids in one item; more is "all" */
#define KITH_CHANGES_BACKLOG 8192 /* records; a stream that is farther behind is told "all" */

struct kith_changes {
    uint64_t due_ms;     /* when a stream wants a turn; UINT64_MAX: none waits */
    uint64_t generation; /* raised when more has changed than new records say */
};

int kith_changes_serve(struct kith_call *c);

/* Something was forgotten, or all views were made anew: everybody is told "all". */
void kith_changes_all(struct kith_node *n);

uint64_t kith_changes_deadline(const struct kith_node *n);
void kith_changes_tick(struct kith_node *n);

#endif
