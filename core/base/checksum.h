/* SPDX-License-Identifier: MIT */
/* checksum.h: XXH3, 64 bits: finds damage on a disk, is no defence against a forger. */
#ifndef KITH_BASE_CHECKSUM_H
#define KITH_BASE_CHECKSUM_H

#include "base/bytes.h"

uint64_t kith_checksum(struct kith_bytes in, uint64_t seed);

#endif
