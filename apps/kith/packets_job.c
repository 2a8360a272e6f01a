/* SPDX-License-Identifier: MIT */
/* packets_job.c: carriers block, so each job has a thread, apart from those on which messages are judged. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "packets_state.h"
#include "sync/packet.h"

struct packets_job *packets_job_new(struct packets *p, const struct kith_carrier *carrier, const char *address) {
    struct packets_job *job = kith_alloc(sizeof *job);
    job->packets = p;
    job->carrier = carrier;
    job->address = kith_strdup(kith_bytes_str(address));
    job->settings = kith_strdup(kith_bytes_str(p->settings));
    job->keys = p->host->home.keys;
    return job;
}

void packets_job_free(struct packets_job *job) {
    uv_thread_join(&job->thread);
    kith_free(job->address);
    kith_wipe(job->settings, strlen(job->settings));
    kith_free(job->settings);
    kith_wipe(&job->keys, sizeof job->keys);
    kith_buf_wipe(&job->notes);
    kith_free(job->returned);
    kith_free(job);
}

static bool should_stop(void *ctx) {
    const struct packets_job *job = ctx;
    return job->packets->stopping || (job->place && job->place->gone);
}

static bool is_ours(void *ctx, struct kith_bytes packet, bool *alone) {
    const struct packets_job *job = ctx;
    return kith_packet_is_for(packet, &job->keys, alone);
}

/* Not synced: who sent it sends it again if no receipt comes. */
static bool take(void *ctx, struct kith_bytes packet) {
    struct packets_job *job = ctx;
    char path[PACKETS_PATH + 64];
    snprintf(path, sizeof path, "%s/road-%016llx-%zu", job->packets->in, (unsigned long long)uv_hrtime(), job->taken);
    if (!packets_write(path, packet))
        return false;
    job->taken++;
    return true;
}

static bool returned(void *ctx, uint64_t ticket, const char *address, const char *why) {
    struct packets_job *job = ctx;
    struct packets_returned *r;
    if (job->returned_count == PACKETS_RETURNED)
        return false;
    if (!job->returned)
        job->returned = kith_alloc(PACKETS_RETURNED * sizeof *job->returned);
    r = &job->returned[job->returned_count++];
    r->ticket = ticket;
    snprintf(r->address, sizeof r->address, "%s:%s", job->carrier->scheme, address);
    snprintf(r->why, sizeof r->why, "returned by the mail server: %.90s", why);
    return true;
}

static void take_back(struct packets_job *job, struct kith_carrier_way *way) {
    for (size_t i = 0; i < job->count && !should_stop(job); i++) {
        way->ticket = job->tickets[i];
        job->results[i] = job->carrier->take_back(way);
    }
}

static void transmit(struct packets_job *job, struct kith_carrier_way *way) {
    struct kith_buf packet = {0};
    size_t stored = 0;
    for (size_t i = 0; i < job->count; i++) {
        char path[PACKETS_PATH + 64];
        packets_path(job->packets, job->tickets[i], ".packet", path);
        kith_buf_clear(&packet);
        if (!packets_read(path, &packet)) {
            job->results[i] = KITH_CARRIED_NEVER;
            snprintf(job->by[i], KITH_CARRIER_WORD, "it is no longer in outpackets");
        } else if (!should_stop(job)) {
            way->ticket = job->tickets[i];
            job->results[i] = job->carrier->transmit(way, kith_buf_bytes(&packet), job->by[i]);
        }
        stored += job->results[i] == KITH_CARRIED_STORED;
    }
    if (stored && job->carrier->flush)
        job->carrier->flush(way);
    kith_buf_wipe(&packet);
}

/* SCHEME.every = SECONDS in the settings. */
static uint64_t every(const struct packets_job *job, const struct kith_carrier_way *way) {
    char name[40], text[16];
    unsigned long seconds;
    snprintf(name, sizeof name, "%s.every", job->carrier->scheme);
    if (!kith_carrier_setting(way, name, text, sizeof text) || !(seconds = strtoul(text, NULL, 10)) || seconds > 86400)
        return job->carrier->every_ms;
    return seconds * 1000;
}

static void run(void *arg) {
    struct packets_job *job = arg;
    struct packets *p = job->packets;
    struct kith_carrier_taker taker = {is_ours, take, job, returned};
    struct kith_carrier_way way = {job->address, strchr(job->address, ':') + 1, &job->keys, job->settings, &job->memo, &job->notes, should_stop, job, 0};
    job->every_ms = every(job, &way);
    if (job->watch)
        job->watched = job->carrier->watch(&way, packets_watch_news, job->by[0]);
    else if (job->place)
        job->ok = job->carrier->receive(&way, &taker, job->by[0]);
    else if (job->back)
        take_back(job, &way);
    else
        transmit(job, &way);
    uv_mutex_lock(&p->lock);
    job->next = p->finished;
    p->finished = job;
    uv_mutex_unlock(&p->lock);
    uv_async_send(&p->done);
}

void packets_job_start(struct packets_job *job) {
    job->packets->running++;
    if (uv_thread_create(&job->thread, run, job))
        abort(); /* a machine that has no thread left is not one to go on with */
}
