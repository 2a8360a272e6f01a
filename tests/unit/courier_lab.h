/* SPDX-License-Identifier: MIT */
/* courier_lab.h: anna and ben in one process with nothing but a road that stores and forwards, on a virtual clock. */
#ifndef KITH_TEST_COURIER_LAB_H
#define KITH_TEST_COURIER_LAB_H

#include "check.h"
#include "node/courier_state.h"
#include "node/job.h"
#include "store/slots_mem.h"
#include "wire/muxrpc.h"

#define MINUTE UINT64_C(60000)
#define DAY (24 * 60 * MINUTE)
#define EPOCH UINT64_C(1770000000000)
#define PACKETS_MAX 200

struct side {
    struct kith_node *node;
    struct kith_slots_mem *disk;
    struct kith_keypair keys;
    int64_t skew;      /* of the calendar */
    uint64_t boot;     /* the clock that only goes forward begins here */
    uint64_t drawn;
    bool mute;         /* its host never says what became of a packet */
    bool gone;         /* switched off: time goes by without it */
    struct kith_buf out[PACKETS_MAX]; /* made by it, and not delivered yet */
    uint64_t made[PACKETS_MAX];
    size_t out_count, at;
    size_t refused, taken, dropped, taken_back;
    struct kith_buf log, said;
};

static struct side anna, ben;
static uint64_t now;

/* Bytes that do not come again while a test runs (a multiplier of Knuth's MMIX): ids of packets are drawn. */
static inline void scramble(void *ctx, uint8_t *out, size_t len) {
    struct side *s = ctx;
    while (len--) {
        s->drawn = s->drawn * UINT64_C(6364136223846793005) + 1;
        *out++ = (uint8_t)(s->drawn >> 56);
    }
}

static inline struct kith_time time_of(const struct side *s) {
    return (struct kith_time){1 + now - s->boot, (uint64_t)((int64_t)(EPOCH + now) + s->skew)};
}

/* ---- what a node asks for ---- */

static inline void keep_packet(struct side *s, const struct kith_effect *e) {
    const uint8_t *end = memchr(e->bytes.p, '\n', e->bytes.len);
    CHECK(end && s->out_count < PACKETS_MAX);
    s->made[s->out_count] = now;
    kith_buf_put_bytes(&s->out[s->out_count++], kith_bytes_skip(e->bytes, (size_t)(end - e->bytes.p) + 1));
    if (!s->mute)
        kith_node_packet_sent(s->node, e->ticket, KITH_SENT_STORED, "the road", time_of(s));
}

static inline void pump(struct side *s) {
    struct kith_effect e;
    while (kith_node_next(s->node, &e)) {
        struct kith_buf out = {0};
        struct kith_slot slot;
        if (e.kind == KITH_EFFECT_STORE) {
            int err = kith_slots_mem_perform(s->disk, &e.store, &slot);
            kith_node_store_done(s->node, e.ticket, err, e.store.kind == KITH_STORE_CREATE ? &slot : NULL, time_of(s));
        } else if (e.kind == KITH_EFFECT_JOB) {
            CHECK(!kith_job_run(e.bytes, &out));
            kith_node_job_done(s->node, e.ticket, kith_buf_bytes(&out), time_of(s));
        } else if (e.kind == KITH_EFFECT_PACKET) {
            keep_packet(s, &e);
        } else if (e.kind == KITH_EFFECT_PACKET_DROP) {
            s->dropped += !e.bytes.len;
            s->taken_back += e.bytes.len != 0;
        } else if (e.kind == KITH_EFFECT_LOG) {
            kith_buf_put_bytes(&s->log, e.bytes);
            kith_buf_put_u8(&s->log, '\n');
        }
        kith_buf_wipe(&out);
    }
}

static inline void boot(struct side *s) {
    struct kith_node_config config = {.keys = s->keys, .cap = KITH_MAIN_NET, .rng = {scramble, s}};
    struct kith_store_report report;
    s->boot = now;
    config.slots = kith_slots_mem_list(s->disk, &config.slot_count);
    CHECK(!kith_node_open(&s->node, &config, &report, time_of(s)));
    pump(s);
}

static inline void restart(struct side *s) {
    kith_node_stop(s->node, time_of(s));
    pump(s);
    kith_node_free(s->node);
    boot(s);
}

/* ---- what a user does ---- */

static inline void act(struct side *s, const char *json) {
    CHECK(!kith_node_action(s->node, kith_bytes_str(json), time_of(s)));
    pump(s);
}

static inline void tell(struct side *s, struct kith_muxrpc *rpc, uint32_t link) {
    uint8_t bytes[4096];
    size_t len, used;
    struct kith_muxrpc_event e;
    for (kith_muxrpc_send(rpc, bytes, sizeof bytes, &len); len; kith_muxrpc_send(rpc, bytes, sizeof bytes, &len))
        CHECK(!kith_node_recv(s->node, link, bytes, len, time_of(s)));
    pump(s);
    while (!kith_node_send(s->node, link, bytes, sizeof bytes, &len, time_of(s)) && len) {
        for (size_t at = 0; at < len; at += used) {
            CHECK(!kith_muxrpc_recv(rpc, bytes + at, len - at, &used));
            while (kith_muxrpc_next(rpc, &e)) {
                if (e.kind == KITH_RPC_DATA)
                    kith_buf_put_bytes(&s->said, e.body);
            }
        }
    }
}

/* The answer, as text that ends in NUL, until the next call. */
static inline const char *call(struct side *s, const char *name, const char *args) {
    struct kith_muxrpc *rpc = kith_muxrpc_new();
    uint32_t link = kith_node_accept(s->node, KITH_ORIGIN_LOCAL, "app", time_of(s));
    int32_t req;
    kith_buf_clear(&s->said);
    CHECK(link && !kith_muxrpc_call(rpc, KITH_RPC_ASYNC, name, kith_bytes_str(args), &req));
    tell(s, rpc, link);
    kith_node_eof(s->node, link, time_of(s));
    pump(s);
    kith_muxrpc_free(rpc);
    kith_buf_put_u8(&s->said, 0);
    return (const char *)s->said.p;
}

static inline const char *with_id(const char *before, const struct side *whom, const char *after) {
    static struct kith_buf out;
    kith_buf_clear(&out);
    kith_buf_put_str(&out, before);
    kith_feed_id_put(&out, &whom->keys.pub);
    kith_buf_put_str(&out, after);
    kith_buf_put_u8(&out, 0);
    return (const char *)out.p;
}

static inline void befriend(struct side *s, const struct side *whom) {
    act(s, with_id("{\"type\":\"contact\",\"contact\":\"", whom, "\",\"following\":true}"));
    CHECK(!strcmp(call(s, "roads.add", with_id("[{\"address\":\"http:there\",\"id\":\"", whom, "\"}]")), "true"));
}

/* A number of `kith outbox`, which has one recipient here; UINT64_MAX: it is not there. */
static inline uint64_t outbox(struct side *s, const char *name) {
    const char *at = strstr(call(s, "outbox.list", "[]"), name);
    return at ? strtoull(at + strlen(name), NULL, 10) : UINT64_MAX;
}

static inline bool outbox_says(struct side *s, const char *state) {
    char text[60];
    snprintf(text, sizeof text, "\"state\":\"%s\",\"road\"", state);
    return strstr(call(s, "outbox.list", "[]"), text) != NULL;
}

/* ---- time ---- */

static inline uint64_t due(const struct side *s) {
    uint64_t d = s->gone ? UINT64_MAX : kith_node_deadline(s->node);
    return d == UINT64_MAX ? d : s->boot + (d ? d - 1 : 0);
}

static inline void deliver(struct side *from, struct side *to) {
    while (!to->gone && from->at < from->out_count) {
        int err = kith_node_packet(to->node, kith_buf_bytes(&from->out[from->at]), time_of(to));
        pump(to);
        if (err == KITH_ERR_BUSY)
            return;
        to->taken += !err;
        to->refused += err == KITH_ERR_PROTOCOL;
        CHECK(!err || err == KITH_ERR_PROTOCOL);
        from->at++;
    }
}

/* A minute after it was made at the latest a packet is there. */
static inline void run(uint64_t until) {
    while (now < until) {
        uint64_t next = due(&anna) < due(&ben) ? due(&anna) : due(&ben);
        bool waits = (!ben.gone && anna.at < anna.out_count) || (!anna.gone && ben.at < ben.out_count);
        if (waits && next > now + MINUTE)
            next = now + MINUTE;
        now = next <= now ? now + 1 : next < until ? next : until;
        for (struct side *s = &anna; s; s = s == &anna ? &ben : NULL) {
            if (s->gone)
                continue;
            kith_node_tick(s->node, time_of(s));
            pump(s);
        }
        deliver(&anna, &ben);
        deliver(&ben, &anna);
    }
}

static inline uint64_t head(struct side *s, const struct side *whose) {
    return courier_head(s->node, &whose->keys.pub);
}

static inline bool are_equal(void) {
    return head(&anna, &anna) == head(&ben, &anna) && head(&ben, &ben) == head(&anna, &ben);
}

static inline void begin_as_strangers(void) {
    now = 0;
    for (struct side *s = &anna; s; s = s == &anna ? &ben : NULL) {
        *s = (struct side){.disk = kith_slots_mem_new(), .drawn = s == &anna ? 1 : 100};
        kith_sign_keypair(&s->keys, &(struct kith_seed){{s == &anna ? 1 : 2}});
        boot(s);
    }
}

static inline void begin(void) {
    begin_as_strangers();
    befriend(&anna, &ben);
    befriend(&ben, &anna);
}

static inline void end(void) {
    for (struct side *s = &anna; s; s = s == &anna ? &ben : NULL) {
        kith_node_free(s->node);
        kith_slots_mem_free(s->disk);
        for (size_t i = 0; i < s->out_count; i++)
            kith_buf_wipe(&s->out[i]);
        kith_buf_wipe(&s->log);
        kith_buf_wipe(&s->said);
    }
}

#endif
