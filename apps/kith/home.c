/* SPDX-License-Identifier: MIT */
#include "home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "crypto/crypto.h"
#include "feed/secret.h"
#include "guard.h"

#define SECRET_MAX KITH_SECRET_MAX_LEN

void home_path(const struct home *h, const char *name, char *out, size_t len) {
    snprintf(out, len, "%s/%s", h->dir, name);
}

static int place(struct home *h, const char *dir) {
    const char *kith = getenv("KITH_HOME"), *xdg = getenv("XDG_DATA_HOME"), *user = getenv("HOME");
    int len;
    if (dir)
        len = snprintf(h->dir, sizeof h->dir, "%s", dir);
    else if (kith && *kith)
        len = snprintf(h->dir, sizeof h->dir, "%s", kith);
    else if (xdg && *xdg == '/')
        len = snprintf(h->dir, sizeof h->dir, "%s/kith", xdg);
    else if (user && *user)
        len = snprintf(h->dir, sizeof h->dir, "%s/.local/share/kith", user);
    else
        return KITH_ERR_ARG;
    return len > 0 && (size_t)len < sizeof h->dir ? KITH_OK : KITH_ERR_ARG;
}

int home_open(struct home *h, const char *dir) {
    char path[HOME_PATH_MAX + 64], *text;
    ssize_t got;
    int fd, err = place(h, dir);
    h->has_identity = false;
    if (err)
        return err;
    home_path(h, "secret", path, sizeof path);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? KITH_OK : KITH_ERR_IO;
    text = kith_alloc(SECRET_MAX);
    got = read(fd, text, SECRET_MAX);
    close(fd);
    err = got < 0 ? KITH_ERR_IO : kith_secret_parse(kith_bytes(text, (size_t)got), &h->keys);
    kith_wipe(text, SECRET_MAX);
    kith_free(text);
    h->has_identity = !err;
    return err ? KITH_ERR_CORRUPT : KITH_OK;
}

static int make_dirs(char *path) {
    for (char *c = path + 1; *c; c++) {
        if (*c != '/')
            continue;
        *c = 0;
        (void)mkdir(path, 0755);
        *c = '/';
    }
    return mkdir(path, 0700) && errno != EEXIST ? KITH_ERR_IO : KITH_OK;
}

int home_init(struct home *h) {
    char path[HOME_PATH_MAX + 64];
    struct kith_buf text = {0};
    struct kith_seed seed;
    int fd, err;
    if (h->has_identity)
        return KITH_ERR_EXISTS;
    err = make_dirs(h->dir);
    if (err)
        return err;
    if (getrandom(seed.b, sizeof seed.b, 0) != sizeof seed.b)
        return KITH_ERR_IO;
    kith_sign_keypair(&h->keys, &seed);
    kith_wipe(&seed, sizeof seed);
    kith_secret_put(&text, &h->keys);
    home_path(h, "secret", path, sizeof path);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    if (fd < 0) {
        err = errno == EEXIST ? KITH_ERR_EXISTS : KITH_ERR_IO;
    } else {
        if (write(fd, text.p, text.len) != (ssize_t)text.len || fsync(fd))
            err = KITH_ERR_IO;
        if (close(fd))
            err = KITH_ERR_IO;
        if (err)
            (void)unlink(path); /* half a key is worse than none */
    }
    kith_wipe(text.p, text.len);
    kith_buf_wipe(&text);
    if (!err) {
        home_path(h, "guard", path, sizeof path);
        guard_renew(path); /* a key that was made here has written nowhere else */
    }
    h->has_identity = !err;
    return err;
}
