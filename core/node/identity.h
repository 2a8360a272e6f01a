/* SPDX-License-Identifier: MIT */
/* identity.h: who this node is: its recovery words, and becoming somebody else, whose words or backup
 * the user has. A node keeps one identity for as long as it is open: it asks its host for another
 * (KITH_EFFECT_ADOPT), stops, and is opened again. */
#ifndef KITH_NODE_IDENTITY_H
#define KITH_NODE_IDENTITY_H

#include "node/methods.h"

struct kith_identity {
    uint64_t ticket; /* of the ADOPT that is under way, when nothing is published any more; 0: none */
    struct kith_later later;
    struct kith_pubkey next;
};

#endif
