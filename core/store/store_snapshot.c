/* SPDX-License-Identifier: MIT */
/* A snapshot is all tables and views as they are in memory: a head, a list of parts, the parts. It is
 * in the machine's own byte order and is thrown away whenever anything about it is unexpected, since
 * the log can always say it all again. Two slots take turns, so that one is whole at any moment. */
#include "base/checksum.h"
#include "store/store_state.h"

#define SNAPSHOT_VERSION 1
#define MAX_VIEW_PARTS 4096

static const char *const slot_names[2] = {"snapshot-a", "snapshot-b"};

struct head {
    char magic[8];
    uint32_t version, order; /* order: 0x01020304 in the machine's own order */
    uint64_t serial, durable, ids_used;
    uint64_t seed[2];
    uint64_t parts;
    uint64_t parts_check; /* of the list of parts */
    uint64_t check;       /* of all above */
};

struct part {
    char name[32];
    uint32_t version, index;
    uint64_t item_len, count, at, check;
};

/* --- what goes in ------------------------------------------------------------------------------- */

struct item {
    const char *name;
    uint32_t version, index;
    struct kith_vec *vec;
};

static void add_item(struct kith_vec *items, const char *name, uint32_t version, struct kith_vec *vec) {
    struct item *i = kith_vec_push(items);
    uint32_t index = items->count > 1 && !strcmp(i[-1].name, name) ? i[-1].index + 1 : 0;
    *i = (struct item){name, version, index, vec};
}

static struct kith_vec list_items(struct kith_store *s, struct kith_vec *marks) {
    struct kith_vec items = KITH_VEC(struct item);
    struct kith_vec *own[] = {marks, &s->log.pos, &s->log.kinds, &s->ids.table, &s->feeds.rows, &s->feeds.table,
                              &s->feeds.pool, &s->feeds.chains, &s->times, &s->authors};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        add_item(&items, "store", SNAPSHOT_VERSION, own[i]);
    for (struct kith_view **v = s->views; v && *v; v++) {
        for (struct kith_vec **vec = (*v)->vecs; vec && *vec; vec++)
            add_item(&items, (*v)->name, (*v)->version, *vec);
    }
    KITH_ASSERT(items.count <= MAX_VIEW_PARTS);
    return items;
}

/* A part's checksum runs over pieces that stay in the cache between reading and checking: opening a
 * million records is little else than this. */
#define PIECE ((size_t)256 << 10)

static uint64_t piece_check(struct kith_bytes all, size_t at, uint64_t before) {
    return kith_checksum(kith_bytes(all.p + at, all.len - at < PIECE ? all.len - at : PIECE), before);
}

static uint64_t part_check(struct kith_bytes all, uint64_t seed) {
    for (size_t at = 0; at < all.len; at += PIECE)
        seed = piece_check(all, at, seed);
    return seed;
}

static uint64_t part_seed(uint64_t serial, size_t i) {
    return serial << 16 ^ i;
}

/* --- writing ------------------------------------------------------------------------------------ */

static int write_parts(const struct kith_slot *slot, const struct kith_vec *items, struct head *h) {
    size_t len = items->count * sizeof(struct part);
    struct part *parts = kith_alloc(len);
    uint64_t at = (sizeof *h + len + 63) / 64 * 64;
    int err = KITH_OK;
    for (size_t i = 0; i < items->count && !err; i++) {
        const struct item *it = KITH_VEC_AT(items, struct item, i);
        size_t bytes = it->vec->count * it->vec->item_len, name_len = strlen(it->name);
        memcpy(parts[i].name, it->name, name_len < 31 ? name_len : 31);
        parts[i].version = it->version;
        parts[i].index = it->index;
        parts[i].item_len = it->vec->item_len;
        parts[i].count = it->vec->count;
        parts[i].at = at;
        parts[i].check = part_check(kith_bytes(it->vec->p, bytes), part_seed(h->serial, i));
        if (bytes)
            err = slot->ops->write_at(slot->ctx, at, it->vec->p, bytes);
        at = (at + bytes + 63) / 64 * 64;
    }
    h->parts_check = kith_checksum(kith_bytes(parts, len), h->serial);
    h->check = kith_checksum(kith_bytes(h, offsetof(struct head, check)), 0);
    if (!err)
        err = slot->ops->write_at(slot->ctx, sizeof *h, parts, len);
    if (!err)
        err = slot->ops->write_at(slot->ctx, 0, h, sizeof *h);
    if (!err)
        err = slot->ops->truncate(slot->ctx, at);
    kith_free(parts);
    return err;
}

static int write_snapshot(struct kith_store *s, unsigned target) {
    struct kith_vec marks = KITH_VEC(struct kith_segment_mark), items;
    struct head h;
    int err;
    memset(&h, 0, sizeof h);
    memcpy(h.magic, "kithsnap", 8);
    h.version = SNAPSHOT_VERSION;
    h.order = 0x01020304;
    h.serial = s->snapshots.latest + 1;
    h.durable = s->log.durable;
    h.ids_used = s->ids.used;
    memcpy(h.seed, s->seed, sizeof h.seed);
    for (size_t i = 0; i < s->log.count; i++)
        *(struct kith_segment_mark *)kith_vec_push(&marks) = s->log.segments[i].mark;
    items = list_items(s, &marks);
    h.parts = items.count;
    s->snapshots.serial[target] = 0;
    err = write_parts(&s->snapshots.slots[target], &items, &h);
    kith_vec_wipe(&items);
    kith_vec_wipe(&marks);
    if (err)
        return err;
    s->snapshots.writing = s->snapshots.latest = h.serial;
    return KITH_OK;
}

/* The slot whose loss costs less. */
static unsigned older(const struct snapshots *n) {
    return n->serial[0] > n->serial[1] ? 1 : 0;
}

static int go(struct kith_store *s) {
    struct snapshots *n = &s->snapshots;
    unsigned target = older(n);
    char name[KITH_SLOT_NAME_MAX] = "";
    int err;
    if (!n->wanted || n->busy || s->needs_recover || s->compaction.from)
        return KITH_OK;
    if (!n->has_synced && s->log.durable < kith_log_count(&s->log)) {
        n->has_synced = true; /* a snapshot of what the log may lose is worth nothing */
        kith_store_sync(s);
    }
    if (kith_store_asked(s, KITH_STORE_SYNC, FOR_LOG, 0) || kith_store_asked(s, KITH_STORE_CREATE, FOR_LOG, 0))
        return KITH_OK;
    n->target = target;
    memcpy(name, slot_names[target], strlen(slot_names[target]));
    if (!n->slots[target].ops) {
        kith_store_ask(s, KITH_STORE_CREATE, FOR_SNAPSHOT, name, 0);
        n->busy = true;
        return KITH_OK;
    }
    n->wanted = n->has_synced = false;
    err = write_snapshot(s, target);
    if (!err) {
        kith_store_ask(s, KITH_STORE_SYNC, FOR_SNAPSHOT, name, 0);
        n->busy = true;
    }
    return err;
}

void kith_store_snapshot_go(struct kith_store *s) {
    if (go(s)) {
        /* The log has it all; the next one will be tried again. */
    }
}

int kith_store_snapshot(struct kith_store *s) {
    s->snapshots.wanted = true;
    return go(s);
}

void kith_store_snapshot_created(struct kith_store *s, int err, const struct kith_slot *slot) {
    s->snapshots.busy = false;
    if (err)
        s->snapshots.wanted = false;
    else
        s->snapshots.slots[s->snapshots.target] = *slot;
}

void kith_store_snapshot_synced(struct kith_store *s, int err) {
    s->snapshots.busy = false;
    if (!err)
        s->snapshots.serial[s->snapshots.target] = s->snapshots.writing;
}

/* --- reading ------------------------------------------------------------------------------------ */

static bool read_exactly(const struct kith_slot *slot, uint64_t at, void *out, size_t len) {
    size_t got = 0;
    return slot->ops->read_at(slot->ctx, at, out, len, &got) == KITH_OK && got == len;
}

static bool read_head(const struct kith_slot *slot, struct head *h) {
    return read_exactly(slot, 0, h, sizeof *h) && !memcmp(h->magic, "kithsnap", 8) &&
           h->version == SNAPSHOT_VERSION && h->order == 0x01020304 && h->parts <= MAX_VIEW_PARTS &&
           h->check == kith_checksum(kith_bytes(h, offsetof(struct head, check)), 0);
}

void kith_store_snapshot_find(struct kith_store *s, const struct kith_slot *slots, size_t count) {
    struct head h;
    for (size_t i = 0; i < count; i++) {
        for (unsigned k = 0; k < 2; k++) {
            if (strcmp(slots[i].name, slot_names[k]))
                continue;
            s->snapshots.slots[k] = slots[i];
            s->snapshots.serial[k] = read_head(&slots[i], &h) ? h.serial : 0;
            if (s->snapshots.serial[k] > s->snapshots.latest)
                s->snapshots.latest = s->snapshots.serial[k];
        }
    }
}

static bool read_part(const struct kith_slot *slot, uint64_t size, const struct part *p, const struct item *it,
                      uint64_t seed) {
    size_t bytes;
    char name[32] = "";
    memcpy(name, it->name, strlen(it->name) < 31 ? strlen(it->name) : 31);
    if (memcmp(p->name, name, sizeof name) || p->version != it->version || p->index != it->index ||
        p->item_len != it->vec->item_len || p->at > size || p->count > (size - p->at) / p->item_len)
        return false;
    bytes = (size_t)p->count * it->vec->item_len;
    kith_vec_wipe(it->vec);
    if (!bytes)
        return true;
    kith_vec_resize(it->vec, (size_t)p->count);
    for (size_t at = 0; at < bytes; at += PIECE) {
        struct kith_bytes all = kith_bytes(it->vec->p, bytes);
        if (!read_exactly(slot, p->at + at, (uint8_t *)it->vec->p + at, bytes - at < PIECE ? bytes - at : PIECE))
            return false;
        seed = piece_check(all, at, seed);
    }
    return p->check == seed;
}

static bool tables_agree(const struct kith_store *s, const struct kith_vec *marks) {
    size_t count = s->log.pos.count;
    return s->log.kinds.count == count && s->times.count == count && s->authors.count == count &&
           (!s->ids.table.count || s->ids.used < s->ids.table.count) && marks->count <= UINT32_MAX;
}

static bool read_snapshot(struct kith_store *s, const struct kith_slot *slot) {
    struct kith_vec marks = KITH_VEC(struct kith_segment_mark), items = list_items(s, &marks);
    size_t len = items.count * sizeof(struct part);
    struct part *parts = kith_alloc(len);
    struct head h;
    uint64_t size;
    bool ok = read_head(slot, &h) && h.parts == items.count && read_exactly(slot, sizeof h, parts, len) &&
              h.parts_check == kith_checksum(kith_bytes(parts, len), h.serial) &&
              slot->ops->size(slot->ctx, &size) == KITH_OK;
    for (size_t i = 0; i < items.count && ok; i++)
        ok = read_part(slot, size, &parts[i], KITH_VEC_AT(&items, struct item, i), part_seed(h.serial, i));
    if (ok) {
        memcpy(s->seed, h.seed, sizeof s->seed);
        memcpy(s->ids.seed, h.seed, sizeof s->ids.seed);
        memcpy(s->feeds.seed, h.seed, sizeof s->feeds.seed);
        s->ids.used = h.ids_used;
        ok = tables_agree(s, &marks) && kith_log_resume(&s->log, marks.p, marks.count, h.durable);
    }
    kith_free(parts);
    kith_vec_wipe(&items);
    kith_vec_wipe(&marks);
    return ok;
}

bool kith_store_snapshot_load(struct kith_store *s) {
    unsigned newest = older(&s->snapshots) ^ 1;
    for (unsigned k = 0; k < 2; k++) {
        unsigned which = k ? newest ^ 1 : newest;
        if (!s->snapshots.serial[which])
            continue;
        if (read_snapshot(s, &s->snapshots.slots[which]))
            return true;
        s->snapshots.serial[which] = 0;
    }
    return false;
}
