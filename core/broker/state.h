/* SPDX-License-Identifier: MIT */
/* state.h: what a broker and its sessions consist of. For core/broker only. */
#ifndef KITH_BROKER_STATE_H
#define KITH_BROKER_STATE_H

#include "broker/account.h"
#include "broker/addresses.h"
#include "broker/broker.h"
#include "broker/directory.h"
#include "broker/doors.h"
#include "broker/inboxes.h"
#include "broker/letters.h"
#include "broker/sources.h"
#include "broker/vaults.h"
#include "wire/mailbox.h"
#include "wire/muxrpc.h"

#define MAX_ADDRESSES 16       /* of one session */
#define MAX_BODY (24u << 10)   /* of one muxrpc frame */
#define MAX_NODES 256
#define MAX_STREAMS 16
#define MAX_UNREAD (256u << 10)
#define CALLS_A_SECOND 10
#define CALLS_BURST 40
#define MAX_REFUSED 200
#define FORGIVEN 10            /* of them, each second */
#define PROVE_MS 10000         /* a session that proves nothing */
#define GUESS_COUNTERS 4096      /* handles share one by chance; then they share its limit */
#define LINGER_MS 5000         /* of one that has to go */
#define STUCK_MS 60000         /* one that reads nothing */

/* A bucket that fills with time: tokens in thousandths. */
struct allowance {
    uint64_t at_ms;
    uint32_t milli;
};
bool allowance_take(struct allowance *a, unsigned a_second, unsigned burst, unsigned milli, uint64_t now_ms);

struct kith_broker_session {
    struct kith_broker *broker;
    void *host;
    struct kith_broker_session *next, *prev;       /* of all */
    struct kith_broker_session *next_ready, *next_doomed;
    struct kith_muxrpc *rpc;
    struct address *addresses; /* where it listens */
    struct source *source;
    struct kith_challenge challenge;
    struct allowance signals, calls;
    uint64_t opened_ms, stuck_ms, doomed_ms, turn_hour; /* turn_hour: in which turns are counted */
    size_t queued; /* at the last tick */
    int32_t late_req; /* a login that is answered at the next tick; 0: none */
    const char *late_error;
    struct kith_buf late;
    int32_t stream; /* of its signals; 0: none */
    struct vault_door *vault; /* whose vault it may read and write; NULL: nobody's */
    uint16_t address_count, refused, turns;
    bool greeted, ready, doomed, listed, active; /* listed: among the doomed, to be told to the host */
};

struct kith_broker {
    struct kith_broker_config config;
    struct addresses addresses;
    struct sources sources;
    struct letters letters;
    size_t vault_waiting; /* bytes of vaults that are being written */
    struct kith_broker_session *sessions, *ready, *ready_last, *doomed;
    struct kith_broker_counts counts;
    struct kith_hash pepper, tag_key; /* of proofs and of handles' tags */
    uint64_t inboxes_due_ms; /* when the age of packets is looked at again */
    uint64_t guess_hour, late_ms;
    unsigned guesses[GUESS_COUNTERS], late_count;
    bool draining;
};

/* A call that is being answered. */
struct call {
    struct kith_broker *b;
    struct kith_broker_session *s;
    int32_t req;
    const struct kith_json *doc;
    uint32_t arg; /* the first argument; KITH_JSON_NONE */
    struct kith_broker_time t;
};

void session_touch(struct kith_broker_session *s); /* it has something to send */
void session_doom(struct kith_broker_session *s);
void call_fail(const struct call *c, const char *error);
void call_reply(const struct call *c, struct kith_bytes json);
/* A member of the argument in base64, of exactly that length. */
bool call_bytes(const struct call *c, const char *name, void *out, size_t len);
uint64_t call_number(const struct call *c, const char *name); /* UINT64_MAX: there is none */
void put_base64(struct kith_buf *out, const void *p, size_t len); /* with quotes */

void put_number(struct kith_buf *out, const char *name, uint64_t v); /* the name with all that goes before it */

/* relay.c */
void relay_subscribe(const struct call *c);
void relay_unsubscribe(const struct call *c);
void relay_signals(const struct call *c);
void relay_present(const struct call *c);
void relay_item(struct kith_broker_session *s, const struct kith_muxrpc_event *e, struct kith_broker_time t);

/* turn.c */
void turn_call(const struct call *c);

#endif
