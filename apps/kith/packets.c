/* SPDX-License-Identifier: MIT */
#include "packets.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "packets_state.h"

#define SCAN_EVERY_MS 5000   /* where nothing tells us of new files */
#define WATCHED_EVERY_MS 300000 /* where a carrier tells us what comes */

static uint64_t now_ms(void) {
    return uv_hrtime() / 1000000;
}

static void look_soon(struct packets *p, uint64_t ms);

/* ---- addresses that do not work ---- */

static unsigned *tries_of(struct packets *p, const char *address) {
    for (size_t i = 0; i < p->trouble_count; i++) {
        if (!strcmp(p->troubles[i].address, address))
            return &p->troubles[i].tries;
    }
    p->troubles = kith_grow(p->troubles, &p->trouble_cap, p->trouble_count + 1, sizeof *p->troubles);
    p->troubles[p->trouble_count] = (struct way_trouble){kith_strdup(kith_bytes_str(address)), 0};
    return &p->troubles[p->trouble_count++].tries;
}

static uint64_t pause_after(struct packets *p, const char *address) {
    unsigned *tries = tries_of(p, address);
    uint64_t ms = (uint64_t)PACKETS_AGAIN_FIRST_MS << *tries;
    *tries += *tries < PACKETS_AGAIN_DOUBLED;
    return ms;
}

/* ---- what waits ---- */

static void add(struct packets *p, uint64_t ticket, const char *address) {
    p->waiting = kith_grow(p->waiting, &p->waiting_cap, p->waiting_count + 1, sizeof *p->waiting);
    p->waiting[p->waiting_count++] = (struct waiting){.ticket = ticket, .address = kith_strdup(kith_bytes_str(address))};
}

static struct waiting *find(struct packets *p, uint64_t ticket) {
    for (size_t i = 0; i < p->waiting_count; i++) {
        if (p->waiting[i].ticket == ticket)
            return &p->waiting[i];
    }
    return NULL;
}

static void take_away(struct packets *p, const struct waiting *w) {
    char path[PACKETS_PATH + 64];
    packets_path(p, w->ticket, ".packet", path);
    (void)unlink(path);
    packets_path(p, w->ticket, ".to", path);
    (void)unlink(path);
}

static void forget(struct packets *p, struct waiting *w) {
    take_away(p, w);
    kith_free(w->address);
    *w = p->waiting[--p->waiting_count];
}

static void take_packet(struct packets *p, const struct kith_effect *e) {
    const uint8_t *end = memchr(e->bytes.p, '\n', e->bytes.len);
    struct kith_bytes address = kith_bytes(e->bytes.p, (size_t)(end - e->bytes.p));
    char path[PACKETS_PATH + 64], *text = kith_strdup(address);
    bool ok;
    packets_path(p, e->ticket, ".to", path);
    ok = packets_write(path, address);
    packets_path(p, e->ticket, ".packet", path);
    ok = ok && packets_write(path, kith_bytes_skip(e->bytes, address.len + 1));
    if (ok)
        add(p, e->ticket, text);
    else
        kith_node_packet_sent(p->host->node, e->ticket, KITH_SENT_LATER, "there is no room in outpackets", host_time());
    kith_free(text);
    look_soon(p, 1);
}

/* What an earlier run has left. The node has its own list, and sends again what is in neither. */
static void load(struct packets *p) {
    struct dirent *entry;
    DIR *dir = opendir(p->out);
    while (dir && (entry = readdir(dir))) {
        char path[PACKETS_PATH + 300], *end, *address;
        uint64_t ticket = strtoull(entry->d_name, &end, 16);
        struct kith_buf to = {0};
        if (end != entry->d_name + 16 || strcmp(end, ".to"))
            continue;
        snprintf(path, sizeof path, "%s/%s", p->out, entry->d_name);
        if (packets_read(path, &to)) {
            address = kith_strdup(kith_buf_bytes(&to));
            add(p, ticket, address);
            kith_free(address);
        }
        kith_buf_wipe(&to);
    }
    if (dir)
        closedir(dir);
}

/* ---- jobs ---- */

static bool is_busy(const struct packets *p, const char *address) {
    for (size_t i = 0; i < p->waiting_count; i++) {
        if (p->waiting[i].busy && !strcmp(p->waiting[i].address, address))
            return true;
    }
    return false;
}

/* The first that is due, and all others for the same address. True: a job has begun. */
static bool transmit_some(struct packets *p) {
    uint64_t now = now_ms();
    struct packets_job *job = NULL;
    for (size_t i = 0; i < p->waiting_count && (!job || job->count < PACKETS_BATCH); i++) {
        struct waiting *w = &p->waiting[i];
        const struct kith_carrier *carrier;
        if (w->busy || w->next_ms > now || (job ? strcmp(w->address, job->address) || w->back != job->back : is_busy(p, w->address)))
            continue;
        carrier = job ? job->carrier : kith_carrier_of(w->address);
        if (!carrier) {
            kith_node_packet_sent(p->host->node, w->ticket, KITH_SENT_NEVER, "no road of this kind is known here", host_time());
            forget(p, w);
            i--;
            continue;
        }
        if (!job) {
            job = packets_job_new(p, carrier, w->address);
            job->back = w->back;
        }
        w->busy = true;
        job->tickets[job->count++] = w->ticket;
    }
    if (job)
        packets_job_start(job);
    return job != NULL;
}

static void receive_some(struct packets *p) {
    uint64_t now = now_ms();
    for (size_t i = 0; i < p->place_count; i++) {
        struct place *at = p->places[i];
        const struct kith_carrier *carrier = kith_carrier_of(at->address);
        struct packets_job *job;
        if (at->busy || at->gone || at->next_ms > now || !carrier || !carrier->receive)
            continue;
        job = packets_job_new(p, carrier, at->address);
        job->place = at;
        job->memo = at->memo;
        job->notes = at->notes;
        at->notes = (struct kith_buf){0};
        at->busy = true;
        packets_job_start(job);
    }
}

void packets_tell(struct packets *p, const struct place *at) {
    enum kith_inlet_state how = at->gone ? KITH_INLET_GONE : at->why[0] ? KITH_INLET_TROUBLE : at->watched ? KITH_INLET_WAITS : KITH_INLET_LOOKED;
    kith_node_inlet(p->host->node, at->address, how, at->why);
}

static void looked(struct packets *p, struct packets_job *job) {
    struct place *at = job->place;
    char line[KITH_CARRIER_WORD + 100];
    at->busy = false;
    at->memo = job->memo;
    at->notes = job->notes;
    job->notes = (struct kith_buf){0};
    at->next_ms = now_ms() + (!job->ok ? pause_after(p, at->address) : at->watched && job->every_ms < WATCHED_EVERY_MS ? WATCHED_EVERY_MS : job->every_ms);
    if (at->again && job->ok)
        at->next_ms = 0;
    at->again = false;
    if (job->ok)
        *tries_of(p, at->address) = 0;
    at->worked = job->ok;
    if (!job->ok && strcmp(at->why, job->by[0])) {
        snprintf(line, sizeof line, "road.trouble road=%s why=\"%s\"", job->carrier->scheme, job->by[0]);
        host_log(p->host, 4, line);
    }
    snprintf(at->why, sizeof at->why, "%s", job->ok ? "" : job->by[0]);
    packets_tell(p, at);
    for (size_t i = 0; i < job->returned_count; i++)
        kith_node_packet_returned(p->host->node, job->returned[i].ticket, job->returned[i].address, job->returned[i].why, host_time());
    if (job->taken)
        p->scan_ms = 0;
}

static void transmitted(struct packets *p, struct packets_job *job) {
    uint64_t again = 0;
    for (size_t i = 0; i < job->count; i++) {
        struct waiting *w = find(p, job->tickets[i]);
        if (w)
            w->busy = false;
        if (job->results[i] == KITH_CARRIED_LATER && !p->stopping) {
            if (!again)
                again = now_ms() + pause_after(p, job->address);
            if (w)
                w->next_ms = again;
        } else if (job->results[i] == KITH_CARRIED_STORED) {
            *tries_of(p, job->address) = 0;
        }
        if (!job->back && (!p->stopping || job->results[i] == KITH_CARRIED_STORED))
            kith_node_packet_sent(p->host->node, job->tickets[i], (enum kith_sent)job->results[i], job->by[i], host_time());
        if (w && (w->dropped || job->results[i] != KITH_CARRIED_LATER))
            forget(p, w);
    }
}

void packets_job_ended(struct packets *p, struct packets_job *job) {
    p->running--;
    if (job->watch)
        packets_watch_ended(p, job, now_ms());
    else if (job->place)
        looked(p, job);
    else
        transmitted(p, job);
    packets_job_free(job);
}

static void on_done(uv_async_t *a) {
    struct packets *p = a->data;
    struct packets_job *job;
    do {
        uv_mutex_lock(&p->lock);
        job = p->finished;
        if (job)
            p->finished = job->next;
        uv_mutex_unlock(&p->lock);
        if (job)
            packets_job_ended(p, job);
    } while (job);
    packets_watch_heard(p, now_ms());
    host_pump(p->host);
    look_soon(p, 1);
}

/* ---- looking ---- */

static void on_timer(uv_timer_t *t) {
    struct packets *p = t->data;
    uint64_t now = now_ms(), next;
    if (p->stopping)
        return;
    if (p->scan_ms <= now) {
        bool more = packets_scan_in(p);
        more |= packets_scan_out(p);
        p->scan_ms = now + (more ? 200 : SCAN_EVERY_MS);
        host_pump(p->host);
    }
    while (transmit_some(p))
        continue;
    receive_some(p);
    packets_watch_some(p, now);
    next = p->scan_ms;
    for (size_t i = 0; i < p->waiting_count; i++) {
        if (!p->waiting[i].busy && !is_busy(p, p->waiting[i].address) && p->waiting[i].next_ms < next)
            next = p->waiting[i].next_ms;
    }
    for (size_t i = 0; i < p->place_count; i++) {
        const struct place *at = p->places[i];
        if (!at->busy && !at->gone && kith_carrier_of(at->address) && at->next_ms < next)
            next = at->next_ms;
        if (at->worked && !at->watching && !at->gone && at->watch_ms < next)
            next = at->watch_ms;
    }
    look_soon(p, next > now ? next - now : 1);
}

static void look_soon(struct packets *p, uint64_t ms) {
    uint64_t due = uv_timer_get_due_in(&p->timer);
    if (!p->stopping && (!uv_is_active((uv_handle_t *)&p->timer) || due > ms))
        uv_timer_start(&p->timer, on_timer, ms, 0);
}

static void on_file(uv_fs_event_t *e, const char *name, int events, int status) {
    struct packets *p = e->data;
    (void)name, (void)events, (void)status;
    if (name && name[0] == '.')
        return;
    p->scan_ms = 0;
    look_soon(p, 20);
}

/* ---- what the node asks for ---- */

static void watch(struct packets *p, const struct kith_effect *e) {
    char *address = kith_strdup(e->bytes);
    struct place *at = NULL;
    for (size_t i = 0; i < p->place_count; i++) {
        if (!strcmp(p->places[i]->address, address))
            at = p->places[i];
    }
    if (at) {
        at->gone = !e->level;
        if (at->gone)
            packets_tell(p, at);
        kith_free(address);
    } else if (e->level) {
        at = kith_alloc(sizeof *at);
        at->address = address;
        p->places = kith_grow(p->places, &p->place_cap, p->place_count + 1, sizeof(struct place *));
        p->places[p->place_count++] = at;
    } else {
        kith_free(address);
    }
    look_soon(p, 1);
}

/* It lies where it was brought, for several who all have it. */
static void bring_back(struct packets *p, const struct kith_effect *e) {
    char *address = kith_strdup(e->bytes);
    const struct kith_carrier *carrier = kith_carrier_of(address);
    if (carrier && carrier->take_back) {
        add(p, e->ticket, address);
        p->waiting[p->waiting_count - 1].back = true;
    }
    kith_free(address);
    look_soon(p, 1);
}

void packets_effect(struct packets *p, const struct kith_effect *e) {
    struct waiting *w;
    if (e->kind == KITH_EFFECT_PACKET) {
        take_packet(p, e);
    } else if (e->kind == KITH_EFFECT_PACKET_DROP) {
        w = find(p, e->ticket);
        if (w && w->busy) { /* the thread that has it finds no file, if it has not read it yet */
            take_away(p, w);
            w->dropped = true;
        } else if (w) {
            forget(p, w);
        } else if (e->bytes.len) {
            bring_back(p, e);
        }
    } else if (e->kind == KITH_EFFECT_ROAD) {
        watch(p, e);
    }
}

/* ---- life ---- */

int packets_start(struct packets **out, struct host *h) {
    struct packets *p = kith_alloc(sizeof *p);
    struct kith_buf settings = {0};
    char path[HOME_PATH_MAX + 64];
    p->host = h;
    home_path(&h->home, "outpackets", p->out, HOME_PATH_MAX + 64);
    home_path(&h->home, "inpackets", p->in, HOME_PATH_MAX + 64);
    if ((mkdir(p->out, 0700) && errno != EEXIST) || (mkdir(p->in, 0700) && errno != EEXIST)) {
        kith_free(p);
        return KITH_ERR_IO;
    }
    home_path(&h->home, "roads.conf", path, sizeof path);
    (void)packets_read(path, &settings);
    p->settings = kith_strdup(kith_buf_bytes(&settings));
    kith_buf_wipe(&settings);
    kith_carrier_start();
    load(p);
    packets_try_kept(p, KITH_VERSION);
    uv_mutex_init(&p->lock);
    uv_timer_init(&h->loop, &p->timer);
    uv_async_init(&h->loop, &p->done, on_done);
    uv_fs_event_init(&h->loop, &p->in_watch);
    uv_fs_event_init(&h->loop, &p->out_watch);
    p->timer.data = p->done.data = p->in_watch.data = p->out_watch.data = p;
    (void)uv_fs_event_start(&p->in_watch, on_file, p->in, 0); /* else we look every few seconds */
    (void)uv_fs_event_start(&p->out_watch, on_file, p->out, 0);
    look_soon(p, 1);
    *out = p;
    return KITH_OK;
}

static void closed(uv_handle_t *handle) {
    struct packets *p = handle->data;
    p->handles--;
}

void packets_stop(struct packets *p) {
    if (!p)
        return;
    p->stopping = true;
    while (p->running)
        uv_run(&p->host->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&p->timer, closed);
    uv_close((uv_handle_t *)&p->done, closed);
    uv_close((uv_handle_t *)&p->in_watch, closed);
    uv_close((uv_handle_t *)&p->out_watch, closed);
    for (p->handles = 4; p->handles;)
        uv_run(&p->host->loop, UV_RUN_NOWAIT);
    for (size_t i = 0; i < p->waiting_count; i++)
        kith_free(p->waiting[i].address);
    for (size_t i = 0; i < p->place_count; i++) {
        kith_free(p->places[i]->address);
        kith_buf_wipe(&p->places[i]->notes);
        kith_free(p->places[i]);
    }
    for (size_t i = 0; i < p->trouble_count; i++)
        kith_free(p->troubles[i].address);
    kith_free(p->waiting);
    kith_free(p->places);
    kith_free(p->troubles);
    kith_wipe(p->settings, strlen(p->settings));
    kith_free(p->settings);
    uv_mutex_destroy(&p->lock);
    kith_free(p);
}
