/* SPDX-License-Identifier: MIT */
/* search_state.h: what the index of search.h is made of. For search*.c only. */
#ifndef KITH_SOCIAL_SEARCH_STATE_H
#define KITH_SOCIAL_SEARCH_STATE_H

#include "social/search.h"
#include "social/search_terms.h"
#include "social/state.h"

/* Terms of different kinds are kept apart by their first byte: a tag begins with '#', a word of a name with
 * '@', neither of which folding lets through. A character of a script without blanks is followed by a NUL
 * and by the next one, if that follows at once: so it is found alone, as a prefix, and in a pair. */
#define KITH_SEARCH_NAME '@'
#define KITH_SEARCH_TAG '#'

struct kith_search {
    struct kith_terms terms;
    struct kith_vec docs;   /* uint32_t: record of each document */
    struct kith_vec latest; /* uint32_t by record: its document + 1; 0: none */
    struct kith_vec again;  /* uint32_t: records that became readable after they were passed */
    uint32_t next_rec;      /* the first record that was not looked at */
    size_t messages;        /* that can be found */
    struct kith_buf text;   /* of the message that is looked at */
    struct kith_vec pieces; /* struct kith_piece: of the same */
    struct kith_vec found, bits; /* uint64_t: documents that are left, those of one clause */
};

/* Puts the searchable text of a record into x->text, hashtags in it with their '#'. False: it has none, or
 * was retracted. KITH_ERR_IO and such are *err. */
bool kith_search_read(struct kith_social *s, uint32_t rec, int *err);

/* The name that an about message gives to somebody, into x->text. */
bool kith_search_read_name(struct kith_social *s, uint32_t rec, struct kith_pubkey *who, int *err);

/* The term of a piece; next is the piece behind it or NULL. The text is in out. */
struct kith_bytes kith_search_term(uint8_t out[KITH_TERM_MAX], uint8_t kind, const struct kith_piece *piece,
                                   const struct kith_piece *next);

#endif
