/* SPDX-License-Identifier: MIT */
#include "social/profile.h"

#include "social/state.h"

#define MAX_NAMESAKES 256 /* records that are looked at for one name */

static const enum kith_field field_of[KITH_PROFILE_FIELDS] = {
    [KITH_PROFILE_NAME] = KITH_FIELD_NAME,
    [KITH_PROFILE_DESCRIPTION] = KITH_FIELD_DESCRIPTION,
    [KITH_PROFILE_IMAGE] = KITH_FIELD_IMAGE,
};
static const char *const name_of[KITH_PROFILE_FIELDS] = {
    [KITH_PROFILE_NAME] = "name",
    [KITH_PROFILE_DESCRIPTION] = "description",
    [KITH_PROFILE_IMAGE] = "image",
};

static uint64_t item_key(const struct kith_social *s, uint32_t author, uint32_t target) {
    uint8_t triple[9] = {'a'}; /* one byte more than an edge's key */
    kith_put_u32le(triple + 1, author);
    kith_put_u32le(triple + 5, target);
    return kith_social_key(s, KITH_SPACE_PERSON, kith_bytes(triple, sizeof triple));
}

static struct kith_about_item *item_at(const struct kith_social *s, uint32_t i) {
    return KITH_VEC_AT(&s->abouts, struct kith_about_item, i);
}

static struct kith_about_item *find_or_add(struct kith_social *s, uint32_t author, uint32_t target) {
    uint64_t key = item_key(s, author, target);
    uint32_t i = kith_table_get(&s->about_slots, key);
    struct kith_about_item *item;
    if (i != KITH_TABLE_NONE)
        return item_at(s, i);
    i = (uint32_t)s->abouts.count;
    item = kith_vec_push(&s->abouts);
    *item = (struct kith_about_item){.author = author, .target = target, .next_1 = kith_people_at(s, target)->about_1};
    kith_people_at(s, target)->about_1 = i + 1;
    kith_table_put(&s->about_slots, i, key, i);
    return item;
}

/* A field says something if it is a text (or for an image a link), or null, which takes it back. */
static bool says(const struct kith_facts *f, uint32_t node, enum kith_profile_field field) {
    if (node == KITH_JSON_NONE)
        return false;
    if (kith_json_is(f->doc, node, KITH_JSON_NULL))
        return true;
    return field == KITH_PROFILE_IMAGE ? kith_facts_link(f->doc, node).len > 0
                                       : kith_json_str(f->doc, node).len > 0;
}

void kith_profile_apply(struct kith_social *s, const struct kith_facts *f) {
    struct kith_pubkey id;
    struct kith_about_item *item;
    uint32_t target;
    if (!kith_facts_feed(f->doc, f->field[KITH_FIELD_ABOUT], &id))
        return; /* about a gathering or the like: found by its type */
    target = kith_people_intern(s, &id);
    item = find_or_add(s, f->person, target);
    for (unsigned i = 0; i < KITH_PROFILE_FIELDS; i++) {
        uint32_t node = f->field[field_of[i]], old = item->rec_1[i];
        if (says(f, node, (enum kith_profile_field)i) &&
            (!old || kith_social_mark(s, old - 1)->sequence <= f->sequence))
            item->rec_1[i] = f->rec + 1;
    }
    if (kith_json_is(f->doc, f->field[KITH_FIELD_NAME], KITH_JSON_STRING)) {
        struct kith_bytes name = kith_json_str(f->doc, f->field[KITH_FIELD_NAME]);
        uint64_t key = kith_social_key(s, KITH_SPACE_NAME, kith_mention_fold_json(s, name, '@'));
        kith_index_add(&s->index, key, f->rec);
    }
}

/* How far a text of at most max bytes reaches without cutting a character. */
static size_t cut(struct kith_bytes text, size_t max) {
    size_t n = text.len < max ? text.len : max;
    while (n && n < text.len && (text.p[n] & 0xc0) == 0x80)
        n--;
    return n;
}

/* Appends what the record says; false if it takes the field back or cannot be read. */
static bool read_text(struct kith_social *s, uint32_t rec, enum kith_profile_field field, struct kith_buf *out) {
    struct kith_reading *r;
    struct kith_blobid blob;
    struct kith_bytes text;
    size_t at = out->len;
    uint32_t node;
    if (kith_social_mark(s, rec)->flags & KITH_MARK_GONE || kith_social_read(s, 1, rec, &r) != KITH_OK ||
        r->entry.content == KITH_JSON_NONE)
        return false;
    node = kith_json_get(r->entry.content_doc, r->entry.content, name_of[field]);
    text = field == KITH_PROFILE_IMAGE ? kith_facts_link(r->entry.content_doc, node)
                                       : kith_json_str(r->entry.content_doc, node);
    if (!text.len)
        return false;
    if (field == KITH_PROFILE_IMAGE) {
        /* Encrypted pictures have their key behind the id: "&…sha256?unbox=…". */
        if (text.len < KITH_HASH_ID_LEN || kith_blobid_parse(kith_bytes(text.p, KITH_HASH_ID_LEN), &blob) != KITH_OK)
            return false;
        kith_buf_put_bytes(out, text);
        return true;
    }
    kith_json_unescape(out, text);
    if (field == KITH_PROFILE_NAME)
        out->len = at + cut(kith_bytes(out->p + at, out->len - at), KITH_NAME_MAX);
    return true;
}

/* Who is believed first: lower is better. */
static unsigned rank(struct kith_social *s, const struct kith_about_item *item, bool with_petnames) {
    const struct kith_person *author = kith_people_at(s, item->author);
    if (item->author == KITH_PERSON_ME && (with_petnames || item->target == KITH_PERSON_ME))
        return 0;
    if (item->author == item->target)
        return 1;
    if (author->is_blocked || author->is_muted)
        return UINT32_MAX;
    return 2 + kith_graph_person_hops(s, item->author);
}

/* Of the assertions about the person that come after `last` in the order of belief, the first. Equal
 * ranks go by the author's id, so that the order of arrival does not matter. */
static const struct kith_about_item *next_best(struct kith_social *s, uint32_t person, enum kith_profile_field field,
                                               bool with_petnames, const struct kith_about_item *last) {
    const struct kith_about_item *best = NULL;
    unsigned last_rank = last ? rank(s, last, with_petnames) : 0, best_rank = UINT32_MAX;
    for (uint32_t i = kith_people_at(s, person)->about_1; i; i = item_at(s, i - 1)->next_1) {
        const struct kith_about_item *item = item_at(s, i - 1);
        const uint8_t *id = kith_people_at(s, item->author)->id.b;
        unsigned r = item->rec_1[field] ? rank(s, item, with_petnames) : UINT32_MAX;
        if (r == UINT32_MAX || (last && r < last_rank))
            continue;
        if (last && r == last_rank && memcmp(id, kith_people_at(s, last->author)->id.b, 32) <= 0)
            continue;
        if (r < best_rank || (r == best_rank && best && memcmp(id, kith_people_at(s, best->author)->id.b, 32) < 0)) {
            best = item;
            best_rank = r;
        }
    }
    return best;
}

static bool get(struct kith_social *s, const struct kith_pubkey *id, enum kith_profile_field field, bool with_petnames,
                struct kith_buf *out) {
    uint32_t person = kith_people_find(s, id);
    const struct kith_about_item *item = NULL;
    if (person == KITH_TABLE_NONE)
        return false;
    for (unsigned tries = 0; tries < 8; tries++) {
        item = next_best(s, person, field, with_petnames, item);
        if (!item)
            return false;
        if (read_text(s, item->rec_1[field] - 1, field, out))
            return true;
    }
    return false;
}

bool kith_profile_get(struct kith_social *s, const struct kith_pubkey *person, enum kith_profile_field field,
                      struct kith_buf *out) {
    return get(s, person, field, true, out);
}

bool kith_profile_get_public(struct kith_social *s, const struct kith_pubkey *person, enum kith_profile_field field,
                             struct kith_buf *out) {
    return get(s, person, field, false, out);
}

/* Whether the person is called so by now, for us or for themselves. */
static bool is_called(struct kith_social *s, const struct kith_pubkey *id, uint64_t key) {
    struct kith_buf name = {0};
    bool yes = false;
    for (unsigned i = 0; i < 2 && !yes; i++) {
        name.len = 0;
        if (!get(s, id, KITH_PROFILE_NAME, i == 0, &name))
            continue;
        yes = kith_social_key(s, KITH_SPACE_NAME, kith_mention_fold(s, kith_buf_bytes(&name), '@')) == key;
    }
    kith_buf_wipe(&name);
    return yes;
}

static bool holds(const struct kith_pubkey *list, size_t n, const struct kith_pubkey *id) {
    for (size_t i = 0; i < n; i++) {
        if (kith_pubkey_eq(&list[i], id))
            return true;
    }
    return false;
}

/* Puts the nearest first; the list is short. */
static void sort_by_hops(struct kith_social *s, struct kith_pubkey *list, size_t n) {
    for (size_t i = 1; i < n; i++) {
        struct kith_pubkey id = list[i];
        size_t at = i;
        for (; at && kith_graph_hops(s, &list[at - 1]) > kith_graph_hops(s, &id); at--)
            list[at] = list[at - 1];
        list[at] = id;
    }
}

size_t kith_profile_find(struct kith_social *s, struct kith_bytes name, struct kith_pubkey *out, size_t cap) {
    struct kith_index_cursor c;
    struct kith_reading *r;
    struct kith_pubkey id;
    uint64_t key = kith_social_key(s, KITH_SPACE_NAME, kith_mention_fold(s, name, '@'));
    uint32_t rec;
    size_t n = 0;
    if (!s->store)
        return 0;
    c = kith_index_newest(&s->index, key, kith_store_times(s->store));
    for (unsigned i = 0; i < MAX_NAMESAKES && n < cap && kith_index_next(&c, &rec); i++) {
        if (kith_social_read(s, 1, rec, &r) != KITH_OK || r->entry.content == KITH_JSON_NONE ||
            !kith_facts_feed(r->entry.content_doc, kith_json_get(r->entry.content_doc, r->entry.content, "about"), &id))
            continue;
        if (!holds(out, n, &id) && is_called(s, &id, key))
            out[n++] = id;
    }
    sort_by_hops(s, out, n);
    return n;
}
