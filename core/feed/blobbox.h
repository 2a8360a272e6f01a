/* SPDX-License-Identifier: MIT */
/* blobbox.h: an encrypted blob. What travels is secretbox(bytes) under a random key, and the key is
 * only in the link, "&hash?unbox=KEY.boxs", which stands in an encrypted message. The nonce is 24
 * zero bytes, as in the JavaScript clients that know such links: a key seals one blob, once. */
#ifndef KITH_FEED_BLOBBOX_H
#define KITH_FEED_BLOBBOX_H

#include "base/bytes.h"
#include "base/rng.h"
#include "crypto/crypto.h"
#include "feed/id.h"

#define KITH_BLOBBOX_EXTRA KITH_MAC_LEN /* what the blob is longer than its bytes */

/* Appends the blob that is to be stored and offered, and says in *link how to find and open it:
 * kith_ref_put writes it. */
void kith_blobbox_seal(struct kith_buf *out, struct kith_bytes bytes, const struct kith_rng *rng,
                       struct kith_ref *link);

/* Appends the bytes of a blob that the caller has already found to have the link's hash.
 * KITH_ERR_ARG: the link is no blob with a key. KITH_ERR_CRYPTO: the key does not open it. */
KITH_MUST int kith_blobbox_open(struct kith_buf *out, struct kith_bytes blob,
                                const struct kith_ref *link);

#endif
