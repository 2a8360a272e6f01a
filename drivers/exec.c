/* SPDX-License-Identifier: MIT */
/* exec.c: exec:/PROGRAM ARGUMENT. Any program is a road (docs/drivers.md):
 *
 *     PROGRAM send ARGUMENT      a packet on standard input; exit 0: it is on its way, its first line of output says
 *                                who keeps it; 75: not now, another code: never; the first line of errors says why
 *     PROGRAM receive ARGUMENT   writes each packet that lies there as a line of base64; exit 0
 *     PROGRAM taken ARGUMENT     after that: all of them were taken; exit 0
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/base64.h"
#include "drivers/carrier.h"

#define OUT_MAX ((size_t)64 << 20)
#define WHOLE_MS (600 * 1000)
#define GRACE_MS 2000 /* between asking it to end and ending it */
#define STEP_MS 500
#define SHORT_STEP_MS 20 /* where it has nothing more to say and is about to end */
#define TEMPFAIL 75 /* EX_TEMPFAIL of sysexits.h */
#define PACKET_MAX ((size_t)8 << 20)

extern char **environ;

struct child {
    pid_t pid; /* and of its group */
    int in, out, err; /* our ends, -1: closed */
    int status;
    bool ended;
    uint64_t until_ms, kill_ms; /* until when it may run; 0, or when it is ended by force */
};

/* Not the time of day: that may be set while a program runs. */
static uint64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void shut(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool start(struct child *c, char *const argv[]) {
    int in[2], out[2], err[2];
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t usual;
    int failed;
    if (pipe2(in, O_CLOEXEC))
        return false;
    if (pipe2(out, O_CLOEXEC)) {
        close(in[0]), close(in[1]);
        return false;
    }
    if (pipe2(err, O_CLOEXEC)) {
        close(in[0]), close(in[1]), close(out[0]), close(out[1]);
        return false;
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    /* A group of its own: what it has started ends with it. And a broken pipe ends it, though we ignore that. */
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    failed = posix_spawn(&c->pid, argv[0], &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]), close(out[1]), close(err[1]);
    c->in = in[1];
    c->out = out[0];
    c->err = err[0];
    fcntl(c->in, F_SETFL, O_NONBLOCK);
    if (failed)
        shut(&c->in), shut(&c->out), shut(&c->err);
    return !failed;
}

static void read_some(int *fd, struct kith_buf *out, size_t most) {
    uint8_t piece[65536];
    ssize_t got = read(*fd, piece, sizeof piece);
    if (got > 0 && out->len < most)
        kith_buf_put(out, piece, (size_t)got);
    else if (got <= 0 && !(got < 0 && errno == EINTR))
        shut(fd);
}

static bool has_ended(struct child *c) {
    if (!c->ended) {
        pid_t got = waitpid(c->pid, &c->status, WNOHANG);
        c->ended = got == c->pid || (got < 0 && errno != EINTR);
    }
    return c->ended;
}

/* Whether it is to end; then it is asked to, and a while later made to. */
static bool is_over(struct child *c, const struct kith_carrier_way *way) {
    uint64_t now = now_ms();
    if (now < c->until_ms && !way->stop(way->ctx))
        return false;
    if (!c->ended && (!c->kill_ms || now >= c->kill_ms))
        kill(-c->pid, c->kill_ms ? SIGKILL : SIGTERM);
    c->kill_ms = c->kill_ms ? c->kill_ms : now + GRACE_MS;
    return true;
}

static void feed(struct child *c, struct kith_bytes *in) {
    ssize_t got = write(c->in, in->p, in->len);
    if (got > 0)
        *in = kith_bytes_skip(*in, (size_t)got);
    if (!in->len || (got < 0 && errno != EAGAIN && errno != EINTR))
        shut(&c->in); /* it does not want to know more */
}

/* Feeds and reads until the program ends; its exit code, or -1. What it has left running may hold its output open for ever,
 * and is not waited for. */
static int converse(struct child *c, const struct kith_carrier_way *way, struct kith_bytes in, struct kith_buf *out, struct kith_buf *err) {
    c->until_ms = now_ms() + WHOLE_MS;
    if (!in.len)
        shut(&c->in);
    for (bool ended = false; !ended || c->out >= 0 || c->err >= 0; ended = has_ended(c)) {
        struct pollfd fds[3] = {{c->in, POLLOUT, 0}, {c->out, POLLIN, 0}, {c->err, POLLIN, 0}};
        int ready = poll(fds, 3, c->out < 0 && c->err < 0 ? SHORT_STEP_MS : STEP_MS);
        bool over = is_over(c, way);
        if (ready > 0 && fds[0].revents)
            feed(c, &in);
        if (ready > 0 && fds[1].revents)
            read_some(&c->out, out, OUT_MAX);
        if (ready > 0 && fds[2].revents)
            read_some(&c->err, err, 4096);
        if (ended && (over || !ready)) /* nothing has come since */
            break;
    }
    shut(&c->in), shut(&c->out), shut(&c->err);
    return WIFEXITED(c->status) ? WEXITSTATUS(c->status) : -1;
}

static int run(const struct kith_carrier_way *way, char *verb, struct kith_bytes in, struct kith_buf *out, struct kith_buf *err) {
    char program[1024], *argument;
    char *argv[4] = {program, verb, NULL, NULL};
    struct child c = {0};
    snprintf(program, sizeof program, "%s", way->rest);
    argument = strchr(program, ' ');
    if (argument)
        *argument++ = 0;
    argv[2] = argument;
    return start(&c, argv) ? converse(&c, way, in, out, err) : -2;
}

static void first_line(char to[KITH_CARRIER_WORD], const struct kith_buf *from, const char *otherwise) {
    size_t len = 0;
    while (len < from->len && len < KITH_CARRIER_WORD - 1 && from->p[len] >= ' ' && from->p[len] != 127)
        len++;
    if (len)
        snprintf(to, KITH_CARRIER_WORD, "%.*s", (int)len, (const char *)from->p);
    else
        snprintf(to, KITH_CARRIER_WORD, "%s", otherwise);
}

static enum kith_carried transmit(const struct kith_carrier_way *way, struct kith_bytes packet, char by[KITH_CARRIER_WORD]) {
    struct kith_buf out = {0}, err = {0};
    char verb[] = "send";
    int code;
    if (way->rest[0] != '/') {
        snprintf(by, KITH_CARRIER_WORD, "exec: takes a program by its whole path");
        return KITH_CARRIED_NEVER;
    }
    code = run(way, verb, packet, &out, &err);
    if (code)
        first_line(by, &err, code == -2 ? "the program cannot be started" : "the program failed");
    else
        first_line(by, &out, "the program");
    kith_buf_wipe(&out);
    kith_buf_wipe(&err);
    return !code ? KITH_CARRIED_STORED : code < 0 || code == TEMPFAIL ? KITH_CARRIED_LATER : KITH_CARRIED_NEVER;
}

static bool receive(const struct kith_carrier_way *way, const struct kith_carrier_taker *taker, char why[KITH_CARRIER_WORD]) {
    struct kith_buf out = {0}, err = {0}, packet = {0};
    char verb[] = "receive", taken[] = "taken";
    bool ok = !run(way, verb, (struct kith_bytes){0}, &out, &err);
    size_t count = 0, at = 0;
    if (!ok)
        first_line(why, &err, "the program failed");
    kith_buf_reserve(&packet, PACKET_MAX);
    while (ok && at < out.len) {
        const uint8_t *end = memchr(out.p + at, '\n', out.len - at);
        size_t len = end ? (size_t)(end - out.p) - at : out.len - at;
        if (len && !kith_base64_parse(kith_bytes(out.p + at, len), packet.p, PACKET_MAX, &packet.len)) {
            ok = taker->take(taker->ctx, kith_buf_bytes(&packet));
            count++;
        }
        at += len + 1;
    }
    if (ok && out.len >= OUT_MAX) { /* what was cut off must not be thought taken */
        snprintf(why, KITH_CARRIER_WORD, "the program brings more than 64 MiB at once");
        ok = false;
    }
    kith_buf_clear(&out);
    if (ok && count)
        (void)run(way, taken, (struct kith_bytes){0}, &out, &err);
    kith_buf_wipe(&out);
    kith_buf_wipe(&err);
    kith_buf_wipe(&packet);
    return ok;
}

const struct kith_carrier kith_carrier_exec = {"exec", 10000, transmit, NULL, receive, NULL, NULL};
