/* SPDX-License-Identifier: MIT */
/* lines.h: a file of JSON lines, each a message value or {"key", "value"}, read one after another. */
#ifndef KITH_APP_LINES_H
#define KITH_APP_LINES_H

#include <stdio.h>

#include "base/json.h"

struct lines {
    FILE *file;
    char *line; /* getline's */
    size_t cap;
    struct kith_json doc;
    struct kith_buf value;
    uint64_t number; /* of the line, from 1 */
};

/* The next message's text, borrowed until the next call; false at the end of the file. Blank lines
 * are skipped; what is no JSON is handed on as it is, to be judged. */
bool lines_next(struct lines *l, struct kith_bytes *message);
void lines_wipe(struct lines *l);

#endif
