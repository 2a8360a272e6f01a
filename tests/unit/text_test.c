/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include "check.h"

static bool is_utf8(const char *s) {
    return kith_text_is_utf8(kith_bytes_str(s));
}

static void well_formed(void) {
    static const char *const good[] = {"", "plain", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80",
                                       "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
                                       "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
                                       "twelve bytes of ASCII, then \xc3\xa9"};
    static const char *const bad[] = {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41",
                                      "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xe2\x82",
                                      "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
                                      "\xff", "\xf0\x9f\x98", "12345678\xe2\x82\x41"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CHECK_ROW(is_utf8(good[i]), good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_ROW(!is_utf8(bad[i]), bad[i]);
    CHECK(kith_text_is_utf8(kith_bytes(NULL, 0)));
}

/* Every code point there and back. */
static void code_points(void) {
    struct kith_buf out = {0};
    uint32_t lost = 0;
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        size_t pos = 0;
        bool surrogate = c >= 0xd800 && c < 0xe000;
        kith_buf_clear(&out);
        kith_text_put(&out, c);
        if (kith_text_next(kith_buf_bytes(&out), &pos) != (surrogate ? 0xfffd : c) ||
            pos != out.len || !kith_text_is_utf8(kith_buf_bytes(&out)) ||
            kith_text_utf16_len(kith_buf_bytes(&out)) != (c < 0x10000 ? 1 : 2))
            lost++;
    }
    CHECK(lost == 0);
    kith_buf_clear(&out);
    kith_text_put(&out, 0x110000);
    CHECK(kith_bytes_is(kith_buf_bytes(&out), "\xef\xbf\xbd"));
    kith_buf_wipe(&out);
}

/* Rows are what new TextDecoder().decode(bytes) gives, with '?' for U+FFFD. */
static void replacements(void) {
    static const struct {
        const char *in, *want;
    } rows[] = {
        {"a\x80z", "a?z"},
        {"\xe2\x82z", "?z"},
        {"\xe2\x82", "?"},
        {"\xf0\x9f\x98z", "?z"},
        {"\xf0\x9fz", "?z"},
        {"\xf0z", "?z"},
        {"\xc0\x80", "??"},
        {"\xe0\x80\x80", "???"},
        {"\xe0\xa0z", "?z"},
        {"\xed\xa0\x80", "???"},
        {"\xf4\x90\x80\x80", "????"},
        {"\xf0\x80\x80\x80", "????"},
        {"\xf5\x80", "??"},
        {"\xff\xfe", "??"},
        {"\xe2\xe2\x82\xac", "?\xe2\x82\xac"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct kith_bytes in = kith_bytes_str(rows[i].in);
        struct kith_buf out = {0};
        size_t pos = 0;
        while (pos < in.len) {
            uint32_t c = kith_text_next(in, &pos);
            kith_text_put(&out, c == 0xfffd ? '?' : c);
        }
        CHECK_ROW(kith_bytes_is(kith_buf_bytes(&out), rows[i].want), rows[i].want);
        kith_buf_wipe(&out);
    }
}

/* Buffer.from(text, 'latin1') of a text with units of every kind. */
static void utf16(void) {
    struct kith_bytes text = kith_bytes_str("eight ch\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80!");
    struct kith_buf out = {0};
    CHECK(kith_text_utf16_len(text) == 8 + 1 + 1 + 2 + 1);
    CHECK(kith_text_utf16_len(kith_bytes(NULL, 0)) == 0);
    kith_text_put_latin1(&out, text);
    CHECK(kith_bytes_eq(kith_buf_bytes(&out), kith_bytes("eight ch\xe9\xac\x3d\x00!", 13)));
    kith_buf_wipe(&out);
}

int main(void) {
    well_formed();
    code_points();
    replacements();
    utf16();
    return check_done();
}
