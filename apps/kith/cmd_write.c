/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "commands.h"
#include "feed/box1.h"
#include "publishing.h"
#include "words.h"

#define FILES_MAX 16

static struct kith_bytes text_or_null(const char *s) {
    return s ? kith_bytes_str(s) : (struct kith_bytes){0};
}

/* --file PATH, as often as wanted. */
static int attach_all(struct app *a, bool sealed, struct kith_attachment *files, size_t *count) {
    const char *path;
    int code = APP_OK;
    *count = 0;
    while (!code && (path = app_option(a, "--file"))) {
        if (*count == FILES_MAX) {
            fprintf(stderr, "kith: at most %d files go with one message\n", FILES_MAX);
            return APP_USAGE;
        }
        code = publishing_attach(a, path, sealed, &files[(*count)++]);
    }
    return code;
}

int cmd_post(struct app *a) {
    const char *wall = app_option(a, "--wall"), *warning = app_option(a, "--warning");
    struct kith_attachment files[FILES_MAX];
    struct kith_post post = {.content_warning = text_or_null(warning), .attachments = files};
    struct kith_pubkey owner;
    struct kith_buf text = {0}, content = {0};
    int code = attach_all(a, false, files, &post.attachment_count);
    if (!code && !app_words(a, 1, -1))
        return APP_USAGE;
    if (!code)
        code = app_text(a, 0, &text);
    if (!code && wall)
        code = words_person(a, wall, &owner);
    if (!code) {
        post.wall = wall && !kith_pubkey_eq(&owner, &a->home.keys.pub) ? &owner : NULL;
        post.text = kith_buf_bytes(&text);
        kith_content_post(&content, &post);
        code = publishing_send(a, kith_buf_bytes(&content), PUBLISHING_PUBLIC);
    }
    kith_buf_wipe(&text);
    kith_buf_wipe(&content);
    return code;
}

/* Where an answer goes: the root of the thread that the message is in. */
static int thread_of(struct app *a, const struct kith_msgid *message, struct kith_msgid *root) {
    struct kith_buf args = {0}, reply = {0};
    struct kith_json doc = {0};
    int code;
    kith_buf_put_str(&args, "[{\"id\":\"");
    kith_msgid_put(&args, message);
    kith_buf_put_str(&args, "\",\"private\":true}]");
    code = app_call(a, "get", kith_buf_bytes(&args), &reply);
    *root = *message;
    if (!code && !kith_json_parse(&doc, kith_buf_bytes(&reply), SIZE_MAX)) {
        uint32_t content = kith_json_get(&doc, 0, "content");
        struct kith_msgid up;
        if (!kith_msgid_parse(kith_json_str(&doc, kith_json_get(&doc, content, "root")), &up))
            *root = up;
    }
    kith_json_wipe(&doc);
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    return code;
}

int cmd_reply(struct app *a) {
    const char *warning = app_option(a, "--warning");
    struct kith_attachment files[FILES_MAX];
    struct kith_post post = {.content_warning = text_or_null(warning), .attachments = files};
    struct kith_msgid message, root;
    struct kith_buf text = {0}, content = {0};
    int code = attach_all(a, false, files, &post.attachment_count);
    if (!code && !app_words(a, 2, -1))
        return APP_USAGE;
    if (!code)
        code = words_message(a, a->argv[0], &message);
    if (!code)
        code = app_text(a, 1, &text);
    if (!code)
        code = thread_of(a, &message, &root);
    if (!code) {
        post.text = kith_buf_bytes(&text);
        post.root = &root;
        post.branch = &message;
        post.branch_count = 1;
        kith_content_post(&content, &post);
        code = publishing_send(a, kith_buf_bytes(&content), PUBLISHING_PUBLIC);
    }
    kith_buf_wipe(&text);
    kith_buf_wipe(&content);
    return code;
}

int cmd_like(struct app *a) {
    bool undo = app_flag(a, "--undo");
    struct kith_msgid message;
    struct kith_buf content = {0};
    int code;
    if (!app_words(a, 1, 2))
        return APP_USAGE;
    code = words_message(a, a->argv[0], &message);
    if (code)
        return code;
    kith_content_vote(&content, &message, undo ? 0 : 1, kith_bytes_str(a->argc > 1 ? a->argv[1] : undo ? "Unlike" : "Like"),
                      (struct kith_recps){0});
    code = publishing_send(a, kith_buf_bytes(&content), PUBLISHING_PUBLIC);
    kith_buf_wipe(&content);
    return code;
}

/* The commands that are a message id and perhaps a text. */
static int about_message(struct app *a, int max, bool needs_text,
                         void (*write)(struct kith_buf *out, const struct kith_msgid *id, struct kith_bytes text)) {
    struct kith_msgid message;
    struct kith_buf text = {0}, content = {0};
    int code;
    if (!app_words(a, needs_text ? 2 : 1, max))
        return APP_USAGE;
    code = words_message(a, a->argv[0], &message);
    if (!code && a->argc > 1)
        code = app_text(a, 1, &text);
    if (!code) {
        write(&content, &message, kith_buf_bytes(&text));
        code = publishing_send(a, kith_buf_bytes(&content), PUBLISHING_PUBLIC);
    }
    kith_buf_wipe(&text);
    kith_buf_wipe(&content);
    return code;
}

int cmd_share(struct app *a) {
    return about_message(a, -1, false, kith_content_share);
}

static void write_edit(struct kith_buf *out, const struct kith_msgid *id, struct kith_bytes text) {
    kith_content_edit(out, id, text, (struct kith_recps){0});
}

int cmd_edit(struct app *a) {
    return about_message(a, -1, true, write_edit);
}

static void write_retract(struct kith_buf *out, const struct kith_msgid *id, struct kith_bytes text) {
    (void)text;
    kith_content_retract(out, id, (struct kith_recps){0});
}

int cmd_retract(struct app *a) {
    return about_message(a, 1, false, write_retract);
}

static void write_accept(struct kith_buf *out, const struct kith_msgid *id, struct kith_bytes text) {
    (void)text;
    kith_content_wall(out, id, true);
}

int cmd_accept(struct app *a) {
    return about_message(a, 1, false, write_accept);
}

static void write_remove(struct kith_buf *out, const struct kith_msgid *id, struct kith_bytes text) {
    (void)text;
    kith_content_wall(out, id, false);
}

int cmd_remove(struct app *a) {
    return about_message(a, 1, false, write_remove);
}

/* WHO may be several, with commas; we are always among them, else we could not read our own words. */
static int people_of(struct app *a, char *list, struct kith_pubkey *people, size_t *count) {
    int code = APP_OK;
    people[0] = a->home.keys.pub;
    *count = 1;
    for (char *word = strtok(list, ","); word && !code; word = strtok(NULL, ",")) {
        if (*count == KITH_BOX1_MAX_RECIPIENTS) {
            fprintf(stderr, "kith: a private message goes to at most %d people besides you\n", KITH_BOX1_MAX_RECIPIENTS - 1);
            return APP_USAGE;
        }
        code = words_person(a, word, &people[*count]);
        if (!code && !kith_pubkey_eq(&people[*count], &people[0]))
            (*count)++;
    }
    return code;
}

int cmd_message(struct app *a) {
    struct kith_attachment files[FILES_MAX];
    struct kith_pubkey people[KITH_BOX1_MAX_RECIPIENTS];
    struct kith_post post = {.attachments = files, .recps = {people, 0}};
    struct kith_buf text = {0}, content = {0};
    int code = attach_all(a, true, files, &post.attachment_count);
    if (!code && !app_words(a, 2, -1))
        return APP_USAGE;
    if (!code)
        code = people_of(a, a->argv[0], people, &post.recps.count);
    if (!code)
        code = app_text(a, 1, &text);
    if (!code) {
        post.text = kith_buf_bytes(&text);
        kith_content_post(&content, &post);
        app_note(a, "Private: only %s can read this; how many they are, everybody sees.",
                 post.recps.count > 1 ? "you and the people named" : "you");
        code = publishing_send_private(a, kith_buf_bytes(&content), people, post.recps.count);
    }
    kith_wipe(text.p, text.len);
    kith_buf_wipe(&text);
    kith_buf_wipe(&content);
    return code;
}
