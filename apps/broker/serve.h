/* SPDX-License-Identifier: MIT */
/* serve.h: the broker's sockets around core/broker: the page and WebSockets on one port, STUN on another. */
#ifndef KITH_BROKER_SERVE_H
#define KITH_BROKER_SERVE_H

#include "broker/broker.h"
#include "drivers/stun.h"
#include "drivers/web.h"
#include "files.h"
#include "options.h"

struct serve {
    const struct options *options;
    uv_loop_t loop;
    uv_timer_t tick, drained, late;
    uv_signal_t term, interrupt, hangup;
    struct kith_web *web, *metrics;
    struct kith_stun *stun;
    struct kith_broker *broker;
    struct store *store;
    struct kith_keypair keys;
    struct files files;
    struct kith_buf turn_secret, turn_urls;
    struct member *members; /* one for each road */
    uint64_t started_ms;
    uint16_t port;
    bool stopping;
};

/* Runs until SIGTERM or SIGINT. The exit code. */
int serve_run(const struct options *o);

/* log.c: a line on stderr, as the journal likes it. Never an address, a key or a name of anybody. */
void log_line(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* metrics.c */
void metrics_put(struct kith_buf *out, const struct serve *s);

/* The broker's key, made at the first start. Says what is wrong; false then. */
bool key_get(const char *folder, struct kith_keypair *out);

/* roads.c: WebSockets as sessions. */
extern const struct kith_road_host roads_host;
unsigned roads_room(unsigned wanted); /* how many of so many connections there are descriptors for */
void roads_opened(void *ctx, struct kith_road *r);
struct kith_broker_source roads_source(const char *name); /* of ws:ADDRESS:PORT */
void roads_work(struct serve *s); /* writes and closes what the broker says */
struct kith_broker_time serve_time(const struct serve *s);
struct kith_rng os_rng(void);

#endif
