/* SPDX-License-Identifier: MIT */
/* invite_desk.h: pub invites, both sides. Ours: a throw-away key that lets a stranger in to say one
 * thing, "follow me", and nothing else. Theirs: go in with the key of their invite, say it, then
 * follow them and come back as ourselves (ssb-invite 2.1.8). */
#ifndef KITH_NODE_INVITE_DESK_H
#define KITH_NODE_INVITE_DESK_H

#include "node/methods.h"

#define KITH_INVITES_MAX 256

struct kith_invite_item {
    struct kith_pubkey key;
    uint32_t uses;
};

struct kith_invite_desk {
    struct kith_invite_item items[KITH_INVITES_MAX];
    uint32_t count;
    struct kith_invite_accept *accepts; /* theirs, under way */
};

void kith_invite_desk_init(struct kith_node *n);
void kith_invite_desk_wipe(struct kith_node *n);
bool kith_invite_desk_find(struct kith_node *n, const struct kith_pubkey *key, uint32_t *index);

int kith_invite_create(struct kith_call *c); /* [{uses, note} | uses] -> text */
int kith_invite_use(struct kith_call *c);    /* a guest's [{feed}] */
int kith_invite_accept(struct kith_call *c); /* [text] -> {pub, key} */

void kith_invite_accept_opened(struct kith_peer *p);
void kith_invite_accept_failed(struct kith_peer *p, const char *why);

#endif
