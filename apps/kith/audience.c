/* SPDX-License-Identifier: MIT */
#include "audience.h"

#include <string.h>

#include "feed/box2.h"
#include "publishing.h"
#include "show.h"
#include "words.h"

/* ---- who ---- */

static int circles(struct app *a, struct kith_buf *reply, struct kith_json *doc) {
    int code = app_call(a, "circles.list", KITH_LIT("[{\"people\":false}]"), reply);
    if (!code && kith_json_parse(doc, kith_buf_bytes(reply), SIZE_MAX))
        code = app_fail(a, KITH_ERR_CORRUPT, "the node's answer");
    return code;
}

/* How many of our circles are called so; the last one's id goes to out. */
static unsigned find_named(const struct kith_json *doc, const char *name, char out[AUDIENCE_CIRCLE_MAX]) {
    unsigned found = 0;
    for (uint32_t i = kith_json_first(doc, 0); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        struct kith_bytes id = kith_json_str(doc, kith_json_get(doc, i, "id"));
        struct kith_buf text = {0};
        kith_json_unescape(&text, kith_json_str(doc, kith_json_get(doc, i, "name")));
        if (id.len < AUDIENCE_CIRCLE_MAX && kith_bytes_is(kith_buf_bytes(&text), name)) {
            memcpy(out, id.p, id.len);
            out[id.len] = 0;
            found++;
        }
        kith_buf_wipe(&text);
    }
    return found;
}

static bool is_circle_id(const char *text) {
    struct kith_groupid id;
    return strlen(text) < AUDIENCE_CIRCLE_MAX && !kith_groupid_parse(kith_bytes_str(text), &id);
}

int audience_circle(struct app *a, const char *text, char out[AUDIENCE_CIRCLE_MAX]) {
    struct kith_buf reply = {0};
    struct kith_json doc = {0};
    unsigned found = 0;
    int code = APP_OK;
    if (is_circle_id(text) || !strcmp(text, "friends")) {
        strcpy(out, text);
        return APP_OK;
    }
    code = circles(a, &reply, &doc);
    if (!code)
        found = find_named(&doc, text, out);
    if (!code && !found)
        code = app_refuse(a, APP_FAILED, "not_found", "no circle or group here is called “%s”; see: kith circle list", text);
    else if (!code && found > 1)
        code = app_refuse(a, APP_FAILED, "ambiguous", "several circles are called “%s”; give the id: kith circle list --json", text);
    kith_json_wipe(&doc);
    kith_buf_wipe(&reply);
    return code;
}

int audience_people(struct app *a, const char *list, struct kith_pubkey *people, size_t *count) {
    char word[256];
    int code = APP_OK;
    people[0] = a->home.keys.pub;
    *count = 1;
    while (*list && !code) {
        size_t len = strcspn(list, ",");
        if (*count == KITH_BOX1_MAX_RECIPIENTS)
            return app_refuse(a, APP_USAGE, "usage", "a private message goes to at most %d people besides you",
                              KITH_BOX1_MAX_RECIPIENTS - 1);
        if (len >= sizeof word)
            return app_refuse(a, APP_USAGE, "usage", "that is no name");
        memcpy(word, list, len);
        word[len] = 0;
        list += len + (list[len] == ',');
        if (!len)
            continue;
        code = words_person(a, word, &people[*count]);
        if (!code && !kith_pubkey_eq(&people[*count], &people[0]))
            (*count)++;
    }
    return code;
}

/* A word may be a circle's name or a person's; a circle comes first, and a list is of people. */
static int read_to(struct app *a, const char *to, struct audience *out) {
    struct kith_buf reply = {0};
    struct kith_json doc = {0};
    int code = APP_OK;
    out->kind = AUDIENCE_CIRCLE;
    if (!strcmp(to, "friends") || is_circle_id(to))
        return audience_circle(a, to, out->circle);
    code = circles(a, &reply, &doc);
    if (!code && find_named(&doc, to, out->circle) == 1) {
        kith_json_wipe(&doc);
        kith_buf_wipe(&reply);
        return APP_OK;
    }
    kith_json_wipe(&doc);
    kith_buf_wipe(&reply);
    out->kind = AUDIENCE_PEOPLE;
    return code ? code : audience_people(a, to, out->people, &out->people_count);
}

int audience_read(struct app *a, const char *to, bool is_public, const struct kith_pubkey *wall, struct audience *out) {
    *out = (struct audience){.kind = AUDIENCE_PUBLIC};
    (void)wall;
    if (to && is_public)
        return app_refuse(a, APP_USAGE, "usage", "either --to or --public");
    if (is_public)
        return APP_OK;
    if (to)
        return read_to(a, to, out);
    out->kind = AUDIENCE_CIRCLE;
    strcpy(out->circle, "friends");
    return APP_OK;
}

/* ---- telling ---- */

/* Names for a person to read, some of them, and how many there are. */
static void put_names(struct app *a, const struct kith_json *doc, uint32_t list, struct kith_buf *out) {
    char self[KITH_FEED_ID_LEN];
    size_t shown = 0, all = 0;
    kith_feed_id_write(self, &a->home.keys.pub);
    for (uint32_t i = kith_json_first(doc, list); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        struct kith_bytes id = kith_json_str(doc, kith_json_get(doc, i, "id"));
        uint32_t name = kith_json_get(doc, i, "name");
        if (kith_bytes_eq(id, kith_bytes(self, sizeof self)))
            continue;
        if (all++ >= 5)
            continue;
        kith_buf_put_str(out, shown++ ? ", " : "");
        if (name != KITH_JSON_NONE)
            kith_json_unescape(out, kith_json_str(doc, name));
        else
            kith_buf_put(out, id.p, id.len < 9 ? id.len : 9);
    }
    if (all > shown) {
        kith_buf_put_str(out, " and ");
        kith_buf_put_dec(out, all - shown);
        kith_buf_put_str(out, " more");
    }
    kith_buf_put_u8(out, 0);
}

static int ask(struct app *a, const char *method, struct kith_bytes args, struct kith_buf *reply, struct kith_json *doc) {
    int code = app_call(a, method, args, reply);
    if (!code && kith_json_parse(doc, kith_buf_bytes(reply), SIZE_MAX))
        code = app_fail(a, KITH_ERR_CORRUPT, "the node's answer");
    return code;
}

static int tell_friends(struct app *a) {
    struct kith_buf reply = {0}, names = {0};
    struct kith_json doc = {0};
    int code = ask(a, "friends.list", KITH_LIT("[{\"list\":\"friends\"}]"), &reply, &doc);
    if (!code) {
        put_names(a, &doc, 0, &names);
        if (doc.nodes[0].count)
            app_note(a, "Friends: only your friends can read this: %s.", (const char *)names.p);
        else
            app_note(a, "Friends: you have none yet; who becomes one can read it then.");
    }
    kith_json_wipe(&doc);
    kith_buf_wipe(&reply);
    kith_buf_wipe(&names);
    return code;
}

static int tell_circle(struct app *a, const char *circle) {
    struct kith_buf args = {0}, reply = {0}, names = {0};
    struct kith_json doc = {0};
    int code;
    kith_buf_put_str(&args, "[\"");
    kith_buf_put_str(&args, circle);
    kith_buf_put_str(&args, "\"]");
    code = ask(a, "circles.readers", kith_buf_bytes(&args), &reply, &doc);
    if (!code) {
        put_names(a, &doc, kith_json_get(&doc, 0, "people"), &names);
        if (kith_json_true(&doc, kith_json_get(&doc, 0, "hidden")))
            app_note(a, "Circle of %s: they alone know who can read this.", (const char *)names.p);
        else
            app_note(a, "Circle: you and its members can read this: %s.", names.len > 1 ? (const char *)names.p : "nobody yet");
    }
    kith_json_wipe(&doc);
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    kith_buf_wipe(&names);
    return code;
}

int audience_tell(struct app *a, const struct audience *to, const struct kith_pubkey *wall) {
    int code = app_connect(a);
    if (code)
        return code;
    switch (to->kind) {
    case AUDIENCE_PUBLIC:
        return APP_OK; /* publishing_send says it */
    case AUDIENCE_PEOPLE:
        app_note(a, "Private: only %s can read this; how many they are, everybody sees.",
                 to->people_count > 1 ? "you and the people named" : "you");
        return APP_OK;
    case AUDIENCE_CIRCLE:
        break;
    }
    if (strcmp(to->circle, "friends") != 0)
        return tell_circle(a, to->circle);
    if (!wall)
        return tell_friends(a);
    app_note(a, "Friends of whose wall it is: they alone know who can read this.");
    return APP_OK;
}

/* ---- sending ---- */

int audience_send_circle(struct app *a, const char *circle, struct kith_bytes content) {
    struct kith_buf with = {0};
    int code;
    kith_buf_put(&with, content.p, content.len - 1); /* without the closing brace */
    kith_buf_put_str(&with, ",\"recps\":[\"");
    kith_buf_put_str(&with, circle);
    kith_buf_put_str(&with, "\"]}");
    code = publishing_send(a, kith_buf_bytes(&with), PUBLISHING_TOLD);
    kith_wipe(with.p, with.len);
    kith_buf_wipe(&with);
    return code;
}

int audience_publish(struct app *a, const struct audience *to, struct kith_bytes content) {
    if (to->kind == AUDIENCE_PUBLIC)
        return publishing_send(a, content, PUBLISHING_PUBLIC);
    if (to->kind == AUDIENCE_CIRCLE)
        return audience_send_circle(a, to->circle, content);
    return publishing_send_private(a, content, to->people, to->people_count);
}
