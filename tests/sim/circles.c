/* SPDX-License-Identifier: MIT */
#include "circles.h"

#include <stdio.h>

#include "node/state.h"
#include "social/circle.h"
#include "social/render.h"

/* ---- what people do ---- */

static struct machine *anyone(struct world *w) {
    return w->machines[world_below(w, w->honest_count)];
}

static struct kith_buf post_for(struct world *w, const char *audience) {
    struct kith_buf b = {0};
    kith_buf_put_str(&b, "{\"type\":\"post\",\"text\":\"for ");
    kith_buf_put_dec(&b, world_random(w));
    kith_buf_put_str(&b, "\",\"recps\":[\"");
    kith_buf_put_str(&b, audience);
    kith_buf_put_str(&b, "\"]}");
    return b;
}

/* A group that the machine knows. */
static bool some_group(struct machine *m, char id[KITH_GROUP_ID_LEN + 1], struct kith_circle_info *info) {
    size_t count = m->node ? kith_circle_count(m->node->social) : 0;
    uint32_t at = count ? (uint32_t)world_below(m->world, count) : 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t c = (uint32_t)((at + i) % count);
        if (!kith_circle_get(m->node->social, c, info) || info->terms.kind == KITH_CIRCLE_FRIENDS)
            continue;
        kith_groupid_write(id, &info->id);
        id[KITH_GROUP_ID_LEN] = 0;
        return true;
    }
    return false;
}

static void run_on(struct machine *m, const char *method, const char *id, const struct machine *whom, const char *rest) {
    struct kith_buf args = {0};
    kith_buf_put_str(&args, "[\"");
    kith_buf_put_str(&args, id);
    kith_buf_put_u8(&args, '"');
    if (whom) {
        kith_buf_put_str(&args, ",\"");
        kith_feed_id_put(&args, &whom->keys.pub);
        kith_buf_put_u8(&args, '"');
    }
    kith_buf_put_str(&args, rest);
    kith_buf_put_u8(&args, ']');
    app_run(m, method, kith_buf_bytes(&args));
    kith_buf_wipe(&args);
}

enum { MAKE_GROUP, MAKE_CIRCLE, CHANGE };

static void change(struct machine *m) {
    struct world *w = m->world;
    struct kith_circle_info info;
    struct machine *other;
    char id[KITH_GROUP_ID_LEN + 1];
    if (!some_group(m, id, &info))
        return;
    switch (info.standing == KITH_CIRCLE_INVITED ? world_below(w, 2) : 2 + world_below(w, 12)) {
    case 0:
        run_on(m, world_chance(w, 90) ? "circles.accept" : "circles.refuse", id, NULL, "");
        break;
    case 1:
        run_on(m, "circles.accept", id, NULL, "");
        break;
    case 2:
        run_on(m, "circles.exclude", id, anyone(w), "");
        break;
    case 3:
        if (world_chance(w, 30))
            run_on(m, "circles.leave", id, NULL, "");
        break;
    case 4:
        other = anyone(w);
        run_on(m, "circles.keeper", id, other, world_chance(w, 70) ? ",true" : ",false");
        break;
    case 5:
        run_on(m, "circles.about", id, NULL, ",{\"name\":\"another\"}");
        break;
    case 6:
    case 7:
        app_publish(m, 0, post_for(w, id));
        break;
    default:
        run_on(m, "circles.add", id, anyone(w), "");
        break;
    }
}

static void act(struct world *w, struct event *e) {
    struct machine *m = w->machines[e->who];
    if (!m->node)
        return;
    if (e->x == CHANGE)
        change(m);
    else if (e->x == MAKE_GROUP)
        app_run(m, "circles.create", world_chance(w, 50) ? KITH_LIT("[{\"kind\":\"group\",\"name\":\"a\",\"open\":true}]")
                                                         : KITH_LIT("[{\"kind\":\"group\",\"name\":\"b\"}]"));
    else
        app_run(m, "circles.create", KITH_LIT("[{\"kind\":\"circle\",\"name\":\"c\"}]"));
}

static void plan(struct world *w, uint64_t ms, struct machine *m, uint64_t what) {
    world_later(w, ms, (struct event){.name = "circle", .run = act, .who = m->index, .x = what});
}

/* Anyone, at any time between the two. */
static void plan_anyone(struct world *w, uint64_t from, uint64_t until, uint64_t what) {
    uint64_t ms = world_between(w, from, until);
    plan(w, ms, anyone(w), what);
}

/* Now and then somebody writes right before or after a friendship begins or ends: keys come late. */
void circles_begin(struct world *w, const struct outline *o) {
    for (unsigned i = 0; i < o->messages; i++) {
        struct machine *m = anyone(w);
        uint64_t ms = world_below(w, o->length_ms);
        app_publish(m, ms, post_for(w, "friends"));
    }
    plan_anyone(w, 0, o->length_ms / 4, MAKE_GROUP);
    plan_anyone(w, 0, o->length_ms / 4, world_chance(w, 50) ? MAKE_GROUP : MAKE_CIRCLE);
    for (uint64_t n = world_between(w, 20, 120); n; n--)
        plan_anyone(w, o->length_ms / 8, o->length_ms, CHANGE);
}

void circles_last_words(struct world *w) {
    for (size_t i = 0; i < w->honest_count; i++) {
        uint64_t ms = world_below(w, 1000);
        app_publish(w->machines[i], ms, post_for(w, "friends"));
    }
}

/* ---- what has to be true ---- */

static bool wrong(char *why, size_t cap, const char *what, size_t a, size_t b, uint64_t n) {
    (void)snprintf(why, cap, "circles: machine %zu, machine %zu: %s (%llu)", a, b, what, (unsigned long long)n);
    return false;
}

static bool is_sound(const struct machine *m) {
    return m->node && !m->excused && !m->hostile;
}

static uint64_t head_of(const struct machine *m, const struct kith_pubkey *id) {
    const struct kith_feeds *feeds = kith_store_feeds(m->node->store);
    uint32_t feed = kith_feeds_find(feeds, id);
    return feed == KITH_FEED_NONE ? 0 : kith_feeds_head(feeds, feed).sequence;
}

static bool is_readable(struct machine *m, const struct kith_msgid *id) {
    struct kith_buf out = {0};
    uint64_t number;
    bool yes = kith_store_find(m->node->store, id, &number) && kith_circle_of(m->node->social, (uint32_t)number) != KITH_CIRCLE_NONE &&
               !kith_render_message(m->node->social, (uint32_t)number, &out);
    if (yes) {
        kith_buf_put_u8(&out, 0);
        yes = strstr((const char *)out.p, "\"text\":\"for ") != NULL;
    }
    kith_buf_wipe(&out);
    return yes;
}

struct reader {
    struct machine *m;
    size_t index;
    bool is_friend, was_never, holds;
};

/* Whether the record came after the word that put them out. */
static bool is_after_exclusion(struct machine *owner, uint32_t circle, const struct kith_pubkey *who, uint32_t rec) {
    struct kith_social *s = owner->node->social;
    const struct kith_circle_members *m = kith_circle_members(s, circle);
    for (size_t i = 0; i < m->cut_count; i++) {
        struct kith_pubkey id = kith_circle_person_id(s, m->cuts[i].who);
        struct kith_msgid word = kith_circle_statement(s, m->cuts[i].id);
        uint64_t number;
        if (m->cuts[i].until == UINT64_MAX && kith_pubkey_eq(&id, who) && kith_store_find(owner->node->store, &word, &number) && number < rec)
            return true;
    }
    return false;
}

/* Each post for friends by one owner, at one other machine. */
static bool check_posts(struct machine *owner, const struct reader *r, uint32_t circle, struct circles_seen *seen, char *why, size_t cap) {
    struct kith_social *s = owner->node->social;
    struct kith_page page = {.show = KITH_SHOW_ALL, .more = true};
    struct kith_found found[64];
    while (page.more) {
        size_t n = kith_circle_list(s, circle, &page, found, 64);
        for (size_t i = 0; i < n; i++) {
            struct kith_record record;
            struct kith_buf scratch = {0};
            struct kith_msgid id;
            struct kith_pubkey author;
            bool reads;
            if (!kith_social_author(s, found[i].rec, &author) || !kith_pubkey_eq(&author, &owner->keys.pub) ||
                kith_store_get(owner->node->store, found[i].rec, &record, &scratch)) {
                kith_buf_wipe(&scratch);
                continue;
            }
            id = record.id;
            kith_buf_wipe(&scratch);
            reads = is_readable(r->m, &id);
            seen->posts_read += reads;
            seen->posts_sealed += !reads && r->holds;
            if (r->is_friend && r->holds && !reads)
                return wrong(why, cap, "a friend cannot read a post for friends", owner->index, r->index, i);
            if (r->was_never && reads)
                return wrong(why, cap, "somebody reads it who never was a friend", owner->index, r->index, i);
            if (!r->is_friend && reads && is_after_exclusion(owner, circle, &r->m->keys.pub, found[i].rec))
                return wrong(why, cap, "a former friend reads what was written later", owner->index, r->index, i);
        }
    }
    return true;
}

static bool check_friends(struct world *w, struct machine *owner, struct circles_seen *seen, char *why, size_t cap) {
    struct kith_social *s = owner->node->social;
    uint32_t circle = kith_circle_friends_of(s, &owner->keys.pub);
    const struct kith_circle_members *m = circle == KITH_CIRCLE_NONE ? NULL : kith_circle_members(s, circle);
    if (!m)
        return true;
    if (!m->is_fit || kith_circle_retry_waits(s))
        return wrong(why, cap, "somebody who is out has the key", owner->index, owner->index, m->generation);
    for (size_t i = 0; i < w->honest_count; i++) {
        struct machine *other = w->machines[i];
        struct reader r = {.m = other, .index = i, .was_never = true};
        if (other == owner || !is_sound(other))
            continue;
        r.is_friend = kith_circle_standing_of(s, circle, &other->keys.pub) == KITH_CIRCLE_IN;
        if (r.is_friend != (kith_graph_is_friend(s, &owner->keys.pub, &other->keys.pub) && !kith_graph_is_blocking(s, &owner->keys.pub, &other->keys.pub)))
            return wrong(why, cap, "friend, and not in the circle, or the other way round", owner->index, i, m->generation);
        for (size_t k = 0; k < m->people_count; k++) {
            struct kith_pubkey id = kith_circle_person_id(s, m->people[k].number);
            r.was_never &= !kith_pubkey_eq(&id, &other->keys.pub);
        }
        r.holds = head_of(other, &owner->keys.pub) == head_of(owner, &owner->keys.pub) &&
                  kith_graph_is_following(other->node->social, &other->keys.pub, &owner->keys.pub);
        if (!check_posts(owner, &r, circle, seen, why, cap))
            return false;
    }
    return true;
}

/* Two members who hold the same of everybody whom either of them names say the same of the group. */
static bool is_named_alike(struct machine *a, struct machine *b, const struct kith_circle_members *m) {
    for (size_t i = 0; i < m->people_count; i++) {
        struct kith_pubkey id = kith_circle_person_id(a->node->social, m->people[i].number);
        if (head_of(a, &id) != head_of(b, &id) || !head_of(a, &id))
            return false;
    }
    return true;
}

/* Where one blocks the other no word of theirs goes from one to the other: who was brought in by the one gets no
 * newer keys of the other's (docs/protocol/circle.md, what it does not do). */
static bool is_in_peace(struct machine *a, const struct kith_circle_members *m) {
    struct kith_social *s = a->node->social;
    for (size_t i = 0; i < m->people_count; i++) {
        struct kith_pubkey x = kith_circle_person_id(s, m->people[i].number);
        for (size_t k = 0; k < m->people_count; k++) {
            struct kith_pubkey y = kith_circle_person_id(s, m->people[k].number);
            if (kith_graph_is_blocking(s, &x, &y))
                return false;
        }
    }
    return true;
}

static bool same_members(struct machine *a, struct machine *b, uint32_t ca, uint32_t cb) {
    const struct kith_circle_members *x = kith_circle_members(a->node->social, ca), *y = kith_circle_members(b->node->social, cb);
    struct kith_msgid e, f;
    if (x->generation != y->generation || x->is_fit != y->is_fit || !x->epoch != !y->epoch)
        return false;
    for (size_t i = 0; i < x->people_count; i++) {
        struct kith_pubkey id = kith_circle_person_id(a->node->social, x->people[i].number);
        if (kith_circle_standing_of(b->node->social, cb, &id) != x->people[i].standing)
            return false;
    }
    for (size_t i = 0; i < y->people_count; i++) {
        struct kith_pubkey id = kith_circle_person_id(b->node->social, y->people[i].number);
        if (kith_circle_standing_of(a->node->social, ca, &id) != y->people[i].standing)
            return false;
    }
    if (!x->epoch)
        return true;
    e = kith_circle_statement(a->node->social, x->epoch);
    f = kith_circle_statement(b->node->social, y->epoch);
    return kith_msgid_eq(&e, &f);
}

static bool is_member(struct machine *who, struct machine *of, uint32_t circle) {
    return kith_circle_standing_of(of->node->social, circle, &who->keys.pub) == KITH_CIRCLE_IN;
}

static bool check_pair(struct machine *a, struct machine *b, struct circles_seen *seen, char *why, size_t cap) {
    for (uint32_t i = 0; i < kith_circle_count(a->node->social); i++) {
        const struct kith_circle_members *x, *y;
        struct kith_circle_info info;
        uint32_t other;
        if (!kith_circle_get(a->node->social, i, &info) || info.terms.kind != KITH_CIRCLE_GROUP)
            continue;
        other = kith_circle_find(b->node->social, &info.id);
        if (other == KITH_CIRCLE_NONE || !is_member(a, a, i) || !is_member(b, a, i) || !is_member(a, b, other) || !is_member(b, b, other))
            continue;
        x = kith_circle_members(a->node->social, i);
        y = kith_circle_members(b->node->social, other);
        if (!is_named_alike(a, b, x) || !is_named_alike(b, a, y) || !is_in_peace(a, x) || !is_in_peace(b, y))
            continue;
        seen->groups_compared++;
        if (!same_members(a, b, i, other))
            return wrong(why, cap, "two members do not agree on a group", a->index, b->index, x->generation);
    }
    return true;
}

bool circles_is_right(struct world *w, struct circles_seen *seen, char *why, size_t cap) {
    *seen = (struct circles_seen){0};
    for (size_t i = 0; i < w->honest_count; i++) {
        struct machine *m = w->machines[i];
        if (is_sound(m) && !m->node->publisher.quarantined && !m->node->publisher.frozen && !check_friends(w, m, seen, why, cap))
            return false;
        for (size_t k = 0; k < i && is_sound(m); k++) {
            if (is_sound(w->machines[k]) && !check_pair(m, w->machines[k], seen, why, cap))
                return false;
        }
    }
    return true;
}
