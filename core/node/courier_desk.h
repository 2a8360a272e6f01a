/* SPDX-License-Identifier: MIT */
/* courier_desk.h: friendship by packets (docs/protocol/packet.md, "Befriending"): what we ask of people whom we never met
 * by a link, and what strangers ask of us. A request waits as a local record until our own follow, block or refusal
 * answers it, also one that an app brings which listens at a broker (docs/protocol/broker.md); there is no other state, so that the page, the command line and a second device answer alike. */
#ifndef KITH_NODE_COURIER_DESK_H
#define KITH_NODE_COURIER_DESK_H

#include "node/methods.h"
#include "sync/packet_parts.h"

#define KITH_DESK_MAX 100 /* requests of strangers that may wait; more are refused, and come again */
#define KITH_DESK_CHANGES 5 /* of one that waits, in an hour: anybody could fill the log */
#define KITH_DESK_NO_MS (UINT64_C(24) * 3600 * 1000) /* a refusal is repeated after that */
#define KITH_DESK_LOOSE 4 /* messages of their own that may come with one */

struct kith_recipient;

/* A packet of somebody whom we do not know: KITH_OK if it is a request, and it waits now. */
int kith_desk_take(struct kith_node *n, const struct kith_packet *p);
/* Part 6 of somebody whom we know. */
void kith_desk_heard(struct kith_node *n, struct kith_recipient *r, struct kith_bytes part);
/* Whom we follow, block or refuse may have changed: answers what waits. */
void kith_desk_look(struct kith_node *n);
/* We refuse them, and tell them so if a packet can; off: we do no longer. */
int kith_desk_refuse(struct kith_node *n, const struct kith_pubkey *id, bool on, bool tell);
bool kith_desk_is_refused(struct kith_node *n, const struct kith_pubkey *id);

/* Whether we have never heard of them that they know us. */
bool kith_desk_is_stranger(struct kith_node *n, const struct kith_recipient *r);
/* Whether a packet for them asks for friendship: we follow them, and have never heard of them. */
bool kith_desk_asks(struct kith_node *n, const struct kith_recipient *r);
void kith_desk_put(struct kith_node *n, struct kith_recipient *r, struct kith_buf *out);

/* Appends ,"request":{…} to an object if that person's request waits here. */
void kith_desk_render(struct kith_node *n, const struct kith_pubkey *id, struct kith_buf *out);
/* ,"told":true if they were refused and shall hear it. */
void kith_desk_render_refusal(struct kith_node *n, const struct kith_pubkey *id, struct kith_buf *out);
/* Requests that came without a message that says so. */
void kith_desk_render_others(struct kith_node *n, struct kith_buf *out);

/* courier_invite.c: the request brings the word of an invite of ours: we follow whom we have invited. */
void kith_desk_invited(struct kith_node *n, const struct kith_pubkey *who, const struct kith_part_friend *ask);

int kith_desk_ask(struct kith_call *c);    /* friends.ask */
int kith_desk_invite(struct kith_call *c); /* friends.invite */
int kith_desk_asked(struct kith_call *c);  /* friends.asked */
int kith_desk_invites(struct kith_call *c);   /* friends.invites */
int kith_desk_uninvite(struct kith_call *c);  /* friends.uninvite */
int kith_desk_join(struct kith_call *c);   /* friends.join */

#endif
