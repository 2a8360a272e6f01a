/* SPDX-License-Identifier: MIT */
/* guests.h: posts on walls by people whose feeds are not replicated here. A node asks each peer what it
 * holds of them; each message is judged alone and kept as a loose record (docs/protocol/wall.md).
 *
 * Nothing comes in this way but what the owner of a wall has let in, or follows, or hands over in
 * person; and, for our own wall, what somebody who is here has written there with their own key. */
#ifndef KITH_NODE_GUESTS_H
#define KITH_NODE_GUESTS_H

#include "node/methods.h"
#include "social/wall.h"

#define KITH_GUESTS_OWNERS_MAX 64    /* walls in one question */
#define KITH_GUESTS_OF_WALL 30       /* newest posts of each, */
#define KITH_GUESTS_OLD_MAX 200      /* and of all together; what is new follows live */
#define KITH_GUESTS_WAITING_MAX 200  /* loose posts of strangers that may wait on our own wall, */
#define KITH_GUESTS_WAITING_EACH 10  /* and of one stranger */
#define KITH_GUESTS_AGAIN_MS 3000    /* after which a peer is asked anew */

void kith_guests_start(struct kith_peer *p);  /* the link is open */
void kith_guests_wants(struct kith_node *n);  /* whom we follow may have changed */
uint64_t kith_guests_deadline(const struct kith_peer *p);
void kith_guests_tick(struct kith_peer *p);

enum kith_guest_answer { KITH_GUEST_NEVER, KITH_GUEST_NOT_YET, KITH_GUEST_YES };
/* A message that a packet of somebody brought (node/courier.h), judged and taken by the same rules. NOT_YET: the
 * owner's word may still be on its way. */
enum kith_guest_answer kith_guests_take(struct kith_node *n, const struct kith_pubkey *from, struct kith_bytes raw);

/* Whether a post that stands so on that wall is for the caller. */
bool kith_guests_is_for(struct kith_node *n, const struct kith_pubkey *caller, uint32_t rec, enum kith_wall_state state,
                        const struct kith_pubkey *owner);

/* Serves it: {owners: [id]}. */
int kith_guests_serve(struct kith_call *c);

#endif
