/* SPDX-License-Identifier: MIT */
/* inbox.h: private messages that I can read, by conversation: the set of its people, which is the
 * author and content.recps of each message. */
#ifndef KITH_SOCIAL_INBOX_H
#define KITH_SOCIAL_INBOX_H

#include "social/social.h"

#define KITH_CONVERSATION_MAX_PEOPLE 16 /* box1 has at most 7 recipients, ours up to 16 */

struct kith_conversation {
    uint32_t number;    /* names it as long as the store is open */
    uint32_t last_rec;  /* its newest message */
    uint64_t last_time;
    uint32_t count;     /* messages */
    size_t people_count;
    struct kith_pubkey people[KITH_CONVERSATION_MAX_PEOPLE]; /* me included, in the order of the keys */
};

/* All messages of all conversations. */
size_t kith_inbox_list(struct kith_social *s, struct kith_page *page, struct kith_found *out, size_t cap);

/* Conversations, the one with the newest message first; `from` are skipped. */
size_t kith_inbox_conversations(struct kith_social *s, size_t from, struct kith_conversation *out, size_t cap);

/* Messages of the conversation of exactly these people; me is added if it is missing. */
size_t kith_inbox_with(struct kith_social *s, const struct kith_pubkey *people, size_t people_count,
                       struct kith_page *page, struct kith_found *out, size_t cap);

/* The conversation that a record belongs to; false if it is in none. */
bool kith_inbox_of(struct kith_social *s, uint32_t rec, struct kith_conversation *out);

/* Whether somebody else has published the same ciphertext, and e is not clearly the original: box1 does not bind
 * it to its author, so that anybody can pass another's words off as their own. */
bool kith_inbox_is_replayed(struct kith_social *s, const struct kith_entry *e);

#endif
