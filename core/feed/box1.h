/* SPDX-License-Identifier: MIT */
/* box1.h: private messages of the first kind (private-box 0.3.1), which every SSB client reads.
 *
 *   nonce 24 | one-time public key 32 | n × secretbox(n, body key) 49 | secretbox(body)
 *
 * base64 and ".box" after it make the content of a message. Nobody sees who the recipients are,
 * but everybody how many; a recipient finds out by trying, which costs one scalar multiplication. */
#ifndef KITH_FEED_BOX1_H
#define KITH_FEED_BOX1_H

#include "base/bytes.h"
#include "base/rng.h"
#include "crypto/crypto.h"

#define KITH_BOX1_MAX_RECIPIENTS 7 /* when writing */
#define KITH_BOX1_MAX_SLOTS 8      /* when opening: JavaScript peers try slots 0 to 7 */

/* Appends the ciphertext of `text` (compact JSON) as content: base64 and ".box", without quotes.
 * The author who wants to read it later is one of the recipients. KITH_ERR_ARG: none or more than
 * 7 recipients. KITH_ERR_CRYPTO: one of the keys is no ed25519 point; then nothing is appended. */
KITH_MUST int kith_box1_seal(struct kith_buf *out, struct kith_bytes text,
                             const struct kith_pubkey *recipients, size_t count,
                             const struct kith_rng *rng);

/* Appends the text if `content` (as a message has it, without quotes) is for `reader`; it was
 * written by the message's author, but may say anything: parse it as what a peer sent.
 * KITH_ERR_NOT_FOUND: well-formed, but not for this reader. KITH_ERR_SYNTAX: not base64 with ".box",
 * or too short. KITH_ERR_CRYPTO: for this reader, but its body does not open. */
KITH_MUST int kith_box1_open(struct kith_buf *out, struct kith_bytes content,
                             const struct kith_seckey *reader);

#endif
