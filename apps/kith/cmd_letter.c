/* SPDX-License-Identifier: MIT */
/* cmd_letter.c: inviting somebody by a plain mail, who may never have heard of kith. */
#include "cmd_letter.h"

#include <stdio.h>
#include <stdlib.h>

#include "drivers/mail_plain.h"

#define SETTINGS_MAX 65536

/* The name comes from what we say of ourselves, the words from the command line: neither may end a line of the mail's head,
 * and both stand in its body only. */
static void write_letter(struct kith_buf *out, const char *name, const char *code, const char *text, const char *to) {
    kith_buf_put_str(out, "Hello,\n\n");
    kith_buf_put_str(out, *name ? name : "somebody who knows your address");
    kith_buf_put_str(out, " invites you to kith, a social network without a server in the middle:\n"
                          "walls, photos and messages that lie on your own machine and go to your friends,\n"
                          "sealed, by whatever road there is, by mail for example.\n\n");
    if (text) {
        kith_buf_put_str(out, text);
        kith_buf_put_str(out, "\n\n");
    }
    kith_buf_put_str(out, "If you have kith, or once you have it, say\n\n    kith init --name YOUR-NAME\n    kith road listen mailto:");
    kith_buf_put_str(out, to);
    kith_buf_put_str(out, "\n    kith invite use ");
    kith_buf_put_str(out, code);
    kith_buf_put_str(out, "\n\nand keep kith serve running. \"kith help road\" tells how it gets at your mail.\n\n"
                          "The invite works once, for whoever uses it first. Nothing else here is secret. If\n"
                          "you do not want it, delete this mail; nobody is told.\n");
}

static char *text_of(const struct kith_json *doc, uint32_t node) {
    struct kith_buf text = {0};
    char *copy;
    kith_json_unescape(&text, kith_json_str(doc, node));
    copy = kith_strdup(kith_buf_bytes(&text));
    kith_buf_wipe(&text);
    return copy;
}

static char *read_settings(const struct app *a) {
    char path[HOME_PATH_MAX + 64], *text = kith_alloc(SETTINGS_MAX);
    FILE *f;
    home_path(&a->home, "roads.conf", path, sizeof path);
    f = fopen(path, "re");
    if (f) {
        (void)!fread(text, 1, SETTINGS_MAX - 1, f);
        fclose(f);
    }
    return text;
}

static int send_letter(struct app *a, const char *to, const char *letter) {
    char why[KITH_CARRIER_WORD], *settings = read_settings(a);
    bool sent;
    kith_carrier_start();
    sent = kith_mail_plain(settings, to, "An invitation to kith", letter, why);
    kith_wipe(settings, SETTINGS_MAX);
    kith_free(settings);
    return sent ? APP_OK : app_refuse(a, APP_FAILED, "net", "the mail was not sent: %s", why);
}

int letter_mail(struct app *a) {
    const char *text = app_option(a, "--text");
    bool print = app_flag(a, "--print");
    struct kith_buf reply = {0}, letter = {0};
    struct kith_json doc = {0};
    int code;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    code = app_call(a, "friends.invite", KITH_LIT("[]"), &reply);
    if (!code && !kith_json_parse(&doc, kith_buf_bytes(&reply), SIZE_MAX)) {
        char *invite = text_of(&doc, kith_json_get(&doc, 0, "code"));
        char *name = text_of(&doc, kith_json_get(&doc, kith_json_get(&doc, 0, "profile"), "name"));
        write_letter(&letter, name, invite, text, a->argv[0]);
        kith_buf_put_u8(&letter, 0);
        if (a->json)
            app_print(kith_buf_bytes(&reply));
        else if (print)
            fputs((const char *)letter.p, stdout);
        if (!print)
            code = send_letter(a, a->argv[0], (const char *)letter.p);
        kith_free(invite);
        kith_free(name);
    }
    kith_json_wipe(&doc);
    kith_buf_wipe(&reply);
    kith_buf_wipe(&letter);
    return code;
}

int letter_use(struct app *a) {
    struct kith_buf args = {0}, reply = {0};
    int code;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    app_note(a, "Public: using an invite says that you follow whoever made it.");
    kith_buf_put_u8(&args, '[');
    kith_json_put_string(&args, kith_bytes_str(a->argv[0]));
    kith_buf_put_u8(&args, ']');
    code = app_call(a, "friends.join", kith_buf_bytes(&args), &reply);
    if (!code && a->json)
        app_print(kith_buf_bytes(&reply));
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    return code;
}
