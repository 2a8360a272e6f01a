/* SPDX-License-Identifier: MIT */
#include "target.h"

#include "publishing.h"
#include "words.h"

static bool add_person(struct target *t, const struct kith_pubkey *id) {
    for (size_t i = 0; i < t->people_count; i++) {
        if (kith_pubkey_eq(&t->people[i], id))
            return true;
    }
    if (t->people_count == KITH_BOX1_MAX_RECIPIENTS)
        return false;
    t->people[t->people_count++] = *id;
    return true;
}

/* recps are ids, or {link: id} as Patchwork writes them. False: some of them are no people. */
static bool read_people(struct app *a, struct target *t, const struct kith_json *doc, uint32_t recps) {
    struct kith_pubkey id;
    if (!add_person(t, &a->home.keys.pub) || !add_person(t, &t->author))
        return false;
    for (uint32_t i = kith_json_first(doc, recps); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        uint32_t link = kith_json_is(doc, i, KITH_JSON_OBJECT) ? kith_json_get(doc, i, "link") : i;
        if (kith_feed_id_parse(kith_json_str(doc, link), &id) || !add_person(t, &id))
            return false;
    }
    return true;
}

static int read_target(struct app *a, const struct kith_json *doc, struct target *t) {
    uint32_t value = kith_json_get(doc, 0, "value"), content = kith_json_get(doc, value, "content");
    uint32_t owner = kith_json_get(doc, kith_json_get(doc, 0, "wall"), "owner");
    struct kith_bytes group;
    if (kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, value, "author")), &t->author))
        return app_fail(a, KITH_ERR_CORRUPT, "the node's answer");
    if (kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, owner, "id")), &t->wall))
        t->wall = t->author;
    if (kith_msgid_parse(kith_json_str(doc, kith_json_get(doc, content, "root")), &t->root))
        t->root = t->id;
    if (kith_json_is(doc, content, KITH_JSON_STRING))
        return app_refuse(a, APP_FAILED, "denied", "that message is private, and not for you");
    group = kith_json_str(doc, kith_json_get(doc, kith_json_get(doc, 0, "audience"), "group"));
    if (group.len && group.len < sizeof t->circle) {
        memcpy(t->circle, group.p, group.len);
        return APP_OK;
    }
    t->is_private = kith_json_true(doc, kith_json_get(doc, kith_json_get(doc, value, "meta"), "private"));
    if (t->is_private && !read_people(a, t, doc, kith_json_get(doc, content, "recps")))
        return app_refuse(a, APP_FAILED, "denied", "that message is private to a group, or to more people than kith can write to");
    return APP_OK;
}

int target_find(struct app *a, const char *text, struct target *out) {
    struct kith_buf args = {0}, reply = {0};
    struct kith_json doc = {0};
    int code;
    *out = (struct target){0};
    code = words_message(a, text, &out->id);
    if (code)
        return code;
    kith_buf_put_str(&args, "[\"");
    kith_msgid_put(&args, &out->id);
    kith_buf_put_str(&args, "\"]");
    code = app_call(a, "summary", kith_buf_bytes(&args), &reply);
    if (!code)
        code = kith_json_parse(&doc, kith_buf_bytes(&reply), SIZE_MAX) ? app_fail(a, KITH_ERR_CORRUPT, "the node's answer")
                                                                       : read_target(a, &doc, out);
    kith_json_wipe(&doc);
    kith_wipe(reply.p, reply.len);
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    return code;
}

struct kith_recps target_recps(const struct target *t) {
    return (struct kith_recps){t->people, t->is_private ? t->people_count : 0};
}

int target_publish(struct app *a, const struct target *t, struct kith_bytes content) {
    if (t->circle[0]) {
        app_note(a, "Circle: only those who can read that message can read this.");
        return audience_send_circle(a, t->circle, content);
    }
    if (!t->is_private)
        return publishing_send(a, content, PUBLISHING_PUBLIC);
    app_note(a, "Private: only those who can read that message can read this.");
    return publishing_send_private(a, content, t->people, t->people_count);
}
