/* SPDX-License-Identifier: MIT */
/* restoring.h: a home that becomes the home of somebody who has been elsewhere. */
#ifndef KITH_APP_RESTORING_H
#define KITH_APP_RESTORING_H

#include "app.h"
#include "backup_file.h"

/* A new home from recovery words: file, or NULL to ask. */
int restoring_words(struct app *a, const char *file);

/* A backup that was read and found good: identity, messages, photos, addresses. The home has no identity
 * yet, or one that has published nothing, or this one. */
int restoring_file(struct app *a, struct backup_file *b);

#endif
