/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "commands.h"
#include "publishing.h"
#include "show.h"
#include "words.h"

/* Each contact message replaces what was said about the person before. */
static int say(struct app *a, enum kith_said following, enum kith_said blocking) {
    struct kith_contact contact = {.following = following, .blocking = blocking};
    struct kith_buf content = {0};
    int code;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    code = words_person(a, a->argv[0], &contact.contact);
    if (code)
        return code;
    if (kith_pubkey_eq(&contact.contact, &a->home.keys.pub))
        return app_refuse(a, APP_USAGE, "usage", "that is you");
    kith_content_contact(&content, &contact);
    code = publishing_send(a, kith_buf_bytes(&content), PUBLISHING_PUBLIC);
    kith_buf_wipe(&content);
    return code;
}

static void quote(struct kith_buf *out, const char *name, const char *value) {
    kith_buf_put_str(out, name);
    kith_json_put_string(out, kith_bytes_str(value));
}

static void quote_id(struct kith_buf *out, const char *name, const struct kith_pubkey *id) {
    kith_buf_put_str(out, name);
    kith_feed_id_put(out, id);
    kith_buf_put_u8(out, '"');
}

static int ask(struct app *a, const char *method, struct kith_buf *args) {
    struct kith_buf reply = {0};
    int code = app_call(a, method, kith_buf_bytes(args), &reply);
    kith_buf_wipe(&reply);
    return code;
}

/* What the packet says that asks them: kept before we follow, or they would be sent more than the question. */
static int ask_first(struct app *a, const struct kith_pubkey *who, const char *text, const char *by) {
    struct kith_buf args = {0};
    struct kith_pubkey referrer;
    int code = by ? words_person(a, by, &referrer) : APP_OK;
    quote_id(&args, "[{\"id\":\"", who);
    if (text)
        quote(&args, ",\"text\":", text);
    if (by && !code)
        quote_id(&args, ",\"referrer\":\"", &referrer);
    kith_buf_put_str(&args, "}]");
    if (!code)
        code = ask(a, "friends.ask", &args);
    kith_buf_wipe(&args);
    return code;
}

static int add_road(struct app *a, const struct kith_pubkey *who, const char *road) {
    struct kith_buf args = {0};
    int code;
    quote_id(&args, "[{\"id\":\"", who);
    quote(&args, ",\"address\":", road);
    kith_buf_put_str(&args, "}]");
    code = ask(a, "roads.add", &args);
    kith_buf_wipe(&args);
    return code;
}

int cmd_follow(struct app *a) {
    const char *road = app_option(a, "--road"), *text = app_option(a, "--text"), *by = app_option(a, "--referrer");
    struct kith_pubkey who;
    int code;
    if (!road && !text && !by)
        return say(a, KITH_SAID_YES, KITH_UNSAID);
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    code = words_person(a, a->argv[0], &who);
    if (!code && kith_pubkey_eq(&who, &a->home.keys.pub))
        return app_refuse(a, APP_USAGE, "usage", "that is you");
    code = code ? code : ask_first(a, &who, text, by);
    code = code ? code : say(a, KITH_SAID_YES, KITH_UNSAID);
    return code || !road ? code : add_road(a, &who, road);
}

int cmd_unfollow(struct app *a) {
    return say(a, KITH_SAID_NO, KITH_UNSAID);
}

int cmd_block(struct app *a) {
    return say(a, KITH_SAID_NO, KITH_SAID_YES);
}

int cmd_unblock(struct app *a) {
    return say(a, KITH_SAID_NO, KITH_SAID_NO);
}

/* mute and refuse: on this machine only. */
static int locally(struct app *a, const char *method, bool on, const char *more) {
    struct kith_pubkey who;
    struct kith_buf args = {0}, reply = {0};
    int code;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    code = words_person(a, a->argv[0], &who);
    kith_buf_put_str(&args, "[\"");
    kith_feed_id_put(&args, &who);
    kith_buf_put_str(&args, on ? "\",true" : "\",false");
    kith_buf_put_str(&args, more);
    if (!code)
        code = app_call(a, method, kith_buf_bytes(&args), &reply);
    if (!code && a->json)
        app_print(kith_buf_bytes(&reply));
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    return code;
}

int cmd_mute(struct app *a) {
    return locally(a, "people.mute", true, "]");
}

int cmd_unmute(struct app *a) {
    return locally(a, "people.mute", false, "]");
}

int cmd_refuse(struct app *a) {
    bool undo = app_flag(a, "--undo");
    bool tell = app_flag(a, "--tell");
    return locally(a, "friends.refuse", !undo, tell ? ",{\"tell\":true}]" : "]");
}

int cmd_friends(struct app *a) {
    static const char *const lists[][2] = {
        {"--follows", "follows"}, {"--followers", "followers"}, {"--blocks", "blocks"}, {"--requests", "requests"},
    };
    const char *which = "friends";
    struct kith_pubkey who = a->home.keys.pub;
    struct kith_buf args = {0}, reply = {0};
    int code;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (app_flag(a, lists[i][0]))
            which = lists[i][1];
    }
    if (!app_words(a, 0, 1))
        return APP_USAGE;
    code = app_connect(a);
    if (!code && a->argc)
        code = words_person(a, a->argv[0], &who);
    kith_buf_put_str(&args, "[{\"list\":\"");
    kith_buf_put_str(&args, which);
    kith_buf_put_str(&args, "\",\"person\":\"");
    kith_feed_id_put(&args, &who);
    kith_buf_put_str(&args, "\"}]");
    if (!code)
        code = app_call(a, "friends.list", kith_buf_bytes(&args), &reply);
    if (!code)
        show_people(a, kith_buf_bytes(&reply));
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    return code;
}
