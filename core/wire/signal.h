/* SPDX-License-Identifier: MIT */
/* signal.h: what two peers tell each other before they have a link, sealed for one of them
 * (docs/protocol/signal.md). Whoever carries it learns its length.
 *
 *   version 1 | one-time curve25519 key 32 | secretbox(kind, times, id, from, reply, body, signature, padding) */
#ifndef KITH_WIRE_SIGNAL_H
#define KITH_WIRE_SIGNAL_H

#include "base/bytes.h"
#include "base/rng.h"
#include "crypto/crypto.h"

#define KITH_SIGNAL_VERSION 1
#define KITH_SIGNAL_MAX 8192 /* sealed; the other lengths are 512 and 2048 */
#define KITH_SIGNAL_MAX_BODY (KITH_SIGNAL_MAX - 1 - 32 - KITH_MAC_LEN - 99 - 64)
#define KITH_SIGNAL_LIFE_MS (10u * 60 * 1000)                     /* of a signal, at most */
#define KITH_SIGNAL_LETTER_LIFE_MS (14u * 24 * 60 * 60 * 1000)    /* of a kind that may wait */
#define KITH_SIGNAL_LEEWAY_MS (2u * 60 * 1000)                    /* for clocks that differ */

enum kith_signal_kind {
    KITH_SIGNAL_OFFER = 1,
    KITH_SIGNAL_ANSWER,
    KITH_SIGNAL_CANDIDATES,
    KITH_SIGNAL_HANGUP,
    KITH_SIGNAL_PING,
    KITH_SIGNAL_PONG,
    KITH_SIGNAL_CALL_ME,
    KITH_SIGNAL_REQUEST = 16, /* 16 to 31 may live as long as a letter */
    KITH_SIGNAL_ACCEPT,
    KITH_SIGNAL_REFUSE,
    KITH_SIGNAL_MAILBOX,
};

struct kith_signal_id { uint8_t b[16]; };

struct kith_signal {
    uint8_t kind; /* may be one that we do not know: ignore it then */
    uint64_t created_ms, expires_ms;
    struct kith_signal_id id;
    struct kith_pubkey from;
    struct kith_pubkey reply; /* an address to answer to; zeros: none */
    struct kith_bytes body;   /* what a peer said: parse it as such */
};

/* True for the three lengths that a sealed signal can have. */
bool kith_signal_is_len(size_t len);

/* Appends the sealed signal. Takes kind, times, reply and body from s, fills in id and from.
 * KITH_ERR_TOO_LONG: body above KITH_SIGNAL_MAX_BODY. KITH_ERR_ARG: it would live longer than its
 * kind may, or expire before it is made. KITH_ERR_CRYPTO: the receiver's key is no point of the
 * curve. On error nothing is appended. */
KITH_MUST int kith_signal_seal(struct kith_buf *out, struct kith_signal *s, const struct kith_keypair *sender,
                               const struct kith_pubkey *receiver, const struct kith_rng *rng);

/* Opens one. The plain bytes are kept in `plain` (its old content is lost) and s->body points into
 * it. wall_ms is now. Does not look for replays: kith_signal_seen does, after this.
 * KITH_ERR_SIZE, KITH_ERR_SYNTAX: no signal of this version. KITH_ERR_CRYPTO: not for this receiver,
 * altered, or not signed by whom it names. KITH_ERR_PROTOCOL: expired, from the future, or meant to
 * live too long. Drop it in each case. */
KITH_MUST int kith_signal_open(struct kith_signal *s, struct kith_buf *plain, struct kith_bytes sealed,
                               const struct kith_keypair *receiver, uint64_t wall_ms);

/* ---- replays ---- */

#define KITH_SIGNAL_SEEN_MAX 4096
#define KITH_SIGNAL_SEEN_EACH 256 /* of one sender */

/* Which signals have been opened. Zero-initialise; wipe frees. */
struct kith_signal_seen {
    struct kith_signal_mark *marks; /* a heap by expiry would be no faster at this size */
    size_t count, cap;
};

/* Notes the signal. KITH_ERR_EXISTS: it was there before. KITH_ERR_BUSY: KITH_SIGNAL_SEEN_EACH of its sender, or
 * KITH_SIGNAL_SEEN_MAX in all, that have not expired are held; refuse the signal rather than take one twice. */
KITH_MUST int kith_signal_seen_put(struct kith_signal_seen *seen, const struct kith_signal *s, uint64_t wall_ms);
void kith_signal_seen_wipe(struct kith_signal_seen *seen);

#endif
