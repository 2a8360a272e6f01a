/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "feed/content.h"
#include "neighbourhood_state.h"

const struct kith_pubkey *deeds_id(const struct neighbourhood *v, enum who who) {
    return who == YOU ? &v->visitor : neighbour_id(v->residents[who].node);
}

size_t deeds_find(const struct neighbourhood *v, const struct kith_msgid *id) {
    for (size_t i = 0; i < v->item_count; i++) {
        if (kith_msgid_eq(&v->items[i].id, id))
            return i;
    }
    return NO_ITEM;
}

size_t deeds_named(const struct neighbourhood *v, const char *name) {
    for (size_t i = 0; name && i < v->item_count; i++) {
        if (v->items[i].name && !strcmp(v->items[i].name, name))
            return i;
    }
    return NO_ITEM;
}

size_t deeds_add(struct neighbourhood *v, struct item item) {
    v->items = kith_grow(v->items, &v->item_cap, v->item_count + 1, sizeof *v->items);
    v->items[v->item_count] = item;
    return v->item_count++;
}

/* ---- texts ---- */

static const char *name_of(const struct neighbourhood *v, enum who who) {
    return who == YOU ? v->name : people[who].name;
}

static void put_mention(struct neighbourhood *v, struct kith_buf *out, enum who who) {
    kith_buf_put_str(out, "[@");
    kith_buf_put_str(out, name_of(v, who));
    kith_buf_put_str(out, "](");
    kith_feed_id_put(out, deeds_id(v, who));
    kith_buf_put_u8(out, ')');
}

static enum who who_is(struct kith_bytes word) {
    static const char *const words[] = {"mira", "tomas", "ayse", "jannik", "hana", "edda", "samir", "pip", "you"};
    for (int i = 0; i <= YOU; i++) {
        if (kith_bytes_is(word, words[i]))
            return (enum who)i;
    }
    return NOBODY;
}

/* {you} is a name, {@you} a mention, {picture} the picture. */
static void put_text(struct neighbourhood *v, struct kith_buf *out, const struct beat *b, const struct kith_blobid *picture) {
    const char *close;
    for (const char *c = b->text; *c; c = close + 1) {
        size_t plain = strcspn(c, "{");
        bool mention = c[plain] && c[plain + 1] == '@';
        struct kith_bytes word;
        enum who who;
        kith_buf_put(out, c, plain);
        close = c[plain] ? strchr(c + plain, '}') : NULL;
        if (!close)
            return;
        word = kith_bytes(c + plain + 1 + mention, (size_t)(close - c) - plain - 1 - mention);
        who = who_is(word);
        if (kith_bytes_is(word, "picture")) {
            kith_buf_put_str(out, "![");
            kith_buf_put_str(out, b->alt);
            kith_buf_put_str(out, "](");
            kith_blobid_put(out, picture);
            kith_buf_put_u8(out, ')');
        } else if (who != NOBODY && mention) {
            put_mention(v, out, who);
        } else if (who != NOBODY) {
            kith_buf_put_str(out, name_of(v, who));
        }
    }
}

/* ---- publishing ---- */

static bool publish(struct neighbourhood *v, enum who who, struct kith_buf *content, struct kith_recps to, struct kith_msgid *id) {
    struct kith_buf args = {0}, reply = {0};
    struct kith_json doc = {0};
    int err;
    kith_buf_put_u8(&args, '[');
    kith_buf_put_bytes(&args, kith_buf_bytes(content));
    for (size_t i = 0; i < to.count; i++) {
        kith_buf_put_str(&args, i ? ",\"" : ",[\"");
        kith_feed_id_put(&args, &to.ids[i]);
        kith_buf_put_str(&args, i + 1 == to.count ? "\"]" : "\"");
    }
    kith_buf_put_u8(&args, ']');
    err = neighbour_ask(v->residents[who].node, to.count ? "private.publish" : "publish", kith_buf_bytes(&args), &reply);
    if (!err)
        err = kith_json_parse(&doc, kith_buf_bytes(&reply), SIZE_MAX);
    if (!err)
        err = kith_msgid_parse(kith_json_str(&doc, kith_json_get(&doc, 0, "key")), id);
    if (err)
        fprintf(stderr, "demo: %s could not write: %.*s\n", people[who].name, (int)reply.len, reply.p);
    kith_json_wipe(&doc);
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    kith_buf_wipe(content);
    return !err;
}

static bool keep_picture(struct neighbourhood *v, enum who who, enum picture what, struct kith_attachment *out) {
    struct kith_buf png = {0};
    struct kith_blobid id;
    int err;
    pictures_put(&png, what);
    err = neighbour_keep(v->residents[who].node, kith_buf_bytes(&png), &id);
    *out = (struct kith_attachment){
        .blob = {.kind = KITH_REF_BLOB, .bytes = id.hash}, .name = KITH_LIT("photo.png"), .type = KITH_LIT("image/png"), .size = png.len};
    kith_buf_wipe(&png);
    return !err;
}

static void follow(struct neighbourhood *v, enum who who, enum who whom) {
    struct kith_contact contact = {.contact = *deeds_id(v, whom), .following = KITH_SAID_YES};
    struct kith_buf content = {0};
    struct kith_msgid id;
    kith_content_contact(&content, &contact);
    (void)publish(v, who, &content, (struct kith_recps){0}, &id);
}

void deeds_introduce(struct neighbourhood *v, enum who who) {
    struct kith_about about = {.about = *deeds_id(v, who)};
    struct kith_attachment portrait;
    struct kith_buf content = {0};
    struct kith_blobid image;
    struct kith_msgid id;
    about.name = kith_bytes_str(people[who].name);
    about.description = kith_bytes_str(people[who].about);
    if (keep_picture(v, who, people[who].portrait, &portrait)) {
        image.hash = portrait.blob.bytes;
        about.image = &image;
    }
    kith_content_about(&content, &about);
    (void)publish(v, who, &content, (struct kith_recps){0}, &id);
    for (enum who other = 0; other < PEOPLE; other++) {
        if (other != who && (other != PIP || who == EDDA || who == MIRA)) /* Pip has only just moved in */
            follow(v, who, other);
    }
    if (!people[who].is_stranger)
        follow(v, who, YOU);
}

/* ---- deeds ---- */

static void write_post(struct neighbourhood *v, const struct beat *b, const struct item *to) {
    struct kith_buf text = {0}, content = {0};
    struct kith_attachment picture = {0};
    struct kith_pubkey readers[PEOPLE + 1];
    struct kith_post post = {.content_warning = kith_bytes_str(b->warning)};
    struct item made = {.name = b->name, .author = b->who, .letter_to = to ? to->letter_to : 0};
    if (b->picture && keep_picture(v, b->who, b->picture, &picture)) {
        post.attachments = &picture;
        post.attachment_count = 1;
    }
    if (to) {
        post.root = &to->root;
        post.branch = &to->id;
        post.branch_count = 1;
        made.root = to->root;
    }
    if (b->deed == WALL)
        post.wall = deeds_id(v, b->whom);
    if (b->deed == LETTER && !to)
        made.letter_to = 1u << b->who | 1u << b->whom;
    post.recps.ids = readers;
    for (enum who who = 0; who <= YOU; who++) {
        if (made.letter_to >> who & 1)
            readers[post.recps.count++] = *deeds_id(v, who);
    }
    put_text(v, &text, b, &(struct kith_blobid){picture.blob.bytes});
    post.text = kith_buf_bytes(&text);
    kith_content_post(&content, &post);
    if (publish(v, b->who, &content, post.recps, &made.id)) {
        if (!to)
            made.root = made.id;
        (void)deeds_add(v, made);
    }
    kith_buf_wipe(&text);
}

static void write_about(struct neighbourhood *v, const struct beat *b, const struct item *to) {
    struct kith_buf text = {0}, content = {0};
    struct kith_recps everybody = {0};
    struct kith_msgid id;
    put_text(v, &text, b, NULL);
    if (b->deed == REACT)
        kith_content_vote(&content, &to->id, 1, kith_buf_bytes(&text), everybody);
    else if (b->deed == SHARE)
        kith_content_share(&content, &to->id, kith_buf_bytes(&text));
    else
        kith_content_edit(&content, &to->id, kith_buf_bytes(&text), everybody);
    (void)publish(v, b->who, &content, everybody, &id);
    kith_buf_wipe(&text);
}

static void ask_about(struct neighbourhood *v, enum who who, const char *method, const char *text) {
    struct kith_buf args = {0};
    kith_buf_put_u8(&args, '[');
    kith_json_put_string(&args, kith_bytes_str(text));
    kith_buf_put_u8(&args, ']');
    (void)neighbour_ask(v->residents[who].node, method, kith_buf_bytes(&args), NULL);
    kith_buf_wipe(&args);
}

static void go(struct neighbourhood *v, enum who who, bool away) {
    char id[KITH_FEED_ID_LEN + 1] = "";
    kith_feed_id_write(id, &v->visitor);
    v->residents[who].away = away;
    ask_about(v, who, away ? "conn.forget" : "conn.connect", v->address);
    if (away)
        ask_about(v, who, "conn.disconnect", id);
}

void deeds_do(struct neighbourhood *v, const struct beat *b, size_t at) {
    struct item target, *to = NULL;
    if (at == NO_ITEM)
        at = deeds_named(v, b->to);
    if (at != NO_ITEM) {
        target = v->items[at]; /* the table may move while we write */
        to = &target;
    }
    switch (b->deed) {
    case POST:
    case WALL:
        write_post(v, b, NULL);
        break;
    case REPLY:
    case LETTER:
        if (to || b->deed == LETTER)
            write_post(v, b, to);
        break;
    case REACT:
    case SHARE:
    case EDIT:
        if (to && !to->letter_to)
            write_about(v, b, to);
        break;
    case FOLLOW:
        follow(v, b->who, b->whom);
        break;
    case LEAVE:
    case RETURN:
        go(v, b->who, b->deed == LEAVE);
        break;
    }
}

/* Where somebody types: a thread's root, a wall's owner; a talk between two, by both ids in order. */
static void put_place(struct neighbourhood *v, struct kith_buf *out, const struct beat *b, size_t at) {
    char ids[2][KITH_FEED_ID_LEN];
    bool swap;
    if (b->deed == WALL) {
        kith_feed_id_put(out, deeds_id(v, b->whom));
    } else if (b->deed == REPLY && at != NO_ITEM) {
        kith_msgid_put(out, &v->items[at].root);
    } else {
        kith_feed_id_write(ids[0], deeds_id(v, b->who));
        kith_feed_id_write(ids[1], &v->visitor);
        swap = memcmp(ids[0], ids[1], KITH_FEED_ID_LEN) > 0;
        kith_buf_put(out, ids[swap], KITH_FEED_ID_LEN);
        kith_buf_put_u8(out, ',');
        kith_buf_put(out, ids[!swap], KITH_FEED_ID_LEN);
    }
}

void deeds_type(struct neighbourhood *v, const struct beat *b, size_t at) {
    struct kith_buf args = {0};
    if (at == NO_ITEM)
        at = deeds_named(v, b->to);
    kith_buf_put_str(&args, "[{\"at\":\"");
    put_place(v, &args, b, at);
    kith_buf_put_str(&args, "\",\"to\":[\"");
    kith_feed_id_put(&args, &v->visitor);
    kith_buf_put_str(&args, "\"]}]");
    (void)neighbour_ask(v->residents[b->who].node, "typing", kith_buf_bytes(&args), NULL); /* an older node refuses */
    kith_buf_wipe(&args);
}
