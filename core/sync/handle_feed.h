/* SPDX-License-Identifier: MIT */
/* handle_feed.h: following a broker's own feed, in which it says who holds which handle (docs/protocol/account.md). Who follows
 * it notices a key that was swapped, and a feed that was told in two ways. */
#ifndef KITH_SYNC_HANDLE_FEED_H
#define KITH_SYNC_HANDLE_FEED_H

#include "feed/message.h"
#include "wire/certificate.h"

/* What one message says. A message about something else says nothing: has_entry is false. */
struct kith_handle_entry {
    bool has_entry, is_held; /* not held: nobody has the handle any more */
    struct kith_hash id, holder; /* as kith_handle_entry_id and kith_handle_entry_holder make them */
};

/* Judges one message, JSON text as it came, and takes it as the next of the broker's feed: *head moves on. The head itself once
 * more is KITH_OK too, and says again what it says.
 * KITH_ERR_FORK: signed by the broker, and it contradicts the head: two feeds. KITH_ERR_CHAIN: by somebody else, or not the next.
 * Else the error of kith_message_judge. On any error *head is what it was. */
KITH_MUST int kith_handle_feed_take(struct kith_head *head, struct kith_handle_entry *out, const struct kith_pubkey *broker,
                                    struct kith_bytes raw);

/* What the feed has to say about a handle for this certificate to be true. */
void kith_handle_entry_of(struct kith_handle_entry *out, const struct kith_certificate *c);

#endif
