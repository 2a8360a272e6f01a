/* SPDX-License-Identifier: MIT */
/* circles.h: what the node does for circles (social/circle.h) by itself, and at a user's word.
 *
 * It reads in the log alone what is still to be done, so whatever a crash has interrupted goes on: the friends
 * circle follows our friendships, whoever lacks a key is given it, an epoch whose key an excluded person has
 * is followed by a new one. Work is done in small steps between others, and not while publishing is refused. */
#ifndef KITH_NODE_CIRCLES_H
#define KITH_NODE_CIRCLES_H

#include "node/node.h"
#include "node/publish.h"
#include "social/circle.h"

#define KITH_CIRCLES_EVERY_MS 500       /* looks at friendships no more often */
#define KITH_CIRCLES_AGAIN_MS 2000      /* after publishing was refused */
#define KITH_CIRCLES_UNFOLLOWED_MS 3600000 /* at most so often a new key because others unfollowed us */

#define KITH_CIRCLES_LATE_MS 100        /* late keys are tried at least so often */

struct kith_circle_keeper {
    uint64_t graph_seen, circles_seen; /* generations that were looked at */
    uint64_t due_ms, tried_ms;
    uint64_t rotated_ms; /* when last a new key was made because of others; 0: not yet */
    uint64_t wait_until_ms; /* then former friends are looked at again; 0: none wait */
    bool waits;          /* there is something to do before anything changes */
};

/* Makes a circle of ours with its first epoch. Errors of kith_publish, as in all that follows. */
KITH_MUST int kith_circles_make(struct kith_node *n, enum kith_circle_kind kind, struct kith_bytes name, bool open, uint32_t *circle);
/* Our friends circle, made if it is not there. */
KITH_MUST int kith_circles_friends(struct kith_node *n, uint32_t *circle);

/* KITH_ERR_DENIED: not ours to say. Whom the words are about already changes nothing. */
KITH_MUST int kith_circles_add(struct kith_node *n, uint32_t circle, const struct kith_pubkey *people, size_t count);
KITH_MUST int kith_circles_exclude(struct kith_node *n, uint32_t circle, const struct kith_pubkey *people, size_t count);
KITH_MUST int kith_circles_keeper(struct kith_node *n, uint32_t circle, const struct kith_pubkey *who, bool on);
KITH_MUST int kith_circles_leave(struct kith_node *n, uint32_t circle);
KITH_MUST int kith_circles_answer(struct kith_node *n, uint32_t circle, bool yes); /* to an invitation */
/* fields: `,"name":…` and so on, as JSON. */
KITH_MUST int kith_circles_about(struct kith_node *n, uint32_t circle, struct kith_bytes fields);

/* Whether new people are given only the keys of what is written from now on. */
bool kith_circles_from_now(struct kith_node *n, uint32_t circle);
KITH_MUST int kith_circles_set_history(struct kith_node *n, uint32_t circle, bool from_now);

bool kith_circles_is_keeper(struct kith_node *n, uint32_t circle, const struct kith_pubkey *who); /* or the founder */

/* The friends circle, if there is one, follows our friendships; who left it by their own word comes back by saying
 * again that they follow us. Whom we block falls out of all our circles. */
KITH_MUST int kith_circles_befriend(struct kith_node *n);
/* The next message that a circle needs: a new epoch, a key for somebody. writing: we are about to write there.
 * KITH_ERR_DENIED: what we say does not count in this circle. */
KITH_MUST int kith_circles_step(struct kith_node *n, uint32_t circle, bool writing, bool *more);

/* Makes ready to write: a key that nobody has who should not, and everyone has been sent it whom we owe it. */
KITH_MUST int kith_circles_ready(struct kith_node *n, uint32_t circle);
/* Appends the content for the circle as a quoted string, to be published next: nothing may come between. The
 * text is compact JSON. KITH_ERR_DENIED: we have no key. */
KITH_MUST int kith_circles_seal(struct kith_node *n, uint32_t circle, struct kith_bytes text, struct kith_buf *out);

uint64_t kith_circles_deadline(const struct kith_node *n);
void kith_circles_tick(struct kith_node *n);

/* methods_circles_publish.c: appends a content whose recps name a circle sealed for it, as a quoted string for
 * kith_publish. *is_for: whether they do; else nothing is appended. KITH_ERR_DENIED: we are not in it, or it answers what was said to others. */
struct kith_json;
KITH_MUST int kith_circles_write(struct kith_node *n, const struct kith_json *doc, uint32_t content, bool *is_for, struct kith_buf *sealed);

#endif
