/* SPDX-License-Identifier: MIT */
#include "disk.h"

/* A write, or a change of length, that no sync has covered yet. */
struct change {
    uint64_t number; /* of the file's changes, from 1 */
    uint64_t at;
    bool cuts; /* a truncation to at */
    struct kith_buf bytes;
};

struct file {
    struct kith_buf now, safe;
    struct change *changes;
    size_t count, cap;
    uint64_t last;
};

struct disk {
    struct kith_slot *slots;
    size_t count, cap;
};

static void set_len(struct kith_buf *b, uint64_t len) {
    if (len > b->len) {
        size_t more = (size_t)len - b->len;
        kith_buf_reserve(b, more);
        memset(b->p + b->len, 0, more);
    }
    b->len = (size_t)len;
}

/* Applies the first len bytes of a change. */
static void apply(struct kith_buf *to, const struct change *c, size_t len) {
    if (c->cuts) {
        set_len(to, c->at);
        return;
    }
    if (!len)
        return;
    if (c->at + len > to->len)
        set_len(to, c->at + len);
    memcpy(to->p + c->at, c->bytes.p, len);
}

static struct change *record(struct file *f, uint64_t at) {
    f->changes = kith_grow(f->changes, &f->cap, f->count + 1, sizeof *f->changes);
    f->changes[f->count] = (struct change){.number = ++f->last, .at = at};
    return &f->changes[f->count++];
}

static int file_read(void *ctx, uint64_t at, void *out, size_t len, size_t *got) {
    const struct file *f = ctx;
    *got = at >= f->now.len ? 0 : f->now.len - (size_t)at < len ? f->now.len - (size_t)at : len;
    if (*got)
        memcpy(out, f->now.p + at, *got);
    return KITH_OK;
}

static int file_write(void *ctx, uint64_t at, const void *in, size_t len) {
    struct file *f = ctx;
    struct change *c = record(f, at);
    kith_buf_put(&c->bytes, in, len);
    apply(&f->now, c, len);
    return KITH_OK;
}

static int file_truncate(void *ctx, uint64_t size) {
    struct file *f = ctx;
    struct change *c = record(f, size);
    c->cuts = true;
    apply(&f->now, c, 0);
    return KITH_OK;
}

static int file_size(void *ctx, uint64_t *size) {
    *size = ((const struct file *)ctx)->now.len;
    return KITH_OK;
}

static const struct kith_slot_ops file_ops = {file_read, file_write, file_truncate, file_size};

/* Forgets the first n changes. */
static void forget(struct file *f, size_t n) {
    for (size_t i = 0; i < n; i++)
        kith_buf_wipe(&f->changes[i].bytes);
    if (n < f->count)
        memmove(f->changes, f->changes + n, (f->count - n) * sizeof *f->changes);
    f->count -= n;
}

static void file_free(struct file *f) {
    forget(f, f->count);
    kith_free(f->changes);
    kith_buf_wipe(&f->now);
    kith_buf_wipe(&f->safe);
    kith_free(f);
}

struct disk *disk_new(void) {
    return kith_alloc(sizeof(struct disk));
}

void disk_free(struct disk *d) {
    if (!d)
        return;
    for (size_t i = 0; i < d->count; i++)
        file_free(d->slots[i].ctx);
    kith_free(d->slots);
    kith_free(d);
}

static struct kith_slot *add(struct disk *d, const char name[KITH_SLOT_NAME_MAX]) {
    struct kith_slot *s;
    d->slots = kith_grow(d->slots, &d->cap, d->count + 1, sizeof *d->slots);
    s = &d->slots[d->count++];
    *s = (struct kith_slot){.ops = &file_ops, .ctx = kith_alloc(sizeof(struct file))};
    memcpy(s->name, name, sizeof s->name);
    return s;
}

struct disk *disk_copy(const struct disk *d) {
    struct disk *copy = disk_new();
    for (size_t i = 0; i < d->count; i++) {
        const struct file *from = d->slots[i].ctx;
        struct file *to = add(copy, d->slots[i].name)->ctx;
        kith_buf_put_bytes(&to->now, kith_buf_bytes(&from->safe));
        kith_buf_put_bytes(&to->safe, kith_buf_bytes(&from->safe));
    }
    return copy;
}

const struct kith_slot *disk_slots(struct disk *d, size_t *count) {
    *count = d->count;
    return d->slots;
}

static struct kith_slot *find(struct disk *d, const char *name) {
    for (size_t i = 0; i < d->count; i++) {
        if (!strcmp(d->slots[i].name, name))
            return &d->slots[i];
    }
    return NULL;
}

uint64_t disk_mark(struct disk *d, const struct kith_store_effect *e) {
    struct kith_slot *s = find(d, e->name);
    return s ? ((struct file *)s->ctx)->last : 0;
}

static void sync_file(struct file *f, uint64_t mark) {
    size_t n = 0;
    while (n < f->count && f->changes[n].number <= mark) {
        apply(&f->safe, &f->changes[n], f->changes[n].bytes.len);
        n++;
    }
    forget(f, n);
}

int disk_perform(struct disk *d, const struct kith_store_effect *e, uint64_t mark, struct kith_slot *out) {
    struct kith_slot *s = find(d, e->name);
    if (e->kind == KITH_STORE_CREATE) {
        if (s)
            return KITH_ERR_EXISTS;
        *out = *add(d, e->name);
        return KITH_OK;
    }
    if (!s)
        return KITH_ERR_NOT_FOUND;
    if (e->kind == KITH_STORE_SYNC) {
        sync_file(s->ctx, mark);
    } else {
        file_free(s->ctx);
        *s = d->slots[--d->count];
    }
    return KITH_OK;
}

static void crash_file(struct file *f, bool torn, struct world *w) {
    for (size_t i = 0; torn && i < f->count; i++) {
        struct change *c = &f->changes[i];
        uint64_t luck = world_below(w, 4);
        if (luck == 0)
            apply(&f->safe, c, (size_t)world_below(w, c->bytes.len + 1));
        else if (luck > 1)
            apply(&f->safe, c, c->bytes.len);
    }
    forget(f, f->count);
    kith_buf_clear(&f->now);
    kith_buf_put_bytes(&f->now, kith_buf_bytes(&f->safe));
}

void disk_crash(struct disk *d, enum disk_fate fate, struct world *w) {
    for (size_t i = 0; fate != DISK_KILLED && i < d->count; i++)
        crash_file(d->slots[i].ctx, fate == DISK_TORN, w);
}
