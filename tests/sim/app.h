/* SPDX-License-Identifier: MIT */
/* app.h: what a person holds in their hands: a client of the node over a local link, as the command
 * line and the page are. What the node acknowledges goes to check.h; what it refuses, or cannot take
 * because the machine is off, the person tries again a little later, some times. */
#ifndef KITH_SIM_APP_H
#define KITH_SIM_APP_H

#include "wire/link.h"
#include "world.h"

struct machine;

struct app_call {
    int32_t req;
    struct kith_buf content; /* of a publish; empty: another call */
    unsigned tries;
};

struct app {
    struct kith_link *client;
    uint32_t link;
    struct app_call *calls;
    size_t count, cap;
    uint64_t acknowledged, refused;
};

void app_open(struct machine *m);
void app_close(struct machine *m); /* the node is gone: unanswered calls stay so */

/* args is a JSON array. The answer is of no interest. */
void app_run(struct machine *m, const char *method, struct kith_bytes args);
/* Publishes a content after so long. Takes the content. */
void app_publish(struct machine *m, uint64_t delay_ms, struct kith_buf content);

void app_move(struct machine *m); /* bytes in both directions, until there are none */

#endif
