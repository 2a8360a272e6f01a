/* SPDX-License-Identifier: MIT */
/* social_world.h: a small world for the tests of social/: people with fixed keys say things, which are
 * signed once and can then be stored in any order; a world is a store in memory with all views on it. */
#ifndef KITH_TEST_SOCIAL_WORLD_H
#define KITH_TEST_SOCIAL_WORLD_H

#include <stdarg.h>
#include <stdio.h>

#include "check.h"
#include "feed/box1.h"
#include "social/bytype.h"
#include "social/edit.h"
#include "social/graph.h"
#include "social/inbox.h"
#include "social/mention.h"
#include "social/profile.h"
#include "social/query.h"
#include "social/render.h"
#include "social/thread.h"
#include "social/vote.h"
#include "social/wall.h"
#include "store/slots_mem.h"

enum { ANNA, BELA, CARL, DORA, EVA, FINN, PEOPLE };
#ifndef MAX_SAID
#define MAX_SAID 256
#endif
#define START_MS 1700000000000ULL

struct said {
    unsigned who;
    struct kith_buf text; /* compact */
    struct kith_msgid id;
    uint64_t received_ms;
};

static struct kith_keypair people[PEOPLE];
static struct kith_head heads[PEOPLE];
static struct said said[MAX_SAID];
static size_t said_count;

static void fill_same(void *ctx, uint8_t *out, size_t len) {
    uint64_t *state = ctx;
    for (size_t i = 0; i < len; i++) {
        *state = *state * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(*state >> 56);
    }
}
static uint64_t rng_state = 42;
static const struct kith_rng test_rng = {fill_same, &rng_state};

static void people_init(void) {
    for (unsigned i = 0; i < PEOPLE; i++) {
        struct kith_seed seed = {{(uint8_t)(i + 1)}};
        kith_sign_keypair(&people[i], &seed);
    }
}

/* Text of ids for printf; a few at a time. */
__attribute__((unused)) static const char *person(unsigned who) {
    static char text[8][KITH_FEED_ID_LEN + 1];
    static unsigned turn;
    char *t = text[turn++ % 8];
    kith_feed_id_write(t, &people[who].pub);
    return t;
}
__attribute__((unused)) static const char *message(size_t n) {
    static char text[8][KITH_HASH_ID_LEN + 1];
    static unsigned turn;
    char *t = text[turn++ % 8];
    kith_msgid_write(t, &said[n].id);
    return t;
}

/* Signs the next message of the person; returns its number in `said`. */
static size_t say_bytes(unsigned who, struct kith_bytes content) {
    struct said *m = &said[said_count];
    struct kith_message made;
    double time = (double)(START_MS + said_count * 1000);
    int err = said_count < MAX_SAID
                  ? kith_message_create(content, &people[who], &heads[who], time, NULL, &m->text, &made)
                  : KITH_ERR_FULL;
    if (err) {
        fprintf(stderr, "cannot say %.*s: %s\n", (int)content.len, (const char *)content.p, kith_err_text(err));
        exit(2);
    }
    m->who = who;
    m->id = made.id;
    m->received_ms = START_MS + said_count * 1000 + 500;
    heads[who] = (struct kith_head){made.sequence, made.id};
    return said_count++;
}

__attribute__((format(printf, 2, 3), unused)) static size_t say(unsigned who, const char *format, ...) {
    char content[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(content, sizeof content, format, args);
    va_end(args);
    return say_bytes(who, kith_bytes_str(content));
}

/* The same, sealed for two others and oneself. */
__attribute__((format(printf, 4, 5), unused)) static size_t whisper(unsigned who, unsigned a, unsigned b,
                                                                    const char *format, ...) {
    char content[4096];
    struct kith_pubkey to[3] = {people[who].pub, people[a].pub, people[b].pub};
    struct kith_buf sealed = {0};
    size_t n;
    va_list args;
    va_start(args, format);
    vsnprintf(content, sizeof content, format, args);
    va_end(args);
    if (kith_box1_seal(&sealed, kith_bytes_str(content), to, a == b ? 2 : 3, &test_rng))
        exit(2);
    {
        struct kith_buf quoted = {0};
        kith_buf_put_u8(&quoted, '"');
        kith_buf_put_bytes(&quoted, kith_buf_bytes(&sealed));
        kith_buf_put_u8(&quoted, '"');
        n = say_bytes(who, kith_buf_bytes(&quoted));
        kith_buf_wipe(&quoted);
    }
    kith_buf_wipe(&sealed);
    return n;
}

struct world {
    unsigned me;
    bool has_key; /* whether private messages can be opened yet */
    struct kith_slots_mem *disk;
    struct kith_store *store;
    struct kith_social *social;
};

static bool world_unbox(void *ctx, uint32_t rec, const struct kith_message *m, struct kith_bytes content,
                        struct kith_buf *out, uint32_t *key) {
    const struct world *w = ctx;
    (void)rec;
    (void)m;
    (void)key;
    return w->has_key && kith_box1_open(out, content, &people[w->me].sec) == KITH_OK;
}

static void world_open(struct world *w) {
    struct kith_store_config config = {.rng = test_rng, .unbox = world_unbox, .unbox_ctx = w};
    struct kith_store_report report;
    w->social = kith_social_new(&people[w->me].pub, KITH_HOPS_DEFAULT, &test_rng);
    config.slots = kith_slots_mem_list(w->disk, &config.slot_count);
    config.views = kith_social_views(w->social);
    if (kith_store_open(&w->store, &config, &report) || kith_social_bind(w->social, w->store))
        exit(2);
    kith_slots_mem_settle(w->disk, w->store);
}

__attribute__((unused)) static void world_new(struct world *w, unsigned me) {
    *w = (struct world){.me = me, .has_key = true, .disk = kith_slots_mem_new()};
    world_open(w);
}

static void world_close(struct world *w) {
    kith_store_free(w->store);
    kith_social_free(w->social);
}

static void world_free(struct world *w) {
    world_close(w);
    kith_slots_mem_free(w->disk);
}

static uint32_t world_store(struct world *w, size_t n, enum kith_record_kind kind) {
    struct kith_record r = {.format = KITH_FORMAT_CLASSIC,
                            .kind = (uint8_t)kind,
                            .received_ms = said[n].received_ms,
                            .id = said[n].id,
                            .value = kith_buf_bytes(&said[n].text)};
    uint64_t number = 0;
    if (kith_store_append(w->store, &r, 1, &number))
        exit(2);
    return (uint32_t)number;
}

__attribute__((unused)) static uint32_t world_local(struct world *w, const char *json) {
    struct kith_record r = {.format = KITH_FORMAT_LOCAL, .kind = KITH_RECORD_LOCAL, .received_ms = START_MS, .value = kith_bytes_str(json)};
    uint64_t number = 0;
    if (kith_store_append(w->store, &r, 1, &number))
        exit(2);
    return (uint32_t)number;
}

/* Stores all that was said since the last call, as it was said. */
__attribute__((unused)) static void world_hear(struct world *w) {
    for (size_t n = kith_store_count(w->store); n < said_count; n++)
        world_store(w, n, KITH_RECORD_CHAINED);
}

/* Stores all in another order: each author's own order stays. */
__attribute__((unused)) static void world_hear_shuffled(struct world *w, unsigned seed) {
    size_t next[PEOPLE] = {0}, left = said_count;
    while (left) {
        unsigned who;
        seed = seed * 1103515245u + 12345u;
        who = (seed >> 16) % PEOPLE;
        while (next[who] < said_count && said[next[who]].who != who)
            next[who]++;
        if (next[who] == said_count)
            continue;
        world_store(w, next[who]++, KITH_RECORD_CHAINED);
        left--;
    }
}

/* The number in `said` of a record, whatever the order in which it was stored. */
__attribute__((unused)) static size_t said_of(struct world *w, uint32_t rec) {
    struct kith_buf scratch = {0};
    struct kith_record r;
    size_t n = SIZE_MAX;
    if (kith_store_get(w->store, rec, &r, &scratch) == KITH_OK) {
        for (n = 0; n < said_count && !kith_msgid_eq(&said[n].id, &r.id); n++)
            ;
    }
    kith_buf_wipe(&scratch);
    return n;
}

/* A list as text, "7 3 1": what it shows by number in `said`, newest first. */
__attribute__((unused)) static const char *listed(struct world *w, const struct kith_found *found, size_t n) {
    static char text[1024];
    size_t len = 0;
    text[0] = 0;
    for (size_t i = 0; i < n && len < sizeof text - 24; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, i ? " %zu" : "%zu", said_of(w, found[i].rec));
    return text;
}

#define CHECK_LIST(w, found, n, expected)                                                          \
    do {                                                                                           \
        const char *got_ = listed(w, found, n);                                                    \
        CHECK_ROW(strcmp(got_, expected) == 0, got_);                                              \
    } while (0)

__attribute__((unused)) static void said_wipe(void) {
    for (size_t i = 0; i < said_count; i++)
        kith_buf_wipe(&said[i].text);
    memset(heads, 0, sizeof heads);
    said_count = 0;
}

#endif
