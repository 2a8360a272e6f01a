/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/checksum.h"

void world_init(struct world *w, uint64_t seed) {
    *w = (struct world){.seed = seed, .random = seed * 0x9e3779b97f4a7c15u + 1};
    w->now = w->started = 1000000;
}

void world_wipe(struct world *w) {
    for (size_t i = 0; i < w->heap_count; i++)
        kith_buf_wipe(&w->heap[i].bytes);
    kith_free(w->heap);
}

/* splitmix64 */
static uint64_t next_random(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

uint64_t world_random(struct world *w) {
    return next_random(&w->random);
}

uint64_t world_below(struct world *w, uint64_t n) {
    return world_random(w) % n;
}

uint64_t world_between(struct world *w, uint64_t a, uint64_t b) {
    return a + world_below(w, b - a + 1);
}

bool world_chance(struct world *w, unsigned of_100) {
    return world_below(w, 100) < of_100;
}

static void stream_fill(void *ctx, uint8_t *out, size_t len) {
    struct stream *s = ctx;
    uint8_t word[8];
    for (size_t i = 0; i < len; i++) {
        if (i % 8 == 0)
            kith_put_u64le(word, next_random(&s->state));
        out[i] = word[i % 8];
    }
}

struct kith_rng stream_rng(struct stream *s) {
    return (struct kith_rng){stream_fill, s};
}

/* ---- the queue: a heap by time, then by order of coming ---- */

static bool before(const struct event *a, const struct event *b) {
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

void world_later(struct world *w, uint64_t delay_ms, struct event e) {
    size_t i = w->heap_count++;
    e.at = w->now + delay_ms;
    e.order = ++w->order;
    w->heap = kith_grow(w->heap, &w->heap_cap, w->heap_count, sizeof *w->heap);
    for (; i && before(&e, &w->heap[(i - 1) / 2]); i = (i - 1) / 2)
        w->heap[i] = w->heap[(i - 1) / 2];
    w->heap[i] = e;
}

static struct event take(struct world *w) {
    struct event first = w->heap[0], last = w->heap[--w->heap_count];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= w->heap_count)
            break;
        if (child + 1 < w->heap_count && before(&w->heap[child + 1], &w->heap[child]))
            child++;
        if (!before(&w->heap[child], &last))
            break;
        w->heap[i] = w->heap[child];
        i = child;
    }
    w->heap[i] = last;
    return first;
}

uint64_t world_next_at(const struct world *w) {
    return w->heap_count ? w->heap[0].at : UINT64_MAX;
}

bool world_step(struct world *w) {
    struct event e;
    if (!w->heap_count)
        return false;
    e = take(w);
    w->now = e.at;
    w->events++;
    world_note(w, e.name, e.who, e.link, e.x, (struct kith_bytes){0});
    w->hash = kith_checksum(kith_buf_bytes(&e.bytes), w->hash);
    e.run(w, &e);
    kith_buf_wipe(&e.bytes);
    return true;
}

/* ---- what happened ---- */

static void print_line(FILE *to, const struct world *w, const struct trace_line *t) {
    fprintf(to, "%10.3f  m%-2u %-14s %4u %8llu  %s\n", (double)(t->at - w->started) / 1000, t->who, t->name, t->link,
            (unsigned long long)t->x, t->text);
}

void world_note(struct world *w, const char *name, uint32_t who, uint32_t link, uint64_t x, struct kith_bytes text) {
    struct trace_line *t = &w->trace[w->traced++ % WORLD_TRACE];
    size_t len = text.len < sizeof t->text - 1 ? text.len : sizeof t->text - 1;
    uint8_t numbers[24];
    kith_put_u64le(numbers, w->now);
    kith_put_u64le(numbers + 8, (uint64_t)who << 32 | link);
    kith_put_u64le(numbers + 16, x);
    w->hash = kith_checksum(kith_bytes(numbers, sizeof numbers), w->hash);
    w->hash = kith_checksum(kith_bytes_str(name), w->hash);
    w->hash = kith_checksum(text, w->hash);
    *t = (struct trace_line){.at = w->now, .name = name, .who = who, .link = link, .x = x};
    if (len)
        memcpy(t->text, text.p, len);
    if (w->show)
        print_line(stdout, w, t);
}

void world_fail(struct world *w, const char *format, ...) {
    va_list args;
    if (w->failed)
        return;
    w->failed = true;
    va_start(args, format);
    (void)vsnprintf(w->failure, sizeof w->failure, format, args);
    va_end(args);
}

void world_print(const struct world *w) {
    uint64_t first = w->traced > WORLD_TRACE ? w->traced - WORLD_TRACE : 0;
    printf("seed %llu failed after %.3f s and %llu events: %s\n", (unsigned long long)w->seed,
           (double)(w->now - w->started) / 1000, (unsigned long long)w->events, w->failure);
    for (uint64_t i = first; i < w->traced; i++)
        print_line(stdout, w, &w->trace[i % WORLD_TRACE]);
}
