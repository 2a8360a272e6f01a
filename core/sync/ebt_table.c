/* SPDX-License-Identifier: MIT */
#include "sync/ebt_state.h"

/* Public keys are as good as random, but their owner can choose them, so all of the key counts. */
static uint64_t hash_of(const struct kith_pubkey *id) {
    uint64_t h = 0x9e3779b97f4a7c15u;
    for (unsigned i = 0; i < 32; i += 8) {
        h = (h ^ kith_get_u64le(id->b + i)) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    return h;
}

static const struct kith_pubkey *feed_key(const struct kith_ebt *e, uint32_t n) {
    return &e->feeds[n].id;
}

static const struct kith_pubkey *peer_key(const struct kith_ebt *e, uint32_t n) {
    return &e->peers[n]->id;
}

typedef const struct kith_pubkey *key_fn(const struct kith_ebt *, uint32_t);

static uint32_t map_find(const struct kith_ebt *e, const struct ebt_map *m, key_fn *key,
                         const struct kith_pubkey *id) {
    size_t mask = m->cap - 1;
    if (!m->cap)
        return EBT_NONE;
    for (size_t i = hash_of(id) & mask; m->slots[i]; i = (i + 1) & mask) {
        if (kith_pubkey_eq(key(e, m->slots[i] - 1), id))
            return m->slots[i] - 1;
    }
    return EBT_NONE;
}

static void map_add(struct ebt_map *m, const struct kith_pubkey *id, uint32_t n) {
    size_t mask = m->cap - 1, i = hash_of(id) & mask;
    while (m->slots[i])
        i = (i + 1) & mask;
    m->slots[i] = n + 1;
}

/* An empty map for `count` entries at no more than half its size. */
static void map_reset(struct ebt_map *m, size_t count) {
    size_t cap = 16;
    while (cap < count * 2)
        cap *= 2;
    if (cap != m->cap) {
        kith_free(m->slots);
        m->slots = kith_alloc(cap * sizeof *m->slots);
        m->cap = cap;
    } else {
        memset(m->slots, 0, cap * sizeof *m->slots);
    }
}

static void reps_init(struct ebt_peer *p, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        p->reps[i] = (struct ebt_rep){.claim = EBT_CLAIM_UNKNOWN, .told = EBT_TOLD_NOTHING};
}

uint32_t ebt_feed_find(const struct kith_ebt *e, const struct kith_pubkey *id) {
    return map_find(e, &e->feed_map, feed_key, id);
}

uint32_t ebt_feed_put(struct kith_ebt *e, const struct kith_pubkey *id) {
    uint32_t f = ebt_feed_find(e, id);
    size_t old_cap = e->feed_cap;
    if (f != EBT_NONE)
        return f;
    KITH_ASSERT(e->feed_count < INT32_MAX);
    f = (uint32_t)e->feed_count;
    e->feeds = kith_grow(e->feeds, &e->feed_cap, e->feed_count + 1, sizeof *e->feeds);
    e->feeds[f] = (struct ebt_feed){.id = *id, .rx = EBT_NONE};
    e->feed_count++;
    for (size_t i = 0; i < e->peer_count; i++) {
        struct ebt_peer *p = e->peers[i];
        if (p && e->feed_cap != old_cap) {
            p->reps = kith_realloc(p->reps, e->feed_cap * sizeof *p->reps);
            reps_init(p, old_cap, e->feed_cap);
        }
        if (p && e->block_count && ebt_is_blocked(e, id, &p->id))
            p->reps[f].flags |= EBT_BLOCKED;
    }
    if (e->feed_count * 2 > e->feed_map.cap) {
        map_reset(&e->feed_map, e->feed_count * 2);
        for (uint32_t i = 0; i < e->feed_count; i++)
            map_add(&e->feed_map, &e->feeds[i].id, i);
    } else {
        map_add(&e->feed_map, id, f);
    }
    return f;
}

struct ebt_peer *ebt_peer_find(const struct kith_ebt *e, const struct kith_pubkey *id) {
    uint32_t n = map_find(e, &e->peer_map, peer_key, id);
    return n == EBT_NONE ? NULL : e->peers[n];
}

/* Connections come and go rarely next to messages, so the map is simply made anew. */
static void peer_map_remake(struct kith_ebt *e) {
    map_reset(&e->peer_map, e->peer_count + 1);
    for (uint32_t i = 0; i < e->peer_count; i++) {
        if (e->peers[i])
            map_add(&e->peer_map, &e->peers[i]->id, i);
    }
}

struct ebt_peer *ebt_peer_put(struct kith_ebt *e, const struct kith_pubkey *id) {
    struct ebt_peer *p = kith_alloc(sizeof *p);
    size_t slot = 0;
    while (slot < e->peer_count && e->peers[slot])
        slot++;
    if (slot == e->peer_count) {
        e->peers = kith_grow(e->peers, &e->peer_cap, e->peer_count + 1, sizeof(struct ebt_peer *));
        e->peer_count++;
    }
    p->id = *id;
    p->slot = (uint32_t)slot;
    p->reps = kith_alloc(e->feed_cap * sizeof *p->reps);
    reps_init(p, 0, e->feed_cap);
    e->peers[slot] = p;
    peer_map_remake(e);
    for (size_t i = 0; i < e->block_count; i++) {
        uint32_t f = kith_pubkey_eq(&e->blocks[i].peer, id) ? ebt_feed_find(e, &e->blocks[i].feed) : EBT_NONE;
        if (f != EBT_NONE)
            p->reps[f].flags |= EBT_BLOCKED;
    }
    return p;
}

void ebt_peer_remove(struct kith_ebt *e, struct ebt_peer *p) {
    e->peers[p->slot] = NULL;
    while (e->peer_count && !e->peers[e->peer_count - 1])
        e->peer_count--;
    peer_map_remake(e);
    kith_free(p->reps);
    kith_free(p->notes.at);
    kith_free(p->msgs.at);
    e->stranger_count -= p->stranger_count;
    kith_free(p->strangers);
    kith_free(p);
}

bool ebt_is_blocked(const struct kith_ebt *e, const struct kith_pubkey *feed, const struct kith_pubkey *peer) {
    for (size_t i = 0; i < e->block_count; i++) {
        if (kith_pubkey_eq(&e->blocks[i].feed, feed) && kith_pubkey_eq(&e->blocks[i].peer, peer))
            return true;
    }
    return false;
}
