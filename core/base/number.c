/* SPDX-License-Identifier: MIT */
/* number.c: doubles to the shortest text, after Steele and White (1990) and ECMA-262,
 * Number::toString. number_read.c is the way back. */
#include "base/number.h"

#include "base/number_big.h"

#define MAX_DIGITS 17 /* enough to tell any two doubles apart */

/* 0.d1d2d3... x 10^point */
struct decimal {
    char digit[MAX_DIGITS];
    int count, point;
};

/* significand x 2^exponent */
struct binary {
    uint64_t significand;
    int exponent;
    bool near_below; /* a power of two: the double below is half as far as the one above */
};

static struct binary split(uint64_t bits) {
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    int biased = (int)(bits >> 52 & 0x7ff);
    if (biased == 0)
        return (struct binary){fraction, -1074, false};
    return (struct binary){fraction | (uint64_t)1 << 52, biased - 1075, fraction == 0 && biased > 1};
}

static void put_digit(struct decimal *d, unsigned digit) {
    KITH_ASSERT(d->count < MAX_DIGITS && digit <= 9);
    d->digit[d->count++] = (char)('0' + digit);
}

static void put_integer(struct decimal *d, uint64_t v) {
    char reverse[20];
    int n = 0;
    for (; v; v /= 10)
        reverse[n++] = (char)('0' + v % 10);
    d->point = n;
    while (n)
        d->digit[d->count++] = reverse[--n];
}

/* Whether the last digit goes up, given that it may stay (low), may go up (high) or both; `half`
 * compares what is left with half a unit of that digit. */
static bool goes_up(bool low, bool high, int half, unsigned digit) {
    if (low && high)
        return half > 0 || (half == 0 && (digit & 1));
    return high;
}

/* Values from 2^-7 to 2^53: whole and fraction fit in 64 bits each. The whole part is exact, since
 * every other integer so small is another double. */
static void shortest_small(struct decimal *d, const struct binary *b) {
    unsigned shift = (unsigned)-b->exponent;
    uint64_t unit = (uint64_t)2 << shift, margin = 1;
    uint64_t left = (b->significand & ((unit >> 1) - 1)) << 1;
    bool even = !(b->significand & 1), low = false, high = false;
    put_integer(d, b->significand >> shift);
    while (left && !low && !high) {
        unsigned digit;
        left *= 10;
        margin *= 10;
        digit = (unsigned)(left / unit);
        left %= unit;
        low = left < margin || (even && left == margin);
        high = left + margin > unit || (even && left + margin == unit);
        if (low || high)
            digit += goes_up(low, high, (left > unit / 2) - (left < unit / 2), digit);
        if (digit == 0 && d->count == 0)
            d->point--;
        else
            put_digit(d, digit);
    }
}

/* Digits of left / unit, which is below one, to the first place where any number that starts with
 * them and lies within the margins reads back as the same double. */
static void generate(struct decimal *d, struct kith_big *left, const struct kith_big *unit,
                     struct kith_big *below, struct kith_big *above, bool even) {
    bool low, high;
    do {
        unsigned digit = 0;
        int half;
        kith_big_mul_add(left, 10, 0);
        kith_big_mul_add(below, 10, 0);
        kith_big_mul_add(above, 10, 0);
        for (; kith_big_cmp(left, unit) >= 0; digit++)
            kith_big_sub(left, unit);
        low = kith_big_cmp(left, below) < even;
        high = kith_big_cmp_sum(left, above, unit) > -(int)even;
        if (low || high) {
            half = kith_big_cmp_sum(left, left, unit);
            digit += goes_up(low, high, half, digit);
        }
        put_digit(d, digit);
    } while (!low && !high);
}

/* floor(log10(2^x)) for the exponents of doubles: 1292913986 / 2^32 is log10(2), a little less. */
static int floor_log10_pow2(int x) {
    return (int)((int64_t)x * 1292913986 >> 32);
}

/* Any value, in exact arithmetic. */
static void shortest_any(struct decimal *d, const struct binary *b) {
    struct kith_big left, unit, below, above;
    bool even = !(b->significand & 1);
    unsigned up = b->exponent > 0 ? (unsigned)b->exponent : 0;
    unsigned down = b->exponent < 0 ? (unsigned)-b->exponent : 0;
    int top = 63 - __builtin_clzll(b->significand) + b->exponent;
    int point = floor_log10_pow2(top) + 1;
    /* All in units of a quarter of the last bit, so that both margins are whole. */
    kith_big_set(&left, b->significand << 2);
    kith_big_set(&unit, 4);
    kith_big_set(&below, b->near_below ? 1 : 2);
    kith_big_set(&above, 2);
    kith_big_shift_left(&left, up);
    kith_big_shift_left(&below, up);
    kith_big_shift_left(&above, up);
    kith_big_shift_left(&unit, down);
    if (point >= 0) {
        kith_big_mul_pow10(&unit, (unsigned)point);
    } else {
        kith_big_mul_pow10(&left, (unsigned)-point);
        kith_big_mul_pow10(&below, (unsigned)-point);
        kith_big_mul_pow10(&above, (unsigned)-point);
    }
    if (kith_big_cmp_sum(&left, &above, &unit) > -(int)even) {
        kith_big_mul_add(&unit, 10, 0);
        point++;
    }
    d->point = point;
    generate(d, &left, &unit, &below, &above, even);
}

static size_t put(char *out, size_t at, const char *text, int count) {
    memcpy(out + at, text, (size_t)count);
    return at + (size_t)count;
}

static size_t put_zeros(char *out, size_t at, int count) {
    memset(out + at, '0', (size_t)count);
    return at + (size_t)count;
}

static size_t put_exponent(char *out, size_t at, int exponent) {
    unsigned size = (unsigned)(exponent < 0 ? -exponent : exponent);
    out[at++] = 'e';
    out[at++] = exponent < 0 ? '-' : '+';
    if (size >= 100)
        out[at++] = (char)('0' + size / 100);
    if (size >= 10)
        out[at++] = (char)('0' + size / 10 % 10);
    out[at++] = (char)('0' + size % 10);
    return at;
}

/* ECMA-262, Number::toString, steps 6 to 12; its n is our point, its k our count. */
static size_t layout(char *out, size_t at, const struct decimal *d) {
    if (d->count <= d->point && d->point <= 21) {
        at = put(out, at, d->digit, d->count);
        return put_zeros(out, at, d->point - d->count);
    }
    if (0 < d->point && d->point <= 21) {
        at = put(out, at, d->digit, d->point);
        out[at++] = '.';
        return put(out, at, d->digit + d->point, d->count - d->point);
    }
    if (-6 < d->point && d->point <= 0) {
        at = put(out, at, "0.", 2);
        at = put_zeros(out, at, -d->point);
        return put(out, at, d->digit, d->count);
    }
    at = put(out, at, d->digit, 1);
    if (d->count > 1) {
        out[at++] = '.';
        at = put(out, at, d->digit + 1, d->count - 1);
    }
    return put_exponent(out, at, d->point - 1);
}

size_t kith_number_write(char out[KITH_NUMBER_MAX_LEN], double v) {
    struct decimal d = {.count = 0, .point = 0};
    struct binary b;
    uint64_t bits;
    size_t at = 0;
    memcpy(&bits, &v, sizeof bits);
    KITH_ASSERT(v - v == 0);
    if (v == 0)
        return put(out, 0, "0", 1);
    if (v < 0)
        out[at++] = '-';
    b = split(bits);
    if (b.exponent >= -59 && b.exponent < 0 && (b.significand >> 52) && !b.near_below)
        shortest_small(&d, &b);
    else
        shortest_any(&d, &b);
    while (d.digit[d.count - 1] == '0')
        d.count--;
    return layout(out, at, &d);
}
