/* SPDX-License-Identifier: MIT */
/* muxrpc_fuzz.c: input in one piece and byte by byte must give the same events and the same output,
 * and the output is always well-formed frames, of which only the last may be a goodbye. */
#include "wire/frame.h"
#include "wire/muxrpc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void note(struct kith_buf *log, const struct kith_muxrpc_event *e) {
    kith_buf_put_u8(log, (uint8_t)e->kind);
    kith_buf_put_u32le(log, (uint32_t)e->req);
    kith_buf_put_u8(log, (uint8_t)e->type);
    kith_buf_put_u8(log, (uint8_t)e->encoding);
    kith_buf_put_bytes(log, e->name);
    kith_buf_put_bytes(log, e->body);
    kith_buf_put_bytes(log, e->error);
    if (e->doc)
        kith_json_put_compact(log, e->doc, 0);
    if (e->args != KITH_JSON_NONE)
        kith_json_put_compact(log, e->doc, e->args);
}

/* Does something with the call that depends on its name, so that the fuzzer can choose. */
static void act(struct kith_muxrpc *m, const struct kith_muxrpc_event *e) {
    uint8_t c = e->name.len ? e->name.p[0] : 0;
    if (e->kind == KITH_RPC_CALL && c == 'r')
        kith_muxrpc_refuse(m, e->req, e->name);
    else if (e->kind == KITH_RPC_CALL && c == 'a')
        kith_muxrpc_reply(m, e->req, KITH_LIT("\"x\\n\""));
    else if (e->kind == KITH_RPC_CALL && c == 'g')
        kith_muxrpc_goodbye(m);
    else if (e->kind == KITH_RPC_CALL && c == 'e')
        kith_muxrpc_end(m, e->req, "no");
    else if (e->kind == KITH_RPC_DATA)
        kith_muxrpc_write(m, e->req, e->encoding, e->body);
    else if (e->kind == KITH_RPC_END)
        kith_muxrpc_end(m, e->req, e->error.len & 1 ? "odd" : NULL);
}

static int run(struct kith_bytes in, size_t chunk, struct kith_buf *log, struct kith_buf *out) {
    struct kith_muxrpc *m = kith_muxrpc_new();
    struct kith_muxrpc_event e;
    size_t at = 0, used, len;
    int32_t req;
    int err = KITH_OK;
    for (int t = KITH_RPC_ASYNC; t <= KITH_RPC_DUPLEX; t++)
        KITH_ASSERT(kith_muxrpc_call(m, (enum kith_muxrpc_type)t, "a.b", KITH_LIT("[]"), &req) ==
                    KITH_OK);
    while (at < in.len && !err) {
        size_t n = in.len - at < chunk ? in.len - at : chunk;
        err = kith_muxrpc_recv(m, in.p + at, n, &used);
        KITH_ASSERT(err || used);
        at += used;
        while (!err && kith_muxrpc_next(m, &e)) {
            note(log, &e);
            act(m, &e);
        }
    }
    kith_muxrpc_goodbye(m);
    KITH_ASSERT(kith_muxrpc_is_idle(m));
    do {
        kith_buf_reserve(out, 1000);
        kith_muxrpc_send(m, out->p + out->len, 1000, &len);
        out->len += len;
    } while (len);
    kith_muxrpc_free(m);
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_buf log[2] = {{0}}, out[2] = {{0}};
    int a = run(kith_bytes(data, size), size ? size : 1, &log[0], &out[0]);
    int b = run(kith_bytes(data, size), 1, &log[1], &out[1]);
    KITH_ASSERT(a == b);
    KITH_ASSERT(kith_bytes_eq(kith_buf_bytes(&log[0]), kith_buf_bytes(&log[1])));
    KITH_ASSERT(kith_bytes_eq(kith_buf_bytes(&out[0]), kith_buf_bytes(&out[1])));
    for (size_t at = 0; at < out[0].len;) {
        struct kith_frame f;
        KITH_ASSERT(out[0].len - at >= KITH_FRAME_HEADER_LEN);
        KITH_ASSERT(kith_frame_parse(out[0].p + at, KITH_MUXRPC_MAX_BODY, &f) == KITH_OK);
        at += KITH_FRAME_HEADER_LEN + f.len;
        KITH_ASSERT(f.len || at == out[0].len);
    }
    for (int i = 0; i < 2; i++) {
        kith_buf_wipe(&log[i]);
        kith_buf_wipe(&out[i]);
    }
    return 0;
}
