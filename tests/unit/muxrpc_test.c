/* SPDX-License-Identifier: MIT */
/* muxrpc_test.c: frames and rules, told through the bytes that go in and come out. */
#include "wire/frame.h"
#include "wire/muxrpc.h"

#include "vector.h"

static struct kith_buf lines; /* events as text */
static uint8_t sent_bytes[1 << 16];

static struct kith_bytes sent(struct kith_muxrpc *m) {
    size_t len;
    kith_muxrpc_send(m, sent_bytes, sizeof sent_bytes, &len);
    return kith_bytes(sent_bytes, len);
}

/* One frame with that body. */
static struct kith_bytes frame(uint8_t flags, int32_t req, const char *body) {
    static uint8_t out[1 << 16];
    struct kith_frame f = {.flags = flags, .req = req, .len = (uint32_t)strlen(body)};
    kith_frame_write(out, &f);
    memcpy(out + KITH_FRAME_HEADER_LEN, body, f.len);
    return kith_bytes(out, KITH_FRAME_HEADER_LEN + f.len);
}

static bool said(struct kith_muxrpc *m, uint8_t flags, int32_t req, const char *body) {
    struct kith_bytes s = sent(m), f = frame(flags, req, body);
    if (kith_bytes_eq(s, f))
        return true;
    fprintf(stderr, "said %zu bytes: %.*s\n", s.len, (int)s.len, (const char *)s.p);
    return false;
}

static void note(const struct kith_muxrpc_event *e) {
    static const char *const kinds[] = {"", "call", "data", "end", "goodbye", "refused"};
    kith_buf_put_str(&lines, kinds[e->kind]);
    if (e->req) {
        kith_buf_put_u8(&lines, ' ');
        kith_buf_put_int(&lines, e->req);
    }
    struct kith_bytes more = e->kind == KITH_RPC_CALL   ? e->name
                             : e->kind == KITH_RPC_DATA ? e->body
                                                        : e->error;
    if (more.len)
        kith_buf_put_u8(&lines, ' ');
    kith_buf_put_bytes(&lines, more);
    kith_buf_put_u8(&lines, '\n');
}

static int give_in(struct kith_muxrpc *m, struct kith_bytes in, size_t chunk) {
    struct kith_muxrpc_event e;
    size_t at = 0, used;
    while (at < in.len) {
        size_t n = in.len - at < chunk ? in.len - at : chunk;
        uint8_t *copy = malloc(n); /* so that a sanitizer sees a view that lives too long */
        memcpy(copy, in.p + at, n);
        size_t done = 0;
        while (done < n) {
            int err = kith_muxrpc_recv(m, copy + done, n - done, &used);
            if (err) {
                free(copy);
                return err;
            }
            done += used;
            while (kith_muxrpc_next(m, &e))
                note(&e);
        }
        free(copy);
        at += n;
    }
    return KITH_OK;
}

static int give(struct kith_muxrpc *m, uint8_t flags, int32_t req, const char *body) {
    return give_in(m, frame(flags, req, body), 1 << 20);
}

static bool heard(const char *text) {
    bool same = kith_bytes_is(kith_buf_bytes(&lines), text);
    if (!same)
        fprintf(stderr, "heard: %.*s\n", (int)lines.len, (const char *)lines.p);
    kith_buf_clear(&lines);
    return same;
}

enum { JSON = 2, TEXT = 1, STREAM = 8, END = 4 };

static void calls_are_written_as_javascript_writes_them(void) {
    struct kith_muxrpc *m = kith_muxrpc_new();
    int32_t req;
    CHECK(kith_muxrpc_call(m, KITH_RPC_ASYNC, "blobs.has", KITH_LIT("[\"&x\"]"), &req) == 0 &&
          req == 1);
    CHECK(said(m, JSON, 1, "{\"name\":[\"blobs\",\"has\"],\"args\":[\"&x\"]}"));
    CHECK(kith_muxrpc_call(m, KITH_RPC_SOURCE, "createHistoryStream", KITH_LIT("[{}]"), &req) ==
              0 &&
          req == 2);
    CHECK(said(m, STREAM | JSON, 2,
               "{\"name\":[\"createHistoryStream\"],\"args\":[{}],\"type\":\"source\"}"));
    CHECK(kith_muxrpc_call(m, KITH_RPC_SINK, "blobs.add", KITH_LIT("[]"), &req) == 0 && req == 3);
    CHECK(
        said(m, STREAM | JSON, 3, "{\"name\":[\"blobs\",\"add\"],\"args\":[],\"type\":\"sink\"}"));
    CHECK(kith_muxrpc_call(m, KITH_RPC_DUPLEX, "a.b.c", KITH_LIT("[1,2]"), &req) == 0 && req == 4);
    CHECK(said(m, STREAM | JSON, 4,
               "{\"name\":[\"a\",\"b\",\"c\"],\"args\":[1,2],\"type\":\"duplex\"}"));
    CHECK(!kith_muxrpc_is_idle(m));
    kith_muxrpc_free(m);
}

static void answers_to_our_async_calls(void) {
    struct kith_muxrpc *m = kith_muxrpc_new();
    int32_t req;
    for (int i = 0; i < 4; i++)
        CHECK(kith_muxrpc_call(m, KITH_RPC_ASYNC, "whoami", KITH_LIT("[]"), &req) == 0);
    sent(m);
    CHECK(give(m, JSON, -2, "{\"id\":\"@x\"}\n") == 0 && heard("data 2 {\"id\":\"@x\"}\n\n"));
    CHECK(give(m, JSON | END, -1,
               "{\"message\":\"no \\\"way\\\"\",\"name\":\"Error\",\"stack\":\"\"}") == 0);
    CHECK(heard("end 1 no \"way\"\n"));
    CHECK(give(m, JSON | END, -3, "{}") == 0 && heard("end 3 error without a message\n"));
    CHECK(give(m, TEXT | END, -4, "oh") == 0 && heard("end 4 error that is not JSON\n"));
    CHECK(give(m, JSON, -2, "1") == 0 && heard("")); /* answered already: nobody waits */
    CHECK(give(m, JSON, -77, "1") == 0 && heard(""));
    CHECK(kith_muxrpc_is_idle(m) && sent(m).len == 0);
    CHECK(kith_muxrpc_call(m, KITH_RPC_ASYNC, "whoami", KITH_LIT("[]"), &req) == 0 && req == 5);
    sent(m);
    kith_muxrpc_end(m, 5, NULL); /* we do not care any more; nothing on the wire says so */
    CHECK(sent(m).len == 0 && give(m, JSON, -5, "1") == 0 && heard("") && kith_muxrpc_is_idle(m));
    kith_muxrpc_free(m);
}

static void async_calls_are_answered_once(void) {
    struct kith_muxrpc *m = kith_muxrpc_new();
    CHECK(give(m, JSON, 1, "{\"name\":[\"whoami\"],\"args\":[]}") == 0 &&
          heard("call -1 whoami\n"));
    kith_muxrpc_reply(m, -1, KITH_LIT("{\"id\":1}"));
    CHECK(said(m, JSON, -1, "{\"id\":1}"));
    kith_muxrpc_reply(m, -1, KITH_LIT("2"));
    CHECK(sent(m).len == 0 && kith_muxrpc_is_idle(m));
    CHECK(give(m, JSON, 2, "{\"name\":\"manifest\",\"args\":[],\"type\":\"sync\"}") == 0 &&
          heard("call -2 manifest\n"));
    kith_muxrpc_reply(m, -2, KITH_LIT(""));
    CHECK(said(m, JSON, -2, "false"));
    for (int32_t i = 5; i < 8; i++)
        CHECK(give(m, JSON, i, "{\"name\":[\"sign\"]}") == 0);
    kith_muxrpc_reply(m, -5, KITH_LIT("\"a\\n\\\"b\""));
    CHECK(said(m, TEXT, -5, "a\n\"b"));
    kith_muxrpc_reply(m, -6, KITH_LIT("\"\"")); /* as text it would be a goodbye */
    CHECK(said(m, JSON, -6, "\"\""));
    kith_muxrpc_reply(m, -7, KITH_LIT("null"));
    CHECK(said(m, JSON, -7, "null") && heard("call -5 sign\ncall -6 sign\ncall -7 sign\n"));
    CHECK(give(m, JSON, 3, "{\"name\":[\"room\",\"metadata\"],\"args\":[]}") == 0 &&
          heard("call -3 room.metadata\n"));
    kith_muxrpc_refuse(m, -3, KITH_LIT("room.metadata"));
    CHECK(said(m, JSON | END, -3,
               "{\"message\":\"method:room,metadata is not in list of allowed "
               "methods\",\"name\":\"Error\",\"stack\":\"\"}"));
    CHECK(give(m, JSON, 4, "{\"name\":[\"get\"],\"args\":[]}") == 0 && heard("call -4 get\n"));
    kith_muxrpc_end(m, -4, "not \"here\"");
    CHECK(said(m, JSON | END, -4,
               "{\"message\":\"not \\\"here\\\"\",\"name\":\"Error\",\"stack\":\"\"}"));
    CHECK(kith_muxrpc_is_idle(m));
    kith_muxrpc_free(m);
}

static void refused_streams_go_quiet(void) {
    struct kith_muxrpc *m = kith_muxrpc_new();
    CHECK(give(m, JSON | STREAM, 1,
               "{\"name\":[\"ebt\",\"replicate\"],\"args\":[{}],\"type\":\"duplex\"}") == 0);
    CHECK(heard("call -1 ebt.replicate\n"));
    kith_muxrpc_refuse(m, -1, KITH_LIT("ebt.replicate"));
    CHECK(said(m, JSON | STREAM | END, -1,
               "{\"message\":\"method:ebt,replicate is not in list of allowed "
               "methods\",\"name\":\"Error\",\"stack\":\"\"}"));
    CHECK(give(m, JSON | STREAM, 1, "{\"late\":1}") == 0 && heard(""));
    CHECK(!kith_muxrpc_is_idle(m));
    CHECK(give(m, JSON | STREAM | END, 1, "{\"message\":\"x\"}") == 0 && heard("") &&
          sent(m).len == 0);
    CHECK(kith_muxrpc_is_idle(m));
    CHECK(give(m, JSON | STREAM, 1, "{\"later\":1}") == 0 && heard("") &&
          sent(m).len == 0); /* no call */
    CHECK(give(m, JSON | STREAM, 2, "{\"name\":[\"x\"],\"args\":[],\"type\":\"tap\"}") == 0 &&
          heard(""));
    CHECK(said(m, JSON | STREAM | END, -2,
               "{\"message\":\"unknown type of call\",\"name\":\"Error\",\"stack\":\"\"}"));
    kith_muxrpc_free(m);
}

static void streams_end_when_both_sides_say_so(void) {
    struct kith_muxrpc *m = kith_muxrpc_new();
    int32_t req;
    /* A source of ours ends: we answer the end by ourselves. */
    CHECK(kith_muxrpc_call(m, KITH_RPC_SOURCE, "s", KITH_LIT("[]"), &req) == 0);
    sent(m);
    CHECK(give(m, STREAM, -1, "abc") == 0 && give(m, JSON | STREAM | END, -1, "true") == 0);
    CHECK(heard("data 1 abc\nend 1\n") && said(m, JSON | STREAM | END, 1, "true") &&
          kith_muxrpc_is_idle(m));
    /* A source of ours that we stop: what is still on its way is dropped, and so is its end. */
    CHECK(kith_muxrpc_call(m, KITH_RPC_SOURCE, "s", KITH_LIT("[]"), &req) == 0);
    sent(m);
    kith_muxrpc_end(m, req, NULL);
    kith_muxrpc_end(m, req, NULL);
    CHECK(said(m, JSON | STREAM | END, 2, "true"));
    CHECK(give(m, STREAM, -2, "abc") == 0 && give(m, JSON | STREAM | END, -2, "true") == 0 &&
          heard(""));
    CHECK(sent(m).len == 0 && kith_muxrpc_is_idle(m));
    /* A duplex stays half open. */
    CHECK(kith_muxrpc_call(m, KITH_RPC_DUPLEX, "d", KITH_LIT("[]"), &req) == 0);
    sent(m);
    CHECK(give(m, JSON | STREAM | END, -3, "true") == 0 && heard("end 3\n") && sent(m).len == 0);
    CHECK(give(m, JSON | STREAM, -3, "1") == 0 && heard(""));
    kith_muxrpc_write(m, 3, KITH_RPC_JSON, KITH_LIT("[]"));
    CHECK(said(m, JSON | STREAM, 3, "[]"));
    kith_muxrpc_end(m, 3, NULL);
    CHECK(said(m, JSON | STREAM | END, 3, "true") && kith_muxrpc_is_idle(m));
    kith_muxrpc_write(m, 3, KITH_RPC_JSON, KITH_LIT("[]"));
    CHECK(sent(m).len == 0);
    /* A sink of theirs: they end, then we say how it went. */
    CHECK(give(m, JSON | STREAM, 9, "{\"name\":[\"k\"],\"args\":[],\"type\":\"sink\"}") == 0);
    CHECK(give(m, STREAM, 9, "abc") == 0 && give(m, JSON | STREAM | END, 9, "true") == 0);
    CHECK(heard("call -9 k\ndata -9 abc\nend -9\n") && sent(m).len == 0);
    kith_muxrpc_end(m, -9, "disk full");
    CHECK(said(m, JSON | STREAM | END, -9,
               "{\"message\":\"disk full\",\"name\":\"Error\",\"stack\":\"\"}"));
    CHECK(kith_muxrpc_is_idle(m));
    /* A source of theirs that they stop. */
    CHECK(give(m, JSON | STREAM, 10, "{\"name\":[\"k\"],\"args\":[],\"type\":\"source\"}") == 0);
    kith_muxrpc_write(m, -10, KITH_RPC_UTF8, KITH_LIT("x"));
    CHECK(said(m, TEXT | STREAM, -10, "x"));
    CHECK(give(m, JSON | STREAM | END, 10, "true") == 0 && heard("call -10 k\nend -10\n"));
    CHECK(said(m, JSON | STREAM | END, -10, "true") && kith_muxrpc_is_idle(m));
    kith_muxrpc_free(m);
}

static void errors_are_echoed(void) {
    static const char error[] =
        "{\"message\":\"gone\",\"name\":\"Error\",\"stack\":\"Error: gone\\n at x\"}";
    struct kith_muxrpc *m = kith_muxrpc_new();
    int32_t req;
    CHECK(kith_muxrpc_call(m, KITH_RPC_DUPLEX, "d", KITH_LIT("[]"), &req) == 0);
    sent(m);
    CHECK(give(m, JSON | STREAM | END, -1, error) == 0 && heard("end 1 gone\n"));
    CHECK(said(m, JSON | STREAM | END, 1, error) && kith_muxrpc_is_idle(m));
    CHECK(give(m, JSON | STREAM, 1, "{\"name\":[\"d\"],\"type\":\"duplex\"}") == 0 &&
          heard("call -1 d\n"));
    kith_muxrpc_end(m, -1, NULL);
    sent(m);
    CHECK(give(m, JSON | STREAM | END, 1, error) == 0 && heard("end -1 gone\n"));
    CHECK(sent(m).len == 0 && kith_muxrpc_is_idle(m));
    CHECK(give(m, JSON | STREAM | END, 77, error) == 0 && heard("") && sent(m).len == 0);
    kith_muxrpc_free(m);
}

static void empty_bodies_are_never_sent(void) {
    struct kith_muxrpc *m = kith_muxrpc_new();
    CHECK(give(m, JSON | STREAM, 1, "{\"name\":[\"d\"],\"type\":\"duplex\"}") == 0 &&
          heard("call -1 d\n"));
    for (int e = 0; e < 3; e++)
        kith_muxrpc_write(m, -1, (enum kith_muxrpc_encoding)e, KITH_LIT(""));
    CHECK(sent(m).len == 0);
    CHECK(give(m, STREAM, 1, "") == 0 && heard("goodbye\n")); /* as JavaScript reads it */
    CHECK(kith_muxrpc_is_idle(m));
    kith_muxrpc_free(m);
}

static void goodbye_ends_all(void) {
    static const char error[] =
        "{\"message\":\"unexpected end of parent stream\",\"name\":\"Error\",\"stack\":\"\"}";
    struct kith_muxrpc *m = kith_muxrpc_new();
    struct kith_buf want = {0};
    int32_t req;
    CHECK(kith_muxrpc_call(m, KITH_RPC_DUPLEX, "d", KITH_LIT("[]"), &req) == 0);
    CHECK(kith_muxrpc_call(m, KITH_RPC_ASYNC, "a", KITH_LIT("[]"), &req) == 0);
    sent(m);
    kith_muxrpc_goodbye(m);
    kith_buf_put_bytes(&want, frame(JSON | STREAM | END, 1, error));
    kith_buf_put(&want, "\0\0\0\0\0\0\0\0\0", 9);
    CHECK(kith_bytes_eq(sent(m), kith_buf_bytes(&want)));
    kith_muxrpc_goodbye(m);
    CHECK(sent(m).len == 0 && kith_muxrpc_is_idle(m));
    CHECK(kith_muxrpc_call(m, KITH_RPC_ASYNC, "a", KITH_LIT("[]"), &req) == KITH_ERR_BUSY);
    CHECK(give(m, JSON, 1, "{\"name\":[\"whoami\"],\"args\":[]}") == 0 && heard("") &&
          sent(m).len == 0);
    CHECK(give(m, 0, 0, "") == 0 && heard("goodbye\n"));
    CHECK(give(m, JSON, 1, "{\"name\":[\"whoami\"],\"args\":[]}") == 0 && heard(""));
    kith_buf_wipe(&want);
    kith_muxrpc_free(m);
}

static void limits_hold(void) {
    struct kith_muxrpc *m = kith_muxrpc_new();
    int32_t req, n = 0;
    size_t used;
    for (int32_t i = 1; i <= KITH_MUXRPC_MAX_STREAMS; i++) {
        CHECK(give(m, JSON | STREAM, i, "{\"name\":[\"d\"],\"type\":\"duplex\"}") == 0);
        n += sent(m).len == 0;
    }
    CHECK(n == KITH_MUXRPC_MAX_STREAMS - 64);
    kith_buf_clear(&lines);
    for (n = 0; kith_muxrpc_call(m, KITH_RPC_SOURCE, "d", KITH_LIT("[]"), &req) == KITH_OK; n++)
        ;
    CHECK(n == 64);
    sent(m);
    kith_muxrpc_refuse(m, -5, KITH_LIT("d")); /* a refused one makes room, even if it never ends */
    CHECK(give(m, JSON | STREAM, 5000, "{\"name\":[\"e\"],\"type\":\"duplex\"}") == 0 &&
          heard("call -5000 e\n"));
    kith_muxrpc_end(m, -5000, "no");
    for (int32_t i = 6; i <= KITH_MUXRPC_MAX_STREAMS - 64; i++)
        kith_muxrpc_end(m, -i, "no");
    CHECK(give(m, JSON | STREAM, 6, "1") == 0 && heard(""));
    kith_muxrpc_free(m);

    /* A peer that asks and never reads. */
    m = kith_muxrpc_new();
    int err = KITH_OK;
    struct kith_buf big = {0};
    kith_buf_reserve(&big, 1 << 20);
    memset(big.p, '1', 1 << 20);
    big.len = 1 << 20;
    for (int32_t i = 1; i < 100 && !err; i++) {
        err = give(m, JSON, i, "{\"name\":[\"d\"]}");
        kith_muxrpc_reply(m, -i, kith_buf_bytes(&big));
    }
    CHECK(err == KITH_ERR_BUDGET && kith_muxrpc_queued(m) < KITH_MUXRPC_MAX_QUEUED + (2 << 20));
    kith_muxrpc_free(m);
    kith_buf_clear(&lines);

    /* A header that announces a body at and above the limit. */
    m = kith_muxrpc_new();
    uint8_t header[9] = {2, 0, 0x80, 0, 0, 0, 0, 0, 1};
    CHECK(kith_muxrpc_recv(m, header, 9, &used) == 0 && used == 9);
    kith_muxrpc_free(m);
    m = kith_muxrpc_new();
    header[4] = 1;
    CHECK(kith_muxrpc_recv(m, header, 9, &used) == KITH_ERR_SIZE);
    kith_muxrpc_free(m);
    m = kith_muxrpc_new();
    CHECK(give(m, JSON, 1, "{\"name\":[\"a\"]}") == 0 &&
          give(m, JSON, 1, "{\"name\":[\"a\"]}") == KITH_ERR_PROTOCOL);
    kith_muxrpc_free(m);
    kith_buf_clear(&lines);
    kith_buf_wipe(&big);
}

/* What is too deep for us is no reason to hang up: the caller is told, and the next call is answered. */
static void deep_arguments_are_refused(void) {
    static const char error[] = "{\"message\":\"size: arguments of too many values, or nested too deeply\","
                                "\"name\":\"Error\",\"stack\":\"\"}";
    struct kith_muxrpc *m = kith_muxrpc_new();
    struct kith_buf body = {0};
    kith_buf_put_str(&body, "{\"name\":[\"a\"],\"type\":\"duplex\",\"args\":");
    for (unsigned i = 0; i < 800; i++)
        kith_buf_put_u8(&body, i < 400 ? '[' : ']');
    kith_buf_put_u8(&body, '}');
    kith_buf_put_u8(&body, 0);
    kith_buf_clear(&lines);
    CHECK(give(m, JSON, 1, (const char *)body.p) == 0 && heard("refused -1\n") && said(m, JSON | END, -1, error));
    CHECK(give(m, JSON | STREAM, 2, (const char *)body.p) == 0 && heard("refused -2\n") &&
          said(m, JSON | STREAM | END, -2, error));
    CHECK(give(m, JSON | STREAM | END, 2, "true") == 0 && heard("") && kith_muxrpc_is_idle(m));
    CHECK(give(m, JSON, 3, "{\"name\":[\"a\"]}") == 0 && heard("call -3 a\n"));
    CHECK(give(m, JSON, 4, "{\"name\":") == KITH_ERR_SYNTAX);
    kith_buf_wipe(&body);
    kith_muxrpc_free(m);
}

/* Many streams open and close in an order that stirs the table. */
static void the_table_keeps_its_streams(void) {
    struct kith_muxrpc *m = kith_muxrpc_new();
    bool open[500] = {0};
    uint32_t x = 1;
    for (int i = 0; i < 20000; i++) {
        x = x * 1664525 + 1013904223;
        int32_t r = (int32_t)(x >> 16) % 499 + 1;
        kith_buf_clear(&lines);
        if (!open[r]) {
            CHECK(give(m, JSON | STREAM, r, "{\"name\":[\"d\"],\"type\":\"duplex\"}") == 0 &&
                  lines.len);
        } else {
            kith_muxrpc_end(m, -r, NULL);
            CHECK(give(m, JSON | STREAM, r, "1") == 0 && lines.len);
            CHECK(give(m, JSON | STREAM | END, r, "true") == 0);
        }
        open[r] = !open[r];
        sent(m);
    }
    kith_buf_clear(&lines);
    kith_muxrpc_free(m);
}

static void packets_of_the_reference(void) {
    struct kith_json doc = vector_file("generated/muxrpc-packets.json");
    int count = 0;
    VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, "packets")) {
        struct kith_bytes hex = vector_hex(vector_str(&doc, n, "hex"));
        const char *row = (const char *)vector_str(&doc, n, "name").p;
        struct kith_frame f;
        uint8_t header[9];
        int64_t req, type;
        CHECK_ROW(kith_frame_parse(hex.p, KITH_MUXRPC_MAX_BODY, &f) == 0, row);
        CHECK_ROW(kith_json_int(&doc, kith_json_get(&doc, n, "req"), &req) == 0 && req == f.req,
                  row);
        CHECK_ROW(kith_json_int(&doc, kith_json_get(&doc, n, "type"), &type) == 0 &&
                      type == (f.flags & 3),
                  row);
        CHECK_ROW(kith_json_true(&doc, kith_json_get(&doc, n, "stream")) == !!(f.flags & STREAM),
                  row);
        CHECK_ROW(kith_json_true(&doc, kith_json_get(&doc, n, "end")) == !!(f.flags & END), row);
        CHECK_ROW(f.len == hex.len - 9, row);
        if (type)
            CHECK_ROW(kith_bytes_eq(kith_bytes_skip(hex, 9), vector_str(&doc, n, "body")), row);
        kith_frame_write(header, &f);
        CHECK_ROW(memcmp(header, hex.p, 9) == 0, row);
        count++;
    }
    CHECK(count == 16);
}

int main(void) {
    calls_are_written_as_javascript_writes_them();
    answers_to_our_async_calls();
    async_calls_are_answered_once();
    refused_streams_go_quiet();
    streams_end_when_both_sides_say_so();
    errors_are_echoed();
    empty_bodies_are_never_sent();
    goodbye_ends_all();
    limits_hold();
    deep_arguments_are_refused();
    the_table_keeps_its_streams();
    packets_of_the_reference();
    kith_buf_wipe(&lines);
    return check_done();
}
