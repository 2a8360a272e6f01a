/* SPDX-License-Identifier: MIT */
/* The server's life: listening, connections, who reads nothing, closing. */
#include "drivers/web.h"

#include <netinet/in.h>

#include "web_state.h"

#define BACKLOG 128
#define SWEEP_MS 1000
#define STUCK_MS 30000 /* how long an answer may wait for somebody to read on */
#define KEEPALIVE_S 60

/* ---- connections ---- */

static void on_conn_closed(uv_handle_t *handle) {
    struct web_conn *c = (struct web_conn *)handle; /* tcp is its first member */
    struct kith_web *w = c->web;
    if (c->prev)
        c->prev->next = c->next;
    else
        w->conns = c->next;
    if (c->next)
        c->next->prev = c->prev;
    if (!--w->conn_count)
        uv_timer_stop(&w->sweep);
    w->leaving -= c->leaving;
    if (c->road)
        web_socket_gone(c);
    kith_free(c);
}

static void on_sock_gone(void *data) {
    ((struct web_conn *)data)->sock = NULL;
}

void web_conn_close(struct web_conn *c) {
    h2o_socket_t *sock = c->sock;
    c->sock = NULL;
    if (sock)
        h2o_socket_close(sock);
}

/* libh2o has no call to end an HTTP connection. It ends one itself when the socket says so. */
static void hang_up(struct web_conn *c) {
    uv_os_fd_t fd;
    c->web->leaving += !c->leaving;
    c->leaving = true;
    if (c->road)
        web_socket_end(c);
    else if (!uv_is_closing((uv_handle_t *)&c->tcp) && !uv_fileno((uv_handle_t *)&c->tcp, &fd))
        (void)shutdown(fd, SHUT_RDWR);
}

/* libh2o does not look whether libuv has taken what it writes, which it does not after a reset: its callback
 * would be waited for for ever, and the connection kept. So it is told here. */
static void notice_lost_writes(struct kith_web *w) {
    for (struct web_conn *c = w->conns, *next; c; c = next) {
        h2o_socket_t *sock = c->tcp.data; /* also when we have let go of it */
        next = c->next;
        if (!uv_is_closing((uv_handle_t *)&c->tcp) && sock && !uv_is_writable((uv_stream_t *)&c->tcp) && sock->_cb.write &&
            !uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp)) {
            h2o_socket_cb cb = sock->_cb.write;
            sock->_cb.write = NULL;
            cb(sock, h2o_socket_error_io);
        }
    }
}

/* A body is whole before anybody looks at it, and many that come slowly would fill our memory. */
static void limit_bodies(struct kith_web *w) {
    struct web_conn *largest = NULL;
    size_t all = 0, most = 0;
    for (struct web_conn *c = w->conns; c && w->config.bodies_max; c = c->next) {
        size_t held = c->road || c->leaving || !c->sock || !c->sock->input ? 0 : c->sock->input->size;
        all += held;
        if (held > most) {
            most = held;
            largest = c;
        }
    }
    if (largest && all > w->config.bodies_max) {
        hang_up(largest);
        limit_bodies(w);
    }
}

/* Who asks for much and reads nothing fills our memory as well, and faster than a sweep would see. */
bool web_has_room(struct kith_web *w, size_t len) {
    size_t stay = w->answers;
    if (!w->config.answers_max || w->answers + len <= w->config.answers_max)
        return true;
    for (const struct web_conn *c = w->conns; c; c = c->next)
        stay -= c->leaving ? c->made : 0;
    while (stay && stay + len > w->config.answers_max) {
        struct web_conn *slow = NULL;
        for (struct web_conn *c = w->conns; c; c = c->next) {
            if (c->made && !c->leaving && (!slow || c->left > slow->left))
                slow = c;
        }
        stay -= slow->made; /* whoever stays has something that was made */
        hang_up(slow);
    }
    return false;
}

static void on_sweep(uv_timer_t *t) {
    struct kith_web *w = t->data;
    uint64_t now = uv_now(w->loop);
    notice_lost_writes(w);
    limit_bodies(w);
    for (struct web_conn *c = w->conns, *next; c; c = next) {
        size_t queued = uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp) + c->left;
        next = c->next;
        if (c->linger_ms && now >= c->linger_ms) {
            hang_up(c);
        } else if (!queued || queued != c->queued) {
            c->queued = queued;
            c->stuck_ms = now;
        } else if (!c->road && now - c->stuck_ms >= STUCK_MS) {
            hang_up(c); /* for roads the node judges who reads too slowly */
        }
    }
}

/* When all places are taken the oldest that is no WebSocket has to go: whoever only holds one keeps nobody
 * out. False: there is none. */
static bool make_room(struct kith_web *w) {
    struct web_conn *oldest = NULL;
    if (w->conn_count - w->leaving < w->config.sockets)
        return true;
    for (struct web_conn *c = w->conns; c; c = c->next) {
        if (!c->road && !c->leaving)
            oldest = c;
    }
    if (!oldest || w->leaving >= w->config.sockets)
        return false;
    hang_up(oldest);
    return true;
}

static void on_connection(uv_stream_t *listener, int status) {
    struct kith_web *w = listener->data;
    struct web_conn *c;
    bool room;
    if (status < 0)
        return;
    room = !w->closing && make_room(w);
    c = kith_alloc(sizeof *c);
    c->web = w;
    if (uv_tcp_init(w->loop, &c->tcp)) {
        kith_free(c);
        return;
    }
    c->next = w->conns;
    if (c->next)
        c->next->prev = c;
    w->conns = c;
    if (!w->conn_count++)
        uv_timer_start(&w->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
    if (uv_accept(listener, (uv_stream_t *)&c->tcp) || !room) {
        c->leaving = true;
        w->leaving++;
        uv_close((uv_handle_t *)&c->tcp, on_conn_closed);
        return;
    }
    w->counts.connections++;
    (void)uv_tcp_nodelay(&c->tcp, 1);
    (void)uv_tcp_keepalive(&c->tcp, 1, KEEPALIVE_S);
    c->stuck_ms = uv_now(w->loop);
    c->sock = h2o_uv_socket_create((uv_stream_t *)&c->tcp, on_conn_closed);
    c->sock->on_close.cb = on_sock_gone;
    c->sock->on_close.data = c;
    h2o_accept(&w->accept, c->sock);
}

/* ---- the server ---- */

static void set_up(struct kith_web *w) {
    h2o_hostconf_t *host;
    h2o_pathconf_t *all;
    struct web_handler *made;
    h2o_config_init(&w->global);
    w->global.server_name = (h2o_iovec_t){NULL, 0};
    w->global.max_request_entity_size = w->config.body_max ? w->config.body_max : KITH_WEB_BODY_MAX;
    w->global.http1.req_timeout = w->config.request_ms ? w->config.request_ms : KITH_WEB_REQUEST_MS;
    w->global.http1.upgrade_to_http2 = 0; /* this release is older than the answer to rapid reset */
    host = h2o_config_register_host(&w->global, h2o_iovec_init(H2O_STRLIT("default")), 65535);
    all = h2o_config_register_path(host, "/", 0);
    made = (struct web_handler *)(void *)h2o_create_handler(all, sizeof *made);
    made->h2o.handler.on_req = web_on_request;
    made->web = w;
    /* libh2o's own refusals (too large, not understood) come by the fallback path. */
    h2o_pathconf_t *paths[] = {all, &host->fallback_path};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        made = (struct web_handler *)(void *)h2o_create_filter(paths[i], sizeof *made);
        made->h2o.filter.on_setup_ostream = web_add_headers;
        made->web = w;
    }
    h2o_context_init(&w->h2o, w->loop, &w->global);
    w->accept.ctx = &w->h2o;
    w->accept.hosts = w->global.hosts;
}

static void on_listener_failed(uv_handle_t *handle) {
    kith_free(handle->data);
}

static int listen_on(struct kith_web *w, const char *host_name, uint16_t *port) {
    struct sockaddr_storage a = {0};
    int len = sizeof a;
    if ((uv_ip4_addr(host_name, *port, (struct sockaddr_in *)&a) &&
         uv_ip6_addr(host_name, *port, (struct sockaddr_in6 *)&a)) ||
        uv_tcp_init(w->loop, &w->listener))
        return KITH_ERR_ARG;
    w->listener.data = w;
    if (uv_tcp_bind(&w->listener, (const struct sockaddr *)&a, 0) ||
        uv_listen((uv_stream_t *)&w->listener, BACKLOG, on_connection) ||
        uv_tcp_getsockname(&w->listener, (struct sockaddr *)&a, &len))
        return KITH_ERR_NET;
    *port = ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port : ((struct sockaddr_in *)&a)->sin_port);
    return KITH_OK;
}

static void start_timer(struct kith_web *w, uv_timer_t *t) {
    uv_timer_init(w->loop, t);
    t->data = w;
    w->handles++;
}

int kith_web_start(struct kith_web **out, uv_loop_t *loop, const char *host_name, uint16_t *port,
                   const struct kith_web_config *config) {
    struct kith_web *w = kith_alloc(sizeof *w);
    int err;
    *out = NULL;
    w->loop = loop;
    w->config = *config;
    err = listen_on(w, host_name, port);
    if (err == KITH_ERR_ARG)
        kith_free(w);
    else if (err)
        uv_close((uv_handle_t *)&w->listener, on_listener_failed);
    if (err)
        return err;
    w->handles = 1;
    start_timer(w, &w->sweep);
    start_timer(w, &w->soon);
    set_up(w);
    err = web_tls_load(w);
    if (err)
        kith_web_close(w);
    else
        *out = w;
    return err;
}

static void on_handle_closed(uv_handle_t *handle) {
    ((struct kith_web *)handle->data)->handles--;
}

void kith_web_close(struct kith_web *w) {
    if (!w)
        return;
    w->closing = true;
    uv_close((uv_handle_t *)&w->listener, on_handle_closed);
    for (struct web_conn *c = w->conns, *next; c; c = next) {
        next = c->next;
        if (c->road) {
            kith_road_close(c->road);
            kith_road_close(c->road); /* nobody is waited for */
        } else {
            hang_up(c);
        }
    }
    while (w->conns) {
        notice_lost_writes(w);
        uv_run(w->loop, UV_RUN_ONCE);
    }
    uv_close((uv_handle_t *)&w->sweep, on_handle_closed);
    uv_close((uv_handle_t *)&w->soon, on_handle_closed);
    while (w->handles)
        uv_run(w->loop, UV_RUN_ONCE);
    h2o_context_dispose(&w->h2o); /* turns the loop once for its own handles */
    h2o_config_dispose(&w->global);
    web_tls_free(w);
    kith_free(w);
}

struct kith_web_counts kith_web_counts(const struct kith_web *w) {
    return w->counts;
}
