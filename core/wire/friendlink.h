/* SPDX-License-Identifier: MIT */
/* friendlink.h: the link that makes friends, https://HOST/#/i/… (docs/protocol/broker.md, Invites). All of it
 * stands behind the '#', which is sent to no server. */
#ifndef KITH_WIRE_FRIENDLINK_H
#define KITH_WIRE_FRIENDLINK_H

#include "base/bytes.h"
#include "wire/mailbox.h"

#define KITH_FRIENDLINK_DAYS 7
#define KITH_FRIENDLINK_LEN 114     /* of the code: 85 bytes in base64url */
#define KITH_FRIENDLINK_MAX 1024    /* of a whole link */
#define KITH_FRIENDLINK_NAME_MAX 128

struct kith_friendlink {
    uint32_t expires_s;         /* seconds since 1970 */
    struct kith_pubkey inviter; /* long-term key */
    struct kith_pubkey address; /* where they listen for it */
    struct kith_friend_secret secret;
    struct kith_bytes origin; /* "https://HOST" as it stands there; parse: empty if only a code was given */
    char name[KITH_FRIENDLINK_NAME_MAX + 1]; /* of the inviter as they say it, UTF-8; "": not said */
};

/* Appends ORIGIN/#/i/CODE, and ?n=NAME if there is one. */
void kith_friendlink_put(struct kith_buf *out, const struct kith_friendlink *link);

/* Reads a link, or what stands behind "#/i/", or the code alone, with blanks around it.
 * KITH_ERR_SYNTAX: no such link. KITH_ERR_SIZE: longer than KITH_FRIENDLINK_MAX. Whether it has
 * expired is the caller's to see. A name that is too long or no UTF-8 is left out. */
KITH_MUST int kith_friendlink_parse(struct kith_friendlink *out, struct kith_bytes text);

#endif
