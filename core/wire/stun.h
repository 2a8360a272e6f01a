/* SPDX-License-Identifier: MIT */
/* stun.h: just enough of STUN (RFC 8489) to tell somebody from which address their datagram came: the
 * binding request without authentication, and its answer. */
#ifndef KITH_WIRE_STUN_H
#define KITH_WIRE_STUN_H

#include "base/bytes.h"

#define KITH_STUN_MAX 548      /* the datagram that everybody can send (RFC 8489, 6.1, for IPv4) */
#define KITH_STUN_ANSWER_MAX 64
#define KITH_STUN_UNKNOWN_MAX 4

struct kith_stun_id { uint8_t b[12]; };

struct kith_stun_address {
    bool six;       /* IPv6 */
    uint8_t ip[16]; /* the first 4 for IPv4 */
    uint16_t port;
};

struct kith_stun_request {
    struct kith_stun_id id;
    uint16_t unknown[KITH_STUN_UNKNOWN_MAX]; /* attributes that we would have to understand and do not */
    size_t unknown_count;
    bool fingerprint; /* it had one, which was right; the answer has one then */
};

/* KITH_ERR_SYNTAX: no binding request, or its fingerprint is wrong; KITH_ERR_SIZE: longer than
 * KITH_STUN_MAX. Do not answer in either case. */
KITH_MUST int kith_stun_parse_request(struct kith_stun_request *out, struct kith_bytes in);

/* Writes at most KITH_STUN_ANSWER_MAX bytes and returns how many: where `from` is seen to be, or error 420
 * if the request had unknown attributes. */
size_t kith_stun_write_answer(uint8_t out[KITH_STUN_ANSWER_MAX], const struct kith_stun_request *request,
                              const struct kith_stun_address *from);

/* For who asks. Writes a request of 20 bytes; reads what came back to it.
 * KITH_ERR_SYNTAX: no successful answer to a request of that id, or without an address. */
void kith_stun_write_request(uint8_t out[20], const struct kith_stun_id *id);
KITH_MUST int kith_stun_parse_answer(struct kith_stun_address *out, const struct kith_stun_id *id, struct kith_bytes in);

#endif
