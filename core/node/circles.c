/* SPDX-License-Identifier: MIT */
/* circles.c: statements and keys on their way out. What is kept up by itself is in circles_keep.c. */
#include "node/circles.h"

#include "base/base64.h"
#include "node/state.h"

#define PEOPLE_MAX 48 /* of one statement: it has to fit in a message */
#define NAME_MAX 200  /* bytes */

/* ---- saying ---- */

static int seal(struct kith_node *n, struct kith_bytes text, const struct kith_box2_key *keys, size_t count, struct kith_buf *out) {
    struct kith_head head = kith_publish_head(n);
    int err;
    kith_buf_put_u8(out, '"');
    err = kith_box2_seal(out, text, &n->keys.pub, head.sequence ? &head.id : NULL, keys, count, &n->rng, NULL);
    kith_buf_put_u8(out, '"');
    return err;
}

static int say(struct kith_node *n, const struct kith_buf *text, const struct kith_box2_key *keys, size_t count) {
    struct kith_buf sealed = {0};
    int err = seal(n, kith_buf_bytes(text), keys, count, &sealed);
    if (!err)
        err = kith_publish(n, kith_buf_bytes(&sealed), NULL, NULL);
    kith_buf_wipe(&sealed);
    return err;
}

/* Texts hold keys and names. */
static void forget(struct kith_buf *text) {
    if (text->p)
        kith_wipe(text->p, text->cap);
    kith_buf_wipe(text);
}

/* To ourselves in our own circles, whose members do not learn of each other; in a group to all. */
static int say_statement(struct kith_node *n, uint32_t circle, const struct kith_circle_info *info, const struct kith_buf *text) {
    struct kith_box2_key key;
    if (info->terms.kind != KITH_CIRCLE_GROUP)
        key = *kith_social_self_key(n->social);
    else if (!kith_circle_write_key(n->social, circle, &key))
        return KITH_ERR_DENIED;
    return say(n, text, &key, 1);
}

static void begin(struct kith_buf *text, const char *type, const struct kith_groupid *id) {
    kith_buf_reserve(text, 8192); /* so that growing leaves no keys behind */
    kith_buf_put_str(text, "{\"type\":\"circle/");
    kith_buf_put_str(text, type);
    kith_buf_put_str(text, "\",\"group\":\"");
    kith_groupid_put(text, id);
    kith_buf_put_u8(text, '"');
}

static void put_key(struct kith_buf *text, const char *name, const struct kith_symkey *key) {
    kith_buf_put_str(text, ",\"");
    kith_buf_put_str(text, name);
    kith_buf_put_str(text, "\":\"");
    kith_base64_put(text, kith_bytes(key->b, sizeof key->b));
    kith_buf_put_u8(text, '"');
}

static void put_terms(struct kith_buf *text, const struct kith_circle_terms *terms, struct kith_bytes name) {
    kith_buf_put_str(text, ",\"owner\":\"");
    kith_feed_id_put(text, &terms->owner);
    kith_buf_put_str(text, "\",\"kind\":\"");
    kith_buf_put_str(text, kith_circle_kind_word(terms->kind));
    kith_buf_put_str(text, terms->open ? "\",\"open\":true" : "\",\"open\":false");
    put_key(text, "secret", &terms->secret);
    if (name.len) {
        kith_buf_put_str(text, ",\"name\":");
        kith_json_put_string(text, name);
    }
}

static uint64_t held(struct kith_node *n, const struct kith_pubkey *who) {
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t feed = kith_feeds_find(feeds, who);
    return feed == KITH_FEED_NONE ? 0 : kith_feeds_head(feeds, feed).sequence;
}

static void put_list(struct kith_buf *text, const char *name, struct kith_social *s, const uint32_t *ids, size_t count) {
    kith_buf_put_str(text, name);
    for (size_t i = 0; i < count; i++) {
        struct kith_msgid id = kith_circle_statement(s, ids[i]);
        kith_buf_put_str(text, i ? ",\"" : "\"");
        kith_msgid_put(text, &id);
        kith_buf_put_u8(text, '"');
    }
    kith_buf_put_u8(text, ']');
}

/* ---- making ---- */

/* A new epoch after the one that is written in now. The key is in the message, too: the log alone has all. */
static int make_epoch(struct kith_node *n, uint32_t circle) {
    const struct kith_circle_members *m = kith_circle_members(n->social, circle);
    struct kith_box2_key keys[2];
    struct kith_circle_info info;
    struct kith_buf text = {0};
    int err;
    if (!m || !kith_circle_get(n->social, circle, &info))
        return KITH_ERR_NOT_FOUND;
    kith_box2_key_new(&keys[0], KITH_BOX2_GROUP, &n->rng);
    keys[1] = *kith_social_self_key(n->social);
    begin(&text, "epoch", &info.id);
    kith_buf_put_str(&text, ",\"generation\":");
    kith_buf_put_dec(&text, m->generation + 1);
    kith_buf_put_str(&text, ",\"parent\":");
    if (m->epoch) {
        struct kith_msgid parent = kith_circle_statement(n->social, m->epoch);
        kith_buf_put_u8(&text, '"');
        kith_msgid_put(&text, &parent);
        kith_buf_put_u8(&text, '"');
    } else {
        kith_buf_put_str(&text, "null");
    }
    put_list(&text, ",\"honours\":[", n->social, m->unhonoured, m->unhonoured_count < PEOPLE_MAX * 2 ? m->unhonoured_count : PEOPLE_MAX * 2);
    put_key(&text, "key", &keys[0].key);
    kith_buf_put_u8(&text, '}');
    err = say(n, &text, keys, 2);
    forget(&text);
    kith_wipe(keys, sizeof keys);
    return err;
}

int kith_circles_make(struct kith_node *n, enum kith_circle_kind kind, struct kith_bytes name, bool open, uint32_t *circle) {
    struct kith_circle_terms terms = {.owner = n->keys.pub, .kind = kind, .open = open};
    struct kith_groupid id;
    struct kith_buf text = {0};
    int err;
    if (name.len > NAME_MAX)
        return KITH_ERR_TOO_LONG;
    kith_rng_fill(&n->rng, terms.secret.b, sizeof terms.secret.b);
    kith_circle_id(&id, &terms);
    begin(&text, "init", &id);
    put_terms(&text, &terms, name);
    kith_buf_put_u8(&text, '}');
    err = say(n, &text, kith_social_self_key(n->social), 1);
    forget(&text);
    if (err)
        return err;
    *circle = kith_circle_find(n->social, &id);
    KITH_ASSERT(*circle != KITH_CIRCLE_NONE);
    return make_epoch(n, *circle);
}

int kith_circles_friends(struct kith_node *n, uint32_t *circle) {
    *circle = kith_circle_friends_of(n->social, &n->keys.pub);
    return *circle != KITH_CIRCLE_NONE ? KITH_OK : kith_circles_make(n, KITH_CIRCLE_FRIENDS, KITH_LIT(""), false, circle);
}

/* ---- membership ---- */

static bool has_cut(const struct kith_circle_members *m, struct kith_node *n, const struct kith_circle_cut *c, const struct kith_pubkey *who) {
    struct kith_pubkey id = kith_circle_person_id(n->social, c->who);
    (void)m;
    return c->until == UINT64_MAX && kith_pubkey_eq(&id, who);
}

static void put_over(struct kith_node *n, const struct kith_circle_members *m, const struct kith_pubkey *people, size_t count, struct kith_buf *text) {
    uint32_t over[PEOPLE_MAX];
    size_t c = 0;
    for (size_t i = 0; i < m->cut_count; i++) {
        for (size_t k = 0; k < count && c < PEOPLE_MAX; k++) {
            if (has_cut(m, n, &m->cuts[i], &people[k])) {
                over[c++] = m->cuts[i].id;
                break;
            }
        }
    }
    put_list(text, ",\"over\":[", n->social, over, c);
}

/* add, exclude and keeper name people with how much of their feeds we hold. from: ADD. */
static int say_people(struct kith_node *n, uint32_t circle, const char *type, const struct kith_pubkey *people, size_t count,
                      uint64_t from, const char *rest) {
    struct kith_circle_info info;
    struct kith_buf text = {0};
    int err;
    if (!kith_circle_get(n->social, circle, &info))
        return KITH_ERR_NOT_FOUND;
    begin(&text, type, &info.id);
    kith_buf_put_str(&text, ",\"people\":[");
    for (size_t i = 0; i < count; i++) {
        kith_buf_put_str(&text, i ? ",{\"id\":\"" : "{\"id\":\"");
        kith_feed_id_put(&text, &people[i]);
        kith_buf_put_str(&text, "\",\"upto\":");
        kith_buf_put_dec(&text, held(n, &people[i]));
        if (from) {
            kith_buf_put_str(&text, ",\"from\":");
            kith_buf_put_dec(&text, from);
        }
        kith_buf_put_u8(&text, '}');
    }
    kith_buf_put_u8(&text, ']');
    if (from)
        put_over(n, kith_circle_members(n->social, circle), people, count, &text);
    kith_buf_put_str(&text, rest);
    kith_buf_put_u8(&text, '}');
    err = say_statement(n, circle, &info, &text);
    forget(&text);
    return err;
}

/* The next of the people, from *at on, who are out (or are not), PEOPLE_MAX at most. */
static size_t pick(struct kith_node *n, uint32_t circle, const struct kith_pubkey *people, size_t count, size_t *at, bool out,
                   struct kith_pubkey *picked) {
    size_t c = 0;
    for (; *at < count && c < PEOPLE_MAX; ++*at) {
        bool is_out = kith_circle_standing_of(n->social, circle, &people[*at]) == KITH_CIRCLE_OUT;
        if (is_out == out && !kith_pubkey_eq(&people[*at], &n->keys.pub))
            picked[c++] = people[*at];
    }
    return c;
}

int kith_circles_add(struct kith_node *n, uint32_t circle, const struct kith_pubkey *people, size_t count) {
    const struct kith_circle_members *m = kith_circle_members(n->social, circle);
    struct kith_pubkey picked[PEOPLE_MAX];
    struct kith_circle_info info;
    struct kith_box2_dm dm;
    size_t c, at = 0;
    int err = KITH_OK;
    if (!m || !kith_circle_get(n->social, circle, &info) || !(info.mine || info.terms.kind == KITH_CIRCLE_GROUP))
        return KITH_ERR_DENIED;
    if (info.standing != KITH_CIRCLE_IN || !(info.is_keeper || info.terms.open))
        return KITH_ERR_DENIED;
    for (size_t i = 0; i < count; i++) {
        if (kith_social_dm_keys(n->social, &people[i], &dm))
            return KITH_ERR_ARG; /* nothing can be sealed for them */
    }
    c = pick(n, circle, people, count, &at, true, picked);
    if (!c)
        return KITH_OK;
    if (kith_circles_from_now(n, circle))
        err = make_epoch(n, circle);
    while (!err && c) {
        m = kith_circle_members(n->social, circle);
        err = say_people(n, circle, "add", picked, c, kith_circles_from_now(n, circle) ? m->generation : 1, "");
        if (!err && kith_circle_standing_of(n->social, circle, &picked[0]) == KITH_CIRCLE_OUT)
            err = KITH_ERR_DENIED; /* somebody above us has excluded them */
        c = err ? 0 : pick(n, circle, people, count, &at, true, picked);
    }
    n->circles.waits = true;
    return err;
}

int kith_circles_exclude(struct kith_node *n, uint32_t circle, const struct kith_pubkey *people, size_t count) {
    struct kith_pubkey picked[PEOPLE_MAX];
    struct kith_circle_info info;
    size_t c, at = 0;
    int err = KITH_OK;
    if (!kith_circle_get(n->social, circle, &info) || !info.is_keeper)
        return KITH_ERR_DENIED;
    while (!err && (c = pick(n, circle, people, count, &at, false, picked))) {
        if (!info.mine) { /* a keeper's word does not reach other keepers */
            for (size_t i = 0; i < c; i++) {
                if (kith_circles_is_keeper(n, circle, &picked[i]))
                    return KITH_ERR_DENIED;
            }
        }
        err = say_people(n, circle, "exclude", picked, c, 0, "");
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
    return say_people(n, circle, "keeper", who, 1, 0, on ? ",\"on\":true" : ",\"on\":false");
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
    begin(&text, info.standing == KITH_CIRCLE_INVITED ? "refuse" : "leave", &info.id);
    kith_buf_put_str(&text, ",\"upto\":");
    kith_buf_put_dec(&text, held(n, &info.terms.owner));
    kith_buf_put_u8(&text, '}');
    if (info.terms.kind == KITH_CIRCLE_GROUP) {
        err = say_statement(n, circle, &info, &text);
    } else {
        err = kith_social_dm_keys(n->social, &info.terms.owner, &dm);
        keys[0] = dm.key[0];
        keys[1] = *kith_social_self_key(n->social);
        if (!err)
            err = say(n, &text, keys, 2);
    }
    forget(&text);
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
    begin(&text, "accept", &info.id);
    kith_buf_put_u8(&text, '}');
    err = say_statement(n, circle, &info, &text);
    forget(&text);
    return err;
}

int kith_circles_about(struct kith_node *n, uint32_t circle, struct kith_bytes fields) {
    struct kith_circle_info info;
    struct kith_buf text = {0}, sealed = {0};
    int err;
    if (!kith_circle_get(n->social, circle, &info) || !(info.mine || info.is_keeper))
        return KITH_ERR_DENIED;
    begin(&text, "about", &info.id);
    kith_buf_put_bytes(&text, fields);
    kith_buf_put_u8(&text, '}');
    err = kith_circles_ready(n, circle);
    if (!err)
        err = kith_circles_seal(n, circle, kith_buf_bytes(&text), &sealed);
    if (!err)
        err = kith_publish(n, kith_buf_bytes(&sealed), NULL, NULL);
    forget(&text);
    kith_buf_wipe(&sealed);
    return err;
}

/* ---- keys and writing ---- */

/* One key message. Its receivers do not learn of each other. */
static int give(struct kith_node *n, uint32_t circle, const struct kith_circle_gift *gift) {
    struct kith_box2_key keys[KITH_CIRCLE_READERS_MAX + 1];
    struct kith_circle_info info;
    struct kith_buf text = {0}, name = {0};
    int err;
    if (!kith_circle_get(n->social, circle, &info))
        return KITH_ERR_NOT_FOUND;
    (void)kith_circle_text(n->social, circle, KITH_CIRCLE_NAME, &name);
    begin(&text, "key", &info.id);
    put_terms(&text, &info.terms, kith_buf_bytes(&name));
    kith_buf_put_str(&text, ",\"keys\":[");
    for (size_t i = 0; i < gift->key_count; i++) {
        kith_buf_put_str(&text, i ? ",{\"generation\":" : "{\"generation\":");
        kith_buf_put_dec(&text, gift->keys[i].generation);
        put_key(&text, "key", &gift->keys[i].key);
        kith_buf_put_u8(&text, '}');
    }
    kith_buf_put_str(&text, "],\"to\":\"");
    kith_circle_seal_list(n->social, gift->people, gift->people_count, &n->rng, &text);
    kith_buf_put_str(&text, "\"}");
    for (size_t i = 0; i < gift->people_count; i++) {
        struct kith_box2_dm dm;
        err = kith_social_dm_keys(n->social, &gift->people[i], &dm);
        KITH_ASSERT(!err);
        keys[i] = dm.key[0];
    }
    keys[gift->people_count] = *kith_social_self_key(n->social);
    err = say(n, &text, keys, gift->people_count + 1);
    forget(&text);
    kith_buf_wipe(&name);
    kith_wipe(keys, sizeof keys);
    return err;
}

int kith_circles_step(struct kith_node *n, uint32_t circle, bool writing, bool *more) {
    const struct kith_circle_members *m = kith_circle_members(n->social, circle);
    struct kith_circle_gift gift;
    struct kith_circle_info info;
    *more = false;
    if (!m || !kith_circle_get(n->social, circle, &info) || info.standing != KITH_CIRCLE_IN)
        return KITH_OK;
    if ((info.mine || (m->epoch && writing)) && (!m->epoch || !m->is_fit)) {
        *more = true;
        return make_epoch(n, circle);
    }
    kith_circle_gift(n->social, circle, &gift);
    if (!gift.people_count)
        return KITH_OK;
    *more = true;
    int err = give(n, circle, &gift);
    kith_wipe(&gift, sizeof gift);
    return err;
}

int kith_circles_ready(struct kith_node *n, uint32_t circle) {
    bool more = true;
    int err = KITH_OK;
    while (!err && more)
        err = kith_circles_step(n, circle, true, &more);
    return err;
}

int kith_circles_seal(struct kith_node *n, uint32_t circle, struct kith_bytes text, struct kith_buf *out) {
    struct kith_box2_key key;
    if (!kith_circle_write_key(n->social, circle, &key))
        return KITH_ERR_DENIED;
    return seal(n, text, &key, 1, out);
}
