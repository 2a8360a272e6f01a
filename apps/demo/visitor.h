/* SPDX-License-Identifier: MIT */
/* visitor.h: the visitor's own node: `kith serve` in a process of its own, on a home where nobody has
 * lived before, since what the demo says goes into the visitor's feed for ever. */
#ifndef KITH_DEMO_VISITOR_H
#define KITH_DEMO_VISITOR_H

#include <uv.h>

#include "home.h"
#include "neighbourhood.h"

struct visitor {
    struct home home;
    char program[HOME_PATH_MAX]; /* kith */
    uv_process_t node, page;
    uv_pipe_t words;             /* what the node prints: its address */
    char line[512];
    size_t line_len;
    bool runs, shows;
    void (*ready)(struct visitor *, const char *address);
    void (*gone)(struct visitor *); /* the node has ended, also when it was asked to */
    void *ctx;
};

/* Starts the node; more are further words for `kith serve`, ended by NULL. False: the reason was said. */
bool visitor_start(struct visitor *me, uv_loop_t *loop, char **more);
void visitor_stop(struct visitor *me, int signal);

/* Says who we are and follows those whom we know. */
bool visitor_settle(struct visitor *me, const struct neighbourhood *v, const char *name);

/* Opens the page in a browser, or prints its address only. */
void visitor_show(struct visitor *me, bool in_browser);

#endif
