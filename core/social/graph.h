/* SPDX-License-Identifier: MIT */
/* graph.h: who follows and blocks whom, and how far away they are.
 *
 * A contact message replaces the whole edge from its author to content.contact, public or private:
 * blocking or flagged true is a block, else following true is a follow, else the edge is gone
 * (ssb-friends contacts.js; ssb.md 17). The latest by the author's sequence wins. */
#ifndef KITH_SOCIAL_GRAPH_H
#define KITH_SOCIAL_GRAPH_H

#include "social/social.h"

enum kith_edge { KITH_EDGE_NONE = 0, KITH_EDGE_FOLLOW, KITH_EDGE_BLOCK, KITH_EDGE_UNFOLLOW };

/* NONE if `from` never said anything about `to`, UNFOLLOW if it was taken back. */
enum kith_edge kith_graph_edge(struct kith_social *s, const struct kith_pubkey *from, const struct kith_pubkey *to);
/* What a contact content says, whoever says it. */
enum kith_edge kith_graph_edge_said(const struct kith_json *doc, uint32_t content);
/* Of the last message in which the one says what the other is to them; 0: there is none. */
uint64_t kith_graph_sequence(const struct kith_social *s, const struct kith_pubkey *from, const struct kith_pubkey *to);
bool kith_graph_is_following(struct kith_social *s, const struct kith_pubkey *from, const struct kith_pubkey *to);
bool kith_graph_is_blocking(struct kith_social *s, const struct kith_pubkey *from, const struct kith_pubkey *to);
bool kith_graph_is_friend(struct kith_social *s, const struct kith_pubkey *a, const struct kith_pubkey *b); /* each follows the other */

enum kith_graph_list {
    KITH_LIST_FOLLOWS,   /* whom the person follows */
    KITH_LIST_FOLLOWERS,
    KITH_LIST_BLOCKS,
    KITH_LIST_BLOCKED_BY,
    KITH_LIST_FRIENDS,   /* mutual */
    KITH_LIST_REQUESTS,  /* follow the person, who has said nothing about them yet */
};

/* Fills out with at most cap people, skipping the first `from` of the list; returns how many. The
 * order is that of becoming known and does not change while nothing is applied. */
size_t kith_graph_list(struct kith_social *s, const struct kith_pubkey *person, enum kith_graph_list list,
                       size_t from, struct kith_pubkey *out, size_t cap);
size_t kith_graph_count(struct kith_social *s, const struct kith_pubkey *person, enum kith_graph_list list);

/* Hops from me: 0 is me, 1 whom I follow, …; KITH_HOPS_NONE if further than the limit or blocked by
 * me. A path does not lead through people whom I block. */
unsigned kith_graph_hops(struct kith_social *s, const struct kith_pubkey *person);

/* The feeds to replicate: me and all within the limit. *cursor starts at 0; false at the end. A walk
 * during which something is applied may miss people: compare the generation. */
bool kith_graph_next_wanted(struct kith_social *s, uint32_t *cursor, struct kith_pubkey *out, unsigned *hops);

/* Grows whenever an edge or a mute changes: when it is unchanged, so are all answers above. */
uint64_t kith_graph_generation(const struct kith_social *s);

#endif
