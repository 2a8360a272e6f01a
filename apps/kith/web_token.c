/* SPDX-License-Identifier: MIT */
#include "web_token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "crypto/crypto.h"

#define LINE_MAX_LEN 4096

int web_token_read_line(const char *path, struct kith_buf *out) {
    char text[LINE_MAX_LEN + 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got;
    size_t len;
    if (fd < 0)
        return errno == ENOENT ? KITH_ERR_NOT_FOUND : KITH_ERR_IO;
    got = read(fd, text, sizeof text);
    close(fd);
    if (got < 0)
        return KITH_ERR_IO;
    for (len = 0; len < (size_t)got && text[len] != '\n' && text[len] != '\r'; len++) {
    }
    if (len && len <= LINE_MAX_LEN)
        kith_buf_put(out, text, len);
    kith_wipe(text, sizeof text);
    return len && len <= LINE_MAX_LEN ? KITH_OK : KITH_ERR_ARG;
}

int web_token_write(const struct home *home, const char *name, const char *line, bool replace) {
    char path[HOME_PATH_MAX + 64], fresh[HOME_PATH_MAX + 80];
    size_t len = strlen(line);
    int fd, err = KITH_OK;
    home_path(home, name, path, sizeof path);
    snprintf(fresh, sizeof fresh, "%s.%ld", path, (long)getpid());
    fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return KITH_ERR_IO;
    if (write(fd, line, len) != (ssize_t)len || write(fd, "\n", 1) != 1 || fsync(fd))
        err = KITH_ERR_IO;
    if (close(fd))
        err = KITH_ERR_IO;
    if (!err && (replace ? rename(fresh, path) : link(fresh, path)))
        err = errno == EEXIST ? KITH_ERR_EXISTS : KITH_ERR_IO;
    if (err || !replace)
        (void)unlink(fresh);
    return err;
}

static bool is_token(struct kith_bytes text) {
    for (size_t i = 0; i < text.len; i++) {
        if (!((text.p[i] >= '0' && text.p[i] <= '9') || (text.p[i] >= 'a' && text.p[i] <= 'f')))
            return false;
    }
    return text.len == WEB_TOKEN_LEN;
}

static int make(const struct home *home, bool replace) {
    uint8_t random[WEB_TOKEN_LEN / 2];
    char text[WEB_TOKEN_LEN + 1];
    int err = KITH_ERR_IO;
    if (getrandom(random, sizeof random, 0) == sizeof random) {
        for (size_t i = 0; i < sizeof random; i++)
            snprintf(text + 2 * i, 3, "%02x", random[i]);
        err = web_token_write(home, "web-token", text, replace);
    }
    kith_wipe(random, sizeof random);
    kith_wipe(text, sizeof text);
    return err == KITH_ERR_EXISTS ? KITH_OK : err; /* somebody else has made one meanwhile */
}

int web_token_get(const struct home *home, char out[static WEB_TOKEN_LEN + 1]) {
    char path[HOME_PATH_MAX + 64];
    struct kith_buf text = {0};
    int err = KITH_OK;
    bool found = false;
    home_path(home, "web-token", path, sizeof path);
    for (int i = 0; i < 2 && !err && !found; i++) {
        kith_buf_clear(&text);
        err = web_token_read_line(path, &text);
        found = !err && is_token(kith_buf_bytes(&text));
        if (found)
            snprintf(out, WEB_TOKEN_LEN + 1, "%.*s", (int)text.len, text.p);
        else if (!i && err != KITH_ERR_IO)
            err = make(home, err != KITH_ERR_NOT_FOUND);
    }
    if (text.p)
        kith_wipe(text.p, text.cap);
    kith_buf_wipe(&text);
    return found ? KITH_OK : KITH_ERR_IO;
}
