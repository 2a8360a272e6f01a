/* SPDX-License-Identifier: MIT */
#include "node/local.h"

#include "base/checksum.h"
#include "node/state.h"

struct item {
    uint64_t hash; /* of type and key; only our own words are hashed, so no key is needed */
    uint32_t rec;
    uint32_t type; /* hash of the type alone, never 0; 0: gone */
};

static uint64_t hash_of(struct kith_bytes type, struct kith_bytes key) {
    return kith_checksum(key, kith_checksum(type, 0));
}

static uint32_t type_hash(struct kith_bytes type) {
    return (uint32_t)kith_checksum(type, 0) | 1;
}

static struct item *find(struct kith_local *l, uint64_t hash) {
    for (size_t i = l->items.count; i-- > 0;) {
        struct item *it = KITH_VEC_AT(&l->items, struct item, i);
        if (it->hash == hash && it->type)
            return it;
    }
    return NULL;
}

static void apply(struct kith_view *view, const struct kith_entry *entry) {
    struct kith_local *l = view->self;
    const struct kith_json *doc = entry->doc;
    struct kith_bytes type, key;
    struct item *it;
    uint64_t hash;
    if (entry->record->kind != KITH_RECORD_LOCAL)
        return;
    type = kith_json_str(doc, kith_json_get(doc, 0, "type"));
    key = kith_json_str(doc, kith_json_get(doc, 0, "key"));
    hash = hash_of(type, key);
    it = find(l, hash);
    if (!it)
        it = kith_vec_push(&l->items);
    *it = (struct item){.hash = hash, .rec = entry->rec, .type = type_hash(type)};
}

static void reset(struct kith_view *view) {
    struct kith_local *l = view->self;
    kith_vec_wipe(&l->items);
}

void kith_local_init(struct kith_local *l) {
    l->items = KITH_VEC(struct item);
    l->vecs[0] = &l->items;
    l->vecs[1] = NULL;
    l->view = (struct kith_view){
        .name = "local", .version = 2, .vecs = l->vecs, .apply = apply, .reset = reset, .self = l};
}

void kith_local_wipe(struct kith_local *l) {
    kith_vec_wipe(&l->items);
}

static void type_put(struct kith_buf *out, const char *type) {
    kith_buf_put_str(out, "local/");
    kith_buf_put_str(out, type);
}

/* The item of a type and a key; both are hashed as they stand in the JSON text. */
static struct item *lookup(struct kith_node *n, const char *type, struct kith_bytes key) {
    struct kith_buf full = {0}, quoted = {0};
    struct item *it;
    type_put(&full, type);
    kith_json_put_string(&quoted, key);
    it = find(&n->local, hash_of(kith_buf_bytes(&full), kith_bytes(quoted.p + 1, quoted.len - 2)));
    kith_buf_wipe(&full);
    kith_buf_wipe(&quoted);
    return it;
}

int kith_local_put(struct kith_node *n, const char *type, struct kith_bytes key, struct kith_bytes rest) {
    struct item *old = lookup(n, type, key);
    struct kith_buf json = {0};
    struct kith_record record = {.format = KITH_FORMAT_LOCAL, .kind = KITH_RECORD_LOCAL, .received_ms = n->t.wall_ms};
    uint64_t number, before = old ? old->rec : UINT64_MAX;
    int err;
    kith_buf_put_str(&json, "{\"type\":\"");
    type_put(&json, type);
    kith_buf_put_str(&json, "\",\"key\":");
    kith_json_put_string(&json, key);
    kith_buf_put_bytes(&json, rest);
    kith_buf_put_u8(&json, '}');
    record.value = kith_buf_bytes(&json);
    err = kith_store_append(n->store, &record, 1, &number);
    kith_buf_wipe(&json);
    if (!err && before != UINT64_MAX)
        err = kith_store_forget(n->store, before);
    kith_node_pump_store(n);
    return err;
}

void kith_local_drop(struct kith_node *n, const char *type, struct kith_bytes key) {
    struct item *it = lookup(n, type, key);
    if (!it)
        return;
    it->type = 0;
    (void)!kith_store_forget(n->store, it->rec); /* not found means that it is gone already */
    kith_node_pump_store(n);
}

static bool read_item(struct kith_node *n, const struct item *it, struct kith_json *doc, struct kith_buf *scratch) {
    struct kith_record record;
    return !kith_store_get(n->store, it->rec, &record, scratch) && record.kind == KITH_RECORD_LOCAL &&
           !kith_json_parse(doc, record.value, SIZE_MAX);
}

bool kith_local_get(struct kith_node *n, const char *type, struct kith_bytes key, struct kith_json *doc, struct kith_buf *scratch) {
    struct item *it = lookup(n, type, key);
    return it && read_item(n, it, doc, scratch);
}

void kith_local_each(struct kith_node *n, const char *type,
                     void (*each)(struct kith_node *n, const struct kith_json *doc, void *ctx), void *ctx) {
    struct kith_json doc = {0};
    struct kith_buf scratch = {0}, full = {0};
    uint32_t hash;
    type_put(&full, type);
    hash = type_hash(kith_buf_bytes(&full));
    for (size_t i = 0; i < n->local.items.count; i++) {
        struct item it = *KITH_VEC_AT(&n->local.items, struct item, i);
        if (it.type != hash || !read_item(n, &it, &doc, &scratch))
            continue;
        if (kith_bytes_eq(kith_json_str(&doc, kith_json_get(&doc, 0, "type")), kith_buf_bytes(&full)))
            each(n, &doc, ctx);
    }
    kith_json_wipe(&doc);
    kith_buf_wipe(&scratch);
    kith_buf_wipe(&full);
}

size_t kith_local_count(struct kith_node *n, const char *type) {
    struct kith_buf full = {0};
    size_t count = 0;
    uint32_t hash;
    type_put(&full, type);
    hash = type_hash(kith_buf_bytes(&full));
    for (size_t i = 0; i < n->local.items.count; i++)
        count += KITH_VEC_AT(&n->local.items, struct item, i)->type == hash;
    kith_buf_wipe(&full);
    return count;
}
