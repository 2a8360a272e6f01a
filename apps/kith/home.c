/* SPDX-License-Identifier: MIT */
#include "home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "crypto/crypto.h"
#include "drivers/secret_file.h"
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

static int sync_dir(const struct home *h) {
    int fd = open(h->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = KITH_ERR_IO;
    if (fd < 0)
        return err;
    if (!fsync(fd))
        err = KITH_OK;
    close(fd);
    return err;
}

/* A key that was made here has written nowhere else. The guard that says so comes first: whoever is stopped between
 * the two begins again, and is not taken for a restored copy. */
static int make_identity(struct home *h, const struct kith_seed *seed, bool is_new) {
    char path[HOME_PATH_MAX + 64];
    int err;
    if (h->has_identity)
        return KITH_ERR_EXISTS;
    err = make_dirs(h->dir);
    if (err)
        return err;
    home_path(h, "guard", path, sizeof path);
    if (is_new)
        guard_renew(path);
    else if (unlink(path) && errno != ENOENT)
        return KITH_ERR_IO;
    kith_sign_keypair(&h->keys, seed);
    home_path(h, "secret", path, sizeof path);
    err = kith_secret_file_make(path, &h->keys);
    h->has_identity = !err;
    return err;
}

int home_init_as(struct home *h, const struct kith_seed *seed) {
    return make_identity(h, seed, false);
}

int home_init(struct home *h) {
    struct kith_seed seed;
    int err;
    if (getrandom(seed.b, sizeof seed.b, 0) != sizeof seed.b)
        return KITH_ERR_IO;
    err = make_identity(h, &seed, true);
    kith_wipe(&seed, sizeof seed);
    return err;
}

/* A second name for the present secret; a name that is taken is left alone. */
static int keep_aside(const struct home *h) {
    char from[HOME_PATH_MAX + 64], to[HOME_PATH_MAX + 128], date[16] = "";
    time_t now = time(NULL);
    struct tm tm;
    if (gmtime_r(&now, &tm))
        strftime(date, sizeof date, "%Y-%m-%d", &tm);
    home_path(h, "secret", from, sizeof from);
    for (unsigned i = 1; i < 1000; i++) {
        snprintf(to, sizeof to, i > 1 ? "%s.unused-%s-%u" : "%s.unused-%s", from, date, i);
        if (!link(from, to))
            return KITH_OK;
        if (errno != EEXIST)
            return KITH_ERR_IO;
    }
    return KITH_ERR_IO;
}

/* There is a whole secret at every moment: the old one under both names, then the new one in its place. */
int home_adopt(struct home *h, const struct kith_seed *seed) {
    char path[HOME_PATH_MAX + 64], fresh[HOME_PATH_MAX + 64];
    struct kith_keypair keys;
    int err;
    home_path(h, "guard", path, sizeof path);
    if (unlink(path) && errno != ENOENT)
        return KITH_ERR_IO;
    home_path(h, "secret", path, sizeof path);
    home_path(h, "secret.new", fresh, sizeof fresh);
    (void)unlink(fresh); /* of an attempt that a power cut ended */
    kith_sign_keypair(&keys, seed);
    err = kith_secret_file_make(fresh, &keys);
    if (!err)
        err = keep_aside(h);
    if (!err && rename(fresh, path))
        err = KITH_ERR_IO;
    if (err)
        (void)unlink(fresh);
    else
        h->keys = keys;
    if (!err)
        err = sync_dir(h);
    kith_wipe(&keys, sizeof keys);
    return err;
}
