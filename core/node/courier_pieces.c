/* SPDX-License-Identifier: MIT */
/* courier_pieces.c: blobs that came in stretches and are not whole yet. Each stretch is a file of the host's, kept as a blob is
 * but neither counted nor offered as one; a local record says which stretches there are, and no packet is acknowledged before
 * it is written. So a restart loses nothing, and what is in memory is the one blob that is being put together. What one
 * person sends is never put together with what another sends: who sends wrong bytes spoils their own. */
#include "node/courier_pieces.h"

struct kith_courier_pieces **pieces_find(struct kith_node *n, const struct kith_blobid *id, const struct kith_pubkey *sender) {
    struct kith_courier_pieces **at = &n->courier.pieces;
    while (*at && !(kith_hash_eq(&(*at)->blob.hash, &id->hash) && kith_pubkey_eq(&(*at)->sender, sender)))
        at = &(*at)->next;
    return at;
}

void pieces_key(const struct kith_courier_pieces *p, struct kith_buf *out) {
    kith_blobid_put(out, &p->blob);
    kith_feed_id_put(out, &p->sender);
}

/* ---- the files ---- */

/* Nobody else can make a blob that begins like that: else one could be thrown away as a stretch. */
static void put_mark(struct kith_node *n, struct kith_buf *out, const struct kith_courier_pieces *p, struct kith_stretch s) {
    struct kith_buf text = {0};
    struct kith_hash mark;
    kith_buf_put_str(&text, "kith piece\n");
    kith_buf_put(&text, p->blob.hash.b, sizeof p->blob.hash.b);
    kith_buf_put(&text, p->sender.b, sizeof p->sender.b);
    kith_buf_put_u64le(&text, s.from);
    kith_buf_put_u64le(&text, s.to);
    kith_hmac_sha256(&mark, kith_buf_bytes(&text), kith_bytes(n->keys.sec.b, sizeof n->keys.sec.b));
    kith_buf_put(out, mark.b, PIECES_MARK);
    kith_buf_wipe(&text);
}

static uint64_t cost_of(struct kith_stretch s) {
    return s.to - s.from < PIECES_COST ? PIECES_COST : s.to - s.from;
}

void pieces_take_out(struct kith_node *n, struct kith_courier_pieces *p, size_t i) {
    p->cost -= cost_of(p->all[i]);
    n->courier.pieces_bytes -= cost_of(p->all[i]);
    p->writing -= !p->all[i].kept;
    memmove(&p->all[i], &p->all[i + 1], (--p->count - i) * sizeof *p->all);
    p->changed = true;
}

void pieces_add(struct kith_node *n, struct kith_courier_pieces *p, size_t i, struct kith_stretch s) {
    p->all = kith_grow(p->all, &p->cap, p->count + 1, sizeof *p->all);
    memmove(&p->all[i + 1], &p->all[i], (p->count - i) * sizeof *p->all);
    p->all[i] = s;
    p->count++;
    p->writing += !s.kept;
    p->cost += cost_of(s);
    n->courier.pieces_bytes += cost_of(s);
}

static void free_one(struct kith_courier_pieces **at) {
    struct kith_courier_pieces *p = *at;
    *at = p->next;
    kith_free(p->all);
    kith_free(p);
}

void pieces_drop(struct kith_node *n, struct kith_courier_pieces **at) {
    struct kith_buf key = {0};
    pieces_key(*at, &key);
    while ((*at)->count) {
        if ((*at)->all[(*at)->count - 1].kept) /* those that are on their way go when they are there */
            kith_blob_unkeep(n, &(*at)->all[(*at)->count - 1].file);
        pieces_take_out(n, *at, (*at)->count - 1);
    }
    kith_local_drop(n, PIECES_TYPE, kith_buf_bytes(&key));
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
        pieces_drop(n, at);
}

/* ---- a stretch comes ---- */

struct keeping {
    struct kith_blobid blob;
    struct kith_pubkey sender;
    uint64_t from;
};

size_t pieces_at(const struct kith_courier_pieces *p, uint64_t from) {
    size_t i = 0;
    while (i < p->count && p->all[i].from != from)
        i++;
    return i;
}

static void kept(struct kith_node *n, void *ctx, int err, const struct kith_blobid *file) {
    struct keeping *k = ctx;
    struct kith_courier_pieces *p = n->stopped ? NULL : *pieces_find(n, &k->blob, &k->sender);
    size_t i = p ? pieces_at(p, k->from) : 0;
    if (!n->stopped)
        n->courier.keeping--;
    if (p && i < p->count && !p->all[i].kept && kith_hash_eq(&p->all[i].file.hash, &file->hash)) {
        if (err) {
            pieces_take_out(n, p, i); /* it is asked for again */
        } else {
            p->all[i].kept = true;
            p->writing--;
            p->changed = true;
        }
    } else if (!n->stopped && !err && !courier_pieces_has(n, file)) {
        kith_blob_unkeep(n, file);
    }
    kith_free(k);
    courier_due(n, n->t.now_ms);
}

/* False: not now. */
static bool keep(struct kith_node *n, struct kith_courier_pieces *p, struct kith_stretch s, struct kith_bytes bytes) {
    struct keeping *k;
    struct kith_buf file = {0};
    size_t i = 0;
    int err;
    if (p->count == PIECES_STRETCHES)
        return false;
    k = kith_alloc(sizeof *k);
    *k = (struct keeping){p->blob, p->sender, s.from};
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
    pieces_add(n, p, i, s);
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
        if (!keep(n, p, (struct kith_stretch){.from = at, .to = to}, kith_bytes(part->bytes.p + (at - part->offset), (size_t)(to - at))))
            return;
        at = to;
    }
}

static void whole_kept(struct kith_node *n, void *ctx, int err, const struct kith_blobid *id) {
    (void)ctx, (void)id;
    if (n->stopped)
        return;
    n->courier.keeping--; /* the next tick drops what it was made of */
    if (err)
        n->courier.build_ms = n->t.now_ms + PIECES_FULL_MS;
    courier_due(n, n->t.now_ms);
}

bool pieces_put_whole(struct kith_node *n, const struct kith_blobid *id, struct kith_bytes bytes) {
    struct kith_hash hash;
    struct kith_blobid put;
    kith_sha256(&hash, bytes);
    if (!kith_hash_eq(&hash, &id->hash))
        return false;
    if (!kith_blob_put(n, bytes, &put, whole_kept, NULL))
        n->courier.keeping++;
    else
        n->courier.build_ms = n->t.now_ms + PIECES_FULL_MS; /* the disk has enough to do */
    return true;
}

void courier_blob_taken(struct kith_node *n, const struct kith_pubkey *sender, const struct kith_part_blob *part) {
    struct kith_courier_pieces **at = pieces_find(n, &part->blob, sender), *p = *at;
    uint64_t cost;
    if (!part->total || part->total >= KITH_BLOBS_MAX_SIZE || kith_blobs_has(n->blobs.blobs, &part->blob, NULL))
        return;
    if (part->bytes.len == part->total && kith_blobs_is_wanted(n->blobs.blobs, &part->blob)) {
        (void)pieces_put_whole(n, &part->blob, part->bytes);
        return;
    }
    if (p && p->total != part->total) { /* they have said something else before */
        pieces_drop(n, at);
        p = NULL;
    }
    if (p) {
        *at = p->next;
    } else {
        p = kith_alloc(sizeof *p);
        p->blob = part->blob;
        p->sender = *sender;
        p->total = part->total;
    }
    p->next = n->courier.pieces;
    n->courier.pieces = p;
    cost = p->cost;
    keep_new(n, p, part);
    if (p->cost > cost)
        p->grown_ms = n->t.wall_ms;
    if (!p->count)
        free_one(&n->courier.pieces);
    make_room(n);
}

bool courier_pieces_gap(struct kith_node *n, const struct kith_pubkey *sender, const struct kith_blobid *id, uint64_t *at, uint64_t *len) {
    const struct kith_courier_pieces *p = *pieces_find(n, id, sender);
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

void courier_pieces_wipe(struct kith_node *n) {
    while (n->courier.pieces)
        free_one(&n->courier.pieces);
}
