/* SPDX-License-Identifier: MIT */
/* inboxes.h: packets that wait for who is absent (docs/protocol/inbox.md): requests of HTTP, without its sockets. An inbox is
 * there because its owner, who has a key that stands for nothing else, asked for it. What is in it are bytes. */
#ifndef KITH_BROKER_INBOXES_H
#define KITH_BROKER_INBOXES_H

#include "broker/broker.h"

#define INBOXES_MAX 100000                     /* in all */
#define INBOX_PACKET_MAX ((size_t)8 << 20)     /* docs/protocol/packet.md */
#define INBOX_FILES_MAX 1000                   /* in one of them */
#define INBOX_LISTED_MAX 500                   /* in one answer: the rest comes when these are gone */
#define INBOX_UNVISITED_DAYS 90                /* then it is closed */
#define INBOX_SWEEP_MS 60000

/* Of one source in an hour. */
#define INBOX_POSTS_AN_HOUR 6000
#define INBOX_KIB_AN_HOUR (1u << 20)
#define INBOX_OPENED_AN_HOUR 100
#define INBOX_PROOFS_BAD_AN_HOUR 600
#define INBOX_KIB_READ_AN_HOUR (4u << 20)

struct kith_inbox_request {
    struct kith_bytes method, path, authorization, body; /* borrowed */
    struct kith_broker_source source;
};

struct kith_inbox_answer {
    int status; /* of HTTP */
    bool is_packet; /* else the body, if there is one, is text */
    struct kith_buf body; /* appended; the caller wipes it */
};

/* False: there is nothing of this kind at that path. */
bool kith_broker_inbox(struct kith_broker *b, const struct kith_inbox_request *q, struct kith_inbox_answer *a, struct kith_broker_time t);

/* For core/broker: what is too old goes. */
void inboxes_sweep(struct kith_broker *b, struct kith_broker_time t);

#endif
