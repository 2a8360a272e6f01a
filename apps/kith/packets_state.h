/* SPDX-License-Identifier: MIT */
/* packets_state.h: what packets*.c share and nobody else includes. */
#ifndef KITH_APP_PACKETS_STATE_H
#define KITH_APP_PACKETS_STATE_H

#include "drivers/carrier.h"
#include "host_state.h"
#include "packets.h"

#define PACKETS_BATCH 64 /* files in one go */
#define PACKETS_PATH (HOME_PATH_MAX + 400)

struct waiting { /* a packet in outpackets */
    uint64_t ticket;
    uint64_t next_ms;
    bool busy;
    char *address;
};

struct place { /* where packets for us may lie */
    char *address;
    uint64_t next_ms, memo;
    bool busy, gone;
    char why[KITH_CARRIER_WORD]; /* the last trouble, told once */
};

struct way_trouble { /* an address that did not work: all that waits for it waits longer */
    char *address;
    unsigned tries;
};

struct packets {
    struct host *host;
    char out[PACKETS_PATH], in[PACKETS_PATH];
    struct waiting *waiting;
    size_t waiting_count, waiting_cap;
    struct place **places;
    size_t place_count, place_cap;
    struct way_trouble *troubles;
    size_t trouble_count, trouble_cap;
    uv_timer_t timer;
    uv_fs_event_t in_watch, out_watch;
    uv_async_t done;
    uv_mutex_t lock;          /* of finished */
    struct packets_job *finished;
    size_t running;
    int handles;              /* that are being closed */
    volatile bool stopping;   /* threads read it; a word that is old for a moment does no harm */
    uint64_t scan_ms;         /* when to look into our own folders */
    char *settings;
};

/* packets_job.c: one thread, one batch for one address, or one look at a place. */
struct packets_job {
    struct packets *packets;
    uv_thread_t thread;
    const struct kith_carrier *carrier;
    char *address, *settings;
    struct kith_keypair keys;
    struct place *place; /* a look; NULL: a batch */
    size_t count;
    uint64_t tickets[PACKETS_BATCH];
    enum kith_carried results[PACKETS_BATCH];
    char by[PACKETS_BATCH][KITH_CARRIER_WORD];
    uint64_t memo, every_ms;
    size_t taken;
    bool ok;
    struct packets_job *next;
};

/* Starts it; packets_job_ended is called on the loop. The job is freed after that. */
void packets_job_start(struct packets_job *job);
void packets_job_ended(struct packets *p, struct packets_job *job);

/* packets_folder.c: our own two folders. */
void packets_path(const struct packets *p, uint64_t ticket, const char *ending, char *out);
bool packets_read(const char *path, struct kith_buf *out);
bool packets_write(const char *path, struct kith_bytes bytes); /* by another name first */
bool packets_scan_in(struct packets *p);  /* true: there is more */
bool packets_scan_out(struct packets *p);

#endif
