/* SPDX-License-Identifier: MIT */
/* Each WebSocket is a session of the broker. */
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/resource.h>

#include "serve.h"

#define FILES_BESIDE 256 /* descriptors for all else: the store, other sockets, those that are just being closed */

struct member {
    struct serve *serve;
    struct kith_road *road;
    struct kith_broker_session *session; /* NULL: it was refused, or is over */
};

unsigned roads_room(unsigned wanted) {
    rlim_t need = (rlim_t)wanted + FILES_BESIDE;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur >= need)
        return wanted;
    files.rlim_cur = files.rlim_max < need ? files.rlim_max : need;
    if (setrlimit(RLIMIT_NOFILE, &files) || getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur >= need)
        return wanted;
    wanted = (unsigned)(files.rlim_cur > 2 * FILES_BESIDE ? files.rlim_cur - FILES_BESIDE : files.rlim_cur / 2);
    log_line(4, "connections.fewer places=%u why=\"the limit of open files (ulimit -Hn) is %llu\"", wanted, (unsigned long long)files.rlim_cur);
    return wanted;
}

/* "ws:ADDRESS:PORT", as the driver names it, to an IPv4 /24 or an IPv6 /48. */
struct kith_broker_source roads_source(const char *name) {
    struct kith_broker_source out = {0};
    const char *start = strchr(name, ':'), *end = strrchr(name, ':');
    uint8_t ip[16];
    char text[64];
    if (!start || end <= start || (size_t)(end - start) > sizeof text)
        return out;
    snprintf(text, sizeof text, "%.*s", (int)(end - start - 1), start + 1);
    if (!strncmp(text, "::ffff:", 7) && strchr(text, '.'))
        memmove(text, text + 7, strlen(text) - 6);
    if (inet_pton(AF_INET, text, ip) == 1) {
        out.b[0] = 4;
        memcpy(out.b + 1, ip, 3);
    } else if (inet_pton(AF_INET6, text, ip) == 1) {
        out.b[0] = 6;
        memcpy(out.b + 1, ip, 6);
    }
    return out;
}

static void on_late(uv_timer_t *timer) {
    struct serve *s = timer->data;
    kith_broker_late(s->broker, serve_time(s));
    roads_work(s);
}

void roads_work(struct serve *s) {
    struct member *m;
    uint64_t due = kith_broker_deadline(s->broker), now = uv_now(&s->loop);
    if (due != UINT64_MAX && !uv_is_active((uv_handle_t *)&s->late))
        uv_timer_start(&s->late, on_late, due > now ? due - now : 0, 0);
    while ((m = kith_broker_writable(s->broker)))
        kith_road_write(m->road);
    while ((m = kith_broker_doomed(s->broker)))
        kith_road_close(m->road); /* the second time for the same road does not wait */
}

void roads_opened(void *ctx, struct kith_road *r) {
    struct serve *s = ctx;
    struct member *m = kith_alloc(sizeof *m);
    struct kith_broker_source source = roads_source(r->address);
    m->serve = s;
    m->road = r;
    r->ctx = m;
    m->session = kith_broker_open(s->broker, m, &source, serve_time(s));
    kith_road_start(r);
    if (!m->session)
        kith_road_close(r);
}

static void on_opened(void *ctx, struct kith_road *r, int uv_error) {
    (void)ctx, (void)r, (void)uv_error; /* of roads that we dial: there are none */
}

static void on_bytes(void *ctx, struct kith_road *r, const uint8_t *in, size_t len) {
    struct member *m = ctx;
    (void)r;
    if (!m->session)
        return;
    /* An error dooms the session. What there is to write is written when the road says `wrote`, after all
     * that has arrived: it cannot write while it reads. */
    (void)!kith_broker_recv(m->session, in, len, serve_time(m->serve));
}

static size_t on_pull(void *ctx, struct kith_road *r, uint8_t *out, size_t cap) {
    struct member *m = ctx;
    (void)r;
    return m->session ? kith_broker_pull(m->session, out, cap, serve_time(m->serve)) : 0;
}

static void on_wrote(void *ctx) {
    struct member *m = ctx;
    roads_work(m->serve);
}

static void on_closed(void *ctx, struct kith_road *r) {
    struct member *m = ctx;
    (void)r;
    if (m->session)
        kith_broker_close(m->session);
    kith_free(m);
}

const struct kith_road_host roads_host = {on_opened, on_bytes, on_pull, on_wrote, on_closed};
