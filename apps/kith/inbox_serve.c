/* SPDX-License-Identifier: MIT */
#include "inbox_serve.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "drivers/web.h"
#include "host_state.h"
#include "packets_state.h"
#include "sync/packet.h"
#include "wire/inbox_proof.h"

#define PATH (PACKETS_PATH + 200)
#define TIDY_MS 600000
#define INBOX_REQUEST_MS 60000 /* a megabyte at 150 kbit/s */

struct inbox_serve {
    struct host *host;
    struct kith_web *web;
    char dir[PACKETS_PATH];
    uint64_t bytes;  /* of all names, as far as we know, as cost_of counts them */
    uint64_t tidied_ms, last;
};

static const struct kith_web_header headers[] = {{"x-content-type-options", "nosniff"}, {NULL, NULL}};

/* Pages of other origins may come: a friend's tab has no other way, and nothing here rests on cookies or on where one is. */
static int check(void *ctx, const struct kith_web_request *q) {
    (void)ctx, (void)q;
    return 0;
}

static int upgrade(void *ctx, const struct kith_web_request *q) {
    (void)ctx, (void)q;
    return 404;
}

/* ---- files ---- */

/* Of the room for all: a disk gives a file, and the folder of a name with one packet in it, more than their length, and
 * names without number would make every look at them long. */
static uint64_t cost_of(uint64_t len) {
    return len + 16384;
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_visible(const struct dirent *e) {
    return e->d_name[0] != '.';
}

/* Takes away what is too old, and counts the rest. */
static void tidy(struct inbox_serve *s) {
    DIR *all = opendir(s->dir);
    struct dirent *name;
    time_t oldest = time(NULL) - (time_t)INBOX_AGE_DAYS * 24 * 3600;
    s->tidied_ms = host_time().now_ms;
    s->bytes = 0;
    while (all && (name = readdir(all))) {
        char path[PATH];
        struct dirent *file;
        DIR *dir;
        if (name->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%.100s", s->dir, name->d_name);
        dir = opendir(path);
        while (dir && (file = readdir(dir))) {
            struct stat st;
            if (file->d_name[0] == '.' || fstatat(dirfd(dir), file->d_name, &st, 0))
                continue;
            if (st.st_mtime < oldest)
                (void)unlinkat(dirfd(dir), file->d_name, 0);
            else
                s->bytes += cost_of((uint64_t)st.st_size);
        }
        if (dir)
            closedir(dir);
        (void)rmdir(path); /* if it is empty */
    }
    if (all)
        closedir(all);
}

static void measure(const char *path, uint64_t *bytes, size_t *count) {
    DIR *dir = opendir(path);
    struct dirent *file;
    struct stat st;
    *bytes = *count = 0;
    while (dir && (file = readdir(dir))) {
        if (file->d_name[0] == '.' || fstatat(dirfd(dir), file->d_name, &st, 0))
            continue;
        *bytes += (uint64_t)st.st_size;
        ++*count;
    }
    if (dir)
        closedir(dir);
}

/* ---- requests ---- */

static int store(struct inbox_serve *s, const char *name, struct kith_bytes packet) {
    char path[PATH], file[PATH + 40];
    struct timespec t;
    uint64_t bytes;
    size_t count;
    bool alone, ours = kith_packet_is_for(packet, &s->host->home.keys, &alone);
    if (packet.len > KITH_PACKET_MAX)
        return 413;
    if (packet.len < KITH_PACKET_MIN || !packet.p[0])
        return 400; /* whatever it is, it is no packet */
    if (ours && s->host->packets)
        snprintf(path, sizeof path, "%s", s->host->packets->in);
    else
        snprintf(path, sizeof path, "%s/%s", s->dir, name);
    measure(path, &bytes, &count);
    if (bytes + packet.len > INBOX_EACH_MAX || count >= INBOX_FILES_MAX || s->bytes + cost_of(packet.len) > INBOX_ALL_MAX)
        return 507;
    if (!ours && mkdir(path, 0700) && errno != EEXIST)
        return 507;
    clock_gettime(CLOCK_REALTIME, &t);
    if ((uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec > s->last)
        s->last = (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
    snprintf(file, sizeof file, "%s/%s%016llx", path, ours ? "road-" : "", (unsigned long long)++s->last);
    if (!packets_write(file, packet))
        return 507;
    s->bytes += ours ? 0 : cost_of(packet.len);
    return 201;
}

static void list(struct inbox_serve *s, const char *name, struct kith_buf *out) {
    char path[PATH];
    struct dirent **files = NULL;
    int count;
    snprintf(path, sizeof path, "%s/%s", s->dir, name);
    count = scandir(path, &files, is_visible, by_name);
    for (int i = 0; i < count; i++) {
        struct stat st;
        char file[PATH + 300];
        snprintf(file, sizeof file, "%s/%s", path, files[i]->d_name);
        if (i < 500 && !stat(file, &st)) {
            kith_buf_put_str(out, files[i]->d_name);
            kith_buf_put_u8(out, ' ');
            kith_buf_put_dec(out, (uint64_t)st.st_size);
            kith_buf_put_u8(out, '\n');
        }
        free(files[i]);
    }
    free(files);
}

/* /inbox/NAME or /inbox/NAME/FILE, into name and file; false: another path. */
static bool split(struct kith_bytes path, char name[KITH_INBOX_NAME_LEN + 1], char file[17]) {
    struct kith_bytes rest;
    if (!kith_bytes_starts(path, "/inbox/"))
        return false;
    rest = kith_bytes_skip(path, 7);
    if (rest.len != KITH_INBOX_NAME_LEN && rest.len != KITH_INBOX_NAME_LEN + 17)
        return false;
    for (size_t i = 0; i < rest.len; i++) {
        bool slash = i == KITH_INBOX_NAME_LEN, hex = (rest.p[i] >= '0' && rest.p[i] <= '9') || (rest.p[i] >= 'a' && rest.p[i] <= 'f');
        if (slash ? rest.p[i] != '/' : !hex)
            return false;
    }
    snprintf(name, KITH_INBOX_NAME_LEN + 1, "%.*s", KITH_INBOX_NAME_LEN, (const char *)rest.p);
    snprintf(file, 17, "%.*s", rest.len > KITH_INBOX_NAME_LEN ? 16 : 0, (const char *)rest.p + (rest.len > KITH_INBOX_NAME_LEN ? KITH_INBOX_NAME_LEN + 1 : 0));
    return true;
}

static bool answer(void *ctx, const struct kith_web_request *q, struct kith_web_answer *a) {
    struct inbox_serve *s = ctx;
    char name[KITH_INBOX_NAME_LEN + 1], file[17], path[PATH];
    struct stat st;
    if (!split(q->path, name, file))
        return false;
    if (host_time().now_ms - s->tidied_ms > TIDY_MS)
        tidy(s);
    a->headers = kith_web_any_origin;
    if (kith_bytes_is(q->method, "OPTIONS")) {
        a->status = 204;
        return true;
    }
    if (kith_bytes_is(q->method, "POST")) {
        a->status = *file ? 405 : store(s, name, q->body);
        return true;
    }
    if (kith_inbox_check(q->authorization, kith_bytes_str(name), q->method, q->path, host_time().wall_ms)) {
        a->status = 401;
        return true;
    }
    snprintf(path, sizeof path, "%s/%s/%s", s->dir, name, file);
    if (kith_bytes_is(q->method, "PUT")) {
        a->status = *file ? 405 : 204; /* it need not be asked for: it is there when the first packet comes */
    } else if (!*file && kith_bytes_is(q->method, "DELETE")) {
        a->status = 405;
    } else if (!*file) {
        list(s, name, &a->body);
    } else if (kith_bytes_is(q->method, "DELETE")) {
        if (!stat(path, &st) && !unlink(path))
            s->bytes -= s->bytes < cost_of((uint64_t)st.st_size) ? s->bytes : cost_of((uint64_t)st.st_size);
        a->status = 204;
    } else if (packets_read(path, &a->body)) {
        a->type = "application/octet-stream";
    } else {
        a->status = 404;
    }
    return true;
}

int inbox_serve_start(struct inbox_serve **out, struct host *h, const char *address, uint16_t *port, const char *cert, const char *key) {
    struct inbox_serve *s = kith_alloc(sizeof *s);
    const struct kith_web_config config = {
        .headers = headers,
        .sockets = 512,
        .check = check,
        .answer = answer,
        .body_max = KITH_PACKET_MAX,
        .bodies_max = 8 * (size_t)KITH_PACKET_MAX,
        .answers_max = 8 * (size_t)KITH_PACKET_MAX,
        .request_ms = INBOX_REQUEST_MS,
        .socket_path = "/none",
        .upgrade = upgrade,
        .ctx = s,
        .tls_cert = cert,
        .tls_key = key,
    };
    int err;
    s->host = h;
    home_path(&h->home, "inbox", s->dir, HOME_PATH_MAX + 64);
    err = mkdir(s->dir, 0700) && errno != EEXIST ? KITH_ERR_IO : KITH_OK;
    if (!err)
        err = kith_web_start(&s->web, &h->loop, address, port, &config);
    if (err) {
        kith_free(s);
        s = NULL;
    } else {
        tidy(s);
    }
    *out = s;
    return err;
}

void inbox_serve_stop(struct inbox_serve *s) {
    if (!s)
        return;
    kith_web_close(s->web);
    kith_free(s);
}
