/* SPDX-License-Identifier: MIT */
#include "drivers/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "feed/secret.h"

static bool sync_folder_of(char *path) {
    char *slash = strrchr(path, '/');
    int fd;
    bool good;
    if (slash)
        slash[slash == path] = 0;
    fd = open(slash ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    good = !fsync(fd);
    close(fd);
    return good;
}

static bool write_new(const char *path, struct kith_bytes text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    bool good;
    if (fd < 0)
        return false;
    good = write(fd, text.p, text.len) == (ssize_t)text.len && !fsync(fd);
    return !close(fd) && good;
}

int kith_secret_file_make(const char *path, const struct kith_keypair *keys) {
    struct kith_buf text = {0};
    char fresh[4096];
    int len = snprintf(fresh, sizeof fresh, "%s.new", path), err = KITH_OK;
    if (len < 0 || (size_t)len >= sizeof fresh)
        return KITH_ERR_IO;
    (void)unlink(fresh);
    kith_secret_put(&text, keys);
    /* A second name does what a rename would not: it fails where there is such a file. */
    if (!write_new(fresh, kith_buf_bytes(&text)))
        err = KITH_ERR_IO;
    else if (link(fresh, path))
        err = errno == EEXIST ? KITH_ERR_EXISTS : KITH_ERR_IO;
    (void)unlink(fresh);
    if (!err && !sync_folder_of(fresh)) {
        (void)unlink(path);
        err = KITH_ERR_IO;
    }
    kith_wipe(text.p, text.cap);
    kith_buf_wipe(&text);
    return err;
}
