/* SPDX-License-Identifier: MIT */
#include "crypto/words.h"

#include "base/text.h"

#define BITS 11          /* of a word's place in the list */
#define LONGEST_TYPO 32  /* a longer "word" is like none of ours */

struct kith_bytes kith_words_at(unsigned index) {
    const char *word = kith_words_english[index];
    size_t len = 0;
    while (len < KITH_WORDS_WORD_MAX && word[len])
        len++;
    return kith_bytes(word, len);
}

/* ---- making: 256 bits and the first 8 of their SHA-256, cut into 24 times 11 (BIP39) ---- */

static void with_checksum(uint8_t out[33], const struct kith_seed *seed) {
    struct kith_hash hash;
    kith_sha256(&hash, kith_bytes(seed->b, sizeof seed->b));
    memcpy(out, seed->b, sizeof seed->b);
    out[32] = hash.b[0];
    kith_wipe(&hash, sizeof hash);
}

static unsigned bits_at(const uint8_t *bytes, unsigned first) {
    unsigned value = 0;
    for (unsigned i = first; i < first + BITS; i++)
        value = value << 1 | (bytes[i / 8] >> (7 - i % 8) & 1);
    return value;
}

void kith_words_put(struct kith_buf *out, const struct kith_seed *seed) {
    uint8_t bytes[33];
    with_checksum(bytes, seed);
    kith_buf_reserve(out, KITH_WORDS_COUNT * (KITH_WORDS_WORD_MAX + 1));
    for (unsigned i = 0; i < KITH_WORDS_COUNT; i++) {
        if (i)
            kith_buf_put_u8(out, ' ');
        kith_buf_put_bytes(out, kith_words_at(bits_at(bytes, i * BITS)));
    }
    kith_wipe(bytes, sizeof bytes);
}

/* ---- reading ---- */

/* What may stand between words: blanks of any script, and what people number a list with. */
static bool is_between(uint32_t c) {
    return c <= ' ' || (c >= '0' && c <= '9') || (c < 128 && strchr(".,;:()|-_", (int)c)) || c == 0xa0 ||
           (c >= 0x2000 && c <= 0x200b) || c == 0x3000 || c == 0xfeff;
}

/* The next word of text from *pos on; empty at the end. */
static struct kith_bytes next_word(struct kith_bytes text, size_t *pos) {
    size_t start = *pos, end = *pos;
    while (*pos < text.len) {
        size_t at = *pos;
        bool between = is_between(kith_text_next(text, pos));
        if (between && end > start)
            break;
        if (between)
            start = end = *pos;
        else if (end == start)
            start = at;
        if (!between)
            end = *pos;
    }
    return kith_bytes(text.p + start, end - start);
}

static uint8_t lower(uint8_t c) {
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 'a' - 'A') : c;
}

static int compare(struct kith_bytes word, struct kith_bytes listed) {
    for (size_t i = 0; i < word.len && i < listed.len; i++) {
        if (lower(word.p[i]) != listed.p[i])
            return lower(word.p[i]) < listed.p[i] ? -1 : 1;
    }
    return word.len < listed.len ? -1 : word.len > listed.len;
}

/* Place in the list, which is sorted; KITH_WORDS_LIST_LEN: not there. */
static unsigned find(struct kith_bytes word) {
    unsigned low = 0, high = KITH_WORDS_LIST_LEN;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        int order = compare(word, kith_words_at(middle));
        if (!order)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return KITH_WORDS_LIST_LEN;
}

/* Letters to add, drop, change or swap with their neighbour, two for each, and one more if the beginning
 * differs: the first letters are what people get right. */
static unsigned distance(struct kith_bytes a, struct kith_bytes b) {
    unsigned rows[3][KITH_WORDS_WORD_MAX + 1];
    for (unsigned j = 0; j <= b.len; j++)
        rows[0][j] = 2 * j;
    for (size_t i = 1; i <= a.len; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
        row[0] = 2 * (unsigned)i;
        for (size_t j = 1; j <= b.len; j++) {
            unsigned best = above[j - 1] + (lower(a.p[i - 1]) == b.p[j - 1] ? 0 : 2);
            best = best < above[j] + 2 ? best : above[j] + 2;
            best = best < row[j - 1] + 2 ? best : row[j - 1] + 2;
            if (i > 1 && j > 1 && lower(a.p[i - 1]) == b.p[j - 2] && lower(a.p[i - 2]) == b.p[j - 1] && second[j - 2] + 2 < best)
                best = second[j - 2] + 2;
            row[j] = best;
        }
    }
    return rows[a.len % 3][b.len] + (lower(a.p[0]) == b.p[0] ? 0 : 1);
}

/* The first four letters tell all words apart: whoever has these right meant that word. */
static struct kith_bytes nearest(struct kith_bytes word) {
    unsigned least = 8, place = KITH_WORDS_LIST_LEN;
    if (word.len > LONGEST_TYPO)
        return KITH_LIT("");
    for (unsigned i = 0; i < KITH_WORDS_LIST_LEN; i++) {
        struct kith_bytes listed = kith_words_at(i);
        unsigned d = distance(word, listed);
        if (word.len >= 4 && listed.len >= 4 && !compare(kith_bytes(word.p, 4), kith_bytes(listed.p, 4)))
            d = d < 3 ? d : 3;
        if (d < least) {
            least = d;
            place = i;
        }
    }
    return place == KITH_WORDS_LIST_LEN ? KITH_LIT("") : kith_words_at(place);
}

static unsigned count_words(struct kith_bytes text) {
    unsigned count = 0;
    size_t pos = 0;
    while (count <= KITH_WORDS_COUNT_MAX && next_word(text, &pos).len)
        count++;
    return count;
}

static int fail(struct kith_words_fault *fault, struct kith_words_fault said) {
    if (fault)
        *fault = said;
    return KITH_ERR_SYNTAX;
}

/* The first 24 words as bits; a wrong word is named before a wrong number of words is. */
static int read_bits(struct kith_bytes text, uint8_t bytes[33], struct kith_words_fault *fault) {
    unsigned count = count_words(text);
    size_t pos = 0;
    memset(bytes, 0, 33);
    for (unsigned i = 0; i < KITH_WORDS_COUNT && i < count; i++) {
        struct kith_bytes word = next_word(text, &pos);
        unsigned place = find(word);
        if (place == KITH_WORDS_LIST_LEN)
            return fail(fault, (struct kith_words_fault){KITH_WORDS_UNKNOWN, i + 1, word, nearest(word)});
        for (unsigned bit = 0; bit < BITS; bit++) {
            unsigned at = i * BITS + bit;
            bytes[at / 8] = (uint8_t)(bytes[at / 8] | (place >> (BITS - 1 - bit) & 1) << (7 - at % 8));
        }
    }
    if (count < KITH_WORDS_COUNT)
        return fail(fault, (struct kith_words_fault){.kind = KITH_WORDS_TOO_FEW, .count = count});
    if (count > KITH_WORDS_COUNT_MAX)
        return fail(fault, (struct kith_words_fault){.kind = KITH_WORDS_TOO_MANY, .count = count});
    return KITH_OK;
}

int kith_words_parse(struct kith_bytes text, struct kith_seed *out, struct kith_words_fault *fault) {
    uint8_t bytes[33], expected[33];
    int err = read_bits(text, bytes, fault);
    memcpy(out->b, bytes, sizeof out->b);
    with_checksum(expected, out);
    if (!err && expected[32] != bytes[32])
        err = fail(fault, (struct kith_words_fault){.kind = KITH_WORDS_CHECKSUM});
    if (err)
        kith_wipe(out, sizeof *out);
    kith_wipe(bytes, sizeof bytes);
    kith_wipe(expected, sizeof expected);
    return err;
}

/* Whole letters of it. */
static void put_beginning(struct kith_buf *out, struct kith_bytes word) {
    size_t len = 0;
    for (size_t pos = 0; pos < word.len && pos <= LONGEST_TYPO; (void)kith_text_next(word, &pos))
        len = pos;
    kith_buf_put(out, word.p, word.len <= LONGEST_TYPO ? word.len : len);
}

void kith_words_fault_put(struct kith_buf *out, const struct kith_words_fault *fault) {
    switch (fault->kind) {
    case KITH_WORDS_TOO_FEW:
    case KITH_WORDS_TOO_MANY:
        kith_buf_put_str(out, "recovery words are 24, these are ");
        if (fault->kind == KITH_WORDS_TOO_MANY)
            kith_buf_put_str(out, "more than 48");
        else
            kith_buf_put_dec(out, fault->count);
        break;
    case KITH_WORDS_UNKNOWN:
        kith_buf_put_str(out, "word ");
        kith_buf_put_dec(out, fault->count);
        kith_buf_put_str(out, " is no recovery word: “");
        put_beginning(out, fault->word);
        kith_buf_put_str(out, "”");
        if (fault->nearest.len) {
            kith_buf_put_str(out, "; did you mean “");
            kith_buf_put_bytes(out, fault->nearest);
            kith_buf_put_str(out, "”?");
        }
        break;
    case KITH_WORDS_CHECKSUM:
        kith_buf_put_str(out, "all of these are recovery words, but they do not fit together: one of them is "
                              "another word, or two have changed places");
        break;
    }
}
