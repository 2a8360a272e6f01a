/* SPDX-License-Identifier: MIT */
/* view.h: the contract between the store, which owns the engine, and the views (social/), one file
 * each, that remember something derived from the log.
 *
 * A view keeps all it knows in kith_vecs and kith_indexes, so that a snapshot can be taken without
 * knowing what it means. apply is idempotent, does not depend on how authors interleave, and is
 * called again for a record that has become readable (a key that arrived later). Blocks and mutes
 * filter when asked, not when applied. */
#ifndef KITH_STORE_VIEW_H
#define KITH_STORE_VIEW_H

#include "base/json.h"
#include "feed/message.h"
#include "store/index.h"
#include "store/log.h"

/* One record, parsed once, as all views see it. Borrowed for the length of the call. */
struct kith_entry {
    uint32_t rec;                      /* record number; 32 bits inside views */
    uint32_t feed;                     /* feed number (store/feeds.h) of the author */
    uint64_t time;                     /* ms: the smaller of claimed and received, never before the feed's previous */
    const struct kith_record *record;
    struct kith_message message;
    const struct kith_json *doc;       /* the whole value */
    const struct kith_json *content_doc; /* where the readable content is: doc, or the opened plain text */
    uint32_t content;                  /* node of the content object in content_doc; KITH_JSON_NONE if unreadable */
    struct kith_bytes type;            /* canonical text of content.type; empty if unreadable */
    bool is_private;                   /* content was encrypted (whether or not we can read it) */
    uint32_t key;                      /* what opened it, as unbox says: 0 for our own key */
};

struct kith_view {
    const char *name;     /* names its part of a snapshot */
    uint32_t version;     /* raised when apply changes meaning: an older snapshot is discarded */
    struct kith_vec **vecs; /* all it remembers; NULL-ended */
    void (*apply)(struct kith_view *view, const struct kith_entry *entry);
    void (*reset)(struct kith_view *view); /* back to empty, before a rebuild */
    void *self;
};

#endif
