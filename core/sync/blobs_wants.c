/* SPDX-License-Identifier: MIT */
/* blobs_wants.c: the createWants streams: what we say to each peer, and what peers say. */
#include "sync/blobs_state.h"

/* What is due to a peer about a blob: none of these, or one, which is then in the ring. */
#define DUE 1u    /* whatever is to be said */
#define ANSWER 3u /* it wants this one: say the size also of a blob that we push */
#define BOTH 2u   /* the size, for a want from before, and in the next frame the push */

static unsigned due_get(const struct blobs_peer *p, uint32_t n) {
    return n < p->due_cap ? p->due_bits[n / 4] >> n % 4 * 2 & 3u : 0;
}

static void due_set(struct blobs_peer *p, uint32_t n, unsigned bits) {
    unsigned shift = n % 4 * 2;
    p->due_bits[n / 4] = (uint8_t)((p->due_bits[n / 4] & ~(3u << shift)) | bits << shift);
}

void blobs_tell(struct blobs_peer *p, uint32_t n, bool answer) {
    unsigned was = due_get(p, n);
    if (!p->listening && !answer)
        return; /* kith_blobs_listen collects what it missed */
    if (n >= p->due_cap) {
        size_t cap = p->due_cap ? p->due_cap : 64;
        while (cap <= n)
            cap *= 2;
        p->due_bits = kith_realloc(p->due_bits, cap / 4);
        memset(p->due_bits + p->due_cap / 4, 0, (cap - p->due_cap) / 4);
        p->due_cap = cap;
    }
    if (was != BOTH)
        due_set(p, n, was | (answer ? ANSWER : DUE));
    if (!was)
        kith_ring_put(&p->due, n);
}

/* A blob that came a moment ago: whoever has wanted it since before hears nothing from a push. */
void blobs_tell_push(struct kith_blobs *b, uint32_t n) {
    for (size_t i = 0; i < b->peer_count; i++) {
        if (b->peers[i] && b->peers[i]->listening && due_get(b->peers[i], n))
            due_set(b->peers[i], n, BOTH);
        else if (b->peers[i])
            blobs_tell(b->peers[i], n, false);
    }
}

void blobs_tell_all(struct kith_blobs *b, uint32_t n) {
    for (size_t i = 0; i < b->peer_count; i++) {
        if (b->peers[i])
            blobs_tell(b->peers[i], n, false);
    }
}

void kith_blobs_listen(struct kith_blobs *b, const struct kith_pubkey *peer) {
    struct blobs_peer *p = blobs_peer_find(b, peer);
    if (!p)
        return;
    p->listening = p->first = true;
    for (uint32_t n = 0; n < b->item_count; n++) {
        if (b->items[n].hops || b->items[n].pushed)
            blobs_tell(p, n, false);
    }
}

/* What is to be said about the blob now: a size, a want, or 0 for nothing. */
static int64_t word_on(const struct blobs_item *item, bool answer) {
    if (!item->used)
        return 0;
    if (item->size)
        return item->pushed && !answer ? BLOBS_OURS : (int64_t)item->size;
    return item->hops;
}

bool kith_blobs_next_wants(struct kith_blobs *b, const struct kith_pubkey *peer, struct kith_bytes *frame) {
    struct blobs_peer *p = blobs_peer_find(b, peer);
    size_t count = 0;
    uint32_t left;
    if (!p || !p->listening || (!p->due.count && !p->first))
        return false;
    left = p->due.count; /* what is due again belongs in the next frame: a key stands once in an object */
    kith_buf_clear(&b->frame);
    kith_buf_put_u8(&b->frame, '{');
    while (left-- && count < KITH_BLOBS_MAX_FRAME) {
        uint32_t n = kith_ring_take(&p->due);
        unsigned was = due_get(p, n);
        int64_t word = word_on(&b->items[n], was != DUE);
        due_set(p, n, was == BOTH ? DUE : 0);
        if (was == BOTH)
            kith_ring_put(&p->due, n);
        if (!word)
            continue;
        kith_buf_put_str(&b->frame, count++ ? ",\"" : "\"");
        kith_blobid_put(&b->frame, &b->items[n].id);
        kith_buf_put_str(&b->frame, "\":");
        kith_buf_put_int(&b->frame, word);
    }
    kith_buf_put_u8(&b->frame, '}');
    if (!count && !p->first)
        return false;
    p->first = false;
    *frame = kith_buf_bytes(&b->frame);
    return true;
}

/* A peer wants what we do not hold. For a peer that we trust, and near enough, we want it too. */
static void sympathise(struct kith_blobs *b, struct blobs_peer *p, const struct kith_blobid *id, int64_t hops) {
    uint32_t n = blobs_find(b, id);
    struct blobs_item *item;
    if (!p->trusted || hops < -(int64_t)b->sympathy || blobs_is_empty_id(id))
        return;
    if (n != BLOBS_NONE && b->items[n].hops >= hops && b->items[n].hops < 0)
        return; /* wanted already, as near or nearer */
    if (n == BLOBS_NONE || !b->items[n].hops) {
        if (p->forwarded >= KITH_BLOBS_MAX_FORWARDED)
            return;
        n = blobs_put(b, id);
        b->items[n].asker = p->slot;
        p->forwarded++;
    }
    item = &b->items[n];
    item->hops = (int32_t)hops;
    blobs_tell_all(b, n);
    blobs_make_ready(b, n);
}

static void take_want(struct kith_blobs *b, struct blobs_peer *p, const struct kith_blobid *id, int64_t hops) {
    uint32_t n = blobs_find(b, id);
    if (n != BLOBS_NONE && b->items[n].size)
        blobs_tell(p, n, true);
    else
        sympathise(b, p, id, hops < -100 ? -100 : hops - 1);
}

static void take_has(struct kith_blobs *b, struct blobs_peer *p, const struct kith_blobid *id, uint64_t size) {
    uint32_t n = blobs_find(b, id);
    if (n == BLOBS_NONE || size >= KITH_BLOBS_MAX_SIZE)
        return;
    if (b->items[n].hops || b->items[n].pushed)
        blobs_claim(b, p, n, size);
}

int kith_blobs_recv_wants(struct kith_blobs *b, const struct kith_pubkey *peer, const struct kith_json *doc,
                          uint64_t now_ms) {
    struct blobs_peer *p = blobs_peer_find(b, peer);
    b->now_ms = now_ms > b->now_ms ? now_ms : b->now_ms;
    if (!p)
        return KITH_ERR_PROTOCOL;
    if (!doc->count || !kith_json_is(doc, 0, KITH_JSON_OBJECT))
        return KITH_ERR_SYNTAX;
    if (doc->nodes[0].count > KITH_BLOBS_MAX_ENTRIES)
        return KITH_ERR_SIZE;
    for (uint32_t n = kith_json_first(doc, 0); n != KITH_JSON_NONE; n = doc->nodes[n].next) {
        struct kith_blobid id;
        int64_t word;
        if (kith_blobid_parse(doc->nodes[n].key, &id) || kith_json_int(doc, n, &word))
            continue;
        if (word < 0)
            take_want(b, p, &id, word);
        else if (word > 0)
            take_has(b, p, &id, (uint64_t)word);
    }
    return KITH_OK;
}

bool kith_blobs_recv_has(struct kith_blobs *b, const struct kith_pubkey *peer, const struct kith_blobid *id,
                         uint64_t now_ms) {
    struct blobs_peer *p = blobs_peer_find(b, peer);
    b->now_ms = now_ms > b->now_ms ? now_ms : b->now_ms;
    if (kith_blobs_has(b, id, NULL))
        return true;
    if (p)
        sympathise(b, p, id, BLOBS_OURS - 1);
    return false;
}

void kith_blobs_peer_has(struct kith_blobs *b, const struct kith_pubkey *peer, const struct kith_blobid *id,
                         uint64_t size, uint64_t now_ms) {
    struct blobs_peer *p = blobs_peer_find(b, peer);
    b->now_ms = now_ms > b->now_ms ? now_ms : b->now_ms;
    if (p)
        take_has(b, p, id, size);
}
