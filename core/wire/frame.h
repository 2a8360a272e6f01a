/* SPDX-License-Identifier: MIT */
/* frame.h: one muxrpc frame (packet-stream-codec 1.2): a header of nine bytes, flags | length u32be
 * | req i32be, and the body. Pure: knows nothing of calls and streams. */
#ifndef KITH_WIRE_FRAME_H
#define KITH_WIRE_FRAME_H

#include "base/bytes.h"

#define KITH_FRAME_HEADER_LEN 9

enum {
    KITH_FRAME_STREAM = 8,   /* belongs to a stream, not to an async call */
    KITH_FRAME_END = 4,      /* end of a stream, or an error */
    KITH_FRAME_ENCODING = 3, /* mask: 0 binary, 1 UTF-8 text, 2 JSON; 3 is not defined */
};

struct kith_frame {
    uint8_t flags;
    int32_t req;  /* as it stands on the wire */
    uint32_t len; /* of the body; 0 is the goodbye, whatever the other fields say (JavaScript looks
                     at the length only) */
};

/* KITH_ERR_SYNTAX: encoding 3, or req is INT32_MIN, which has no negative; KITH_ERR_SIZE: a body
 * longer than max_body. The bytes after that header mean nothing then: close. */
KITH_MUST int kith_frame_parse(const uint8_t in[KITH_FRAME_HEADER_LEN], uint32_t max_body,
                               struct kith_frame *out);
void kith_frame_write(uint8_t out[KITH_FRAME_HEADER_LEN], const struct kith_frame *f);

#endif
