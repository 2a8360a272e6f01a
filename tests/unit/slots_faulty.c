/* SPDX-License-Identifier: MIT */
#include "slots_faulty.h"

#include "store_lab.h"

struct change {
    bool truncate;
    uint64_t at;
    struct kith_buf bytes;
};

struct file {
    struct faulty *disk;
    struct kith_buf cache, platter;
    struct change *changes;
    size_t count, cap;
};

/* --- bytes ------------------------------------------------------------------------------------ */

static void set_len(struct kith_buf *b, size_t len) {
    if (len > b->len) {
        kith_buf_reserve(b, len - b->len);
        memset(b->p + b->len, 0, len - b->len);
    }
    b->len = len;
}

static void put_at(struct kith_buf *b, uint64_t at, const uint8_t *p, size_t len) {
    if (!len)
        return;
    if (at + len > b->len)
        set_len(b, (size_t)at + len);
    memcpy(b->p + at, p, len);
}

static void copy(struct kith_buf *to, const struct kith_buf *from) {
    kith_buf_clear(to);
    kith_buf_put(to, from->p, from->len);
}

static void apply(struct kith_buf *b, const struct change *c) {
    if (c->truncate)
        set_len(b, (size_t)c->at);
    else
        put_at(b, c->at, c->bytes.p, c->bytes.len);
}

static void forget_changes(struct file *f) {
    for (size_t i = 0; i < f->count; i++)
        kith_buf_wipe(&f->changes[i].bytes);
    f->count = 0;
}

static void record(struct file *f, bool truncate, uint64_t at, const void *p, size_t len) {
    struct change *c;
    f->changes = kith_grow(f->changes, &f->cap, f->count + 1, sizeof *f->changes);
    c = &f->changes[f->count++];
    *c = (struct change){.truncate = truncate, .at = at};
    kith_buf_put(&c->bytes, p, len);
    apply(&f->cache, c);
}

/* --- a slot ----------------------------------------------------------------------------------- */

/* The fault that hits this call, if any. */
static enum faulty_fault strike(struct faulty *d) {
    uint64_t call = d->calls++;
    if (d->off)
        return FAULTY_POWER;
    if (call < d->at || call >= d->until)
        return FAULTY_NONE;
    d->off = d->fault == FAULTY_POWER;
    return d->fault;
}

static int read_at(void *ctx, uint64_t at, void *out, size_t len, size_t *got) {
    const struct file *f = ctx;
    *got = at >= f->cache.len ? 0 : f->cache.len - (size_t)at < len ? f->cache.len - (size_t)at : len;
    if (*got)
        memcpy(out, f->cache.p + at, *got);
    return KITH_OK;
}

static int write_at(void *ctx, uint64_t at, const void *in, size_t len) {
    struct file *f = ctx;
    bool was_off = f->disk->off;
    switch (strike(f->disk)) {
    case FAULTY_POWER:
        if (!was_off)
            record(f, false, at, in, len);
        return KITH_ERR_IO;
    case FAULTY_FULL:
        record(f, false, at, in, len / 2);
        return KITH_ERR_FULL;
    case FAULTY_IO:
        record(f, false, at, in, len);
        return KITH_ERR_IO;
    default:
        record(f, false, at, in, len);
        return KITH_OK;
    }
}

static int truncate_to(void *ctx, uint64_t size) {
    struct file *f = ctx;
    bool was_off = f->disk->off;
    enum faulty_fault hit = strike(f->disk);
    if (hit == FAULTY_IO || (hit == FAULTY_POWER && was_off))
        return KITH_ERR_IO;
    record(f, true, size, NULL, 0);
    return hit == FAULTY_POWER ? KITH_ERR_IO : KITH_OK;
}

static int size_of(void *ctx, uint64_t *size) {
    *size = ((const struct file *)ctx)->cache.len;
    return KITH_OK;
}

static const struct kith_slot_ops faulty_ops = {read_at, write_at, truncate_to, size_of};

/* --- the disk --------------------------------------------------------------------------------- */

void faulty_init(struct faulty *f, uint64_t seed) {
    *f = (struct faulty){.seed = seed};
}

static void free_file(struct file *f) {
    forget_changes(f);
    kith_free(f->changes);
    kith_buf_wipe(&f->cache);
    kith_buf_wipe(&f->platter);
    kith_free(f);
}

void faulty_wipe(struct faulty *f) {
    for (size_t i = 0; i < f->count; i++)
        free_file(f->slots[i].ctx);
    kith_free(f->slots);
    *f = (struct faulty){0};
}

static struct file *add(struct faulty *d, const char *name) {
    struct kith_slot *s;
    struct file *f = kith_alloc(sizeof *f);
    d->slots = kith_grow(d->slots, &d->cap, d->count + 1, sizeof *d->slots);
    s = &d->slots[d->count++];
    *s = (struct kith_slot){.ops = &faulty_ops, .ctx = f};
    memcpy(s->name, name, sizeof s->name);
    f->disk = d;
    return f;
}

void faulty_copy(struct faulty *to, const struct faulty *from) {
    faulty_init(to, from->seed);
    for (size_t i = 0; i < from->count; i++) {
        const struct file *f = from->slots[i].ctx;
        struct file *g = add(to, from->slots[i].name);
        copy(&g->platter, &f->platter);
        copy(&g->cache, &f->platter);
        for (size_t k = 0; k < f->count; k++)
            record(g, f->changes[k].truncate, f->changes[k].at, f->changes[k].bytes.p, f->changes[k].bytes.len);
        copy(&g->cache, &f->cache);
    }
}

static int sync_file(struct file *f, enum faulty_fault hit) {
    if (hit == FAULTY_SYNC_CLEAN || hit == FAULTY_SYNC_LOST || hit == FAULTY_IO) {
        forget_changes(f);
        if (hit == FAULTY_SYNC_LOST)
            copy(&f->cache, &f->platter);
        return KITH_ERR_IO;
    }
    for (size_t i = 0; i < f->count; i++)
        apply(&f->platter, &f->changes[i]);
    forget_changes(f);
    return KITH_OK;
}

int faulty_perform(struct faulty *d, const struct kith_store_effect *e, struct kith_slot *out) {
    bool was_off = d->off;
    enum faulty_fault hit = strike(d);
    size_t i = 0;
    while (i < d->count && strcmp(d->slots[i].name, e->name))
        i++;
    /* When the power fails in the middle of an effect, it may have happened. */
    if (hit == FAULTY_POWER && (was_off || lab_random(&d->seed) % 2))
        return KITH_ERR_IO;
    if (hit == FAULTY_FULL && e->kind == KITH_STORE_CREATE)
        return KITH_ERR_FULL;
    if (hit == FAULTY_IO && e->kind != KITH_STORE_SYNC)
        return KITH_ERR_IO;
    if (e->kind == KITH_STORE_CREATE) {
        if (i < d->count)
            return KITH_ERR_EXISTS;
        add(d, e->name);
        *out = d->slots[d->count - 1];
    } else if (i == d->count) {
        return KITH_ERR_NOT_FOUND;
    } else if (e->kind == KITH_STORE_DELETE) {
        free_file(d->slots[i].ctx);
        d->slots[i] = d->slots[--d->count];
    } else {
        return sync_file(d->slots[i].ctx, hit);
    }
    return hit == FAULTY_POWER ? KITH_ERR_IO : KITH_OK;
}

void faulty_settle(struct faulty *f, struct kith_store *s) {
    struct kith_store_effect e;
    while (!f->off && kith_store_next(s, &e)) {
        struct kith_slot made;
        int err = faulty_perform(f, &e, &made);
        if (!f->off)
            kith_store_done(s, e.ticket, err, !err && e.kind == KITH_STORE_CREATE ? &made : NULL);
    }
}

static void keep_sectors(struct file *f, const struct change *c) {
    for (size_t at = 0; at < c->bytes.len; at += 512) {
        size_t len = c->bytes.len - at < 512 ? c->bytes.len - at : 512;
        if (lab_random(&f->disk->seed) % 2)
            put_at(&f->platter, c->at + at, c->bytes.p + at, len);
    }
}

static void crash_file(struct file *f, enum faulty_crash how) {
    size_t torn = f->count ? (size_t)(lab_random(&f->disk->seed) % f->count) : 0;
    for (size_t i = 0; i < f->count && how != FAULTY_DROPPED; i++) {
        const struct change *c = &f->changes[i];
        if (how == FAULTY_SOME && lab_random(&f->disk->seed) % 2)
            continue;
        if (how == FAULTY_SHUFFLED && !c->truncate) {
            keep_sectors(f, c);
        } else if ((how == FAULTY_TORN_1 || how == FAULTY_TORN_512) && i == torn) {
            size_t len = (size_t)(lab_random(&f->disk->seed) % (c->bytes.len + 1));
            put_at(&f->platter, c->at, c->bytes.p, how == FAULTY_TORN_1 ? len : len / 512 * 512);
            break;
        } else {
            apply(&f->platter, c);
        }
    }
    forget_changes(f);
    copy(&f->cache, &f->platter);
}

void faulty_restart(struct faulty *d, enum faulty_crash how) {
    for (size_t i = 0; i < d->count; i++)
        crash_file(d->slots[i].ctx, how);
    d->off = false;
    d->fault = FAULTY_NONE;
}

size_t faulty_size(const struct faulty *d, size_t slot) {
    return ((const struct file *)d->slots[slot].ctx)->platter.len;
}

void faulty_flip(struct faulty *d, size_t slot, size_t byte, unsigned bit) {
    struct file *f = d->slots[slot].ctx;
    f->platter.p[byte] ^= (uint8_t)(1u << bit);
    f->cache.p[byte] ^= (uint8_t)(1u << bit);
}
