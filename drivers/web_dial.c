/* SPDX-License-Identifier: MIT */
#include "drivers/web_dial.h"

#include <errno.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <wslay/wslay.h>

#include "base/base64.h"
#include "base/bytes.h"
#include "drivers/tcp.h"
#include "drivers/web_dial_tls.h"

#define ANSWER_MAX 8192           /* bytes of the answer to the upgrade */
#define MESSAGE_MAX (4u << 20)    /* of one message; ours have PIECE, those of other nodes 64 KiB */
#define PIECE 16384
#define KEY_LEN 24                /* 16 bytes in base64 */

/* The road that the host knows lies on one of tcp.c or web_dial_tls.c, whose host we are. */
struct dial {
    struct kith_road *outer, *inner;
    wslay_event_context_ptr ws;
    struct kith_buf request, answer;
    size_t requested; /* of request, bytes that were taken */
    bool upgraded, failed;
    char key[KEY_LEN + 1];
    const uint8_t *in; /* what is being read, */
    size_t in_len;
    uint8_t *out; /* and written */
    size_t out_len, out_cap;
};

/* ---- wslay ---- */

static ssize_t take(wslay_event_context_ptr ws, uint8_t *buf, size_t len, int flags, void *user) {
    struct dial *d = user;
    (void)flags;
    if (!d->in_len) {
        wslay_event_set_error(ws, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    if (len > d->in_len)
        len = d->in_len;
    memcpy(buf, d->in, len);
    d->in += len;
    d->in_len -= len;
    return (ssize_t)len;
}

static ssize_t give(wslay_event_context_ptr ws, const uint8_t *data, size_t len, int flags, void *user) {
    struct dial *d = user;
    (void)flags;
    if (d->out_len == d->out_cap) {
        wslay_event_set_error(ws, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    if (len > d->out_cap - d->out_len)
        len = d->out_cap - d->out_len;
    memcpy(d->out + d->out_len, data, len);
    d->out_len += len;
    return (ssize_t)len;
}

static int mask(wslay_event_context_ptr ws, uint8_t *buf, size_t len, void *user) {
    (void)ws;
    (void)user;
    return getrandom(buf, len, 0) == (ssize_t)len ? 0 : -1; /* so few bytes come at once */
}

static void message(wslay_event_context_ptr ws, const struct wslay_event_on_msg_recv_arg *m, void *user) {
    struct dial *d = user;
    (void)ws;
    if (m->opcode == WSLAY_BINARY_FRAME)
        d->outer->host->bytes(d->outer->ctx, d->outer, m->msg, m->msg_length);
}

/* ---- the upgrade ---- */

/* The value of a header that occurs once; lines end with CRLF. */
static bool header_is(const char *answer, const char *name, const char *value) {
    for (const char *line = strstr(answer, "\r\n"); line; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, strlen(name)) || line[strlen(name)] != ':')
            continue;
        line += strlen(name) + 1;
        line += strspn(line, " \t");
        return !strncasecmp(line, value, strlen(value)) && strchr(" \t\r", line[strlen(value)]);
    }
    return false;
}

/* RFC 6455 section 4.1: what a server that has understood says. */
static bool is_upgrade(const struct dial *d, const char *answer) {
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    uint8_t text[KEY_LEN + sizeof guid], digest[SHA_DIGEST_LENGTH];
    char accept[29] = "";
    memcpy(text, d->key, KEY_LEN);
    memcpy(text + KEY_LEN, guid, sizeof guid);
    SHA1(text, sizeof text - 1, digest);
    kith_base64_write(accept, digest, sizeof digest);
    return !strncmp(answer, "HTTP/1.1 101", 12) && header_is(answer, "upgrade", "websocket") &&
           header_is(answer, "sec-websocket-accept", accept);
}

static void refuse(struct dial *d, int error) {
    if (d->failed)
        return;
    d->failed = true;
    if (!d->upgraded) {
        snprintf(d->outer->why, sizeof d->outer->why, "no WebSocket for us there");
        d->outer->host->opened(d->outer->ctx, d->outer, error);
    }
    kith_road_close(d->inner);
}

static void frames(struct dial *d, const uint8_t *in, size_t len) {
    d->in = in;
    d->in_len = len;
    if (wslay_event_recv(d->ws) || wslay_event_get_close_received(d->ws))
        refuse(d, UV_EPROTO);
    kith_road_write(d->inner); /* a pong may be due */
}

static void answered(struct dial *d, const uint8_t *in, size_t len) {
    const char *end;
    size_t head, rest;
    kith_buf_put(&d->answer, in, len);
    kith_buf_put_u8(&d->answer, 0);
    d->answer.len--;
    end = strstr((const char *)d->answer.p, "\r\n\r\n");
    if (!end) {
        if (d->answer.len > ANSWER_MAX)
            refuse(d, UV_EPROTO);
        return;
    }
    head = (size_t)(end - (const char *)d->answer.p) + 4;
    if (head > ANSWER_MAX || !is_upgrade(d, (const char *)d->answer.p)) {
        refuse(d, UV_EPROTO);
        return;
    }
    d->upgraded = true;
    d->outer->host->opened(d->outer->ctx, d->outer, 0);
    rest = d->answer.len - head;
    if (rest)
        frames(d, d->answer.p + head, rest);
}

/* ---- the host of the road below ---- */

static void below_opened(void *ctx, struct kith_road *r, int uv_error) {
    struct dial *d = ctx;
    d->inner = r;
    if (!uv_error) {
        kith_road_write(r);
        return;
    }
    d->failed = true; /* the road below closes itself */
    memcpy(d->outer->why, r->why, sizeof r->why);
    d->outer->host->opened(d->outer->ctx, d->outer, uv_error);
}

static void below_bytes(void *ctx, struct kith_road *r, const uint8_t *in, size_t len) {
    struct dial *d = ctx;
    (void)r;
    if (d->failed)
        return;
    if (d->upgraded)
        frames(d, in, len);
    else
        answered(d, in, len);
}

/* Frames of what the host has to say, for as long as there is room. */
static size_t below_pull(void *ctx, struct kith_road *r, uint8_t *out, size_t cap) {
    struct dial *d = ctx;
    uint8_t piece[PIECE];
    (void)r;
    d->out = out;
    d->out_cap = cap;
    d->out_len = d->request.len - d->requested < cap ? d->request.len - d->requested : cap;
    memcpy(out, d->request.p + d->requested, d->out_len);
    d->requested += d->out_len;
    while (d->upgraded && !wslay_event_send(d->ws) && d->out_len < d->out_cap) {
        struct wslay_event_msg m = {WSLAY_BINARY_FRAME, piece, 0};
        m.msg_length = d->outer->host->pull(d->outer->ctx, d->outer, piece, sizeof piece);
        if (!m.msg_length || wslay_event_queue_msg(d->ws, &m))
            break;
    }
    return d->out_len;
}

static void below_wrote(void *ctx) {
    struct dial *d = ctx;
    d->outer->host->wrote(d->outer->ctx);
}

static void below_closed(void *ctx, struct kith_road *r) {
    struct dial *d = ctx;
    (void)r;
    d->outer->host->closed(d->outer->ctx, d->outer);
    wslay_event_context_free(d->ws);
    kith_buf_wipe(&d->request);
    kith_buf_wipe(&d->answer);
    kith_free(d->outer);
    kith_free(d);
}

static const struct kith_road_host below = {below_opened, below_bytes, below_pull, below_wrote, below_closed};

/* ---- the ways of the road above ---- */

static struct dial *of(struct kith_road *r) {
    return r->driver;
}

static void start(struct kith_road *r) {
    (void)r; /* it reads since the one below stands */
}

static void write_out(struct kith_road *r) {
    if (of(r)->upgraded)
        kith_road_write(of(r)->inner);
}

static void pause_in(struct kith_road *r, bool on) {
    kith_road_pause(of(r)->inner, on);
}

static void close_both(struct kith_road *r) {
    kith_road_close(of(r)->inner);
}

static const struct kith_road_ways ways = {start, write_out, pause_in, close_both};

static void put_request(struct dial *d, const char *host_name, uint16_t port, const char *path) {
    bool v6 = strchr(host_name, ':') != NULL;
    uint8_t key[16];
    char line[768];
    (void)!getrandom(key, sizeof key, 0);
    kith_base64_write(d->key, key, sizeof key);
    snprintf(line, sizeof line, "GET %s HTTP/1.1\r\nHost: %s%s%s:%u\r\n", *path ? path : "/", v6 ? "[" : "", host_name, v6 ? "]" : "", port);
    kith_buf_put_str(&d->request, line);
    snprintf(line, sizeof line, "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n\r\n", d->key);
    kith_buf_put_str(&d->request, line);
}

/* What stands in an address goes into a request: nothing that could end its line. */
static bool is_plain(const char *text) {
    for (; *text; text++) {
        if (*text <= ' ' || *text == 0x7f)
            return false;
    }
    return true;
}

struct kith_road *kith_web_dial(uv_loop_t *loop, const struct kith_address *to, const char *roots,
                                const struct kith_road_host *host, void *ctx) {
    static const struct wslay_event_callbacks callbacks = {take, give, mask, NULL, NULL, NULL, message};
    struct dial *d;
    if (!is_plain(to->host) || !is_plain(to->path))
        return NULL;
    d = kith_alloc(sizeof *d);
    if (wslay_event_context_client_init(&d->ws, &callbacks, d)) {
        kith_free(d);
        return NULL;
    }
    wslay_event_config_set_max_recv_msg_length(d->ws, MESSAGE_MAX);
    d->outer = kith_road_new_bare(host, ctx);
    d->outer->ways = &ways;
    d->outer->driver = d;
    snprintf(d->outer->address, sizeof d->outer->address, "%.110s:%u", to->host, to->port);
    put_request(d, to->host, to->port, to->path);
    d->inner = to->scheme == KITH_ADDRESS_WSS ? kith_web_dial_tls(loop, to->host, to->port, roots, &below, d)
                                              : kith_tcp_dial(loop, to->host, to->port, &below, d);
    if (d->inner)
        return d->outer;
    wslay_event_context_free(d->ws);
    kith_buf_wipe(&d->request);
    kith_free(d->outer);
    kith_free(d);
    return NULL;
}
