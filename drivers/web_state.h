/* SPDX-License-Identifier: MIT */
/* web_state.h: what a server and its connections consist of; shared by web.c, web_answer.c and
 * web_socket.c, which alone know libh2o and wslay. */
#ifndef KITH_DRIVERS_WEB_STATE_H
#define KITH_DRIVERS_WEB_STATE_H

#include <h2o.h>
#include <h2o/http1.h>
#include <h2o/websocket.h>
#include <wslay/wslay.h>

#include "drivers/web.h"

struct kith_web {
    uv_loop_t *loop;
    struct kith_web_config config;
    uv_tcp_t listener;
    uv_timer_t sweep; /* runs while there are connections */
    uv_timer_t soon;  /* what a paused road still has to read is read from the loop */
    h2o_globalconf_t global;
    h2o_context_t h2o;
    h2o_accept_ctx_t accept;
    struct web_conn *conns;
    size_t conn_count, handles;
    size_t leaving; /* of the connections, those that were hung up on and are not gone yet */
    struct kith_web_counts counts;
    size_t answers; /* bytes of those that were made and are not sent yet */
    bool closing;
    uint8_t pulled[KITH_ROAD_BUFFER]; /* what a road has to say, until wslay has copied it */
};

struct web_conn {
    uv_tcp_t tcp;
    struct kith_web *web;
    struct web_conn *next, *prev;
    h2o_socket_t *sock; /* NULL once it is being closed */
    bool leaving;
    size_t made, left;  /* bytes of the answer that was made for it; of an answer, what was not written yet */
    size_t queued;      /* what waited to be written at the last sweep */
    uint64_t stuck_ms;  /* since when it is the same */

    char forwarded[46]; /* for whom a proxy speaks; "": nobody */

    /* After the upgrade. */
    struct kith_road *road;
    wslay_event_context_ptr ws; /* 9 KB: only while there is something to be done with it */
    struct kith_buf out;        /* what is being written */
    uint64_t fed, parsed;       /* bytes that this ws was given; those of frames that it has begun */
    bool fragmented;            /* within a message */
    unsigned inside;     /* wslay is on the stack */
    uint8_t opcode;      /* of the frame that is being read */
    bool paused, choked; /* the host, or our own unsent pongs, want no more */
    bool doomed;         /* close when wslay is off the stack */
    bool close_queued;
    uint64_t linger_ms; /* it ends: how long the other side is waited for */
};

void web_conn_close(struct web_conn *c); /* now; more calls are fine */
/* For one more answer of that length. False: not now; who has most left to read is hung up on. */
bool web_has_room(struct kith_web *w, size_t len);

/* web_tls.c: sets accept.ssl_ctx; frees it. */
KITH_MUST int web_tls_load(struct kith_web *w);
void web_tls_free(struct kith_web *w);

int web_on_request(h2o_handler_t *self, h2o_req_t *req);
void web_add_headers(h2o_filter_t *self, h2o_req_t *req, h2o_ostream_t **slot);
struct web_handler { /* both a handler and a filter begin like this for us */
    union {
        h2o_handler_t handler;
        h2o_filter_t filter;
    } h2o;
    struct kith_web *web;
};

/* web_socket.c: answers the handshake; the road is made when the answer has been written. */
void web_socket_upgrade(struct web_conn *c, h2o_req_t *req, const char *client_key);
void web_socket_name_peer(struct web_conn *c, char *out, size_t len); /* ws:ADDRESS:PORT */
void web_socket_soon(struct web_conn *c);
void web_socket_end(struct web_conn *c);  /* now, saying nothing more; more calls are fine */
void web_socket_gone(struct web_conn *c); /* its handle is closed */

#endif
