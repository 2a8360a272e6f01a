/* SPDX-License-Identifier: MIT */
/* roads_world.c: the machines, and roads that lose, repeat and delay. */
#include "roads.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/job.h"

struct roads_world roads_w;

uint64_t roads_draw(void) { /* Steele, Lea, Flood: SplitMix64 */
    uint64_t z = (roads_w.state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t roads_below(uint64_t n) {
    return roads_draw() % n;
}

void roads_fill(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    while (len--)
        *out++ = (uint8_t)roads_draw();
}

void roads_later(uint64_t ms, enum kind kind, size_t who, uint64_t ticket, struct kith_bytes bytes) {
    struct event *e;
    roads_w.events = kith_grow(roads_w.events, &roads_w.event_cap, roads_w.event_count + 1, sizeof *roads_w.events);
    e = &roads_w.events[roads_w.event_count++];
    *e = (struct event){.at = roads_w.now + ms, .order = roads_w.order++, .kind = kind, .who = who, .ticket = ticket, .life = roads_w.people[who].life};
    kith_buf_put_bytes(&e->bytes, bytes);
}

struct kith_time roads_time_of(const struct machine *m) {
    return (struct kith_time){1 + roads_w.now - m->boot_at, (uint64_t)((int64_t)(EPOCH + roads_w.now) + m->skew)};
}

/* ---- effects ---- */

static struct blob *blob_of(struct machine *m, const struct kith_blobid *id) {
    for (size_t i = 0; i < m->blob_count; i++) {
        if (kith_hash_eq(&m->blobs[i].id.hash, &id->hash))
            return &m->blobs[i];
    }
    return NULL;
}

static void keep_blob(struct machine *m, const struct kith_effect *e) {
    struct blob *b = &m->blobs[m->blob_count];
    if (blob_of(m, &e->blob))
        return;
    if (++m->blob_count == sizeof m->blobs / sizeof *m->blobs) {
        fprintf(stderr, "too many blobs\n");
        exit(2);
    }
    *b = (struct blob){.id = e->blob};
    kith_buf_put_bytes(&b->bytes, e->bytes);
}

static void drop_blob(struct machine *m, const struct kith_effect *e) {
    struct blob *b = blob_of(m, &e->blob);
    if (!b)
        return;
    kith_buf_wipe(&b->bytes);
    *b = m->blobs[--m->blob_count];
}

/* Half of them within an hour, the others within a week. */
static uint64_t a_while(void) {
    return roads_below(2) ? roads_below(3600 * 1000) : roads_below(WEEK);
}

/* Lost, late or twice, to one of those for whom it is. */
static void carry_to(size_t to, struct kith_bytes packet) {
    unsigned copies = !roads_w.calm && roads_below(100) < 30 ? 0 : roads_below(100) < 20 ? 2 : 1;
    roads_w.lost += !copies;
    roads_w.twice += copies == 2;
    while (copies--)
        roads_later(a_while(), DELIVER, to, 0, packet);
}

static void carry_packet(size_t from, const struct kith_effect *e) {
    const uint8_t *end = memchr(e->bytes.p, '\n', e->bytes.len);
    size_t to = (size_t)(e->bytes.p[5] - '0'); /* "http:N" */
    struct kith_bytes packet = kith_bytes_skip(e->bytes, (size_t)(end - e->bytes.p) + 1);
    bool alone;
    if (kith_bytes_starts(e->bytes, "mailto:")) { /* a server that is never up */
        roads_later(2 * 3600 * 1000, SENT, from, e->ticket, KITH_LIT("not now"));
        return;
    }
    roads_w.packets++;
    roads_w.bytes += packet.len;
    roads_w.together += packet.p[1] > 1;
    roads_later(roads_below(5000), SENT, from, e->ticket, KITH_LIT(""));
    if (!kith_bytes_starts(e->bytes, "dir:")) {
        carry_to(to, packet);
        return;
    }
    for (to = 0; to < roads_w.count; to++) {
        if (to != from && kith_packet_is_for(packet, &roads_w.people[to].keys, &alone))
            carry_to(to, packet);
    }
}

void roads_pump(size_t who) {
    struct machine *m = &roads_w.people[who];
    struct kith_effect e;
    while (kith_node_next(m->node, &e)) {
        struct kith_buf out = {0};
        struct kith_slot slot;
        struct blob *b;
        int err;
        switch (e.kind) {
        case KITH_EFFECT_STORE:
            err = kith_slots_mem_perform(m->disk, &e.store, &slot);
            kith_node_store_done(m->node, e.ticket, err, e.store.kind == KITH_STORE_CREATE ? &slot : NULL, roads_time_of(m));
            break;
        case KITH_EFFECT_JOB:
            if (kith_job_run(e.bytes, &out))
                exit(2);
            kith_node_job_done(m->node, e.ticket, kith_buf_bytes(&out), roads_time_of(m));
            break;
        case KITH_EFFECT_BLOB_PUT:
            keep_blob(m, &e);
            kith_node_blob_put_done(m->node, e.ticket, KITH_OK, roads_time_of(m));
            break;
        case KITH_EFFECT_BLOB_DROP:
            drop_blob(m, &e);
            break;
        case KITH_EFFECT_BLOB_GET:
            b = blob_of(m, &e.blob);
            kith_node_blob_got(m->node, e.ticket, b ? KITH_OK : KITH_ERR_NOT_FOUND, b ? kith_buf_bytes(&b->bytes) : KITH_LIT(""), roads_time_of(m));
            break;
        case KITH_EFFECT_PACKET:
            carry_packet(who, &e);
            break;
        case KITH_EFFECT_LOG:
            if (getenv("ROADS_LOG"))
                fprintf(stderr, "%" PRIu64 " %zu %.*s\n", roads_w.now / 1000, who, (int)e.bytes.len, (const char *)e.bytes.p);
            break;
        default:
            break;
        }
        kith_buf_wipe(&out);
    }
}

/* ---- life ---- */

void roads_boot(size_t who) {
    struct machine *m = &roads_w.people[who];
    struct kith_store_report report;
    struct kith_node_config config = {.keys = m->keys, .cap = KITH_MAIN_NET, .rng = {roads_fill, NULL}};
    m->boot_at = roads_w.now;
    m->life++;
    config.slots = kith_slots_mem_list(m->disk, &config.slot_count);
    if (kith_node_open(&m->node, &config, &report, roads_time_of(m)))
        exit(2);
    for (size_t i = 0; i < m->blob_count; i++)
        kith_node_blob_known(m->node, &m->blobs[i].id, m->blobs[i].bytes.len);
    roads_pump(who);
}

void roads_restart(size_t who) {
    struct machine *m = &roads_w.people[who];
    if (roads_below(2)) { /* without a word; what was synced is there */
        kith_node_free(m->node);
    } else {
        kith_node_stop(m->node, roads_time_of(m));
        roads_pump(who);
        kith_node_free(m->node);
    }
    roads_boot(who);
}
