/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "audience.h"
#include "commands.h"
#include "feed/content.h"
#include "publishing.h"
#include "restoring.h"
#include "show.h"
#include "words.h"

static void print_id(struct app *a) {
    char id[KITH_FEED_ID_LEN];
    kith_feed_id_write(id, &a->home.keys.pub);
    if (a->json)
        printf("{\"id\":\"%.*s\",\"home\":", (int)sizeof id, id);
    else
        printf("%.*s\n", (int)sizeof id, id);
    if (a->json) {
        struct kith_buf dir = {0};
        kith_json_put_string(&dir, kith_bytes_str(a->home.dir));
        printf("%.*s}\n", (int)dir.len, dir.p);
        kith_buf_wipe(&dir);
    }
}

int cmd_init(struct app *a) {
    const char *name = app_option(a, "--name"), *words_file = app_option(a, "--words-file");
    bool words = app_flag(a, "--words") || words_file;
    int err, code = APP_OK;
    if (!app_words(a, 0, 0))
        return APP_USAGE;
    if (words && name)
        return app_refuse(a, APP_USAGE, "usage", "whoever has recovery words has a name already: kith profile --name, once your friends "
                                                 "have shown how far your feed had got");
    if (words && !a->home.has_identity) {
        code = restoring_words(a, words_file);
        if (!code)
            print_id(a);
        return code;
    }
    err = home_init(&a->home);
    if (err == KITH_ERR_EXISTS)
        return app_fail(a, err, "this home has an identity");
    if (err)
        return app_fail(a, err, a->home.dir);
    app_note(a, "Your key and everything that you write lie in %s.", a->home.dir);
    if (name) {
        struct kith_about about = {.about = a->home.keys.pub, .name = kith_bytes_str(name)};
        struct kith_buf content = {0};
        kith_content_about(&content, &about);
        code = publishing_send(a, kith_buf_bytes(&content), PUBLISHING_SILENT);
        kith_buf_wipe(&content);
    }
    print_id(a);
    app_note(a, "Next: kith post 'Hello, world', and kith serve so that friends can reach you.");
    return code;
}

int cmd_id(struct app *a) {
    if (!app_words(a, 0, 0))
        return APP_USAGE;
    if (!a->home.has_identity)
        return app_no_identity(a);
    print_id(a);
    return APP_OK;
}

/* A picture whose key only friends are given; what was public until now stays so for others. */
static int set_sealed_image(struct app *a, const char *image) {
    struct kith_about about = {.about = a->home.keys.pub};
    struct audience friends;
    struct kith_attachment file;
    struct kith_buf content = {0};
    int code = audience_read(a, NULL, false, NULL, &friends);
    if (!code)
        code = audience_tell(a, &friends, NULL);
    if (!code)
        code = publishing_attach(a, image, true, &file);
    if (!code) {
        kith_content_about(&content, &about);
        content.len--; /* the closing brace */
        kith_buf_put_str(&content, ",\"image\":\"");
        kith_ref_put(&content, &file.blob);
        kith_buf_put_str(&content, "\"}");
        code = audience_publish(a, &friends, kith_buf_bytes(&content));
        kith_wipe(content.p, content.len);
    }
    kith_buf_wipe(&content);
    return code;
}

static int set_profile(struct app *a, const char *name, const char *description, const char *image) {
    struct kith_about about = {
        .about = a->home.keys.pub, .name = kith_bytes_str(name), .description = kith_bytes_str(description)};
    struct kith_blobid blob;
    struct kith_attachment file;
    struct kith_buf content = {0};
    int code = APP_OK;
    if (image) {
        code = publishing_attach(a, image, false, &file);
        blob.hash = file.blob.bytes;
        about.image = &blob;
    }
    if (!code) {
        kith_content_about(&content, &about);
        code = publishing_send(a, kith_buf_bytes(&content), PUBLISHING_PUBLIC);
    }
    kith_buf_wipe(&content);
    return code;
}

int cmd_profile(struct app *a) {
    const char *name = app_option(a, "--name"), *description = app_option(a, "--description"),
               *image = app_option(a, "--image");
    bool friends = app_flag(a, "--friends");
    struct kith_pubkey who = a->home.keys.pub;
    struct kith_buf args = {0}, reply = {0};
    int code;
    if (!app_words(a, 0, 1))
        return APP_USAGE;
    if (friends && (!image || name || description))
        return app_refuse(a, APP_USAGE, "usage", "--friends goes with --image alone: name and description are public");
    code = app_connect(a);
    if (!code && friends)
        return set_sealed_image(a, image);
    if (!code && (name || description || image))
        return set_profile(a, name, description, image);
    if (!code && a->argc)
        code = words_person(a, a->argv[0], &who);
    if (!code) {
        kith_buf_put_str(&args, "[\"");
        kith_feed_id_put(&args, &who);
        kith_buf_put_str(&args, "\"]");
        code = app_call(a, "people.get", kith_buf_bytes(&args), &reply);
    }
    if (!code)
        show_person(a, kith_buf_bytes(&reply));
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    return code;
}
