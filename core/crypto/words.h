/* SPDX-License-Identifier: MIT */
/* words.h: an identity on paper: the 32 bytes that an ed25519 key pair is made from, as 24 words of the
 * English list of BIP39. The seed is BIP39's entropy and nothing is stretched, so these are the words
 * that Manyverse shows and takes (ssb-keys-mnemonic 1.0). Text in, text out: both are as secret as the
 * key, so wipe what was written here. */
#ifndef KITH_CRYPTO_WORDS_H
#define KITH_CRYPTO_WORDS_H

#include "crypto/crypto.h"

#define KITH_WORDS_COUNT 24
#define KITH_WORDS_COUNT_MAX 48 /* older tools wrote the public half behind: the first 24 say it all */
#define KITH_WORDS_LIST_LEN 2048
#define KITH_WORDS_WORD_MAX 8

/* The list, for passphrases too. A word of eight letters has no NUL: read at most KITH_WORDS_WORD_MAX. */
extern const char kith_words_english[KITH_WORDS_LIST_LEN][KITH_WORDS_WORD_MAX];
struct kith_bytes kith_words_at(unsigned index);

/* Appends 24 words with a blank between them, having reserved their room first, so that growing leaves no
 * copy behind. */
void kith_words_put(struct kith_buf *out, const struct kith_seed *seed);

/* What is wrong with words that somebody wrote. */
struct kith_words_fault {
    enum { KITH_WORDS_TOO_FEW = 1, KITH_WORDS_TOO_MANY, KITH_WORDS_UNKNOWN, KITH_WORDS_CHECKSUM } kind;
    unsigned count;           /* TOO_FEW, TOO_MANY: how many there are; UNKNOWN: which one, from 1 */
    struct kith_bytes word;   /* UNKNOWN: as it was written, borrowed from the text */
    struct kith_bytes nearest; /* UNKNOWN: the likeliest word that was meant; empty if none is near */
};

/* Any case, any blanks, numbers and commas between them. KITH_ERR_SYNTAX: *fault says why, and *out is
 * wiped. fault may be NULL. */
KITH_MUST int kith_words_parse(struct kith_bytes text, struct kith_seed *out, struct kith_words_fault *fault);

/* The fault as a sentence without a full stop, appended to out. */
void kith_words_fault_put(struct kith_buf *out, const struct kith_words_fault *fault);

#endif
