/* SPDX-License-Identifier: MIT */
/* target.h: the message that a command is about. Whatever is said about a private message goes to the
 * same people as it did: an answer in public would tell what it was about. */
#ifndef KITH_APP_TARGET_H
#define KITH_APP_TARGET_H

#include "app.h"
#include "audience.h"
#include "feed/box1.h"
#include "feed/content.h"

struct target {
    struct kith_msgid id;
    struct kith_msgid root;    /* of the thread that it is in; itself if it began one */
    struct kith_pubkey author;
    struct kith_pubkey wall;   /* on whose wall it stands: the author's if not said otherwise */
    char circle[AUDIENCE_CIRCLE_MAX]; /* that it was said to, or empty */
    bool is_private;           /* said to people */
    struct kith_pubkey people[KITH_BOX1_MAX_RECIPIENTS]; /* who can read it, we among them */
    size_t people_count;
};

/* text is an id or a link; the message has to be here. On another exit code than APP_OK the reason
 * was said. */
int target_find(struct app *a, const char *text, struct target *out);

/* For the recps field of a content; nobody if it is public. */
struct kith_recps target_recps(const struct target *t);

/* Publishes to the same readers, having said who they are. */
int target_publish(struct app *a, const struct target *t, struct kith_bytes content);

#endif
