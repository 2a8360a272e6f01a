/* SPDX-License-Identifier: MIT */
#include "store/ids.h"

#include "crypto/crypto.h"

void kith_ids_init(struct kith_ids *ids, const uint64_t seed[2]) {
    *ids = (struct kith_ids){.table = KITH_VEC(uint64_t), .seed = {seed[0], seed[1]}};
}

void kith_ids_wipe(struct kith_ids *ids) {
    kith_vec_wipe(&ids->table);
    ids->used = 0;
}

/* An id is a hash already, but its author can try many: the key keeps them from choosing places. */
static uint32_t hash_of(const struct kith_ids *ids, const struct kith_msgid *id) {
    struct kith_sipkey key;
    kith_put_u64le(key.b, ids->seed[0]);
    kith_put_u64le(key.b + 8, ids->seed[1]);
    return (uint32_t)kith_siphash(kith_bytes(id->hash.b, sizeof id->hash.b), &key);
}

static void place(struct kith_vec *table, uint64_t entry) {
    size_t mask = table->count - 1, i = (size_t)(entry >> 32) & mask;
    while (*KITH_VEC_AT(table, uint64_t, i))
        i = (i + 1) & mask;
    *KITH_VEC_AT(table, uint64_t, i) = entry;
}

static void grow(struct kith_ids *ids) {
    struct kith_vec old = ids->table;
    size_t count = old.count ? old.count * 2 : 256;
    ids->table = KITH_VEC(uint64_t);
    memset(kith_vec_resize(&ids->table, count), 0, count * sizeof(uint64_t));
    for (size_t i = 0; i < old.count; i++) {
        if (*KITH_VEC_AT(&old, uint64_t, i))
            place(&ids->table, *KITH_VEC_AT(&old, uint64_t, i));
    }
    kith_vec_wipe(&old);
}

void kith_ids_put(struct kith_ids *ids, const struct kith_msgid *id, uint32_t rec) {
    if (ids->used >= ids->table.count / 4 * 3)
        grow(ids);
    place(&ids->table, (uint64_t)hash_of(ids, id) << 32 | ((uint64_t)rec + 1));
    ids->used++;
}

struct kith_ids_cursor kith_ids_find(const struct kith_ids *ids, const struct kith_msgid *id) {
    uint32_t hash = hash_of(ids, id);
    return (struct kith_ids_cursor){hash, hash};
}

bool kith_ids_next(const struct kith_ids *ids, struct kith_ids_cursor *c, uint32_t *rec) {
    size_t mask = ids->table.count - 1;
    if (!ids->table.count)
        return false;
    for (;;) {
        uint64_t entry = *KITH_VEC_AT(&ids->table, uint64_t, c->at & mask);
        if (!entry)
            return false;
        c->at++;
        if ((uint32_t)(entry >> 32) == c->hash) {
            *rec = (uint32_t)entry - 1;
            return true;
        }
    }
}
