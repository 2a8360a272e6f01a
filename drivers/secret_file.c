/* SPDX-License-Identifier: MIT */
#include "drivers/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "feed/secret.h"

/* Not all file systems can; what matters is in the file. */
static void sync_folder_of(char *path) {
    char *slash = strrchr(path, '/');
    int fd;
    if (slash)
        slash[slash == path] = 0;
    fd = open(slash ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)!fsync(fd);
    close(fd);
}

static bool write_new(const char *path, struct kith_bytes text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    bool good;
    if (fd < 0)
        return false;
    good = write(fd, text.p, text.len) == (ssize_t)text.len && !fsync(fd);
    return !close(fd) && good;
}

/* Not where there is such a file; a disk that knows no second names (FAT) has other ways. */
static int give_name(const char *fresh, const char *path) {
    if (!link(fresh, path))
        return 0;
    if (errno == EEXIST)
        return -1;
    return renameat2(AT_FDCWD, fresh, AT_FDCWD, path, RENAME_NOREPLACE);
}

int kith_secret_file_make(const char *path, const struct kith_keypair *keys) {
    struct kith_buf text = {0};
    char fresh[4096];
    int len = snprintf(fresh, sizeof fresh, "%s.new", path), err = KITH_OK;
    if (len < 0 || (size_t)len >= sizeof fresh)
        return KITH_ERR_IO;
    (void)unlink(fresh);
    kith_secret_put(&text, keys);
    if (!write_new(fresh, kith_buf_bytes(&text)))
        err = KITH_ERR_IO;
    else if (give_name(fresh, path))
        err = errno == EEXIST ? KITH_ERR_EXISTS : KITH_ERR_IO;
    (void)unlink(fresh);
    if (!err)
        sync_folder_of(fresh);
    kith_wipe(text.p, text.cap);
    kith_buf_wipe(&text);
    return err;
}
