/* SPDX-License-Identifier: MIT */
/* Which signals were opened already: a list without order, since a person gets a handful a minute. */
#include "wire/signal.h"

struct kith_signal_mark {
    struct kith_pubkey from;
    struct kith_signal_id id;
    uint64_t until_ms; /* after that the signal itself is refused as expired */
};

static bool is_same(const struct kith_signal_mark *m, const struct kith_signal *s) {
    return !memcmp(m->id.b, s->id.b, sizeof m->id.b) && kith_pubkey_eq(&m->from, &s->from);
}

int kith_signal_seen_put(struct kith_signal_seen *seen, const struct kith_signal *s, uint64_t wall_ms) {
    size_t theirs = 0;
    for (size_t i = 0; i < seen->count;) {
        struct kith_signal_mark *m = &seen->marks[i];
        if (is_same(m, s))
            return KITH_ERR_EXISTS;
        if (m->until_ms <= wall_ms) {
            *m = seen->marks[--seen->count];
            continue;
        }
        theirs += kith_pubkey_eq(&m->from, &s->from);
        i++;
    }
    if (theirs >= KITH_SIGNAL_SEEN_EACH || seen->count >= KITH_SIGNAL_SEEN_MAX)
        return KITH_ERR_BUSY;
    seen->marks = kith_grow(seen->marks, &seen->cap, seen->count + 1, sizeof *seen->marks);
    seen->marks[seen->count++] =
        (struct kith_signal_mark){.from = s->from, .id = s->id, .until_ms = s->expires_ms + KITH_SIGNAL_LEEWAY_MS};
    return KITH_OK;
}

void kith_signal_seen_wipe(struct kith_signal_seen *seen) {
    kith_free(seen->marks);
    *seen = (struct kith_signal_seen){0};
}
