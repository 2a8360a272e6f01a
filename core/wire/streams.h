/* SPDX-License-Identifier: MIT */
/* streams.h: the calls and streams that are open on one muxrpc pipe, found by their req. A hash
 * table that starts small, since most links hold four to ten; muxrpc.c is its only user. */
#ifndef KITH_WIRE_STREAMS_H
#define KITH_WIRE_STREAMS_H

#include "base/bytes.h"

struct kith_open_stream {
    int32_t req;  /* as in kith_muxrpc_event; 0 marks a free place */
    uint8_t type; /* enum kith_muxrpc_type */
    bool we_ended;
    bool they_ended;
    bool deaf; /* we gave up on it: what still comes is dropped without an event */
};

/* Zero-initialise; wipe frees. A pointer to a stream is valid until the next add, remove or prune.
 */
struct kith_streams {
    struct kith_open_stream *slots;
    size_t cap, count;
    size_t theirs; /* how many of them the other side opened */
};

void kith_streams_wipe(struct kith_streams *s);
struct kith_open_stream *kith_streams_find(const struct kith_streams *s, int32_t req); /* NULL: none */
struct kith_open_stream *kith_streams_add(struct kith_streams *s, int32_t req,
                                     uint8_t type); /* not there yet */
void kith_streams_remove(struct kith_streams *s, int32_t req);

/* Forgets deaf streams. Some peers never answer the error that ended a stream, so without this a
 * long link would fill up with streams that nobody uses. */
void kith_streams_prune(struct kith_streams *s);

#endif
