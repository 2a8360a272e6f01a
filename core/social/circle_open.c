/* SPDX-License-Identifier: MIT */
/* circle_open.c: opening what was written for us: with our own key, with the keys that we share with its
 * author, and with those of the circles for which they may write. */
#include "base/base64.h"
#include "feed/box1.h"
#include "social/circle.h"
#include "social/state.h"

#define ATTEMPTS_MAX 64      /* keys tried when a message comes; the rest in quiet moments */
#define RETRY_KEYS 512       /* keys tried in one call of retry, at most so many more for the last message */
#define RETRY_STEPS 16384
#define CIRCLE_KEYS 1024     /* of one circle for one message: its newest */
#define READ_COST 8          /* reading a message again, in keys */
#define BOX1_COST 16         /* a scalar multiplication, in keys */
#define EAGER_MAX 8          /* messages of one author in a row that were not for us, before theirs have to wait */

static struct kith_circle *circle_at(const struct kith_social *s, uint32_t i) {
    return KITH_VEC_AT(&s->circles.all, struct kith_circle, i);
}
static struct kith_circle_key *key_at(const struct kith_social *s, uint32_t i) {
    return KITH_VEC_AT(&s->circles.keys, struct kith_circle_key, i);
}

/* ---- our keys ---- */

/* From the secret key, not random: who comes back with the 24 words alone reads their own circles again. */
void kith_social_keys(struct kith_social *s, const struct kith_keypair *keys) {
    struct kith_seed seed;
    s->circles.me = *keys;
    kith_sign_seed(&seed, &keys->sec);
    kith_hkdf_sha256(&s->circles.self.key, kith_bytes(seed.b, sizeof seed.b), KITH_LIT("kith-self-key-v1"), kith_bytes(NULL, 0));
    s->circles.self.scheme = KITH_BOX2_SELF;
    s->circles.has_me = true;
    kith_wipe(&seed, sizeof seed);
}

const struct kith_box2_key *kith_social_self_key(const struct kith_social *s) {
    return &s->circles.self;
}

int kith_social_dm_keys(struct kith_social *s, const struct kith_pubkey *them, struct kith_box2_dm *out) {
    uint32_t person = kith_people_find(s, them);
    struct kith_circle_dm *dm;
    if (!s->circles.has_me)
        return KITH_ERR_CRYPTO;
    if (person == KITH_TABLE_NONE)
        return kith_box2_dm_keys(out, &s->circles.me.sec, them);
    if (s->circles.dms.count <= person)
        kith_vec_extend(&s->circles.dms, person + 1 - s->circles.dms.count);
    dm = KITH_VEC_AT(&s->circles.dms, struct kith_circle_dm, person);
    if (!dm->state)
        dm->state = kith_box2_dm_keys(&dm->keys, &s->circles.me.sec, them) ? 2 : 1;
    *out = dm->keys;
    return dm->state == 1 ? KITH_OK : KITH_ERR_CRYPTO;
}

void kith_circle_seal_list(const struct kith_social *s, const struct kith_pubkey *people, size_t count,
                           const struct kith_rng *rng, struct kith_buf *out) {
    uint8_t box[24 + KITH_MAC_LEN + 32 * KITH_CIRCLE_READERS_MAX], list[32 * KITH_CIRCLE_READERS_MAX];
    struct kith_nonce nonce;
    KITH_ASSERT(count <= KITH_CIRCLE_READERS_MAX);
    for (size_t i = 0; i < count; i++)
        memcpy(list + 32 * i, people[i].b, 32);
    kith_rng_fill(rng, nonce.b, sizeof nonce.b);
    memcpy(box, nonce.b, sizeof nonce.b);
    kith_secretbox_seal(box + 24, kith_bytes(list, 32 * count), &nonce, &s->circles.self.key);
    kith_base64_put(out, kith_bytes(box, 24 + KITH_MAC_LEN + 32 * count));
}

void kith_circle_wipe(struct kith_circles *c) {
    for (size_t i = 0; i < c->settled.count; i++) {
        struct kith_circle_settled *settled = KITH_VEC_AT(&c->settled, struct kith_circle_settled, i);
        kith_circle_members_wipe(&settled->members);
        kith_free(settled->lines);
        kith_circle_dues_wipe(settled);
    }
    kith_vec_wipe(&c->settled);
    if (c->dms.p)
        kith_wipe(c->dms.p, c->dms.count * c->dms.item_len);
    kith_vec_wipe(&c->dms);
    kith_box2_wipe(&c->opener);
}

/* ---- which keys ---- */

/* For a circle its owner writes, and whom the owner follows or ever has; for a friends circle only if they
 * follow the owner, too, or ever have. For a group who was ever added: who is in it is asked when it is
 * shown. Of people whom we do not follow we try no keys: they could have given us thousands. */
static bool may_write(struct kith_social *s, uint32_t circle, uint32_t person) {
    const struct kith_circle *c = circle_at(s, circle);
    if (person == KITH_PERSON_ME)
        return true;
    if (c->kind == KITH_CIRCLE_GROUP)
        return person == c->owner || kith_circle_is_named(s, circle, person);
    if (c->owner != KITH_PERSON_ME && !kith_graph_person_follows(s, KITH_PERSON_ME, c->owner))
        return false;
    return person == c->owner || (kith_graph_person_edge(s, c->owner, person) != KITH_EDGE_NONE &&
                                  (c->kind != KITH_CIRCLE_FRIENDS || kith_graph_person_edge(s, person, c->owner) != KITH_EDGE_NONE));
}

struct attempt {
    struct kith_social *s;
    struct kith_buf *out;
    uint32_t key_1; /* that opened it */
    unsigned left;
    bool is_over;   /* opened, or nothing can */
};

static bool try_key(struct attempt *a, const struct kith_box2_key *key) {
    size_t at = a->out->len;
    int err = kith_box2_try(&a->s->circles.opener, key, a->out);
    a->s->circles.spent += key->scheme == KITH_BOX2_GROUP ? 1 : (unsigned)a->s->circles.opener.slots;
    if (err == KITH_ERR_NOT_FOUND)
        return false;
    if (err)
        a->out->len = at;
    a->is_over = true;
    return !err;
}

static bool try_number(struct attempt *a, uint32_t key_1) {
    struct kith_box2_key key = {key_at(a->s, key_1 - 1)->key, KITH_BOX2_GROUP};
    a->left -= a->left > 0;
    if (!try_key(a, &key))
        return false;
    a->key_1 = key_1;
    return true;
}

/* Newest first. */
static bool try_circle(struct attempt *a, uint32_t circle) {
    for (uint32_t i = circle_at(a->s, circle)->keys_1; i && a->left && !a->is_over; i = key_at(a->s, i - 1)->next_1) {
        if (try_number(a, i))
            return true;
    }
    return false;
}

static bool try_some(struct attempt *a, const struct kith_circle_trial *t) {
    uint32_t i = t->key_1;
    for (uint32_t n = 0; i && n < t->keys && !a->is_over; n++, i = key_at(a->s, i - 1)->next_1) {
        if (try_number(a, i))
            return true;
    }
    return false;
}

/* The author's own circles first, since most of what is written in circles is by their owners. */
static bool try_circles(struct attempt *a, uint32_t person) {
    uint32_t count = (uint32_t)a->s->circles.all.count;
    for (unsigned own = 2; own-- > 0;) {
        for (uint32_t i = 0; i < count && a->left && !a->is_over; i++) {
            if (circle_at(a->s, i)->keys_1 && (circle_at(a->s, i)->owner == person) == own && may_write(a->s, i, person) && try_circle(a, i))
                return true;
        }
    }
    return false;
}

static bool try_people(struct attempt *a, const struct kith_pubkey *author) {
    struct kith_box2_dm dm;
    if (kith_pubkey_eq(author, &a->s->me))
        return try_key(a, &a->s->circles.self);
    if (kith_social_dm_keys(a->s, author, &dm))
        return false;
    for (size_t i = 0; i < dm.count && !a->is_over; i++) {
        if (try_key(a, &dm.key[i]))
            return true;
    }
    return false;
}

static bool open_box2(struct attempt *a, const struct kith_message *m, const struct kith_mark *mark) {
    const struct kith_circle_trial *t = a->s->circles.trying;
    uint32_t person = kith_people_find(a->s, &m->author);
    if (mark && mark->flags & KITH_MARK_READABLE)
        return mark->key_1 ? try_number(a, mark->key_1) : try_people(a, &m->author);
    if (t && t->circle == KITH_CIRCLE_NONE)
        return try_people(a, &m->author);
    if (t)
        return t->key_1 ? try_some(a, t) : try_circle(a, t->circle);
    if (person == KITH_TABLE_NONE)
        return try_people(a, &m->author);
    if (person == KITH_PERSON_ME)
        return try_people(a, &m->author) || (!a->is_over && try_circles(a, person));
    return try_circles(a, person) || (!a->is_over && try_people(a, &m->author));
}

static void wait(struct kith_social *s, uint32_t circle, uint32_t person, uint32_t rec) {
    for (size_t k = 0; k < s->circles.trials.count; k++) {
        const struct kith_circle_trial *t = KITH_VEC_AT(&s->circles.trials, struct kith_circle_trial, k);
        if (t->circle == circle && !t->key_1 && t->rec <= rec && (!t->person_1 || t->person_1 == person + 1))
            return; /* it will come to this one */
    }
    *(struct kith_circle_trial *)kith_vec_push(&s->circles.trials) = (struct kith_circle_trial){.circle = circle, .person_1 = person + 1, .rec = rec};
}

/* More keys than a message is tried with when it comes: the rest in quiet moments. */
static void wait_for_circles(struct kith_social *s, uint32_t person, uint32_t rec) {
    for (uint32_t i = 0; i < s->circles.all.count; i++) {
        if (circle_at(s, i)->keys_1 && may_write(s, i, person))
            wait(s, i, person, rec);
    }
}

/* Every message that is not for us costs a try, with several keys more. Who sends many of them in a row pays
 * for it themselves: theirs wait for quiet moments, and nobody else's do. */
static bool has_to_wait(struct kith_social *s, uint32_t person, uint32_t rec) {
    if (person == KITH_TABLE_NONE || person == KITH_PERSON_ME || kith_people_at(s, person)->unopened < EAGER_MAX)
        return false;
    wait(s, KITH_CIRCLE_NONE, person, rec);
    wait_for_circles(s, person, rec);
    return true;
}

static bool open_content(struct attempt *a, const struct kith_message *m, struct kith_bytes content, const struct kith_mark *mark) {
    struct kith_social *s = a->s;
    if (!kith_bytes_ends(content, ".box2")) {
        s->circles.spent += BOX1_COST;
        return kith_box1_open(a->out, content, &s->circles.me.sec) == KITH_OK;
    }
    if (kith_box2_begin(&s->circles.opener, content, &m->author, m->has_previous ? &m->previous : NULL))
        return false;
    return open_box2(a, m, mark);
}

/* A member of a group can hand its key out as one of a circle of their own, to which everything said to the group
 * would seem to belong. Where a key is one of several circles, recps says which is meant. */
static uint32_t meant(struct kith_social *s, uint32_t person, uint32_t key_1, struct kith_bytes plain) {
    static const char before[] = "\"recps\":[\"";
    const size_t skip = sizeof before - 1;
    for (size_t i = 0; i + skip + KITH_GROUP_ID_LEN <= plain.len; i++) {
        struct kith_groupid id;
        uint32_t circle, other;
        if (plain.p[i] != '"' || memcmp(plain.p + i, before, skip) != 0 || kith_groupid_parse(kith_bytes(plain.p + i + skip, KITH_GROUP_ID_LEN), &id))
            continue;
        circle = kith_circle_find(s, &id);
        other = circle == KITH_CIRCLE_NONE || !may_write(s, circle, person) ? 0 : kith_circle_same_key(s, circle, key_1);
        if (other)
            return other;
    }
    return key_1;
}

bool kith_circle_unbox(void *ctx, uint32_t rec, const struct kith_message *m, struct kith_bytes content,
                       struct kith_buf *out, uint32_t *key) {
    struct kith_social *s = ctx;
    struct attempt a = {.s = s, .out = out, .left = s->circles.trying ? CIRCLE_KEYS : ATTEMPTS_MAX};
    const struct kith_mark *mark = rec < s->marks.count && kith_social_mark(s, rec)->flags & KITH_MARK_SEEN ? kith_social_mark(s, rec) : NULL;
    uint32_t person;
    size_t at = out->len;
    bool is_open;
    if (!s->circles.has_me)
        return false;
    kith_social_adopt(s); /* messages are opened before they are applied */
    person = mark ? mark->person : kith_people_find(s, &m->author);
    if (mark && !(mark->flags & KITH_MARK_READABLE) && !s->circles.trying)
        return false; /* nothing opened it when it came, and no key has come since */
    if (!mark && has_to_wait(s, person, rec))
        return false;
    is_open = open_content(&a, m, content, mark);
    *key = a.key_1;
    if (mark && mark->flags & KITH_MARK_READABLE)
        return is_open;
    if (is_open && a.key_1 && person != KITH_TABLE_NONE)
        *key = meant(s, person, a.key_1, kith_bytes(out->p + at, out->len - at));
    if (!is_open && !a.left && !s->circles.trying && person != KITH_TABLE_NONE)
        wait_for_circles(s, person, rec);
    if (person != KITH_TABLE_NONE)
        kith_people_at(s, person)->unopened = is_open ? 0 : kith_people_at(s, person)->unopened + !s->circles.trying;
    return is_open;
}

/* ---- keys that come later ---- */

void kith_circle_sealed(struct kith_social *s, uint32_t rec) {
    struct kith_vec *v = &s->circles.sealed;
    if (v->count && *KITH_VEC_AT(v, uint32_t, v->count - 1) >= rec)
        return; /* shown again */
    *(uint32_t *)kith_vec_push(v) = rec;
}

static size_t first_from(const struct kith_vec *v, uint32_t rec) {
    size_t low = 0, high = v->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (*KITH_VEC_AT(v, uint32_t, mid) < rec)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool is_sealed(const struct kith_mark *m) {
    return !(m->flags & (KITH_MARK_READABLE | KITH_MARK_GONE));
}

/* What has been opened since need not be looked at again. */
static void tidy(struct kith_social *s) {
    struct kith_vec *v = &s->circles.sealed;
    size_t n = 0;
    for (size_t i = 0; i < v->count; i++) {
        uint32_t rec = *KITH_VEC_AT(v, uint32_t, i);
        if (is_sealed(kith_social_mark(s, rec)))
            *KITH_VEC_AT(v, uint32_t, n++) = rec;
    }
    v->count = n;
}

static bool wants(struct kith_social *s, const struct kith_circle_trial *t, const struct kith_mark *m) {
    if (!is_sealed(m) || (t->person_1 && m->person != t->person_1 - 1))
        return false;
    return t->circle == KITH_CIRCLE_NONE || may_write(s, t->circle, m->person);
}

bool kith_circle_retry_waits(const struct kith_social *s) {
    return s->circles.trials.count > 0;
}

/* One of those that wait. KITH_ERR_IO: it is the disk's turn to recover; what is lost or damaged is passed over. */
static int try_one(struct kith_social *s, const struct kith_circle_trial *t, uint32_t rec, size_t *opened) {
    int err;
    if (!wants(s, t, kith_social_mark(s, rec)))
        return KITH_OK;
    s->circles.spent += READ_COST;
    s->circles.trying = t;
    err = kith_store_reapply(s->store, rec);
    s->circles.trying = NULL;
    *opened += (kith_social_mark(s, rec)->flags & KITH_MARK_READABLE) != 0;
    return err == KITH_ERR_IO ? err : KITH_OK;
}

/* What has waited for one trial; true if it is done. */
static bool go_on(struct kith_social *s, struct kith_circle_trial *t, unsigned *steps, size_t *opened) {
    for (size_t at = first_from(&s->circles.sealed, t->rec); at < s->circles.sealed.count; at++) {
        uint32_t rec = *KITH_VEC_AT(&s->circles.sealed, uint32_t, at);
        if (s->circles.spent >= RETRY_KEYS || (*steps)++ >= RETRY_STEPS || try_one(s, t, rec, opened))
            return false;
        t->rec = rec + 1;
    }
    return true;
}

bool kith_circle_retry(struct kith_social *s, size_t *opened) {
    unsigned steps = 0;
    s->circles.spent = 0;
    while (s->circles.trials.count && s->store && s->circles.spent < RETRY_KEYS && steps < RETRY_STEPS) {
        struct kith_circle_trial t = *KITH_VEC_AT(&s->circles.trials, struct kith_circle_trial, 0);
        bool is_done = go_on(s, &t, &steps, opened);
        *KITH_VEC_AT(&s->circles.trials, struct kith_circle_trial, 0) = t;
        if (!is_done)
            return true;
        s->circles.trials.count--;
        memmove(s->circles.trials.p, KITH_VEC_AT(&s->circles.trials, struct kith_circle_trial, 1),
                s->circles.trials.count * sizeof t);
        tidy(s);
    }
    return s->circles.trials.count > 0;
}
