/* SPDX-License-Identifier: MIT */
/* The server's sockets from inside the process: what the host does at moments that no client can choose. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "drivers/web.h"

#define ROUNDS_MS 5000 /* far more than any of this takes */

struct world {
    uv_loop_t loop;
    uv_check_t check;
    struct kith_web *web;
    struct kith_road *road;
    unsigned opened, closed;
};

static int let_in(void *ctx, const struct kith_web_request *q) {
    (void)ctx, (void)q;
    return 0;
}

static void opened(void *ctx, struct kith_road *r) {
    struct world *w = ctx;
    w->road = r;
    w->opened++;
    kith_road_start(r);
}

static void on_bytes(void *ctx, struct kith_road *r, const uint8_t *in, size_t len) {
    (void)ctx, (void)r, (void)in, (void)len;
}

static size_t pull(void *ctx, struct kith_road *r, uint8_t *out, size_t cap) {
    (void)ctx, (void)r, (void)out, (void)cap;
    return 0;
}

static void wrote(void *ctx) {
    (void)ctx;
}

static void closed(void *ctx, struct kith_road *r) {
    struct world *w = ctx;
    (void)r;
    w->road = NULL;
    w->closed++;
}

static const struct kith_road_host host = {NULL, on_bytes, pull, wrote, closed};

static int dial(uint16_t port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(!connect(fd, (struct sockaddr *)&a, sizeof a));
    return fd;
}

static void say(int fd, const void *bytes, size_t len) {
    CHECK(send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len);
}

static const char upgrade[] = "GET /rpc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

/* After every poll, and before handles are closed, the host wants its road to do something. */
static void on_check(uv_check_t *c) {
    struct world *w = c->data;
    if (!w->road)
        return;
    kith_road_write(w->road);
    if (w->road)
        kith_road_pause(w->road, !w->road->paused);
}

/* A browser breaks the rules and does not go: in the turn of the loop in which it is hung up on, the node
 * still has something to tell it. */
static void a_road_that_is_hung_up_on_can_be_used(struct world *w, uint16_t port) {
    static const uint8_t text[] = {0x81, 0x80, 0, 0, 0, 0};
    int fd = dial(port);
    uint64_t end;
    uv_check_init(&w->loop, &w->check);
    w->check.data = w;
    uv_check_start(&w->check, on_check);
    say(fd, upgrade, sizeof upgrade - 1);
    say(fd, text, sizeof text);
    for (end = uv_now(&w->loop) + ROUNDS_MS; !w->closed && uv_now(&w->loop) < end;)
        uv_run(&w->loop, UV_RUN_ONCE);
    CHECK(w->opened == 1 && w->closed == 1);
    uv_close((uv_handle_t *)&w->check, NULL);
    close(fd);
}

/* ---- who asks for much and reads nothing ---- */

#define ANSWER ((size_t)8 << 20)

static bool answer(void *ctx, const struct kith_web_request *q, struct kith_web_answer *a) {
    (void)ctx, (void)q;
    kith_buf_reserve(&a->body, ANSWER);
    memset(a->body.p, 'x', ANSWER);
    a->body.len = ANSWER;
    return true;
}

struct reader {
    int fd;
    size_t got;
    char start[16];
    bool end;
};

static struct reader ask(uint16_t port) {
    static const char request[] = "GET /much HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct reader r = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    int little = 65536; /* so that the kernel does not read it for us */
    CHECK(!setsockopt(r.fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little) && !connect(r.fd, (struct sockaddr *)&a, sizeof a));
    (void)fcntl(r.fd, F_SETFL, O_NONBLOCK);
    say(r.fd, request, sizeof request - 1);
    return r;
}

static void read_some(struct reader *r, size_t most) {
    static char bytes[65536];
    ssize_t got = 1;
    while (!r->end && got > 0 && r->got < most) {
        got = recv(r->fd, bytes, most - r->got < sizeof bytes ? most - r->got : sizeof bytes, 0);
        if (got > 0 && r->got < sizeof r->start - 1)
            memcpy(r->start + r->got, bytes, (size_t)got < sizeof r->start - 1 - r->got ? (size_t)got : sizeof r->start - 1 - r->got);
        r->end = !got || (got < 0 && errno != EAGAIN);
        r->got += got > 0 ? (size_t)got : 0;
    }
}

static void read_until(struct world *w, struct reader *r, size_t most) {
    for (uint64_t end = uv_now(&w->loop) + ROUNDS_MS; !r->end && r->got < most && uv_now(&w->loop) < end;) {
        uv_run(&w->loop, UV_RUN_NOWAIT);
        read_some(r, most);
    }
}

/* There is room for two answers and a half. */
static void answers_that_nobody_reads_are_bounded(struct world *w, uint16_t port) {
    struct reader stalled = ask(port), reading, third, next;
    read_until(w, &stalled, 15);
    reading = ask(port);
    read_until(w, &reading, ANSWER / 2);
    CHECK(!strncmp(stalled.start, "HTTP/1.1 200", 12) && !strncmp(reading.start, "HTTP/1.1 200", 12));
    third = ask(port);
    read_until(w, &third, SIZE_MAX);
    CHECK(!strncmp(third.start, "HTTP/1.1 503", 12) && third.end);
    read_until(w, &stalled, SIZE_MAX);
    CHECK(stalled.end && stalled.got < ANSWER);
    next = ask(port);
    read_until(w, &next, SIZE_MAX);
    read_until(w, &reading, SIZE_MAX);
    CHECK(!strncmp(next.start, "HTTP/1.1 200", 12) && next.got > ANSWER);
    CHECK(reading.end && reading.got > ANSWER);
    close(stalled.fd), close(reading.fd), close(third.fd), close(next.fd);
}

int main(void) {
    static struct world w;
    uint16_t port = 0;
    struct kith_web_config config = {.sockets = 8,
                                     .check = let_in,
                                     .answers_max = 2 * ANSWER + ANSWER / 2,
                                     .answer = answer,
                                     .socket_path = "/rpc",
                                     .socket_protocol = "kith",
                                     .upgrade = let_in,
                                     .opened = opened,
                                     .host = &host,
                                     .host_ctx = &w,
                                     .ctx = &w};
    signal(SIGPIPE, SIG_IGN); /* as every host of it does */
    uv_loop_init(&w.loop);
    CHECK(!kith_web_start(&w.web, &w.loop, "127.0.0.1", &port, &config));
    a_road_that_is_hung_up_on_can_be_used(&w, port);
    answers_that_nobody_reads_are_bounded(&w, port);
    kith_web_close(w.web);
    CHECK(!kith_web_start(&w.web, &w.loop, "127.0.0.1", &port, &config)); /* all was let go of */
    kith_web_close(w.web);
    uv_run(&w.loop, UV_RUN_DEFAULT);
    CHECK(!uv_loop_close(&w.loop));
    return check_done();
}
