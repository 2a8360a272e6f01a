/* SPDX-License-Identifier: MIT */
/* number_read.c: decimal text to the nearest double, ties to even, by exact arithmetic. */
#include <float.h>

#include "base/number.h"
#include "base/number_big.h"

/* A tie between two doubles has at most 768 significant digits; of what follows the first 800 it
 * only matters whether it is zero. That also bounds the work for a hostile text. */
#define MAX_DIGITS 800

/* No double needs more, and no input is long enough to bring a larger exponent back. */
#define MAX_EXPONENT 1000000000000000

/* digits x 10^exponent, plus something smaller than the last digit if rest. */
struct decimal {
    struct kith_big digits;
    unsigned count;        /* digits taken, leading zeros not counted */
    uint64_t start;        /* their value, while there are at most 15 */
    uint32_t chunk, scale; /* up to nine digits on their way into `digits` */
    int64_t exponent;
    bool rest;
};

static void flush(struct decimal *d) {
    if (d->digits.len)
        kith_big_mul_add(&d->digits, d->scale, d->chunk);
    else
        kith_big_set(&d->digits, d->chunk);
    d->chunk = 0;
    d->scale = 1;
}

static void take_digit(struct decimal *d, uint32_t digit) {
    if (d->count == 0 && digit == 0)
        return;
    if (d->count == MAX_DIGITS) {
        d->rest |= digit != 0;
        d->exponent++;
        return;
    }
    if (++d->count <= 15)
        d->start = d->start * 10 + digit;
    d->chunk = d->chunk * 10 + digit;
    d->scale *= 10;
    if (d->scale == 1000000000)
        flush(d);
}

static bool is_digit(const uint8_t *p, const uint8_t *end) {
    return p < end && *p >= '0' && *p <= '9';
}

/* Returns the end of the digits, NULL if there are none. */
static const uint8_t *take_digits(struct decimal *d, const uint8_t *p, const uint8_t *end,
                                  bool fraction) {
    if (!is_digit(p, end))
        return NULL;
    for (; is_digit(p, end); p++) {
        d->exponent -= fraction;
        take_digit(d, (uint32_t)(*p - '0'));
    }
    return p;
}

static const uint8_t *take_exponent(struct decimal *d, const uint8_t *p, const uint8_t *end) {
    int64_t v = 0;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (!is_digit(p, end))
        return NULL;
    for (; is_digit(p, end); p++)
        if (v < MAX_EXPONENT)
            v = v * 10 + (*p - '0');
    d->exponent += negative ? -v : v;
    return p;
}

/* JSON's number grammar behind the sign (RFC 8259, section 6); NULL if the text does not match. */
static const uint8_t *take_number(struct decimal *d, const uint8_t *p, const uint8_t *end) {
    if (p < end && *p == '0')
        p++;
    else
        p = take_digits(d, p, end, false);
    if (p && p < end && *p == '.')
        p = take_digits(d, p + 1, end, true);
    if (p && p < end && (*p == 'e' || *p == 'E'))
        p = take_exponent(d, p + 1, end);
    return p;
}

static double from_bits(uint64_t bits) {
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* The double nearest to big x 2^-shift, which is not zero; rest as in struct decimal. */
static double round_binary(const struct kith_big *big, int shift, bool rest) {
    int bits = (int)kith_big_bits(big), top = bits - 1 - shift;
    int precision = top >= -1022 ? 53 : 53 - (-1022 - top), drop = bits - precision;
    uint64_t m;
    bool lower;
    if (top > 1023)
        return __builtin_inf();
    if (precision < 0)
        return 0;
    if (drop <= 0) {
        m = kith_big_window(big, 0, &lower) << -drop;
    } else {
        uint64_t half = kith_big_window(big, (unsigned)drop - 1, &lower);
        m = half >> 1;
        if ((half & 1) && (lower || rest || (m & 1)))
            m++;
    }
    /* The hidden bit of m adds one to the exponent, and so does the carry of rounding up; a
     * subnormal has neither, or becomes the smallest normal number by that. */
    return from_bits(m + (top >= -1022 ? (uint64_t)(top + 1022) << 52 : 0));
}

static double to_double(struct decimal *d) {
    static const double pow10[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    int64_t exponent = d->exponent;
    int shift = 0;
    _Static_assert(FLT_EVAL_METHOD == 0, "doubles are not computed as doubles");
    if (d->count == 0 || exponent + d->count < -323) /* less than 10^-324 */
        return 0;
    if (exponent + d->count > 309)
        return __builtin_inf();
    /* Both factors are exact, so the one operation rounds once (Clinger 1990). */
    if (d->count <= 15 && exponent >= -22 && exponent <= 22)
        return exponent < 0 ? (double)d->start / pow10[-exponent]
                            : (double)d->start * pow10[exponent];
    flush(d);
    if (exponent >= 0) {
        kith_big_mul_pow10(&d->digits, (unsigned)exponent);
        return round_binary(&d->digits, 0, d->rest);
    }
    /* Divide with at least 64 bits in the quotient; 10^n has at most 3.322 n + 1 bits. */
    shift = (int)(-exponent * 3322 / 1000) + 66 - (int)kith_big_bits(&d->digits);
    if (shift < 0)
        shift = 0;
    kith_big_shift_left(&d->digits, (unsigned)shift);
    for (; exponent <= -9; exponent += 9)
        d->rest |= kith_big_div(&d->digits, 1000000000) != 0;
    for (; exponent < 0; exponent++)
        d->rest |= kith_big_div(&d->digits, 10) != 0;
    return round_binary(&d->digits, shift, d->rest);
}

int kith_number_parse(struct kith_bytes text, double *out) {
    const uint8_t *p = text.p, *end;
    struct decimal d;
    bool negative;
    double v;
    *out = 0;
    if (text.len == 0)
        return KITH_ERR_SYNTAX;
    end = p + text.len;
    negative = *p == '-';
    d.digits.len = 0;
    d.count = d.chunk = 0;
    d.start = 0;
    d.scale = 1;
    d.exponent = 0;
    d.rest = false;
    p = take_number(&d, p + negative, end);
    if (p != end)
        return KITH_ERR_SYNTAX;
    v = to_double(&d);
    *out = negative ? -v : v;
    return KITH_OK;
}
