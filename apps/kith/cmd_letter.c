/* SPDX-License-Identifier: MIT */
/* cmd_letter.c: inviting somebody by a plain mail, who may never have heard of kith. */
#include "cmd_letter.h"

#include <stdio.h>
#include <stdlib.h>

#include "drivers/mail_plain.h"

#define SETTINGS_MAX 65536
#define PAGE_MAX 300

/* The name comes from what we say of ourselves, the words from the command line: neither may end a line of the mail's head,
 * and both stand in its body only. */
static void write_letter(struct kith_buf *out, const char *name, const char *code, const char *text, const char *to, const char *page) {
    kith_buf_put_str(out, "Hello,\n\n");
    kith_buf_put_str(out, *name ? name : "somebody who knows your address");
    kith_buf_put_str(out, " invites you to kith, a social network without a server in the middle:\n"
                          "walls, photos and messages that lie on your own machine and go to your friends,\n"
                          "sealed, by whatever road there is, by mail for example.\n\n");
    if (text) {
        kith_buf_put_str(out, text);
        kith_buf_put_str(out, "\n\n");
    }
    if (page[0]) {
        kith_buf_put_str(out, "To accept it in a browser, with nothing to install, open\n\n    ");
        kith_buf_put_str(out, page);
        kith_buf_put_str(out, "/#/i/");
        kith_buf_put_str(out, code);
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

static bool has_inbox(const struct kith_json *doc) {
    uint32_t roads = kith_json_get(doc, kith_json_get(doc, 0, "profile"), "roads");
    for (uint32_t i = kith_json_first(doc, roads); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        if (kith_bytes_starts(kith_json_str(doc, i), "http:") || kith_bytes_starts(kith_json_str(doc, i), "https:"))
            return true;
    }
    return false;
}

/* The page on which the invite can be used (--page, or invite.page in roads.conf), without the last '/'; "": there is none, or it could not go where
 * our roads lead. False: that is no such address. */
static bool find_page(const char *given, const char *settings, const struct kith_json *doc, char *page, size_t size) {
    const struct kith_carrier_way way = {.settings = settings};
    size_t len;
    if (given)
        snprintf(page, size, "%s", given);
    else if (!kith_carrier_setting(&way, "invite.page", page, size))
        page[0] = 0;
    len = strlen(page);
    if (len && ((strncmp(page, "https://", 8) != 0 && strncmp(page, "http://", 7) != 0) || strcspn(page, " \t\r\n<>\"#") != len || len + 1 == size))
        return false;
    if (len && page[len - 1] == '/')
        page[len - 1] = 0;
    if (!has_inbox(doc))
        page[0] = 0;
    return true;
}

static int send_letter(struct app *a, const char *settings, const char *to, const char *letter) {
    char why[KITH_CARRIER_WORD];
    bool sent;
    kith_carrier_start();
    sent = kith_mail_plain(settings, to, "An invitation to kith", letter, why);
    return sent ? APP_OK : app_refuse(a, APP_FAILED, "net", "the mail was not sent: %s", why);
}

struct wanted {
    const char *text, *page; /* NULL: not given */
    bool print;
};

/* Writes the letter to the invite of the reply, and sends or prints it. */
static int write_and_send(struct app *a, const struct kith_json *doc, const char *settings, const struct wanted *w) {
    struct kith_buf letter = {0};
    char page[PAGE_MAX], *invite, *name;
    int code = APP_OK;
    if (!find_page(w->page, settings, doc, page, sizeof page))
        return app_refuse(a, APP_USAGE, "arg", "a page looks like https://HOST/");
    invite = text_of(doc, kith_json_get(doc, 0, "code"));
    name = text_of(doc, kith_json_get(doc, kith_json_get(doc, 0, "profile"), "name"));
    write_letter(&letter, name, invite, w->text, a->argv[0], page);
    kith_buf_put_u8(&letter, 0);
    if (w->print && !a->json)
        fputs((const char *)letter.p, stdout);
    if (!w->print)
        code = send_letter(a, settings, a->argv[0], (const char *)letter.p);
    kith_free(invite);
    kith_free(name);
    kith_buf_wipe(&letter);
    return code;
}

int letter_mail(struct app *a) {
    const struct wanted w = {app_option(a, "--text"), app_option(a, "--page"), app_flag(a, "--print")};
    struct kith_buf reply = {0};
    struct kith_json doc = {0};
    char *settings;
    int code;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    code = app_call(a, "friends.invite", KITH_LIT("[]"), &reply);
    if (!code && !kith_json_parse(&doc, kith_buf_bytes(&reply), SIZE_MAX)) {
        if (a->json)
            app_print(kith_buf_bytes(&reply));
        settings = read_settings(a);
        code = write_and_send(a, &doc, settings, &w);
        kith_wipe(settings, SETTINGS_MAX);
        kith_free(settings);
    }
    kith_json_wipe(&doc);
    kith_buf_wipe(&reply);
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
