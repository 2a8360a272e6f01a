/* SPDX-License-Identifier: MIT */
/* app.h: what every command gets, and the table that they are in. A command is a function and a line
 * of the table; help, the man page and shell completion are made from that line.
 *
 * Standard output is the answer and nothing else; everything said besides goes to standard error. */
#ifndef KITH_APP_APP_H
#define KITH_APP_APP_H

#include "client.h"
#include "home.h"

enum app_exit { /* stable: scripts rely on them; kith(1) EXIT STATUS */
    APP_OK = 0,
    APP_FAILED = 1,
    APP_USAGE = 2,
    APP_PARTLY = 3,
    APP_NO_DAEMON = 4,
    APP_NO_IDENTITY = 10,
    APP_LOCKED = 11,
    APP_PASSPHRASE = 12,
};

struct app {
    const struct command *command;
    int argc; /* words of the command that are left, without its name */
    char **argv;
    bool json, quiet, color;
    struct home home;
    struct client *client; /* after app_connect */
};

struct command {
    const char *name;
    const char *group;   /* heading in the overview */
    const char *args;    /* "[--wall WHO] TEXT" */
    const char *about;   /* one line */
    const char *details; /* paragraphs for the man page, with the options; may be NULL */
    const char *example; /* "kith post 'hello'" */
    int (*run)(struct app *a);
};

extern const struct command app_commands[]; /* ends with a NULL name */

/* Options are taken out of the words in any order. Value of --name (or NULL), or whether it stands. */
const char *app_option(struct app *a, const char *name);
bool app_flag(struct app *a, const char *name);
long app_number(struct app *a, const char *name, long otherwise);
/* After all options: at least min and at most max words are left, none of them an option. On false
 * the usage was shown; return APP_USAGE. */
bool app_words(struct app *a, int min, int max);

/* The way to the node. On an exit code other than APP_OK the reason was said. */
int app_connect(struct app *a);
int app_connect_online(struct app *a); /* a node of its own may dial */

/* Says why, in words of the command's own, and gives the exit code. code is what scripts see. */
int app_refuse(struct app *a, enum app_exit exit, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
int app_no_identity(struct app *a);

/* Says why and gives the exit code. */
int app_fail(struct app *a, int err, const char *what);
int app_failed(struct app *a, int err); /* after a client call: in the node's own words */

/* A call whose answer is printed as it is (--json) or not at all. */
int app_call(struct app *a, const char *method, struct kith_bytes args, struct kith_buf *reply);

/* All words that are left, joined by blanks; a single "-" is standard input. Appended to out. */
int app_text(struct app *a, int from, struct kith_buf *out);

/* Prints JSON as one line. */
void app_print(struct kith_bytes json);

/* A note to the person, on standard error, unless --quiet. */
void app_note(struct app *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
