/* SPDX-License-Identifier: MIT */
/* packets_folder.c: our own two folders, into which anybody here may put something. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "packets_state.h"
#include "sync/packet.h"

#define ACTION_MAX 65536
#define REFUSED_MAX 100
#define REFUSED_BYTES_MAX ((uint64_t)64 << 20)
#define KEPT_MAX 1000
#define KEPT_BYTES_MAX ((uint64_t)256 << 20) /* what says that it is of a newer version may come from anybody */

void packets_path(const struct packets *p, uint64_t ticket, const char *ending, char *out) {
    snprintf(out, PACKETS_PATH + 64, "%s/%016llx%s", p->out, (unsigned long long)ticket, ending);
}

bool packets_read(const char *path, struct kith_buf *out) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    ssize_t got = 0;
    if (fd < 0)
        return false;
    if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size <= (off_t)KITH_PACKET_MAX) {
        kith_buf_reserve(out, (size_t)st.st_size + 1);
        while (out->len < (size_t)st.st_size && (got = read(fd, out->p + out->len, (size_t)st.st_size - out->len)) > 0)
            out->len += (size_t)got;
    }
    close(fd);
    return out->len != 0;
}

bool packets_write(const char *path, struct kith_bytes bytes) {
    const char *slash = strrchr(path, '/');
    char temp[PACKETS_PATH + 80];
    ssize_t got = 1;
    int fd;
    snprintf(temp, sizeof temp, "%.*s/.%s", (int)(slash - path), path, slash + 1);
    fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    while (bytes.len && got > 0) {
        got = write(fd, bytes.p, bytes.len);
        if (got > 0)
            bytes = kith_bytes_skip(bytes, (size_t)got);
        else if (got < 0 && errno == EINTR)
            got = 1;
    }
    if (close(fd) || bytes.len || rename(temp, path)) {
        (void)unlink(temp);
        return false;
    }
    return true;
}

/* A script may still be writing it. Ours come by rename. The time is the one that nobody can set, and may be ahead of a clock
 * that was set back. */
static bool is_settled(const char *folder, const char *name, const char *ours) {
    char path[PACKETS_PATH + 300];
    struct stat st;
    if (!strncmp(name, ours, strlen(ours)) && *ours)
        return true;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return !stat(path, &st) && S_ISREG(st.st_mode) && time(NULL) != st.st_ctime;
}

static bool ends(const char *name, const char *ending) {
    size_t len = strlen(name), other = strlen(ending);
    return len > other && !strcmp(name + len - other, ending);
}

/* ---- inpackets ---- */

/* The oldest file; false if there are fewer than that many and they are smaller. */
static bool is_full(const char *folder, size_t most, uint64_t most_bytes, char oldest[256]) {
    uint64_t bytes = 0;
    time_t when = 0;
    size_t count = 0;
    struct dirent *entry;
    DIR *dir = opendir(folder);
    while (dir && (entry = readdir(dir))) {
        struct stat st;
        if (entry->d_name[0] == '.' || fstatat(dirfd(dir), entry->d_name, &st, 0))
            continue;
        bytes += (uint64_t)st.st_size;
        if (!count++ || st.st_mtime < when) {
            when = st.st_mtime;
            snprintf(oldest, 256, "%s", entry->d_name);
        }
    }
    if (dir)
        closedir(dir);
    return count && (count >= most || bytes >= most_bytes);
}

/* The oldest go when there are many: anybody could fill our disk. */
static void tidy(const char *folder, size_t most, uint64_t most_bytes) {
    char oldest[256] = "", path[PACKETS_PATH + 300];
    bool gone = true;
    while (gone && is_full(folder, most, most_bytes, oldest)) {
        snprintf(path, sizeof path, "%s/%s", folder, oldest);
        gone = !unlink(path);
    }
}

/* The node has said why, in the line packet.refused before; this one says which file. */
static void put_aside(struct packets *p, const char *path, const char *name, const char *folder, int err) {
    char to[PACKETS_PATH + 300], dir[PACKETS_PATH + 16], line[400];
    snprintf(dir, sizeof dir, "%s/%s", p->in, folder);
    (void)mkdir(dir, 0700);
    if (strcmp(folder, "refused"))
        tidy(dir, KEPT_MAX, KEPT_BYTES_MAX);
    else
        tidy(dir, REFUSED_MAX, REFUSED_BYTES_MAX);
    snprintf(to, sizeof to, "%s/%s", dir, name);
    if (rename(path, to))
        (void)unlink(path);
    snprintf(line, sizeof line, "packet.aside folder=%s error=%s file=%.200s", folder, kith_err_name(err), name);
    host_log(p->host, 4, line);
}

#define KEPT "kept-" /* before the name of one that lay in kept until now */

/* False: not now. */
static bool process(struct packets *p, const char *name) {
    char path[PACKETS_PATH + 300];
    struct kith_buf packet = {0};
    bool kept = !strncmp(name, KEPT, strlen(KEPT));
    int err = KITH_ERR_SIZE;
    snprintf(path, sizeof path, "%s/%s", p->in, name);
    if (packets_read(path, &packet))
        err = (kept ? kith_node_packet_kept : kith_node_packet)(p->host->node, kith_buf_bytes(&packet), host_time());
    kith_buf_wipe(&packet);
    if (err == KITH_ERR_BUSY)
        return false;
    if (!err || err == KITH_ERR_EXISTS)
        (void)unlink(path);
    else
        put_aside(p, path, kept ? name + strlen(KEPT) : name, err == KITH_ERR_UNKNOWN_METHOD ? "kept" : "refused", err);
    return true;
}

/* A program of another version may understand what the last one could only keep. */
void packets_try_kept(struct packets *p, const char *version) {
    char dir[PACKETS_PATH + 16], path[PACKETS_PATH + 300], to[PACKETS_PATH + 300];
    struct kith_buf last = {0};
    struct dirent *entry;
    DIR *kept;
    snprintf(dir, sizeof dir, "%s/kept", p->in);
    snprintf(path, sizeof path, "%s/.version", dir);
    kept = opendir(dir);
    if (kept && !(packets_read(path, &last) && kith_bytes_is(kith_buf_bytes(&last), version)) && packets_write(path, kith_bytes_str(version))) {
        while ((entry = readdir(kept))) {
            if (entry->d_name[0] == '.')
                continue;
            snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
            snprintf(to, sizeof to, "%s/" KEPT "%s", p->in, entry->d_name);
            (void)rename(path, to);
        }
    }
    if (kept)
        closedir(kept);
    kith_buf_wipe(&last);
}

bool packets_scan_in(struct packets *p) {
    struct dirent *entry;
    DIR *dir = opendir(p->in);
    bool more = false, full = false;
    size_t count = 0;
    while (dir && !full && (entry = readdir(dir))) {
        if (entry->d_name[0] == '.' || entry->d_type == DT_DIR || !strcmp(entry->d_name, "kept") || !strcmp(entry->d_name, "refused"))
            continue;
        if (!is_settled(p->in, entry->d_name, "road-"))
            more = true; /* it keeps nobody behind it waiting */
        else
            full = !process(p, entry->d_name) || ++count == PACKETS_BATCH;
    }
    if (dir)
        closedir(dir);
    return more || full;
}

/* ---- outpackets ---- */

static void sign(struct packets *p, const char *name) {
    char path[PACKETS_PATH + 300], to[PACKETS_PATH + 320], line[400];
    struct kith_buf content = {0};
    int err = KITH_ERR_SIZE;
    snprintf(path, sizeof path, "%s/%s", p->out, name);
    if (packets_read(path, &content) && content.len <= ACTION_MAX)
        err = kith_node_action(p->host->node, kith_buf_bytes(&content), host_time());
    kith_buf_wipe(&content);
    if (!err) {
        (void)unlink(path);
        return;
    }
    if (err == KITH_ERR_BUSY || err == KITH_ERR_FORK_GUARD || kith_err_is_local(err))
        return; /* the disk, or the guard of our feed: not the file */
    snprintf(to, sizeof to, "%s.refused", path);
    (void)rename(path, to);
    snprintf(line, sizeof line, "action.refused file=%.200s error=%s", name, kith_err_name(err));
    host_log(p->host, 4, line);
}

bool packets_scan_out(struct packets *p) {
    struct dirent *entry;
    DIR *dir = opendir(p->out);
    bool more = false;
    while (dir && (entry = readdir(dir))) {
        const char *name = entry->d_name;
        if (name[0] == '.' || ends(name, ".packet") || ends(name, ".to") || ends(name, ".refused") || ends(name, "~"))
            continue;
        if (is_settled(p->out, name, ""))
            sign(p, name);
        else
            more = true;
    }
    if (dir)
        closedir(dir);
    return more;
}
