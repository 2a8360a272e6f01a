/* SPDX-License-Identifier: MIT */
#include "base/checksum.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#define XXH_INLINE_ALL
#define XXH_NO_STREAM
#include <xxhash.h>
#pragma GCC diagnostic pop

uint64_t kith_checksum(struct kith_bytes in, uint64_t seed) {
    return XXH3_64bits_withSeed(in.p, in.len, seed);
}
