/* SPDX-License-Identifier: MIT */
/* circles_say.h: how statements on circles (docs/protocol/circle.md) are written, sealed and published. For the
 * circles*.c alone. A text holds keys and names: whoever began one forgets it, also after an error. */
#ifndef KITH_NODE_CIRCLES_SAY_H
#define KITH_NODE_CIRCLES_SAY_H

#include "node/node.h"
#include "social/circle.h"

#define KITH_CIRCLES_PEOPLE_MAX 48 /* of one statement: it has to fit in a message */
#define KITH_CIRCLES_NAMES_MAX 96  /* of messages in one statement, if it names no people; each takes the room of two */

/* Appends `{"type":"circle/TYPE","group":"ID"`; the caller adds fields and the closing brace. */
void kith_circles_begin(struct kith_buf *text, const char *type, const struct kith_groupid *id);
void kith_circles_put_key(struct kith_buf *text, const char *name, const struct kith_symkey *key); /* `,"name":"…"` */
void kith_circles_put_terms(struct kith_buf *text, const struct kith_circle_terms *terms, struct kith_bytes name);
/* name is what stands before the ids of statements: `,"over":[`. */
void kith_circles_put_list(struct kith_buf *text, const char *name, struct kith_social *s, const uint32_t *ids, size_t count);
void kith_circles_forget(struct kith_buf *text); /* wipes and frees */

/* How much of somebody's feed we hold: the `upto` of a statement on them. */
uint64_t kith_circles_held(struct kith_node *n, const struct kith_pubkey *who);

/* Appends the text sealed for these keys as a quoted string, bound to the message that comes next. */
KITH_MUST int kith_circles_seal_with(struct kith_node *n, struct kith_bytes text, const struct kith_box2_key *keys, size_t count, struct kith_buf *out);
/* Seals and publishes: the errors of kith_publish. */
KITH_MUST int kith_circles_say(struct kith_node *n, const struct kith_buf *text, const struct kith_box2_key *keys, size_t count);
/* To ourselves in our own circles, whose members do not learn of each other; in a group to all.
 * KITH_ERR_DENIED: we have no key to it. */
KITH_MUST int kith_circles_say_statement(struct kith_node *n, uint32_t circle, const struct kith_circle_info *info, const struct kith_buf *text);

/* New epochs until nobody who is out has the key that we would write with. KITH_ERR_DENIED: what we say does not
 * count in this circle. */
KITH_MUST int kith_circles_fit(struct kith_node *n, uint32_t circle);
/* A new epoch after the one that is written in now. The key is in the message, too: the log alone has all. */
KITH_MUST int kith_circles_epoch(struct kith_node *n, uint32_t circle);

#endif
