/* SPDX-License-Identifier: MIT */
/* web.h: a small HTTP/1.1 server with WebSockets, on libh2o and wslay. It knows files, answers that a
 * callback makes, and roads (road.h) whose bytes travel in binary frames; who may come in and what is
 * said is decided by the callbacks.
 *
 * What it holds others to: a request and its headers within KITH_WEB_REQUEST_MS, a body of at most
 * KITH_WEB_BODY_MAX (unless the config takes more), headers of at most 100 lines and 408 KiB (libh2o's own
 * limit), a reader who takes an answer, and `sockets` connections in all. */
#ifndef KITH_DRIVERS_WEB_H
#define KITH_DRIVERS_WEB_H

#include <uv.h>

#include "base/bytes.h"
#include "drivers/road.h"

#define KITH_WEB_REQUEST_MS 10000
#define KITH_WEB_BODY_MAX 1024
#define KITH_WEB_TARGET_MAX 2048

struct kith_web;

struct kith_web_file {
    const char *path; /* "/index.html" is also "/" */
    const char *type;
    const char *etag;  /* with its quotes */
    const char *cache; /* Cache-Control */
    struct kith_bytes plain, gzip; /* gzip may be empty: is sent as it is */
};

struct kith_web_header {
    const char *name, *value; /* the name in lower case */
};

/* All views are borrowed for the call; a header that did not come is empty. */
struct kith_web_request {
    struct kith_bytes method, path; /* the path as it came, without its query */
    struct kith_bytes host, origin, authorization;
    struct kith_bytes protocols; /* Sec-WebSocket-Protocol; several lines count as none */
    bool upgrade;                /* wants a WebSocket */
    struct kith_bytes body;      /* of a POST */
    const char *peer;            /* ws:ADDRESS:PORT, as a road is named; "" where nobody may POST */
};

struct kith_web_answer {
    int status;
    const char *type;              /* Content-Type, of a body that is not empty */
    struct kith_web_header header; /* one more, if its name is not NULL */
    const struct kith_web_header *headers; /* and these, which last; NULL, or ends with a NULL name */
    struct kith_buf body;          /* wiped by the server */
};

/* For answers that pages of any origin may read, and for OPTIONS before they ask (Fetch Standard, 3.2). */
extern const struct kith_web_header kith_web_any_origin[];

struct kith_web_config {
    const struct kith_web_header *headers; /* on every answer; ends with a NULL name */
    const struct kith_web_file *files;     /* borrowed for the server's life */
    size_t file_count;
    unsigned sockets; /* at most; for one more the oldest that is no WebSocket is closed */

    /* Before anything else: 0, or the status to refuse with. */
    int (*check)(void *ctx, const struct kith_web_request *q);
    size_t body_max; /* of a POST; 0: nobody may POST, PUT, DELETE or ask for OPTIONS */
    unsigned request_ms; /* for a request with its body; 0: KITH_WEB_REQUEST_MS */
    size_t bodies_max; /* of all that are being read, about: who sends the largest is hung up on; 0: no limit */
    size_t answers_max; /* of all bodies that were made and are not sent yet: for one more who has most left to read is
                         * hung up on, and it is answered with 503; 0: no limit */
    /* A GET that is no file, or one of the others. False: there is nothing here, 404. */
    bool (*answer)(void *ctx, const struct kith_web_request *q, struct kith_web_answer *a);

    const char *socket_path;     /* where WebSockets are, "/rpc" */
    const char *socket_protocol; /* the subprotocol that we speak: what the answer names; NULL: none */
    /* May it be upgraded? 0, or the status to refuse with. */
    int (*upgrade)(void *ctx, const struct kith_web_request *q);
    /* A WebSocket stands: the callee takes the road as one that was accepted and starts or closes it. */
    void (*opened)(void *ctx, struct kith_road *r);
    const struct kith_road_host *host; /* of these roads */
    void *host_ctx;
    void *ctx;

    const char *tls_cert, *tls_key; /* files in PEM: the chain, and its private key. NULL: no TLS */
    bool behind_proxy;              /* a road is named after what X-Forwarded-For says last */
};

/* Binds and listens; port 0 lets the system choose, *port is the true one. The config is copied, what
 * it points at is borrowed. KITH_ERR_ARG: host_name is no address. KITH_ERR_NET: cannot listen. KITH_ERR_CRYPTO:
 * the certificate or its key cannot be used. */
KITH_MUST int kith_web_start(struct kith_web **out, uv_loop_t *loop, const char *host_name, uint16_t *port,
                             const struct kith_web_config *config);

/* Closes everything and frees. It runs the loop until all handles are gone: call it from outside of
 * the loop's callbacks. NULL is fine. */
void kith_web_close(struct kith_web *w);

/* Reads the certificate anew, for connections from now on. On error the old one stays. */
KITH_MUST int kith_web_renew_tls(struct kith_web *w);

struct kith_web_counts {
    uint64_t connections, requests, refused, sockets_open;
};
struct kith_web_counts kith_web_counts(const struct kith_web *w);

#endif
