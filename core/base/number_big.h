/* SPDX-License-Identifier: MIT */
/* number_big.h: natural numbers large enough for every double in exact arithmetic, and only the
 * operations that number.c needs. For the sources of this folder only.
 *
 * The largest that occurs: reading 800 digits times 10^-1130 shifts the digits left to 66 bits more
 * than 10^1130 has, about 3830 bits. Printing stays below 1200. */
#ifndef KITH_BASE_NUMBER_BIG_H
#define KITH_BASE_NUMBER_BIG_H

#include "base/bytes.h"

#define KITH_BIG_LIMBS 128 /* 4096 bits */

struct kith_big {
    size_t len; /* limbs in use; the last one is not zero */
    uint32_t limb[KITH_BIG_LIMBS];
};

void kith_big_set(struct kith_big *a, uint64_t v);
void kith_big_copy(struct kith_big *a, const struct kith_big *b);
void kith_big_mul_add(struct kith_big *a, uint32_t factor, uint32_t add);
void kith_big_mul_pow10(struct kith_big *a, unsigned exponent);
void kith_big_shift_left(struct kith_big *a, unsigned bits);
uint32_t kith_big_div(struct kith_big *a, uint32_t divisor); /* returns the remainder */
void kith_big_sub(struct kith_big *a, const struct kith_big *b); /* b is not greater */
int kith_big_cmp(const struct kith_big *a, const struct kith_big *b);
int kith_big_cmp_sum(const struct kith_big *a, const struct kith_big *b,
                     const struct kith_big *c); /* a + b against c */
unsigned kith_big_bits(const struct kith_big *a);

/* The 64 bits from bit `from` on; *rest tells whether a lower bit is set. */
uint64_t kith_big_window(const struct kith_big *a, unsigned from, bool *rest);

#endif
