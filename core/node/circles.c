/* SPDX-License-Identifier: MIT */
/* circles.c: circles and who is in them, at a user's word. What is kept up by itself is in circles_keep.c. */
#include "node/circles.h"
#include "node/circles_say.h"
#include "node/state.h"
#include "social/people.h"

/* ---- making ---- */

int kith_circles_make(struct kith_node *n, enum kith_circle_kind kind, struct kith_bytes name, bool open, uint32_t *circle) {
    struct kith_circle_terms terms = {.owner = n->keys.pub, .kind = kind, .open = open};
    struct kith_groupid id;
    struct kith_buf text = {0};
    int err;
    if (name.len > KITH_CIRCLE_NAME_MAX)
        return KITH_ERR_TOO_LONG;
    kith_rng_fill(&n->rng, terms.secret.b, sizeof terms.secret.b);
    kith_circle_id(&id, &terms);
    kith_circles_begin(&text, "init", &id);
    kith_circles_put_terms(&text, &terms, name);
    kith_buf_put_u8(&text, '}');
    err = kith_circles_say(n, &text, kith_social_self_key(n->social), 1);
    kith_circles_forget(&text);
    if (err)
        return err;
    *circle = kith_circle_find(n->social, &id);
    KITH_ASSERT(*circle != KITH_CIRCLE_NONE);
    return kith_circles_epoch(n, *circle);
}

int kith_circles_friends(struct kith_node *n, uint32_t *circle) {
    *circle = kith_circle_friends_of(n->social, &n->keys.pub);
    return *circle != KITH_CIRCLE_NONE ? KITH_OK : kith_circles_make(n, KITH_CIRCLE_FRIENDS, KITH_LIT(""), false, circle);
}

/* ---- membership ---- */

/* Who is asked in by one statement, and the words against them that it takes back. */
struct asked {
    struct kith_pubkey people[KITH_CIRCLES_PEOPLE_MAX];
    uint32_t over[KITH_CIRCLES_NAMES_MAX];
    size_t people_count, over_count;
};

/* The words that keep somebody out: how many, and the first of them where there is room. */
static size_t words_against(struct kith_node *n, const struct kith_circle_members *m, const struct kith_pubkey *who, uint32_t *out, size_t cap) {
    const struct kith_circle_person *p = kith_circle_person(m, kith_people_find(n->social, who));
    size_t count = 0;
    for (size_t k = 0; p && k < p->cuts_count; k++) {
        const struct kith_circle_cut *c = &m->cuts[p->cuts_at + k];
        if (c->until != UINT64_MAX || c->is_void)
            continue;
        if (count < cap)
            out[count] = c->id;
        count++;
    }
    return count;
}

/* add, exclude and keeper name people with how much of their feeds we hold. Who has left or was put out before
 * does not learn of whom it is said. from: ADD. */
static int say_people(struct kith_node *n, uint32_t circle, const char *type, const struct kith_pubkey *people, size_t count,
                      uint64_t from, const struct asked *asked, const char *rest) {
    struct kith_circle_info info;
    struct kith_buf text = {0};
    int err;
    if (!kith_circle_get(n->social, circle, &info))
        return KITH_ERR_NOT_FOUND;
    err = info.terms.kind == KITH_CIRCLE_GROUP ? kith_circles_fit(n, circle) : KITH_OK;
    if (err)
        return err;
    kith_circles_begin(&text, type, &info.id);
    kith_buf_put_str(&text, ",\"people\":[");
    for (size_t i = 0; i < count; i++) {
        kith_buf_put_str(&text, i ? ",{\"id\":\"" : "{\"id\":\"");
        kith_feed_id_put(&text, &people[i]);
        kith_buf_put_str(&text, "\",\"upto\":");
        kith_buf_put_dec(&text, kith_circles_held(n, &people[i]));
        if (from) {
            kith_buf_put_str(&text, ",\"from\":");
            kith_buf_put_dec(&text, from);
        }
        kith_buf_put_u8(&text, '}');
    }
    kith_buf_put_u8(&text, ']');
    if (asked)
        kith_circles_put_list(&text, ",\"over\":[", n->social, asked->over, asked->over_count);
    kith_buf_put_str(&text, rest);
    kith_buf_put_u8(&text, '}');
    err = kith_circles_say_statement(n, circle, &info, &text);
    kith_circles_forget(&text);
    return err;
}

static bool is_out(struct kith_node *n, uint32_t circle, const struct kith_pubkey *who) {
    return kith_circle_standing_of(n->social, circle, who) == KITH_CIRCLE_OUT && !kith_pubkey_eq(who, &n->keys.pub);
}

/* The next of the people, from *at on, who are out, as many as one statement has room for. Of one alone more may
 * have been said than fits: then the first of it, and *at stays. */
static void pick_out(struct kith_node *n, uint32_t circle, const struct kith_pubkey *people, size_t count, size_t *at, struct asked *out) {
    const struct kith_circle_members *m = kith_circle_members(n->social, circle);
    out->people_count = out->over_count = 0;
    for (; *at < count && out->people_count < KITH_CIRCLES_PEOPLE_MAX; ++*at) {
        size_t taken = 2 * (out->people_count + 1) + out->over_count; /* a person takes the room of two names */
        size_t room = taken < KITH_CIRCLES_NAMES_MAX ? KITH_CIRCLES_NAMES_MAX - taken : 0, words;
        if (!is_out(n, circle, &people[*at]))
            continue;
        words = words_against(n, m, &people[*at], out->over + out->over_count, room);
        if (words > room && out->people_count)
            return;
        out->over_count += words < room ? words : room;
        out->people[out->people_count++] = people[*at];
        if (words > room)
            return;
    }
}

/* The next of the people who are in or invited. */
static size_t pick_in(struct kith_node *n, uint32_t circle, const struct kith_pubkey *people, size_t count, size_t *at, struct kith_pubkey *picked) {
    size_t c = 0;
    for (; *at < count && c < KITH_CIRCLES_PEOPLE_MAX; ++*at) {
        if (kith_circle_standing_of(n->social, circle, &people[*at]) != KITH_CIRCLE_OUT && !kith_pubkey_eq(&people[*at], &n->keys.pub))
            picked[c++] = people[*at];
    }
    return c;
}

/* One statement. KITH_ERR_DENIED: somebody above us has excluded them. */
static int ask_in(struct kith_node *n, uint32_t circle, const struct asked *asked) {
    const struct kith_circle_members *m = kith_circle_members(n->social, circle);
    const struct kith_pubkey *first = &asked->people[0];
    size_t before = words_against(n, m, first, NULL, 0);
    int err = say_people(n, circle, "add", asked->people, asked->people_count, kith_circles_from_now(n, circle) ? m->generation : 1, asked, "");
    if (!err && is_out(n, circle, first) && words_against(n, kith_circle_members(n->social, circle), first, NULL, 0) >= before)
        err = KITH_ERR_DENIED;
    return err;
}

int kith_circles_add(struct kith_node *n, uint32_t circle, const struct kith_pubkey *people, size_t count) {
    struct kith_circle_info info;
    struct kith_box2_dm dm;
    struct asked asked;
    size_t at = 0;
    int err = KITH_OK;
    if (!kith_circle_members(n->social, circle) || !kith_circle_get(n->social, circle, &info) ||
        !(info.mine || info.terms.kind == KITH_CIRCLE_GROUP))
        return KITH_ERR_DENIED;
    if (info.standing != KITH_CIRCLE_IN || !(info.is_keeper || info.terms.open))
        return KITH_ERR_DENIED;
    for (size_t i = 0; i < count; i++) {
        if (kith_social_dm_keys(n->social, &people[i], &dm))
            return KITH_ERR_ARG; /* nothing can be sealed for them */
    }
    pick_out(n, circle, people, count, &at, &asked);
    if (!asked.people_count)
        return KITH_OK;
    if (kith_circles_from_now(n, circle))
        err = kith_circles_epoch(n, circle);
    while (!err && asked.people_count) {
        err = ask_in(n, circle, &asked);
        pick_out(n, circle, people, count, &at, &asked);
    }
    n->circles.waits = true;
    return err;
}

int kith_circles_exclude(struct kith_node *n, uint32_t circle, const struct kith_pubkey *people, size_t count) {
    struct kith_pubkey picked[KITH_CIRCLES_PEOPLE_MAX];
    struct kith_circle_info info;
    size_t c, at = 0;
    int err = KITH_OK;
    if (!kith_circle_get(n->social, circle, &info) || !info.is_keeper)
        return KITH_ERR_DENIED;
    while (!err && (c = pick_in(n, circle, people, count, &at, picked))) {
        if (!info.mine) { /* a keeper's word does not reach other keepers */
            for (size_t i = 0; i < c; i++) {
                if (kith_circles_is_keeper(n, circle, &picked[i]))
                    return KITH_ERR_DENIED;
            }
        }
        err = say_people(n, circle, "exclude", picked, c, 0, NULL, "");
    }
    n->circles.waits = true;
    return err ? err : kith_circles_ready(n, circle);
}

bool kith_circles_is_keeper(struct kith_node *n, uint32_t circle, const struct kith_pubkey *who) {
    const struct kith_circle_members *m = kith_circle_members(n->social, circle);
    for (size_t i = 0; m && i < m->people_count; i++) {
        struct kith_pubkey id = kith_circle_person_id(n->social, m->people[i].number);
        if (kith_pubkey_eq(&id, who))
            return kith_circle_is_keeper(m, m->people[i].number);
    }
    return false;
}

int kith_circles_keeper(struct kith_node *n, uint32_t circle, const struct kith_pubkey *who, bool on) {
    struct kith_circle_info info;
    if (!kith_circle_get(n->social, circle, &info) || !info.mine || info.terms.kind != KITH_CIRCLE_GROUP)
        return KITH_ERR_DENIED;
    if (kith_circles_is_keeper(n, circle, who) == on)
        return KITH_OK;
    return say_people(n, circle, "keeper", who, 1, 0, NULL, on ? ",\"on\":true" : ",\"on\":false");
}

/* A group hears it; of a circle only the owner does. */
int kith_circles_leave(struct kith_node *n, uint32_t circle) {
    struct kith_box2_key keys[2];
    struct kith_circle_info info;
    struct kith_box2_dm dm;
    struct kith_buf text = {0};
    int err;
    if (!kith_circle_get(n->social, circle, &info))
        return KITH_ERR_NOT_FOUND;
    if (info.standing == KITH_CIRCLE_OUT)
        return KITH_OK;
    if (info.mine && info.terms.kind != KITH_CIRCLE_GROUP)
        return KITH_ERR_DENIED; /* it is theirs */
    kith_circles_begin(&text, info.standing == KITH_CIRCLE_INVITED ? "refuse" : "leave", &info.id);
    kith_buf_put_str(&text, ",\"upto\":");
    kith_buf_put_dec(&text, kith_circles_held(n, &info.terms.owner));
    kith_buf_put_u8(&text, '}');
    if (info.terms.kind == KITH_CIRCLE_GROUP) {
        err = kith_circles_say_statement(n, circle, &info, &text);
    } else {
        err = kith_social_dm_keys(n->social, &info.terms.owner, &dm);
        keys[0] = dm.key[0];
        keys[1] = *kith_social_self_key(n->social);
        if (!err)
            err = kith_circles_say(n, &text, keys, 2);
    }
    kith_circles_forget(&text);
    return err;
}

int kith_circles_answer(struct kith_node *n, uint32_t circle, bool yes) {
    struct kith_circle_info info;
    struct kith_buf text = {0};
    int err;
    if (!kith_circle_get(n->social, circle, &info) || info.standing != KITH_CIRCLE_INVITED)
        return KITH_ERR_DENIED;
    if (!yes)
        return kith_circles_leave(n, circle);
    kith_circles_begin(&text, "accept", &info.id);
    kith_buf_put_u8(&text, '}');
    err = kith_circles_say_statement(n, circle, &info, &text);
    kith_circles_forget(&text);
    return err;
}

int kith_circles_about(struct kith_node *n, uint32_t circle, struct kith_bytes fields) {
    struct kith_circle_info info;
    struct kith_buf text = {0}, sealed = {0};
    int err;
    if (!kith_circle_get(n->social, circle, &info) || !(info.mine || info.is_keeper))
        return KITH_ERR_DENIED;
    kith_circles_begin(&text, "about", &info.id);
    kith_buf_put_bytes(&text, fields);
    kith_buf_put_u8(&text, '}');
    err = kith_circles_ready(n, circle);
    if (!err)
        err = kith_circles_seal(n, circle, kith_buf_bytes(&text), &sealed);
    if (!err)
        err = kith_publish(n, kith_buf_bytes(&sealed), NULL, NULL);
    kith_circles_forget(&text);
    kith_buf_wipe(&sealed);
    return err;
}
