/* SPDX-License-Identifier: MIT */
#include "social/query.h"

#include "social/state.h"

struct want {
    struct kith_bytes path;
    const struct kith_json *doc; /* the value asked for */
    uint32_t node;
    uint64_t key;
    struct kith_index *index;
};

struct wants {
    struct want field[KITH_QUERY_MAX_FIELDS];
    size_t count;
    size_t listed; /* the field whose list is walked; the others are seen in the records */
};

#define MAX_ELEMENTS 64 /* of one array that are looked into */

static struct kith_query_slot *slot_at(const struct kith_social *s, unsigned i) {
    return KITH_VEC_AT(&s->queries, struct kith_query_slot, i);
}

static struct kith_bytes slot_path(const struct kith_query_slot *slot) {
    return kith_bytes(slot->path, slot->path_len);
}

/* The key of a value in the list of its path; false if it is neither text, number nor boolean. */
static bool value_key(const struct kith_index *ix, const struct kith_json *doc, uint32_t node, uint64_t *key) {
    const struct kith_json_node *n = &doc->nodes[node];
    switch (n->type) {
    case KITH_JSON_STRING:
        *key = kith_index_key(ix, KITH_SPACE_QUERY, n->text);
        return true;
    case KITH_JSON_NUMBER:
        *key = kith_index_key(ix, KITH_SPACE_QUERY + 1, n->text);
        return true;
    case KITH_JSON_TRUE:
    case KITH_JSON_FALSE:
        *key = kith_index_key(ix, KITH_SPACE_QUERY + 2, kith_bytes(&n->type, sizeof n->type));
        return true;
    default:
        return false;
    }
}

static bool same_value(const struct kith_json *a, uint32_t i, const struct kith_json *b, uint32_t k) {
    const struct kith_json_node *x = &a->nodes[i], *y = &b->nodes[k];
    return x->type == y->type && x->type != KITH_JSON_OBJECT && x->type != KITH_JSON_ARRAY && kith_bytes_eq(x->text, y->text);
}

static uint32_t member(const struct kith_json *doc, uint32_t node, struct kith_bytes name) {
    for (uint32_t n = kith_json_first(doc, node); n != KITH_JSON_NONE; n = doc->nodes[n].next) {
        if (kith_bytes_eq(doc->nodes[n].key, name))
            return n;
    }
    return KITH_JSON_NONE;
}

/* Calls each for the values at the path, of which there can be several where arrays are on the way,
 * until it returns true. The depth is bounded by the document's own. */
typedef bool value_fn(const struct kith_json *doc, uint32_t node, void *ctx);

static bool each_value(const struct kith_json *doc, uint32_t node, struct kith_bytes path, value_fn *each, void *ctx) {
    struct kith_bytes name = path;
    const uint8_t *dot;
    unsigned n = 0;
    if (node == KITH_JSON_NONE)
        return false;
    if (kith_json_is(doc, node, KITH_JSON_ARRAY)) {
        for (uint32_t i = kith_json_first(doc, node); i != KITH_JSON_NONE && n++ < MAX_ELEMENTS; i = doc->nodes[i].next) {
            if (each_value(doc, i, path, each, ctx))
                return true;
        }
        return false;
    }
    if (!path.len)
        return each(doc, node, ctx);
    if (!kith_json_is(doc, node, KITH_JSON_OBJECT))
        return false;
    dot = memchr(path.p, '.', path.len);
    if (dot)
        name.len = (size_t)(dot - path.p);
    return each_value(doc, member(doc, node, name), kith_bytes_skip(path, name.len + (dot != NULL)), each, ctx);
}

struct adding {
    struct kith_index *index;
    uint32_t rec;
};

static bool add_value(const struct kith_json *doc, uint32_t node, void *ctx) {
    struct adding *a = ctx;
    uint64_t key;
    if (value_key(a->index, doc, node, &key))
        kith_index_add(a->index, key, a->rec);
    return false;
}

static void index_record(struct kith_social *s, unsigned slot, struct kith_bytes path, const struct kith_json *doc,
                         uint32_t content, uint32_t rec) {
    struct adding a = {&s->query_index[slot], rec};
    each_value(doc, content, path, add_value, &a);
}

void kith_query_apply(struct kith_social *s, const struct kith_facts *f) {
    for (unsigned i = 0; i < KITH_QUERY_MAX_INDEXES; i++) {
        if (slot_at(s, i)->path_len)
            index_record(s, i, slot_path(slot_at(s, i)), f->doc, f->content, f->rec);
    }
}

static void drop(struct kith_social *s, unsigned i) {
    kith_index_wipe(&s->query_index[i]);
    *slot_at(s, i) = (struct kith_query_slot){0};
}

/* The slot of a path: the one it has, a free one, or that of the path which nobody asked about for
 * longest. A new one gets its path here, its records in `build`. */
static unsigned claim(struct kith_social *s, struct kith_bytes path, bool *is_new) {
    unsigned oldest = 0;
    uint32_t tick = ++kith_social_head(s)->tick;
    *is_new = false;
    for (unsigned i = 0; i < KITH_QUERY_MAX_INDEXES; i++) {
        if (kith_bytes_eq(slot_path(slot_at(s, i)), path)) {
            slot_at(s, i)->used_tick = tick;
            return i;
        }
        if (slot_at(s, i)->used_tick < slot_at(s, oldest)->used_tick)
            oldest = i;
    }
    drop(s, oldest);
    slot_at(s, oldest)->used_tick = tick;
    slot_at(s, oldest)->path_len = (uint32_t)path.len;
    memcpy(slot_at(s, oldest)->path, path.p, path.len);
    *is_new = true;
    return oldest;
}

/* Reads the whole log once for all new slots. Records that are gone or damaged are passed over. */
static int build(struct kith_social *s, const bool is_new[KITH_QUERY_MAX_INDEXES]) {
    for (uint32_t rec = 0; rec < s->marks.count; rec++) {
        struct kith_reading *r;
        int err;
        if (!(kith_social_mark(s, rec)->flags & KITH_MARK_READABLE) || kith_social_mark(s, rec)->flags & KITH_MARK_GONE)
            continue;
        err = kith_social_read(s, 1, rec, &r);
        if (err == KITH_ERR_NOT_FOUND || err == KITH_ERR_CORRUPT)
            continue;
        if (err)
            return err;
        for (unsigned i = 0; i < KITH_QUERY_MAX_INDEXES; i++) {
            if (is_new[i] && r->entry.content != KITH_JSON_NONE)
                index_record(s, i, slot_path(slot_at(s, i)), r->entry.content_doc, r->entry.content, rec);
        }
    }
    return KITH_OK;
}

static int read_wants(struct kith_social *s, const struct kith_json *doc, uint32_t query, struct wants *w) {
    *w = (struct wants){.count = 0};
    if (!kith_json_is(doc, query, KITH_JSON_OBJECT))
        return KITH_ERR_ARG;
    for (uint32_t n = kith_json_first(doc, query); n != KITH_JSON_NONE; n = doc->nodes[n].next) {
        struct want *f = &w->field[w->count];
        if (w->count == KITH_QUERY_MAX_FIELDS)
            return KITH_ERR_ARG;
        *f = (struct want){.path = doc->nodes[n].key, .doc = doc, .node = n};
        if (!f->path.len || f->path.len > KITH_QUERY_MAX_PATH || !value_key(&s->index, doc, n, &f->key))
            return KITH_ERR_ARG;
        w->count++;
    }
    return w->count ? KITH_OK : KITH_ERR_ARG;
}

/* Gives every field its list. Types have one already. */
static int find_lists(struct kith_social *s, struct wants *w) {
    bool is_new[KITH_QUERY_MAX_INDEXES] = {false}, any = false;
    int err = KITH_OK;
    for (size_t i = 0; i < w->count; i++) {
        struct want *f = &w->field[i];
        bool fresh;
        unsigned slot;
        if (kith_bytes_is(f->path, "type") && kith_json_is(f->doc, f->node, KITH_JSON_STRING)) {
            f->index = &s->index;
            f->key = kith_social_key(s, KITH_SPACE_TYPE, kith_json_str(f->doc, f->node));
            continue;
        }
        slot = claim(s, f->path, &fresh);
        is_new[slot] |= fresh;
        any |= fresh;
        f->index = &s->query_index[slot];
    }
    if (any)
        err = build(s, is_new);
    for (unsigned i = 0; err && i < KITH_QUERY_MAX_INDEXES; i++) {
        if (is_new[i])
            drop(s, i); /* half an index would answer wrongly */
    }
    return err;
}

static bool is_wanted(const struct kith_json *doc, uint32_t node, void *ctx) {
    const struct want *f = ctx;
    return same_value(doc, node, f->doc, f->node);
}

static bool matches(struct kith_social *s, uint32_t rec, void *ctx) {
    struct wants *w = ctx;
    struct kith_reading *r;
    if (w->count == 1)
        return true;
    if (kith_social_read(s, 1, rec, &r) != KITH_OK || r->entry.content == KITH_JSON_NONE)
        return false;
    for (size_t i = 0; i < w->count; i++) {
        if (!each_value(r->entry.content_doc, r->entry.content, w->field[i].path, is_wanted, &w->field[i]))
            return false;
    }
    return true;
}

int kith_query_run(struct kith_social *s, const struct kith_json *doc, uint32_t query, struct kith_page *page,
                   struct kith_found *out, size_t cap, size_t *found) {
    struct wants w;
    const struct want *f;
    int err = read_wants(s, doc, query, &w);
    *found = 0;
    page->more = false;
    if (err || !s->store)
        return err;
    err = find_lists(s, &w);
    if (err)
        return err;
    for (size_t i = 1; i < w.count; i++) {
        const struct want *best = &w.field[w.listed];
        if (kith_index_count(w.field[i].index, w.field[i].key) < kith_index_count(best->index, best->key))
            w.listed = i;
    }
    f = &w.field[w.listed];
    *found = kith_page_fill_within(s, f->index, f->key, page, out, cap, matches, &w,
                                   w.count > 1 ? KITH_QUERY_MAX_READS : KITH_PAGE_MAX_SCAN);
    return KITH_OK;
}

bool kith_query_index(struct kith_social *s, unsigned slot, struct kith_bytes *path) {
    if (slot >= KITH_QUERY_MAX_INDEXES || !slot_at(s, slot)->path_len)
        return false;
    *path = slot_path(slot_at(s, slot));
    return true;
}
