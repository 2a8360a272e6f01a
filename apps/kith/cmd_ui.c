/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands.h"
#include "serve.h"
#include "web_token.h"

#define UI_LINK_MAX 512

/* A file that leads to the page. The browser gets its name instead of the link: the words of a command
 * line can be read by every user of the machine, and the link lets them in. */
static int write_door(struct app *a, const char *link) {
    char text[UI_LINK_MAX + 256];
    snprintf(text, sizeof text,
             "<!doctype html><meta charset=\"utf-8\"><meta name=\"referrer\" content=\"no-referrer\"><title>kith</title>"
             "<meta http-equiv=\"refresh\" content=\"0; url=%s\"><a href=\"%s\">kith</a>",
             link, link);
    return web_token_write(&a->home, "open.html", text, true);
}

static bool has_screen(void) {
    const char *x = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");
    return (x && *x) || (wayland && *wayland);
}

/* xdg-open, as a grandchild: it may live on, and nobody waits for it. */
static bool open_browser(struct app *a, const char *link) {
    char path[HOME_PATH_MAX + 64];
    int status = 1;
    pid_t child;
    if (!has_screen() || write_door(a, link))
        return false;
    home_path(&a->home, "open.html", path, sizeof path);
    child = fork();
    if (!child) {
        int quiet = open("/dev/null", O_RDWR | O_CLOEXEC);
        (void)dup2(quiet, 0);
        (void)dup2(quiet, 1);
        (void)dup2(quiet, 2);
        (void)setsid();
        execlp("xdg-open", "xdg-open", path, (char *)NULL);
        _exit(127);
    }
    /* xdg-open comes back once a browser has it; one that is started by it may take a while. */
    for (int i = 0; child > 0 && i < 30; i++) {
        pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended)
            return ended == child && WIFEXITED(status) && !WEXITSTATUS(status);
        usleep(100000);
    }
    return child > 0;
}

static void print_link(struct app *a, const char *link) {
    struct kith_buf out = {0};
    if (!a->json) {
        printf("%s\n", link);
    } else {
        kith_buf_put_str(&out, "{\"url\":");
        kith_json_put_string(&out, kith_bytes_str(link));
        kith_buf_put_str(&out, "}");
        app_print(kith_buf_bytes(&out));
        kith_buf_wipe(&out);
    }
    fflush(stdout);
}

static void show(struct app *a, const char *link) {
    const char *colon = strrchr(link, ':');
    int port = colon ? atoi(colon + 1) : WEB_PORT;
    if (open_browser(a, link))
        return;
    print_link(a, link);
    app_note(a, "There is no browser to open here. From another machine: ssh -L %d:127.0.0.1:%d USER@THIS-MACHINE, then the "
                "link above. It lets in whoever has it.", port, port);
}

static void up(struct app *a, const struct web_serve *w) {
    char link[UI_LINK_MAX];
    web_serve_link(w, link, sizeof link);
    show(a, link);
    app_note(a, "kith runs until you press Ctrl+C here.");
}

int cmd_ui(struct app *a) {
    char link[UI_LINK_MAX];
    bool print = app_flag(a, "--print");
    int err;
    if (client_daemon_runs(&a->home)) {
        if (!app_words(a, 0, 0))
            return APP_USAGE;
        err = web_serve_find(&a->home, link, sizeof link);
        if (err == KITH_ERR_NOT_FOUND)
            return app_refuse(a, APP_FAILED, "not_found", "the node that runs serves no page: start it without --no-web");
        if (err)
            return app_fail(a, err, a->home.dir);
        if (print)
            print_link(a, link);
        else
            show(a, link);
        return APP_OK;
    }
    if (print) /* whoever asks for the address alone is a script, and would wait for ever */
        return app_refuse(a, APP_NO_DAEMON, "no_daemon", "no node runs on %s: start it with kith ui, or kith serve", a->home.dir);
    if (!a->home.has_identity && (err = home_init(&a->home)))
        return app_fail(a, err, a->home.dir);
    return serve(a, up);
}
