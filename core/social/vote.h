/* SPDX-License-Identifier: MIT */
/* vote.h: reactions: the latest vote of each voter on a message; value 0 takes it back. */
#ifndef KITH_SOCIAL_VOTE_H
#define KITH_SOCIAL_VOTE_H

#include "social/social.h"

#define KITH_EXPRESSION_MAX 32  /* bytes of an expression that are kept; a longer one counts as none */
#define KITH_EXPRESSIONS_MAX 1024 /* different ones that are kept; later ones count as none */

struct kith_votes {
    uint32_t up, down; /* people whose latest vote is above or below zero */
    int mine;          /* -1, 0, 1 */
};

/* Votes of people whom I hide do not count. */
struct kith_votes kith_vote_count(struct kith_social *s, const struct kith_msgid *target);

struct kith_vote {
    uint32_t rec;
    uint64_t time;
    struct kith_pubkey voter;
    int value;                    /* -1, 0, 1: the sign of what was said */
    struct kith_bytes expression; /* UTF-8; empty if none; borrowed until something is applied */
};

/* Each voter's latest vote, newest first; without those that took it back. At most cap. */
size_t kith_vote_list(struct kith_social *s, const struct kith_msgid *target, struct kith_vote *out, size_t cap);

/* Votes per expression, most frequent first: for the row of reactions under a post. */
struct kith_reaction {
    struct kith_bytes expression; /* borrowed until something is applied; empty: a plain like */
    uint32_t count;
    bool mine;
};
size_t kith_vote_reactions(struct kith_social *s, const struct kith_msgid *target, struct kith_reaction *out, size_t cap);

#endif
