/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "commands.h"
#include "show.h"
#include "words.h"

struct shown {
    struct app *a;
    size_t count;
};

static bool show_item(void *ctx, const struct kith_muxrpc_event *e) {
    struct shown *shown = ctx;
    if (e->encoding != KITH_RPC_JSON)
        return true;
    show_post(shown->a, e->doc, e->body);
    fflush(stdout);
    shown->count++;
    return true;
}

/* A pasted id of a person shows the person; other ids are the node's to look up. True if it was one. */
static bool show_pasted(struct app *a, struct kith_bytes text, int *code) {
    struct kith_buf args = {0}, reply = {0};
    struct kith_ref ref;
    if (kith_ref_parse(text, &ref) || ref.kind != KITH_REF_FEED)
        return false;
    kith_buf_put_str(&args, "[\"");
    kith_ref_put(&args, &ref);
    kith_buf_put_str(&args, "\"]");
    *code = app_call(a, "people.get", kith_buf_bytes(&args), &reply);
    if (!*code)
        show_person(a, kith_buf_bytes(&reply));
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    return true;
}

static int search(struct app *a, struct kith_bytes text, const struct kith_pubkey *by, long limit, long before) {
    struct shown shown = {a, 0};
    struct kith_buf args = {0};
    int err;
    kith_buf_put_str(&args, "[{\"text\":");
    kith_json_put_string(&args, text);
    if (by) {
        kith_buf_put_str(&args, ",\"by\":\"");
        kith_feed_id_put(&args, by);
        kith_buf_put_u8(&args, '"');
    }
    if (before) {
        kith_buf_put_str(&args, ",\"before\":");
        kith_buf_put_int(&args, before);
    }
    kith_buf_put_str(&args, ",\"limit\":");
    kith_buf_put_int(&args, limit ? limit : -1);
    kith_buf_put_str(&args, "}]");
    err = client_source(a->client, "search", kith_buf_bytes(&args), show_item, &shown);
    kith_buf_wipe(&args);
    if (err)
        return app_failed(a, err);
    if (!shown.count)
        app_note(a, "nothing on this device says that");
    return APP_OK;
}

int cmd_search(struct app *a) {
    long limit = app_number(a, "--limit", 50), before = app_number(a, "--before", 0);
    const char *by = app_option(a, "--by");
    struct kith_pubkey who;
    struct kith_buf text = {0};
    int code;
    if (!app_words(a, 1, 64))
        return APP_USAGE;
    code = app_connect(a);
    if (!code && by)
        code = words_person(a, by, &who);
    if (!code)
        code = app_text(a, 0, &text);
    if (!code && !show_pasted(a, kith_buf_bytes(&text), &code))
        code = search(a, kith_buf_bytes(&text), by ? &who : NULL, limit, before);
    kith_buf_wipe(&text);
    return code;
}
