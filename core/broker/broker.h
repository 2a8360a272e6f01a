/* SPDX-License-Identifier: MIT */
/* broker.h: what kith-broker does, without its sockets and files (docs/protocol/broker.md): sessions that prove
 * addresses and send each other sealed signals. The host moves bytes and asks, after each call, whom it
 * can write to and whom it shall close.
 *
 * Nothing here knows who is who: an address is 32 bytes, a signal is bytes of three lengths. */
#ifndef KITH_BROKER_BROKER_H
#define KITH_BROKER_BROKER_H

#include "base/bytes.h"
#include "base/rng.h"
#include "crypto/crypto.h"

struct kith_broker;
struct kith_broker_session;
struct kith_broker_store;

struct kith_broker_time {
    uint64_t now_ms;  /* monotonic */
    uint64_t wall_ms; /* since 1970 */
};

/* From where somebody comes, as far as it is counted: an IPv4 /24 or an IPv6 /48. */
struct kith_broker_source { uint8_t b[8]; };

struct kith_broker_config {
    struct kith_keypair keys; /* the broker's own feed */
    struct kith_rng rng;
    uint16_t stun_port;        /* 0: there is none */
    const char *turn_urls;     /* a JSON array; NULL: there is none */
    unsigned signals_a_second, signals_burst; /* of one session */
    unsigned sessions_a_source;
    /* Writes base64 of HMAC-SHA1(the secret shared with the TURN server, user name). */
    void (*turn_credential)(void *ctx, struct kith_bytes user, char out[29]);
    const struct kith_broker_store *store; /* borrowed; NULL: no accounts */
    bool letters;                          /* are kept for the absent; in memory where there is no store */
    bool directory;                        /* people may be found by name, who asked for it; needs the store */
    size_t vault_quota;                    /* bytes of one vault; 0: there are none; needs the store */
    size_t inbox_quota;                    /* bytes of packets in one inbox; 0: there are none; needs the store */
    unsigned inbox_days;                   /* how long a packet waits */
    const char *name;                      /* of this broker, in certificates; borrowed */
    void *ctx;
};

#define KITH_BROKER_SIGNALS_A_SECOND 50
#define KITH_BROKER_SIGNALS_BURST 200
#define KITH_BROKER_SESSIONS_A_SOURCE 64

/* The config is copied. */
struct kith_broker *kith_broker_new(const struct kith_broker_config *config);
void kith_broker_free(struct kith_broker *b); /* all sessions are over */

/* Somebody has connected; `host` is what writable and doomed give back. NULL: there are too many from
 * that source. */
struct kith_broker_session *kith_broker_open(struct kith_broker *b, void *host, const struct kith_broker_source *source,
                                             struct kith_broker_time t);
/* All of the bytes are taken. Any error: it has broken the rules or its budget, and is doomed. */
KITH_MUST int kith_broker_recv(struct kith_broker_session *s, const uint8_t *in, size_t len, struct kith_broker_time t);
size_t kith_broker_pull(struct kith_broker_session *s, uint8_t *out, size_t cap, struct kith_broker_time t);
/* The connection is gone: the session is freed. */
void kith_broker_close(struct kith_broker_session *s);

/* After each of these calls: whose host has something to pull, each once until it was pulled empty; and
 * who has to be closed: politely when it comes for the first time, and at once when it comes again, five
 * seconds later. NULL: nobody more. */
void *kith_broker_writable(struct kith_broker *b);
void *kith_broker_doomed(struct kith_broker *b);

/* When answers are due that wait for their time; UINT64_MAX: none. Then call late. */
uint64_t kith_broker_deadline(const struct kith_broker *b);
void kith_broker_late(struct kith_broker *b, struct kith_broker_time t);

/* About once a second. */
void kith_broker_tick(struct kith_broker *b, struct kith_broker_time t);
/* Says goodbye to all, who are then doomed. */
void kith_broker_drain(struct kith_broker *b, struct kith_broker_time t);

struct kith_broker_counts {
    uint64_t sessions_open, addresses_open, relayed, absent, refused_budget, refused_size, refused_slow, proofs_bad,
        calls, calls_refused, sessions_refused, sessions_dropped, letters, accounts, logins, logins_bad, vaults_read, vaults_put,
        vaults_refused, searches, searches_refused, inboxes, packets, packet_bytes, packets_taken, packets_refused;
};
struct kith_broker_counts kith_broker_counts(const struct kith_broker *b);

#endif
