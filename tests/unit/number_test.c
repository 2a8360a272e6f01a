/* SPDX-License-Identifier: MIT */
#include "base/number.h"

#include "vector.h"

static double from_bits(uint64_t bits) {
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static uint64_t to_bits(double v) {
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static bool writes(double v, const char *want) {
    char text[KITH_NUMBER_MAX_LEN];
    return kith_bytes_is(kith_bytes(text, kith_number_write(text, v)), want);
}

static void vectors(void) {
    struct kith_json doc = vector_file("generated/json-numbers.json");
    VECTOR_EACH(&doc, row, kith_json_get(&doc, 0, "numbers")) {
        const char *bits = (const char *)vector_str(&doc, row, "bits").p;
        struct kith_bytes text = vector_str(&doc, row, "s");
        double v = from_bits(strtoull(bits, NULL, 16)), back = 1;
        if (kith_bytes_is(text, "null"))
            continue;
        CHECK_ROW(writes(v, (const char *)text.p), bits);
        CHECK_ROW(kith_number_parse(text, &back) == KITH_OK, bits);
        CHECK_ROW(v == 0 ? back == 0 : to_bits(back) == to_bits(v), bits);
    }
    VECTOR_EACH(&doc, row, kith_json_get(&doc, 0, "parse")) {
        struct kith_bytes in = vector_str(&doc, row, "in");
        struct kith_json value = {0};
        struct kith_buf out = {0};
        CHECK_ROW(kith_json_parse(&value, in, 1) == KITH_OK, (const char *)in.p);
        kith_json_put_compact(&out, &value, 0);
        CHECK_ROW(kith_bytes_eq(kith_buf_bytes(&out), vector_str(&doc, row, "out")), (const char *)in.p);
        kith_buf_wipe(&out);
        kith_json_wipe(&value);
    }
    VECTOR_EACH(&doc, row, kith_json_get(&doc, 0, "reject")) {
        struct kith_bytes in = vector_str(&doc, row, "in");
        double v;
        CHECK_ROW(kith_number_parse(in, &v) == KITH_ERR_SYNTAX, (const char *)in.p);
    }
    kith_json_wipe(&doc);
}

/* Every double near every power of two, where the margins change, and simple random ones: what is
 * printed must read back as the same bits. */
static void round_trips(void) {
    uint64_t state = 1;
    for (int i = 0; i < 60000; i++) {
        char text[KITH_NUMBER_MAX_LEN];
        uint64_t bits;
        double back;
        size_t len;
        if (i < 2046 * 5) {
            bits = ((uint64_t)(i / 5 + 1) << 52) + (uint64_t)(i % 5) - 2;
        } else {
            state = state * 6364136223846793005u + 1442695040888963407u;
            bits = state ^ state >> 29;
        }
        if ((bits >> 52 & 0x7ff) == 0x7ff || bits << 1 == 0)
            continue;
        len = kith_number_write(text, from_bits(bits));
        CHECK(kith_number_parse(kith_bytes(text, len), &back) == KITH_OK && to_bits(back) == bits);
    }
}

/* The exact value of a tie between two doubles, and the same with one more digit at its far end. */
static void ties(void) {
    static const struct {
        const char *text;
        uint64_t bits;
    } rows[] = {
        {"9007199254740993", 0x4340000000000000},
        {"9007199254740993.0", 0x4340000000000000},
        {"9007199254740993.00000000000000000000000000000000001", 0x4340000000000001},
        {"9007199254740992.99999999999999999999999999999999999", 0x4340000000000000},
        {"9007199254740995", 0x4340000000000002},
        {"9007199254740991.4999999", 0x433fffffffffffff},
        {"9007199254740991.5", 0x4340000000000000},
        {"2.4703282292062327e-324", 0},
        {"2.4703282292062328e-324", 1},
        {"2.2250738585072011e-308", 0x000fffffffffffff},
        {"2.2250738585072012e-308", 0x0010000000000000},
        {"1.7976931348623158e308", 0x7fefffffffffffff},
        {"1.7976931348623159e308", 0x7ff0000000000000},
        {"0e999999999999999999999", 0},
        {"0.0000000e-99999999999999999999", 0},
        {"1e-99999999999999999999", 0},
        {"1e99999999999999999999", 0x7ff0000000000000},
        {"-1e309", 0xfff0000000000000},
        {"-0", 0x8000000000000000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double v = 1;
        CHECK_ROW(kith_number_parse(kith_bytes_str(rows[i].text), &v) == KITH_OK, rows[i].text);
        CHECK_ROW(to_bits(v) == rows[i].bits, rows[i].text);
    }
}

/* 64 KB of digits: only the first 800 are computed with, the others decide a tie. */
static void long_texts(void) {
    enum { LEN = 65536 };
    char *text = malloc(LEN + 16);
    double v = 1;
    memcpy(text, "9007199254740993.", 17);
    memset(text + 17, '0', LEN - 17);
    CHECK(kith_number_parse(kith_bytes(text, LEN), &v) == KITH_OK && v == 9007199254740992.0);
    text[LEN - 1] = '1';
    CHECK(kith_number_parse(kith_bytes(text, LEN), &v) == KITH_OK && v == 9007199254740994.0);
    memset(text, '9', LEN);
    CHECK(kith_number_parse(kith_bytes(text, LEN), &v) == KITH_OK && v > 1.7976931348623157e308);
    memcpy(text + LEN, "e-65536", 7);
    CHECK(kith_number_parse(kith_bytes(text, LEN + 7), &v) == KITH_OK && v == 1);
    memset(text, '0', LEN);
    text[1] = '.';
    text[LEN - 1] = '7';
    CHECK(kith_number_parse(kith_bytes(text, LEN), &v) == KITH_OK && v == 0);
    memcpy(text + LEN, "e65534", 6);
    CHECK(kith_number_parse(kith_bytes(text, LEN + 6), &v) == KITH_OK && v == 7);
    free(text);
}

static void refusals(void) {
    static const char *const texts[] = {"",    "-",   "+1",  "01",   "-01",   "1.",   ".5",   "1e",
                                        "1e+", "1.e5", "1 ",  " 1",   "0x10",  "1,5",  "--1",  "1e5.5",
                                        "1.2.3", "NaN", "Infinity", "1e--5", "00", "-.5", "1f"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double v;
        CHECK_ROW(kith_number_parse(kith_bytes_str(texts[i]), &v) == KITH_ERR_SYNTAX, texts[i]);
    }
}

static void layouts(void) {
    CHECK(writes(0, "0"));
    CHECK(writes(-0.0, "0"));
    CHECK(writes(1553708494043.0059, "1553708494043.0059"));
    CHECK(writes(-0.000001, "-0.000001"));
    CHECK(writes(-1.7976931348623157e308, "-1.7976931348623157e+308"));
    CHECK(writes(-1.2345678901234567e-7, "-1.2345678901234566e-7"));
    CHECK(writes(5e-324, "5e-324"));
    CHECK(writes(9.5367431640625e-7, "9.5367431640625e-7"));
}

int main(void) {
    vectors();
    round_trips();
    ties();
    long_texts();
    refusals();
    layouts();
    return check_done();
}
