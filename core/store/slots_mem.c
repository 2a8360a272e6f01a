/* SPDX-License-Identifier: MIT */
#include "store/slots_mem.h"

struct file {
    struct kith_buf bytes;
    uint64_t synced_len; /* length at the last sync */
    struct kith_buf undo; /* {u64 at, u64 len, bytes}: what was there at the last sync, latest last */
};

struct kith_slots_mem {
    struct kith_slot *slots;
    size_t count, cap;
};

static int mem_read_at(void *ctx, uint64_t at, void *out, size_t len, size_t *got) {
    const struct file *f = ctx;
    *got = at >= f->bytes.len ? 0 : f->bytes.len - (size_t)at < len ? f->bytes.len - (size_t)at : len;
    if (*got)
        memcpy(out, f->bytes.p + at, *got);
    return KITH_OK;
}

/* Keeps what a sync has promised before it is written over. */
static void save(struct file *f, uint64_t at, uint64_t end) {
    if (end > f->synced_len)
        end = f->synced_len;
    if (end > f->bytes.len)
        end = f->bytes.len;
    if (at >= end)
        return;
    kith_buf_put(&f->undo, f->bytes.p + at, (size_t)(end - at));
    kith_buf_put_u64le(&f->undo, at);
    kith_buf_put_u64le(&f->undo, end - at);
}

static void set_len(struct file *f, uint64_t len) {
    KITH_ASSERT(len <= SIZE_MAX);
    if (len > f->bytes.len) {
        size_t more = (size_t)len - f->bytes.len;
        kith_buf_reserve(&f->bytes, more);
        memset(f->bytes.p + f->bytes.len, 0, more);
    }
    f->bytes.len = (size_t)len;
}

static int mem_write_at(void *ctx, uint64_t at, const void *in, size_t len) {
    struct file *f = ctx;
    if (!len)
        return KITH_OK;
    save(f, at, at + len);
    if (at + len > f->bytes.len)
        set_len(f, at + len);
    memcpy(f->bytes.p + at, in, len);
    return KITH_OK;
}

static int mem_truncate(void *ctx, uint64_t size) {
    struct file *f = ctx;
    save(f, size, f->bytes.len);
    set_len(f, size);
    return KITH_OK;
}

static int mem_size(void *ctx, uint64_t *size) {
    *size = ((const struct file *)ctx)->bytes.len;
    return KITH_OK;
}

static const struct kith_slot_ops mem_ops = {mem_read_at, mem_write_at, mem_truncate, mem_size};

static void file_free(struct file *f) {
    kith_buf_wipe(&f->bytes);
    kith_buf_wipe(&f->undo);
    kith_free(f);
}

struct kith_slots_mem *kith_slots_mem_new(void) {
    return kith_alloc(sizeof(struct kith_slots_mem));
}

void kith_slots_mem_free(struct kith_slots_mem *m) {
    if (!m)
        return;
    for (size_t i = 0; i < m->count; i++)
        file_free(m->slots[i].ctx);
    kith_free(m->slots);
    kith_free(m);
}

const struct kith_slot *kith_slots_mem_list(struct kith_slots_mem *m, size_t *count) {
    *count = m->count;
    return m->slots;
}

static struct kith_slot *find(struct kith_slots_mem *m, const char *name) {
    for (size_t i = 0; i < m->count; i++) {
        if (!strcmp(m->slots[i].name, name))
            return &m->slots[i];
    }
    return NULL;
}

static void synced(struct file *f) {
    f->synced_len = f->bytes.len;
    kith_buf_clear(&f->undo);
}

int kith_slots_mem_perform(struct kith_slots_mem *m, const struct kith_store_effect *e, struct kith_slot *out) {
    struct kith_slot *s = find(m, e->name);
    if (e->kind == KITH_STORE_CREATE) {
        if (s)
            return KITH_ERR_EXISTS;
        m->slots = kith_grow(m->slots, &m->cap, m->count + 1, sizeof *m->slots);
        s = &m->slots[m->count++];
        *s = (struct kith_slot){.ops = &mem_ops, .ctx = kith_alloc(sizeof(struct file))};
        memcpy(s->name, e->name, sizeof s->name);
        *out = *s;
        return KITH_OK;
    }
    if (!s)
        return KITH_ERR_NOT_FOUND;
    if (e->kind == KITH_STORE_SYNC) {
        synced(s->ctx);
    } else {
        file_free(s->ctx);
        *s = m->slots[--m->count];
    }
    return KITH_OK;
}

void kith_slots_mem_settle(struct kith_slots_mem *m, struct kith_store *s) {
    struct kith_store_effect e;
    while (kith_store_next(s, &e)) {
        struct kith_slot made;
        int err = kith_slots_mem_perform(m, &e, &made);
        kith_store_done(s, e.ticket, err, !err && e.kind == KITH_STORE_CREATE ? &made : NULL);
    }
}

void kith_slots_mem_crash(struct kith_slots_mem *m) {
    for (size_t i = 0; i < m->count; i++) {
        struct file *f = m->slots[i].ctx;
        if (f->bytes.len < f->synced_len)
            set_len(f, f->synced_len);
        while (f->undo.len) {
            const uint8_t *end = f->undo.p + f->undo.len;
            uint64_t at = kith_get_u64le(end - 16), len = kith_get_u64le(end - 8);
            f->undo.len -= 16 + (size_t)len;
            memcpy(f->bytes.p + at, f->undo.p + f->undo.len, (size_t)len);
        }
        f->bytes.len = (size_t)f->synced_len;
    }
}
