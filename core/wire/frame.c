/* SPDX-License-Identifier: MIT */
#include "wire/frame.h"

int kith_frame_parse(const uint8_t in[KITH_FRAME_HEADER_LEN], uint32_t max_body,
                     struct kith_frame *out) {
    uint32_t req = kith_get_u32be(in + 5);
    out->flags = in[0];
    out->len = kith_get_u32be(in + 1);
    out->req = (int32_t)req;
    if (out->len > max_body)
        return KITH_ERR_SIZE;
    if (req == 0x80000000u || (in[0] & KITH_FRAME_ENCODING) == 3)
        return KITH_ERR_SYNTAX;
    return KITH_OK;
}

void kith_frame_write(uint8_t out[KITH_FRAME_HEADER_LEN], const struct kith_frame *f) {
    out[0] = f->flags;
    kith_put_u32be(out + 1, f->len);
    kith_put_u32be(out + 5, (uint32_t)f->req);
}
