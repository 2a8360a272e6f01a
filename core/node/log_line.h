/* SPDX-License-Identifier: MIT */
/* log_line.h: one line for each event, `event key=value …`, no texts of people and no secrets. */
#ifndef KITH_NODE_LOG_LINE_H
#define KITH_NODE_LOG_LINE_H

#include "node/node.h"

struct kith_line {
    struct kith_node *node;
    int level;
    struct kith_buf text;
};

struct kith_line kith_line(struct kith_node *n, int level, const char *event);
void kith_line_str(struct kith_line *l, const char *key, const char *value); /* spaces are kept, quotes are added */
void kith_line_int(struct kith_line *l, const char *key, int64_t value);
void kith_line_id(struct kith_line *l, const char *key, const struct kith_pubkey *id); /* shortened: @k7Qd1x… */
void kith_line_done(struct kith_line *l); /* hands it to the host */

#endif
