/* SPDX-License-Identifier: MIT */
#include "base/json_object.h"

#include <stdlib.h>

/* Up to so many members are compared pair by pair, which needs no memory. */
#define FEW 16

struct member {
    struct kith_json_node *node;
    uint64_t prefix; /* first eight bytes of the key, as a number: decides most comparisons */
    int64_t index;
    uint32_t place; /* where the key first stood */
};

int64_t kith_json_index_of(struct kith_bytes key) {
    int64_t v = 0;
    if (key.len == 0 || key.len > 10 || (key.p[0] == '0' && key.len > 1))
        return -1;
    for (size_t i = 0; i < key.len; i++) {
        if (key.p[i] < '0' || key.p[i] > '9')
            return -1;
        v = v * 10 + (key.p[i] - '0');
    }
    return v <= 4294967294 ? v : -1;
}

static uint64_t prefix_of(struct kith_bytes key) {
    uint64_t v = 0;
    for (size_t i = 0; i < 8; i++)
        v = v << 8 | (i < key.len ? key.p[i] : 0);
    return v;
}

static int by_key(const void *left, const void *right) {
    const struct member *a = left, *b = right;
    int order = (a->prefix > b->prefix) - (a->prefix < b->prefix);
    if (!order)
        order = kith_bytes_cmp(a->node->key, b->node->key);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

/* Indices by value, then names by place. */
static int by_order(const void *left, const void *right) {
    const struct member *a = left, *b = right;
    if (a->index >= 0 && b->index >= 0)
        return (a->index > b->index) - (a->index < b->index);
    if (a->index >= 0 || b->index >= 0)
        return a->index >= 0 ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

static bool few_are_distinct(const struct kith_json *doc, uint32_t first) {
    for (uint32_t a = first; a != KITH_JSON_NONE; a = doc->nodes[a].next)
        for (uint32_t b = doc->nodes[a].next; b != KITH_JSON_NONE; b = doc->nodes[b].next)
            if (kith_bytes_eq(doc->nodes[a].key, doc->nodes[b].key))
                return false;
    return true;
}

/* Sorted by key: of equal ones keeps the last node, at the first one's place. */
static uint32_t merge_repeated(struct member *m, uint32_t count) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (kept && kith_bytes_eq(m[kept - 1].node->key, m[i].node->key))
            m[kept - 1].node = m[i].node;
        else
            m[kept++] = m[i];
    }
    return kept;
}

static void relink(struct kith_json *doc, uint32_t object, const struct member *m, uint32_t count) {
    uint32_t next = KITH_JSON_NONE;
    for (uint32_t i = count; i-- > 0;) {
        m[i].node->next = next;
        next = (uint32_t)(m[i].node - doc->nodes);
    }
    doc->nodes[object].child = next;
    doc->nodes[object].count = count;
}

bool kith_json_order_settle(const struct kith_json_order *order, struct kith_json *doc,
                            uint32_t object) {
    struct member few[FEW], *m = few;
    uint32_t count = doc->nodes[object].count, place = 0, kept;
    if (!order->unordered && (!order->maybe_repeated ||
                              (count <= FEW && few_are_distinct(doc, doc->nodes[object].child))))
        return false;
    if (count > FEW)
        m = kith_alloc(count * sizeof *m);
    for (uint32_t i = doc->nodes[object].child; i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        struct kith_json_node *node = &doc->nodes[i];
        m[place] = (struct member){node, prefix_of(node->key), kith_json_index_of(node->key), place};
        place++;
    }
    qsort(m, count, sizeof *m, by_key);
    kept = merge_repeated(m, count);
    if (order->unordered || kept < count) {
        qsort(m, kept, sizeof *m, by_order);
        relink(doc, object, m, kept);
    }
    if (m != few)
        kith_free(m);
    return order->unordered || kept < count;
}
