/* SPDX-License-Identifier: MIT */
/* social.h: the owner of all views over the log: who follows whom, profiles, walls, threads, votes,
 * mentions, the inbox, types and the user's own queries.
 *
 * Life: kith_social_new, give kith_social_views to kith_store_open, then kith_social_bind. From then
 * on each append is applied by the store, and the queries of graph.h, profile.h, wall.h, thread.h,
 * vote.h, mention.h, inbox.h, bytype.h, edit.h, query.h and render.h answer. Free the store first
 * (it borrows the views), then this.
 *
 * Answers are record numbers and small structs. They are copies: nothing is borrowed unless said.
 * A query changes no answer, but may sort lists and read the log, so it takes a mutable object, and
 * one thread at a time. Queries before bind find nothing. */
#ifndef KITH_SOCIAL_SOCIAL_H
#define KITH_SOCIAL_SOCIAL_H

#include "base/rng.h"
#include "social/page.h"
#include "store/store.h"

#define KITH_HOPS_DEFAULT 2 /* friends and their friends, as Manyverse does (ssb.md 17) */
#define KITH_HOPS_MAX 6
#define KITH_HOPS_NONE 255 /* not reached, or blocked by me */

struct kith_social;

/* me: whose view of the world this is: whose blocks count, whose inbox and notices it keeps. hops:
 * how far to replicate, 0 .. KITH_HOPS_MAX. rng gives the seed of the index of a new store; only used
 * during the call. Never NULL. */
struct kith_social *kith_social_new(const struct kith_pubkey *me, unsigned hops, const struct kith_rng *rng);
void kith_social_free(struct kith_social *s);

/* NULL-ended, owned by s, for kith_store_config.views. */
struct kith_view **kith_social_views(struct kith_social *s);

/* Ties s to the store that was opened with its views. Rebuilds if the snapshot was made for another
 * identity: errors are those of kith_store_rebuild. The store outlives every later query. */
KITH_MUST int kith_social_bind(struct kith_social *s, struct kith_store *store);

const struct kith_pubkey *kith_social_me(const struct kith_social *s);
struct kith_store *kith_social_store(struct kith_social *s);

/* True if lists leave this person out: blocked or muted by me. Mutes are records of our own:
 * {"type":"local/mute","person":ID,"muted":true|false} of kind KITH_RECORD_LOCAL. */
bool kith_social_is_hidden(struct kith_social *s, const struct kith_pubkey *person);
bool kith_social_is_muted(struct kith_social *s, const struct kith_pubkey *person);

/* Who wrote a record, without reading the log. False: no such record, or one of our own (local). */
bool kith_social_author(struct kith_social *s, uint32_t rec, struct kith_pubkey *out);

/* Whether the message of a chained record was there before, as a loose one that it has replaced in all
 * lists: who was shown the one need not be shown the other. */
bool kith_social_came_loose(struct kith_social *s, const struct kith_entry *e);

/* Tells that a record was forgotten (kith_store_forget): lists leave it out from now on. */
void kith_social_forget(struct kith_social *s, uint32_t rec);

/* Bytes of memory that all views hold, for status and bench. */
size_t kith_social_memory(const struct kith_social *s);

#endif
