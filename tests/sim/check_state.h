/* SPDX-License-Identifier: MIT */
/* check_state.h: what check*.c share: for each honest author, what was ever signed under each sequence,
 * as far as anybody but its own unsynced disk has seen it. */
#ifndef KITH_SIM_CHECK_STATE_H
#define KITH_SIM_CHECK_STATE_H

#include "check.h"
#include "feed/message.h"

struct said {
    struct kith_msgid id;
    double timestamp;
    bool known, judged, acknowledged;
    struct kith_buf value; /* if acknowledged */
};

struct said_feed {
    struct said *at; /* by sequence - 1 */
    size_t count, cap;
};

struct check {
    struct said_feed feeds[WORLD_MACHINES];
    struct kith_json doc;
    struct kith_buf scratch;
};

struct said *check_said(struct world *w, const struct machine *author, uint64_t sequence);
void check_seen(struct world *w, const struct kith_message *m, const char *where, bool judged);
uint64_t check_head(const struct machine *m, const struct machine *author); /* that m holds */

void check_frozen(struct world *w); /* those that say that they forked: whether they did, and could have known */

/* Nobody holds what was written after its author blocked them. */
void check_blocks(struct world *w);

#endif
