/* SPDX-License-Identifier: MIT */
#include "base/number_big.h"

static void append(struct kith_big *a, uint32_t limb) {
    KITH_ASSERT(a->len < KITH_BIG_LIMBS);
    a->limb[a->len++] = limb;
}

static void trim(struct kith_big *a) {
    while (a->len && a->limb[a->len - 1] == 0)
        a->len--;
}

void kith_big_set(struct kith_big *a, uint64_t v) {
    a->len = 0;
    for (; v; v >>= 32)
        append(a, (uint32_t)v);
}

void kith_big_copy(struct kith_big *a, const struct kith_big *b) {
    a->len = b->len;
    memcpy(a->limb, b->limb, b->len * sizeof b->limb[0]);
}

void kith_big_mul_add(struct kith_big *a, uint32_t factor, uint32_t add) {
    uint64_t carry = add;
    for (size_t i = 0; i < a->len; i++) {
        carry += (uint64_t)a->limb[i] * factor;
        a->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry)
        append(a, (uint32_t)carry);
}

void kith_big_mul_pow10(struct kith_big *a, unsigned exponent) {
    for (; exponent >= 9; exponent -= 9)
        kith_big_mul_add(a, 1000000000, 0);
    for (; exponent; exponent--)
        kith_big_mul_add(a, 10, 0);
}

void kith_big_shift_left(struct kith_big *a, unsigned bits) {
    size_t whole = bits / 32;
    unsigned part = bits % 32;
    if (a->len == 0)
        return;
    KITH_ASSERT(a->len + whole <= KITH_BIG_LIMBS);
    if (part)
        kith_big_mul_add(a, (uint32_t)1 << part, 0);
    KITH_ASSERT(a->len + whole <= KITH_BIG_LIMBS);
    memmove(a->limb + whole, a->limb, a->len * sizeof a->limb[0]);
    memset(a->limb, 0, whole * sizeof a->limb[0]);
    a->len += whole;
}

uint32_t kith_big_div(struct kith_big *a, uint32_t divisor) {
    uint64_t rest = 0;
    for (size_t i = a->len; i-- > 0;) {
        rest = rest << 32 | a->limb[i];
        a->limb[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    trim(a);
    return (uint32_t)rest;
}

void kith_big_sub(struct kith_big *a, const struct kith_big *b) {
    uint64_t borrow = 0;
    for (size_t i = 0; i < a->len; i++) {
        uint64_t v = (uint64_t)a->limb[i] - (i < b->len ? b->limb[i] : 0) - borrow;
        a->limb[i] = (uint32_t)v;
        borrow = v >> 63;
    }
    KITH_ASSERT(!borrow && b->len <= a->len);
    trim(a);
}

int kith_big_cmp(const struct kith_big *a, const struct kith_big *b) {
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    for (size_t i = a->len; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

int kith_big_cmp_sum(const struct kith_big *a, const struct kith_big *b, const struct kith_big *c) {
    struct kith_big sum;
    uint64_t carry = 0;
    size_t len = a->len > b->len ? a->len : b->len;
    sum.len = 0;
    for (size_t i = 0; i < len; i++) {
        carry += (uint64_t)(i < a->len ? a->limb[i] : 0) + (i < b->len ? b->limb[i] : 0);
        append(&sum, (uint32_t)carry);
        carry >>= 32;
    }
    if (carry)
        append(&sum, (uint32_t)carry);
    return kith_big_cmp(&sum, c);
}

unsigned kith_big_bits(const struct kith_big *a) {
    if (a->len == 0)
        return 0;
    return (unsigned)a->len * 32 - (unsigned)__builtin_clz(a->limb[a->len - 1]);
}

uint64_t kith_big_window(const struct kith_big *a, unsigned from, bool *rest) {
    size_t whole = from / 32;
    unsigned part = from % 32;
    uint64_t v = 0;
    for (size_t i = 0; i < 3; i++) {
        uint64_t limb = whole + i < a->len ? a->limb[whole + i] : 0;
        unsigned at = (unsigned)i * 32;
        if (at >= part)
            v |= at - part < 64 ? limb << (at - part) : 0;
        else
            v |= limb >> part;
    }
    *rest = part && whole < a->len && (a->limb[whole] & (((uint32_t)1 << part) - 1));
    for (size_t i = 0; i < whole && i < a->len; i++)
        *rest |= a->limb[i] != 0;
    return v;
}
