/* SPDX-License-Identifier: MIT */
/* courier_blobs.c: photos and files: what others want of us, and what we ask for. What comes: courier_pieces.c. */
#include "node/courier_state.h"

/* ---- for others ---- */

void courier_want_add(struct kith_recipient *r, const struct kith_part_want *want, bool pushed) {
    for (size_t i = 0; i < r->want_count; i++) {
        const struct kith_part_want *w = &r->wants[i].want;
        if (kith_hash_eq(&w->blob.hash, &want->blob.hash) && w->offset == want->offset && w->len == want->len)
            return;
    }
    if (r->want_count == KITH_COURIER_WANTS) /* the oldest will be asked for again */
        memmove(&r->wants[0], &r->wants[1], --r->want_count * sizeof r->wants[0]);
    r->wants[r->want_count++] = (struct courier_want){*want, pushed};
}

struct reading {
    struct kith_pubkey who;
    struct kith_part_want want;
};

static void in_pieces(struct kith_node *n, struct kith_recipient *r, const struct kith_part_want *want, struct kith_bytes bytes) {
    struct kith_recipient *who[KITH_PACKET_MAX_RECIPIENTS];
    size_t count = courier_together_wanting(n, r, want, who);
    uint64_t end = want->len && want->len < bytes.len - want->offset ? want->offset + want->len : bytes.len;
    for (uint64_t at = want->offset; at < end; at += KITH_COURIER_PIECE) {
        size_t len = end - at < KITH_COURIER_PIECE ? (size_t)(end - at) : KITH_COURIER_PIECE;
        struct kith_part_blob part = {want->blob, bytes.len, at, kith_bytes(bytes.p + at, len)};
        struct kith_buf out = {0};
        kith_part_blob_put(&out, &part);
        (void)courier_send_to(n, who, count, kith_buf_bytes(&out), (struct courier_load){.asks = true}); /* too many are out: the rest is asked for again */
        kith_buf_wipe(&out);
    }
}

static void read_done(struct kith_node *n, void *ctx, int err, struct kith_bytes bytes) {
    struct reading *reading = ctx;
    struct kith_recipient *r = courier_find(n, &reading->who);
    n->courier.busy = false;
    if (!err && r && !r->live && reading->want.offset < bytes.len)
        in_pieces(n, r, &reading->want, bytes);
    kith_free(reading);
    courier_due(n, n->t.now_ms);
}

void courier_wants_serve(struct kith_node *n, struct kith_recipient *r) {
    for (size_t i = 0; i < r->want_count && !n->courier.busy && r->flight_count < KITH_COURIER_FLIGHTS - 8; i++) {
        struct kith_part_want want = r->wants[i].want;
        struct reading *reading;
        if (!kith_blobs_has(n->blobs.blobs, &want.blob, NULL))
            continue; /* it may come */
        memmove(&r->wants[i], &r->wants[i + 1], (--r->want_count - i) * sizeof r->wants[0]);
        i--;
        reading = kith_alloc(sizeof *reading);
        reading->who = r->id;
        reading->want = want;
        n->courier.busy = true;
        if (kith_blob_read(n, &want.blob, read_done, reading)) {
            n->courier.busy = false;
            kith_free(reading);
        }
    }
}

/* ---- asking ---- */

#define ASK_FIRST_MS 20000 /* it may be on its way without being asked for */
#define ASK_AT_ONCE 64     /* blobs that are asked for in one turn */
#define ASK_SPANS 8        /* gaps of one blob in one question */

struct kith_courier_asked {
    struct kith_blobid blob;
    uint64_t next_ms;
    unsigned tries;
    bool still; /* wanted when last looked */
};

static struct kith_courier_asked *asked_put(struct kith_node *n, const struct kith_blobid *id) {
    struct kith_courier *c = &n->courier;
    for (size_t i = 0; i < c->asked_count; i++) {
        if (kith_hash_eq(&c->asked[i].blob.hash, &id->hash))
            return &c->asked[i];
    }
    c->asked = kith_grow(c->asked, &c->asked_cap, c->asked_count + 1, sizeof *c->asked);
    c->asked[c->asked_count] = (struct kith_courier_asked){.blob = *id, .next_ms = n->t.now_ms + ASK_FIRST_MS};
    return &c->asked[c->asked_count++];
}

/* Whoever has sent something last first, the others in turn. NULL: nobody can be asked. */
static struct kith_recipient *whom(struct kith_node *n, unsigned tries) {
    for (size_t i = 0; i < n->courier.count; i++) {
        struct kith_recipient *r = n->courier.all[(n->courier.last_heard + tries + i) % n->courier.count];
        struct kith_bytes road;
        if (!r->live && courier_road(r, &road))
            return r;
    }
    return NULL;
}

static void put_gaps(struct kith_node *n, struct kith_recipient *r, const struct kith_blobid *id) {
    struct kith_part_want want = {.blob = *id};
    for (unsigned gaps = 0; gaps <= ASK_SPANS && courier_pieces_gap(n, &r->id, id, &want.offset, &want.len); gaps++) {
        if (gaps == ASK_SPANS)
            want.len = 0; /* more than are worth counting: all the rest */
        kith_part_want_put(&r->asks, &want);
        if (!want.len)
            return;
        want.offset += want.len;
    }
}

void courier_ask(struct kith_node *n) {
    struct kith_courier *c = &n->courier;
    struct kith_blobid id;
    uint32_t cursor = 0;
    size_t kept = 0, asked = 0;
    for (size_t i = 0; i < c->asked_count; i++)
        c->asked[i].still = false;
    while (c->asked_count < 4096 && kith_blobs_next_wanted(n->blobs.blobs, &cursor, &id))
        asked_put(n, &id)->still = true;
    for (size_t i = 0; i < c->asked_count; i++) {
        struct kith_courier_asked *a = &c->asked[i];
        struct kith_recipient *r;
        if (!a->still)
            continue;
        if (a->next_ms <= n->t.now_ms && asked < ASK_AT_ONCE && (r = whom(n, a->tries))) {
            put_gaps(n, r, &a->blob);
            a->tries++;
            a->next_ms = n->t.now_ms + courier_timeout(r);
            asked++;
        } else if (a->next_ms <= n->t.now_ms) {
            a->next_ms = n->t.now_ms + ASK_FIRST_MS;
        }
        c->asked[kept++] = *a;
    }
    c->asked_count = kept;
}

uint64_t courier_ask_at(const struct kith_node *n) {
    uint64_t at = UINT64_MAX;
    for (size_t i = 0; i < n->courier.asked_count; i++)
        at = n->courier.asked[i].next_ms < at ? n->courier.asked[i].next_ms : at;
    return at;
}

void courier_blobs_wipe(struct kith_node *n) {
    kith_free(n->courier.asked);
}
