/* SPDX-License-Identifier: MIT */
/* boxstream.h: the encrypted pipe behind the handshake (scuttlebutt-protocol-guide, Box stream).
 *
 * A packet is a header, secretbox(length u16be || MAC of the body), and the body without its MAC,
 * sealed with the next nonce. The nonce is a big-endian counter of 24 bytes. A header of zeros says
 * goodbye: an end without it may have been cut by somebody on the way. */
#ifndef KITH_WIRE_BOXSTREAM_H
#define KITH_WIRE_BOXSTREAM_H

#include "wire/handshake.h"

#define KITH_BOX_HEADER_LEN 34
#define KITH_BOX_MAX_BODY 4096
#define KITH_BOX_MAX_PACKET (KITH_BOX_HEADER_LEN + KITH_BOX_MAX_BODY)

struct kith_boxstream {
    struct kith_handshake_session s; /* keys, and the nonces that come next */
    bool out_ended, in_ended;        /* by a goodbye */
    bool failed;
    uint16_t body_len; /* of the packet that is arriving, 0: the header is due */
    struct kith_mac body_mac;
    uint16_t held_len;
    uint8_t held[KITH_BOX_MAX_BODY]; /* the start of a header or body whose rest is not here yet */
};

void kith_boxstream_init(struct kith_boxstream *b, const struct kith_handshake_session *s);
void kith_boxstream_wipe(struct kith_boxstream *b);

/* Seals 1 .. KITH_BOX_MAX_BODY bytes into text.len + KITH_BOX_HEADER_LEN bytes at out. The text may
 * already stand at its place, out + KITH_BOX_HEADER_LEN. */
void kith_boxstream_seal(struct kith_boxstream *b, struct kith_bytes text, uint8_t *out);

/* The last packet. Sealing after it is a mistake of the caller. */
void kith_boxstream_goodbye(struct kith_boxstream *b, uint8_t out[KITH_BOX_HEADER_LEN]);

/* Takes input until one packet is open: *text_len bytes at text, 0 if the packet is not complete or
 * was a goodbye (in_ended is then true and no more input is taken).
 * KITH_ERR_CRYPTO or KITH_ERR_SIZE: forged or damaged, now and for ever: close at once. */
KITH_MUST int kith_boxstream_open(struct kith_boxstream *b, const uint8_t *in, size_t len,
                                  size_t *used, uint8_t text[KITH_BOX_MAX_BODY], size_t *text_len);

/* The pipe ended: KITH_OK after a goodbye, KITH_ERR_HANGUP without ("unexpected hangup"). */
KITH_MUST int kith_boxstream_eof(const struct kith_boxstream *b);

#endif
