/* SPDX-License-Identifier: MIT */
/* show.h: answers of the node as a person reads them on a terminal. Control characters in what others
 * wrote are never passed on: they could move the cursor, or lie about what was typed. */
#ifndef KITH_APP_SHOW_H
#define KITH_APP_SHOW_H

#include <stdio.h>

#include "app.h"

/* Text from outside, as it stands in JSON: without control characters; line breaks become indent's. NULL:
 * one line. */
void show_text(FILE *to, struct kith_bytes canonical, const char *indent);

/* With --json these print the document as one line. */
void show_person(struct app *a, struct kith_bytes json);
void show_people(struct app *a, struct kith_bytes json); /* an array of them */
void show_post(struct app *a, const struct kith_json *doc, struct kith_bytes json); /* a summary */
void show_peers(struct app *a, struct kith_bytes json);
void show_status(struct app *a, struct kith_bytes json);

#endif
