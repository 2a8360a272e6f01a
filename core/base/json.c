/* SPDX-License-Identifier: MIT */
/* json.c: looking things up in a parsed document. */
#include "base/json.h"

#include "base/number.h"

#define MAX_SAFE_INTEGER 9007199254740991.0 /* Number.MAX_SAFE_INTEGER, 2^53 - 1 */

static const struct kith_json_node *node_of(const struct kith_json *doc, uint32_t node,
                                            enum kith_json_type type) {
    if (node >= doc->count || doc->nodes[node].type != type)
        return NULL;
    return &doc->nodes[node];
}

void kith_json_wipe(struct kith_json *doc) {
    kith_free(doc->nodes);
    kith_free(doc->text);
    *doc = (struct kith_json){0};
}

uint32_t kith_json_get(const struct kith_json *doc, uint32_t node, const char *name) {
    const struct kith_json_node *object = node_of(doc, node, KITH_JSON_OBJECT);
    struct kith_bytes key = kith_bytes_str(name);
    uint32_t i = object ? object->child : KITH_JSON_NONE;
    while (i != KITH_JSON_NONE && !kith_bytes_eq(doc->nodes[i].key, key))
        i = doc->nodes[i].next;
    return i;
}

uint32_t kith_json_first(const struct kith_json *doc, uint32_t node) {
    return node < doc->count ? doc->nodes[node].child : KITH_JSON_NONE;
}

bool kith_json_is(const struct kith_json *doc, uint32_t node, enum kith_json_type type) {
    return node_of(doc, node, type) != NULL;
}

struct kith_bytes kith_json_str(const struct kith_json *doc, uint32_t node) {
    const struct kith_json_node *string = node_of(doc, node, KITH_JSON_STRING);
    return string ? string->text : kith_bytes(NULL, 0);
}

bool kith_json_true(const struct kith_json *doc, uint32_t node) {
    return kith_json_is(doc, node, KITH_JSON_TRUE);
}

int kith_json_double(const struct kith_json *doc, uint32_t node, double *out) {
    const struct kith_json_node *number = node_of(doc, node, KITH_JSON_NUMBER);
    int err = KITH_OK;
    if (!number)
        return KITH_ERR_INVALID;
    if (kith_bytes_is(number->text, "null"))
        *out = __builtin_inf();
    else
        err = kith_number_parse(number->text, out);
    KITH_ASSERT(!err);
    if (number->count) /* the sign that -0 and -1e400 do not print */
        *out = -*out;
    return KITH_OK;
}

int kith_json_int(const struct kith_json *doc, uint32_t node, int64_t *out) {
    double v;
    int err = kith_json_double(doc, node, &v);
    if (err)
        return err;
    if (!(v >= -MAX_SAFE_INTEGER && v <= MAX_SAFE_INTEGER) || (double)(int64_t)v != v)
        return KITH_ERR_INVALID;
    *out = (int64_t)v;
    return KITH_OK;
}
