/* SPDX-License-Identifier: MIT */
/* search_query.h: what somebody typed into the search field, taken apart. */
#ifndef KITH_SOCIAL_SEARCH_QUERY_H
#define KITH_SOCIAL_SEARCH_QUERY_H

#include "social/fold.h"
#include "store/vec.h"

#define KITH_SEARCH_TEXT_MAX 1024  /* bytes of a query */
#define KITH_SEARCH_PIECES_MAX 64  /* words, or characters of Chinese and the like */
#define KITH_SEARCH_CLAUSES_MAX 16

/* Pieces that stand one after another in the text: one word, words in quotation marks, or words with no
 * blank between them ("e-mail", 日本語). Where the query has nothing between two, the text has nothing. */
struct kith_search_clause {
    uint8_t first, count; /* in pieces */
};

/* All clauses have to hold. */
struct kith_search_query {
    struct kith_piece pieces[KITH_SEARCH_PIECES_MAX];
    size_t piece_count;
    struct kith_search_clause clauses[KITH_SEARCH_CLAUSES_MAX];
    size_t clause_count;
    bool is_open; /* the last piece is the beginning of a word: it is still being typed */
};

/* Blanks part the words; "…" (and “…”, „…“, «…») keeps some together and closes the last of them; a word
 * that begins with '#' is a hashtag. A text without letters has no clauses and finds nothing.
 * KITH_ERR_SIZE: longer or more than the limits above. */
KITH_MUST int kith_search_parse(struct kith_search_query *q, struct kith_bytes text);

/* Whether the index can tell about this clause: not about the order of words, but about two neighbouring
 * characters of a script without blanks. */
bool kith_search_is_indexed(const struct kith_search_query *q, const struct kith_search_clause *c);

/* Whether all other clauses hold in the text. pieces is scratch: a vec of struct kith_piece. */
bool kith_search_has_phrases(const struct kith_search_query *q, struct kith_bytes text, struct kith_vec *pieces);

#endif
