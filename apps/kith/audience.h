/* SPDX-License-Identifier: MIT */
/* audience.h: for whom something is written: a circle or group, a few people, or everybody. The person is told
 * before it is signed. */
#ifndef KITH_APP_AUDIENCE_H
#define KITH_APP_AUDIENCE_H

#include "app.h"
#include "feed/box1.h"
#include "feed/content.h"

#define AUDIENCE_CIRCLE_MAX 80

enum audience_kind { AUDIENCE_PUBLIC, AUDIENCE_CIRCLE, AUDIENCE_PEOPLE };

struct audience {
    enum audience_kind kind;
    char circle[AUDIENCE_CIRCLE_MAX]; /* an id, or friends */
    struct kith_pubkey people[KITH_BOX1_MAX_RECIPIENTS]; /* we among them */
    size_t people_count;
};

/* Reads --to and --public; with neither it is the friends circle, ours or that of the wall's owner (NULL: our
 * own wall). On another exit code than APP_OK the reason was said. */
int audience_read(struct app *a, const char *to, bool is_public, const struct kith_pubkey *wall, struct audience *out);

/* Says who will be able to read it. */
int audience_tell(struct app *a, const struct audience *to, const struct kith_pubkey *wall);

/* Publishes; the content has recps where there are people, a circle is put in here. */
int audience_publish(struct app *a, const struct audience *to, struct kith_bytes content);
int audience_send_circle(struct app *a, const char *circle, struct kith_bytes content);

/* The id of a circle or group that we are in: its id, its name, or friends. */
int audience_circle(struct app *a, const char *text, char out[AUDIENCE_CIRCLE_MAX]);
/* WHO[,WHO…] and ourselves. */
int audience_people(struct app *a, const char *list, struct kith_pubkey *people, size_t *count);

#endif
