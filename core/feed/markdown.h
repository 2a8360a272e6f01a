/* SPDX-License-Identifier: MIT */
/* markdown.h: what a Markdown text points to in SSB: links and images whose target is an id, bare
 * ids and ssb: URIs, and #hashtags; not what stands in code, and no addresses of the web. The rules
 * are those of ssb-mentions, as far as they show in messages. */
#ifndef KITH_FEED_MARKDOWN_H
#define KITH_FEED_MARKDOWN_H

#include "base/bytes.h"
#include "feed/id.h"

/* A walk through a text, borrowed. Start with {.text = text}. */
struct kith_markdown {
    struct kith_bytes text;
    size_t pos;
    size_t target_at, target_end; /* of the link whose label is being walked through */
};

struct kith_markdown_link {
    struct kith_ref ref;      /* kind KITH_REF_NONE: a hashtag */
    struct kith_bytes tag;    /* the hashtag with its '#', as written */
    struct kith_bytes label;  /* as written between the brackets; empty for bare ids and tags */
    bool is_embedded;         /* ![label](target) */
};

/* The next one in the order of the text; false at the end. */
bool kith_markdown_next(struct kith_markdown *m, struct kith_markdown_link *out);

/* A label as a name: without emphasis, code and escape marks; a leading '@' goes too. Appends UTF-8. */
void kith_markdown_put_name(struct kith_buf *out, struct kith_bytes label);

#endif
