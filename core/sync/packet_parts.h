/* SPDX-License-Identifier: MIT */
/* packet_parts.h: what is in a packet (docs/protocol/packet.md, encoding 1), written and read. Views
 * are borrowed from the content. */
#ifndef KITH_SYNC_PACKET_PARTS_H
#define KITH_SYNC_PACKET_PARTS_H

#include "feed/id.h"
#include "sync/packet.h"

#define KITH_PART_HEAD 6          /* bytes before those of the part */
#define KITH_PART_TEXT_MAX 1000   /* of a friend request */
#define KITH_PART_PROFILE_MAX 8192
#define KITH_PART_READ_LEN 32 /* of an item: the hash in a message's id */

enum kith_part_type {
    KITH_PART_NOTES = 1,
    KITH_PART_MESSAGE,
    KITH_PART_LOOSE,
    KITH_PART_BLOB,
    KITH_PART_WANTS,
    KITH_PART_FRIEND,
    KITH_PART_PROFILE,
    KITH_PART_RECEIPTS,
    KITH_PART_UNKNOWN,
    KITH_PART_READ, /* ids of messages, 32 bytes each */
};

struct kith_part {
    uint16_t type; /* may be one that we do not know: keep the packet, tell the sender */
    struct kith_bytes bytes;
};

/* True if the content is parts, and all that we know are as they should be; only then read them. *unknown gets how
 * many have a type that is not known. */
bool kith_parts_check(struct kith_bytes content, size_t *unknown);
/* Takes the first part off *content; false at the end. Of content that was checked. */
bool kith_parts_next(struct kith_bytes *content, struct kith_part *out);
void kith_parts_put(struct kith_buf *out, enum kith_part_type type, struct kith_bytes bytes);

/* Items of a part: each call takes the first off *bytes; false at the end. */
struct kith_part_note {
    struct kith_pubkey feed;
    uint64_t sequence;
    bool wants;
};
bool kith_part_note_next(struct kith_bytes *bytes, struct kith_part_note *out);
void kith_part_note_put(struct kith_buf *bytes, const struct kith_part_note *note);

struct kith_part_want {
    struct kith_blobid blob;
    uint64_t offset, len; /* len 0: to the end */
};
bool kith_part_want_next(struct kith_bytes *bytes, struct kith_part_want *out);
void kith_part_want_put(struct kith_buf *bytes, const struct kith_part_want *want);

enum kith_outcome { KITH_OUTCOME_TAKEN = 1, KITH_OUTCOME_REFUSED, KITH_OUTCOME_KEPT };
struct kith_part_receipt {
    struct kith_packet_id of;
    uint8_t outcome; /* may be one that we do not know */
};
bool kith_part_receipt_next(struct kith_bytes *bytes, struct kith_part_receipt *out);
void kith_part_receipt_put(struct kith_buf *bytes, const struct kith_part_receipt *receipt);

/* Parts of one piece; false: they are not as they should be. */
struct kith_part_blob {
    struct kith_blobid blob;
    uint64_t total, offset;
    struct kith_bytes bytes;
};
bool kith_part_blob_read(struct kith_bytes bytes, struct kith_part_blob *out);
void kith_part_blob_put(struct kith_buf *out, const struct kith_part_blob *part); /* with its head */

enum kith_friend_step { KITH_FRIEND_REQUEST = 1, KITH_FRIEND_ACCEPT, KITH_FRIEND_REFUSE };
struct kith_part_friend {
    uint8_t step; /* may be one that we do not know */
    struct kith_pubkey referrer; /* zeros: none */
    struct kith_packet_id of;
    struct kith_bytes text;
};
bool kith_part_friend_read(struct kith_bytes bytes, struct kith_part_friend *out);
void kith_part_friend_put(struct kith_buf *out, const struct kith_part_friend *part);

struct kith_part_unknown {
    struct kith_packet_id of;
    uint8_t encoding; /* 0: that was understood */
    struct kith_bytes types;
};
bool kith_part_unknown_read(struct kith_bytes bytes, struct kith_part_unknown *out);
/* Says what of `content`, or that its encoding, was not understood. */
void kith_part_unknown_put(struct kith_buf *out, const struct kith_packet_id *of, uint8_t encoding, struct kith_bytes content);

#endif
