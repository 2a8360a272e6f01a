/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "wire/stun.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_stun_request r;
    struct kith_stun_address from = {.six = size & 1, .port = (uint16_t)size}, got;
    struct kith_stun_id id = {{0}};
    uint8_t out[KITH_STUN_ANSWER_MAX];
    if (size >= 20)
        memcpy(id.b, data + 8, sizeof id.b);
    (void)!kith_stun_parse_answer(&got, &id, kith_bytes(data, size));
    if (!kith_stun_parse_request(&r, kith_bytes(data, size))) {
        size_t len = kith_stun_write_answer(out, &r, &from);
        if (len > sizeof out || len > size + 40)
            abort();
        if (!r.unknown_count && (kith_stun_parse_answer(&got, &r.id, kith_bytes(out, len)) || got.port != from.port))
            abort();
    }
    return 0;
}
