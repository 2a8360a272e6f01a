/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app.h"
#include "commands.h"
#include "crypto/crypto.h"

/* ---- options and words ---- */

static void take(struct app *a, int at, int count) {
    memmove(a->argv + at, a->argv + at + count, (size_t)(a->argc - at - count + 1) * sizeof *a->argv);
    a->argc -= count;
}

/* Where the option stands; words after "--" are never options. */
static int find(const struct app *a, const char *name) {
    for (int i = 0; i < a->argc && strcmp(a->argv[i], "--"); i++) {
        if (!strcmp(a->argv[i], name))
            return i;
    }
    return -1;
}

const char *app_option(struct app *a, const char *name) {
    size_t len = strlen(name);
    const char *value;
    int at = find(a, name);
    for (int i = 0; at < 0 && i < a->argc && strcmp(a->argv[i], "--"); i++) {
        if (!strncmp(a->argv[i], name, len) && a->argv[i][len] == '=') {
            value = a->argv[i] + len + 1;
            take(a, i, 1);
            return value;
        }
    }
    if (at < 0 || at + 1 >= a->argc)
        return NULL; /* without its value it stays, and app_words complains about it */
    value = a->argv[at + 1];
    take(a, at, 2);
    return value;
}

bool app_flag(struct app *a, const char *name) {
    int at = find(a, name);
    if (at >= 0)
        take(a, at, 1);
    return at >= 0;
}

long app_number(struct app *a, const char *name, long otherwise) {
    const char *text = app_option(a, name);
    char *end;
    long v;
    if (!text)
        return otherwise;
    errno = 0;
    v = strtol(text, &end, 10);
    if (errno || *end || end == text || v < 0) {
        exit(app_refuse(a, APP_USAGE, "usage", "%s takes a number, not “%s”", name, text));
    }
    return v;
}

static int usage(const struct app *a) {
    const struct command *c = a->command;
    fprintf(stderr, "usage: kith %s %s\n", c->name, c->args);
    if (c->example)
        fprintf(stderr, "for example: %s\n", c->example);
    fprintf(stderr, "more: kith help %s\n", c->name);
    return APP_USAGE;
}

bool app_words(struct app *a, int min, int max) {
    for (int i = 0; i < a->argc; i++) {
        if (!strcmp(a->argv[i], "--")) {
            take(a, i, 1);
            break;
        }
        if (!strncmp(a->argv[i], "--", 2)) {
            app_refuse(a, APP_USAGE, "usage", "%s does not know the option %s, or it lacks its value", a->command->name, a->argv[i]);
            usage(a);
            return false;
        }
    }
    if (a->argc >= min && (max < 0 || a->argc <= max))
        return true;
    app_refuse(a, APP_USAGE, "usage", a->argc < min ? "%s lacks a word" : "%s takes fewer words; put quotes round a text",
               a->command->name);
    usage(a);
    return false;
}

int app_text(struct app *a, int from, struct kith_buf *out) {
    char chunk[4096];
    size_t got;
    if (from + 1 == a->argc && !strcmp(a->argv[from], "-")) {
        while ((got = fread(chunk, 1, sizeof chunk, stdin)) > 0 && out->len < 1 << 20)
            kith_buf_put(out, chunk, got);
        while (out->len && out->p[out->len - 1] == '\n')
            out->len--;
    }
    for (int i = from; i < a->argc && strcmp(a->argv[from], "-"); i++) {
        kith_buf_put_str(out, i > from ? " " : "");
        kith_buf_put_str(out, a->argv[i]);
    }
    if (out->len)
        return APP_OK;
    return app_refuse(a, APP_USAGE, "usage", "there is no text");
}

/* ---- saying things ---- */

void app_print(struct kith_bytes json) {
    fwrite(json.p, 1, json.len, stdout);
    fputc('\n', stdout);
}

void app_note(struct app *a, const char *format, ...) {
    va_list list;
    if (a->quiet)
        return;
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
}

static int exit_of(int err) {
    switch (err) {
    case KITH_OK:
        return APP_OK;
    case KITH_ERR_LOCKED:
        return APP_LOCKED;
    case KITH_ERR_NET:
        return APP_NO_DAEMON;
    default:
        return APP_FAILED;
    }
}

static void print_error(const char *code, const char *sentence) {
    struct kith_buf out = {0};
    kith_buf_put_str(&out, "{\"error\":{\"code\":");
    kith_json_put_string(&out, kith_bytes_str(code));
    kith_buf_put_str(&out, ",\"message\":");
    kith_json_put_string(&out, kith_bytes_str(sentence));
    kith_buf_put_str(&out, "}}");
    app_print(kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

int app_refuse(struct app *a, enum app_exit exit, const char *code, const char *format, ...) {
    char sentence[1024];
    va_list list;
    va_start(list, format);
    vsnprintf(sentence, sizeof sentence, format, list);
    va_end(list);
    if (a->json)
        print_error(code, sentence);
    fprintf(stderr, "kith: %s\n", sentence);
    return (int)exit;
}

int app_no_identity(struct app *a) {
    return app_refuse(a, APP_NO_IDENTITY, "no_identity", "there is no identity here yet: kith init --name YOUR-NAME");
}

static int report(struct app *a, int err, const char *what, const char *sentence) {
    if (a->json)
        print_error(kith_err_name(err), sentence);
    if (what)
        fprintf(stderr, "kith: %s: %s\n", what, sentence);
    else
        fprintf(stderr, "kith: %s\n", sentence);
    return exit_of(err);
}

int app_fail(struct app *a, int err, const char *what) {
    return report(a, err, what, kith_err_text(err));
}

int app_failed(struct app *a, int err) {
    return report(a, err, NULL, *client_why(a->client) ? client_why(a->client) : kith_err_text(err));
}

static int connect_node(struct app *a, bool online) {
    int err;
    if (a->client)
        return APP_OK;
    err = client_open(&a->client, &a->home, online, 4);
    if (err == KITH_ERR_NOT_FOUND)
        return app_no_identity(a);
    if (err == KITH_ERR_LOCKED)
        return report(a, err, a->home.dir, "another process holds this store and does not answer");
    return err ? app_fail(a, err, a->home.dir) : APP_OK;
}

int app_connect(struct app *a) {
    return connect_node(a, false);
}

int app_connect_online(struct app *a) {
    return connect_node(a, true);
}

int app_call(struct app *a, const char *method, struct kith_bytes args, struct kith_buf *reply) {
    int code = app_connect(a), err;
    if (code)
        return code;
    err = client_call(a->client, method, args, reply);
    return err ? app_failed(a, err) : APP_OK;
}

/* ---- choosing the command ---- */

static size_t distance(const char *a, const char *b) {
    size_t row[32], la = strlen(a), lb = strlen(b);
    if (lb >= 32)
        return 99;
    for (size_t j = 0; j <= lb; j++)
        row[j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            size_t best = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            best = best < row[j] + 1 ? best : row[j] + 1;
            row[j] = best < row[j - 1] + 1 ? best : row[j - 1] + 1;
        }
    }
    return row[lb];
}

static int unknown(struct app *a, const char *name) {
    const struct command *best = NULL;
    size_t least = 4;
    for (const struct command *c = app_commands; c->name; c++) {
        size_t d = strncmp(name, c->name, strlen(name)) ? distance(name, c->name) : 0;
        if (d < least) {
            least = d;
            best = c;
        }
    }
    if (!strcmp(name, "--home"))
        return app_refuse(a, APP_USAGE, "usage", "--home takes a folder");
    if (best)
        return app_refuse(a, APP_USAGE, "usage", "there is no command “%s”; did you mean “%s”? All commands: kith help", name, best->name);
    return app_refuse(a, APP_USAGE, "usage", "there is no command “%s”; all commands: kith help", name);
}

const struct command *command_find(const char *name) {
    for (const struct command *c = app_commands; c->name; c++) {
        if (!strcmp(c->name, name))
            return c;
    }
    return NULL;
}

int main(int argc, char **argv) {
    struct app a = {.argc = argc - 1, .argv = argv + 1};
    const char *dir, *name;
    int err, code;
    signal(SIGPIPE, SIG_IGN);
    if (kith_crypto_init()) {
        fprintf(stderr, "kith: this machine has no source of random numbers\n");
        return APP_FAILED;
    }
    dir = app_option(&a, "--home");
    a.json = app_flag(&a, "--json");
    a.quiet = app_flag(&a, "--quiet");
    a.color = isatty(1) && !app_flag(&a, "--no-color") && !getenv("NO_COLOR");
    name = a.argc ? a.argv[0] : "help";
    if (!strcmp(name, "--help") || !strcmp(name, "-h"))
        name = "help";
    if (!strcmp(name, "--version"))
        name = "version";
    if (a.argc)
        take(&a, 0, 1);
    a.command = command_find(name);
    if (!a.command)
        return unknown(&a, name);
    if (app_flag(&a, "--help") || app_flag(&a, "-h"))
        return command_help(a.command);
    err = home_open(&a.home, dir);
    if (err == KITH_ERR_CORRUPT)
        return app_refuse(&a, APP_FAILED, kith_err_name(err), "%s/secret is there but is not a key that kith can read", a.home.dir);
    if (err)
        return app_fail(&a, err, "no home folder: give one with --home DIR");
    code = a.command->run(&a);
    client_close(a.client);
    if (fflush(stdout) && !code)
        code = APP_FAILED;
    kith_wipe(&a.home, sizeof a.home);
    return code;
}
