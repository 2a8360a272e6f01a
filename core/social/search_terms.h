/* SPDX-License-Identifier: MIT */
/* search_terms.h: which documents have which term: the inverted index behind search.h. Inside social/ only.
 *
 * Terms are byte strings, each kept once. Its documents are differences as varints in a chain of chunks
 * that grow with it; a term of one document, as most are, has no chunk. All is in flat arrays without
 * pointers. Terms are also kept in order, for prefixes: in runs, each sorted, of which two neighbours are
 * merged when they are about equally long and not very long, so that no step takes long while many are
 * added. */
#ifndef KITH_SOCIAL_SEARCH_TERMS_H
#define KITH_SOCIAL_SEARCH_TERMS_H

#include "crypto/crypto.h"
#include "store/vec.h"

#define KITH_TERM_NONE UINT32_MAX
#define KITH_TERM_MAX 255 /* bytes */

struct kith_terms {
    struct kith_sipkey key; /* of the hash: peers choose the terms */
    struct kith_vec terms, slots; /* struct term; uint32_t term + 1 */
    struct kith_vec text, chunks; /* uint8_t */
    struct kith_vec order, runs;  /* uint32_t: terms in runs; where each run ends */
};

void kith_terms_init(struct kith_terms *t, const uint64_t seed[2]);
void kith_terms_wipe(struct kith_terms *t);

/* Says that the document has the term. Documents come in ascending order; true if it is new to the term. */
bool kith_terms_add(struct kith_terms *t, struct kith_bytes text, uint32_t doc);

uint32_t kith_terms_find(const struct kith_terms *t, struct kith_bytes text); /* KITH_TERM_NONE: unknown */

/* Sets the bit of each document that has the term; or one of the terms that begin with the prefix, which
 * sees all terms up to the last settle. bits has room for every document. */
void kith_terms_mark(const struct kith_terms *t, uint32_t term, uint64_t *bits);
void kith_terms_mark_prefix(const struct kith_terms *t, struct kith_bytes prefix, uint64_t *bits);

/* Puts the terms that are new since the last call in order. */
void kith_terms_settle(struct kith_terms *t);

size_t kith_terms_memory(const struct kith_terms *t);

#endif
