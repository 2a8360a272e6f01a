/* SPDX-License-Identifier: MIT */
/* secret.h: the text of a `secret` file, in the layout of ssb-keys 8.5.0, so that a key pair moves
 * between kith and JavaScript clients by copying one file. Text in, text out: the host keeps the
 * file (mode 0400, created exclusively). The texts hold the secret key: kith_wipe them. */
#ifndef KITH_FEED_SECRET_H
#define KITH_FEED_SECRET_H

#include "base/bytes.h"
#include "crypto/crypto.h"

#define KITH_SECRET_MAX_LEN 16384 /* of a file; one that ssb-keys writes has about 750 bytes */

/* Appends the text, reserving its room first, so that growing leaves no copy of the key behind. */
void kith_secret_put(struct kith_buf *out, const struct kith_keypair *keys);

/* '#' comments, unknown members and a missing id or public key are fine.
 * KITH_ERR_SIZE: longer than KITH_SECRET_MAX_LEN. KITH_ERR_SYNTAX: no JSON object, no private key
 * or broken base64. KITH_ERR_INVALID: a key of another curve than ed25519. KITH_ERR_CRYPTO: the
 * halves of the private key, the public key and the id do not belong together. */
KITH_MUST int kith_secret_parse(struct kith_bytes text, struct kith_keypair *out);

#endif
