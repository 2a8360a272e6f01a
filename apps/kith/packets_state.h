/* SPDX-License-Identifier: MIT */
/* packets_state.h: what packets*.c share and nobody else includes. */
#ifndef KITH_APP_PACKETS_STATE_H
#define KITH_APP_PACKETS_STATE_H

#include <stdatomic.h>

#include "drivers/carrier.h"
#include "host_state.h"
#include "packets.h"

#define PACKETS_BATCH 64 /* files in one go */
#define PACKETS_RETURNED 32
#define PACKETS_AGAIN_FIRST_MS 2000 /* after something did not work; then twice as long each time */
#define PACKETS_AGAIN_DOUBLED 10    /* times: half an hour */
#define PACKETS_PATH (HOME_PATH_MAX + 400)

struct waiting { /* a packet in outpackets */
    uint64_t ticket;
    uint64_t next_ms;
    bool busy;
    bool dropped; /* while a job had it */
    bool back;    /* it was brought there and is to be taken away again; no file here */
    char *address;
};

struct place { /* where packets for us may lie */
    char *address;
    uint64_t next_ms, memo;
    struct kith_buf notes;
    bool busy;
    bool worked;        /* the last look did */
    bool again;         /* look once more when this look is over */
    atomic_bool gone;   /* threads read it */
    bool watching;      /* a job of packets_watch.c is on its way */
    bool watched;       /* and has said that it waits */
    bool news;          /* it says that something came; under packets.lock */
    unsigned watch_tries;
    uint64_t watch_ms, watched_ms; /* when to begin one, when it began to wait; UINT64_MAX: never */
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
    atomic_bool stopping;     /* threads read it */
    uint64_t scan_ms;         /* when to look into our own folders */
    char *settings;
};

/* packets_job.c: one thread, one batch for one address, or one look at a place, or waiting there. */
struct packets_returned { /* a packet of ours that somebody says came back */
    uint64_t ticket;
    char address[300], why[KITH_CARRIER_WORD];
};

struct packets_job {
    struct packets *packets;
    uv_thread_t thread;
    const struct kith_carrier *carrier;
    char *address, *settings;
    struct kith_keypair keys;
    struct place *place; /* a look; NULL: a batch */
    bool watch;          /* waiting at the place */
    bool back;           /* a batch that is taken back */
    enum kith_watched watched;
    size_t count;
    uint64_t tickets[PACKETS_BATCH];
    enum kith_carried results[PACKETS_BATCH];
    char by[PACKETS_BATCH][KITH_CARRIER_WORD];
    uint64_t memo, every_ms;
    struct kith_buf notes;
    size_t taken;
    struct packets_returned *returned; /* in one look; more wait for the next */
    size_t returned_count;
    bool ok;
    struct packets_job *next;
};

struct packets_job *packets_job_new(struct packets *p, const struct kith_carrier *carrier, const char *address);
/* Starts it; packets_job_ended is called on the loop. The job is freed after that. */
void packets_job_start(struct packets_job *job);
void packets_job_ended(struct packets *p, struct packets_job *job);

void packets_job_free(struct packets_job *job);

/* packets_watch.c: where a carrier tells when something comes, looking from time to time is only a safety. */
void packets_watch_some(struct packets *p, uint64_t now);
void packets_watch_ended(struct packets *p, struct packets_job *job, uint64_t now);
void packets_watch_news(void *job);                        /* on the job's thread */
void packets_watch_heard(struct packets *p, uint64_t now); /* on the loop, after that */

/* packets.c: how it goes with a place, to the node. */
void packets_tell(struct packets *p, const struct place *at);

/* packets_folder.c: our own two folders. */
void packets_path(const struct packets *p, uint64_t ticket, const char *ending, char *out);
bool packets_read(const char *path, struct kith_buf *out);
bool packets_write(const char *path, struct kith_bytes bytes); /* by another name first */
void packets_try_kept(struct packets *p, const char *version);
bool packets_scan_in(struct packets *p);  /* true: there is more */
bool packets_scan_out(struct packets *p);

#endif
