/* SPDX-License-Identifier: MIT */
/* json.h: JSON exactly as V8's JSON.parse reads and JSON.stringify prints it.
 *
 * A document is a flat array of nodes in depth-first order. Text in a node is always *canonical*:
 * what JSON.stringify would print for that string or number (strings without the quotes, escapes in
 * place). Two strings are therefore equal exactly if their canonical texts are, and printing is
 * copying. Text is borrowed from the input where the input was canonical already, and otherwise
 * lives in the document: both input and document must outlive the nodes' texts.
 *
 * What V8 does and others do not (SSB protocol: message ids hash this very text):
 *  - keys that are canonical array indices (0 .. 4294967294) come first in their object, ascending;
 *  - of equal keys the last value stays, at the place of the first;
 *  - numbers are doubles, printed by ECMAScript's Number::toString; -0 prints 0, 1e400 prints null;
 *  - \b \t \n \f \r \" \\ are short escapes, other controls and lone surrogates are \u00xx in lower
 *    case; everything else is printed raw;
 *  - malformed UTF-8 is refused (V8 never sees it: the bytes are decoded before).
 */
#ifndef KITH_BASE_JSON_H
#define KITH_BASE_JSON_H

#include "base/bytes.h"

enum kith_json_type {
    KITH_JSON_NULL = 1,
    KITH_JSON_FALSE,
    KITH_JSON_TRUE,
    KITH_JSON_NUMBER,
    KITH_JSON_STRING,
    KITH_JSON_ARRAY,
    KITH_JSON_OBJECT,
};

#define KITH_JSON_MAX_DEPTH 128       /* V8 has none, but no message of 8192 units nests deeper */
#define KITH_JSON_NONE UINT32_MAX     /* no such node */

struct kith_json_node {
    struct kith_bytes key;  /* member of an object: its canonical name; otherwise empty */
    struct kith_bytes text; /* number or string: canonical text, strings without quotes */
    uint32_t next;          /* next sibling, KITH_JSON_NONE at the end */
    uint32_t child;         /* array or object: first child, KITH_JSON_NONE if empty */
    uint32_t count;         /* array or object: number of children; number: 1 if negative, but not
                             * printed so (-0, -1e400) */
    enum kith_json_type type;
};

/* Reach nodes through child and next only: members that JavaScript moves are relinked, and a value
 * that a later one of the same name replaced stays in the array, unreachable.
 *
 * Zero-initialise before the first parse; parse reuses its memory; wipe frees it. Node 0 is the
 * root. */
struct kith_json {
    struct kith_json_node *nodes;
    size_t count, cap;
    uint8_t *text; /* canonical texts that the input did not have */
    size_t text_len, text_cap;
    bool was_canonical; /* the input is, byte for byte, what kith_json_put_compact would print */
};

/* Reads one JSON value with optional white space around it.
 * KITH_ERR_SYNTAX: JSON.parse would throw, or the bytes are no UTF-8. KITH_ERR_SIZE: deeper than
 * KITH_JSON_MAX_DEPTH or more than max_nodes values. On error the document is empty. */
KITH_MUST int kith_json_parse(struct kith_json *doc, struct kith_bytes in, size_t max_nodes);
void kith_json_wipe(struct kith_json *doc);

/* JSON.stringify(value) and JSON.stringify(value, null, 2) of the node, appended to out. */
void kith_json_put_compact(struct kith_buf *out, const struct kith_json *doc, uint32_t node);
void kith_json_put_pretty(struct kith_buf *out, const struct kith_json *doc, uint32_t node);

/* The member's node, or KITH_JSON_NONE if the node is no object or has none of that name. The name
 * is canonical text (plain ASCII names are). Accepts KITH_JSON_NONE as node, so look-ups chain. */
uint32_t kith_json_get(const struct kith_json *doc, uint32_t node, const char *name);

/* Views of a value, the empty view or false if the node is KITH_JSON_NONE or of another type. */
bool kith_json_is(const struct kith_json *doc, uint32_t node, enum kith_json_type type);
struct kith_bytes kith_json_str(const struct kith_json *doc, uint32_t node); /* canonical text */
bool kith_json_true(const struct kith_json *doc, uint32_t node);             /* is true */

/* *out gets the number, infinity for one like 1e400; KITH_ERR_INVALID if it is none. _int additionally demands an integer of at
 * most 2^53-1 in size. */
KITH_MUST int kith_json_double(const struct kith_json *doc, uint32_t node, double *out);
KITH_MUST int kith_json_int(const struct kith_json *doc, uint32_t node, int64_t *out);

/* First child and next sibling; KITH_JSON_NONE at the end:
 *   for (uint32_t n = kith_json_first(doc, list); n != KITH_JSON_NONE; n = doc->nodes[n].next) */
uint32_t kith_json_first(const struct kith_json *doc, uint32_t node);

/* Canonical string text to plain UTF-8 (a lone surrogate becomes U+FFFD), appended to out. */
void kith_json_unescape(struct kith_buf *out, struct kith_bytes canonical);

/* UTF-8 text to a quoted canonical JSON string, appended to out. Malformed bytes become U+FFFD, as
 * a TextDecoder makes them. */
void kith_json_put_string(struct kith_buf *out, struct kith_bytes utf8);

/* A number as JSON.stringify prints it (NaN and infinities: null). */
void kith_json_put_number(struct kith_buf *out, double v);

#endif
