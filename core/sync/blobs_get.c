/* SPDX-License-Identifier: MIT */
/* blobs_get.c: which blob is fetched from whom, and whether what comes is that blob. */
#include "sync/blobs_state.h"

void blobs_make_ready(struct kith_blobs *b, uint32_t n) {
    b->settled = false;
    if (b->items[n].in_ready)
        return;
    b->items[n].in_ready = true;
    kith_ring_put(&b->ready[b->items[n].hops != BLOBS_OURS], n);
}

void blobs_claim(struct kith_blobs *b, struct blobs_peer *p, uint32_t n, uint64_t size) {
    struct blobs_item *item = &b->items[n];
    struct blobs_claim *c = NULL;
    for (size_t i = 0; i < item->claim_count; i++) {
        if (item->claims[i].slot == p->slot)
            c = &item->claims[i];
    }
    if (!c) {
        if (p->claims >= KITH_BLOBS_MAX_CLAIMS)
            return;
        p->claims++;
        item->claims = kith_grow(item->claims, &item->claim_cap, item->claim_count + 1, sizeof *c);
        c = &item->claims[item->claim_count++];
        *c = (struct blobs_claim){.slot = p->slot};
        item->pushed_to++;
    }
    c->size = (uint32_t)size;
    if (item->pushed && item->pushed_to >= KITH_BLOBS_PUSH_PEERS) {
        item->pushed = false;
        blobs_forget_claims(b, n);
    } else if (!item->size) {
        blobs_make_ready(b, n);
    }
}

void blobs_forget_claims(struct kith_blobs *b, uint32_t n) {
    struct blobs_item *item = &b->items[n];
    for (size_t i = 0; i < item->claim_count; i++)
        b->peers[item->claims[i].slot]->claims--;
    item->claim_count = 0;
}

static struct blobs_claim *claim_of(struct blobs_item *item, uint32_t slot) {
    for (size_t i = 0; i < item->claim_count; i++) {
        if (item->claims[i].slot == slot)
            return &item->claims[i];
    }
    return NULL;
}

static void push_event(struct kith_blobs *b, const struct blobs_get *g, enum kith_blobs_event_kind kind, int err) {
    const struct blobs_item *item = &b->items[g->item];
    b->events = kith_grow(b->events, &b->event_cap, b->event_count + 1, sizeof *b->events);
    b->events[b->event_count++] = (struct kith_blobs_event){
        .kind = kind, .get = g->number, .peer = b->peers[g->slot]->id, .id = item->id,
        .size = g->received, .ours = item->hops == BLOBS_OURS, .err = err};
}

static struct blobs_get *get_find(struct kith_blobs *b, uint32_t number) {
    for (size_t i = 0; i < b->get_count; i++) {
        if (b->gets[i].number == number)
            return &b->gets[i];
    }
    return NULL;
}

/* Ends a transfer; what becomes of the blob is up to the caller. */
static void finish(struct kith_blobs *b, struct blobs_get *g, enum kith_blobs_event_kind kind, int err) {
    struct blobs_item *item = &b->items[g->item];
    struct blobs_claim *c = claim_of(item, g->slot);
    push_event(b, g, kind, err);
    b->peers[g->slot]->gets--;
    if (c && kind == KITH_BLOBS_STOP) {
        c->liar |= err == KITH_ERR_CRYPTO || err == KITH_ERR_SIZE;
        c->retry_ms = b->now_ms + BLOBS_RETRY_MS;
    }
    item->get = 0;
    *g = b->gets[--b->get_count];
    b->settled = false;
}

static void fail(struct kith_blobs *b, struct blobs_get *g, int err) {
    uint32_t n = g->item;
    finish(b, g, KITH_BLOBS_STOP, err);
    blobs_make_ready(b, n);
}

void blobs_stop(struct kith_blobs *b, uint32_t n, int err) {
    struct blobs_get *g = b->items[n].get ? get_find(b, b->items[n].get) : NULL;
    if (g)
        finish(b, g, KITH_BLOBS_STOP, err);
}

void blobs_stop_peer(struct kith_blobs *b, uint32_t slot) {
    for (size_t i = b->get_count; i-- > 0;) {
        if (b->gets[i].slot == slot)
            fail(b, &b->gets[i], KITH_ERR_HANGUP);
    }
}

int kith_blobs_recv_chunk(struct kith_blobs *b, uint32_t get, struct kith_bytes chunk, uint64_t now_ms) {
    struct blobs_get *g = get_find(b, get);
    b->now_ms = now_ms > b->now_ms ? now_ms : b->now_ms;
    if (!g || !chunk.len)
        return KITH_OK;
    if (chunk.len > g->limit - g->received) {
        fail(b, g, KITH_ERR_SIZE);
        return KITH_ERR_SIZE;
    }
    g->received += chunk.len;
    g->heard_ms = b->now_ms;
    kith_sha256_update(&g->hash, chunk);
    return KITH_OK;
}

int kith_blobs_recv_end(struct kith_blobs *b, uint32_t get, bool complete, uint64_t now_ms) {
    struct blobs_get *g = get_find(b, get);
    struct kith_hash hash;
    b->now_ms = now_ms > b->now_ms ? now_ms : b->now_ms;
    if (!g)
        return KITH_OK;
    kith_sha256_final(&g->hash, &hash);
    if (complete && !kith_hash_eq(&hash, &b->items[g->item].id.hash)) {
        fail(b, g, KITH_ERR_CRYPTO);
        return KITH_ERR_CRYPTO;
    }
    if (!complete) {
        fail(b, g, KITH_ERR_HANGUP);
        return KITH_ERR_HANGUP;
    }
    b->items[g->item].landed = true;
    finish(b, g, KITH_BLOBS_GOT, KITH_OK);
    return KITH_OK;
}

/* The peer to fetch from: the least busy one. *busy: there is one, but not now. */
static struct blobs_claim *source(struct kith_blobs *b, struct blobs_item *item, bool *busy) {
    struct blobs_claim *best = NULL;
    for (size_t i = 0; i < item->claim_count; i++) {
        struct blobs_claim *c = &item->claims[i];
        uint32_t gets = b->peers[c->slot]->gets;
        if (c->liar)
            continue;
        if (c->retry_ms > b->now_ms && c->retry_ms < b->retry_ms)
            b->retry_ms = c->retry_ms;
        if (c->retry_ms > b->now_ms || gets >= KITH_BLOBS_MAX_GETS)
            *busy = true;
        else if (!best || gets < b->peers[best->slot]->gets)
            best = c;
    }
    return best;
}

static void start(struct kith_blobs *b, uint32_t n, const struct blobs_claim *c, struct kith_blobs_event *ev) {
    struct blobs_item *item = &b->items[n];
    struct blobs_get *g;
    b->gets = kith_grow(b->gets, &b->get_cap, b->get_count + 1, sizeof *b->gets);
    g = &b->gets[b->get_count++];
    if (!++b->last_get)
        ++b->last_get;
    *g = (struct blobs_get){.number = b->last_get, .item = n, .slot = c->slot, .heard_ms = b->now_ms,
                            .limit = c->size ? c->size : KITH_BLOBS_MAX_SIZE - 1};
    kith_sha256_init(&g->hash);
    item->get = g->number;
    b->peers[c->slot]->gets++;
    *ev = (struct kith_blobs_event){.kind = KITH_BLOBS_GET, .get = g->number, .peer = b->peers[c->slot]->id,
                                    .id = item->id, .size = c->size, .ours = item->hops == BLOBS_OURS};
}

static bool next_get(struct kith_blobs *b, struct kith_blobs_event *ev) {
    if (b->settled && b->now_ms < b->retry_ms)
        return false;
    if (b->now_ms >= b->retry_ms)
        b->retry_ms = UINT64_MAX;
    for (unsigned which = 0; which < 2; which++) {
        struct kith_ring *ring = &b->ready[which];
        for (uint32_t left = ring->count; left > 0; left--) {
            uint32_t n = kith_ring_take(ring);
            struct blobs_item *item = &b->items[n];
            bool busy = false;
            struct blobs_claim *c;
            item->in_ready = false;
            if (!item->used || !item->hops || item->size || item->get || item->landed)
                continue;
            c = source(b, item, &busy);
            if (c) {
                start(b, n, c, ev);
                return true;
            }
            if (busy) {
                item->in_ready = true;
                kith_ring_put(&b->ready[item->hops != BLOBS_OURS], n);
            }
        }
    }
    b->settled = true;
    return false;
}

bool kith_blobs_next(struct kith_blobs *b, struct kith_blobs_event *ev, uint64_t now_ms) {
    b->now_ms = now_ms > b->now_ms ? now_ms : b->now_ms;
    if (b->event_at < b->event_count) {
        *ev = b->events[b->event_at++];
        if (b->event_at == b->event_count)
            b->event_at = b->event_count = 0;
        return true;
    }
    return next_get(b, ev);
}

uint64_t kith_blobs_deadline(const struct kith_blobs *b) {
    uint64_t at = b->retry_ms;
    for (size_t i = 0; i < b->get_count; i++) {
        uint64_t t = b->gets[i].heard_ms + KITH_BLOBS_SILENCE_MS;
        at = t < at ? t : at;
    }
    return at;
}

void kith_blobs_tick(struct kith_blobs *b, uint64_t now_ms) {
    b->now_ms = now_ms > b->now_ms ? now_ms : b->now_ms;
    for (size_t i = b->get_count; i-- > 0;) {
        if (b->now_ms - b->gets[i].heard_ms >= KITH_BLOBS_SILENCE_MS)
            fail(b, &b->gets[i], KITH_ERR_NET);
    }
}
