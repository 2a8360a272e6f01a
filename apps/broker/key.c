/* SPDX-License-Identifier: MIT */
/* The broker's own key, in the file that ssb-keys and kith use. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drivers/secret_file.h"
#include "feed/secret.h"
#include "serve.h"

static bool fail(const char *path, const char *why) {
    log_line(3, "key.failed file=%s why=\"%s\"", path, why);
    return false;
}

static int read_key(const char *path, struct kith_keypair *out) {
    struct kith_buf text = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC), err = KITH_ERR_IO;
    ssize_t got;
    if (fd < 0)
        return errno == ENOENT ? KITH_ERR_NOT_FOUND : KITH_ERR_IO;
    kith_buf_reserve(&text, KITH_SECRET_MAX_LEN);
    got = read(fd, text.p, KITH_SECRET_MAX_LEN);
    close(fd);
    if (got >= 0)
        err = kith_secret_parse(kith_bytes(text.p, (size_t)got), out);
    kith_wipe(text.p, text.cap);
    kith_buf_wipe(&text);
    return err;
}

static int make_key(const char *path, struct kith_keypair *out) {
    struct kith_rng rng = os_rng();
    kith_sign_keypair_new(out, &rng);
    return kith_secret_file_make(path, out);
}

bool key_get(const char *folder, struct kith_keypair *out) {
    char path[OPTION_MAX + 16];
    int err;
    if (mkdir(folder, 0700) && errno != EEXIST)
        return fail(folder, "cannot make the folder");
    snprintf(path, sizeof path, "%s/secret", folder);
    err = read_key(path, out);
    if (err == KITH_ERR_NOT_FOUND)
        err = make_key(path, out);
    return !err || fail(path, kith_err_text(err));
}
