/* SPDX-License-Identifier: MIT */
#include "social/fold.h"

#include "base/text.h"
#include "check.h"

/* The pieces as text: '|' between them, '+' where nothing is between, '#' before tags. */
static const char *pieces(const char *text, bool tags) {
    static char out[1024];
    struct kith_fold f = {.text = kith_bytes_str(text), .tags = tags};
    struct kith_piece p;
    size_t len = 0;
    while (kith_fold_next(&f, &p) && len < sizeof out - 64)
        len += (size_t)snprintf(out + len, sizeof out - len, "%s%s%.*s", len ? (p.is_glued ? "+" : "|") : p.is_glued ? "+" : "",
                                p.is_tag ? "#" : "", p.len, (const char *)p.text);
    out[len] = 0;
    return out;
}

static void test_pieces(void) {
    static const struct {
        const char *text, *pieces;
    } rows[] = {
        {"", ""},
        {" ,.!", ""},
        {"Hello, World", "hello|world"},
        {"don't e-mail", "don|t|e|mail"},
        {"Straße STRASSE", "strasse|strasse"},
        {"Crème brûlée", "creme|brulee"},
        {"Cre\u0300me", "creme"},
        {"Øresund Łódź Æsir Œuvre đ", "oresund|lodz|aesir|oeuvre|d"},
        {"İstanbul ISPARTA ısparta", "istanbul|isparta|isparta"},
        {"ЁЛКА ёлка Елка", "елка|елка|елка"},
        {"Ὀδυσσεύς ΟΔΥΣΣΕΥΣ", "οδυσσευσ|οδυσσευσ"},
        {"שָׁלוֹם שלום", "שלום|שלום"},
        {"كِتَابٌ كتاب", "كتاب|كتاب"},
        {"إسلام أسلام", "اسلام|اسلام"},
        {"सङ्गीत संगीत", "सङ्गीत|संगीत"}, /* marks that are sounds stay */
        {"ﬁn Ａｂｃ ２０２４ ٢٠٢٤ ④ 𝓗𝓲", "fin|abc|2024|2024|4|hi"},
        {"日本語", "日+本+語"},
        {"日本、語 go言語", "日+本|語|go+言+語"},
        {"カタカナ", "か+た+か+な"},
        {"が か\u3099 ｶﾞ", "か\u3099|か\u3099|か\u3099"},
        {"한국어", "한+국+어"},
        {"สวัสดี", "ส+วั+ส+ดี"},
        {"a\u00adb c\u200dd", "ab|cd"}, /* soft hyphen, joiner */
        {"🌱🌷 x", "🌱+🌷|x"},
        {"see %ckOlOgmZ9/KhGJj0WOh//GpKFE53e+PgVhFR91tO2Ao=.sha256 there", "see|there"},
        {"@ckOlOgmZ9_KhGJj0WOh__GpKFE53e-PgVhFR91tO2Ao=.ed25519x", "x"},
        {"%ckOlOgmZ9", "ckologmz9"},
        {"\xff\xfe a", "a"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *got = pieces(rows[i].text, false);
        CHECK_ROW(strcmp(got, rows[i].pieces) == 0, got);
    }
}

static void test_tags(void) {
    static const struct {
        const char *text, *pieces;
    } rows[] = {
        {"#Garden", "#garden|garden"},
        {"a #new-People_x, b", "a|#newpeoplex|new|people|x|b"},
        {"(#a) ##b c#d https://x/#e #", "#a|a|b|c|d|https|x|e"},
        {"#日本 #1", "#日本|日+本|#1|1"},
        {"#é-#f", "#e|e|#f|f"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *got = pieces(rows[i].text, true);
        CHECK_ROW(strcmp(got, rows[i].pieces) == 0, got);
    }
}

/* A word is cut where it is full, at a character, however it goes on. */
static void test_long_words(void) {
    char text[400];
    struct kith_fold f;
    struct kith_piece one, other;
    for (size_t width = 1; width <= 4; width++) {
        static const char *const letters[] = {"a", "б", "ह", "\xf0\x90\x8c\xb0"};
        size_t len = 0;
        while (len < 200) {
            memcpy(text + len, letters[width - 1], width);
            len += width;
        }
        text[len] = 0;
        f = (struct kith_fold){.text = kith_bytes(text, len)};
        CHECK(kith_fold_next(&f, &one) && one.len <= KITH_FOLD_MAX && one.len > KITH_FOLD_MAX - 5);
        CHECK(kith_text_is_utf8(kith_bytes(one.text, one.len)));
        CHECK(!kith_fold_next(&f, &other));
        memcpy(text + len, "xyz", 4);
        f = (struct kith_fold){.text = kith_bytes(text, len + 3)};
        CHECK(kith_fold_next(&f, &other) && other.len == one.len && memcmp(other.text, one.text, one.len) == 0);
    }
}

/* Folding twice changes nothing, and nothing that folding gives is a gap. */
static void test_every_character(void) {
    size_t changed = 0, wrong = 0;
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        uint32_t once[KITH_FOLD_EXPANDS], twice[KITH_FOLD_EXPANDS];
        size_t n = kith_fold_one(c, once);
        changed += n != 1 || once[0] != c;
        for (size_t i = 0; i < n; i++) {
            if (kith_fold_one(once[i], twice) != 1 || twice[0] != once[i])
                wrong++;
            if (kith_fold_class(c) != KITH_FOLD_OTHER && kith_fold_class(once[i]) == KITH_FOLD_OTHER)
                wrong++;
        }
    }
    CHECK(wrong == 0);
    CHECK(changed > 5000);
    CHECK(strcmp(kith_fold_unicode, "15.0.0") == 0);
}

int main(void) {
    test_pieces();
    test_tags();
    test_long_words();
    test_every_character();
    return check_done();
}
