/* SPDX-License-Identifier: MIT */
/* words.h: what people write in place of an id: "me", a name, an id, a link. */
#ifndef KITH_APP_WORDS_H
#define KITH_APP_WORDS_H

#include "app.h"
#include "feed/id.h"

/* A person: me, an id, an ssb: link, or a name that exactly one known person has. On another exit code
 * than APP_OK the reason was said. */
int words_person(struct app *a, const char *text, struct kith_pubkey *out);

/* A message: an id or a link. */
int words_message(struct app *a, const char *text, struct kith_msgid *out);
int words_blob(struct app *a, const char *text, struct kith_ref *out);

#endif
