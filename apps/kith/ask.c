/* SPDX-License-Identifier: MIT */
#include "ask.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "crypto/crypto.h"

void ask_wipe(struct kith_buf *text) {
    if (text->p)
        kith_wipe(text->p, text->cap);
    kith_buf_wipe(text);
}

static void strip(struct kith_buf *out) {
    while (out->len && (out->p[out->len - 1] == '\n' || out->p[out->len - 1] == '\r'))
        out->len--;
}

/* Up to the end of the line, or of the file. False: more than ASK_MAX. */
static bool read_text(int fd, bool line, struct kith_buf *out) {
    kith_buf_reserve(out, ASK_MAX);
    while (out->len < ASK_MAX) {
        ssize_t got = read(fd, out->p + out->len, line ? 1 : ASK_MAX - out->len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return true;
        out->len += (size_t)got;
        if (line && out->p[out->len - 1] == '\n')
            return true;
    }
    return false;
}

int ask_line(struct app *a, const char *prompt, bool unseen, const char *option, struct kith_buf *out) {
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
    struct termios shown, hidden;
    bool whole;
    if (fd < 0 || tcgetattr(fd, &shown)) {
        if (fd >= 0)
            close(fd);
        return app_refuse(a, APP_USAGE, "usage", "there is no terminal to ask on: %s FILE", option);
    }
    (void)!write(fd, prompt, strlen(prompt));
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    if (unseen)
        tcsetattr(fd, TCSAFLUSH, &hidden);
    whole = read_text(fd, true, out);
    if (unseen) {
        tcsetattr(fd, TCSAFLUSH, &shown);
        (void)!write(fd, "\n", 1);
    }
    close(fd);
    strip(out);
    return whole ? APP_OK : app_refuse(a, APP_USAGE, "usage", "that is too long");
}

int ask_file(struct app *a, const char *path, struct kith_buf *out) {
    int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : dup(0);
    bool whole;
    if (fd < 0)
        return app_refuse(a, APP_FAILED, "io", "%s: %s", path, strerror(errno));
    whole = read_text(fd, false, out);
    close(fd);
    strip(out);
    if (!whole)
        return app_refuse(a, APP_FAILED, "size", "%s is too long for what it should be", path);
    return out->len ? APP_OK : app_refuse(a, APP_FAILED, "size", "%s is empty", path);
}
