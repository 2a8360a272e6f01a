/* SPDX-License-Identifier: MIT */
/* What comes in. Sending, and the life of our own side of a stream, is in muxrpc_out.c. */
#include "wire/muxrpc_state.h"

#define KEEP_CAP 65536u /* memory that a quiet link may hold on to */

/* The other side may not take all places: a few remain for calls of our own. */
#define THEIR_STREAMS (KITH_MUXRPC_MAX_STREAMS - 64)

struct kith_muxrpc *kith_muxrpc_new(void) {
    struct kith_muxrpc *m = kith_alloc(sizeof *m);
    kith_muxrpc_limit(m, KITH_MUXRPC_MAX_BODY, KITH_MUXRPC_MAX_NODES, THEIR_STREAMS);
    return m;
}

void kith_muxrpc_limit(struct kith_muxrpc *m, uint32_t max_body, size_t max_nodes, size_t max_streams) {
    m->max_body = max_body;
    m->max_nodes = max_nodes;
    m->max_theirs = max_streams;
}

void kith_muxrpc_free(struct kith_muxrpc *m) {
    if (!m)
        return;
    kith_streams_wipe(&m->streams);
    kith_buf_wipe(&m->in);
    kith_buf_wipe(&m->out);
    kith_buf_wipe(&m->name);
    kith_buf_wipe(&m->error);
    kith_json_wipe(&m->doc);
    kith_free(m);
}

static struct kith_muxrpc_event *emit(struct kith_muxrpc *m, enum kith_muxrpc_event_kind kind,
                                      int32_t req, uint8_t type) {
    m->has_event = true;
    m->event = (struct kith_muxrpc_event){.kind = kind, .req = req, .args = KITH_JSON_NONE};
    m->event.type = type;
    return &m->event;
}

static int parse_json(struct kith_muxrpc *m, struct kith_bytes body) {
    return kith_json_parse(&m->doc, body, m->max_nodes);
}

/* The message of an error body: {"message":...} in JavaScript, at times a bare string. Never empty,
 * because empty means a normal end. */
static struct kith_bytes error_text(struct kith_muxrpc *m) {
    uint32_t node = kith_json_get(&m->doc, 0, "message");
    struct kith_bytes text = kith_json_str(&m->doc, node == KITH_JSON_NONE ? 0 : node);
    kith_buf_clear(&m->error);
    if (text.len)
        kith_json_unescape(&m->error, text);
    else
        kith_buf_put_str(&m->error, "error without a message");
    return kith_buf_bytes(&m->error);
}

/* The name of a call, parts joined by '.'. Some peers send one string instead of an array. */
static bool read_name(struct kith_muxrpc *m) {
    uint32_t node = kith_json_get(&m->doc, 0, "name");
    kith_buf_clear(&m->name);
    if (kith_json_is(&m->doc, node, KITH_JSON_STRING)) {
        kith_json_unescape(&m->name, kith_json_str(&m->doc, node));
    } else if (kith_json_is(&m->doc, node, KITH_JSON_ARRAY)) {
        for (uint32_t n = kith_json_first(&m->doc, node); n != KITH_JSON_NONE;
             n = m->doc.nodes[n].next) {
            if (!kith_json_is(&m->doc, n, KITH_JSON_STRING))
                return false;
            if (m->name.len)
                kith_buf_put_u8(&m->name, '.');
            kith_json_unescape(&m->name, kith_json_str(&m->doc, n));
        }
    }
    return m->name.len > 0;
}

/* 0: not a kind of call. Async calls carry no type, and if they do it is "async" or "sync". */
static uint8_t read_type(struct kith_muxrpc *m, bool stream) {
    struct kith_bytes t = kith_json_str(&m->doc, kith_json_get(&m->doc, 0, "type"));
    if (!stream)
        return KITH_RPC_ASYNC;
    return kith_bytes_is(t, "source")   ? KITH_RPC_SOURCE
           : kith_bytes_is(t, "sink")   ? KITH_RPC_SINK
           : kith_bytes_is(t, "duplex") ? KITH_RPC_DUPLEX
                                        : 0;
}

/* A frame for a number of theirs that is not open: the start of a call. What is none is a straggler
 * of a stream that we have forgotten, and JavaScript, too, only logs those. */
static int take_call(struct kith_muxrpc *m, const struct kith_frame *f, struct kith_bytes body) {
    bool stream = f->flags & KITH_FRAME_STREAM;
    int32_t req = -f->req;
    uint8_t type;
    struct kith_muxrpc_event *e;
    int err;
    if (m->said_goodbye || f->flags & KITH_FRAME_END ||
        (f->flags & KITH_FRAME_ENCODING) != KITH_RPC_JSON)
        return KITH_OK;
    err = parse_json(m, body);
    if (err == KITH_ERR_SIZE) { /* fine JSON that we do not read: a JavaScript app may mean it well */
        kith_muxrpc_put_error(m, req, stream, KITH_LIT("size: arguments of too many values, or nested too deeply"));
        emit(m, KITH_RPC_REFUSED, req, 0);
        return KITH_OK;
    }
    if (err)
        return err;
    if (!read_name(m))
        return KITH_OK;
    if (m->streams.theirs >= m->max_theirs)
        kith_streams_prune(&m->streams);
    type = read_type(m, stream);
    if (!type || m->streams.theirs >= m->max_theirs) {
        kith_muxrpc_put_error(m, req, stream,
                              type ? KITH_LIT("too many open streams")
                                   : KITH_LIT("unknown type of call"));
        return KITH_OK;
    }
    kith_streams_add(&m->streams, req, type);
    e = emit(m, KITH_RPC_CALL, req, type);
    e->encoding = KITH_RPC_JSON;
    e->body = body;
    e->doc = &m->doc;
    e->name = kith_buf_bytes(&m->name);
    e->args = kith_json_get(&m->doc, 0, "args");
    if (!kith_json_is(&m->doc, e->args, KITH_JSON_ARRAY))
        e->args = KITH_JSON_NONE;
    return KITH_OK;
}

static int take_data(struct kith_muxrpc *m, struct kith_open_stream *s, const struct kith_frame *f,
                     struct kith_bytes body) {
    enum kith_muxrpc_encoding encoding =
        (enum kith_muxrpc_encoding)(f->flags & KITH_FRAME_ENCODING);
    struct kith_muxrpc_event *e;
    if (encoding == KITH_RPC_JSON) {
        int err = parse_json(m, body);
        if (err)
            return err;
    }
    e = emit(m, KITH_RPC_DATA, s->req, s->type);
    e->encoding = encoding;
    e->body = body;
    if (encoding == KITH_RPC_JSON)
        e->doc = &m->doc;
    if (s->type == KITH_RPC_ASYNC)
        kith_streams_remove(&m->streams, s->req);
    return KITH_OK;
}

/* Whether only the side that has just ended could still have had something to do: the stream is
 * over and we answer its end by ourselves, as JavaScript's pull streams do. */
static bool answers_itself(const struct kith_open_stream *s, bool error) {
    return error || s->type == KITH_RPC_SOURCE || (s->type == KITH_RPC_SINK && s->req > 0);
}

static int take_end(struct kith_muxrpc *m, struct kith_open_stream *s, const struct kith_frame *f,
                    struct kith_bytes body) {
    struct kith_open_stream was = *s;
    struct kith_bytes error = {0};
    if ((f->flags & KITH_FRAME_ENCODING) == KITH_RPC_JSON) {
        int err = parse_json(m, body);
        if (err)
            return err;
        if (was.type == KITH_RPC_ASYNC || kith_json_is(&m->doc, 0, KITH_JSON_OBJECT) ||
            kith_json_is(&m->doc, 0, KITH_JSON_STRING))
            error = error_text(m);
    } else {
        error = KITH_LIT("error that is not JSON");
    }
    s->they_ended = true;
    if (was.type != KITH_RPC_ASYNC && !was.we_ended && answers_itself(&was, error.len)) {
        kith_muxrpc_put_echo(m, was.req, f->flags, body);
        s->we_ended = true;
    }
    if (was.type == KITH_RPC_ASYNC || s->we_ended)
        kith_streams_remove(&m->streams, was.req);
    if (!was.deaf)
        emit(m, KITH_RPC_END, was.req, was.type)->error = error;
    return KITH_OK;
}

static int take_frame(struct kith_muxrpc *m, const struct kith_frame *f, struct kith_bytes body) {
    struct kith_open_stream *s;
    if (!f->len) {
        m->got_goodbye = true;
        kith_streams_wipe(&m->streams);
        emit(m, KITH_RPC_GOODBYE, 0, 0);
        return KITH_OK;
    }
    s = kith_streams_find(&m->streams, -f->req);
    if (!s)
        return f->req > 0 ? take_call(m, f, body) : KITH_OK;
    if (f->req > 0 && (s->type == KITH_RPC_ASYNC || !(f->flags & KITH_FRAME_STREAM)))
        return KITH_ERR_PROTOCOL; /* a second call under the number of one that still waits */
    if (s->deaf && s->type == KITH_RPC_ASYNC) {
        kith_streams_remove(&m->streams, s->req);
        return KITH_OK;
    }
    if (s->they_ended)
        return KITH_OK;
    if (f->flags & KITH_FRAME_END)
        return take_end(m, s, f, body);
    return s->deaf ? KITH_OK : take_data(m, s, f, body);
}

/* Adds input to the frame that began in an earlier chunk, until it has `want` bytes. The memory
 * grows with what arrives, never with what a header only announces. */
static bool gather(struct kith_muxrpc *m, size_t want, const uint8_t *in, size_t len,
                   size_t *used) {
    size_t n = want - m->in.len;
    if (n > len - *used)
        n = len - *used;
    kith_buf_put(&m->in, in + *used, n);
    *used += n;
    return m->in.len == want;
}

/* One frame, in place if the chunk holds all of it. *whole tells whether there was one. */
static int next_frame(struct kith_muxrpc *m, const uint8_t *in, size_t len, size_t *used,
                      bool *whole) {
    struct kith_frame f;
    const uint8_t *p = in + *used;
    int err;
    *whole = false;
    if (!m->in.len && len - *used >= KITH_FRAME_HEADER_LEN) {
        err = kith_frame_parse(p, m->max_body, &f);
        if (err)
            return err;
        if (len - *used - KITH_FRAME_HEADER_LEN >= f.len) {
            *whole = true;
            *used += KITH_FRAME_HEADER_LEN + f.len;
            return take_frame(m, &f, kith_bytes(p + KITH_FRAME_HEADER_LEN, f.len));
        }
    }
    if (m->in.len < KITH_FRAME_HEADER_LEN && !gather(m, KITH_FRAME_HEADER_LEN, in, len, used))
        return KITH_OK;
    err = kith_frame_parse(m->in.p, m->max_body, &f);
    if (err)
        return err;
    if (!gather(m, KITH_FRAME_HEADER_LEN + f.len, in, len, used))
        return KITH_OK;
    *whole = true;
    m->in_done = true;
    return take_frame(m, &f, kith_bytes(m->in.p + KITH_FRAME_HEADER_LEN, f.len));
}

void kith_muxrpc_rest(struct kith_muxrpc *m) {
    if (m->has_event)
        return;
    if (m->in_done) {
        m->in_done = false;
        kith_buf_clear(&m->in);
        if (m->in.cap > KEEP_CAP)
            kith_buf_wipe(&m->in);
    }
    if (m->doc.cap * sizeof *m->doc.nodes > 4 * KEEP_CAP || m->doc.text_cap > KEEP_CAP) {
        kith_json_wipe(&m->doc);
        m->doc = (struct kith_json){0};
    }
}

int kith_muxrpc_recv(struct kith_muxrpc *m, const uint8_t *in, size_t len, size_t *used) {
    *used = 0;
    while (!m->has_event && *used < len) {
        bool whole;
        int err;
        if (m->got_goodbye) {
            *used = len;
            break;
        }
        if (kith_muxrpc_queued(m) > KITH_MUXRPC_MAX_QUEUED)
            return KITH_ERR_BUDGET;
        kith_muxrpc_rest(m);
        err = next_frame(m, in, len, used, &whole);
        if (err)
            return err;
        if (!whole)
            break;
    }
    return KITH_OK;
}

void kith_muxrpc_trim(struct kith_muxrpc *m) {
    kith_muxrpc_rest(m);
    if (m->has_event)
        return;
    if (!m->in.len)
        kith_buf_wipe(&m->in);
    if (!m->out.len)
        kith_buf_wipe(&m->out);
    kith_buf_wipe(&m->name);
    kith_buf_wipe(&m->error);
    kith_json_wipe(&m->doc);
    m->doc = (struct kith_json){0};
}

size_t kith_muxrpc_held(const struct kith_muxrpc *m) {
    return m->in.cap + m->out.cap + m->doc.cap * sizeof *m->doc.nodes + m->doc.text_cap;
}

bool kith_muxrpc_next(struct kith_muxrpc *m, struct kith_muxrpc_event *e) {
    if (!m->has_event)
        return false;
    m->has_event = false;
    *e = m->event;
    return true;
}

bool kith_muxrpc_is_open(const struct kith_muxrpc *m, int32_t req) {
    const struct kith_open_stream *s = kith_streams_find(&m->streams, req);
    return s && !s->deaf;
}

bool kith_muxrpc_is_idle(const struct kith_muxrpc *m) {
    return m->streams.count == 0;
}
