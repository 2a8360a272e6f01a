/* SPDX-License-Identifier: MIT */
/* wall.h: walls and home.
 *
 * On a person's wall are their public root posts and shares without `wall` (or with their own id
 * there), and the root posts of others with content.wall == that person. A guest's post appears if
 * the owner follows the guest or has said wall/accept {post}, unless the owner said wall/remove
 * {post}; the owner's last word counts. The owner's signature decides, never the guest's. */
#ifndef KITH_SOCIAL_WALL_H
#define KITH_SOCIAL_WALL_H

#include "social/social.h"

enum kith_wall_state {
    KITH_WALL_OWN,      /* by the owner */
    KITH_WALL_FRIEND,   /* by a guest whom the owner follows */
    KITH_WALL_ACCEPTED,
    KITH_WALL_WAITING,  /* shown only with KITH_SHOW_WAITING */
    KITH_WALL_REMOVED,  /* shown only with KITH_SHOW_REMOVED */
};

size_t kith_wall_list(struct kith_social *s, const struct kith_pubkey *owner, struct kith_page *page,
                      struct kith_found *out, size_t cap);

/* How a root post stands on the wall it is on; *owner gets whose wall that is. False if the record
 * is on no wall. */
bool kith_wall_state(struct kith_social *s, uint32_t rec, enum kith_wall_state *state, struct kith_pubkey *owner);

/* The guest's post that a record brings onto a wall: itself, or the one that it accepts; *state is how
 * that stands there. False: it is no such record, or the post is not here. */
bool kith_wall_brings(struct kith_social *s, uint32_t rec, uint32_t *post, enum kith_wall_state *state,
                      struct kith_pubkey *owner);

/* What the owner has said of a post, whether or not that is here. */
enum kith_wall_word { KITH_WALL_SAID_NOTHING, KITH_WALL_SAID_ACCEPT, KITH_WALL_SAID_REMOVE };
enum kith_wall_word kith_wall_word(struct kith_social *s, const struct kith_pubkey *owner, const struct kith_msgid *post);

/* Root posts and shares of the people within max_hops of me (KITH_HOPS_NONE: everyone), on whatever
 * wall they may be seen. */
size_t kith_wall_home(struct kith_social *s, unsigned max_hops, struct kith_page *page, struct kith_found *out, size_t cap);

#endif
