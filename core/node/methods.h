/* SPDX-License-Identifier: MIT */
/* methods.h: the app RPC and the peer RPC: one table says each method's name, kind, who may call it
 * and what it does. Dispatch, permissions, the manifest and the reference page come from it. */
#ifndef KITH_NODE_METHODS_H
#define KITH_NODE_METHODS_H

#include "node/peers.h"

/* A call while it is being answered. */
struct kith_call {
    struct kith_node *node;
    struct kith_peer *peer;
    int32_t req;
    enum kith_muxrpc_type type;
    const struct kith_json *doc;
    uint32_t args; /* the array, or KITH_JSON_NONE */
};

struct kith_method {
    const char *name;
    enum kith_muxrpc_type type;
    unsigned roles; /* enum kith_peer_role bits that may call */
    /* KITH_OK: answered, or will be. An error: the caller is told its text. */
    int (*run)(struct kith_call *c);
    const char *args, *about; /* for the reference page */
};

void kith_methods_call(struct kith_peer *p, const struct kith_muxrpc_event *e);

/* Table i and its heading on the pages that are made from them (NULL: not wanted); NULL after the last. */
const struct kith_method *kith_methods_table(unsigned i, const char **heading);

/* Argument i, or KITH_JSON_NONE. */
uint32_t kith_call_arg(const struct kith_call *c, unsigned i);
/* The person that a node of the arguments names; KITH_JSON_NONE: ourselves. False: it names nobody. */
bool kith_call_person(struct kith_call *c, uint32_t node, struct kith_pubkey *out);
/* A member of the options object that is argument i. */
uint32_t kith_call_option(const struct kith_call *c, unsigned i, const char *name);
bool kith_call_flag(const struct kith_call *c, uint32_t node, bool otherwise);
int64_t kith_call_int(const struct kith_call *c, uint32_t node, int64_t otherwise);
/* gt, gte, lt and lte of the options object that is argument i, as the first and last number that they
 * let through (0 and UINT64_MAX if not said). */
void kith_call_bounds(const struct kith_call *c, unsigned i, uint64_t *first, uint64_t *last);

/* Answers. Errors reach the caller as "name: sentence". */
void kith_call_reply(struct kith_call *c, struct kith_bytes json);
void kith_call_fail(struct kith_call *c, int err, const char *sentence); /* NULL: the error's own text */

/* An answer that comes later: names the call without keeping it. To an async call it is the reply,
 * to a sink or source one last item and the end. */
struct kith_later {
    uint32_t link;
    int32_t req;
    bool is_stream;
};
struct kith_later kith_call_later(const struct kith_call *c);
void kith_later_reply(struct kith_node *n, struct kith_later l, struct kith_bytes json);
void kith_later_fail(struct kith_node *n, struct kith_later l, int err, const char *sentence);

/* Publishes for the caller, who is answered {key, value, timestamp} once it is durable: what ssb-server
 * answers to publish and to a guest's invite.use alike. On an error (kith_publish) nothing was answered. */
KITH_MUST int kith_call_publish(struct kith_call *c, struct kith_bytes content);

/* methods_circles_publish.c: publish for a circle. *is_for: whether the content's recps name one; then it was answered
 * unless an error is returned. widen: what it answers or shows may have been said to others. */
KITH_MUST int kith_call_publish_circle(struct kith_call *c, uint32_t content, bool widen, bool *is_for);
KITH_MUST int kith_call_publish_checked(struct kith_call *c, struct kith_bytes content); /* with the guard's own words */

/* The pings that keep a link alive: the dialling side's part. */
void kith_network_ping(struct kith_peer *p);
uint64_t kith_network_deadline(const struct kith_peer *p);
void kith_network_tick(struct kith_peer *p);

/* The index of social/search.h follows the log between other work. */
struct kith_finder {
    bool asked;        /* a search waits for a step */
    uint64_t retry_ms; /* no step before: the disk refused */
};
uint64_t kith_finder_deadline(const struct kith_node *n);
void kith_finder_tick(struct kith_node *n);

/* The tables of the files methods_*.c; each ends with a NULL name. */
extern const struct kith_method kith_methods_feed[], kith_methods_people[], kith_methods_social[], kith_methods_blobs[],
    kith_methods_network[], kith_methods_store[], kith_methods_identity[], kith_methods_app[], kith_methods_search[], kith_methods_circles[];

#endif
