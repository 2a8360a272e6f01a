/* SPDX-License-Identifier: MIT */
/* store_lab.h: what the tests of the store share: messages of some authors that are signed for real,
 * a view that remembers what it was shown, and a random source with a seed. */
#ifndef KITH_TEST_STORE_LAB_H
#define KITH_TEST_STORE_LAB_H

#include <stdlib.h>

#include "crypto/crypto.h"
#include "feed/message.h"
#include "store/slots_mem.h"

/* splitmix64 */
static inline uint64_t lab_random(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static inline void lab_fill(void *ctx, uint8_t *out, size_t len) {
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)lab_random(ctx);
}

struct lab_message {
    struct kith_msgid id;
    struct kith_bytes value; /* owned by the lab */
    uint64_t sequence;
    size_t author;
};

struct lab {
    size_t author_count, count;
    struct kith_keypair keys[16];
    struct lab_message *messages; /* in an order in which each follows its feed's head */
};

/* count messages of the authors, interleaved by the seed. */
static inline void lab_init(struct lab *lab, size_t authors, size_t count, uint64_t seed) {
    struct kith_head heads[16] = {0};
    struct kith_buf content = {0}, text = {0};
    if (kith_crypto_init())
        exit(2);
    *lab = (struct lab){.author_count = authors, .count = count};
    lab->messages = kith_alloc(count * sizeof *lab->messages);
    for (size_t i = 0; i < authors; i++) {
        struct kith_seed key;
        lab_fill(&seed, key.b, sizeof key.b);
        kith_sign_keypair(&lab->keys[i], &key);
    }
    for (size_t i = 0; i < count; i++) {
        size_t a = (size_t)(lab_random(&seed) % authors);
        struct kith_message m;
        kith_buf_clear(&content);
        kith_buf_clear(&text);
        kith_buf_put_str(&content, "{\"type\":\"post\",\"text\":\"number ");
        kith_buf_put_dec(&content, i);
        for (uint64_t n = lab_random(&seed) % 12; n; n--)
            kith_buf_put_str(&content, " and more");
        kith_buf_put_str(&content, "\"}");
        if (kith_message_create(kith_buf_bytes(&content), &lab->keys[a], &heads[a], 1000.0 + (double)i, NULL, &text, &m))
            exit(2);
        heads[a] = (struct kith_head){m.sequence, m.id};
        lab->messages[i] = (struct lab_message){m.id, {(const uint8_t *)kith_strdup(kith_buf_bytes(&text)), text.len},
                                                m.sequence, a};
    }
    kith_buf_wipe(&content);
    kith_buf_wipe(&text);
}

static inline void lab_wipe(struct lab *lab) {
    for (size_t i = 0; i < lab->count; i++)
        kith_free((void *)(uintptr_t)lab->messages[i].value.p);
    kith_free(lab->messages);
}

static inline struct kith_record lab_record(const struct lab *lab, size_t i) {
    return (struct kith_record){.format = KITH_FORMAT_CLASSIC, .kind = KITH_RECORD_CHAINED, .received_ms = 5000 + i,
                                .id = lab->messages[i].id, .value = lab->messages[i].value};
}

/* A view that keeps an index of all records by type and counts what it was shown. */
struct lab_view {
    struct kith_view view;
    struct kith_view *list[2];
    struct kith_vec seed, shown; /* shown: uint32_t records */
    struct kith_index index;
    struct kith_vec *vecs[6];
};

static inline void lab_view_apply(struct kith_view *v, const struct kith_entry *e) {
    struct lab_view *me = v->self;
    *(uint32_t *)kith_vec_push(&me->shown) = e->rec;
    kith_index_add(&me->index, kith_index_key(&me->index, 1, e->type), e->rec);
}

static inline void lab_view_reset(struct kith_view *v) {
    struct lab_view *me = v->self;
    kith_vec_wipe(&me->shown);
    kith_index_wipe(&me->index);
}

static inline struct kith_view **lab_view_init(struct lab_view *me) {
    static const uint64_t seed[2] = {1, 2};
    *me = (struct lab_view){.shown = KITH_VEC(uint32_t)};
    me->view = (struct kith_view){.name = "lab", .version = 1, .vecs = me->vecs, .apply = lab_view_apply,
                                  .reset = lab_view_reset, .self = me};
    kith_index_init(&me->index, seed);
    me->vecs[0] = &me->shown;
    me->vecs[1] = &me->index.slots;
    me->vecs[2] = &me->index.pool;
    me->vecs[3] = &me->index.free;
    me->list[0] = &me->view;
    return me->list;
}

static inline void lab_view_wipe(struct lab_view *me) {
    lab_view_reset(&me->view);
}

#endif
