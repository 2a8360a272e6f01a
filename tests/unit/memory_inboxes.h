/* SPDX-License-Identifier: MIT */
/* memory_inboxes.h: the part of a broker's store that inboxes need, in memory. For tests and fuzz targets. */
#ifndef KITH_TEST_MEMORY_INBOXES_H
#define KITH_TEST_MEMORY_INBOXES_H

#include "base/bytes.h"
#include "broker/store.h"

#define MEMORY_INBOXES 8
#define MEMORY_PACKETS 1100

struct memory_inboxes {
    struct { struct kith_pubkey name; uint64_t day; } all[MEMORY_INBOXES];
    struct { struct kith_pubkey name; uint64_t file, came_ms; struct kith_buf bytes; } packets[MEMORY_PACKETS];
    size_t count, packet_count, reads;
    bool broken;
};

static size_t memory_at(struct memory_inboxes *m, const struct kith_pubkey *name) {
    size_t i = 0;
    while (i < m->count && !kith_pubkey_eq(&m->all[i].name, name))
        i++;
    return i;
}

static void memory_forget(struct memory_inboxes *m, size_t i) {
    kith_buf_wipe(&m->packets[i].bytes);
    memmove(&m->packets[i], &m->packets[i + 1], (--m->packet_count - i) * sizeof m->packets[0]);
}

static int memory_get(void *ctx, const struct kith_pubkey *name, struct kith_broker_inbox *out) {
    struct memory_inboxes *m = ctx;
    size_t at = memory_at(m, name);
    if (m->broken || at == m->count)
        return m->broken ? KITH_ERR_IO : KITH_ERR_NOT_FOUND;
    *out = (struct kith_broker_inbox){.visited_day = m->all[at].day};
    for (size_t i = 0; i < m->packet_count; i++) {
        bool here = kith_pubkey_eq(&m->packets[i].name, name);
        out->files += here;
        out->bytes += here ? m->packets[i].bytes.len : 0;
    }
    return KITH_OK;
}

static int memory_visit(void *ctx, const struct kith_pubkey *name, uint64_t day) {
    struct memory_inboxes *m = ctx;
    size_t at = memory_at(m, name);
    if (m->broken || at == MEMORY_INBOXES)
        return KITH_ERR_IO;
    m->all[at].name = *name;
    m->all[at].day = day;
    m->count += at == m->count;
    return KITH_OK;
}

static int memory_close(void *ctx, const struct kith_pubkey *name) {
    struct memory_inboxes *m = ctx;
    size_t at = memory_at(m, name);
    struct kith_pubkey gone = *name;
    for (size_t i = m->packet_count; i-- > 0;) {
        if (kith_pubkey_eq(&m->packets[i].name, &gone))
            memory_forget(m, i);
    }
    if (at < m->count)
        m->all[at] = m->all[--m->count];
    return KITH_OK;
}

static int memory_sweep(void *ctx, uint64_t before_ms, uint64_t before_day) {
    struct memory_inboxes *m = ctx;
    for (size_t i = m->packet_count; i-- > 0;) {
        if (m->packets[i].came_ms < before_ms)
            memory_forget(m, i);
    }
    for (size_t i = m->count; i-- > 0;) {
        if (m->all[i].day < before_day)
            memory_close(m, &m->all[i].name);
    }
    return KITH_OK;
}

static void memory_count(void *ctx, uint64_t *inboxes, uint64_t *packets, uint64_t *bytes) {
    struct memory_inboxes *m = ctx;
    *inboxes = m->count;
    *packets = m->packet_count;
    *bytes = 0;
}

static int memory_put(void *ctx, const struct kith_broker_packet *p) {
    struct memory_inboxes *m = ctx;
    if (m->packet_count == MEMORY_PACKETS)
        return KITH_ERR_FULL;
    m->packets[m->packet_count].name = p->name;
    m->packets[m->packet_count].file = p->file;
    m->packets[m->packet_count].came_ms = p->came_ms;
    m->packets[m->packet_count].bytes = (struct kith_buf){0};
    kith_buf_put_bytes(&m->packets[m->packet_count++].bytes, p->bytes);
    return KITH_OK;
}

static int memory_each(void *ctx, const struct kith_pubkey *name, bool (*each)(void *to, uint64_t file, size_t len), void *to) {
    struct memory_inboxes *m = ctx;
    for (size_t i = 0; i < m->packet_count; i++) {
        if (kith_pubkey_eq(&m->packets[i].name, name) && !each(to, m->packets[i].file, m->packets[i].bytes.len))
            break;
    }
    return KITH_OK;
}

static size_t memory_packet(struct memory_inboxes *m, const struct kith_pubkey *name, uint64_t file) {
    size_t i = 0;
    while (i < m->packet_count && !(kith_pubkey_eq(&m->packets[i].name, name) && m->packets[i].file == file))
        i++;
    return i;
}

static int memory_packet_get(void *ctx, const struct kith_pubkey *name, uint64_t file, struct kith_buf *out) {
    struct memory_inboxes *m = ctx;
    size_t i = memory_packet(m, name, file);
    m->reads++;
    if (i == m->packet_count)
        return KITH_ERR_NOT_FOUND;
    kith_buf_put_bytes(out, kith_buf_bytes(&m->packets[i].bytes));
    return KITH_OK;
}

static int memory_drop(void *ctx, const struct kith_pubkey *name, uint64_t file) {
    struct memory_inboxes *m = ctx;
    size_t i = memory_packet(m, name, file);
    if (i < m->packet_count)
        memory_forget(m, i);
    return KITH_OK;
}

static uint64_t memory_accounts(void *ctx) {
    (void)ctx;
    return 0;
}

/* Nobody has an account, and nobody gets one. */
static int memory_no_account(void *ctx, const char *skeleton, struct kith_broker_account *out) {
    (void)ctx, (void)skeleton, (void)out;
    return KITH_ERR_NOT_FOUND;
}

static int memory_put_account(void *ctx, const struct kith_broker_account *a, struct kith_bytes message, const struct kith_head *head) {
    (void)ctx, (void)a, (void)message, (void)head;
    return KITH_ERR_IO;
}

static int memory_remove_account(void *ctx, const char *skeleton, struct kith_bytes message, const struct kith_head *head) {
    (void)ctx, (void)skeleton, (void)message, (void)head;
    return KITH_ERR_IO;
}

static int memory_head(void *ctx, struct kith_head *out) {
    (void)ctx;
    *out = (struct kith_head){0};
    return KITH_OK;
}

static int memory_feed(void *ctx, uint64_t sequence, struct kith_buf *out) {
    (void)ctx, (void)sequence, (void)out;
    return KITH_ERR_NOT_FOUND;
}

static inline struct kith_broker_store memory_store(struct memory_inboxes *m) {
    return (struct kith_broker_store){
        .ctx = m, .get = memory_no_account, .put = memory_put_account, .remove = memory_remove_account, .count = memory_accounts,
        .head = memory_head, .feed = memory_feed, .inbox_get = memory_get, .inbox_visit = memory_visit, .inbox_close = memory_close,
        .inbox_sweep = memory_sweep, .inbox_count = memory_count, .packet_put = memory_put, .packet_each = memory_each,
        .packet_get = memory_packet_get, .packet_drop = memory_drop};
}

static inline void memory_wipe(struct memory_inboxes *m) {
    while (m->packet_count)
        memory_forget(m, m->packet_count - 1);
    m->count = 0;
}

#endif
