/* SPDX-License-Identifier: MIT */
/* ask.h: what only a person knows: passphrases and recovery words, from the terminal or from a file, never
 * from the command line, which other users of the machine can read. */
#ifndef KITH_APP_ASK_H
#define KITH_APP_ASK_H

#include "app.h"

#define ASK_MAX 4096

/* One line from the terminal; unseen: it does not show. On another exit code than APP_OK the reason was
 * said: option is what a script would give instead. out has room reserved: nothing of it is left behind. */
int ask_line(struct app *a, const char *prompt, bool unseen, const char *option, struct kith_buf *out);

/* The text of a file, - for standard input, without the line ends at its end. */
int ask_file(struct app *a, const char *path, struct kith_buf *out);

void ask_wipe(struct kith_buf *text);

#endif
