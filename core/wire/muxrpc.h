/* SPDX-License-Identifier: MIT */
/* muxrpc.h: many calls and streams over one ordered pipe of bytes (packet-stream-codec 1.2,
 * muxrpc 6.7.3 and 8). It knows nothing of encryption: a link feeds it plain bytes.
 *
 * A stream is named by `req`, as it stands on the wire in the frames that *we* send: positive for
 * calls that we made, negative for calls of the other side. */
#ifndef KITH_WIRE_MUXRPC_H
#define KITH_WIRE_MUXRPC_H

#include "base/json.h"

#define KITH_MUXRPC_MAX_BODY                                                                       \
    (8u << 20) /* EBT notes of many feeds are large; anything above is an attack */
#define KITH_MUXRPC_MAX_STREAMS 1024 /* open at once, both directions */
#define KITH_MUXRPC_HIGH (64u << 10) /* producers stop when this much waits to be sent */
#define KITH_MUXRPC_MAX_QUEUED                                                                     \
    (32u << 20) /* a peer that makes us say more than it reads is dropped */

enum kith_muxrpc_type { KITH_RPC_ASYNC = 1, KITH_RPC_SOURCE, KITH_RPC_SINK, KITH_RPC_DUPLEX };
enum kith_muxrpc_encoding { KITH_RPC_BINARY, KITH_RPC_UTF8, KITH_RPC_JSON };

enum kith_muxrpc_event_kind {
    KITH_RPC_CALL = 1, /* the other side calls: name, type, args */
    KITH_RPC_DATA,     /* an item of a stream, or the answer to an async call of ours */
    KITH_RPC_END,      /* the other side ended the stream: error is empty, or its message */
    KITH_RPC_GOODBYE,  /* nothing more will come */
    KITH_RPC_REFUSED,  /* a call of too many or too deep values, which was answered with an error already */
};

struct kith_muxrpc_event {
    enum kith_muxrpc_event_kind kind;
    int32_t req;
    enum kith_muxrpc_type type;
    struct kith_bytes name;      /* CALL: parts joined by '.', e.g. blobs.createWants */
    const struct kith_json *doc; /* CALL, and DATA with JSON: the parsed body */
    uint32_t args;               /* CALL: node of the args array, or KITH_JSON_NONE */
    enum kith_muxrpc_encoding encoding;
    struct kith_bytes body;  /* DATA: the raw body */
    struct kith_bytes error; /* END, and a refused async call: the error's message, plain UTF-8 */
};

struct kith_muxrpc; /* heap */

struct kith_muxrpc *kith_muxrpc_new(void);
void kith_muxrpc_free(struct kith_muxrpc *m);

/* For servers of strangers, before the first recv: less than the limits above. */
void kith_muxrpc_limit(struct kith_muxrpc *m, uint32_t max_body, size_t max_nodes, size_t max_streams);

/* Takes at most one event's worth of input: call next after each recv that used something; nothing
 * is used while an event waits. PEER errors: the link must be closed. Event views are valid until
 * the next recv, and body may point into `in`, where a whole frame is read in place. */
KITH_MUST int kith_muxrpc_recv(struct kith_muxrpc *m, const uint8_t *in, size_t len, size_t *used);
bool kith_muxrpc_next(struct kith_muxrpc *m, struct kith_muxrpc_event *e);

/* Moves queued output to out. *len is 0 when nothing waits. */
void kith_muxrpc_send(struct kith_muxrpc *m, uint8_t *out, size_t cap, size_t *len);
size_t kith_muxrpc_queued(const struct kith_muxrpc *m);

/* The last event's views are over: memory of an unusually large frame is given back now, rather than
 * with the next recv, which a quiet peer may never cause. */
void kith_muxrpc_rest(struct kith_muxrpc *m);
/* Gives back all memory that holds nothing just now: for a link that has gone quiet. */
void kith_muxrpc_trim(struct kith_muxrpc *m);
/* Bytes that this pipe keeps in memory for what was received and what waits to be sent. */
size_t kith_muxrpc_held(const struct kith_muxrpc *m);

/* Starts a call. args is a JSON array text. Returns its req, or KITH_ERR_BUSY if too many are open.
 * The type key is left out for async, as JavaScript does. */
KITH_MUST int kith_muxrpc_call(struct kith_muxrpc *m, enum kith_muxrpc_type type, const char *name,
                               struct kith_bytes args, int32_t *req);

/* Sends one item. Empty binary and text bodies are dropped: a length of 0 is GOODBYE to JavaScript.
 * Writing to a stream that is gone or ended by us is silently dropped. */
void kith_muxrpc_write(struct kith_muxrpc *m, int32_t req, enum kith_muxrpc_encoding encoding,
                       struct kith_bytes body);

/* Ends our side of a stream: NULL for a normal end (body true), else an error object with that
 * message. For an async call of the other side: the error reply.
 * Where we gave up on a stream, nothing more of it comes as an event, not even its end: after an
 * error, after refuse, and when we end what only the other side writes (our source, their sink).
 * An end of theirs is answered by itself where nothing can be left to say: after an error (it is
 * echoed), for any source, and for a sink of ours. Their sink and a duplex need this call. */
void kith_muxrpc_end(struct kith_muxrpc *m, int32_t req, const char *error);

/* Answers an async call of the other side with a JSON value in its compact form (empty: false,
 * JavaScript's undefined). A string goes out as plain text, as JavaScript does it. */
void kith_muxrpc_reply(struct kith_muxrpc *m, int32_t req, struct kith_bytes json);

/* The exact text that JavaScript peers branch on: method:a,b is not in list of allowed methods. */
void kith_muxrpc_refuse(struct kith_muxrpc *m, int32_t req, struct kith_bytes name);

/* Ends every stream with 'unexpected end of parent stream' and sends GOODBYE. */
void kith_muxrpc_goodbye(struct kith_muxrpc *m);

/* False once no event will come from that stream any more: whoever keeps something for it lets go. */
bool kith_muxrpc_is_open(const struct kith_muxrpc *m, int32_t req);

/* Whether any stream is still open at either side (after goodbye: false). */
bool kith_muxrpc_is_idle(const struct kith_muxrpc *m);

#endif
