/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "commands.h"
#include "show.h"
#include "words.h"

static bool show_item(void *ctx, const struct kith_muxrpc_event *e) {
    struct app *a = ctx;
    if (e->encoding == KITH_RPC_JSON)
        show_post(a, e->doc, e->body);
    fflush(stdout);
    return true;
}

/* Streams of posts: `extra` is the part of the options that is special to the command. */
static int list(struct app *a, const char *method, struct kith_bytes extra, long limit, bool follow) {
    struct kith_buf args = {0};
    int code = app_connect(a), err;
    if (code)
        return code;
    kith_buf_put_str(&args, "[{\"limit\":");
    kith_buf_put_int(&args, limit ? limit : -1);
    kith_buf_put_bytes(&args, extra);
    if (follow)
        kith_buf_put_str(&args, ",\"live\":true");
    kith_buf_put_str(&args, "}]");
    err = client_source(a->client, method, kith_buf_bytes(&args), show_item, a);
    kith_buf_wipe(&args);
    return err ? app_failed(a, err) : APP_OK;
}

/* --limit N (0: all), --before MS, --follow. */
struct paging {
    long limit, before;
    bool follow;
};

static struct paging paging(struct app *a) {
    return (struct paging){app_number(a, "--limit", 50), app_number(a, "--before", 0), app_flag(a, "--follow")};
}

static void put_before(struct kith_buf *extra, struct paging p) {
    if (p.before) {
        kith_buf_put_str(extra, ",\"before\":");
        kith_buf_put_int(extra, p.before);
    }
}

static int paged(struct app *a, const char *method, struct kith_buf *extra, struct paging p) {
    int code;
    put_before(extra, p);
    code = list(a, method, kith_buf_bytes(extra), p.limit, false);
    if (!code && p.follow) {
        kith_buf_put_str(extra, ",\"old\":false");
        code = list(a, method, kith_buf_bytes(extra), 0, true);
    }
    kith_buf_wipe(extra);
    return code;
}

int cmd_wall(struct app *a) {
    struct paging p = paging(a);
    bool waiting = app_flag(a, "--waiting"), removed = app_flag(a, "--removed");
    struct kith_pubkey who = a->home.keys.pub;
    struct kith_buf extra = {0};
    int code;
    if (!app_words(a, 0, 1))
        return APP_USAGE;
    code = app_connect(a);
    if (!code && a->argc)
        code = words_person(a, a->argv[0], &who);
    if (code)
        return code;
    kith_buf_put_str(&extra, ",\"person\":\"");
    kith_feed_id_put(&extra, &who);
    kith_buf_put_str(&extra, waiting ? "\",\"waiting\":true" : "\"");
    kith_buf_put_str(&extra, removed ? ",\"removed\":true" : "");
    return paged(a, "wall", &extra, p);
}

int cmd_feed(struct app *a) {
    struct paging p = paging(a);
    long hops = app_number(a, "--hops", -1);
    const char *tag = app_option(a, "--tag");
    struct kith_buf extra = {0};
    if (!app_words(a, 0, 0))
        return APP_USAGE;
    if (tag) {
        kith_buf_put_str(&extra, ",\"tag\":");
        kith_json_put_string(&extra, kith_bytes_str(tag));
        return paged(a, "tag", &extra, p);
    }
    if (hops >= 0) {
        kith_buf_put_str(&extra, ",\"hops\":");
        kith_buf_put_int(&extra, hops);
    }
    return paged(a, "feed", &extra, p);
}

int cmd_inbox(struct app *a) {
    struct paging p = paging(a);
    struct kith_buf extra = {0};
    if (!app_words(a, 0, 0))
        return APP_USAGE;
    return paged(a, "inbox", &extra, p);
}

int cmd_notices(struct app *a) {
    struct paging p = paging(a);
    struct kith_buf extra = {0};
    if (!app_words(a, 0, 0))
        return APP_USAGE;
    return paged(a, "notices", &extra, p);
}

int cmd_thread(struct app *a) {
    struct paging p = paging(a);
    struct kith_msgid root;
    struct kith_buf args = {0}, reply = {0}, extra = {0};
    struct kith_json doc = {0};
    int code;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    code = words_message(a, a->argv[0], &root);
    if (code)
        return code;
    kith_buf_put_str(&args, "[\"");
    kith_msgid_put(&args, &root);
    kith_buf_put_str(&args, "\"]");
    code = app_call(a, "summary", kith_buf_bytes(&args), &reply);
    if (!code && !kith_json_parse(&doc, kith_buf_bytes(&reply), SIZE_MAX))
        show_post(a, &doc, kith_buf_bytes(&reply));
    kith_json_wipe(&doc);
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    kith_buf_put_str(&extra, ",\"root\":\"");
    kith_msgid_put(&extra, &root);
    kith_buf_put_u8(&extra, '"');
    if (!code)
        return paged(a, "thread", &extra, p);
    kith_buf_wipe(&extra);
    return code;
}

int cmd_get(struct app *a) {
    struct kith_msgid id;
    struct kith_buf args = {0}, reply = {0}, pretty = {0};
    struct kith_json doc = {0};
    int code;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    code = words_message(a, a->argv[0], &id);
    kith_buf_put_str(&args, "[{\"meta\":true,\"private\":true,\"id\":\"");
    kith_msgid_put(&args, &id);
    kith_buf_put_str(&args, "\"}]");
    if (!code)
        code = app_call(a, "get", kith_buf_bytes(&args), &reply);
    if (!code && !a->json && !kith_json_parse(&doc, kith_buf_bytes(&reply), SIZE_MAX))
        kith_json_put_pretty(&pretty, &doc, 0);
    if (!code)
        app_print(a->json ? kith_buf_bytes(&reply) : kith_buf_bytes(&pretty));
    kith_json_wipe(&doc);
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    kith_buf_wipe(&pretty);
    return code;
}

static bool print_item(void *ctx, const struct kith_muxrpc_event *e) {
    (void)ctx;
    app_print(e->body);
    return true;
}

int cmd_query(struct app *a) {
    long limit = app_number(a, "--limit", 100);
    struct kith_buf args = {0};
    struct kith_json doc = {0};
    int code, err;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    if (kith_json_parse(&doc, kith_bytes_str(a->argv[0]), 1000) || !kith_json_is(&doc, 0, KITH_JSON_OBJECT)) {
        kith_json_wipe(&doc);
        return app_refuse(a, APP_USAGE, "usage", "a query is a JSON object such as {\"type\":\"post\",\"channel\":\"garden\"}");
    }
    kith_buf_put_u8(&args, '[');
    kith_json_put_compact(&args, &doc, 0);
    kith_json_wipe(&doc);
    kith_buf_put_str(&args, ",{\"limit\":");
    kith_buf_put_int(&args, limit ? limit : -1);
    kith_buf_put_str(&args, "}]");
    code = app_connect(a);
    if (!code && (err = client_source(a->client, "query", kith_buf_bytes(&args), print_item, a)))
        code = app_failed(a, err);
    kith_buf_wipe(&args);
    return code;
}
