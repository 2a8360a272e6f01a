/* SPDX-License-Identifier: MIT */
#include "client.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CHUNK 65536

struct client {
    struct kith_muxrpc *rpc;
    int fd;             /* the daemon; -1 without one */
    struct host *host;  /* our own node; NULL with a daemon */
    uint32_t link;
    struct kith_buf in;
    size_t in_at;
    int32_t req;        /* of the stream that client_begin opened */
    enum kith_muxrpc_type type;
    char why[512];
    uint8_t out[CHUNK];
};

static int dial(const struct home *home) {
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    char path[HOME_PATH_MAX + 64];
    int fd;
    home_path(home, "socket", path, sizeof path);
    if (strlen(path) >= sizeof a.sun_path)
        return -1;
    strcpy(a.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

bool client_daemon_runs(const struct home *home) {
    int fd = dial(home);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

int client_open(struct client **out, const struct home *home, bool online, int log_level) {
    struct client *c;
    struct host_options options = {.offline = !online, .log_level = log_level};
    int err = KITH_OK;
    *out = NULL;
    if (!home->has_identity)
        return KITH_ERR_NOT_FOUND;
    c = kith_alloc(sizeof *c);
    c->rpc = kith_muxrpc_new();
    c->fd = dial(home);
    if (c->fd < 0) {
        err = host_open(&c->host, home, &options);
        if (!err)
            c->link = host_link(c->host);
    }
    if (err) {
        client_close(c);
        return err;
    }
    *out = c;
    return KITH_OK;
}

void client_close(struct client *c) {
    if (!c)
        return;
    if (c->host && c->link)
        host_link_end(c->host, c->link);
    host_close(c->host);
    if (c->fd >= 0)
        close(c->fd);
    kith_muxrpc_free(c->rpc);
    kith_buf_wipe(&c->in);
    kith_free(c);
}

bool client_is_daemon(const struct client *c) {
    return c->fd >= 0;
}

struct host *client_host(struct client *c) {
    return c->host;
}

const char *client_why(const struct client *c) {
    return c->why;
}

static int flush(struct client *c) {
    for (;;) {
        size_t len = 0;
        kith_muxrpc_send(c->rpc, c->out, sizeof c->out, &len);
        if (!len)
            return KITH_OK;
        if (c->host) {
            host_link_put(c->host, c->link, c->out, len);
            continue;
        }
        for (size_t at = 0; at < len;) {
            ssize_t n = send(c->fd, c->out + at, len - at, MSG_NOSIGNAL);
            if (n < 0 && errno != EINTR)
                return KITH_ERR_NET;
            at += n > 0 ? (size_t)n : 0;
        }
    }
}

/* Waits for bytes. */
static int fetch(struct client *c) {
    ssize_t got;
    kith_buf_drop(&c->in, c->in_at);
    c->in_at = 0;
    kith_buf_reserve(&c->in, CHUNK);
    if (c->host) {
        size_t len;
        while (host_link_take(c->host, c->link, c->in.p + c->in.len, CHUNK, &len)) {
            c->in.len += len;
            if (len)
                return KITH_OK;
            host_turn(c->host, true);
        }
        return KITH_ERR_NET;
    }
    do {
        got = recv(c->fd, c->in.p + c->in.len, CHUNK, 0);
    } while (got < 0 && errno == EINTR);
    if (got <= 0)
        return KITH_ERR_NET;
    c->in.len += (size_t)got;
    return KITH_OK;
}

static int lost(struct client *c, int err) {
    snprintf(c->why, sizeof c->why, "the node went away");
    return err;
}

/* The next event, waiting for it. */
static int next(struct client *c, struct kith_muxrpc_event *e) {
    int err = flush(c);
    if (err)
        return lost(c, err);
    while (!kith_muxrpc_next(c->rpc, e)) {
        size_t used = 0;
        if (c->in_at == c->in.len && (err = fetch(c)))
            return lost(c, err);
        err = kith_muxrpc_recv(c->rpc, c->in.p + c->in_at, c->in.len - c->in_at, &used);
        c->in_at += used;
        if (err)
            return lost(c, err);
        if (!used && c->in_at < c->in.len && !kith_muxrpc_next(c->rpc, e) && (err = fetch(c)))
            return lost(c, err);
    }
    if (e->kind == KITH_RPC_GOODBYE)
        return lost(c, KITH_ERR_NET);
    return KITH_OK;
}

/* "name: sentence" back to the error and the sentence. */
static int refusal(struct client *c, struct kith_bytes error) {
    for (int err = -101; err > -400; err--) {
        const char *name = kith_err_name(err);
        size_t len = strlen(name);
        if (strcmp(name, "unknown") && error.len > len + 2 && !memcmp(error.p, name, len) && error.p[len] == ':') {
            snprintf(c->why, sizeof c->why, "%.*s", (int)(error.len - len - 2), error.p + len + 2);
            return err;
        }
    }
    snprintf(c->why, sizeof c->why, "%.*s", (int)error.len, error.p);
    if (kith_bytes_is(error, "could not get blob")) /* JavaScript's words, which have no name before them */
        return KITH_ERR_NOT_FOUND;
    return KITH_ERR_DENIED;
}

/* A string travels as text; here it is JSON again, so that an answer is always one document. */
static void put_answer(struct kith_buf *reply, const struct kith_muxrpc_event *e) {
    if (e->encoding == KITH_RPC_UTF8)
        kith_json_put_string(reply, e->body);
    else
        kith_buf_put_bytes(reply, e->body);
}

int client_call(struct client *c, const char *method, struct kith_bytes args, struct kith_buf *reply) {
    struct kith_muxrpc_event e;
    int32_t req;
    int err = kith_muxrpc_call(c->rpc, KITH_RPC_ASYNC, method, args, &req);
    while (!err) {
        err = next(c, &e);
        if (err || e.req != req)
            continue;
        if (e.kind == KITH_RPC_END)
            return refusal(c, e.error);
        put_answer(reply, &e);
        return KITH_OK;
    }
    return err;
}

int client_source(struct client *c, const char *method, struct kith_bytes args, client_item item, void *ctx) {
    struct kith_muxrpc_event e;
    int32_t req;
    int err = kith_muxrpc_call(c->rpc, KITH_RPC_SOURCE, method, args, &req);
    while (!err) {
        err = next(c, &e);
        if (err || e.req != req)
            continue;
        if (e.kind == KITH_RPC_END) {
            kith_muxrpc_end(c->rpc, req, NULL);
            return e.error.len ? refusal(c, e.error) : KITH_OK;
        }
        if (!item(ctx, &e)) {
            kith_muxrpc_end(c->rpc, req, NULL); /* nothing more of it will be heard, not even its end */
            return flush(c) ? lost(c, KITH_ERR_NET) : KITH_OK;
        }
    }
    return err;
}

int client_begin(struct client *c, enum kith_muxrpc_type type, const char *method) {
    c->type = type;
    return kith_muxrpc_call(c->rpc, type, method, KITH_LIT("[]"), &c->req);
}

int client_put(struct client *c, enum kith_muxrpc_encoding encoding, struct kith_bytes body) {
    kith_muxrpc_write(c->rpc, c->req, encoding, body);
    if (kith_muxrpc_queued(c->rpc) < KITH_MUXRPC_HIGH)
        return KITH_OK;
    while (c->host && host_is_full(c->host, c->link))
        host_turn(c->host, true);
    return flush(c) ? lost(c, KITH_ERR_NET) : KITH_OK;
}

int client_finish(struct client *c, struct kith_bytes last, struct kith_buf *reply) {
    struct kith_muxrpc_event e;
    int err;
    if (last.len)
        kith_muxrpc_write(c->rpc, c->req, KITH_RPC_JSON, last);
    if (c->type == KITH_RPC_SINK)
        kith_muxrpc_end(c->rpc, c->req, NULL);
    for (;;) {
        err = next(c, &e);
        if (err)
            return err;
        if (e.req != c->req)
            continue;
        if (e.kind == KITH_RPC_END) {
            if (c->type != KITH_RPC_SINK)
                kith_muxrpc_end(c->rpc, c->req, NULL);
            return e.error.len ? refusal(c, e.error) : KITH_OK;
        }
        kith_buf_clear(reply);
        put_answer(reply, &e);
    }
}
