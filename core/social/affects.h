/* SPDX-License-Identifier: MIT */
/* affects.h: what a new record changes about others: for an app that shows them and wants to know which
 * to ask for again. */
#ifndef KITH_SOCIAL_AFFECTS_H
#define KITH_SOCIAL_AFFECTS_H

#include "social/social.h"

#define KITH_AFFECTS_MESSAGES 10 /* a target, or a root and eight branches */

struct kith_affected {
    struct kith_msgid messages[KITH_AFFECTS_MESSAGES]; /* their summaries (render.h) say something else now */
    size_t message_count;
    struct kith_pubkey people[2]; /* the same of kith_render_person */
    size_t people_count;
    bool is_verdict; /* wall/accept or wall/remove: messages[0] is the post */
    bool is_post;    /* stands on a wall where it is seen, and is new: not the twin of a loose one */
    bool is_private; /* belongs to a conversation */
    bool is_notice;  /* is among the notices */
    bool is_circle;  /* says something of a circle or group: its members, name or keys */
};

/* e: a record that was applied, as kith_store_entry gives it. Who is hidden affects nothing. */
void kith_affects(struct kith_social *s, const struct kith_entry *e, struct kith_affected *out);

#endif
