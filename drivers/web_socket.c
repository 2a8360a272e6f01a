/* SPDX-License-Identifier: MIT */
/* A WebSocket (RFC 6455) as a road: binary frames whose borders mean nothing. What wslay says is
 * written by libh2o's socket, one buffer at a time, so that a reader who stops stops us. */
#include <netdb.h>
#include <openssl/evp.h>
#include <stdio.h>

#include "web_state.h"

#define PAYLOAD_MAX (KITH_ROAD_BUFFER - 1024) /* the rest of a buffer is for frame headers and pongs */
#define PONGS_MAX 32                          /* unsent, before we stop reading */
#define LINGER_MS 1000

static const struct kith_road_ways ways;

static void read_on(struct web_conn *c);
static void write_on(struct web_conn *c);

/* ---- wslay comes and goes ---- */

static void drop_ws(struct web_conn *c) {
    if (c->ws)
        wslay_event_context_free(c->ws);
    c->ws = NULL;
}

/* A quiet WebSocket between two messages is in no state that anybody would have to remember: its memory is
 * given back, which is nine tenths of what it has. */
static void rest(struct web_conn *c) {
    if (!c->ws || c->inside || !c->sock || c->road->closing || h2o_socket_is_writing(c->sock))
        return;
    kith_buf_wipe(&c->out);
    if (c->fed == c->parsed && !c->fragmented && !c->close_queued && !wslay_event_want_write(c->ws) &&
        wslay_event_want_read(c->ws))
        drop_ws(c);
}

/* ---- closing ---- */

void web_socket_end(struct web_conn *c) {
    c->road->closing = true;
    c->road->open = false;
    if (c->inside)
        c->doomed = true;
    else
        web_conn_close(c);
}

void web_socket_gone(struct web_conn *c) {
    struct kith_road *r = c->road;
    drop_ws(c);
    kith_buf_wipe(&c->out);
    c->web->counts.sockets_open--;
    r->host->closed(r->ctx, r);
    kith_free(r);
}

/* wslay may not be freed under its own feet. */
static void leave(struct web_conn *c) {
    if (!--c->inside && c->doomed)
        web_conn_close(c);
}

/* ---- reading ---- */

static ssize_t take_bytes(wslay_event_context_ptr ws, uint8_t *buf, size_t len, int flags, void *data) {
    struct web_conn *c = data;
    h2o_buffer_t **input = c->sock ? &c->sock->input : NULL;
    (void)flags;
    if (!input || !(*input)->size || c->paused || c->choked || c->doomed) {
        wslay_event_set_error(ws, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    if (len > (*input)->size)
        len = (*input)->size;
    memcpy(buf, (*input)->bytes, len);
    h2o_buffer_consume(input, len);
    c->fed += len;
    return (ssize_t)len;
}

/* They broke the rules: they are told, and get a moment to take note. */
static void reject(struct web_conn *c, uint16_t code) {
    if (c->close_queued)
        return;
    c->close_queued = true;
    (void)wslay_event_queue_close(c->ws, code, NULL, 0); /* refused if wslay has done so itself */
    c->linger_ms = uv_now(c->web->loop) + LINGER_MS;
}

static void on_frame(wslay_event_context_ptr ws, const struct wslay_event_on_frame_recv_start_arg *frame, void *data) {
    struct web_conn *c = data;
    uint64_t len = frame->payload_length;
    (void)ws;
    c->opcode = frame->opcode;
    c->parsed += len + 2 + (len < 126 ? 0 : len < 65536 ? 2 : 8) + 4; /* a client masks what it sends */
    if (!wslay_is_ctrl_frame(frame->opcode))
        c->fragmented = !frame->fin;
    if (frame->opcode == WSLAY_TEXT_FRAME)
        reject(c, WSLAY_CODE_UNSUPPORTED_DATA);
}

static void on_chunk(wslay_event_context_ptr ws, const struct wslay_event_on_frame_recv_chunk_arg *chunk, void *data) {
    struct web_conn *c = data;
    struct kith_road *r = c->road;
    (void)ws;
    if (!wslay_is_ctrl_frame(c->opcode) && r->open && !c->close_queued && chunk->data_length)
        r->host->bytes(r->ctx, r, chunk->data, chunk->data_length);
}

static void on_read(h2o_socket_t *sock, const char *err) {
    struct web_conn *c = sock->data;
    if (err)
        web_socket_end(c);
    else
        read_on(c);
}

static void set_reading(struct web_conn *c) {
    if (!c->sock)
        return;
    if (c->paused || c->choked || (c->ws && !wslay_event_want_read(c->ws)))
        h2o_socket_read_stop(c->sock);
    else
        h2o_socket_read_start(c->sock, on_read);
}

static ssize_t put_bytes(wslay_event_context_ptr ws, const uint8_t *bytes, size_t len, int flags, void *data);

/* False: there is no memory for it, and the road ends. */
static bool wake_ws(struct web_conn *c) {
    static const struct wslay_event_callbacks callbacks = {
        .recv_callback = take_bytes,
        .send_callback = put_bytes,
        .on_frame_recv_start_callback = on_frame,
        .on_frame_recv_chunk_callback = on_chunk,
    };
    if (c->ws)
        return true;
    if (wslay_event_context_server_init(&c->ws, &callbacks, c)) {
        web_socket_end(c);
        return false;
    }
    wslay_event_config_set_no_buffering(c->ws, 1);
    c->fed = c->parsed = 0;
    c->fragmented = false;
    return true;
}

static void read_on(struct web_conn *c) {
    if (c->inside || c->road->closing || !wake_ws(c))
        return;
    c->inside++;
    if (wslay_event_recv(c->ws)) {
        wslay_event_shutdown_read(c->ws);
        reject(c, WSLAY_CODE_PROTOCOL_ERROR);
    }
    c->inside--;
    if (c->doomed) {
        web_socket_end(c);
        return;
    }
    if (!wslay_event_want_read(c->ws)) { /* nothing that comes now means anything */
        set_reading(c);
        if (!c->linger_ms)
            c->linger_ms = uv_now(c->web->loop) + LINGER_MS;
    }
    write_on(c);
    if (c->road->closing)
        return;
    if (h2o_socket_is_writing(c->sock) && wslay_event_get_queued_msg_count(c->ws) > PONGS_MAX) {
        c->choked = true;
        set_reading(c);
    }
    /* What the node had to say to what was read is pulled only now, and may have made it want something. */
    c->road->host->wrote(c->road->ctx);
    rest(c);
}

/* ---- writing ---- */

static ssize_t put_bytes(wslay_event_context_ptr ws, const uint8_t *bytes, size_t len, int flags, void *data) {
    struct web_conn *c = data;
    size_t room = KITH_ROAD_BUFFER - c->out.len;
    (void)flags;
    if (!room) {
        wslay_event_set_error(ws, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    if (len > room)
        len = room;
    kith_buf_put(&c->out, bytes, len);
    return (ssize_t)len;
}

static void on_written(h2o_socket_t *sock, const char *err) {
    struct web_conn *c = sock->data;
    struct kith_road *r = c->road;
    if (err) {
        web_socket_end(c);
        return;
    }
    c->choked = false;
    set_reading(c);
    write_on(c);
    if (c->sock && c->sock->input->size)
        web_socket_soon(c);
    r->host->wrote(r->ctx);
    rest(c);
}

/* What the node has to say becomes a frame; when it is done and the road is to end, our close frame. */
static bool queue_more(struct web_conn *c) {
    struct kith_road *r = c->road;
    struct wslay_event_msg frame = {.opcode = WSLAY_BINARY_FRAME, .msg = c->web->pulled};
    if (!r->open || c->close_queued)
        return false;
    frame.msg_length = r->host->pull(r->ctx, r, c->web->pulled, PAYLOAD_MAX);
    if (r->closing)
        return false;
    if (frame.msg_length)
        return !wslay_event_queue_msg(c->ws, &frame);
    if (!r->draining)
        return false;
    c->close_queued = true;
    return !wslay_event_queue_close(c->ws, WSLAY_CODE_NORMAL_CLOSURE, NULL, 0);
}

/* Both have said goodbye, or there is nothing more to wait for. */
static void end_if_done(struct web_conn *c) {
    if (wslay_event_want_write(c->ws) || !wslay_event_get_close_sent(c->ws))
        return;
    if (wslay_event_get_close_received(c->ws) || !wslay_event_want_read(c->ws))
        web_socket_end(c);
    else if (!c->linger_ms)
        c->linger_ms = uv_now(c->web->loop) + LINGER_MS;
}

static void write_on(struct web_conn *c) {
    h2o_iovec_t bytes;
    if (c->road->closing || c->inside || h2o_socket_is_writing(c->sock) || !wake_ws(c))
        return;
    c->inside++;
    kith_buf_clear(&c->out);
    do {
        if (wslay_event_send(c->ws))
            c->doomed = true;
    } while (!c->out.len && !c->doomed && queue_more(c));
    leave(c);
    if (c->road->closing || c->doomed) {
        web_socket_end(c);
        return;
    }
    bytes = h2o_iovec_init((const char *)c->out.p, c->out.len);
    if (c->out.len)
        h2o_socket_write(c->sock, &bytes, 1, on_written);
    else
        end_if_done(c);
}

/* ---- the road's ways ---- */

static void way_start(struct kith_road *r) {
    struct web_conn *c = r->driver;
    if (r->closing)
        return;
    r->open = true;
    set_reading(c);
    if (c->sock->input->size)
        web_socket_soon(c);
}

static void way_write(struct kith_road *r) {
    struct web_conn *c = r->driver;
    if (!r->open)
        return;
    write_on(c);
    rest(c);
}

static void way_pause(struct kith_road *r, bool on) {
    struct web_conn *c = r->driver;
    if (!r->open || on == c->paused)
        return;
    c->paused = on;
    set_reading(c);
    if (!on && c->sock->input->size)
        web_socket_soon(c);
}

static void way_close(struct kith_road *r) {
    struct web_conn *c = r->driver;
    if (r->closing)
        return;
    if (r->draining) {
        web_socket_end(c);
        return;
    }
    r->draining = r->open = true; /* one that was never started says goodbye as well */
    c->paused = false;
    set_reading(c);
    write_on(c);
}

static const struct kith_road_ways ways = {way_start, way_write, way_pause, way_close};

/* What is left in a buffer is read from the loop: the host may be walking over its roads right now. */
static void on_soon(uv_timer_t *t) {
    struct kith_web *w = t->data;
    for (struct web_conn *c = w->conns, *next; c; c = next) {
        next = c->next;
        if (c->road && c->sock && c->sock->input->size && !c->paused && !c->choked)
            read_on(c);
    }
}

void web_socket_soon(struct web_conn *c) {
    if (!c->web->closing)
        uv_timer_start(&c->web->soon, on_soon, 0, 0);
}

/* ---- the handshake ---- */

void web_socket_name_peer(struct web_conn *c, char *out, size_t len) {
    struct sockaddr_storage a = {0};
    int a_len = sizeof a;
    char host[64] = "?", port[8] = "?";
    if (!uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&a, &a_len))
        (void)getnameinfo((struct sockaddr *)&a, (socklen_t)a_len, host, sizeof host, port, sizeof port,
                          NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(out, len, "ws:%s:%s", c->forwarded[0] ? c->forwarded : host, port);
}

static void on_upgraded(void *data, h2o_socket_t *sock, size_t request_len) {
    struct web_conn *c = data;
    const struct kith_web_config *config = &c->web->config;
    if (!sock)
        return; /* closed by libh2o */
    sock->data = c;
    h2o_buffer_consume(&sock->input, request_len);
    if (c->web->closing) {
        web_conn_close(c);
        return;
    }
    c->web->counts.sockets_open++;
    c->road = kith_road_new_bare(config->host, config->host_ctx);
    c->road->ways = &ways;
    c->road->driver = c;
    web_socket_name_peer(c, c->road->address, sizeof c->road->address);
    config->opened(config->ctx, c->road);
}

/* RFC 6455, 4.2.2: the hash of the client's key and this name, in base64. */
static void accept_key(char *out, const char *client_key) {
    uint8_t digest[EVP_MAX_MD_SIZE];
    char text[24 + 36 + 1];
    snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", client_key);
    (void)EVP_Digest(text, sizeof text - 1, digest, NULL, EVP_sha1(), NULL);
    (void)EVP_EncodeBlock((unsigned char *)out, digest, 20);
}

void web_socket_upgrade(struct web_conn *c, h2o_req_t *req, const char *client_key) {
    const char *protocol = c->web->config.socket_protocol;
    char accept[32];
    h2o_iovec_t kept;
    accept_key(accept, client_key);
    kept = h2o_strdup(&req->pool, accept, strlen(accept));
    req->res.status = 101;
    req->res.reason = "Switching Protocols";
    h2o_add_header(&req->pool, &req->res.headers, H2O_TOKEN_UPGRADE, NULL, H2O_STRLIT("websocket"));
    h2o_add_header_by_str(&req->pool, &req->res.headers, H2O_STRLIT("sec-websocket-accept"), 0, NULL, kept.base, kept.len);
    if (protocol) /* a browser that has named none refuses to be given one */
        h2o_add_header_by_str(&req->pool, &req->res.headers, H2O_STRLIT("sec-websocket-protocol"), 0, NULL, protocol,
                              strlen(protocol));
    h2o_http1_upgrade(req, NULL, 0, on_upgraded, c);
}
