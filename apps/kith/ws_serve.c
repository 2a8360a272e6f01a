/* SPDX-License-Identifier: MIT */
#include "ws_serve.h"

#include "drivers/web.h"
#include "host_state.h"

#define SOCKETS_MAX 512 /* the node itself takes fewer guests (core/node/peers.h) */

struct ws_serve {
    struct host *host;
    struct kith_web *web;
};

static const struct kith_web_header headers[] = {{"x-content-type-options", "nosniff"}, {NULL, NULL}};

static int check(void *ctx, const struct kith_web_request *q) {
    (void)ctx;
    (void)q;
    return 0;
}

/* Whatever site a browser has loaded, it gains nothing here: no cookie and no token is worth anything. */
static int upgrade(void *ctx, const struct kith_web_request *q) {
    (void)ctx;
    (void)q;
    return 0;
}

/* Never as the same machine: a site that runs in a browser here is a stranger like any other. */
static void opened(void *ctx, struct kith_road *r) {
    struct ws_serve *s = ctx;
    host_take(s->host, r, KITH_ORIGIN_NETWORK);
}

int ws_serve_start(struct ws_serve **out, struct host *h, const char *address, uint16_t *port) {
    struct ws_serve *s = kith_alloc(sizeof *s);
    const struct kith_web_config config = {
        .headers = headers,
        .sockets = SOCKETS_MAX,
        .check = check,
        .socket_path = "/",
        .upgrade = upgrade,
        .opened = opened,
        .host = &host_road_ops,
        .host_ctx = h,
        .ctx = s,
    };
    int err;
    s->host = h;
    err = kith_web_start(&s->web, &h->loop, address, port, &config);
    if (err) {
        kith_free(s);
        s = NULL;
    }
    *out = s;
    return err;
}

void ws_serve_stop(struct ws_serve *s) {
    if (!s)
        return;
    kith_web_close(s->web);
    kith_free(s);
}
