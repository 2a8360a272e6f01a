/* SPDX-License-Identifier: MIT */
#include "social/wall.h"

#include "social/state.h"

static struct kith_guest *guest_at(const struct kith_social *s, uint32_t i) {
    return KITH_VEC_AT(&s->guests, struct kith_guest, i);
}

/* Where a post and what the owner says about it meet, whichever comes first: under the post's id and
 * the owner, so that nobody else's word is ever found there. */
static uint32_t guest_of(struct kith_social *s, const struct kith_msgid *post, uint32_t owner) {
    uint64_t key = kith_social_pair_key(s, KITH_SPACE_GUEST, post->hash.b, kith_people_at(s, owner)->id.b);
    uint32_t i = kith_table_get(&s->guest_slots, key);
    if (i == KITH_TABLE_NONE) {
        struct kith_guest *g = kith_vec_push(&s->guests);
        g->owner = owner;
        i = (uint32_t)(s->guests.count - 1);
        kith_table_put(&s->guest_slots, i, key, i);
    }
    return i;
}

static void apply_verdict(struct kith_social *s, const struct kith_facts *f) {
    struct kith_msgid post;
    struct kith_guest *g;
    if (!kith_facts_message(f->doc, f->field[KITH_FIELD_POST], &post))
        return;
    g = guest_at(s, guest_of(s, &post, f->person));
    if (f->sequence < g->verdict_sequence)
        return;
    g->verdict_sequence = f->sequence;
    g->verdict = f->kind;
}

/* What is said to a circle stands on the wall, for those who can read it; what is said to a group stands on
 * the group's own wall. */
static const struct kith_circle *circle_of(const struct kith_social *s, const struct kith_mark *m) {
    return m->key_1 ? KITH_VEC_AT(&s->circles.all, struct kith_circle, kith_circle_of_key(s, m->key_1)) : NULL;
}

static bool is_in_group(const struct kith_social *s, const struct kith_mark *m) {
    return m->key_1 && circle_of(s, m)->kind == KITH_CIRCLE_GROUP;
}

static void put(struct kith_social *s, uint32_t owner, uint32_t rec, const struct kith_mark *mark) {
    const struct kith_circle *c = circle_of(s, mark);
    kith_index_add(&s->index, kith_social_key(s, KITH_SPACE_HOME, kith_bytes(NULL, 0)), rec);
    if (c)
        kith_index_add(&s->index, kith_social_key(s, KITH_SPACE_CIRCLE, kith_bytes(c->id.hash.b, 32)), rec);
    if (c && c->kind == KITH_CIRCLE_GROUP)
        return;
    kith_index_add(&s->index, kith_social_key(s, KITH_SPACE_WALL, kith_bytes(kith_people_at(s, owner)->id.b, 32)), rec);
}

static void apply_share(struct kith_social *s, const struct kith_facts *f, struct kith_mark *mark) {
    struct kith_msgid target;
    if (!kith_facts_message(f->doc, f->field[KITH_FIELD_SHARE], &target) &&
        !kith_facts_message(f->doc, f->field[KITH_FIELD_TARGET], &target) &&
        !kith_facts_message(f->doc, f->field[KITH_FIELD_LINK], &target))
        return;
    kith_index_add(&s->index, kith_social_msg_key(s, KITH_SPACE_SHARE, &target), f->rec);
    kith_mention_answers(s, f, &target, KITH_NOTICE_SHARE);
    mark->flags |= KITH_MARK_ROOT;
    if (!(mark->flags & KITH_MARK_PRIVATE))
        put(s, f->person, f->rec, mark);
}

void kith_wall_apply(struct kith_social *s, const struct kith_facts *f, struct kith_mark *mark) {
    struct kith_pubkey wall;
    uint32_t owner = f->person;
    if (f->kind == KITH_KIND_ACCEPT || f->kind == KITH_KIND_REMOVE) {
        apply_verdict(s, f);
        return;
    }
    if (f->kind == KITH_KIND_SHARE) {
        apply_share(s, f, mark);
        return;
    }
    if (!(mark->flags & KITH_MARK_ROOT) || mark->flags & KITH_MARK_PRIVATE)
        return;
    if (!is_in_group(s, mark) && kith_facts_feed(f->doc, f->field[KITH_FIELD_WALL], &wall))
        owner = kith_people_intern(s, &wall);
    if (owner != f->person) {
        mark->flags |= KITH_MARK_GUEST;
        mark->detail = guest_of(s, &f->entry->record->id, owner);
        guest_at(s, mark->detail)->rec_1 = f->rec + 1;
        if (owner == KITH_PERSON_ME)
            kith_mention_notice(s, f, KITH_NOTICE_WALL);
    }
    put(s, owner, f->rec, mark);
}

static enum kith_wall_state state(const struct kith_social *s, const struct kith_mark *m) {
    const struct kith_guest *g;
    if (!(m->flags & KITH_MARK_GUEST))
        return KITH_WALL_OWN;
    g = guest_at(s, m->detail);
    if (g->verdict == KITH_KIND_REMOVE)
        return KITH_WALL_REMOVED;
    if (g->verdict == KITH_KIND_ACCEPT)
        return KITH_WALL_ACCEPTED;
    return kith_graph_person_follows(s, g->owner, m->person) ? KITH_WALL_FRIEND : KITH_WALL_WAITING;
}

static bool on_wall(struct kith_social *s, uint32_t rec, void *ctx) {
    unsigned show = *(const unsigned *)ctx;
    switch (state(s, kith_social_mark(s, rec))) {
    case KITH_WALL_WAITING:
        return show & KITH_SHOW_WAITING;
    case KITH_WALL_REMOVED:
        return show & KITH_SHOW_REMOVED;
    default:
        return true;
    }
}

size_t kith_wall_list(struct kith_social *s, const struct kith_pubkey *owner, struct kith_page *page,
                      struct kith_found *out, size_t cap) {
    uint64_t key = kith_social_key(s, KITH_SPACE_WALL, kith_bytes(owner->b, sizeof owner->b));
    return kith_page_fill(s, &s->index, key, page, out, cap, on_wall, &page->show);
}

bool kith_wall_state(struct kith_social *s, uint32_t rec, enum kith_wall_state *out, struct kith_pubkey *owner) {
    const struct kith_mark *m;
    if (rec >= s->marks.count)
        return false;
    m = kith_social_mark(s, rec);
    if (!(m->flags & KITH_MARK_ROOT) || m->flags & KITH_MARK_PRIVATE || is_in_group(s, m))
        return false;
    *out = state(s, m);
    *owner = kith_people_at(s, *out == KITH_WALL_OWN ? m->person : guest_at(s, m->detail)->owner)->id;
    return true;
}

static const struct kith_guest *find_guest(struct kith_social *s, const struct kith_pubkey *owner, const struct kith_msgid *post) {
    uint32_t i = kith_table_get(&s->guest_slots, kith_social_pair_key(s, KITH_SPACE_GUEST, post->hash.b, owner->b));
    return i == KITH_TABLE_NONE ? NULL : guest_at(s, i);
}

enum kith_wall_word kith_wall_word(struct kith_social *s, const struct kith_pubkey *owner, const struct kith_msgid *post) {
    const struct kith_guest *g = find_guest(s, owner, post);
    if (!g || !g->verdict)
        return KITH_WALL_SAID_NOTHING;
    return g->verdict == KITH_KIND_ACCEPT ? KITH_WALL_SAID_ACCEPT : KITH_WALL_SAID_REMOVE;
}

/* The post that a wall/accept names, if it is here. */
static bool accepted_post(struct kith_social *s, uint32_t rec, uint32_t *post) {
    struct kith_facts f = {0};
    struct kith_reading *r;
    struct kith_msgid id;
    const struct kith_guest *g;
    if (kith_social_read(s, 1, rec, &r) || r->entry.content == KITH_JSON_NONE)
        return false;
    kith_facts_read(&f, r->entry.content_doc, r->entry.content, r->entry.type);
    if (!kith_facts_message(f.doc, f.field[KITH_FIELD_POST], &id))
        return false;
    g = find_guest(s, &r->entry.message.author, &id);
    if (!g || !g->rec_1)
        return false;
    *post = g->rec_1 - 1;
    return true;
}

bool kith_wall_brings(struct kith_social *s, uint32_t rec, uint32_t *post, enum kith_wall_state *state, struct kith_pubkey *owner) {
    const struct kith_mark *m;
    *post = rec;
    if (rec >= s->marks.count)
        return false;
    m = kith_social_mark(s, rec);
    if (m->kind == KITH_KIND_ACCEPT ? !accepted_post(s, rec, post) : !(m->flags & KITH_MARK_GUEST))
        return false;
    return !(kith_social_mark(s, *post)->flags & KITH_MARK_GONE) && kith_wall_state(s, *post, state, owner) && *state != KITH_WALL_OWN;
}

/* What I wrote on another's wall I see at home while it waits there. */
static bool at_home(struct kith_social *s, uint32_t rec, void *ctx) {
    const struct kith_mark *m = kith_social_mark(s, rec);
    unsigned max_hops = *(const unsigned *)ctx;
    enum kith_wall_state on = state(s, m);
    if (on == KITH_WALL_REMOVED || (on == KITH_WALL_WAITING && m->person != KITH_PERSON_ME))
        return false;
    return max_hops >= KITH_HOPS_NONE || kith_graph_person_hops(s, m->person) <= max_hops;
}

size_t kith_wall_home(struct kith_social *s, unsigned max_hops, struct kith_page *page, struct kith_found *out, size_t cap) {
    uint64_t key = kith_social_key(s, KITH_SPACE_HOME, kith_bytes(NULL, 0));
    return kith_page_fill(s, &s->index, key, page, out, cap, at_home, &max_hops);
}
