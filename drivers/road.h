/* SPDX-License-Identifier: MIT */
/* road.h: one connection as a driver sees it: bytes in, bytes pulled out, an end. A road decides
 * nothing; who speaks on it and what they say is the node's affair.
 *
 * Works for every uv_stream_t (TCP, Unix socket); a road whose bytes need more than that (a WebSocket)
 * brings its own ways. A road is made by its driver (tcp.h, local.h, web.h), which owns it; it frees
 * itself after `closed`. */
#ifndef KITH_DRIVERS_ROAD_H
#define KITH_DRIVERS_ROAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#define KITH_ROAD_BUFFER 65536

struct kith_road;

/* The host's side. ctx is what the host gave when the road was made. */
struct kith_road_host {
    void (*opened)(void *ctx, struct kith_road *r, int uv_error); /* a dialled road stands, or not */
    void (*bytes)(void *ctx, struct kith_road *r, const uint8_t *in, size_t len);
    size_t (*pull)(void *ctx, struct kith_road *r, uint8_t *out, size_t cap); /* 0: nothing now */
    /* The road has written by itself and has pulled for it: the host's other work may be due. */
    void (*wrote)(void *ctx);
    void (*closed)(void *ctx, struct kith_road *r); /* the last call; the other side's end, or ours */
};

/* How a road that is no plain stream does what the four calls below say. */
struct kith_road_ways {
    void (*start)(struct kith_road *r);
    void (*write)(struct kith_road *r);
    void (*pause)(struct kith_road *r, bool on);
    void (*close)(struct kith_road *r);
};

struct kith_road {
    const struct kith_road_ways *ways; /* NULL: the stream's own */
    void *driver;                      /* what belongs to the ways */
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } uv;
    const struct kith_road_host *host;
    void *ctx;
    uint32_t link; /* the node's number for it */
    char address[128]; /* of the other side, for the log */
    char why[64];      /* words for a dial that failed, if the driver knows more than that there was no connection */
    bool open, writing, draining, closing;
    bool paused; /* as kith_road_pause was told */
    bool resolving, closed; /* a name is looked up for it: it is freed after both */
    uv_write_t write;
    uv_connect_t connect;
    uint8_t *out, *in; /* KITH_ROAD_BUFFER each, freed with the road; NULL for one with ways of its own */
};

struct kith_road *kith_road_new(const struct kith_road_host *host, void *ctx);
/* The same for a driver with ways of its own: without buffers. */
struct kith_road *kith_road_new_bare(const struct kith_road_host *host, void *ctx);

/* After the stream is connected or accepted: reads from now on. */
void kith_road_start(struct kith_road *r);

/* The host has something to say: pulls it. */
void kith_road_write(struct kith_road *r);

/* Stops and resumes reading, while the node has more than it can judge. */
void kith_road_pause(struct kith_road *r, bool on);

/* Writes what can still be pulled, then closes. A second call does not wait for a reader any more:
 * a peer that reads nothing would hold the road for ever. */
void kith_road_close(struct kith_road *r);

#endif
