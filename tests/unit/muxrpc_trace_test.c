/* SPDX-License-Identifier: MIT */
/* muxrpc_trace_test.c: recorded sessions of JavaScript peers, replayed: what came in goes in, what
 * went out is done again with our calls, and has to be the same bytes. Only the stack of an error
 * object differs: theirs is a list of files, ours is empty. */
#include "wire/frame.h"
#include "wire/muxrpc.h"

#include "vector.h"

enum { JSON = 2, STREAM = 8, END = 4 };

struct replay {
    struct kith_muxrpc *m;
    struct kith_buf out; /* what we said and the trace has not yet */
};

static struct replay replays[64]; /* by number of the connection */
static int frames, equal, errors;

static void collect(struct replay *r) {
    uint8_t bytes[4096];
    size_t len;
    do {
        kith_muxrpc_send(r->m, bytes, sizeof bytes, &len);
        kith_buf_put(&r->out, bytes, len);
    } while (len);
}

static void take_in(struct replay *r, struct kith_bytes hex, size_t chunk, const char *row) {
    struct kith_muxrpc_event e;
    size_t at = 0, used;
    while (at < hex.len) {
        size_t n = hex.len - at < chunk ? hex.len - at : chunk;
        CHECK_ROW(kith_muxrpc_recv(r->m, hex.p + at, n, &used) == KITH_OK, row);
        while (kith_muxrpc_next(r->m, &e))
            ;
        if (!used)
            break;
        at += used;
    }
}

static void call_again(struct replay *r, const struct kith_json *doc, const char *row) {
    struct kith_bytes type = kith_json_str(doc, kith_json_get(doc, 0, "type"));
    struct kith_buf name = {0}, args = {0};
    int32_t req;
    VECTOR_EACH(doc, n, kith_json_get(doc, 0, "name")) {
        if (name.len)
            kith_buf_put_u8(&name, '.');
        kith_buf_put_bytes(&name, kith_json_str(doc, n));
    }
    kith_buf_put_u8(&name, 0);
    kith_json_put_compact(&args, doc, kith_json_get(doc, 0, "args"));
    CHECK_ROW(kith_muxrpc_call(r->m,
                               kith_bytes_is(type, "source")   ? KITH_RPC_SOURCE
                               : kith_bytes_is(type, "sink")   ? KITH_RPC_SINK
                               : kith_bytes_is(type, "duplex") ? KITH_RPC_DUPLEX
                                                               : KITH_RPC_ASYNC,
                               (const char *)name.p, kith_buf_bytes(&args), &req) == KITH_OK,
              row);
    kith_buf_wipe(&name);
    kith_buf_wipe(&args);
}

/* Does with our calls what the recorded peer did. */
static void say_again(struct replay *r, const struct kith_frame *f, struct kith_bytes body,
                      const char *row) {
    struct kith_json doc = {0};
    char message[512] = "";
    if ((f->flags & 3) == JSON && f->len)
        CHECK_ROW(kith_json_parse(&doc, body, 10000) == KITH_OK, row);
    if (!f->len) {
        kith_muxrpc_goodbye(r->m);
    } else if (f->flags & END) {
        struct kith_bytes text = kith_json_str(&doc, kith_json_get(&doc, 0, "message"));
        memcpy(message, text.p ? text.p : (const uint8_t *)"", text.len < 511 ? text.len : 511);
        kith_muxrpc_end(r->m, f->req, text.len ? message : NULL);
    } else if (f->req > 0 && kith_json_get(&doc, 0, "name") != KITH_JSON_NONE &&
               kith_json_get(&doc, 0, "args") != KITH_JSON_NONE) {
        call_again(r, &doc, row);
    } else if (f->flags & STREAM) {
        kith_muxrpc_write(r->m, f->req, (enum kith_muxrpc_encoding)(f->flags & 3), body);
    } else {
        struct kith_buf json = {0};
        if ((f->flags & 3) == JSON)
            kith_buf_put_bytes(&json, body);
        else
            kith_json_put_string(&json, body);
        kith_muxrpc_reply(r->m, f->req, kith_buf_bytes(&json));
        kith_buf_wipe(&json);
    }
    kith_json_wipe(&doc);
}

static struct kith_bytes message_of(struct kith_bytes body) {
    static struct kith_json doc[2];
    static int which;
    which = !which;
    if (kith_json_parse(&doc[which], body, 100))
        return KITH_LIT("?");
    return kith_json_str(&doc[which], kith_json_get(&doc[which], 0, "message"));
}

/* Finds the frame among what we said and takes it out. Not always the first: the recorded peer sent
 * its answer to an end a moment later than we do, and at a goodbye we end more streams than it did.
 */
static void compare(struct replay *r, struct kith_bytes hex, const struct kith_frame *f,
                    const char *row) {
    struct kith_frame ours = {0};
    size_t at = 0;
    collect(r);
    for (; at + 9 <= r->out.len; at += 9 + ours.len) {
        CHECK_ROW(kith_frame_parse(r->out.p + at, KITH_MUXRPC_MAX_BODY, &ours) == KITH_OK, row);
        if (ours.flags == f->flags && ours.req == f->req)
            break;
        CHECK_ROW(ours.flags == (STREAM | END | JSON), row); /* only ends are passed over */
    }
    bool found = at + 9 <= r->out.len;
    CHECK_ROW(found, row);
    if (!found)
        return;
    uint8_t *p = r->out.p + at;
    bool same = kith_bytes_eq(kith_bytes(p, 9 + ours.len), hex);
    if (f->flags & END && !same) {
        CHECK_ROW(kith_bytes_eq(message_of(kith_bytes(p + 9, ours.len)),
                                message_of(kith_bytes_skip(hex, 9))),
                  row);
        errors++;
    } else {
        CHECK_ROW(same, row);
        equal += same;
    }
    memmove(p, p + 9 + ours.len, r->out.len - at - 9 - ours.len);
    r->out.len -= 9 + ours.len;
}

static void one_line(struct kith_bytes line, size_t chunk, const char *file) {
    struct kith_json doc = {0};
    int64_t conn, req;
    struct kith_frame f;
    CHECK_ROW(kith_json_parse(&doc, line, 10000) == KITH_OK, file);
    struct kith_bytes hex = vector_hex(vector_str(&doc, 0, "hex"));
    CHECK_ROW(kith_json_int(&doc, kith_json_get(&doc, 0, "conn"), &conn) == KITH_OK && conn < 64,
              file);
    struct replay *r = &replays[conn];
    if (!r->m)
        r->m = kith_muxrpc_new();
    CHECK_ROW(kith_frame_parse(hex.p, KITH_MUXRPC_MAX_BODY, &f) == KITH_OK && f.len + 9 == hex.len,
              file);
    CHECK_ROW(kith_json_int(&doc, kith_json_get(&doc, 0, "req"), &req) == KITH_OK && req == f.req,
              file);
    CHECK_ROW(kith_json_true(&doc, kith_json_get(&doc, 0, "stream")) == !!(f.flags & STREAM), file);
    CHECK_ROW(kith_json_true(&doc, kith_json_get(&doc, 0, "end")) == !!(f.flags & END), file);
    if (kith_bytes_is(vector_str(&doc, 0, "dir"), "in")) {
        take_in(r, hex, chunk, file);
    } else {
        say_again(r, &f, kith_bytes_skip(hex, 9), file);
        compare(r, hex, &f, file);
    }
    frames++;
    kith_json_wipe(&doc);
}

static void one_file(const char *file, size_t chunk) {
    char path[200];
    size_t len;
    snprintf(path, sizeof path, "muxrpc-traces/%s.jsonl", file);
    char *text = check_read_file(path, &len), *line = text;
    for (char *end; (end = strchr(line, '\n')); line = end + 1)
        one_line(kith_bytes(line, (size_t)(end - line)), chunk, file);
    free(text);
    for (size_t i = 0; i < 64; i++) {
        kith_muxrpc_free(replays[i].m);
        kith_buf_wipe(&replays[i].out);
        replays[i] = (struct replay){0};
    }
}

int main(void) {
    static const char *const files[] = {
        "db2-client-to-db2-server",     "db2-client-to-legacy-server",
        "db2-invite.use-at-legacy-pub", "db2-room1-tunnel-accept",
        "db2-room1-tunnel-dial",        "db2-room2-session",
        "db2-server-from-db2-client",   "db2-server-from-legacy-client"};
    static const size_t chunks[] = {1, 10, 1000000};
    for (size_t c = 0; c < 3; c++) {
        frames = equal = errors = 0;
        for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
            one_file(files[i], chunks[c]);
        CHECK(frames == 423);
    }
    printf("%d frames, %d of ours the same bytes, %d errors the same text\n", frames, equal,
           errors);
    return check_done();
}
