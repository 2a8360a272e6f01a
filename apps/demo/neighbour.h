/* SPDX-License-Identifier: MIT */
/* neighbour.h: one simulated person's node: the node of production, with a disk in memory and TCP roads.
 * What such a person does goes through the app RPC, as it does for people; since nothing here waits for a
 * disk or a thread, every call is answered before it returns. */
#ifndef KITH_DEMO_NEIGHBOUR_H
#define KITH_DEMO_NEIGHBOUR_H

#include <uv.h>

#include "base/json.h"
#include "crypto/keys.h"
#include "feed/id.h"

struct neighbour;

/* A message that has come, its content opened if it was private and for this person: {key, value, …}.
 * Called from within the node: note what has to be done, do it later. */
typedef void (*neighbour_heard)(void *ctx, const struct kith_json *message);

/* A person with a new key who has written nothing yet. */
struct neighbour *neighbour_new(uv_loop_t *loop, neighbour_heard heard, void *ctx);
/* Closes its roads at once; run the loop until it ends, then free. NULL is fine for both. */
void neighbour_stop(struct neighbour *n);
void neighbour_free(struct neighbour *n);

const struct kith_pubkey *neighbour_id(const struct neighbour *n);

/* What this person's calendar says from now on (milliseconds since 1970): how a past is written. 0: the truth. */
void neighbour_set_calendar(struct neighbour *n, uint64_t wall_ms);

/* An async call of the app RPC; args is a JSON array. The answer is put into reply (may be NULL). An error:
 * the node refused, and reply holds its sentence: in a demo one may often not care. */
int neighbour_ask(struct neighbour *n, const char *method, struct kith_bytes args, struct kith_buf *reply);

/* Keeps a picture, so that others can fetch it. */
KITH_MUST int neighbour_keep(struct neighbour *n, struct kith_bytes bytes, struct kith_blobid *id);

/* From now on heard is told of every message that comes. */
void neighbour_listen(struct neighbour *n);

#endif
