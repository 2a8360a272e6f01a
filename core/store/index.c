/* SPDX-License-Identifier: MIT */
#include "store/index.h"

#include "crypto/crypto.h"
#include "store/list.h"

/* The table: open addressing, linear probing, at most three quarters full. */
struct slot {
    uint64_t key;
    struct kith_list list; /* empty: the slot is free */
    uint32_t sorted;       /* how many at the front are in order */
    uint32_t last;         /* added last */
};

void kith_index_init(struct kith_index *ix, const uint64_t seed[2]) {
    *ix = (struct kith_index){.slots = KITH_VEC(struct slot),
                              .pool = KITH_VEC(uint32_t),
                              .free = KITH_VEC(uint32_t),
                              .seed = {seed[0], seed[1]}};
}

void kith_index_wipe(struct kith_index *ix) {
    kith_vec_wipe(&ix->slots);
    kith_vec_wipe(&ix->pool);
    kith_vec_wipe(&ix->free);
    ix->used = 0;
}

size_t kith_index_memory(const struct kith_index *ix) {
    return ix->slots.count * sizeof(struct slot) + (ix->pool.count + ix->free.count) * sizeof(uint32_t);
}

uint64_t kith_index_key(const struct kith_index *ix, uint8_t space, struct kith_bytes key) {
    struct kith_sipkey sip;
    kith_put_u64le(sip.b, ix->seed[0] ^ (uint64_t)space << 56);
    kith_put_u64le(sip.b + 8, ix->seed[1]);
    return kith_siphash(key, &sip);
}

/* The slot of the key, or the free one where it would go. The table is never full. */
static struct slot *probe(const struct kith_vec *slots, uint64_t key) {
    size_t mask = slots->count - 1;
    for (size_t i = (size_t)key & mask;; i = (i + 1) & mask) {
        struct slot *s = KITH_VEC_AT(slots, struct slot, i);
        if (!s->list.count || s->key == key)
            return s;
    }
}

static struct slot *find(const struct kith_index *ix, uint64_t key) {
    struct slot *s = ix->slots.count ? probe(&ix->slots, key) : NULL;
    return s && s->list.count ? s : NULL;
}

static void grow(struct kith_index *ix) {
    struct kith_vec old = ix->slots;
    ix->slots = KITH_VEC(struct slot);
    memset(kith_vec_resize(&ix->slots, old.count ? old.count * 2 : 64), 0,
           (old.count ? old.count * 2 : 64) * sizeof(struct slot));
    ix->used = 0;
    for (size_t i = 0; i < old.count; i++) {
        const struct slot *s = KITH_VEC_AT(&old, struct slot, i);
        if (s->list.count) {
            *probe(&ix->slots, s->key) = *s;
            ix->used++;
        }
    }
    kith_vec_wipe(&old);
}

/* A table that came from a snapshot has not been counted. */
static void count_used(struct kith_index *ix) {
    for (size_t i = 0; i < ix->slots.count; i++)
        ix->used += KITH_VEC_AT(&ix->slots, struct slot, i)->list.count != 0;
}

void kith_index_add(struct kith_index *ix, uint64_t key, uint32_t rec) {
    struct slot *s;
    if (!ix->used && ix->slots.count)
        count_used(ix);
    if (!ix->slots.count || ix->used >= ix->slots.count / 4 * 3)
        grow(ix);
    s = probe(&ix->slots, key);
    if (!s->list.count) {
        *s = (struct slot){.key = key, .sorted = 1};
        ix->used++;
    } else if (s->last == rec) {
        return;
    }
    s->last = rec;
    kith_list_push(&s->list, &ix->pool, &ix->free, rec);
}

size_t kith_index_count(const struct kith_index *ix, uint64_t key) {
    const struct slot *s = find(ix, key);
    return s ? s->list.count : 0;
}

static bool before(const uint64_t *times, uint32_t a, uint32_t b) {
    return times[a] != times[b] ? times[a] < times[b] : a < b;
}

/* Merge sort, bottom up; spare has room for n. */
static void sort(uint32_t *v, size_t n, uint32_t *spare, const uint64_t *times) {
    uint32_t *from = v, *to = spare;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t at = 0; at < n; at += 2 * width) {
            size_t a = at, mid = at + width < n ? at + width : n;
            size_t b = mid, end = mid + width < n ? mid + width : n;
            for (size_t o = at; o < end; o++)
                to[o] = b >= end || (a < mid && !before(times, from[b], from[a])) ? from[a++] : from[b++];
        }
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != v)
        memcpy(v, from, n * sizeof *v);
}

/* Merges the sorted tail into the sorted front from the back, and drops what is there twice. Touches
 * only what is newer than the oldest of the tail. Returns how many remain. */
static uint32_t merge(uint32_t *v, uint32_t front, const uint32_t *tail, uint32_t tail_count,
                      const uint64_t *times) {
    uint32_t o = front + tail_count, end = o, kept;
    while (tail_count) {
        if (front && before(times, tail[tail_count - 1], v[front - 1]))
            v[--o] = v[--front];
        else
            v[--o] = tail[--tail_count];
    }
    kept = o; /* v[0..o) is untouched and in order */
    for (uint32_t i = o; i < end; i++) {
        if (!kept || v[kept - 1] != v[i])
            v[kept++] = v[i];
    }
    return kept;
}

static void sort_in(struct kith_index *ix, struct slot *s, const uint64_t *times) {
    uint32_t *v = kith_list_items(&s->list, &ix->pool), few[64], *tail, kept;
    size_t n;
    while (s->sorted < s->list.count && before(times, v[s->sorted - 1], v[s->sorted]))
        s->sorted++;
    n = s->list.count - s->sorted;
    if (!n)
        return;
    tail = n <= 32 ? few : kith_alloc(2 * n * sizeof *tail);
    memcpy(tail, v + s->sorted, n * sizeof *tail);
    sort(tail, n, tail + n, times);
    kept = merge(v, s->sorted, tail, (uint32_t)n, times);
    kith_list_cut(&s->list, &ix->pool, &ix->free, kept);
    s->sorted = kept;
    if (tail != few)
        kith_free(tail);
}

struct kith_index_cursor kith_index_newest(struct kith_index *ix, uint64_t key, const uint64_t *times) {
    struct slot *s = find(ix, key);
    if (!s)
        return (struct kith_index_cursor){0};
    sort_in(ix, s, times);
    return (struct kith_index_cursor){kith_list_read(&s->list, &ix->pool), s->list.count};
}

void kith_index_seek(struct kith_index_cursor *c, const uint64_t *times, uint64_t time) {
    size_t low = 0, high = c->left; /* below low: at or before time; from high on: after it */
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (times[c->recs[mid]] <= time)
            low = mid + 1;
        else
            high = mid;
    }
    c->left = low;
}
