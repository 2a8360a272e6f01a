/* SPDX-License-Identifier: MIT */
#include "sync/blobs_state.h"

/* An id is a SHA-256, but whoever makes blobs can make many until their first bytes agree: all count. */
static size_t hash_of(const struct kith_blobid *id) {
    uint64_t h = 0x9e3779b97f4a7c15u;
    for (unsigned i = 0; i < 32; i += 8) {
        h = (h ^ kith_get_u64le(id->hash.b + i)) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    return (size_t)h;
}

static size_t place(const struct kith_blobs *b, const struct kith_blobid *id) {
    size_t mask = b->map_cap - 1, i = hash_of(id) & mask;
    while (b->map[i] && !kith_hash_eq(&b->items[b->map[i] - 1].id.hash, &id->hash))
        i = (i + 1) & mask;
    return i;
}

uint32_t blobs_find(const struct kith_blobs *b, const struct kith_blobid *id) {
    return b->map_cap ? b->map[place(b, id)] - 1 : BLOBS_NONE; /* 0 - 1 is BLOBS_NONE */
}

static void map_grow(struct kith_blobs *b) {
    size_t cap = b->map_cap ? b->map_cap * 2 : 64;
    if (b->used_count * 2 < b->map_cap)
        return;
    kith_free(b->map);
    b->map = kith_alloc(cap * sizeof *b->map);
    b->map_cap = cap;
    for (uint32_t n = 0; n < b->item_count; n++) {
        if (b->items[n].used)
            b->map[place(b, &b->items[n].id)] = n + 1;
    }
}

uint32_t blobs_put(struct kith_blobs *b, const struct kith_blobid *id) {
    uint32_t n = blobs_find(b, id);
    if (n != BLOBS_NONE)
        return n;
    map_grow(b);
    if (b->unused.count) {
        n = kith_ring_take(&b->unused);
    } else {
        KITH_ASSERT(b->item_count < INT32_MAX);
        n = (uint32_t)b->item_count;
        b->items = kith_grow(b->items, &b->item_cap, b->item_count + 1, sizeof *b->items);
        b->item_count++;
        b->items[n] = (struct blobs_item){0};
    }
    /* A number may still be in a ready ring from its former life; the ring's flag stays true. */
    b->items[n] = (struct blobs_item){.id = *id, .used = true, .in_ready = b->items[n].in_ready, .asker = BLOBS_NONE};
    b->used_count++;
    b->map[place(b, id)] = n + 1;
    return n;
}

/* Takes an entry out of the map and moves up those behind it that would no longer be found. */
static void map_remove(struct kith_blobs *b, size_t hole) {
    size_t mask = b->map_cap - 1;
    for (size_t i = (hole + 1) & mask; b->map[i]; i = (i + 1) & mask) {
        size_t home = hash_of(&b->items[b->map[i] - 1].id) & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            b->map[hole] = b->map[i];
            hole = i;
        }
    }
    b->map[hole] = 0;
}

void blobs_release(struct kith_blobs *b, uint32_t n) {
    struct blobs_item *item = &b->items[n];
    if (!item->used || item->size || item->hops || item->get || item->landed)
        return;
    blobs_forget_claims(b, n);
    map_remove(b, place(b, &item->id));
    kith_free(item->claims);
    *item = (struct blobs_item){.in_ready = item->in_ready};
    b->used_count--;
    kith_ring_put(&b->unused, n);
}

struct blobs_peer *blobs_peer_find(const struct kith_blobs *b, const struct kith_pubkey *id) {
    for (size_t i = 0; i < b->peer_count; i++) {
        if (b->peers[i] && kith_pubkey_eq(&b->peers[i]->id, id))
            return b->peers[i];
    }
    return NULL;
}

struct blobs_peer *blobs_peer_put(struct kith_blobs *b, const struct kith_pubkey *id) {
    struct blobs_peer *p = kith_alloc(sizeof *p);
    size_t slot = 0;
    while (slot < b->peer_count && b->peers[slot])
        slot++;
    if (slot == b->peer_count) {
        b->peers = kith_grow(b->peers, &b->peer_cap, b->peer_count + 1, sizeof(struct blobs_peer *));
        b->peer_count++;
    }
    p->id = *id;
    p->slot = (uint32_t)slot;
    p->first = true;
    b->peers[slot] = p;
    return p;
}

void blobs_peer_free(struct kith_blobs *b, struct blobs_peer *p) {
    b->peers[p->slot] = NULL;
    kith_free(p->due.at);
    kith_free(p->due_bits);
    kith_free(p);
}

bool blobs_is_empty_id(const struct kith_blobid *id) {
    struct kith_hash empty;
    kith_sha256(&empty, kith_bytes(NULL, 0));
    return kith_hash_eq(&empty, &id->hash);
}

bool kith_blobs_next_wanted(const struct kith_blobs *b, uint32_t *cursor, struct kith_blobid *out) {
    while (*cursor < b->item_count) {
        const struct blobs_item *item = &b->items[(*cursor)++];
        if (item->used && item->hops == BLOBS_OURS && !item->size) {
            *out = item->id;
            return true;
        }
    }
    return false;
}
