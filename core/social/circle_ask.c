/* SPDX-License-Identifier: MIT */
/* circle_ask.c: what is known of a circle. */
#include "social/circle.h"
#include "social/state.h"

#define ABOUTS_MAX 100 /* that are read for a circle's name */

static struct kith_circle *circle_at(const struct kith_social *s, uint32_t i) {
    return KITH_VEC_AT(&s->circles.all, struct kith_circle, i);
}
static struct kith_circle_item *item_at(const struct kith_social *s, uint32_t i) {
    return KITH_VEC_AT(&s->circles.items, struct kith_circle_item, i);
}
static struct kith_circle_key *key_at(const struct kith_social *s, uint32_t i) {
    return KITH_VEC_AT(&s->circles.keys, struct kith_circle_key, i);
}

size_t kith_circle_count(const struct kith_social *s) {
    return s->circles.all.count;
}

uint64_t kith_circle_generation(const struct kith_social *s) {
    return s->circles.generation;
}

struct kith_pubkey kith_circle_person_id(const struct kith_social *s, uint32_t person) {
    return kith_people_at(s, person)->id;
}

/* ---- membership ---- */

static const struct kith_pubkey *id_of(void *ctx, uint32_t person) {
    const struct kith_social *s = ctx;
    return &kith_people_at(s, person)->id;
}

static void settle(struct kith_social *s, uint32_t circle, struct kith_circle_settled *out) {
    const struct kith_circle *c = circle_at(s, circle);
    struct kith_circle_rules rules = {.founder = c->owner,
                                      .open = c->open,
                                      .needs_accept = c->kind == KITH_CIRCLE_GROUP,
                                      .id_of = id_of,
                                      .ctx = s};
    size_t count = 0, n = 0;
    for (uint32_t i = c->lines_1; i; i = item_at(s, i - 1)->next_1)
        count++;
    kith_free(out->lines);
    out->lines = kith_alloc((count + 1) * sizeof *out->lines);
    for (uint32_t i = c->lines_1; i; i = item_at(s, i - 1)->next_1) {
        const struct kith_circle_item *it = item_at(s, i - 1);
        if (!it->said || (c->kind == KITH_CIRCLE_GROUP && !it->in_group))
            continue;
        out->lines[n++] = (struct kith_circle_line){.said = (enum kith_circle_said)it->said,
                                                    .id = it->id,
                                                    .author = it->author,
                                                    .who = it->who,
                                                    .sequence = it->sequence,
                                                    .upto = it->upto,
                                                    .on = it->on,
                                                    .parent = it->parent,
                                                    .generation = it->generation,
                                                    .refs = KITH_VEC_AT(&s->circles.refs, uint32_t, it->refs_at),
                                                    .ref_count = it->ref_count};
    }
    kith_circle_members_wipe(&out->members);
    kith_circle_settle(&out->members, &rules, out->lines, n);
    out->changes = c->changes;
    out->is_there = true;
    kith_circle_dues_wipe(out);
}

struct kith_circle_settled *kith_circle_settled(struct kith_social *s, uint32_t circle) {
    struct kith_circle_settled *settled;
    const struct kith_circle *c;
    if (circle >= s->circles.all.count)
        return NULL;
    c = circle_at(s, circle);
    if (!c->is_known || (c->kind != KITH_CIRCLE_GROUP && c->owner != KITH_PERSON_ME))
        return NULL;
    if (s->circles.settled.count <= circle)
        kith_vec_extend(&s->circles.settled, s->circles.all.count - s->circles.settled.count);
    settled = KITH_VEC_AT(&s->circles.settled, struct kith_circle_settled, circle);
    if (!settled->is_there || settled->changes != c->changes)
        settle(s, circle, settled);
    return settled;
}

const struct kith_circle_members *kith_circle_members(struct kith_social *s, uint32_t circle) {
    struct kith_circle_settled *settled = kith_circle_settled(s, circle);
    return settled ? &settled->members : NULL;
}

enum kith_circle_standing kith_circle_standing_of(struct kith_social *s, uint32_t circle, const struct kith_pubkey *id) {
    const struct kith_circle_members *m = kith_circle_members(s, circle);
    uint32_t person = kith_people_find(s, id);
    return m && person != KITH_TABLE_NONE ? kith_circle_standing(m, person) : KITH_CIRCLE_OUT;
}

/* ---- the key to write with ---- */

static const struct kith_circle_item *epoch_item(const struct kith_social *s, const struct kith_circle *c, uint32_t id) {
    for (uint32_t i = c->lines_1; i; i = item_at(s, i - 1)->next_1) {
        if (item_at(s, i - 1)->said == KITH_CIRCLE_EPOCH && item_at(s, i - 1)->id == id)
            return item_at(s, i - 1);
    }
    return NULL;
}

/* The key's number + 1. In a circle of somebody else's the newest that they gave us. */
static uint32_t write_key(struct kith_social *s, uint32_t circle, bool *fit) {
    const struct kith_circle_members *m = kith_circle_members(s, circle);
    const struct kith_circle *c = circle_at(s, circle);
    const struct kith_circle_item *epoch;
    uint32_t best = 0;
    *fit = true;
    if (m) {
        *fit = m->is_fit;
        epoch = m->epoch ? epoch_item(s, c, m->epoch) : NULL;
        return epoch && kith_circle_standing(m, KITH_PERSON_ME) != KITH_CIRCLE_OUT ? epoch->key_1 : 0;
    }
    if (c->left_upto_1 > c->given_sequence)
        return 0;
    for (uint32_t i = c->keys_1; i; i = key_at(s, i - 1)->next_1) {
        if (!best || key_at(s, i - 1)->generation > key_at(s, best - 1)->generation)
            best = i;
    }
    return best;
}

bool kith_circle_write_key(struct kith_social *s, uint32_t circle, struct kith_box2_key *out) {
    bool fit;
    uint32_t key = circle < s->circles.all.count && circle_at(s, circle)->is_known ? write_key(s, circle, &fit) : 0;
    if (!key)
        return false;
    *out = (struct kith_box2_key){key_at(s, key - 1)->key, KITH_BOX2_GROUP};
    return true;
}

bool kith_circle_get(struct kith_social *s, uint32_t circle, struct kith_circle_info *out) {
    const struct kith_circle_members *m = kith_circle_members(s, circle);
    const struct kith_circle *c;
    uint32_t key;
    if (circle >= s->circles.all.count || !circle_at(s, circle)->is_known)
        return false;
    c = circle_at(s, circle);
    *out = (struct kith_circle_info){.id = c->id,
                                     .terms = {.owner = kith_people_at(s, c->owner)->id,
                                               .kind = (enum kith_circle_kind)c->kind,
                                               .open = c->open,
                                               .secret = c->secret},
                                     .mine = c->owner == KITH_PERSON_ME};
    key = write_key(s, circle, &out->is_fit);
    out->has_key = key != 0;
    out->generation = key ? key_at(s, key - 1)->generation : 0;
    out->is_keeper = m ? kith_circle_is_keeper(m, KITH_PERSON_ME) : false;
    out->standing = m ? kith_circle_standing(m, KITH_PERSON_ME) : key ? KITH_CIRCLE_IN : KITH_CIRCLE_OUT;
    return true;
}

uint32_t kith_circle_friends_of(struct kith_social *s, const struct kith_pubkey *owner) {
    uint32_t person = kith_people_find(s, owner);
    for (uint32_t i = 0; i < s->circles.all.count && person != KITH_TABLE_NONE; i++) {
        const struct kith_circle *c = circle_at(s, i);
        if (c->is_known && c->owner == person && c->kind == KITH_CIRCLE_FRIENDS)
            return i;
    }
    return KITH_CIRCLE_NONE;
}

/* ---- what it is called ---- */

static const char *const texts[] = {[KITH_CIRCLE_NAME] = "name", [KITH_CIRCLE_IMAGE] = "image", [KITH_CIRCLE_DESCRIPTION] = "description"};

/* How far a text of at most max bytes reaches without cutting a character. A name goes with every key that is
 * given: one as long as a message would leave no room for the keys. */
static size_t cut(struct kith_bytes text, size_t max) {
    size_t n = text.len < max ? text.len : max;
    while (n && n < text.len && (text.p[n] & 0xc0) == 0x80)
        n--;
    return n;
}

static bool text_of(struct kith_social *s, uint32_t rec, enum kith_circle_text what, struct kith_buf *out, double *claimed) {
    struct kith_reading *r;
    struct kith_bytes text;
    size_t at = out->len;
    if (kith_social_read(s, 1, rec, &r) || r->entry.content == KITH_JSON_NONE)
        return false;
    text = kith_facts_link(r->entry.content_doc, kith_json_get(r->entry.content_doc, r->entry.content, texts[what]));
    *claimed = r->entry.message.timestamp;
    if (text.len)
        kith_json_unescape(out, text);
    if (what == KITH_CIRCLE_NAME && text.len)
        out->len = at + cut(kith_bytes(out->p + at, out->len - at), KITH_CIRCLE_NAME_MAX);
    return text.len > 0;
}

/* The last one said counts; by whom it may be said is known by then. Of many only those are read that came last:
 * whoever says thousands would make each of their posts slow to show. */
bool kith_circle_text(struct kith_social *s, uint32_t circle, enum kith_circle_text what, struct kith_buf *out) {
    const struct kith_circle_members *m = kith_circle_members(s, circle);
    const struct kith_circle *c;
    size_t at = out->len;
    double newest = -1, claimed;
    unsigned looked = 0;
    bool found = false;
    if (circle >= s->circles.all.count)
        return false;
    c = circle_at(s, circle);
    for (uint32_t i = c->lines_1; i && looked < ABOUTS_MAX; i = item_at(s, i - 1)->next_1) {
        const struct kith_circle_item *it = item_at(s, i - 1);
        struct kith_buf one = {0};
        if (it->said || (c->kind == KITH_CIRCLE_GROUP && (!m || !kith_circle_is_keeper(m, it->author))))
            continue;
        looked++;
        if (text_of(s, it->rec, what, &one, &claimed) && claimed > newest) {
            out->len = at;
            kith_buf_put_bytes(out, kith_buf_bytes(&one));
            newest = claimed;
            found = true;
        }
        kith_buf_wipe(&one);
    }
    return found || (c->hint_1 && text_of(s, c->hint_1 - 1, what, out, &claimed));
}

bool kith_circle_can_read(const struct kith_social *s, const struct kith_pubkey *id) {
    uint32_t person = kith_people_find(s, id);
    return person == KITH_PERSON_ME || (person != KITH_TABLE_NONE && kith_people_at(s, person)->has_box2);
}

/* ---- its wall ---- */

uint32_t kith_circle_of(const struct kith_social *s, uint32_t rec) {
    const struct kith_mark *m = rec < s->marks.count ? kith_social_mark(s, rec) : NULL;
    return m && m->key_1 ? key_at(s, m->key_1 - 1)->circle : KITH_CIRCLE_NONE;
}

bool kith_circle_is_root(const struct kith_social *s, uint32_t rec) {
    return rec < s->marks.count && kith_social_mark(s, rec)->flags & KITH_MARK_ROOT;
}

bool kith_circle_is_said(struct kith_social *s, uint32_t rec) {
    uint32_t circle = kith_circle_of(s, rec);
    const struct kith_circle_members *members = circle == KITH_CIRCLE_NONE ? NULL : kith_circle_members(s, circle);
    const struct kith_mark *m = members ? kith_social_mark(s, rec) : NULL;
    return !m || m->person == KITH_PERSON_ME || kith_circle_counts(members, m->person, m->sequence);
}

static bool on_circle(struct kith_social *s, uint32_t rec, void *ctx) {
    (void)ctx;
    return kith_circle_is_said(s, rec);
}

size_t kith_circle_list(struct kith_social *s, uint32_t circle, struct kith_page *page, struct kith_found *out, size_t cap) {
    uint64_t key;
    if (circle >= s->circles.all.count)
        return 0;
    key = kith_social_key(s, KITH_SPACE_CIRCLE, kith_bytes(circle_at(s, circle)->id.hash.b, 32));
    return kith_page_fill(s, &s->index, key, page, out, cap, on_circle, NULL);
}
