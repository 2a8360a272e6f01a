/* SPDX-License-Identifier: MIT */
/* fold.h: text as search compares it, and where its words are.
 *
 * Folding is what Unicode's collation algorithm calls the first level (UTS #10, section 11, "Searching"):
 * letters are alike that differ in case, accents or width. A character is replaced, until nothing changes, by
 *  - its full case folding (CaseFolding.txt, C and F: ß is ss);
 *  - its decomposition, canonical or compatible (UAX #15, NFKD; ideographs and Hangul stay as they are);
 *  - ASCII letters, where the standard's own weights say that a Latin letter is those (ø is o, æ is ae),
 *    and for the dotless i; decimal digits of all scripts by ASCII ones; katakana by hiragana.
 * Marks go in Latin, Greek and Cyrillic, where they are accents, and in Hebrew, Arabic and Syriac, where
 * writers leave them out at will; they stay in all other scripts, where they are vowels or change the
 * sound. What is invisible (Default_Ignorable_Code_Point) and the Arabic tatweel go.
 *
 * A word is a run of letters, digits and their marks. Scripts that put no blanks between words (Chinese,
 * Japanese, Thai, …; also Hangul, whose words carry endings), and pictures have no words here: each of their
 * characters with its marks is a piece of its own. An id (@, % or & with its base64) is no text. */
#ifndef KITH_SOCIAL_FOLD_H
#define KITH_SOCIAL_FOLD_H

#include "base/bytes.h"

#define KITH_FOLD_MAX 48 /* bytes of a piece; longer words are cut at a character */

extern const char kith_fold_unicode[]; /* version of the tables, e.g. "15.0.0" */

enum kith_fold_class {
    KITH_FOLD_OTHER,
    KITH_FOLD_WORD,
    KITH_FOLD_UNIT,
    KITH_FOLD_MARK,
    KITH_FOLD_DROP,
};
enum kith_fold_class kith_fold_class(uint32_t code_point);

/* Folds one character; returns how many code points it is then: 0 to KITH_FOLD_EXPANDS. */
#define KITH_FOLD_EXPANDS 18
size_t kith_fold_one(uint32_t code_point, uint32_t out[KITH_FOLD_EXPANDS]);

struct kith_piece {
    uint8_t text[KITH_FOLD_MAX]; /* folded UTF-8 */
    uint8_t len;
    bool is_unit; /* one character of a script without blanks, or a picture */
    bool is_tag;  /* a hashtag: without '#', '-' and '_'; its words come as pieces too */
    bool is_glued; /* nothing between it and the piece before (tags do not count) */
};

/* A walk through a text, borrowed. Start with {.text = text}. tags: also gives hashtags, each before the
 * words in it. */
struct kith_fold {
    struct kith_bytes text;
    bool tags;
    size_t pos, tagged; /* where the walk is; up to where tags were told */
    bool touches; /* a piece came, and nothing since */
    uint32_t rest[KITH_FOLD_EXPANDS]; /* of a character that became several */
    size_t rest_at, rest_count;
};

/* The next piece; false at the end. */
bool kith_fold_next(struct kith_fold *f, struct kith_piece *out);

/* All of the text's letters and digits as one piece: how hashtags are compared. False if there are none. */
bool kith_fold_tag(struct kith_bytes text, struct kith_piece *out);

#endif
