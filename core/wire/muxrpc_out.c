/* SPDX-License-Identifier: MIT */
/* What goes out: one growing buffer that send empties from the front. */
#include "wire/muxrpc_state.h"

#define KEEP_CAP (1u << 20) /* of the buffer, when it has run empty */
#define MAX_ECHO 4096u      /* of an error that comes back to its sender */

size_t kith_muxrpc_queued(const struct kith_muxrpc *m) {
    return m->out.len - m->out_at;
}

void kith_muxrpc_send(struct kith_muxrpc *m, uint8_t *out, size_t cap, size_t *len) {
    size_t n = kith_muxrpc_queued(m);
    *len = n < cap ? n : cap;
    if (*len)
        memcpy(out, m->out.p + m->out_at, *len);
    m->out_at += *len;
    if (*len == n) {
        m->out_at = 0;
        kith_buf_clear(&m->out);
        if (m->out.cap > KEEP_CAP)
            kith_buf_wipe(&m->out);
    }
}

/* Room at the end of the buffer. What was sent is given up only when that is at least as much as
 * what would have to move, so each byte moves once at most. */
static void reserve(struct kith_muxrpc *m, size_t more) {
    if (m->out.cap - m->out.len < more && m->out_at >= kith_muxrpc_queued(m)) {
        kith_buf_drop(&m->out, m->out_at);
        m->out_at = 0;
    }
    kith_buf_reserve(&m->out, more);
}

static void put_frame(struct kith_muxrpc *m, uint8_t flags, int32_t req, struct kith_bytes body) {
    struct kith_frame f = {.flags = flags, .req = req, .len = (uint32_t)body.len};
    if (m->said_goodbye)
        return;
    reserve(m, KITH_FRAME_HEADER_LEN + body.len);
    kith_frame_write(m->out.p + m->out.len, &f);
    m->out.len += KITH_FRAME_HEADER_LEN;
    kith_buf_put_bytes(&m->out, body);
}

/* For bodies that are built in place: begin, append to m->out, finish. */
static size_t begin_frame(struct kith_muxrpc *m) {
    size_t at;
    reserve(m, KITH_FRAME_HEADER_LEN);
    at = m->out.len;
    m->out.len += KITH_FRAME_HEADER_LEN;
    return at;
}

static void finish_frame(struct kith_muxrpc *m, size_t at, uint8_t flags, int32_t req) {
    struct kith_frame f = {
        .flags = flags, .req = req, .len = (uint32_t)(m->out.len - at - KITH_FRAME_HEADER_LEN)};
    kith_frame_write(m->out.p + at, &f);
}

/* The object that JavaScript makes of an Error. Their stack is a trace of files; ours is empty. */
void kith_muxrpc_put_error(struct kith_muxrpc *m, int32_t req, bool stream,
                           struct kith_bytes message) {
    size_t at;
    if (m->said_goodbye)
        return;
    at = begin_frame(m);
    kith_buf_put_str(&m->out, "{\"message\":");
    kith_json_put_string(&m->out, message);
    kith_buf_put_str(&m->out, ",\"name\":\"Error\",\"stack\":\"\"}");
    finish_frame(m, at,
                 (uint8_t)(KITH_FRAME_END | KITH_RPC_JSON | (stream ? KITH_FRAME_STREAM : 0)), req);
}

void kith_muxrpc_put_echo(struct kith_muxrpc *m, int32_t req, uint8_t flags,
                          struct kith_bytes body) {
    if (body.len > MAX_ECHO)
        kith_muxrpc_put_error(m, req, true, KITH_LIT("error too long to repeat"));
    else
        put_frame(m, flags, req, body);
}

int kith_muxrpc_call(struct kith_muxrpc *m, enum kith_muxrpc_type type, const char *name,
                     struct kith_bytes args, int32_t *req) {
    static const char *const types[] = {
        [KITH_RPC_SOURCE] = "source", [KITH_RPC_SINK] = "sink", [KITH_RPC_DUPLEX] = "duplex"};
    size_t at;
    *req = 0;
    if (m->streams.count >= KITH_MUXRPC_MAX_STREAMS)
        kith_streams_prune(&m->streams);
    if (m->streams.count >= KITH_MUXRPC_MAX_STREAMS || m->last_req == INT32_MAX ||
        m->said_goodbye || m->got_goodbye)
        return KITH_ERR_BUSY;
    *req = ++m->last_req;
    kith_streams_add(&m->streams, *req, (uint8_t)type);
    at = begin_frame(m);
    kith_buf_put_str(&m->out, "{\"name\":[\"");
    for (const char *c = name; *c; c++) {
        if (*c == '.')
            kith_buf_put_str(&m->out, "\",\"");
        else
            kith_buf_put_u8(&m->out, (uint8_t)*c);
    }
    kith_buf_put_str(&m->out, "\"],\"args\":");
    kith_buf_put_bytes(&m->out, args);
    if (type != KITH_RPC_ASYNC) {
        kith_buf_put_str(&m->out, ",\"type\":\"");
        kith_buf_put_str(&m->out, types[type]);
        kith_buf_put_u8(&m->out, '"');
    }
    kith_buf_put_u8(&m->out, '}');
    finish_frame(m, at, (uint8_t)(KITH_RPC_JSON | (type == KITH_RPC_ASYNC ? 0 : KITH_FRAME_STREAM)),
                 *req);
    return KITH_OK;
}

void kith_muxrpc_write(struct kith_muxrpc *m, int32_t req, enum kith_muxrpc_encoding encoding,
                       struct kith_bytes body) {
    struct kith_open_stream *s = kith_streams_find(&m->streams, req);
    if (!s || s->we_ended || s->type == KITH_RPC_ASYNC || !body.len)
        return;
    if (body.len > KITH_MUXRPC_MAX_BODY)
        kith_muxrpc_end(m, req, "item too long");
    else
        put_frame(m, (uint8_t)(KITH_FRAME_STREAM | encoding), req, body);
}

/* Whether the other side is the only one that writes items: ending such a stream from here means
 * that we want no more of them. */
static bool they_write(const struct kith_open_stream *s) {
    return (s->type == KITH_RPC_SOURCE && s->req > 0) || (s->type == KITH_RPC_SINK && s->req < 0);
}

static void end_async(struct kith_muxrpc *m, struct kith_open_stream *s, const char *error) {
    int32_t req = s->req;
    if (req > 0) {
        s->deaf = true; /* our own call: muxrpc cannot cancel, so the answer will be dropped */
        return;
    }
    if (error)
        kith_muxrpc_put_error(m, req, false, kith_bytes_str(error));
    else
        put_frame(m, KITH_RPC_JSON, req, KITH_LIT("false"));
    kith_streams_remove(&m->streams, req);
}

static void end_stream(struct kith_muxrpc *m, struct kith_open_stream *s,
                       const struct kith_bytes *error) {
    if (s->we_ended)
        return;
    if (error)
        kith_muxrpc_put_error(m, s->req, true, *error);
    else
        put_frame(m, KITH_FRAME_STREAM | KITH_FRAME_END | KITH_RPC_JSON, s->req, KITH_LIT("true"));
    s->we_ended = true;
    s->deaf = error || they_write(s);
    if (s->they_ended)
        kith_streams_remove(&m->streams, s->req);
}

void kith_muxrpc_end(struct kith_muxrpc *m, int32_t req, const char *error) {
    struct kith_open_stream *s = kith_streams_find(&m->streams, req);
    struct kith_bytes text = kith_bytes_str(error);
    if (!s)
        return;
    if (s->type == KITH_RPC_ASYNC)
        end_async(m, s, error);
    else
        end_stream(m, s, error ? &text : NULL);
}

/* A string goes as plain text, as JavaScript sends it; Go peers that expect one insist on it. */
static void put_text(struct kith_muxrpc *m, int32_t req, struct kith_bytes json) {
    size_t at;
    if (m->said_goodbye)
        return;
    at = begin_frame(m);
    kith_json_unescape(&m->out, kith_bytes(json.p + 1, json.len - 2));
    finish_frame(m, at, KITH_RPC_UTF8, req);
}

void kith_muxrpc_reply(struct kith_muxrpc *m, int32_t req, struct kith_bytes json) {
    struct kith_open_stream *s = kith_streams_find(&m->streams, req);
    if (!s || s->type != KITH_RPC_ASYNC || req > 0)
        return;
    if (json.len > KITH_MUXRPC_MAX_BODY)
        kith_muxrpc_put_error(m, req, false, KITH_LIT("answer too long"));
    else if (json.len > 2 && json.p[0] == '"')
        put_text(m, req, json);
    else
        put_frame(m, KITH_RPC_JSON, req, json.len ? json : KITH_LIT("false"));
    kith_streams_remove(&m->streams, req);
}

void kith_muxrpc_refuse(struct kith_muxrpc *m, int32_t req, struct kith_bytes name) {
    static const char before[] = "method:", after[] = " is not in list of allowed methods";
    struct kith_open_stream *s = kith_streams_find(&m->streams, req);
    struct kith_buf text = {0};
    struct kith_bytes view;
    if (!s || s->we_ended || req > 0)
        return;
    kith_buf_put_str(&text, before);
    kith_buf_put_bytes(&text, name);
    for (size_t i = sizeof before - 1; i < text.len; i++) {
        if (text.p[i] == '.')
            text.p[i] = ',';
    }
    kith_buf_put_str(&text, after);
    view = kith_buf_bytes(&text);
    if (s->type == KITH_RPC_ASYNC) {
        kith_muxrpc_put_error(m, req, false, view);
        kith_streams_remove(&m->streams, req);
    } else {
        end_stream(m, s, &view);
    }
    kith_buf_wipe(&text);
}

void kith_muxrpc_goodbye(struct kith_muxrpc *m) {
    if (m->said_goodbye)
        return;
    for (size_t i = 0; i < m->streams.cap; i++) {
        const struct kith_open_stream *s = &m->streams.slots[i];
        if (s->req && s->type != KITH_RPC_ASYNC && !s->we_ended)
            kith_muxrpc_put_error(m, s->req, true, KITH_LIT("unexpected end of parent stream"));
    }
    put_frame(m, 0, 0, KITH_LIT(""));
    m->said_goodbye = true;
    kith_streams_wipe(&m->streams);
}
