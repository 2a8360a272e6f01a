/* SPDX-License-Identifier: MIT */
/* dir.c: dir:/FOLDER. A folder that both can write to, sooner or later: a USB stick, a Syncthing folder, the target
 * of an scp. Files have random names, so that nobody sees from them who wrote what for whom. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "drivers/carrier.h"

#define PATH 4400
#define NAME_LEN 29 /* 24 digits and .kith */
#define NAME_BYTES 12
#define NOTE ((size_t)24) /* the digits of a name */
#define LIFE_S (7 * 86400) /* by then it was sent anew to whoever has not taken it */
#define PACKET_MAX ((off_t)8 << 20)

static bool folder_of(const struct kith_carrier_way *way, char why[KITH_CARRIER_WORD]) {
    struct stat st;
    if (way->rest[0] != '/') {
        snprintf(why, KITH_CARRIER_WORD, "dir: takes a path that begins with /");
        return false;
    }
    if (!stat(way->rest, &st) && S_ISDIR(st.st_mode))
        return true;
    snprintf(why, KITH_CARRIER_WORD, "the folder is not there");
    return false;
}

static bool write_all(int fd, struct kith_bytes in) {
    while (in.len) {
        ssize_t n = write(fd, in.p, in.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        in = kith_bytes_skip(in, (size_t)n);
    }
    return true;
}

/* From the packet's ticket, so that it is there once however often it is brought, and can be found again by whoever has brought it;
 * nobody else can tell it from a random one. */
static bool name_of(const struct kith_carrier_way *way, uint8_t name[NAME_BYTES]) {
    uint8_t text[16] = "kith dir";
    struct kith_hash hash;
    if (!way->ticket)
        return getrandom(name, NAME_BYTES, 0) == NAME_BYTES;
    kith_put_u64le(text + 8, way->ticket);
    kith_sha256(&hash, kith_bytes(text, sizeof text));
    memcpy(name, hash.b, NAME_BYTES);
    return true;
}

static void path_of(const struct kith_carrier_way *way, const char *before, const uint8_t name[NAME_BYTES], char path[PATH]) {
    size_t at = (size_t)snprintf(path, PATH - 64, "%s/%s", way->rest, before);
    for (size_t i = 0; i < NAME_BYTES; i++)
        at += (size_t)snprintf(path + at, 3, "%02x", name[i]);
    snprintf(path + at, PATH - at, ".kith");
}

static enum kith_carried transmit(const struct kith_carrier_way *way, struct kith_bytes packet, char by[KITH_CARRIER_WORD]) {
    char temp[PATH], path[PATH];
    uint8_t name[NAME_BYTES], random[NAME_BYTES];
    bool written;
    int fd;
    if (way->rest[0] != '/' || !folder_of(way, by))
        return way->rest[0] == '/' ? KITH_CARRIED_LATER : KITH_CARRIED_NEVER; /* a stick may be put in */
    if (!name_of(way, name) || getrandom(random, sizeof random, 0) != sizeof random)
        return KITH_CARRIED_LATER;
    path_of(way, "", name, path);
    path_of(way, ".", random, temp);
    fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666); /* the other one has to be able to take it away */
    if (fd < 0) {
        snprintf(by, KITH_CARRIER_WORD, "cannot write there: %s", strerror(errno));
        return KITH_CARRIED_LATER;
    }
    written = write_all(fd, packet);
    if (close(fd) || !written || rename(temp, path)) {
        snprintf(by, KITH_CARRIER_WORD, "cannot write there: %s", strerror(errno));
        (void)unlink(temp);
        return KITH_CARRIED_LATER;
    }
    snprintf(by, KITH_CARRIER_WORD, "the folder");
    return KITH_CARRIED_STORED;
}

static enum kith_carried take_back(const struct kith_carrier_way *way) {
    char path[PATH], why[KITH_CARRIER_WORD];
    uint8_t name[NAME_BYTES];
    if (!way->ticket || !folder_of(way, why) || !name_of(way, name))
        return KITH_CARRIED_LATER;
    path_of(way, "", name, path);
    return unlink(path) && errno != ENOENT ? KITH_CARRIED_LATER : KITH_CARRIED_STORED;
}

/* A stick may be pulled out right after we said that it is there. */
static void flush(const struct kith_carrier_way *way) {
    int fd = open(way->rest, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)syncfs(fd);
    close(fd);
}

static bool is_name(const char *name) {
    return strlen(name) == NAME_LEN && strspn(name, "0123456789abcdef") == 24 && !strcmp(name + 24, ".kith");
}

static bool read_file(int dir, const char *name, struct kith_buf *out) {
    struct stat st;
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    ssize_t got = 0;
    kith_buf_clear(out);
    if (fd < 0)
        return false;
    if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= PACKET_MAX) {
        kith_buf_reserve(out, (size_t)st.st_size);
        while (out->len < (size_t)st.st_size && (got = read(fd, out->p + out->len, (size_t)st.st_size - out->len)) > 0)
            out->len += (size_t)got;
    }
    close(fd);
    return out->len != 0;
}

/* ---- packets for several, which stay where they are ---- */

/* The names of those that we have taken, without their ending. */
static bool is_noted(const struct kith_carrier_way *way, const char *name) {
    for (size_t at = 0; way->notes && at < way->notes->len; at += NOTE) {
        if (!memcmp(way->notes->p + at, name, NOTE))
            return true;
    }
    return false;
}

/* Whoever has brought it takes it away when everybody has it; if they are gone for good, the readers do. */
static void leave(const struct kith_carrier_way *way, DIR *dir, const char *name, struct kith_buf *seen) {
    struct stat st;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (!fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW) && st.st_mtim.tv_sec + LIFE_S < now.tv_sec)
        (void)unlinkat(dirfd(dir), name, 0);
    else if (way->notes)
        kith_buf_put(seen, name, NOTE);
}

static bool receive(const struct kith_carrier_way *way, const struct kith_carrier_taker *taker, char why[KITH_CARRIER_WORD]) {
    struct kith_buf packet = {0}, seen = {0};
    struct dirent *entry;
    struct timespec now;
    struct stat st;
    uint64_t changed;
    bool all = true;
    DIR *dir;
    if (!folder_of(way, why) || stat(way->rest, &st))
        return false;
    /* A folder with others' packets in it is read again when something has changed: a time that is fresh may still
     * be given to the next change. */
    changed = (uint64_t)st.st_mtim.tv_sec * 1000000000 + (uint64_t)st.st_mtim.tv_nsec;
    if (changed == *way->memo)
        return true;
    dir = opendir(way->rest);
    if (!dir) {
        snprintf(why, KITH_CARRIER_WORD, "cannot look there: %s", strerror(errno));
        return false;
    }
    while ((entry = readdir(dir)) && !way->stop(way->ctx)) {
        bool alone;
        if (!is_name(entry->d_name))
            continue;
        if (is_noted(way, entry->d_name)) {
            leave(way, dir, entry->d_name, &seen);
            continue;
        }
        if (!read_file(dirfd(dir), entry->d_name, &packet) || !taker->is_ours(taker->ctx, kith_buf_bytes(&packet), &alone))
            continue;
        if (!taker->take(taker->ctx, kith_buf_bytes(&packet)))
            all = false;
        else if (alone)
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
        else
            leave(way, dir, entry->d_name, &seen);
    }
    clock_gettime(CLOCK_REALTIME, &now);
    if (!entry && way->notes) { /* those that are gone are forgotten */
        kith_buf_wipe(way->notes);
        *way->notes = seen;
        seen = (struct kith_buf){0};
    }
    *way->memo = all && !entry && now.tv_sec > st.st_mtim.tv_sec + 2 ? changed : 0;
    closedir(dir);
    kith_buf_wipe(&packet);
    kith_buf_wipe(&seen);
    return true;
}

const struct kith_carrier kith_carrier_dir = {"dir", 1000, transmit, flush, receive, NULL, take_back};
