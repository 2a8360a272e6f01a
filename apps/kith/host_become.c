/* SPDX-License-Identifier: MIT */
/* A home that gets another identity while its node runs (KITH_EFFECT_ADOPT): that node stops, and a new one
 * takes its place behind the same listeners. */
#include <stdio.h>

#include "base/base64.h"
#include "host_state.h"
#include "packets.h"

const char *host_listening(struct host *h, const char *name, uint16_t port) {
    char key[44];
    kith_base64_write(key, h->home.keys.pub.b, sizeof h->home.keys.pub.b);
    if (name != h->name)
        snprintf(h->name, sizeof h->name, "%s", name);
    h->port = port;
    snprintf(h->address, sizeof h->address, "net:%s:%u~shs:%.*s", h->name, port, (int)sizeof key, key);
    kith_node_listening(h->node, h->address);
    return h->address;
}

/* Nothing of the old node is used any more, by no road and no thread. */
static void let_go(struct host *h) {
    h->closing = true;
    packets_stop(h->packets);
    h->packets = NULL;
    for (struct host_road *r = h->roads; r; r = r->next) {
        r->road->link = 0;
        kith_road_close(r->road);
        kith_road_close(r->road); /* nor is a peer that does not read waited for */
    }
    while (h->working || h->roads)
        uv_run(&h->loop, UV_RUN_ONCE);
    kith_node_free(h->node);
    kith_slots_posix_free(h->slots);
    h->node = NULL;
    h->slots = NULL;
    h->closing = h->stopped = h->paused = h->adopted = false;
}

/* The node is opened anew, as the person whose secret the home has now. */
int host_become(struct host *h) {
    bool has_lan = h->lan != NULL;
    int err;
    host_lan_close(h);
    let_go(h);
    err = host_open_node(h);
    if (err) {
        host_log(h, 3, "identity.adopted error=cannot_open");
        uv_timer_stop(&h->timer); /* its next turn was for the old node */
        h->stopped = true;
        return err;
    }
    if (h->port)
        (void)host_listening(h, h->name, h->port);
    if (has_lan && host_lan_start(h, h->lan_bound, h->lan_port))
        host_log(h, 4, "identity.adopted lan=failed");
    host_log(h, 5, "identity.adopted");
    host_pump(h);
    return KITH_OK;
}
