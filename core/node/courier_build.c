/* SPDX-License-Identifier: MIT */
/* courier_build.c: stretches become a blob, one blob at a time and only if it is wanted; and what of them survives a restart. */
#include "node/courier_pieces.h"

#define AGE_MS (UINT64_C(30) * 24 * 3600 * 1000)
#define BUSY_MS 1000

struct building {
    struct kith_blobid blob;
    struct kith_pubkey sender;
    uint8_t *bytes;
    uint64_t at, total;
};

static void build_end(struct kith_node *n, struct building *b) {
    kith_free(b->bytes);
    kith_free(b);
    n->courier.building = false;
    courier_due(n, n->t.now_ms);
}

/* The stretches that it is made of. NULL: they had to make room, and what came since may be of another length. */
static struct kith_courier_pieces *pieces_of(struct kith_node *n, const struct building *b) {
    struct kith_courier_pieces *p = n->stopped ? NULL : *pieces_find(n, &b->blob, &b->sender);
    return p && p->total == b->total ? p : NULL;
}

static void build_next(struct kith_node *n, struct building *b);

static void build_read(struct kith_node *n, void *ctx, int err, struct kith_bytes bytes) {
    struct building *b = ctx;
    struct kith_courier_pieces *p = pieces_of(n, b);
    size_t i = p ? pieces_at(p, b->at) : 0;
    struct kith_stretch s;
    if (!p || i == p->count) {
        build_end(n, b);
        return;
    }
    s = p->all[i];
    if (!err && bytes.len == PIECES_MARK + (s.to - s.from)) {
        memcpy(b->bytes + s.from, bytes.p + PIECES_MARK, (size_t)(s.to - s.from));
        b->at = s.to;
        build_next(n, b);
        return;
    }
    if (!err || err == KITH_ERR_NOT_FOUND || err == KITH_ERR_CORRUPT) /* the disk has lost it: it is asked for again */
        pieces_take_out(n, p, i);
    else
        n->courier.build_ms = n->t.now_ms + PIECES_FULL_MS; /* it cannot read now */
    build_end(n, b);
}

static void build_next(struct kith_node *n, struct building *b) {
    struct kith_courier_pieces *p = pieces_of(n, b);
    size_t i = p ? pieces_at(p, b->at) : 0;
    if (p && b->at < b->total && i < p->count) {
        if (!kith_blob_kept(n, &p->all[i].file, build_read, b))
            return;
        n->courier.build_ms = n->t.now_ms + BUSY_MS;
    }
    if (p && b->at == b->total && !pieces_put_whole(n, &b->blob, kith_bytes(b->bytes, (size_t)b->total))) {
        struct kith_line l = kith_line(n, 4, "blob.wrong_pieces");
        kith_line_id(&l, "from", &p->sender);
        kith_line_done(&l);
        pieces_drop(n, pieces_find(n, &b->blob, &b->sender)); /* somebody has sent other bytes */
    }
    build_end(n, b);
}

static bool is_whole(const struct kith_courier_pieces *p) {
    uint64_t at = 0;
    for (size_t i = 0; i < p->count && p->all[i].from == at && p->all[i].kept; i++)
        at = p->all[i].to;
    return at == p->total;
}

static void build(struct kith_node *n, const struct kith_courier_pieces *p) {
    struct building *b = kith_alloc(sizeof *b);
    b->blob = p->blob;
    b->sender = p->sender;
    b->total = p->total;
    b->bytes = kith_alloc((size_t)p->total);
    n->courier.building = true;
    build_next(n, b);
}

/* ---- what survives ---- */

static void save(struct kith_node *n, struct kith_courier_pieces *p) {
    struct kith_buf key = {0}, rest = {0};
    const char *before = "";
    pieces_key(p, &key);
    kith_buf_put_str(&rest, ",\"blob\":\"");
    kith_blobid_put(&rest, &p->blob);
    kith_buf_put_str(&rest, "\",\"total\":");
    kith_buf_put_dec(&rest, p->total);
    kith_buf_put_str(&rest, ",\"at\":");
    kith_buf_put_dec(&rest, p->grown_ms);
    kith_buf_put_str(&rest, ",\"from\":\"");
    kith_feed_id_put(&rest, &p->sender);
    kith_buf_put_str(&rest, "\",\"has\":[");
    for (size_t i = 0; i < p->count; i++) {
        kith_buf_put_str(&rest, before);
        kith_buf_put_dec(&rest, p->all[i].from);
        kith_buf_put_u8(&rest, ',');
        kith_buf_put_dec(&rest, p->all[i].to);
        kith_buf_put_str(&rest, ",\"");
        kith_blobid_put(&rest, &p->all[i].file);
        kith_buf_put_u8(&rest, '"');
        before = ",";
    }
    kith_buf_put_u8(&rest, ']');
    p->changed = kith_local_put(n, PIECES_TYPE, kith_buf_bytes(&key), kith_buf_bytes(&rest)) != KITH_OK;
    kith_buf_wipe(&key);
    kith_buf_wipe(&rest);
}

bool courier_pieces_saved(struct kith_node *n) {
    bool all = !n->courier.keeping;
    for (struct kith_courier_pieces *p = n->courier.pieces; p; p = p->next) {
        if (p->changed && !p->writing)
            save(n, p);
        all &= !p->changed;
    }
    return all;
}

void courier_pieces_tick(struct kith_node *n) {
    struct kith_courier_pieces **at = &n->courier.pieces;
    while (*at) {
        struct kith_courier_pieces *p = *at;
        bool wanted = kith_blobs_is_wanted(n->blobs.blobs, &p->blob);
        if (!p->writing && (!p->count || kith_blobs_has(n->blobs.blobs, &p->blob, NULL) || n->t.wall_ms > p->grown_ms + AGE_MS)) {
            pieces_drop(n, at); /* a link was quicker, or nobody has asked for a month */
            continue;
        }
        if (wanted && !n->courier.building && !n->courier.keeping && is_whole(p)) {
            if (n->t.now_ms >= n->courier.build_ms)
                build(n, p);
            else
                courier_due(n, n->courier.build_ms);
        }
        at = &p->next;
    }
    (void)courier_pieces_saved(n);
}

static uint64_t number(const struct kith_json *doc, uint32_t node) {
    int64_t v = 0;
    return node == KITH_JSON_NONE || kith_json_int(doc, node, &v) || v < 0 ? 0 : (uint64_t)v;
}

static void load_one(struct kith_node *n, const struct kith_json *doc, void *ctx) {
    struct kith_courier_pieces *p = kith_alloc(sizeof *p);
    uint32_t i = kith_json_first(doc, kith_json_get(doc, 0, "has"));
    uint64_t at = 0;
    (void)ctx;
    p->total = number(doc, kith_json_get(doc, 0, "total"));
    p->grown_ms = number(doc, kith_json_get(doc, 0, "at"));
    if (!p->total || p->total >= KITH_BLOBS_MAX_SIZE || kith_blobid_parse(kith_json_str(doc, kith_json_get(doc, 0, "blob")), &p->blob) ||
        kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, 0, "from")), &p->sender)) {
        kith_free(p);
        return;
    }
    while (i != KITH_JSON_NONE && p->count < PIECES_STRETCHES) {
        struct kith_stretch s = {.kept = true};
        uint32_t to = doc->nodes[i].next, file = to == KITH_JSON_NONE ? to : doc->nodes[to].next;
        s.from = number(doc, i);
        s.to = number(doc, to);
        if (file == KITH_JSON_NONE || s.from < at || s.to <= s.from || s.to > p->total || kith_blobid_parse(kith_json_str(doc, file), &s.file))
            break;
        pieces_add(n, p, p->count, s);
        at = s.to;
        i = doc->nodes[file].next;
    }
    p->next = n->courier.pieces;
    n->courier.pieces = p;
}

void courier_pieces_load(struct kith_node *n) {
    kith_local_each(n, PIECES_TYPE, load_one, NULL);
}
