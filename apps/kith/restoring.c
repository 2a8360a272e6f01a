/* SPDX-License-Identifier: MIT */
#include "restoring.h"

#include <stdio.h>
#include <time.h>

#include "ask.h"
#include "crypto/words.h"
#include "publishing.h"

#define COME_BACK_TRIES 200 /* of 50 ms: a daemon that opens a large store again */

static int note_waiting(struct app *a) {
    app_note(a, "kith writes nothing in your name until a friend has shown how far your feed had got.\n"
                "Next: kith connect ADDRESS, or kith serve; kith status says how it goes, and kith status --insist that you are "
                "sure that nothing newer exists.");
    return APP_OK;
}

int restoring_words(struct app *a, const char *file) {
    struct kith_buf text = {0}, said = {0};
    struct kith_words_fault fault;
    struct kith_seed seed;
    int code, err;
    code = file ? ask_file(a, file, &text) : ask_line(a, "Your 24 recovery words: ", false, "--words-file", &text);
    if (!code && kith_words_parse(kith_buf_bytes(&text), &seed, &fault)) {
        kith_words_fault_put(&said, &fault);
        code = app_refuse(a, APP_FAILED, "words", "%.*s", (int)said.len, said.p);
    } else if (!code) {
        err = home_init_as(&a->home, &seed);
        if (err)
            code = app_fail(a, err, a->home.dir);
        kith_wipe(&seed, sizeof seed);
    }
    ask_wipe(&text);
    ask_wipe(&said);
    return code ? code : note_waiting(a);
}

/* ---- identity ---- */

/* After the node has become somebody else: the way to it again. */
static int come_back(struct app *a) {
    struct kith_pubkey before = a->home.keys.pub;
    char dir[HOME_PATH_MAX];
    int err = KITH_ERR_NET;
    snprintf(dir, sizeof dir, "%s", a->home.dir);
    client_close(a->client);
    a->client = NULL;
    err = home_open(&a->home, dir);
    if (err)
        return app_fail(a, err, dir);
    if (kith_pubkey_eq(&before, &a->home.keys.pub))
        return app_fail(a, KITH_ERR_IO, dir);
    for (int i = 0; i < COME_BACK_TRIES; i++) {
        struct kith_buf reply = {0};
        struct timespec pause = {0, 50000000};
        err = client_open(&a->client, &a->home, false, 4);
        if (!err)
            err = client_call(a->client, "whoami", KITH_LIT("[]"), &reply);
        kith_buf_wipe(&reply);
        if (!err)
            return APP_OK;
        client_close(a->client);
        a->client = NULL;
        nanosleep(&pause, NULL);
    }
    return app_fail(a, err, "the node has not come back");
}

static int become(struct app *a, const struct backup_file *b) {
    struct kith_buf args = {0}, reply = {0};
    bool same;
    int code;
    if (!a->home.has_identity) {
        struct kith_seed seed;
        int err;
        kith_sign_seed(&seed, &b->keys.sec);
        err = home_init_as(&a->home, &seed);
        kith_wipe(&seed, sizeof seed);
        if (err)
            return app_fail(a, err, a->home.dir);
    }
    same = kith_pubkey_eq(&a->home.keys.pub, &b->keys.pub);
    code = app_connect(a);
    kith_buf_reserve(&args, 1024);
    kith_buf_put_str(&args, "[{\"secret\":");
    kith_json_put_compact(&args, &b->first, kith_json_get(&b->first, 0, "secret"));
    kith_buf_put_str(&args, ",\"sequence\":");
    kith_buf_put_dec(&args, b->sequence);
    kith_buf_put_str(&args, "}]");
    if (!code)
        code = app_call(a, "identity.restore", kith_buf_bytes(&args), &reply);
    ask_wipe(&args);
    kith_buf_wipe(&reply);
    return code || same ? code : come_back(a);
}

/* ---- what is in it ---- */

struct use {
    struct app *app;
    bool importing;
    int code; /* of a failure that was said */
};

static int put_message(void *ctx, struct kith_bytes value) {
    struct use *u = ctx;
    int err = u->importing ? KITH_OK : client_begin(u->app->client, KITH_RPC_DUPLEX, "import");
    u->importing = true;
    if (!err)
        err = client_put(u->app->client, KITH_RPC_UTF8, value);
    if (err)
        u->code = app_failed(u->app, err);
    return err;
}

static int end_messages(struct use *u) {
    struct kith_buf reply = {0};
    int err = u->importing ? client_finish(u->app->client, KITH_LIT("null"), &reply) : KITH_OK;
    u->importing = false;
    kith_buf_wipe(&reply);
    if (err)
        u->code = app_failed(u->app, err);
    return err;
}

static int put_photo(void *ctx, struct kith_bytes bytes) {
    struct use *u = ctx;
    int err = end_messages(u);
    if (err)
        return err;
    u->code = publishing_blob(u->app, bytes);
    return u->code ? KITH_ERR_IO : KITH_OK;
}

/* An address that this kith cannot use is none to fail for. */
static void put_addresses(struct app *a, const struct backup_file *b) {
    uint32_t list = kith_json_get(&b->first, 0, "addresses");
    for (uint32_t i = kith_json_first(&b->first, list); i != KITH_JSON_NONE; i = b->first.nodes[i].next) {
        struct kith_buf args = {0}, reply = {0};
        kith_buf_put_u8(&args, '[');
        kith_json_put_compact(&args, &b->first, i);
        kith_buf_put_u8(&args, ']');
        (void)!client_call(a->client, "conn.connect", kith_buf_bytes(&args), &reply);
        kith_buf_wipe(&args);
        kith_buf_wipe(&reply);
    }
}

int restoring_file(struct app *a, struct backup_file *b) {
    struct use u = {.app = a};
    struct backup_use use = {put_message, put_photo, &u};
    uint64_t line, messages = b->messages, photos = b->photos;
    int code = become(a, b), err;
    if (code)
        return code;
    err = backup_file_read(b, KITH_LIT(""), &use, &line);
    if (!err)
        err = end_messages(&u);
    if (u.code)
        return u.code;
    if (err)
        return app_fail(a, err, b->path);
    b->messages = messages;
    b->photos = photos;
    put_addresses(a, b);
    return note_waiting(a);
}
