/* SPDX-License-Identifier: MIT */
/* lan.h: the packets by which peers on one network find each other (ssb-lan 1.2.3; UDP broadcast
 * every second or two). Pure: the road that sends and receives them is in drivers/.
 *
 * Two forms, both spoken and both understood:
 *   port 8008, plain: the multiserver address, or several joined by ';'
 *   port 26830: secretbox({"address":...}) with the network key as key and its first 24 bytes as
 *   nonce, then an ed25519 signature of the pretty-printed {"address":...} by the key in the
 * address. The seal hides the packet from other networks only; the plain form can be forged by
 * anybody, and the sealed one be repeated: either is a hint where to dial, and the handshake proves
 * who is there. */
#ifndef KITH_WIRE_LAN_H
#define KITH_WIRE_LAN_H

#include "crypto/crypto.h"
#include "wire/address.h"

#define KITH_LAN_PORT 8008
#define KITH_LAN_PORT_SEALED 26830
#define KITH_LAN_MAX 1400 /* bytes of a packet: one that needs no fragments */

/* The address text of a packet, to be taken apart with kith_address_next; every address in it that
 * has a key has the same one, out_key. `text` gets the text, and was cleared before.
 * KITH_ERR_SYNTAX, KITH_ERR_SIZE, KITH_ERR_CRYPTO: ignore the packet. */
KITH_MUST int kith_lan_parse(struct kith_bytes packet, struct kith_buf *text,
                             struct kith_pubkey *out_key);
KITH_MUST int kith_lan_parse_sealed(struct kith_bytes packet, const struct kith_symkey *cap,
                                    struct kith_buf *text, struct kith_pubkey *out_key);

/* Appends the packet that announces an address text of ours. KITH_ERR_SIZE: too long for one. */
KITH_MUST int kith_lan_put(struct kith_buf *out, struct kith_bytes address);
KITH_MUST int kith_lan_put_sealed(struct kith_buf *out, struct kith_bytes address,
                                  const struct kith_symkey *cap, const struct kith_keypair *keys);

#endif
