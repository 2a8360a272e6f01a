/* SPDX-License-Identifier: MIT */
/* packet.h: the envelope of roads that store and forward (docs/protocol/packet.md): content sealed once for
 * up to 16 people, signed by one, in a length that tells little. What is in it: sync/packet_parts.h.
 *
 *   version 1 | n | one-time curve25519 key 32 | n × slot 48 | chunks of ChaCha20-Poly1305 */
#ifndef KITH_SYNC_PACKET_H
#define KITH_SYNC_PACKET_H

#include "base/rng.h"
#include "crypto/crypto.h"

#define KITH_PACKET_VERSION 1
#define KITH_PACKET_ENCODING 1
#define KITH_PACKET_MAX ((size_t)8 << 20)          /* of a packet as it travels */
#define KITH_PACKET_MAX_CONTENT ((size_t)16 << 20) /* when it is inflated */
#define KITH_PACKET_MAX_RECIPIENTS 16
#define KITH_PACKET_MIN 1122 /* no packet is shorter: one slot, the smallest class */
#define KITH_PACKET_LIFE_MS (UINT64_C(90) * 24 * 60 * 60 * 1000)
#define KITH_PACKET_LEEWAY_MS (UINT64_C(24) * 60 * 60 * 1000) /* for clocks that differ */

#define KITH_PACKET_ANY_TIME UINT64_MAX /* for kith_packet_open: it came in time, and was kept */

enum { KITH_PACKET_ASKS = 1 }; /* flags: the sender waits for an answer */

struct kith_packet_id { uint8_t b[16]; };

struct kith_packet {
    uint8_t encoding; /* of the content; if it is another than KITH_PACKET_ENCODING, keep the packet */
    uint8_t flags;
    uint64_t created_ms, expires_ms;
    struct kith_packet_id id;
    struct kith_pubkey from;
    struct kith_bytes content;
    bool opened; /* the body did, whether or not what is in it holds: it came as somebody sealed it */
};

/* Appends the packet. Takes encoding, flags, times and content from p, fills in id and from. The sender reads
 * it later only if they are among the recipients.
 * KITH_ERR_TOO_LONG: content above KITH_PACKET_MAX_CONTENT, or the packet above KITH_PACKET_MAX. KITH_ERR_ARG: no or too many
 * recipients, or it would live too long. KITH_ERR_CRYPTO: a recipient's key is no point of the curve. On error nothing
 * is appended. */
KITH_MUST int kith_packet_seal(struct kith_buf *out, struct kith_packet *p, const struct kith_keypair *sender,
                               const struct kith_pubkey *recipients, size_t count, const struct kith_rng *rng);

/* Opens one. p->content points into `plain`, whose old content is lost. wall_ms is now. Whether p->id of
 * p->from came before is for the caller to see. p->opened is set whatever is returned.
 * KITH_ERR_SIZE, KITH_ERR_SYNTAX: no packet. KITH_ERR_UNKNOWN_METHOD: of a newer version; keep it.
 * KITH_ERR_NOT_FOUND: for somebody else. KITH_ERR_CRYPTO: altered, or, with p->opened, not signed by whom it names. KITH_ERR_PROTOCOL: expired, from
 * the future, or meant to live too long; p->id and p->from are then set and true. KITH_ERR_INVALID: the content does
 * not inflate to what it says. */
KITH_MUST int kith_packet_open(struct kith_packet *p, struct kith_buf *plain, struct kith_bytes packet,
                               const struct kith_keypair *receiver, uint64_t wall_ms);

/* Whether a slot is for the receiver, who has to be asked for nothing else: any thread may do it. *alone: nobody
 * else can be meant. */
bool kith_packet_is_for(struct kith_bytes packet, const struct kith_keypair *receiver, bool *alone);

/* The length that a text of `len` bytes is padded to. */
size_t kith_packet_class(size_t len);

static inline bool kith_packet_id_eq(const struct kith_packet_id *a, const struct kith_packet_id *b) {
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

#endif
