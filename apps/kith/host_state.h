/* SPDX-License-Identifier: MIT */
/* host_state.h: what a host consists of; shared by host.c, host_effects.c, lan_host.c and
 * web_serve.c. */
#ifndef KITH_APP_HOST_STATE_H
#define KITH_APP_HOST_STATE_H

#include <uv.h>

#include "blob_dir.h"
#include "drivers/road.h"
#include "drivers/slots_posix.h"
#include "host.h"

struct host_road { /* the links that are roads of this process */
    struct kith_road *road;
    struct host_road *next;
};

struct host {
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t term, interrupt;
    uv_tcp_t tcp;
    uv_pipe_t local;
    bool tcp_open, local_open, signals_open;
    char local_path[HOME_PATH_MAX + 64];
    struct kith_lan *lan;
    char lan_bound[128], name[128], address[256]; /* where: told again to a node that is somebody else */
    uint16_t lan_port, port;

    struct home home;
    struct host_options options;
    struct kith_slots_posix *slots;
    uv_mutex_t disk; /* one slot effect at a time */
    struct blob_dir blobs;
    struct kith_node *node;
    struct host_road *roads;
    struct packets *packets; /* roads that store and forward; NULL: a command that does not stay */
    size_t working; /* jobs and disk work on the thread pool */
    bool pumping, paused, stopped, closing;
    bool adopted; /* the home has another identity than the node that stops */
    bool ended;   /* somebody wants the process to end */
};

extern const struct kith_road_host host_road_ops;

struct kith_time host_time(void);
void host_pump(struct host *h); /* effects, then the timer */
void host_carry_out(struct host *h, const struct kith_effect *e);
struct kith_road *host_find_road(struct host *h, uint32_t link);
void host_add_road(struct host *h, struct kith_road *r);
/* A road that was accepted becomes a link and starts, or is closed; NULL: it was none. */
void host_take(struct host *h, struct kith_road *r, enum kith_link_origin origin);

int host_open_node(struct host *h); /* the errors of host_open */
int host_become(struct host *h);   /* after the old node has stopped; the same errors */

void host_lan_close(struct host *h);

#endif
