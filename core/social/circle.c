/* SPDX-License-Identifier: MIT */
/* circle.c: from messages of type circle/… to what is kept of them. */
#include "social/circle.h"

#include "base/base64.h"
#include "social/state.h"

#define PEOPLE_MAX 256 /* whom one statement names; a message has no room for more */
#define REFS_MAX 256
#define GENERATION_MAX ((int64_t)1 << 32)

static const char *const kinds[] = {[KITH_CIRCLE_FRIENDS] = "friends", [KITH_CIRCLE_NAMED] = "circle", [KITH_CIRCLE_GROUP] = "group"};

const char *kith_circle_kind_word(enum kith_circle_kind kind) {
    return kinds[kind];
}

enum kith_circle_kind kith_circle_kind_read(struct kith_bytes word) {
    for (unsigned i = KITH_CIRCLE_FRIENDS; i <= KITH_CIRCLE_GROUP; i++) {
        if (kith_bytes_is(word, kinds[i]))
            return (enum kith_circle_kind)i;
    }
    return 0;
}

void kith_circle_id(struct kith_groupid *out, const struct kith_circle_terms *terms) {
    uint8_t info[34];
    struct kith_symkey id;
    memcpy(info, terms->owner.b, 32);
    info[32] = (uint8_t)terms->kind;
    info[33] = terms->open;
    kith_hkdf_sha256(&id, kith_bytes(terms->secret.b, sizeof terms->secret.b), KITH_LIT("kith-circle-id-v1"),
                     kith_bytes(info, sizeof info));
    memcpy(out->hash.b, id.b, sizeof out->hash.b);
}

/* ---- tables ---- */

static struct kith_circle *circle_at(const struct kith_social *s, uint32_t i) {
    return KITH_VEC_AT(&s->circles.all, struct kith_circle, i);
}

static uint64_t circle_key(const struct kith_social *s, const struct kith_groupid *id) {
    return kith_social_key(s, KITH_SPACE_CIRCLE, kith_bytes(id->hash.b, sizeof id->hash.b));
}

uint32_t kith_circle_find(const struct kith_social *s, const struct kith_groupid *id) {
    return kith_table_get(&s->circles.slots, circle_key(s, id));
}

/* How many an author has made known: a hostile one makes no endless list. */
static bool is_one_too_many(const struct kith_social *s, uint32_t author) {
    size_t n = 0;
    for (size_t i = 0; i < s->circles.all.count && author != KITH_PERSON_ME; i++)
        n += circle_at(s, (uint32_t)i)->by == author;
    return n >= KITH_CIRCLES_OF_ONE_MAX;
}

static uint32_t circle_of(struct kith_social *s, const struct kith_groupid *id, uint32_t author) {
    uint32_t i = kith_circle_find(s, id);
    struct kith_circle *c;
    if (i != KITH_TABLE_NONE || is_one_too_many(s, author))
        return i;
    i = (uint32_t)s->circles.all.count;
    c = kith_vec_push(&s->circles.all);
    c->id = *id;
    c->owner = c->by = author;
    kith_table_put(&s->circles.slots, i, circle_key(s, id), i);
    return i;
}

/* The number of a message that is a statement, or is named by one. */
static uint32_t name_of(struct kith_social *s, const struct kith_msgid *id) {
    uint64_t key = kith_social_msg_key(s, KITH_SPACE_CIRCLE, id);
    uint32_t i = kith_table_get(&s->circles.name_slots, key);
    struct kith_circle_name *name;
    if (i != KITH_TABLE_NONE)
        return i + 1;
    i = (uint32_t)s->circles.names.count;
    name = kith_vec_push(&s->circles.names);
    name->id = *id;
    kith_table_put(&s->circles.name_slots, i, key, i);
    return i + 1;
}

struct kith_msgid kith_circle_statement(const struct kith_social *s, uint32_t id) {
    return KITH_VEC_AT(&s->circles.names, struct kith_circle_name, id - 1)->id;
}

/* ---- reading ---- */

static bool read_key(const struct kith_json *doc, uint32_t node, struct kith_symkey *out) {
    size_t len;
    return !kith_base64_parse(kith_json_str(doc, node), out->b, sizeof out->b, &len) && len == sizeof out->b;
}

static uint64_t read_number(const struct kith_json *doc, uint32_t node) {
    int64_t v;
    return kith_json_int(doc, node, &v) || v < 0 ? 0 : (uint64_t)v;
}

static uint64_t read_generation(const struct kith_json *doc, uint32_t node) {
    int64_t v;
    return kith_json_int(doc, node, &v) || v < 1 || v > GENERATION_MAX ? 0 : (uint64_t)v;
}

static uint32_t member(const struct kith_facts *f, const char *name) {
    return kith_json_get(f->doc, f->content, name);
}

/* The circle that a statement is about. */
static bool read_circle(const struct kith_facts *f, struct kith_groupid *id) {
    return !kith_groupid_parse(kith_json_str(f->doc, member(f, "group")), id);
}

static void read_refs(struct kith_social *s, const struct kith_facts *f, uint32_t list, struct kith_circle_item *out) {
    struct kith_msgid id;
    out->refs_at = (uint32_t)s->circles.refs.count;
    if (!kith_json_is(f->doc, list, KITH_JSON_ARRAY))
        return;
    for (uint32_t n = kith_json_first(f->doc, list); n != KITH_JSON_NONE && out->ref_count < REFS_MAX; n = f->doc->nodes[n].next) {
        if (!kith_facts_message(f->doc, n, &id))
            continue;
        *(uint32_t *)kith_vec_push(&s->circles.refs) = name_of(s, &id);
        out->ref_count++;
    }
}

/* ---- keys ---- */

static uint64_t key_key(const struct kith_social *s, uint32_t circle, const struct kith_symkey *key) {
    uint8_t both[5 + sizeof *key] = {3};
    kith_put_u32le(both + 1, circle);
    memcpy(both + 5, key->b, sizeof key->b);
    return kith_social_key(s, KITH_SPACE_CIRCLE, kith_bytes(both, sizeof both));
}

static uint32_t key_find(const struct kith_social *s, uint32_t circle, const struct kith_symkey *key) {
    uint32_t i = kith_table_get(&s->circles.key_slots, key_key(s, circle, key));
    return i == KITH_TABLE_NONE ? 0 : i + 1;
}

uint32_t kith_circle_same_key(const struct kith_social *s, uint32_t circle, uint32_t key_1) {
    const struct kith_circle_key *key = key_1 ? KITH_VEC_AT(&s->circles.keys, struct kith_circle_key, key_1 - 1) : NULL;
    return !key ? 0 : key->circle == circle ? key_1 : key_find(s, circle, &key->key);
}

static void try_again(struct kith_social *s, struct kith_circle_trial t) {
    if (s->circles.sealed.count)
        *(struct kith_circle_trial *)kith_vec_push(&s->circles.trials) = t;
}

/* A new key may open what came before it. Keys come in crowds: those of a circle that follow one another are tried
 * together. */
static void try_key(struct kith_social *s, uint32_t circle, uint32_t key_1, uint32_t before_1) {
    struct kith_vec *v = &s->circles.trials;
    struct kith_circle_trial *last = v->count && !s->circles.trying ? KITH_VEC_AT(v, struct kith_circle_trial, v->count - 1) : NULL;
    if (last && last->circle == circle && before_1 && last->key_1 == before_1 && !last->rec && last->keys < KITH_CIRCLE_TRIAL_KEYS) {
        last->key_1 = key_1;
        last->keys++;
        return;
    }
    try_again(s, (struct kith_circle_trial){.circle = circle, .key_1 = key_1, .keys = 1});
}

/* The key's number + 1. */
static uint32_t key_add(struct kith_social *s, uint32_t circle, const struct kith_symkey *key, uint64_t generation) {
    struct kith_circle *c = circle_at(s, circle);
    uint32_t had = key_find(s, circle, key), before = c->keys_1;
    if (had)
        return had;
    kith_table_put(&s->circles.key_slots, s->circles.keys.count, key_key(s, circle, key), (uint32_t)s->circles.keys.count);
    *(struct kith_circle_key *)kith_vec_push(&s->circles.keys) =
        (struct kith_circle_key){.key = *key, .circle = circle, .next_1 = before, .generation = generation};
    c->keys_1 = (uint32_t)s->circles.keys.count;
    c->changes++;
    try_key(s, circle, c->keys_1, before);
    return c->keys_1;
}

static bool read_terms(const struct kith_facts *f, const struct kith_pubkey *owner, struct kith_circle_terms *t) {
    t->owner = *owner;
    t->kind = kith_circle_kind_read(kith_json_str(f->doc, member(f, "kind")));
    t->open = kith_json_true(f->doc, member(f, "open"));
    return t->kind && read_key(f->doc, member(f, "secret"), &t->secret);
}

/* Takes the terms if they make the id. Anybody can think up a circle of somebody else's: of circles the owner's
 * own word is needed, of groups, which members pass on, what is in them will show whose they are. */
static uint32_t learn(struct kith_social *s, const struct kith_facts *f, const struct kith_pubkey *owner) {
    struct kith_circle_terms terms;
    struct kith_groupid id, made;
    struct kith_circle *c;
    uint32_t i;
    if (!read_circle(f, &id) || !read_terms(f, owner, &terms))
        return KITH_CIRCLE_NONE;
    if (terms.kind != KITH_CIRCLE_GROUP && !kith_pubkey_eq(&kith_people_at(s, f->person)->id, owner))
        return KITH_CIRCLE_NONE;
    kith_circle_id(&made, &terms);
    if (!kith_groupid_eq(&id, &made))
        return KITH_CIRCLE_NONE;
    i = circle_of(s, &id, f->person);
    if (i == KITH_CIRCLE_NONE)
        return i;
    c = circle_at(s, i);
    if (!c->is_known) {
        uint32_t person = kith_people_intern(s, owner);
        c = circle_at(s, i);
        c->owner = person;
        c->kind = (uint8_t)terms.kind;
        c->open = terms.open;
        c->secret = terms.secret;
        c->is_known = true;
        c->changes++;
    }
    if (!c->hint_1 || f->person == c->owner)
        c->hint_1 = f->rec + 1;
    return i;
}

static void give(struct kith_social *s, uint32_t key_1, uint32_t person) {
    uint64_t both = (uint64_t)key_1 << 32 | person;
    uint64_t key = kith_circle_given_key(s, key_1, person);
    if (kith_table_get(&s->circles.given_slots, key) != KITH_TABLE_NONE)
        return;
    kith_table_put(&s->circles.given_slots, s->circles.given.count, key, (uint32_t)s->circles.given.count);
    *(uint64_t *)kith_vec_push(&s->circles.given) = both;
}

/* Whom a key message of ours went to. */
static void read_given(struct kith_social *s, const struct kith_facts *f, const uint32_t *keys, size_t count) {
    struct kith_bytes text = kith_json_str(f->doc, member(f, "to"));
    uint8_t box[24 + KITH_MAC_LEN + 32 * KITH_CIRCLE_READERS_MAX], list[32 * KITH_CIRCLE_READERS_MAX];
    struct kith_nonce nonce;
    size_t len;
    if (!s->circles.has_me || kith_base64_parse(text, box, sizeof box, &len) || len < 24 + KITH_MAC_LEN)
        return;
    memcpy(nonce.b, box, sizeof nonce.b);
    if (kith_secretbox_open(list, kith_bytes(box + 24, len - 24), &nonce, &s->circles.self.key))
        return;
    len -= 24 + KITH_MAC_LEN;
    for (size_t at = 0; at + 32 <= len; at += 32) {
        struct kith_pubkey id;
        memcpy(id.b, list + at, 32);
        uint32_t person = kith_people_intern(s, &id);
        for (size_t k = 0; k < count; k++)
            give(s, keys[k], person);
    }
}

/* Keys of circles count from their owner alone; of groups from whoever knows the group's secret: whose epoch
 * it is, the epoch's own message says. */
static void apply_keys(struct kith_social *s, const struct kith_facts *f) {
    uint32_t list = member(f, "keys"), i, keys[KITH_CIRCLE_KEYS_MAX * 2];
    struct kith_pubkey owner;
    struct kith_circle *c;
    size_t count = 0;
    if (!kith_facts_feed(f->doc, member(f, "owner"), &owner) || !kith_json_is(f->doc, list, KITH_JSON_ARRAY))
        return;
    i = learn(s, f, &owner);
    if (i == KITH_CIRCLE_NONE)
        return;
    c = circle_at(s, i);
    if (f->person != KITH_PERSON_ME && f->person == c->owner && f->sequence > c->given_sequence)
        c->given_sequence = f->sequence;
    for (uint32_t n = kith_json_first(f->doc, list); n != KITH_JSON_NONE && count < sizeof keys / sizeof keys[0]; n = f->doc->nodes[n].next) {
        struct kith_symkey key;
        uint64_t generation = read_generation(f->doc, kith_json_get(f->doc, n, "generation"));
        if (generation && read_key(f->doc, kith_json_get(f->doc, n, "key"), &key))
            keys[count++] = key_add(s, i, &key, generation);
    }
    if (f->person == KITH_PERSON_ME)
        read_given(s, f, keys, count);
}

/* ---- statements ---- */

static uint64_t named_key(const struct kith_social *s, uint32_t circle, uint32_t person) {
    uint8_t both[9] = {2};
    kith_put_u32le(both + 1, circle);
    kith_put_u32le(both + 5, person);
    return kith_social_key(s, KITH_SPACE_CIRCLE, kith_bytes(both, sizeof both));
}

bool kith_circle_is_named(const struct kith_social *s, uint32_t circle, uint32_t person) {
    return kith_table_get(&s->circles.named_slots, named_key(s, circle, person)) != KITH_TABLE_NONE;
}

/* Whose messages are tried with the group's keys is asked for each message that comes: to settle who is in it each
 * time would cost too much. */
static void remember(struct kith_social *s, uint32_t circle, uint32_t person) {
    if (kith_circle_is_named(s, circle, person))
        return;
    kith_table_put(&s->circles.named_slots, s->circles.named.count, named_key(s, circle, person), (uint32_t)s->circles.named.count);
    *(uint64_t *)kith_vec_push(&s->circles.named) = (uint64_t)circle << 32 | person;
}

static void push(struct kith_social *s, uint32_t circle, const struct kith_circle_item *item) {
    struct kith_circle_item *it = kith_vec_push(&s->circles.items);
    *it = *item;
    it->circle = circle;
    it->next_1 = circle_at(s, circle)->lines_1;
    circle_at(s, circle)->lines_1 = (uint32_t)s->circles.items.count;
    circle_at(s, circle)->changes++;
    if (!item->in_group || !item->said)
        return;
    remember(s, circle, item->author);
    if (item->said == KITH_CIRCLE_ADD || item->said == KITH_CIRCLE_EXCLUDE || item->said == KITH_CIRCLE_KEEPER)
        remember(s, circle, item->who);
}

/* add, exclude, keeper: a line for each of `people`. */
static void apply_people(struct kith_social *s, const struct kith_facts *f, uint32_t circle, struct kith_circle_item *item) {
    uint32_t list = member(f, "people"), count = 0;
    struct kith_pubkey id;
    if (!kith_json_is(f->doc, list, KITH_JSON_ARRAY))
        return;
    for (uint32_t n = kith_json_first(f->doc, list); n != KITH_JSON_NONE && count++ < PEOPLE_MAX; n = f->doc->nodes[n].next) {
        if (!kith_facts_feed(f->doc, kith_json_get(f->doc, n, "id"), &id))
            continue;
        item->who = kith_people_intern(s, &id);
        item->upto = read_number(f->doc, kith_json_get(f->doc, n, "upto"));
        item->generation = read_number(f->doc, kith_json_get(f->doc, n, "from"));
        push(s, circle, item);
        if (item->said == KITH_CIRCLE_ADD && item->who == KITH_PERSON_ME && circle_at(s, circle)->kind == KITH_CIRCLE_GROUP)
            kith_mention_notice(s, f, KITH_NOTICE_CIRCLE);
        if (item->said == KITH_CIRCLE_ADD)
            try_again(s, (struct kith_circle_trial){.circle = circle, .person_1 = item->who + 1});
    }
}

/* The message proves that the epoch has this key: it was opened with it, or it is our own. */
static void apply_epoch(struct kith_social *s, const struct kith_facts *f, uint32_t circle, struct kith_circle_item *item) {
    uint32_t parent = member(f, "parent");
    struct kith_symkey key;
    struct kith_msgid id;
    item->generation = read_generation(f->doc, member(f, "generation"));
    if (!item->generation || !read_key(f->doc, member(f, "key"), &key))
        return;
    if (kith_facts_message(f->doc, parent, &id))
        item->parent = name_of(s, &id);
    else if (!kith_json_is(f->doc, parent, KITH_JSON_NULL))
        return;
    item->key_1 = f->person == KITH_PERSON_ME ? key_add(s, circle, &key, item->generation) : key_find(s, circle, &key);
    if (!item->key_1 || (f->person != KITH_PERSON_ME && kith_circle_same_key(s, circle, f->entry->key) != item->key_1))
        return;
    read_refs(s, f, member(f, "honours"), item);
    push(s, circle, item);
}

static void leave(struct kith_social *s, const struct kith_facts *f, uint32_t circle, struct kith_circle_item *item) {
    struct kith_circle *c;
    push(s, circle, item);
    c = circle_at(s, circle);
    if (f->person == KITH_PERSON_ME && read_number(f->doc, member(f, "upto")) >= c->left_upto_1)
        c->left_upto_1 = read_number(f->doc, member(f, "upto")) + 1;
}

static const struct {
    const char *type;
    enum kith_circle_said said;
} statements[] = {
    {"circle/add", KITH_CIRCLE_ADD},       {"circle/exclude", KITH_CIRCLE_EXCLUDE}, {"circle/leave", KITH_CIRCLE_LEAVE},
    {"circle/refuse", KITH_CIRCLE_LEAVE},  {"circle/accept", KITH_CIRCLE_ACCEPT},   {"circle/keeper", KITH_CIRCLE_KEEPER},
    {"circle/epoch", KITH_CIRCLE_EPOCH},   {"circle/about", 0},
};

/* What all members must agree on they read alike: in a group a statement counts if it was said to the group
 * (an epoch of ours we open with our own key); in a circle if the owner said it, but for a leave, which is
 * said to the owner. */
static bool is_said_rightly(const struct kith_social *s, const struct kith_facts *f, uint32_t circle, struct kith_circle_item *item) {
    const struct kith_circle *c = circle_at(s, circle);
    item->in_group = (f->entry->key && kith_circle_same_key(s, circle, f->entry->key)) || (item->said == KITH_CIRCLE_EPOCH && f->person == KITH_PERSON_ME);
    if (c->kind == KITH_CIRCLE_GROUP)
        return item->in_group;
    return item->said == KITH_CIRCLE_LEAVE || f->person == c->owner;
}

static void apply_statement(struct kith_social *s, const struct kith_facts *f, size_t which) {
    struct kith_circle_item item = {.said = (uint8_t)statements[which].said, .author = f->person, .sequence = f->sequence, .rec = f->rec};
    struct kith_groupid id;
    uint32_t circle;
    if (!read_circle(f, &id))
        return;
    /* Those that do not need the circle's key to be opened may come before the circle is known. */
    if (item.said == KITH_CIRCLE_LEAVE || (item.said == KITH_CIRCLE_EPOCH && f->person == KITH_PERSON_ME))
        circle = circle_of(s, &id, f->person);
    else
        circle = kith_circle_find(s, &id);
    if (circle == KITH_CIRCLE_NONE || !is_said_rightly(s, f, circle, &item))
        return;
    item.id = name_of(s, &f->entry->record->id);
    if (KITH_VEC_AT(&s->circles.names, struct kith_circle_name, item.id - 1)->is_said)
        return; /* it came alone before */
    KITH_VEC_AT(&s->circles.names, struct kith_circle_name, item.id - 1)->is_said = true;
    item.on = kith_json_true(f->doc, member(f, "on"));
    item.is_no = kith_bytes_is(f->entry->type, "circle/refuse");
    switch (item.said) {
    case KITH_CIRCLE_ADD:
        read_refs(s, f, member(f, "over"), &item);
        apply_people(s, f, circle, &item);
        break;
    case KITH_CIRCLE_EXCLUDE:
    case KITH_CIRCLE_KEEPER:
        apply_people(s, f, circle, &item);
        break;
    case KITH_CIRCLE_EPOCH:
        apply_epoch(s, f, circle, &item);
        break;
    case KITH_CIRCLE_LEAVE:
        leave(s, f, circle, &item);
        break;
    default:
        push(s, circle, &item);
        break;
    }
}

void kith_circle_apply(struct kith_social *s, const struct kith_facts *f) {
    struct kith_bytes type = f->entry->type;
    if (!f->entry->is_private || !kith_bytes_starts(type, "circle/"))
        return;
    s->circles.generation++;
    if (kith_bytes_is(type, "circle/init") && f->person == KITH_PERSON_ME)
        (void)learn(s, f, &s->me);
    else if (kith_bytes_is(type, "circle/key"))
        apply_keys(s, f);
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        if (kith_bytes_is(type, statements[i].type))
            apply_statement(s, f, i);
    }
}

/* Two have come to know each other, and we are in the circles of one: what the other wrote may be for them. */
void kith_circle_follow(struct kith_social *s, uint32_t from, uint32_t to) {
    for (uint32_t i = 0; i < s->circles.all.count; i++) {
        const struct kith_circle *c = circle_at(s, i);
        if (!c->keys_1 || (c->owner != from && c->owner != to))
            continue;
        if (c->owner == to && from == KITH_PERSON_ME)
            try_again(s, (struct kith_circle_trial){.circle = i}); /* from now on we try them at all */
        else
            try_again(s, (struct kith_circle_trial){.circle = i, .person_1 = (c->owner == from ? to : from) + 1});
    }
}

/* Who left our friends circle may want to come back. */
void kith_circle_follow_again(struct kith_social *s) {
    s->circles.generation++;
}
