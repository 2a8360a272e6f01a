/* SPDX-License-Identifier: MIT */
/* courier_pieces.c: blobs that came in stretches and are not whole yet. Each stretch is a file of the host's, kept as a blob is
 * but neither counted nor offered as one; a local record says which stretches there are, and no packet is acknowledged before
 * it is written. So a restart loses nothing, and what is in memory is the one blob that is being put together. */
#include "node/courier_state.h"

#define STRETCHES_MOST 128          /* of one blob: 40 KiB each if it is as large as one may be */
#define STRETCH_COSTS UINT64_C(65536) /* of the room for all at least, or files without number would fit in */
#define MARK ((size_t)32)             /* bytes before those of the stretch */
#define FULL_MS 30000 /* after the disk could not take a blob */
#define AGE_MS (UINT64_C(30) * 24 * 3600 * 1000)
#define TYPE "piece"

struct stretch {
    uint64_t from, to;
    struct kith_blobid file;
    bool kept; /* the host has it on its disk */
};

struct kith_courier_pieces {
    struct kith_blobid blob;
    struct kith_pubkey sender; /* of the first stretch: who pays for the room */
    uint64_t total, cost;
    uint64_t grown_ms; /* by the calendar */
    struct stretch *all; /* sorted, apart */
    size_t count, cap, writing; /* writing: not kept yet */
    bool changed; /* the record is older than this */
    struct kith_courier_pieces *next; /* the one that grew last comes first */
};

static struct kith_courier_pieces **find_at(struct kith_node *n, const struct kith_blobid *id) {
    struct kith_courier_pieces **at = &n->courier.pieces;
    while (*at && !kith_hash_eq(&(*at)->blob.hash, &id->hash))
        at = &(*at)->next;
    return at;
}

/* ---- the files ---- */

/* Nobody else can make a blob that begins like that: else one could be thrown away as a stretch. */
static void put_mark(struct kith_node *n, struct kith_buf *out, const struct kith_courier_pieces *p, struct stretch s) {
    struct kith_buf text = {0};
    struct kith_hash mark;
    kith_buf_put_str(&text, "kith piece\n");
    kith_buf_put(&text, p->blob.hash.b, sizeof p->blob.hash.b);
    kith_buf_put_u64le(&text, s.from);
    kith_buf_put_u64le(&text, s.to);
    kith_hmac_sha256(&mark, kith_buf_bytes(&text), kith_bytes(n->keys.sec.b, sizeof n->keys.sec.b));
    kith_buf_put(out, mark.b, MARK);
    kith_buf_wipe(&text);
}

static uint64_t cost_of(struct stretch s) {
    return s.to - s.from < STRETCH_COSTS ? STRETCH_COSTS : s.to - s.from;
}

static void take_out(struct kith_node *n, struct kith_courier_pieces *p, size_t i) {
    p->cost -= cost_of(p->all[i]);
    n->courier.pieces_bytes -= cost_of(p->all[i]);
    p->writing -= !p->all[i].kept;
    memmove(&p->all[i], &p->all[i + 1], (--p->count - i) * sizeof *p->all);
    p->changed = true;
}

static void free_one(struct kith_courier_pieces **at) {
    struct kith_courier_pieces *p = *at;
    *at = p->next;
    kith_free(p->all);
    kith_free(p);
}

/* With its files and its record. */
static void drop(struct kith_node *n, struct kith_courier_pieces **at) {
    struct kith_buf key = {0};
    kith_blobid_put(&key, &(*at)->blob);
    while ((*at)->count) {
        if ((*at)->all[(*at)->count - 1].kept) /* those that are on their way go when they are there */
            kith_blob_unkeep(n, &(*at)->all[(*at)->count - 1].file);
        take_out(n, *at, (*at)->count - 1);
    }
    kith_local_drop(n, TYPE, kith_buf_bytes(&key));
    free_one(at);
    kith_buf_wipe(&key);
}

bool courier_pieces_has(const struct kith_node *n, const struct kith_blobid *file) {
    for (const struct kith_courier_pieces *p = n->courier.pieces; p; p = p->next) {
        for (size_t i = 0; i < p->count; i++) {
            if (kith_hash_eq(&p->all[i].file.hash, &file->hash))
                return true;
        }
    }
    return false;
}

/* ---- room ---- */

static uint64_t cost_of_sender(const struct kith_courier_pieces *all, const struct kith_pubkey *sender) {
    uint64_t sum = 0;
    for (; all; all = all->next)
        sum += kith_pubkey_eq(&all->sender, sender) ? all->cost : 0;
    return sum;
}

/* Of whoever has taken most of the room: first what nobody here wants, of that what has waited longest. So one who sends without
 * end pushes out their own. NULL: all of it is on its way to the disk. */
static struct kith_courier_pieces **victim(struct kith_node *n) {
    struct kith_courier_pieces **worst = NULL;
    uint64_t most = 0;
    bool worst_wanted = false;
    for (struct kith_courier_pieces **at = &n->courier.pieces; *at; at = &(*at)->next) {
        uint64_t sum = cost_of_sender(n->courier.pieces, &(*at)->sender);
        bool wanted = kith_blobs_is_wanted(n->blobs.blobs, &(*at)->blob);
        if ((*at)->writing || sum < most || (worst && sum == most && wanted && !worst_wanted))
            continue;
        most = sum;
        worst = at;
        worst_wanted = wanted;
    }
    return worst;
}

static void make_room(struct kith_node *n) {
    struct kith_courier_pieces **at;
    while (n->courier.pieces_bytes > KITH_COURIER_PARTS_MAX && (at = victim(n)))
        drop(n, at);
}

/* ---- a stretch comes ---- */

struct keeping {
    struct kith_blobid blob;
    uint64_t from, to;
};

static size_t stretch_at(const struct kith_courier_pieces *p, uint64_t from) {
    size_t i = 0;
    while (i < p->count && p->all[i].from != from)
        i++;
    return i;
}

static void kept(struct kith_node *n, void *ctx, int err, const struct kith_blobid *file) {
    struct keeping *k = ctx;
    struct kith_courier_pieces *p = n->stopped ? NULL : *find_at(n, &k->blob);
    size_t i = p ? stretch_at(p, k->from) : 0;
    if (!n->stopped)
        n->courier.keeping--;
    if (p && i < p->count && !p->all[i].kept && kith_hash_eq(&p->all[i].file.hash, &file->hash)) {
        if (err) {
            take_out(n, p, i); /* it is asked for again */
        } else {
            p->all[i].kept = true;
            p->writing--;
            p->changed = true;
        }
    } else if (!n->stopped && !err) {
        kith_blob_unkeep(n, file);
    }
    kith_free(k);
    courier_due(n, n->t.now_ms);
}

/* False: not now. */
static bool keep(struct kith_node *n, struct kith_courier_pieces *p, struct stretch s, struct kith_bytes bytes) {
    struct keeping *k;
    struct kith_buf file = {0};
    size_t i = 0;
    int err;
    if (p->count == STRETCHES_MOST)
        return false;
    k = kith_alloc(sizeof *k);
    *k = (struct keeping){p->blob, s.from, s.to};
    put_mark(n, &file, p, s);
    kith_buf_put_bytes(&file, bytes);
    err = kith_blob_keep(n, kith_buf_bytes(&file), &s.file, kept, k);
    kith_buf_wipe(&file);
    if (err) {
        kith_free(k);
        return false;
    }
    n->courier.keeping++;
    while (i < p->count && p->all[i].from < s.from)
        i++;
    p->all = kith_grow(p->all, &p->cap, p->count + 1, sizeof *p->all);
    memmove(&p->all[i + 1], &p->all[i], (p->count - i) * sizeof *p->all);
    p->all[i] = s;
    p->count++;
    p->writing++;
    p->cost += cost_of(s);
    n->courier.pieces_bytes += cost_of(s);
    return true;
}

/* What of it is not here yet. */
static void keep_new(struct kith_node *n, struct kith_courier_pieces *p, const struct kith_part_blob *part) {
    uint64_t at = part->offset, end = at + part->bytes.len;
    while (at < end) {
        uint64_t to = end;
        size_t i = 0;
        while (i < p->count && p->all[i].to <= at)
            i++;
        if (i < p->count && p->all[i].from <= at) {
            at = p->all[i].to;
            continue;
        }
        if (i < p->count && p->all[i].from < to)
            to = p->all[i].from;
        if (!keep(n, p, (struct stretch){.from = at, .to = to}, kith_bytes(part->bytes.p + (at - part->offset), (size_t)(to - at))))
            return;
        at = to;
    }
}

static void whole_kept(struct kith_node *n, void *ctx, int err, const struct kith_blobid *id) {
    struct kith_courier_pieces **at = n->stopped ? NULL : find_at(n, id);
    (void)ctx;
    if (n->stopped)
        return;
    n->courier.keeping--;
    if (!err && *at)
        drop(n, at);
    if (err)
        n->courier.build_ms = n->t.now_ms + FULL_MS;
    courier_due(n, n->t.now_ms);
}

static bool put_whole(struct kith_node *n, const struct kith_blobid *id, struct kith_bytes bytes) {
    struct kith_hash hash;
    struct kith_blobid put;
    kith_sha256(&hash, bytes);
    if (!kith_hash_eq(&hash, &id->hash))
        return false;
    if (!kith_blob_put(n, bytes, &put, whole_kept, NULL))
        n->courier.keeping++;
    else
        n->courier.build_ms = n->t.now_ms + FULL_MS; /* the disk has enough to do */
    return true;
}

void courier_blob_taken(struct kith_node *n, const struct kith_pubkey *sender, const struct kith_part_blob *part) {
    struct kith_courier_pieces **at = find_at(n, &part->blob), *p = *at;
    if (!part->total || part->total >= KITH_BLOBS_MAX_SIZE || kith_blobs_has(n->blobs.blobs, &part->blob, NULL))
        return;
    if (part->bytes.len == part->total && kith_blobs_is_wanted(n->blobs.blobs, &part->blob)) {
        (void)put_whole(n, &part->blob, part->bytes);
        return;
    }
    if (p && p->total != part->total)
        return; /* one of the two is wrong; the hash will say whether this one is */
    if (p) {
        *at = p->next;
    } else {
        p = kith_alloc(sizeof *p);
        p->blob = part->blob;
        p->sender = *sender;
        p->total = part->total;
    }
    p->grown_ms = n->t.wall_ms;
    p->next = n->courier.pieces;
    n->courier.pieces = p;
    keep_new(n, p, part);
    if (!p->count)
        free_one(&n->courier.pieces);
    make_room(n);
}

/* ---- putting together: one at a time, and only what is wanted ---- */

struct building {
    struct kith_blobid blob;
    uint8_t *bytes;
    uint64_t at, total;
};

static void build_end(struct kith_node *n, struct building *b) {
    kith_free(b->bytes);
    kith_free(b);
    n->courier.building = false;
    courier_due(n, n->t.now_ms);
}

static void build_next(struct kith_node *n, struct building *b);

static void build_read(struct kith_node *n, void *ctx, int err, struct kith_bytes bytes) {
    struct building *b = ctx;
    struct kith_courier_pieces *p = n->stopped ? NULL : *find_at(n, &b->blob);
    size_t i = p ? stretch_at(p, b->at) : 0;
    struct stretch s;
    if (!p || i == p->count) { /* it had to make room */
        build_end(n, b);
        return;
    }
    s = p->all[i];
    if (!err && bytes.len == MARK + (s.to - s.from)) {
        memcpy(b->bytes + s.from, bytes.p + MARK, (size_t)(s.to - s.from));
        b->at = s.to;
        build_next(n, b);
        return;
    }
    if (!err || err == KITH_ERR_NOT_FOUND || err == KITH_ERR_CORRUPT) /* the disk has lost it: it is asked for again */
        take_out(n, p, i);
    build_end(n, b);
}

static void build_next(struct kith_node *n, struct building *b) {
    struct kith_courier_pieces **at = find_at(n, &b->blob), *p = *at;
    size_t i = p ? stretch_at(p, b->at) : 0;
    if (p && b->at < b->total && i < p->count && !kith_blob_kept(n, &p->all[i].file, build_read, b))
        return;
    if (p && b->at == b->total && !put_whole(n, &b->blob, kith_bytes(b->bytes, (size_t)b->total))) {
        struct kith_line l = kith_line(n, 4, "blob.wrong_pieces");
        kith_line_id(&l, "from", &p->sender);
        kith_line_done(&l);
        drop(n, at); /* somebody has sent other bytes */
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
    b->total = p->total;
    b->bytes = kith_alloc((size_t)p->total);
    n->courier.building = true;
    build_next(n, b);
}

bool courier_pieces_gap(struct kith_node *n, const struct kith_blobid *id, uint64_t *at, uint64_t *len) {
    const struct kith_courier_pieces *p = *find_at(n, id);
    size_t i = 0;
    *len = 0;
    while (p && i < p->count && p->all[i].to <= *at)
        i++;
    while (p && i < p->count && p->all[i].from <= *at)
        *at = p->all[i++].to;
    if (p && i < p->count)
        *len = p->all[i].from - *at;
    return !p || *at < p->total;
}

/* ---- what survives ---- */

static void save(struct kith_node *n, struct kith_courier_pieces *p) {
    struct kith_buf key = {0}, rest = {0};
    const char *before = "";
    kith_blobid_put(&key, &p->blob);
    kith_buf_put_str(&rest, ",\"total\":");
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
    p->changed = kith_local_put(n, TYPE, kith_buf_bytes(&key), kith_buf_bytes(&rest)) != KITH_OK;
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
            drop(n, at); /* a link was quicker, or nobody has asked for a month */
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
    if (kith_blobid_parse(kith_json_str(doc, kith_json_get(doc, 0, "key")), &p->blob) ||
        kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, 0, "from")), &p->sender)) {
        kith_free(p);
        return;
    }
    while (i != KITH_JSON_NONE && p->count < STRETCHES_MOST) {
        struct stretch s = {.kept = true};
        uint32_t to = doc->nodes[i].next, file = to == KITH_JSON_NONE ? to : doc->nodes[to].next;
        s.from = number(doc, i);
        s.to = number(doc, to);
        if (file == KITH_JSON_NONE || s.from < at || s.to <= s.from || s.to > p->total || kith_blobid_parse(kith_json_str(doc, file), &s.file))
            break;
        p->all = kith_grow(p->all, &p->cap, p->count + 1, sizeof *p->all);
        p->all[p->count++] = s;
        p->cost += cost_of(s);
        n->courier.pieces_bytes += cost_of(s);
        at = s.to;
        i = doc->nodes[file].next;
    }
    p->next = n->courier.pieces;
    n->courier.pieces = p;
}

void courier_pieces_load(struct kith_node *n) {
    kith_local_each(n, TYPE, load_one, NULL);
}

void courier_pieces_wipe(struct kith_node *n) {
    while (n->courier.pieces)
        free_one(&n->courier.pieces);
}
