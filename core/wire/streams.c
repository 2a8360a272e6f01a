/* SPDX-License-Identifier: MIT */
#include "wire/streams.h"

/* Fibonacci hashing. A peer can choose numbers that collide; the count is capped, so the worst that
 * it gets is a walk over a thousand small places. */
static size_t home(const struct kith_streams *s, int32_t req) {
    return (size_t)(((uint32_t)req * 2654435769u) >> 8) & (s->cap - 1);
}

void kith_streams_wipe(struct kith_streams *s) {
    kith_free(s->slots);
    *s = (struct kith_streams){0};
}

struct kith_open_stream *kith_streams_find(const struct kith_streams *s, int32_t req) {
    if (!s->count)
        return NULL;
    for (size_t i = home(s, req); s->slots[i].req; i = (i + 1) & (s->cap - 1)) {
        if (s->slots[i].req == req)
            return &s->slots[i];
    }
    return NULL;
}

static struct kith_open_stream *place(struct kith_streams *s, struct kith_open_stream stream) {
    size_t i = home(s, stream.req);
    while (s->slots[i].req)
        i = (i + 1) & (s->cap - 1);
    s->slots[i] = stream;
    s->count++;
    s->theirs += stream.req < 0;
    return &s->slots[i];
}

static void rehash(struct kith_streams *s, size_t cap, bool keep_deaf) {
    struct kith_streams old = *s;
    *s = (struct kith_streams){.slots = kith_alloc(cap * sizeof *s->slots), .cap = cap};
    for (size_t i = 0; i < old.cap; i++) {
        if (old.slots[i].req && (keep_deaf || !old.slots[i].deaf))
            place(s, old.slots[i]);
    }
    kith_free(old.slots);
}

struct kith_open_stream *kith_streams_add(struct kith_streams *s, int32_t req, uint8_t type) {
    KITH_ASSERT(req);
    if ((s->count + 1) * 2 > s->cap)
        rehash(s, s->cap ? s->cap * 2 : 16, true);
    return place(s, (struct kith_open_stream){.req = req, .type = type});
}

/* Linear probing without tombstones: what stands behind the hole moves up if its home allows. */
void kith_streams_remove(struct kith_streams *s, int32_t req) {
    struct kith_open_stream *found = kith_streams_find(s, req);
    size_t mask = s->cap - 1, hole, i;
    if (!found)
        return;
    hole = (size_t)(found - s->slots);
    s->count--;
    s->theirs -= req < 0;
    for (i = (hole + 1) & mask; s->slots[i].req; i = (i + 1) & mask) {
        size_t from_home = (i - home(s, s->slots[i].req)) & mask;
        if (from_home >= ((i - hole) & mask)) {
            s->slots[hole] = s->slots[i];
            hole = i;
        }
    }
    s->slots[hole] = (struct kith_open_stream){0};
}

void kith_streams_prune(struct kith_streams *s) {
    if (s->cap)
        rehash(s, s->cap, false);
}
