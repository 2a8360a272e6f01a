/* SPDX-License-Identifier: MIT */
/* packets_watch.c: a thread waits at each place whose carrier can wait, and says when to look there. */
#include <stdio.h>

#include "packets_state.h"

#define LASTED_MS 60000 /* that long, and the next one is begun as soon as the first was */

void packets_watch_some(struct packets *p, uint64_t now) {
    for (size_t i = 0; i < p->place_count; i++) {
        struct place *at = p->places[i];
        const struct kith_carrier *carrier = kith_carrier_of(at->address);
        struct packets_job *job;
        if (!carrier || !carrier->watch)
            at->watch_ms = UINT64_MAX;
        if (at->watching || at->gone || !at->worked || at->watch_ms > now)
            continue;
        job = packets_job_new(p, carrier, at->address);
        job->place = at;
        job->watch = true;
        at->watching = true;
        packets_job_start(job);
    }
}

void packets_watch_news(void *ctx) {
    struct packets_job *job = ctx;
    uv_mutex_lock(&job->packets->lock);
    job->place->news = true;
    uv_mutex_unlock(&job->packets->lock);
    uv_async_send(&job->packets->done);
}

void packets_watch_heard(struct packets *p, uint64_t now) {
    for (size_t i = 0; i < p->place_count; i++) {
        struct place *at = p->places[i];
        bool news;
        uv_mutex_lock(&p->lock);
        news = at->news;
        at->news = false;
        uv_mutex_unlock(&p->lock);
        if (!news || !at->watching)
            continue;
        if (!at->watched) {
            host_log(p->host, 6, "road.waits");
            at->watched_ms = now;
        }
        at->watched = true;
        packets_tell(p, at);
        at->next_ms = 0;
        at->again = at->busy;
    }
}

void packets_watch_ended(struct packets *p, struct packets_job *job, uint64_t now) {
    struct place *at = job->place;
    char line[KITH_CARRIER_WORD + 100];
    if (at->watched && !at->gone && !p->stopping) {
        snprintf(line, sizeof line, "road.watch road=%s why=\"%s\"", job->carrier->scheme, job->by[0]);
        host_log(p->host, 4, line);
        at->next_ms = 0; /* something may have come in between */
    }
    if (at->watched && now - at->watched_ms > LASTED_MS)
        at->watch_tries = 0;
    at->watching = at->watched = false;
    if (!p->stopping)
        packets_tell(p, at);
    at->watch_ms = job->watched == KITH_WATCHED_NEVER ? UINT64_MAX : now + ((uint64_t)PACKETS_AGAIN_FIRST_MS << at->watch_tries);
    at->watch_tries += at->watch_tries < PACKETS_AGAIN_DOUBLED;
}
