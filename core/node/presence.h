/* SPDX-License-Identifier: MIT */
/* presence.h: who is here now, and who is typing: said between friends' nodes while they are connected,
 * shown to apps, and gone with the moment: neither stored nor logged (docs/protocol/typing.md). */
#ifndef KITH_NODE_PRESENCE_H
#define KITH_NODE_PRESENCE_H

#include "node/methods.h"

#define KITH_TYPING_AT_MAX 128     /* bytes that say where somebody types */
#define KITH_TYPING_TO_MAX 16      /* people whom one call names */
#define KITH_TYPING_EVERY_MS 2000  /* for one place */
#define KITH_TYPING_PLACES 8       /* of ours at one time: more are not passed on */
#define KITH_TYPING_HEARD 64       /* what an app that does not read is behind at the most */

struct kith_typing {
    struct kith_pubkey who;
    uint8_t len, at[KITH_TYPING_AT_MAX];
};

struct kith_presence {
    uint64_t generation; /* raised when somebody came or went */
    uint64_t heard_count;
    struct kith_typing heard[KITH_TYPING_HEARD]; /* a ring: item i is at i modulo its length */
    struct {
        struct kith_typing place;
        uint64_t until_ms;
    } said[KITH_TYPING_PLACES];
};

int kith_presence_serve(struct kith_call *c); /* app: source of who is here and who types */
int kith_presence_typing(struct kith_call *c); /* app: we type */
int kith_presence_heard(struct kith_call *c);  /* peer: they type */

/* Somebody came or went. */
void kith_presence_changed(struct kith_node *n);

#endif
