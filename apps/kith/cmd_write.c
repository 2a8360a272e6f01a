/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "audience.h"
#include "commands.h"
#include "publishing.h"
#include "target.h"
#include "words.h"

#define FILES_MAX 16

static struct kith_bytes text_or_null(const char *s) {
    return s ? kith_bytes_str(s) : (struct kith_bytes){0};
}

struct files {
    const char *paths[FILES_MAX];
    struct kith_attachment all[FILES_MAX];
    size_t count;
};

/* --file PATH, as often as wanted: taken out of the words first, put into the blobs once all else is
 * known to be right. */
static int take_files(struct app *a, struct files *f) {
    const char *path;
    f->count = 0;
    while ((path = app_option(a, "--file"))) {
        if (f->count == FILES_MAX)
            return app_refuse(a, APP_USAGE, "usage", "at most %d files go with one message", FILES_MAX);
        f->paths[f->count++] = path;
    }
    return APP_OK;
}

static int attach(struct app *a, struct files *f, bool sealed, struct kith_post *post) {
    int code = APP_OK;
    for (size_t i = 0; !code && i < f->count; i++)
        code = publishing_attach(a, f->paths[i], sealed, &f->all[i]);
    post->attachments = f->all;
    post->attachment_count = f->count;
    return code;
}

int cmd_post(struct app *a) {
    const char *wall = app_option(a, "--wall"), *warning = app_option(a, "--warning"), *to = app_option(a, "--to");
    bool is_public = app_flag(a, "--public");
    struct kith_post post = {.content_warning = text_or_null(warning)};
    struct audience audience;
    struct files files;
    struct kith_pubkey owner;
    struct kith_buf text = {0}, content = {0};
    int code = take_files(a, &files);
    if (!code && !app_words(a, 1, -1))
        return APP_USAGE;
    if (!code)
        code = app_text(a, 0, &text);
    if (!code && wall)
        code = words_person(a, wall, &owner);
    post.wall = wall && !code && !kith_pubkey_eq(&owner, &a->home.keys.pub) ? &owner : NULL;
    if (!code)
        code = audience_read(a, to, is_public, post.wall, &audience);
    if (!code)
        code = attach(a, &files, audience.kind != AUDIENCE_PUBLIC, &post);
    if (!code)
        code = audience_tell(a, &audience, post.wall);
    if (!code) {
        post.text = kith_buf_bytes(&text);
        post.recps = (struct kith_recps){audience.people, audience.people_count};
        kith_content_post(&content, &post);
        code = audience_publish(a, &audience, kith_buf_bytes(&content));
    }
    kith_wipe(text.p, text.len);
    kith_buf_wipe(&text);
    kith_buf_wipe(&content);
    return code;
}

int cmd_reply(struct app *a) {
    const char *warning = app_option(a, "--warning");
    struct kith_post post = {.content_warning = text_or_null(warning)};
    struct files files;
    struct target target;
    struct kith_buf text = {0}, content = {0};
    int code = take_files(a, &files);
    if (!code && !app_words(a, 2, -1))
        return APP_USAGE;
    if (!code)
        code = app_text(a, 1, &text);
    if (!code)
        code = target_find(a, a->argv[0], &target);
    if (!code)
        code = attach(a, &files, target.is_private || target.circle[0], &post);
    if (!code) {
        post.text = kith_buf_bytes(&text);
        post.root = &target.root;
        post.branch = &target.id;
        post.branch_count = 1;
        post.recps = target_recps(&target);
        kith_content_post(&content, &post);
        code = target_publish(a, &target, kith_buf_bytes(&content));
    }
    kith_wipe(text.p, text.len);
    kith_buf_wipe(&text);
    kith_buf_wipe(&content);
    return code;
}

int cmd_like(struct app *a) {
    bool undo = app_flag(a, "--undo");
    struct target target;
    struct kith_buf content = {0};
    int code;
    if (!app_words(a, 1, 2))
        return APP_USAGE;
    code = target_find(a, a->argv[0], &target);
    if (code)
        return code;
    kith_content_vote(&content, &target.id, undo ? 0 : 1, kith_bytes_str(a->argc > 1 ? a->argv[1] : undo ? "Unlike" : "Like"),
                      target_recps(&target));
    code = target_publish(a, &target, kith_buf_bytes(&content));
    kith_buf_wipe(&content);
    return code;
}

int cmd_share(struct app *a) {
    struct target target;
    struct kith_buf text = {0}, content = {0};
    int code;
    if (!app_words(a, 1, -1))
        return APP_USAGE;
    code = a->argc > 1 ? app_text(a, 1, &text) : APP_OK;
    if (!code)
        code = target_find(a, a->argv[0], &target);
    if (!code && (target.is_private || target.circle[0]))
        code = app_refuse(a, APP_FAILED, "denied", "what was not said in public is not shared on a wall");
    if (!code) {
        kith_content_share(&content, &target.id, kith_buf_bytes(&text));
        code = publishing_send(a, kith_buf_bytes(&content), PUBLISHING_PUBLIC);
    }
    kith_buf_wipe(&text);
    kith_buf_wipe(&content);
    return code;
}

/* What only the author of a message may say of it. */
static int own_message(struct app *a, struct target *target) {
    int code = target_find(a, a->argv[0], target);
    if (!code && !kith_pubkey_eq(&target->author, &a->home.keys.pub))
        code = app_refuse(a, APP_FAILED, "denied", "that message is not yours");
    return code;
}

int cmd_edit(struct app *a) {
    struct target target;
    struct kith_buf text = {0}, content = {0};
    int code;
    if (!app_words(a, 2, -1))
        return APP_USAGE;
    code = app_text(a, 1, &text);
    if (!code)
        code = own_message(a, &target);
    if (!code) {
        kith_content_edit(&content, &target.id, kith_buf_bytes(&text), target_recps(&target));
        code = target_publish(a, &target, kith_buf_bytes(&content));
    }
    kith_wipe(text.p, text.len);
    kith_buf_wipe(&text);
    kith_buf_wipe(&content);
    return code;
}

int cmd_retract(struct app *a) {
    struct target target;
    struct kith_buf content = {0};
    int code;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    code = own_message(a, &target);
    if (code)
        return code;
    kith_content_retract(&content, &target.id, target_recps(&target));
    code = target_publish(a, &target, kith_buf_bytes(&content));
    kith_buf_wipe(&content);
    return code;
}

/* What only the owner of a wall may say of a post on it. */
static int decide(struct app *a, bool is_accepted) {
    struct target target;
    struct kith_buf content = {0};
    int code;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    code = target_find(a, a->argv[0], &target);
    if (!code && !kith_pubkey_eq(&target.wall, &a->home.keys.pub))
        code = app_refuse(a, APP_FAILED, "denied", "that message does not stand on your wall");
    if (code)
        return code;
    kith_content_wall(&content, &target.id, is_accepted);
    code = target_publish(a, &target, kith_buf_bytes(&content));
    kith_buf_wipe(&content);
    return code;
}

int cmd_accept(struct app *a) {
    return decide(a, true);
}

int cmd_remove(struct app *a) {
    return decide(a, false);
}

int cmd_message(struct app *a) {
    struct files files;
    struct kith_pubkey people[KITH_BOX1_MAX_RECIPIENTS];
    struct kith_post post = {.recps = {people, 0}};
    struct kith_buf text = {0}, content = {0};
    int code = take_files(a, &files);
    if (!code && !app_words(a, 2, -1))
        return APP_USAGE;
    if (!code)
        code = audience_people(a, a->argv[0], people, &post.recps.count);
    if (!code)
        code = app_text(a, 1, &text);
    if (!code)
        code = attach(a, &files, true, &post);
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
