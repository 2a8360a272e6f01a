/* SPDX-License-Identifier: MIT */
#include "drivers/tcp.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

#define BACKLOG 128

struct dial {
    uv_getaddrinfo_t resolve;
    struct kith_road *road;
};

static void failed(struct kith_road *r, int error) {
    r->host->opened(r->ctx, r, error);
    kith_road_close(r);
}

static void on_connected(uv_connect_t *c, int status) {
    struct kith_road *r = c->data;
    if (status) {
        if (status != UV_ECANCELED)
            failed(r, status);
        return;
    }
    (void)uv_tcp_nodelay(&r->uv.tcp, 1);
    kith_road_start(r);
    r->host->opened(r->ctx, r, 0);
}

static void on_resolved(uv_getaddrinfo_t *req, int status, struct addrinfo *found) {
    struct dial *d = req->data;
    struct kith_road *r = d->road;
    kith_free(d);
    r->resolving = false;
    if (r->closed) {
        kith_free(r); /* given up while the name was looked up */
    } else if (!r->closing) {
        if (!status)
            status = uv_tcp_connect(&r->connect, &r->uv.tcp, found->ai_addr, on_connected);
        if (status)
            failed(r, status);
    }
    uv_freeaddrinfo(found);
}

struct kith_road *kith_tcp_dial(uv_loop_t *loop, const char *host_name, uint16_t port,
                                const struct kith_road_host *host, void *ctx) {
    struct kith_road *r = kith_road_new(host, ctx);
    struct dial *d = kith_alloc(sizeof *d);
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    snprintf(r->address, sizeof r->address, "%.110s:%u", host_name, port);
    d->road = r;
    d->resolve.data = d;
    if (uv_tcp_init(loop, &r->uv.tcp)) {
        kith_free(d);
        kith_free(r);
        return NULL;
    }
    r->uv.handle.data = r;
    if (uv_getaddrinfo(loop, &d->resolve, on_resolved, host_name, service, &hints)) {
        kith_free(d);
        failed(r, UV_EAI_FAIL);
    } else {
        r->resolving = true;
    }
    return r;
}

static bool is_loopback_address(const struct sockaddr_storage *a) {
    static const uint8_t v6_loopback[16] = {[15] = 1};
    static const uint8_t v4_mapped[13] = {[10] = 0xff, [11] = 0xff, [12] = 127};
    if (a->ss_family == AF_INET)
        return (ntohl(((const struct sockaddr_in *)a)->sin_addr.s_addr) >> 24) == 127;
    if (a->ss_family == AF_INET6) {
        const uint8_t *b = ((const struct sockaddr_in6 *)a)->sin6_addr.s6_addr;
        return !memcmp(b, v6_loopback, 16) || !memcmp(b, v4_mapped, 13);
    }
    return false;
}

static void name_of(const struct sockaddr_storage *a, char *out, size_t len) {
    char host[INET6_ADDRSTRLEN + 1] = "?", service[8] = "?";
    (void)getnameinfo((const struct sockaddr *)a, sizeof *a, host, sizeof host, service, sizeof service,
                      NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(out, len, "net:%s:%s", host, service);
}

struct kith_road *kith_tcp_accept(uv_tcp_t *listener, const struct kith_road_host *host, void *ctx, bool *is_loopback) {
    struct kith_road *r = kith_road_new(host, ctx);
    struct sockaddr_storage peer = {0};
    int len = sizeof peer;
    *is_loopback = false;
    if (uv_tcp_init(listener->loop, &r->uv.tcp)) {
        kith_free(r);
        return NULL;
    }
    r->uv.handle.data = r;
    if (uv_accept((uv_stream_t *)listener, &r->uv.stream) ||
        uv_tcp_getpeername(&r->uv.tcp, (struct sockaddr *)&peer, &len)) {
        kith_road_close(r); /* closed is called for a road without a link: the host knows none */
        return NULL;
    }
    (void)uv_tcp_nodelay(&r->uv.tcp, 1);
    *is_loopback = is_loopback_address(&peer);
    name_of(&peer, r->address, sizeof r->address);
    return r;
}

static uint16_t port_of(const struct sockaddr_storage *a) {
    return a->ss_family == AF_INET6 ? ntohs(((const struct sockaddr_in6 *)a)->sin6_port)
                                    : ntohs(((const struct sockaddr_in *)a)->sin_port);
}

int kith_tcp_listen(uv_loop_t *loop, uv_tcp_t *listener, const char *host_name, uint16_t *port,
                    uv_connection_cb on_connection) {
    struct sockaddr_storage a = {0};
    int len = sizeof a;
    if (uv_ip4_addr(host_name, *port, (struct sockaddr_in *)&a) &&
        uv_ip6_addr(host_name, *port, (struct sockaddr_in6 *)&a))
        return KITH_ERR_ARG;
    if (uv_tcp_init(loop, listener))
        return KITH_ERR_NET;
    if (uv_tcp_bind(listener, (const struct sockaddr *)&a, 0) ||
        uv_listen((uv_stream_t *)listener, BACKLOG, on_connection) ||
        uv_tcp_getsockname(listener, (struct sockaddr *)&a, &len)) {
        uv_close((uv_handle_t *)listener, NULL);
        return KITH_ERR_NET;
    }
    *port = port_of(&a);
    return KITH_OK;
}
