/* SPDX-License-Identifier: MIT */
/* render.h: a record as the JSON that the app RPC answers with. Everything is appended to out; on an
 * error out is as it was. KITH_ERR_NOT_FOUND: no such record, or it was forgotten. Else the errors
 * of kith_store_get. */
#ifndef KITH_SOCIAL_RENDER_H
#define KITH_SOCIAL_RENDER_H

#include "social/social.h"

/* {"key":"%…","value":{…},"timestamp":received_ms}. A private message that I can read is shown as
 * ssb-db2 does: value.content is the plain content and value.meta {private:true, originalContent}. */
KITH_MUST int kith_render_message(struct kith_social *s, uint32_t rec, struct kith_buf *out);
/* The same with the content as it was signed: what peers get. */
KITH_MUST int kith_render_original(struct kith_social *s, uint32_t rec, struct kith_buf *out);

/* One line of a wall or feed: {"key","value","timestamp", "author":{"id","name"}, "replies":n,
 * "votes":{"up","down","mine"},"shares":n,"audience":{"kind"}} (public; people, with "people"; friends, circle or
 * group, with "group", "name" and "owner") and, where they apply, "wall":{"owner":{id,name},"state"},
 * "edited":{"key","text"}, "retracted":true, "replayed":true
 * (a private message that somebody else has published, too: one of them is no author of it). A retracted message keeps key and author; its content is
 * only {"type"}. */
KITH_MUST int kith_render_summary(struct kith_social *s, uint32_t rec, struct kith_buf *out);

/* A summary that says why it is among the notices (mention.h): "why" is mention, reply, vote, share, wall,
 * request (somebody to whom I have not answered follows me), follow, unfollow, block, private, or circle
 * (an invitation to a group). */
KITH_MUST int kith_render_notice(struct kith_social *s, uint32_t rec, struct kith_buf *out);

/* {"id","name","description","image","hops","following","blocking","followsMe","friend","muted",
 *  "follows":n,"followers":n,"friends":n}; absent fields are left out. */
void kith_render_person(struct kith_social *s, const struct kith_pubkey *person, struct kith_buf *out);

/* {"number","people":[{"id","name"}],"count","last":{message}} */
struct kith_conversation;
KITH_MUST int kith_render_conversation(struct kith_social *s, const struct kith_conversation *c, struct kith_buf *out);

#endif
