/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "lines.h"
#include "verify.h"

#define COMPLAINTS 20 /* invalid lines that are explained one by one */

int cmd_forget(struct app *a) {
    struct kith_buf args = {0}, reply = {0};
    int code;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    kith_buf_put_u8(&args, '[');
    kith_json_put_string(&args, kith_bytes_str(a->argv[0]));
    kith_buf_put_u8(&args, ']');
    code = app_call(a, "forget", kith_buf_bytes(&args), &reply);
    if (!code && a->json)
        app_print(kith_buf_bytes(&reply));
    else if (!code)
        app_note(a, "Forgotten on this machine; others may keep copies.");
    kith_buf_wipe(&args);
    kith_buf_wipe(&reply);
    return code;
}

int cmd_rebuild(struct app *a) {
    struct kith_buf reply = {0};
    int code;
    if (!app_words(a, 0, 0))
        return APP_USAGE;
    code = app_call(a, "rebuild", KITH_LIT("[]"), &reply);
    if (!code && a->json)
        app_print(kith_buf_bytes(&reply));
    kith_buf_wipe(&reply);
    return code;
}

static double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static FILE *open_input(struct app *a, const char *path) {
    FILE *f = strcmp(path, "-") ? fopen(path, "r") : stdin;
    if (!f)
        app_refuse(a, APP_FAILED, "io", "%s: %s", path, strerror(errno));
    return f;
}

static int print_counts(struct app *a, uint64_t messages, uint64_t valid, uint64_t invalid, uint64_t stored, double seconds) {
    printf("{\"messages\":%llu,\"valid\":%llu,\"invalid\":%llu,\"stored\":%llu,\"seconds\":%.3f}\n",
           (unsigned long long)messages, (unsigned long long)valid, (unsigned long long)invalid,
           (unsigned long long)stored, seconds);
    (void)a;
    return invalid ? valid ? APP_PARTLY : APP_FAILED : APP_OK;
}

int cmd_verify(struct app *a) {
    struct verify_counts c;
    double start = seconds_now();
    FILE *in;
    int err;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    in = open_input(a, a->argv[0]);
    if (!in)
        return APP_FAILED;
    err = verify_stream(in, a->quiet ? 0 : COMPLAINTS, &c);
    if (ferror(in))
        err = KITH_ERR_IO;
    if (in != stdin)
        fclose(in);
    if (err)
        return app_fail(a, err, a->argv[0]);
    return print_counts(a, c.messages, c.valid, c.invalid, 0, seconds_now() - start);
}

static int send_lines(struct app *a, FILE *in, struct kith_buf *reply) {
    struct lines lines = {.file = in};
    struct kith_bytes message;
    uint64_t count = 0;
    bool progress = isatty(2) && !a->quiet;
    int err = client_begin(a->client, KITH_RPC_DUPLEX, "import");
    while (!err && lines_next(&lines, &message)) {
        err = client_put(a->client, KITH_RPC_UTF8, message);
        if (progress && ++count % 10000 == 0)
            fprintf(stderr, "\r%llu messages", (unsigned long long)count);
    }
    if (!err)
        err = client_finish(a->client, KITH_LIT("null"), reply);
    if (progress && count >= 10000)
        fputc('\n', stderr);
    lines_wipe(&lines);
    return err;
}

int cmd_import(struct app *a) {
    struct kith_buf reply = {0};
    struct kith_json doc = {0};
    double start = seconds_now();
    int64_t n[4] = {0};
    static const char *const names[] = {"messages", "valid", "invalid", "stored"};
    FILE *in;
    int code, err;
    if (!app_words(a, 1, 1))
        return APP_USAGE;
    code = app_connect(a);
    if (code)
        return code;
    in = open_input(a, a->argv[0]);
    if (!in)
        return APP_FAILED;
    err = send_lines(a, in, &reply);
    if (in != stdin)
        fclose(in);
    if (err)
        return app_failed(a, err);
    if (!kith_json_parse(&doc, kith_buf_bytes(&reply), SIZE_MAX)) {
        for (int i = 0; i < 4; i++) {
            if (kith_json_int(&doc, kith_json_get(&doc, 0, names[i]), &n[i]))
                n[i] = 0;
        }
    }
    kith_json_wipe(&doc);
    kith_buf_wipe(&reply);
    return print_counts(a, (uint64_t)n[0], (uint64_t)n[1], (uint64_t)n[2], (uint64_t)n[3], seconds_now() - start);
}

static bool write_line(void *ctx, const struct kith_muxrpc_event *e) {
    FILE *f = ctx;
    return fwrite(e->body.p, 1, e->body.len, f) == e->body.len && fputc('\n', f) != EOF;
}

int cmd_export(struct app *a) {
    bool own = app_flag(a, "--mine");
    struct kith_buf args = {0};
    FILE *f = stdout;
    int code, err;
    if (!app_words(a, 0, 1))
        return APP_USAGE;
    code = app_connect(a);
    if (code)
        return code;
    if (a->argc && strcmp(a->argv[0], "-") && !(f = fopen(a->argv[0], "wx")))
        return app_refuse(a, APP_FAILED, "io", "%s: %s", a->argv[0], strerror(errno));
    if (own) {
        kith_buf_put_str(&args, "[{\"id\":\"");
        kith_feed_id_put(&args, &a->home.keys.pub);
        kith_buf_put_str(&args, "\"}]");
    }
    err = client_source(a->client, own ? "createUserStream" : "createLogStream",
                        own ? kith_buf_bytes(&args) : KITH_LIT("[{}]"), write_line, f);
    kith_buf_wipe(&args);
    if (fflush(f) || ferror(f))
        err = KITH_ERR_IO;
    if (f != stdout && fclose(f))
        err = KITH_ERR_IO;
    return err ? app_failed(a, err) : APP_OK;
}
