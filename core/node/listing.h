/* SPDX-License-Identifier: MIT */
/* listing.h: the source streams that answer with records: a page at a time from a view, then, if live,
 * whatever is stored from then on and passes the same filter. */
#ifndef KITH_NODE_LISTING_H
#define KITH_NODE_LISTING_H

#include "node/methods.h"
#include "social/social.h"

#define KITH_LISTING_PAGE 64

enum kith_listing_shape {
    KITH_SHAPE_MESSAGE,  /* {key, value, timestamp}, private content opened */
    KITH_SHAPE_ORIGINAL, /* the same as signed */
    KITH_SHAPE_VALUE,    /* value only, as signed */
    KITH_SHAPE_KEY,
    KITH_SHAPE_SUMMARY,  /* render.h: with names, counts, wall */
    KITH_SHAPE_NOTICE,   /* the same and why it is a notice */
};

struct kith_listing;

/* Fills out with up to cap records, newest first, moving the page. */
typedef int (*kith_listing_more)(struct kith_node *n, struct kith_listing *l, struct kith_found *out, size_t cap, size_t *count);
/* Whether a newly stored record belongs to the list. */
typedef bool (*kith_listing_has)(struct kith_node *n, struct kith_listing *l, const struct kith_entry *entry);

struct kith_listing {
    kith_listing_more more; /* NULL: everything stored, by record number */
    kith_listing_has has;   /* NULL: nothing is live, unless more is NULL too */
    enum kith_listing_shape shape;
    struct kith_page page;
    uint64_t left;       /* items still to be given; UINT64_MAX: no limit */
    bool old, live, sync; /* sync: {"sync":true} between old and live */
    bool reverse;        /* newest first; else a limited page is turned round, so that time runs downwards */
    uint64_t next_rec;   /* live, and the forward walk */
    uint64_t until_rec;  /* forward walk of what is old: not beyond */
    uint64_t first_ms, last_ms; /* forward walk: times of arrival that belong to it; 0 and 0: all */
    uint64_t after_ms;   /* only what is newer */
    bool brings;         /* live: a wall/accept stands for the post that it brings onto a wall */
    bool from_start;     /* a limit without reverse keeps the oldest, as in ssb-server, not the newest */
    struct kith_pubkey person;
    struct kith_msgid message;
    struct kith_buf text; /* a type, a tag, a query as JSON */
    unsigned hops;
    uint32_t circle;
    struct kith_found *found; /* gathered, to be given from the end or the start */
    size_t found_count, found_cap, found_at;
    bool gathered;
};

/* Reads limit, reverse, live, old, sync, keys, values, before, after from the options object that is argument
 * i, and opens the stream. l is on the heap and owned by the stream from then on. */
int kith_listing_open(struct kith_call *c, struct kith_listing *l, unsigned options);

#endif
