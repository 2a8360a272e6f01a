/* SPDX-License-Identifier: MIT */
#include "sync/blobs.h"

#include "sync/blobs_state.h"

struct kith_blobs *kith_blobs_new(void) {
    struct kith_blobs *b = kith_alloc(sizeof *b);
    b->sympathy = KITH_BLOBS_SYMPATHY;
    b->retry_ms = UINT64_MAX;
    return b;
}

void kith_blobs_free(struct kith_blobs *b) {
    if (!b)
        return;
    for (size_t i = 0; i < b->peer_count; i++) {
        if (b->peers[i])
            blobs_peer_free(b, b->peers[i]);
    }
    for (size_t i = 0; i < b->item_count; i++)
        kith_free(b->items[i].claims);
    kith_free(b->items);
    kith_free(b->map);
    kith_free(b->unused.at);
    kith_free(b->ready[0].at);
    kith_free(b->ready[1].at);
    kith_free(b->peers);
    kith_free(b->gets);
    kith_free(b->events);
    kith_buf_wipe(&b->frame);
    kith_free(b);
}

void kith_blobs_set_sympathy(struct kith_blobs *b, unsigned hops) {
    b->sympathy = hops;
}

/* The want has ended; if it was taken up for a peer, that peer may ask for another blob. */
static void end_want(struct kith_blobs *b, struct blobs_item *item) {
    if (item->asker != BLOBS_NONE)
        b->peers[item->asker]->forwarded--;
    item->asker = BLOBS_NONE;
    item->hops = 0;
}

void kith_blobs_have(struct kith_blobs *b, const struct kith_blobid *id, uint64_t size) {
    uint32_t n;
    struct blobs_item *item;
    if (!size)
        return;
    n = blobs_put(b, id);
    item = &b->items[n];
    if (item->size == size)
        return;
    blobs_stop(b, n, KITH_OK); /* the host got it in another way */
    item->size = size;
    item->landed = false;
    end_want(b, item);
    if (!item->pushed)
        blobs_forget_claims(b, n);
    blobs_tell_all(b, n);
}

void kith_blobs_lost(struct kith_blobs *b, const struct kith_blobid *id) {
    uint32_t n = blobs_find(b, id);
    struct blobs_item *item;
    if (n == BLOBS_NONE)
        return;
    item = &b->items[n];
    item->size = 0;
    item->landed = item->pushed = false;
    /* A disk that is full now will be so in a second too: no peer sends it again before a while. */
    for (size_t i = 0; i < item->claim_count; i++)
        item->claims[i].retry_ms = b->now_ms + BLOBS_RETRY_MS;
    if (item->hops)
        blobs_make_ready(b, n);
    blobs_release(b, n);
}

bool kith_blobs_has(const struct kith_blobs *b, const struct kith_blobid *id, uint64_t *size) {
    uint32_t n = blobs_find(b, id);
    uint64_t have = n == BLOBS_NONE ? 0 : b->items[n].size;
    if (size)
        *size = have;
    return have || blobs_is_empty_id(id);
}

void kith_blobs_want(struct kith_blobs *b, const struct kith_blobid *id) {
    uint32_t n;
    struct blobs_item *item;
    if (kith_blobs_has(b, id, NULL))
        return;
    n = blobs_put(b, id);
    item = &b->items[n];
    if (item->hops == BLOBS_OURS)
        return;
    end_want(b, item);
    item->hops = BLOBS_OURS;
    blobs_tell_all(b, n);
    blobs_make_ready(b, n);
}

void kith_blobs_unwant(struct kith_blobs *b, const struct kith_blobid *id) {
    uint32_t n = blobs_find(b, id);
    if (n == BLOBS_NONE || !b->items[n].hops)
        return;
    end_want(b, &b->items[n]);
    blobs_stop(b, n, KITH_OK);
    blobs_release(b, n);
}

bool kith_blobs_is_wanted(const struct kith_blobs *b, const struct kith_blobid *id) {
    uint32_t n = blobs_find(b, id);
    return n != BLOBS_NONE && b->items[n].hops == BLOBS_OURS;
}

void kith_blobs_push(struct kith_blobs *b, const struct kith_blobid *id) {
    uint32_t n = blobs_find(b, id);
    if (n == BLOBS_NONE || !b->items[n].size || b->items[n].pushed)
        return;
    blobs_forget_claims(b, n);
    b->items[n].pushed = true;
    b->items[n].pushed_to = 0;
    blobs_tell_push(b, n);
}

void kith_blobs_open(struct kith_blobs *b, const struct kith_pubkey *peer, bool trusted, uint64_t now_ms) {
    kith_blobs_close(b, peer, now_ms);
    blobs_peer_put(b, peer)->trusted = trusted;
}

void kith_blobs_close(struct kith_blobs *b, const struct kith_pubkey *peer, uint64_t now_ms) {
    struct blobs_peer *p = blobs_peer_find(b, peer);
    b->now_ms = now_ms > b->now_ms ? now_ms : b->now_ms;
    if (!p)
        return;
    blobs_stop_peer(b, p->slot);
    for (uint32_t n = 0; n < b->item_count; n++) {
        struct blobs_item *item = &b->items[n];
        for (size_t i = item->claim_count; i-- > 0;) {
            if (item->claims[i].slot == p->slot)
                item->claims[i] = item->claims[--item->claim_count];
        }
        if (item->asker == p->slot) { /* its want ends with it; it will say so again when it is back */
            end_want(b, item);
            blobs_stop(b, n, KITH_OK);
            blobs_release(b, n);
        }
    }
    blobs_peer_free(b, p);
    b->settled = false;
}

static int read_count(const struct kith_json *doc, uint32_t node, const char *name, uint64_t *out) {
    uint32_t n = kith_json_get(doc, node, name);
    int64_t v;
    if (n == KITH_JSON_NONE || kith_json_is(doc, n, KITH_JSON_NULL))
        return KITH_OK;
    if (kith_json_int(doc, n, &v) || v < 0)
        return KITH_ERR_ARG;
    *out = (uint64_t)v;
    return KITH_OK;
}

static int read_id(struct kith_bytes text, struct kith_blobs_request *out) {
    struct kith_ref ref;
    if (text.len <= KITH_HASH_ID_LEN)
        return kith_blobid_parse(text, &out->id);
    if (text.p[0] != '&' || kith_ref_parse(text, &ref) || ref.kind != KITH_REF_BLOB || !ref.has_unbox)
        return KITH_ERR_SYNTAX;
    out->id.hash = ref.bytes;
    out->has_unbox = true;
    out->unbox = ref.unbox;
    return KITH_OK;
}

int kith_blobs_parse_request(const struct kith_json *doc, uint32_t node, struct kith_blobs_request *out) {
    static const char *const names[] = {"key", "hash", "id"}; /* multiblob and ssb-blobs know all three */
    struct kith_bytes id = kith_json_str(doc, node);
    *out = (struct kith_blobs_request){.size = UINT64_MAX, .max = UINT64_MAX, .end = UINT64_MAX};
    for (unsigned i = 0; i < 3 && !id.len; i++)
        id = kith_json_str(doc, kith_json_get(doc, node, names[i]));
    if (read_id(id, out) || read_count(doc, node, "size", &out->size) ||
        read_count(doc, node, "max", &out->max) || read_count(doc, node, "start", &out->start) ||
        read_count(doc, node, "end", &out->end) || out->end < out->start)
        return KITH_ERR_ARG;
    return KITH_OK;
}

size_t kith_blobs_held(const struct kith_blobs *b, uint64_t *bytes) {
    size_t count = 0;
    *bytes = 0;
    for (size_t i = 0; i < b->item_count; i++) {
        count += b->items[i].used && b->items[i].size;
        *bytes += b->items[i].used ? b->items[i].size : 0;
    }
    return count;
}
