/* SPDX-License-Identifier: MIT */
/* libkith: the public API over the same client that the command line uses. */
#include "kith/kith.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "crypto/crypto.h"
#include "feed/content.h"

_Static_assert(KITH_E_IO == (int)KITH_ERR_IO && KITH_E_FULL == (int)KITH_ERR_FULL && KITH_E_CORRUPT == (int)KITH_ERR_CORRUPT &&
                   KITH_E_LOCKED == (int)KITH_ERR_LOCKED && KITH_E_NET == (int)KITH_ERR_NET &&
                   KITH_E_NOT_FOUND == (int)KITH_ERR_NOT_FOUND && KITH_E_ARG == (int)KITH_ERR_ARG &&
                   KITH_E_TOO_LONG == (int)KITH_ERR_TOO_LONG && KITH_E_FORK_GUARD == (int)KITH_ERR_FORK_GUARD &&
                   KITH_E_DENIED == (int)KITH_ERR_DENIED && KITH_E_EXISTS == (int)KITH_ERR_EXISTS &&
                   KITH_E_BUSY == (int)KITH_ERR_BUSY,
               "the header promises these numbers");

struct kith {
    struct home home;
    struct client *client;
    char id[KITH_ID_SIZE];
    char why[512];
};

int kith_version(void) {
    return KITH_VERSION_MAJOR * 10000 + KITH_VERSION_MINOR * 100 + KITH_VERSION_PATCH;
}

const char *kith_strerror(int error) {
    return kith_err_text(error);
}

int kith_open(struct kith **out, const char *home, unsigned flags) {
    struct kith *k = kith_alloc(sizeof *k);
    int err = kith_crypto_init();
    *out = NULL;
    if (!err)
        err = home_open(&k->home, home);
    if (!err && !k->home.has_identity && (flags & KITH_OPEN_CREATE))
        err = home_init(&k->home);
    if (!err)
        err = client_open(&k->client, &k->home, (flags & KITH_OPEN_ONLINE) != 0, -1);
    if (err) {
        kith_close(k);
        return err;
    }
    kith_feed_id_write(k->id, &k->home.keys.pub);
    *out = k;
    return KITH_OK;
}

void kith_close(struct kith *k) {
    if (!k)
        return;
    client_close(k->client);
    kith_wipe(k, sizeof *k);
    kith_free(k);
}

const char *kith_id(const struct kith *k) {
    return k->id;
}

const char *kith_why(const struct kith *k) {
    return k->why;
}

/* Keeps the reason of a failure where kith_why finds it. */
static int settle(struct kith *k, int err) {
    const char *why = err ? client_why(k->client) : "";
    snprintf(k->why, sizeof k->why, "%s", err && !*why ? kith_err_text(err) : why);
    return err;
}

static int refuse(struct kith *k, const char *why) {
    snprintf(k->why, sizeof k->why, "%s", why);
    return KITH_ERR_ARG;
}

/* What a caller gives goes into a frame as it stands, so it has to be what it should: a node drops a
 * link on which it cannot read a call. */
static int check_call(struct kith *k, const char *method, const char *args) {
    struct kith_json doc = {0};
    bool is_array = !args || (!kith_json_parse(&doc, kith_bytes_str(args), SIZE_MAX) && kith_json_is(&doc, 0, KITH_JSON_ARRAY));
    kith_json_wipe(&doc);
    if (!*method || method[strspn(method, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.")])
        return refuse(k, "that is no name of a method");
    return is_array ? KITH_OK : refuse(k, "the arguments are no JSON array");
}

int kith_ask(struct kith *k, const char *method, const char *args, char **answer) {
    struct kith_buf reply = {0};
    int err = check_call(k, method, args);
    *answer = NULL;
    if (err)
        return err;
    err = client_call(k->client, method, kith_bytes_str(args ? args : "[]"), &reply);
    if (!err)
        *answer = kith_strdup(kith_buf_bytes(&reply));
    kith_buf_wipe(&reply);
    return settle(k, err);
}

void kith_answer_free(char *answer) {
    kith_free(answer);
}

struct lines {
    kith_line line;
    void *ctx;
};

static bool pass_on(void *ctx, const struct kith_muxrpc_event *e) {
    const struct lines *l = ctx;
    char *text = kith_strdup(e->body);
    int more = l->line(l->ctx, text, e->body.len);
    kith_free(text);
    return more != 0;
}

int kith_each(struct kith *k, const char *method, const char *args, kith_line line, void *ctx) {
    struct lines l = {line, ctx};
    int err = check_call(k, method, args);
    if (err)
        return err;
    return settle(k, client_source(k->client, method, kith_bytes_str(args ? args : "[]"), pass_on, &l));
}

static int list(struct kith *k, const char *method, const char *person, unsigned limit, kith_line line, void *ctx) {
    struct kith_buf args = {0};
    int err;
    kith_buf_put_str(&args, "[{\"limit\":");
    kith_buf_put_int(&args, limit ? (int64_t)limit : -1);
    if (person) {
        kith_buf_put_str(&args, ",\"person\":");
        kith_json_put_string(&args, kith_bytes_str(person));
    }
    kith_buf_put_str(&args, "}]");
    kith_buf_put_u8(&args, 0);
    err = kith_each(k, method, (const char *)args.p, line, ctx);
    kith_buf_wipe(&args);
    return err;
}

int kith_feed(struct kith *k, unsigned limit, kith_line line, void *ctx) {
    return list(k, "feed", NULL, limit, line, ctx);
}

int kith_wall(struct kith *k, const char *person, unsigned limit, kith_line line, void *ctx) {
    return list(k, "wall", person, limit, line, ctx);
}

int kith_inbox(struct kith *k, unsigned limit, kith_line line, void *ctx) {
    return list(k, "inbox", NULL, limit, line, ctx);
}

static int publish(struct kith *k, struct kith_bytes content, char id[KITH_ID_SIZE]) {
    struct kith_buf args = {0}, reply = {0};
    struct kith_json doc = {0};
    struct kith_bytes key;
    int err;
    kith_buf_put_u8(&args, '[');
    kith_buf_put_bytes(&args, content);
    kith_buf_put_u8(&args, ']');
    err = client_call(k->client, "publish", kith_buf_bytes(&args), &reply);
    if (!err)
        err = kith_json_parse(&doc, kith_buf_bytes(&reply), SIZE_MAX);
    if (!err && id) {
        key = kith_json_str(&doc, kith_json_get(&doc, 0, "key"));
        snprintf(id, KITH_ID_SIZE, "%.*s", (int)key.len, key.p);
    }
    kith_json_wipe(&doc);
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    return settle(k, err);
}

int kith_publish_json(struct kith *k, const char *content, char id[KITH_ID_SIZE]) {
    struct kith_json doc = {0};
    int err = kith_json_parse(&doc, kith_bytes_str(content), SIZE_MAX);
    kith_json_wipe(&doc);
    if (err)
        return refuse(k, "the content is no JSON");
    return publish(k, kith_bytes_str(content), id);
}

int kith_post(struct kith *k, const char *text, char id[KITH_ID_SIZE]) {
    struct kith_post post = {.text = kith_bytes_str(text)};
    struct kith_buf content = {0};
    int err;
    kith_content_post(&content, &post);
    err = publish(k, kith_buf_bytes(&content), id);
    kith_buf_wipe(&content);
    return err;
}

int kith_follow(struct kith *k, const char *id) {
    struct kith_contact contact = {.following = KITH_SAID_YES};
    struct kith_buf content = {0};
    int err = kith_feed_id_parse(kith_bytes_str(id), &contact.contact);
    if (err)
        return refuse(k, "that is no id of a person: they look like @….ed25519");
    kith_content_contact(&content, &contact);
    err = publish(k, kith_buf_bytes(&content), NULL);
    kith_buf_wipe(&content);
    return err;
}
