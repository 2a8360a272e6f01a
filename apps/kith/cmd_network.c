/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "cmd_letter.h"
#include "commands.h"
#include "show.h"
#include "words.h"

static int simple(struct app *a, const char *method, struct kith_bytes args, void (*show)(struct app *a, struct kith_bytes json)) {
    struct kith_buf reply = {0};
    int code = app_call(a, method, args, &reply);
    if (!code && show)
        show(a, kith_buf_bytes(&reply));
    else if (!code && a->json)
        app_print(kith_buf_bytes(&reply));
    kith_buf_wipe(&reply);
    return code;
}

int cmd_peers(struct app *a) {
    if (!app_words(a, 0, 0))
        return APP_USAGE;
    return simple(a, "conn.peers", KITH_LIT("[]"), show_peers);
}

int cmd_status(struct app *a) {
    bool insist = app_flag(a, "--insist");
    int code = APP_OK;
    if (!app_words(a, 0, 0))
        return APP_USAGE;
    if (insist)
        code = simple(a, "control.insist", KITH_LIT("[]"), NULL);
    return code ? code : simple(a, "status", KITH_LIT("[]"), show_status);
}

static void quoted(struct kith_buf *args, const char *text) {
    kith_buf_put_u8(args, '[');
    kith_json_put_string(args, kith_bytes_str(text));
    kith_buf_put_u8(args, ']');
}

int cmd_connect(struct app *a) {
    bool forget = app_flag(a, "--forget");
    struct kith_buf args = {0};
    int code;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    quoted(&args, a->argv[0]);
    code = simple(a, forget ? "conn.forget" : "conn.connect", kith_buf_bytes(&args), NULL);
    kith_buf_wipe(&args);
    if (!code && !forget && !client_is_daemon(a->client))
        app_note(a, "The address is kept; kith serve will dial it.");
    return code;
}

int cmd_disconnect(struct app *a) {
    struct kith_pubkey who;
    struct kith_buf args = {0};
    int code;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    code = words_person(a, a->argv[0], &who);
    kith_buf_put_str(&args, "[\"");
    kith_feed_id_put(&args, &who);
    kith_buf_put_str(&args, "\"]");
    if (!code)
        code = simple(a, "conn.disconnect", kith_buf_bytes(&args), NULL);
    kith_buf_wipe(&args);
    return code;
}

int cmd_stop(struct app *a) {
    int code;
    if (!app_words(a, 0, 0))
        return APP_USAGE;
    code = app_connect(a);
    if (code)
        return code;
    if (!client_is_daemon(a->client))
        return app_refuse(a, APP_NO_DAEMON, "no_daemon", "no daemon runs on %s", a->home.dir);
    return simple(a, "control.stop", KITH_LIT("[]"), NULL);
}

static int invite_create(struct app *a) {
    long uses = app_number(a, "--uses", 1);
    const char *address = app_option(a, "--address");
    struct kith_buf args = {0}, reply = {0};
    struct kith_json doc = {0};
    int code;
    if (!app_words(a, 0, 0))
        return APP_USAGE;
    kith_buf_put_str(&args, "[{\"uses\":");
    kith_buf_put_int(&args, uses);
    if (address) {
        kith_buf_put_str(&args, ",\"address\":");
        kith_json_put_string(&args, kith_bytes_str(address));
    }
    kith_buf_put_str(&args, "}]");
    code = app_call(a, "invite.create", kith_buf_bytes(&args), &reply);
    if (!code && !kith_json_parse(&doc, kith_buf_bytes(&reply), SIZE_MAX)) {
        struct kith_bytes text = kith_json_str(&doc, 0);
        if (a->json)
            printf("{\"invite\":\"%.*s\",\"uses\":%ld}\n", (int)text.len, text.p, uses);
        else
            printf("%.*s\n", (int)text.len, text.p);
    }
    kith_json_wipe(&doc);
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    return code;
}

static int invite_use(struct app *a) {
    struct kith_buf args = {0};
    int code;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    quoted(&args, a->argv[0]);
    code = app_connect_online(a);
    if (!code)
        app_note(a, "Public: using an invite says that you follow whoever made it, and where they are.");
    if (!code)
        code = simple(a, "invite.accept", kith_buf_bytes(&args), NULL);
    kith_buf_wipe(&args);
    return code;
}

int cmd_invite(struct app *a) {
    const char *verb = a->argc ? a->argv[0] : "";
    if (*verb) {
        a->argc--;
        a->argv++;
    }
    if (!strcmp(verb, "create"))
        return invite_create(a);
    if (!strcmp(verb, "use") && a->argc && strstr(a->argv[0], "#/i/kith1i"))
        a->argv[0] = strstr(a->argv[0], "kith1i"); /* the link of a mail */
    if (!strcmp(verb, "use") && a->argc && !strncmp(a->argv[0], "kith1i", 6))
        return letter_use(a);
    if (!strcmp(verb, "use"))
        return invite_use(a);
    if (!strcmp(verb, "mail"))
        return letter_mail(a);
    return app_refuse(a, APP_USAGE, "usage", "invite takes: %s", a->command->args);
}
