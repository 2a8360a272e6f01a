/* SPDX-License-Identifier: MIT */
#include "social/graph.h"

#include "social/state.h"

static uint64_t edge_key(const struct kith_social *s, uint32_t from, uint32_t to) {
    uint8_t both[8];
    kith_put_u32le(both, from);
    kith_put_u32le(both + 4, to);
    return kith_social_key(s, KITH_SPACE_PERSON, kith_bytes(both, sizeof both));
}

static struct kith_edge_item *edge_at(const struct kith_social *s, uint32_t i) {
    return KITH_VEC_AT(&s->edges, struct kith_edge_item, i);
}

static struct kith_edge_item *find(const struct kith_social *s, uint32_t from, uint32_t to) {
    uint32_t i = from == KITH_TABLE_NONE || to == KITH_TABLE_NONE
                     ? KITH_TABLE_NONE
                     : kith_table_get(&s->edge_slots, edge_key(s, from, to));
    return i == KITH_TABLE_NONE ? NULL : edge_at(s, i);
}

static struct kith_edge_item *find_or_add(struct kith_social *s, uint32_t from, uint32_t to) {
    struct kith_edge_item *e = find(s, from, to);
    uint32_t i = (uint32_t)s->edges.count;
    if (e)
        return e;
    e = kith_vec_push(&s->edges);
    *e = (struct kith_edge_item){.from = from,
                                 .to = to,
                                 .next_out_1 = kith_people_at(s, from)->out_1,
                                 .next_in_1 = kith_people_at(s, to)->in_1};
    kith_people_at(s, from)->out_1 = kith_people_at(s, to)->in_1 = i + 1;
    kith_table_put(&s->edge_slots, i, edge_key(s, from, to), i);
    return e;
}

enum kith_edge kith_graph_edge_said(const struct kith_json *d, uint32_t content) {
    if (kith_json_true(d, kith_json_get(d, content, "blocking")) || kith_json_true(d, kith_json_get(d, content, "flagged")))
        return KITH_EDGE_BLOCK;
    return kith_json_true(d, kith_json_get(d, content, "following")) ? KITH_EDGE_FOLLOW : KITH_EDGE_UNFOLLOW;
}

static enum kith_edge state(const struct kith_social *s, uint32_t from, uint32_t to) {
    const struct kith_edge_item *e = find(s, from, to);
    return e ? (enum kith_edge)e->edge : KITH_EDGE_NONE;
}

/* Walks on from everyone in the queue, whose hops are set. Blocked people are neither reached nor
 * walked through (ssb.md 17; ssb-friends counts only one's own blocks). */
static void walk(struct kith_social *s) {
    uint8_t *hops = s->hops.p;
    for (size_t at = 0; at < s->queue.count; at++) {
        uint32_t from = *KITH_VEC_AT(&s->queue, uint32_t, at);
        unsigned next = hops[from] + 1u;
        if (next > s->hops_limit)
            continue;
        for (uint32_t i = kith_people_at(s, from)->out_1; i; i = edge_at(s, i - 1)->next_out_1) {
            const struct kith_edge_item *e = edge_at(s, i - 1);
            if (e->edge != KITH_EDGE_FOLLOW || hops[e->to] <= next || kith_people_at(s, e->to)->is_blocked)
                continue;
            hops[e->to] = (uint8_t)next;
            *(uint32_t *)kith_vec_push(&s->queue) = e->to;
        }
    }
    s->queue.count = 0;
}

/* Makes hops true for everyone known. */
static void refresh(struct kith_social *s) {
    size_t had = s->hops.count;
    if (had < s->people.count)
        memset(kith_vec_extend(&s->hops, s->people.count - had), KITH_HOPS_NONE, s->people.count - had);
    if (!s->hops_dirty)
        return;
    memset(s->hops.p, KITH_HOPS_NONE, s->hops.count);
    *KITH_VEC_AT(&s->hops, uint8_t, KITH_PERSON_ME) = 0;
    *(uint32_t *)kith_vec_push(&s->queue) = KITH_PERSON_ME;
    walk(s);
    s->hops_dirty = false;
}

/* A new follow can only bring people nearer, so the walk goes on from there; anything else that
 * touches someone within the limit makes the next question walk anew. */
static void edge_changed(struct kith_social *s, const struct kith_edge_item *e, enum kith_edge before) {
    uint32_t from = e->from;
    s->generation++;
    if (s->hops_dirty)
        return;
    if (from == KITH_PERSON_ME && (e->edge == KITH_EDGE_BLOCK || before == KITH_EDGE_BLOCK)) {
        s->hops_dirty = true;
        return;
    }
    refresh(s);
    if (*KITH_VEC_AT(&s->hops, uint8_t, from) >= s->hops_limit)
        return;
    if (before == KITH_EDGE_FOLLOW) {
        s->hops_dirty = true;
    } else if (e->edge == KITH_EDGE_FOLLOW) {
        *(uint32_t *)kith_vec_push(&s->queue) = from;
        walk(s);
    }
}

void kith_graph_apply(struct kith_social *s, const struct kith_facts *f) {
    struct kith_pubkey id;
    struct kith_edge_item *e;
    enum kith_edge before, now = kith_graph_edge_said(f->doc, f->content);
    uint32_t to;
    if (!kith_facts_feed(f->doc, f->field[KITH_FIELD_CONTACT], &id))
        return;
    to = kith_people_intern(s, &id);
    if (to == f->person)
        return;
    if (to == KITH_PERSON_ME)
        kith_mention_notice(s, f, KITH_NOTICE_CONTACT);
    e = find_or_add(s, f->person, to);
    if (f->sequence < e->sequence)
        return;
    before = (enum kith_edge)e->edge;
    e->sequence = f->sequence;
    e->edge = now;
    if (f->person == KITH_PERSON_ME)
        kith_people_at(s, to)->is_blocked = now == KITH_EDGE_BLOCK;
    if (before != now)
        edge_changed(s, e, before);
    else if (now == KITH_EDGE_FOLLOW && to == KITH_PERSON_ME)
        kith_circle_follow_again(s);
    if (before != now && (before == KITH_EDGE_NONE || f->person == KITH_PERSON_ME))
        kith_circle_follow(s, f->person, to);
}

enum kith_edge kith_graph_edge(struct kith_social *s, const struct kith_pubkey *from, const struct kith_pubkey *to) {
    return state(s, kith_people_find(s, from), kith_people_find(s, to));
}

uint64_t kith_graph_sequence(const struct kith_social *s, const struct kith_pubkey *from, const struct kith_pubkey *to) {
    const struct kith_edge_item *e = find(s, kith_people_find(s, from), kith_people_find(s, to));
    return e ? e->sequence : 0;
}

bool kith_graph_is_following(struct kith_social *s, const struct kith_pubkey *from, const struct kith_pubkey *to) {
    return kith_graph_edge(s, from, to) == KITH_EDGE_FOLLOW;
}

bool kith_graph_is_blocking(struct kith_social *s, const struct kith_pubkey *from, const struct kith_pubkey *to) {
    return kith_graph_edge(s, from, to) == KITH_EDGE_BLOCK;
}

bool kith_graph_is_friend(struct kith_social *s, const struct kith_pubkey *a, const struct kith_pubkey *b) {
    return kith_graph_is_following(s, a, b) && kith_graph_is_following(s, b, a);
}

/* Whether the edge, which starts (or, for lists of those who look at the person, ends) at the person,
 * puts its other end on the list. */
static bool belongs(struct kith_social *s, const struct kith_edge_item *e, enum kith_graph_list list) {
    switch (list) {
    case KITH_LIST_FOLLOWS:
    case KITH_LIST_FOLLOWERS:
        return e->edge == KITH_EDGE_FOLLOW;
    case KITH_LIST_BLOCKS:
    case KITH_LIST_BLOCKED_BY:
        return e->edge == KITH_EDGE_BLOCK;
    case KITH_LIST_FRIENDS:
        return e->edge == KITH_EDGE_FOLLOW && state(s, e->to, e->from) == KITH_EDGE_FOLLOW;
    case KITH_LIST_REQUESTS:
        return e->edge == KITH_EDGE_FOLLOW && state(s, e->to, e->from) == KITH_EDGE_NONE;
    }
    return false;
}

static size_t list_people(struct kith_social *s, const struct kith_pubkey *person, enum kith_graph_list list,
                          size_t from, struct kith_pubkey *out, size_t cap) {
    uint32_t p = kith_people_find(s, person), i, next;
    bool out_edges = list == KITH_LIST_FOLLOWS || list == KITH_LIST_BLOCKS || list == KITH_LIST_FRIENDS;
    size_t n = 0;
    if (p == KITH_TABLE_NONE)
        return 0;
    for (i = out_edges ? kith_people_at(s, p)->out_1 : kith_people_at(s, p)->in_1; i && n < cap; i = next) {
        const struct kith_edge_item *e = edge_at(s, i - 1);
        next = out_edges ? e->next_out_1 : e->next_in_1;
        if (!belongs(s, e, list))
            continue;
        if (from) {
            from--;
            continue;
        }
        if (out)
            out[n] = kith_people_at(s, out_edges ? e->to : e->from)->id;
        n++;
    }
    return n;
}

size_t kith_graph_list(struct kith_social *s, const struct kith_pubkey *person, enum kith_graph_list list,
                       size_t from, struct kith_pubkey *out, size_t cap) {
    return list_people(s, person, list, from, out, cap);
}

size_t kith_graph_count(struct kith_social *s, const struct kith_pubkey *person, enum kith_graph_list list) {
    return list_people(s, person, list, 0, NULL, SIZE_MAX);
}

unsigned kith_graph_hops(struct kith_social *s, const struct kith_pubkey *person) {
    uint32_t p = kith_people_find(s, person);
    return p == KITH_TABLE_NONE ? KITH_HOPS_NONE : kith_graph_person_hops(s, p);
}

unsigned kith_graph_person_hops(struct kith_social *s, uint32_t person) {
    refresh(s);
    return *KITH_VEC_AT(&s->hops, uint8_t, person);
}

enum kith_edge kith_graph_person_edge(const struct kith_social *s, uint32_t from, uint32_t to) {
    return state(s, from, to);
}

bool kith_graph_person_follows(const struct kith_social *s, uint32_t from, uint32_t to) {
    return state(s, from, to) == KITH_EDGE_FOLLOW;
}

bool kith_graph_next_wanted(struct kith_social *s, uint32_t *cursor, struct kith_pubkey *out, unsigned *hops) {
    refresh(s);
    while (*cursor < s->hops.count) {
        uint32_t p = (*cursor)++;
        unsigned h = *KITH_VEC_AT(&s->hops, uint8_t, p);
        if (h == KITH_HOPS_NONE)
            continue;
        *out = kith_people_at(s, p)->id;
        if (hops)
            *hops = h;
        return true;
    }
    return false;
}

uint64_t kith_graph_generation(const struct kith_social *s) {
    return s->generation;
}
