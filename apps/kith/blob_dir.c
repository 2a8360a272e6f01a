/* SPDX-License-Identifier: MIT */
#include "blob_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/crypto.h"

#define PATH_LEN 4400

int blob_dir_open(struct blob_dir *d, const char *path) {
    snprintf(d->path, sizeof d->path, "%s", path);
    return mkdir(path, 0700) && errno != EEXIST ? KITH_ERR_IO : KITH_OK;
}

/* DIR/ab/cdef…: at most 256 folders, so that none gets long. Returns where the file name begins. */
static size_t path_of(const struct blob_dir *d, const struct kith_blobid *id, char *out) {
    static const char digits[] = "0123456789abcdef";
    size_t at = (size_t)snprintf(out, PATH_LEN, "%s/", d->path), name = at + 3;
    for (size_t i = 0; i < sizeof id->hash.b; i++) {
        out[at++] = digits[id->hash.b[i] >> 4];
        out[at++] = digits[id->hash.b[i] & 15];
        if (i == 0)
            out[at++] = '/';
    }
    out[at] = 0;
    return name;
}

static int sync_dir(const char *path) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err;
    if (fd < 0)
        return KITH_ERR_IO;
    err = fsync(fd) ? KITH_ERR_IO : KITH_OK;
    close(fd);
    return err;
}

static int write_all(int fd, struct kith_bytes in) {
    while (in.len) {
        ssize_t n = write(fd, in.p, in.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? KITH_ERR_FULL : KITH_ERR_IO;
        in = kith_bytes_skip(in, (size_t)n);
    }
    return fsync(fd) ? KITH_ERR_IO : KITH_OK;
}

int blob_dir_put(const struct blob_dir *d, const struct kith_blobid *id, struct kith_bytes bytes) {
    char path[PATH_LEN], temp[PATH_LEN + 16], dir[PATH_LEN];
    size_t name = path_of(d, id, path);
    int fd, err;
    snprintf(dir, sizeof dir, "%.*s", (int)name - 1, path);
    snprintf(temp, sizeof temp, "%s.XXXXXX", path);
    if (mkdir(dir, 0700) == 0)
        (void)!sync_dir(d->path);
    fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0)
        return errno == ENOSPC ? KITH_ERR_FULL : KITH_ERR_IO;
    err = write_all(fd, bytes);
    close(fd);
    if (!err && rename(temp, path))
        err = KITH_ERR_IO;
    if (err)
        (void)unlink(temp);
    return err ? err : sync_dir(dir);
}

int blob_dir_get(const struct blob_dir *d, const struct kith_blobid *id, struct kith_buf *out) {
    char path[PATH_LEN];
    struct stat st;
    struct kith_hash hash;
    size_t before = out->len;
    ssize_t got = 0;
    int fd;
    path_of(d, id, path);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? KITH_ERR_NOT_FOUND : KITH_ERR_IO;
    if (fstat(fd, &st)) {
        close(fd);
        return KITH_ERR_IO;
    }
    kith_buf_reserve(out, (size_t)st.st_size + 1);
    while ((got = read(fd, out->p + out->len, before + (size_t)st.st_size - out->len)) > 0)
        out->len += (size_t)got;
    close(fd);
    if (got < 0)
        return KITH_ERR_IO;
    kith_sha256(&hash, kith_bytes(out->p + before, out->len - before));
    if (kith_hash_eq(&hash, &id->hash))
        return KITH_OK;
    out->len = before;
    (void)unlink(path); /* rotten: it can be fetched again */
    return KITH_ERR_CORRUPT;
}

void blob_dir_drop(const struct blob_dir *d, const struct kith_blobid *id) {
    char path[PATH_LEN];
    path_of(d, id, path);
    (void)unlink(path);
}

static int digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool id_of(const char *head, const char *tail, struct kith_blobid *id) {
    char text[65];
    if (strlen(head) != 2 || strlen(tail) != 62)
        return false;
    snprintf(text, sizeof text, "%s%s", head, tail);
    for (size_t i = 0; i < 32; i++) {
        int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        id->hash.b[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static void each_in(const char *path, const char *head,
                    void (*each)(void *ctx, const struct kith_blobid *id, uint64_t size), void *ctx) {
    DIR *dir = opendir(path);
    struct dirent *e;
    struct kith_blobid id;
    struct stat st;
    while (dir && (e = readdir(dir))) {
        if (id_of(head, e->d_name, &id)) {
            if (!fstatat(dirfd(dir), e->d_name, &st, 0) && st.st_size > 0)
                each(ctx, &id, (uint64_t)st.st_size);
        } else if (strchr(e->d_name, '.') && strlen(e->d_name) > 62) {
            (void)unlinkat(dirfd(dir), e->d_name, 0); /* a write that a crash cut short */
        }
    }
    if (dir)
        closedir(dir);
}

void blob_dir_each(const struct blob_dir *d, void (*each)(void *ctx, const struct kith_blobid *id, uint64_t size), void *ctx) {
    char path[PATH_LEN];
    DIR *dir = opendir(d->path);
    struct dirent *e;
    while (dir && (e = readdir(dir))) {
        if (strlen(e->d_name) != 2 || e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", d->path, e->d_name);
        each_in(path, e->d_name, each, ctx);
    }
    if (dir)
        closedir(dir);
}
