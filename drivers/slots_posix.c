/* SPDX-License-Identifier: MIT */
#include "drivers/slots_posix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct file {
    int fd;
};

struct kith_slots_posix {
    int dir, lock;
    struct kith_slot *slots;
    size_t count, cap;
};

static int err_of(int number) {
    return number == ENOSPC || number == EDQUOT || number == EFBIG ? KITH_ERR_FULL
           : number == EEXIST                                      ? KITH_ERR_EXISTS
           : number == ENOENT                                      ? KITH_ERR_NOT_FOUND
                                                                   : KITH_ERR_IO;
}

/* --- a slot ----------------------------------------------------------------------------------- */

static int posix_read_at(void *ctx, uint64_t at, void *out, size_t len, size_t *got) {
    const struct file *f = ctx;
    *got = 0;
    while (*got < len) {
        ssize_t n = pread(f->fd, (uint8_t *)out + *got, len - *got, (off_t)(at + *got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return KITH_ERR_IO;
        if (n == 0)
            break;
        *got += (size_t)n;
    }
    return KITH_OK;
}

static int posix_write_at(void *ctx, uint64_t at, const void *in, size_t len) {
    const struct file *f = ctx;
    const uint8_t *p = in;
    while (len) {
        ssize_t n = pwrite(f->fd, p, len, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? err_of(errno) : KITH_ERR_IO;
        p += n;
        at += (uint64_t)n;
        len -= (size_t)n;
    }
    return KITH_OK;
}

static int posix_truncate(void *ctx, uint64_t size) {
    const struct file *f = ctx;
    int r;
    do
        r = ftruncate(f->fd, (off_t)size);
    while (r && errno == EINTR);
    return r ? err_of(errno) : KITH_OK;
}

static int posix_size(void *ctx, uint64_t *size) {
    const struct file *f = ctx;
    struct stat st;
    if (fstat(f->fd, &st))
        return KITH_ERR_IO;
    *size = (uint64_t)st.st_size;
    return KITH_OK;
}

static const struct kith_slot_ops posix_ops = {posix_read_at, posix_write_at, posix_truncate, posix_size};

/* --- the directory ---------------------------------------------------------------------------- */

/* Only names that the store could have given: all else in the directory is left alone. */
static bool is_slot_name(const char *name) {
    size_t len = strlen(name);
    if (!len || len >= KITH_SLOT_NAME_MAX || name[0] == '.')
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9') || name[i] == '.' ||
              name[i] == '-'))
            return false;
    }
    return strncmp(name, "log-", 4) == 0 || strncmp(name, "snapshot-", 9) == 0;
}

static struct kith_slot *add(struct kith_slots_posix *p, const char *name, int fd) {
    struct file *f = kith_alloc(sizeof *f);
    struct kith_slot *s;
    p->slots = kith_grow(p->slots, &p->cap, p->count + 1, sizeof *p->slots);
    s = &p->slots[p->count++];
    f->fd = fd;
    *s = (struct kith_slot){.ops = &posix_ops, .ctx = f};
    memcpy(s->name, name, strlen(name));
    return s;
}

static int open_all(struct kith_slots_posix *p) {
    int fd = openat(p->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *e;
    int err = KITH_OK;
    if (!d) {
        if (fd >= 0)
            close(fd);
        return KITH_ERR_IO;
    }
    while (!err && (errno = 0, e = readdir(d))) {
        if (!is_slot_name(e->d_name))
            continue;
        fd = openat(p->dir, e->d_name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0)
            err = KITH_ERR_IO;
        else
            add(p, e->d_name, fd);
    }
    if (!err && errno)
        err = KITH_ERR_IO;
    closedir(d);
    return err;
}

/* flock belongs to the open file: it goes when the process does, however that ends. */
static int take_lock(struct kith_slots_posix *p) {
    p->lock = openat(p->dir, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (p->lock < 0)
        return err_of(errno);
    if (flock(p->lock, LOCK_EX | LOCK_NB))
        return errno == EWOULDBLOCK ? KITH_ERR_LOCKED : KITH_ERR_IO;
    return KITH_OK;
}

int kith_slots_posix_open(struct kith_slots_posix **out, const char *dir) {
    struct kith_slots_posix *p;
    int err = KITH_OK;
    *out = NULL;
    if (mkdir(dir, 0700) && errno != EEXIST)
        return errno == ENOSPC || errno == EDQUOT ? KITH_ERR_FULL : KITH_ERR_IO;
    p = kith_alloc(sizeof *p);
    p->lock = -1;
    p->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (p->dir < 0)
        err = KITH_ERR_IO;
    if (!err)
        err = take_lock(p);
    if (!err)
        err = open_all(p);
    if (err) {
        kith_slots_posix_free(p);
        return err;
    }
    *out = p;
    return KITH_OK;
}

static void close_slot(struct kith_slot *s) {
    struct file *f = s->ctx;
    close(f->fd);
    kith_free(f);
}

void kith_slots_posix_free(struct kith_slots_posix *p) {
    if (!p)
        return;
    for (size_t i = 0; i < p->count; i++)
        close_slot(&p->slots[i]);
    if (p->lock >= 0)
        close(p->lock);
    if (p->dir >= 0)
        close(p->dir);
    kith_free(p->slots);
    kith_free(p);
}

const struct kith_slot *kith_slots_posix_list(struct kith_slots_posix *p, size_t *count) {
    *count = p->count;
    return p->slots;
}

/* --- effects ---------------------------------------------------------------------------------- */

static int create(struct kith_slots_posix *p, const char *name, struct kith_slot *out) {
    int fd = openat(p->dir, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_of(errno);
    if (fsync(p->dir)) { /* without it the name itself may be gone after a power cut */
        int err = err_of(errno);
        close(fd);
        (void)!unlinkat(p->dir, name, 0);
        return err;
    }
    *out = *add(p, name, fd);
    return KITH_OK;
}

static int delete(struct kith_slots_posix *p, struct kith_slot *s) {
    if (unlinkat(p->dir, s->name, 0) && errno != ENOENT)
        return KITH_ERR_IO;
    close_slot(s);
    *s = p->slots[--p->count];
    return fsync(p->dir) ? KITH_ERR_IO : KITH_OK;
}

int kith_slots_posix_perform(struct kith_slots_posix *p, const struct kith_store_effect *e, struct kith_slot *out) {
    struct kith_slot *s = NULL;
    for (size_t i = 0; i < p->count && !s; i++) {
        if (!strcmp(p->slots[i].name, e->name))
            s = &p->slots[i];
    }
    if (!is_slot_name(e->name))
        return KITH_ERR_ARG;
    if (e->kind == KITH_STORE_CREATE)
        return s ? KITH_ERR_EXISTS : create(p, e->name, out);
    if (!s)
        return KITH_ERR_NOT_FOUND;
    if (e->kind == KITH_STORE_DELETE)
        return delete(p, s);
    /* EINTR is not tried again: what a second fdatasync says of the first one's pages means nothing. */
    return fdatasync(((const struct file *)s->ctx)->fd) ? err_of(errno) : KITH_OK;
}
