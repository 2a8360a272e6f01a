/* SPDX-License-Identifier: MIT */
/* One request to one answer. */
#include <stdio.h>

#include "web_state.h"

#define PIECE 32768 /* of an answer, at once */

static struct kith_bytes view(h2o_iovec_t v) {
    return kith_bytes(v.base, v.len);
}

/* The value of a header; *twice: it stands there more than once. */
static struct kith_bytes header(const h2o_req_t *req, const char *name, bool *twice) {
    ssize_t at = h2o_find_header_by_str(&req->headers, name, strlen(name), -1);
    *twice = at >= 0 && h2o_find_header_by_str(&req->headers, name, strlen(name), at) >= 0;
    return at < 0 ? kith_bytes(NULL, 0) : view(req->headers.entries[at].value);
}

static struct kith_bytes only_header(const h2o_req_t *req, const char *name) {
    bool twice;
    struct kith_bytes v = header(req, name, &twice);
    return twice ? kith_bytes(NULL, 0) : v;
}

/* An Origin that stands twice is none that anybody has allowed. */
static struct kith_bytes origin_of(const h2o_req_t *req) {
    bool twice;
    struct kith_bytes v = header(req, "origin", &twice);
    return twice ? KITH_LIT("twice") : v;
}

const struct kith_web_header kith_web_any_origin[] = {
    {"access-control-allow-origin", "*"},
    {"access-control-allow-methods", "GET, POST, PUT, DELETE"},
    {"access-control-allow-headers", "authorization, content-type"},
    {"access-control-max-age", "86400"},
    {NULL, NULL},
};

static struct kith_web_request read_request(const h2o_req_t *req) {
    struct kith_bytes target = view(req->input.path);
    const uint8_t *query = target.len ? memchr(target.p, '?', target.len) : NULL;
    return (struct kith_web_request){
        .method = view(req->input.method),
        .path = kith_bytes(target.p, query ? (size_t)(query - target.p) : target.len),
        .host = view(req->input.authority),
        .origin = origin_of(req),
        .authorization = only_header(req, "authorization"),
        .protocols = only_header(req, "sec-websocket-protocol"),
        .body = view(req->entity),
        .upgrade = req->upgrade.base && h2o_lcstris(req->upgrade.base, req->upgrade.len, H2O_STRLIT("websocket")),
    };
}

static const char *reason_of(int status) {
    static const struct {
        int status;
        const char *reason;
    } all[] = {{200, "OK"}, {201, "Created"}, {204, "No Content"}, {304, "Not Modified"}, {400, "Bad Request"}, {401, "Unauthorized"},
               {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"}, {413, "Payload Too Large"}, {414, "URI Too Long"},
               {421, "Misdirected Request"}, {426, "Upgrade Required"}, {429, "Too Many Requests"},
               {503, "Service Unavailable"}, {507, "Insufficient Storage"}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i].status == status)
            return all[i].reason;
    }
    return "Status";
}

static void add(h2o_req_t *req, const char *name, const char *value) {
    /* maybe_token: what libh2o knows by name it looks for by its token. Names and values are copied by
     * nobody, so both have to last: they are literals, the config's, or of the request's pool. */
    h2o_add_header_by_str(&req->pool, &req->res.headers, name, strlen(name), 1, NULL, value, strlen(value));
}

void web_add_headers(h2o_filter_t *self, h2o_req_t *req, h2o_ostream_t **slot) {
    const struct kith_web *w = ((const struct web_handler *)(const void *)self)->web;
    for (const struct kith_web_header *h = w->config.headers; h && h->name; h++)
        add(req, h->name, h->value);
    h2o_setup_next_ostream(req, slot);
}

static struct web_conn *conn_of(const h2o_req_t *req) {
    h2o_socket_t *sock = req->conn->callbacks->get_socket(req->conn);
    return sock->on_close.data;
}

/* An answer on its way, until the request's pool is gone. */
struct sending {
    h2o_generator_t generator;
    struct web_conn *conn;
    struct kith_buf made; /* what only this answer has; empty for what lasts by itself */
    struct kith_bytes left;
};

static void on_sent(void *ctx) {
    struct sending *s = ctx;
    s->conn->web->answers -= s->made.len;
    s->conn->made = s->conn->left = 0;
    kith_buf_wipe(&s->made);
}

/* In pieces, since TLS has a second copy of what is given to it at once until somebody has read it. */
static void send_piece(h2o_generator_t *generator, h2o_req_t *req) {
    struct sending *s = (struct sending *)(void *)generator;
    h2o_iovec_t piece = h2o_iovec_init((const char *)s->left.p, s->left.len < PIECE ? s->left.len : PIECE);
    s->left = kith_bytes_skip(s->left, piece.len);
    s->conn->left = s->left.len;
    h2o_send(req, &piece, piece.len ? 1 : 0, s->left.len ? H2O_SEND_STATE_IN_PROGRESS : H2O_SEND_STATE_FINAL);
}

/* body lasts until it is sent; or it is in `made`, which is taken over and left empty. */
static void send_answer(h2o_req_t *req, int status, const char *type, struct kith_bytes body, struct kith_buf *made) {
    struct sending *s = h2o_mem_alloc_shared(&req->pool, sizeof *s, on_sent);
    bool head = kith_bytes_is(view(req->input.method), "HEAD");
    *s = (struct sending){.generator = {send_piece, NULL}, .conn = conn_of(req)};
    if (made) {
        s->made = *made;
        *made = (struct kith_buf){0};
        body = kith_buf_bytes(&s->made);
        s->conn->web->answers += s->conn->made = body.len;
    }
    s->left = head ? kith_bytes(NULL, 0) : body;
    req->res.status = status;
    req->res.reason = reason_of(status);
    req->res.content_length = status == 204 || status == 304 ? SIZE_MAX : body.len;
    if (type && body.len)
        add(req, "content-type", type);
    h2o_start_response(req, &s->generator);
    send_piece(&s->generator, req);
}

static void refuse(struct kith_web *w, h2o_req_t *req, int status) {
    const char *reason = reason_of(status);
    w->counts.refused++;
    req->http1_is_persistent = 0; /* a stranger's connection is not kept */
    send_answer(req, status, "text/plain; charset=utf-8", kith_bytes_str(reason), NULL);
}

/* ---- files ---- */

static bool list_has(struct kith_bytes list, const char *word) {
    size_t len = strlen(word);
    for (size_t i = 0; i + len <= list.len; i++) {
        if (!memcmp(list.p + i, word, len))
            return true;
    }
    return false;
}

static const struct kith_web_file *find_file(const struct kith_web *w, struct kith_bytes path) {
    for (size_t i = 0; i < w->config.file_count; i++) {
        if (kith_bytes_is(path, w->config.files[i].path))
            return &w->config.files[i];
    }
    return NULL;
}

static void send_file(h2o_req_t *req, const struct kith_web_file *f) {
    bool gzip = f->gzip.len && list_has(only_header(req, "accept-encoding"), "gzip");
    add(req, "cache-control", f->cache);
    add(req, "etag", f->etag);
    if (f->gzip.len)
        add(req, "vary", "accept-encoding");
    if (list_has(only_header(req, "if-none-match"), f->etag)) {
        send_answer(req, 304, NULL, kith_bytes(NULL, 0), NULL);
        return;
    }
    if (gzip)
        add(req, "content-encoding", "gzip");
    send_answer(req, 200, f->type, gzip ? f->gzip : f->plain, NULL);
}

/* ---- what is made when it is asked for ---- */

static const char *pooled(h2o_req_t *req, const char *text) {
    return h2o_strdup(&req->pool, text, strlen(text)).base;
}

static void send_made(struct kith_web *w, h2o_req_t *req, const struct kith_web_request *q) {
    struct kith_web_answer a = {.status = 200, .type = "text/plain; charset=utf-8"};
    if (!w->config.answer || !w->config.answer(w->config.ctx, q, &a)) {
        refuse(w, req, 404);
    } else {
        if (a.header.name)
            add(req, a.header.name, pooled(req, a.header.value));
        for (const struct kith_web_header *h = a.headers; h && h->name; h++)
            add(req, h->name, h->value);
        add(req, "cache-control", "no-store");
        if (!web_has_room(w, a.body.len)) {
            a.status = 503;
            kith_buf_wipe(&a.body);
        }
        if (a.status >= 400)
            w->counts.refused++;
        send_answer(req, a.status, a.type, (struct kith_bytes){0}, &a.body);
    }
    kith_buf_wipe(&a.body);
}

/* ---- WebSockets ---- */

/* The last line, and of that the last word, is what the proxy next to us has seen; all before it is what
 * somebody claims. */
static void note_forwarded(struct web_conn *c, const h2o_req_t *req) {
    struct kith_bytes v = {0};
    size_t start;
    memset(c->forwarded, 0, sizeof c->forwarded); /* the proxy may keep one connection for several */
    for (ssize_t at = -1; (at = h2o_find_header_by_str(&req->headers, H2O_STRLIT("x-forwarded-for"), at)) >= 0;)
        v = view(req->headers.entries[at].value);
    for (start = v.len; start && v.p[start - 1] != ',' && v.p[start - 1] != ' ';)
        start--;
    if (v.len - start < sizeof c->forwarded)
        memcpy(c->forwarded, v.p ? v.p + start : (const uint8_t *)"", v.len - start);
}

static void name_peer(struct kith_web *w, h2o_req_t *req, char *out, size_t len) {
    if (w->config.behind_proxy)
        note_forwarded(conn_of(req), req);
    if (out)
        web_socket_name_peer(conn_of(req), out, len);
}

static void upgrade(struct kith_web *w, h2o_req_t *req, const struct kith_web_request *q) {
    const char *key = NULL;
    int status;
    if (!q->upgrade || req->version != 0x101 || h2o_is_websocket_handshake(req, &key) || !key ||
        !kith_bytes_is(only_header(req, "sec-websocket-version"), "13")) {
        add(req, "sec-websocket-version", "13");
        refuse(w, req, q->upgrade ? 400 : 426);
        return;
    }
    status = w->config.upgrade(w->config.ctx, q);
    if (status) {
        refuse(w, req, status);
        return;
    }
    for (const struct kith_web_header *h = w->config.headers; h && h->name; h++)
        add(req, h->name, h->value);
    name_peer(w, req, NULL, 0);
    web_socket_upgrade(conn_of(req), req, key);
}

int web_on_request(h2o_handler_t *self, h2o_req_t *req) {
    struct kith_web *w = ((struct web_handler *)(void *)self)->web;
    struct kith_web_request q = read_request(req);
    const struct kith_web_file *file;
    bool get = kith_bytes_is(q.method, "GET"), head = kith_bytes_is(q.method, "HEAD");
    bool changes = w->config.body_max && (kith_bytes_is(q.method, "POST") || kith_bytes_is(q.method, "DELETE") ||
                                          kith_bytes_is(q.method, "PUT") || kith_bytes_is(q.method, "OPTIONS"));
    char peer[128] = "";
    int status = w->config.check(w->config.ctx, &q);
    w->counts.requests++;
    if (w->config.body_max)
        name_peer(w, req, peer, sizeof peer);
    q.peer = peer;
    if (!status && req->input.path.len > KITH_WEB_TARGET_MAX)
        status = 414;
    if (!status && (!q.path.len || q.path.p[0] != '/'))
        status = 400;
    if (status) {
        refuse(w, req, status);
    } else if (changes) {
        send_made(w, req, &q);
    } else if (!get && !head) {
        add(req, "allow", "GET, HEAD");
        refuse(w, req, 405);
    } else if (kith_bytes_is(q.path, w->config.socket_path)) {
        upgrade(w, req, &q);
    } else if ((file = find_file(w, kith_bytes_is(q.path, "/") ? KITH_LIT("/index.html") : q.path))) {
        send_file(req, file);
    } else {
        send_made(w, req, &q);
    }
    return 0;
}
