/* SPDX-License-Identifier: MIT */
/* kith_demo: your page in the middle of a small neighbourhood, all of it thrown away at the end. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "temporary.h"
#include "visitor.h"

struct demo {
    uv_loop_t loop;
    uv_signal_t signals[3];
    struct visitor visitor;
    struct neighbourhood *street;
    struct neighbourhood_options options;
    const char *home; /* given, and kept; NULL: a temporary one */
    char temporary[HOME_PATH_MAX];
    bool no_browser, stopping, failed;
};

static const char usage[] =
    "usage: kith_demo [--home DIR] [--name NAME] [--seed N] [--pace slow|normal|fast] [--no-browser] [-- SERVE-OPTIONS]\n"
    "Your node, its page, and eight simulated neighbours. The home is a temporary folder and is deleted at the end,\n"
    "unless you name one: that has to be empty, and stays.\n";

static bool read_pace(struct demo *d, const char *text) {
    static const struct {
        const char *name;
        double pace;
    } paces[] = {{"slow", 4}, {"normal", 1}, {"fast", 0.02}};
    for (size_t i = 0; text && i < 3; i++) {
        if (!strcmp(text, paces[i].name)) {
            d->options.pace = paces[i].pace;
            return true;
        }
    }
    return false;
}

/* The words for `kith serve`, or NULL with *ok false where something makes no sense. */
static char **read_options(struct demo *d, char **argv, bool *ok) {
    for (char **at = argv + 1; *at; at++) {
        if (!strcmp(*at, "--"))
            return at + 1;
        if (!strcmp(*at, "--no-browser"))
            d->no_browser = true;
        else if (at[1] && !strcmp(*at, "--home"))
            d->home = *++at;
        else if (at[1] && !strcmp(*at, "--name"))
            d->options.visitor_name = *++at;
        else if (at[1] && !strcmp(*at, "--seed"))
            d->options.seed = strtoull(*++at, NULL, 10);
        else if (!strcmp(*at, "--pace") && read_pace(d, at[1]))
            at++;
        else
            *ok = false;
    }
    return NULL;
}

static void stop(struct demo *d) {
    if (d->stopping) {
        visitor_stop(&d->visitor, SIGKILL); /* asked twice */
        return;
    }
    d->stopping = true;
    visitor_stop(&d->visitor, SIGTERM); /* says goodbye to the neighbours, and then they go */
}

static void on_signal(uv_signal_t *s, int number) {
    (void)number;
    stop(s->data);
}

static void visitor_ready(struct visitor *me, const char *address) {
    struct demo *d = me->ctx;
    if (d->stopping)
        return;
    if (!visitor_settle(me, d->street, d->options.visitor_name)) {
        d->failed = true;
        stop(d);
        return;
    }
    neighbourhood_begin(d->street, address);
    visitor_show(me, !d->no_browser);
    fprintf(stderr, "demo: eight neighbours are on their way to you; Ctrl-C ends it\n");
}

static void visitor_gone(struct visitor *me) {
    struct demo *d = me->ctx;
    d->failed |= !d->stopping;
    d->stopping = true;
    neighbourhood_stop(d->street);
    for (int i = 0; i < 3; i++)
        uv_close((uv_handle_t *)&d->signals[i], NULL);
}

/* The home, and the program that serves it, which lies beside this one. */
static bool make_home(struct demo *d) {
    char *program = d->visitor.program, *slash;
    ssize_t len = readlink("/proc/self/exe", program, HOME_PATH_MAX - 8);
    if (!d->home && !temporary_make(d->temporary, sizeof d->temporary)) {
        fprintf(stderr, "demo: no temporary folder can be made\n");
        return false;
    }
    program[len > 0 ? len : 0] = 0;
    slash = strrchr(program, '/');
    strcpy(slash ? slash + 1 : program, "kith");
    if (home_open(&d->visitor.home, d->home ? d->home : d->temporary) || home_init(&d->visitor.home)) {
        fprintf(stderr, "demo: %s: somebody lives there already, or it cannot be written to\n", d->home ? d->home : d->temporary);
        return false;
    }
    return true;
}

static void run(struct demo *d, char **serve) {
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    uv_loop_init(&d->loop);
    d->options.visitor = d->visitor.home.keys.pub;
    d->visitor.ready = visitor_ready;
    d->visitor.gone = visitor_gone;
    d->visitor.ctx = d;
    for (int i = 0; i < 3; i++) {
        uv_signal_init(&d->loop, &d->signals[i]);
        d->signals[i].data = d;
        uv_signal_start(&d->signals[i], on_signal, numbers[i]);
    }
    d->street = neighbourhood_new(&d->loop, &d->options);
    if (!visitor_start(&d->visitor, &d->loop, serve))
        visitor_gone(&d->visitor);
    uv_run(&d->loop, UV_RUN_DEFAULT);
    neighbourhood_free(d->street);
    KITH_ASSERT(!uv_loop_close(&d->loop));
}

int main(int argc, char **argv) {
    static struct demo d;
    char **serve;
    bool ok = true;
    (void)argc;
    d.options = (struct neighbourhood_options){.visitor_name = "Robin", .seed = (uint64_t)time(NULL), .pace = 1};
    serve = read_options(&d, argv, &ok);
    if (!ok) {
        fputs(usage, stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    if (kith_crypto_init())
        return 1;
    if (make_home(&d))
        run(&d, serve);
    else
        d.failed = true;
    if (*d.temporary)
        temporary_remove(d.temporary);
    kith_wipe(&d.visitor.home, sizeof d.visitor.home);
    return d.failed;
}
