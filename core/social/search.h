/* SPDX-License-Identifier: MIT */
/* search.h: full-text search on this machine, over what lists show: the text of posts and of whatever else
 * has one, as last edited; titles, summaries and content warnings; hashtags and channels; private messages
 * that we can read; and people's names. What counts as the same letter is written in fold.h.
 *
 * The index is made when somebody first asks and lives in memory only. It is no view that is fed with each
 * append, but a reader of the log that keeps its place: nothing is paid for it by those who do not search,
 * and who does lets it catch up by steps between other work:
 *
 *     kith_search_start(s);
 *     while (!kith_search_is_ready(s))  kith_search_step(s);    some milliseconds each
 *     kith_search_parse(&query, text);  kith_search_run(s, &query, …);
 *
 * Each version of a message's text is a document; an edit makes a new one and the old one is passed over.
 * Blocked, muted and forgotten are left out when asked, as in all lists (page.h). A message has at most
 * KITH_SEARCH_TERMS_MAX different terms; what it says beyond is not found. */
#ifndef KITH_SOCIAL_SEARCH_H
#define KITH_SOCIAL_SEARCH_H

#include "social/search_query.h"
#include "social/social.h"

#define KITH_SEARCH_TERMS_MAX 1024 /* of one message: as many words as 8 KiB have when people write them */
#define KITH_SEARCH_STEP 256       /* records that are looked at in one step */
#define KITH_SEARCH_MAX_READS 256  /* messages whose text one call of run looks into, for the order of words */

/* Asks for an index; does nothing if there is one. */
void kith_search_start(struct kith_social *s);
bool kith_search_is_started(const struct kith_social *s);
bool kith_search_is_ready(const struct kith_social *s); /* it knows the whole log */

/* The same of the first `count` records: a search need not wait for what comes in meanwhile. */
bool kith_search_has_read(const struct kith_social *s, uint64_t count);

/* Reads on a bit. Records that are gone or damaged are passed over; on KITH_ERR_IO it stays where it is. */
KITH_MUST int kith_search_step(struct kith_social *s);

/* Messages in which all clauses of the query hold, by `by` alone unless it is NULL, newest first; the page
 * as in all lists. Finds what the index knows, ready or not. Few or none of cap with page.more set: it has
 * read as much as one call may; call again. */
size_t kith_search_run(struct kith_social *s, const struct kith_search_query *q, const struct kith_pubkey *by,
                       struct kith_page *page, struct kith_found *out, size_t cap);

/* People in whose name each word of `name` begins a word, nearest first, those called exactly so before
 * all. Before the index is ready, of the others only some. At most cap; returns how many. */
size_t kith_search_people(struct kith_social *s, struct kith_bytes name, struct kith_pubkey *out, size_t cap);

/* How many messages can be found, and how many people have a name. */
struct kith_search_size {
    size_t messages, people;
};
struct kith_search_size kith_search_count(const struct kith_social *s);

/* For social.c: a record was forgotten; one that was passed already became readable; nothing is as it was. */
void kith_search_forget(struct kith_social *s, uint32_t rec);
void kith_search_again(struct kith_social *s, uint32_t rec);
void kith_search_drop(struct kith_social *s);
size_t kith_search_memory(const struct kith_social *s);

#endif
