/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "drivers/lan.h"
#include "host_state.h"

static void heard(void *ctx, struct kith_bytes datagram, bool sealed) {
    struct host *h = ctx;
    kith_node_lan(h->node, datagram, sealed, host_time());
    host_pump(h);
}

int host_lan_start(struct host *h, const char *bound, uint16_t port) {
    struct kith_lan_config config = {
        .keys = h->home.keys, .cap = KITH_MAIN_NET, .bound = bound, .port = port, .heard = heard, .ctx = h};
    int err;
    if (bound != h->lan_bound)
        snprintf(h->lan_bound, sizeof h->lan_bound, "%s", bound);
    h->lan_port = port;
    err = kith_lan_start(&h->lan, &h->loop, &config);
    kith_wipe(&config, sizeof config);
    return err;
}

void host_lan_close(struct host *h) {
    kith_lan_stop(h->lan);
    h->lan = NULL;
}
