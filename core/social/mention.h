/* SPDX-License-Identifier: MIT */
/* mention.h: what mentions a person, a message, a blob or a tag, and the notices for me. */
#ifndef KITH_SOCIAL_MENTION_H
#define KITH_SOCIAL_MENTION_H

#include "social/social.h"

/* Records whose content.mentions link to it. A message is also mentioned by a fork of it. */
size_t kith_mention_feed(struct kith_social *s, const struct kith_pubkey *id, struct kith_page *page, struct kith_found *out, size_t cap);
size_t kith_mention_message(struct kith_social *s, const struct kith_msgid *id, struct kith_page *page, struct kith_found *out, size_t cap);
size_t kith_mention_blob(struct kith_social *s, const struct kith_blobid *id, struct kith_page *page, struct kith_found *out, size_t cap);

/* Records with the tag in mentions or as content.channel. '#' in front is skipped, ASCII capitals do
 * not count. */
size_t kith_mention_tag(struct kith_social *s, struct kith_bytes tag, struct kith_page *page, struct kith_found *out, size_t cap);

enum kith_notice_kind {
    KITH_NOTICE_MENTION = 1, /* mentions me */
    KITH_NOTICE_REPLY,       /* to a message of mine */
    KITH_NOTICE_VOTE,        /* on a message of mine */
    KITH_NOTICE_SHARE,       /* of a message of mine */
    KITH_NOTICE_WALL,        /* on my wall */
    KITH_NOTICE_CONTACT,     /* someone follows, unfollows or blocks me */
    KITH_NOTICE_PRIVATE,     /* a private message to me */
    KITH_NOTICE_CIRCLE,      /* invites me to a group */
};

/* What others did that concerns me, each record once, with the first kind that fits in the order of
 * the enum. kinds may be NULL, else it has room for cap. Private ones are always shown. */
size_t kith_mention_notices(struct kith_social *s, struct kith_page *page, struct kith_found *out,
                            enum kith_notice_kind *kinds, size_t cap);

/* Why a record is among the notices; 0 if it is not, or its author is hidden. */
unsigned kith_mention_notice_kind(struct kith_social *s, uint32_t rec);

#endif
