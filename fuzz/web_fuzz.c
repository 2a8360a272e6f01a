/* SPDX-License-Identifier: MIT */
/* HTTP and WebSockets as they come from anybody: the bytes of the input go through a real socket into the server, which
 * answers files, a call, bodies and WebSockets as the daemon and the broker do. The input also says where the bytes
 * are cut, and on how many connections they come. What holds whatever they say: every road that was opened is closed, as
 * many as were counted, what comes out of frames is never more than went in, and a server that is closed leaves nothing
 * on the loop.
 *
 * An input is a list of steps: a byte that says what is done, a length for two of them, and that many bytes. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "drivers/web.h"

#define CLIENTS 3
#define STEPS_MAX 24
#define TURNS 6 /* of the loop, after each step: more than reading, answering and writing need */

static uv_loop_t loop;
static struct kith_road *roads[CLIENTS * STEPS_MAX];
static size_t opened_count, closed_count, said, heard;
static bool talks; /* the host has something to say on its roads */

/* ---- the host ---- */

static int let_in(void *ctx, const struct kith_web_request *q) {
    (void)ctx;
    if (q->path.len > KITH_WEB_TARGET_MAX)
        abort();
    return kith_bytes_is(q->path, "/no") ? 403 : 0;
}

static bool answer(void *ctx, const struct kith_web_request *q, struct kith_web_answer *a) {
    (void)ctx;
    if (!kith_bytes_starts(q->path, "/call"))
        return false;
    a->status = 200;
    a->type = "text/plain";
    kith_buf_put_bytes(&a->body, q->body);
    kith_buf_put_bytes(&a->body, q->authorization);
    kith_buf_put_bytes(&a->body, q->protocols);
    return true;
}

static void opened(void *ctx, struct kith_road *r) {
    (void)ctx;
    if (opened_count >= sizeof roads / sizeof roads[0])
        abort();
    r->link = (uint32_t)opened_count;
    roads[opened_count++] = r;
    kith_road_start(r);
}

static void bytes(void *ctx, struct kith_road *r, const uint8_t *in, size_t len) {
    (void)ctx, (void)r, (void)in;
    heard += len;
    if (heard > said)
        abort();
}

static size_t pull(void *ctx, struct kith_road *r, uint8_t *out, size_t cap) {
    (void)ctx, (void)r;
    if (!talks || cap < 300)
        return 0;
    talks = false;
    memset(out, 7, 300);
    return 300;
}

static void wrote(void *ctx) {
    (void)ctx;
}

static void closed(void *ctx, struct kith_road *r) {
    (void)ctx;
    if (roads[r->link] != r)
        abort();
    roads[r->link] = NULL;
    closed_count++;
}

static const struct kith_road_host host = {NULL, bytes, pull, wrote, closed};

/* ---- the clients ---- */

static int dial(uint16_t port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct linger none = {1, 0}; /* no port waits for late segments, or else a fuzzer soon has none left */
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) || setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none))
        abort();
    return fd;
}

static void turn(void) {
    for (unsigned i = 0; i < TURNS; i++)
        uv_run(&loop, UV_RUN_NOWAIT);
}

static void say(int fd, struct kith_bytes b) {
    ssize_t n = send(fd, b.p, b.len, MSG_NOSIGNAL | MSG_DONTWAIT);
    said += n > 0 ? (size_t)n : 0;
}

static void drain(int fd) {
    uint8_t in[4096];
    while (recv(fd, in, sizeof in, MSG_DONTWAIT) > 0)
        ;
}

/* A frame as a browser makes it: masked, of the length that it says. */
static void say_frame(int fd, uint8_t first, struct kith_bytes payload) {
    static const uint8_t mask[4] = {1, 2, 3, 4};
    struct kith_buf out = {0};
    kith_buf_put_u8(&out, first);
    kith_buf_put_u8(&out, (uint8_t)(0x80 | (payload.len < 126 ? payload.len : 126)));
    if (payload.len >= 126) {
        kith_buf_put_u8(&out, (uint8_t)(payload.len >> 8));
        kith_buf_put_u8(&out, (uint8_t)payload.len);
    }
    kith_buf_put(&out, mask, sizeof mask);
    for (size_t i = 0; i < payload.len; i++)
        kith_buf_put_u8(&out, payload.p[i] ^ mask[i % 4]);
    say(fd, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

static const char upgrade[] = "GET /rpc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

static struct kith_road *some_road(size_t from) {
    for (size_t i = 0; i < opened_count; i++) {
        if (roads[(from + i) % opened_count])
            return roads[(from + i) % opened_count];
    }
    return NULL;
}

static void step(struct kith_reader *r, int fds[CLIENTS], uint16_t port) {
    uint8_t what = kith_read_u8(r);
    size_t len = kith_read_u16le(r), left = kith_read_left(r);
    struct kith_bytes b = kith_read_bytes(r, len < left ? len : left);
    int *fd = &fds[what / 8 % CLIENTS];
    struct kith_road *road = some_road(len);
    if (*fd < 0)
        *fd = dial(port);
    switch (what % 8) {
    case 0:
    case 1:
        say(*fd, b);
        break;
    case 2:
        say(*fd, kith_bytes(upgrade, sizeof upgrade - 1));
        turn();
        say(*fd, b);
        break;
    case 3:
        if (b.len)
            say_frame(*fd, b.p[0], kith_bytes(b.p + 1, b.len - 1));
        break;
    case 4:
        (void)shutdown(*fd, SHUT_WR);
        break;
    case 5:
        close(*fd);
        *fd = -1;
        break;
    case 6:
        talks = true;
        if (road)
            kith_road_write(road);
        break;
    default:
        if (road && len % 3 == 2)
            kith_road_close(road);
        else if (road)
            kith_road_pause(road, len % 3);
    }
    turn();
    if (*fd >= 0)
        drain(*fd);
}

/* ---- one input ---- */

static const struct kith_web_header headers[] = {{"x-frame-options", "DENY"}, {NULL, NULL}};
static const struct kith_web_file files[] = {
    {"/index.html", "text/html", "\"1\"", "no-cache", {(const uint8_t *)"<p>", 3}, {(const uint8_t *)"zip", 3}}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_web_config config = {.headers = headers, .files = files, .file_count = 1, .sockets = CLIENTS, .check = let_in,
                                     .body_max = 2048, .bodies_max = 8192, .answer = answer, .socket_path = "/rpc",
                                     .upgrade = let_in, .opened = opened, .host = &host};
    struct kith_reader r = kith_reader(kith_bytes(data, size));
    struct kith_web *w;
    int fds[CLIENTS];
    uint16_t port = 0;
    opened_count = closed_count = said = heard = 0;
    talks = false;
    (void)signal(SIGPIPE, SIG_IGN); /* as every program does that has a server */
    for (size_t i = 0; i < CLIENTS; i++)
        fds[i] = -1;
    if (size)
        config.behind_proxy = data[0] & 128;
    if (uv_loop_init(&loop) || kith_web_start(&w, &loop, "127.0.0.1", &port, &config))
        abort();
    for (unsigned n = 0; n < STEPS_MAX && !r.err && kith_read_left(&r); n++)
        step(&r, fds, port);
    for (size_t i = 0; i < CLIENTS; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
    }
    turn();
    kith_web_close(w);
    if (opened_count != closed_count)
        abort();
    uv_run(&loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&loop))
        abort();
    return 0;
}
