/* SPDX-License-Identifier: MIT */
#include "lines.h"

#include <stdlib.h>

/* Whether the line begins with a member called key: only then is it worth being read as JSON here. */
static bool may_be_wrapped(struct kith_bytes line) {
    size_t i = 0;
    while (i < line.len && (line.p[i] == '{' || line.p[i] == ' ' || line.p[i] == '\t'))
        i++;
    return kith_bytes_starts(kith_bytes_skip(line, i), "\"key\"") ||
           kith_bytes_starts(kith_bytes_skip(line, i), "\"value\"") ||
           kith_bytes_starts(kith_bytes_skip(line, i), "\"timestamp\"");
}

bool lines_next(struct lines *l, struct kith_bytes *message) {
    ssize_t got;
    while ((got = getline(&l->line, &l->cap, l->file)) >= 0) {
        struct kith_bytes text = kith_bytes(l->line, (size_t)got);
        uint32_t value;
        l->number++;
        while (text.len && (text.p[text.len - 1] == '\n' || text.p[text.len - 1] == '\r'))
            text.len--;
        if (!text.len)
            continue;
        *message = text;
        if (may_be_wrapped(text) && !kith_json_parse(&l->doc, text, 100000)) {
            value = kith_json_get(&l->doc, 0, "value");
            if (value != KITH_JSON_NONE) {
                kith_buf_clear(&l->value);
                kith_json_put_compact(&l->value, &l->doc, value);
                *message = kith_buf_bytes(&l->value);
            }
        }
        return true;
    }
    return false;
}

void lines_wipe(struct lines *l) {
    free(l->line);
    kith_json_wipe(&l->doc);
    kith_buf_wipe(&l->value);
}
