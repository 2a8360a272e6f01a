/* SPDX-License-Identifier: MIT */
#include "social/search_query.h"

#include "base/text.h"

static bool is_blank(uint32_t c) {
    return c <= ' ' || c == 0xa0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200b);
}

static bool is_quote(uint32_t c) {
    return c == '"' || c == 0xab || c == 0xbb || (c >= 0x201c && c <= 0x201f);
}

/* Up to the first character that stops a word, or that closes a quotation. */
static struct kith_bytes take(struct kith_bytes text, size_t *pos, bool quoted, bool *is_closed) {
    size_t from = *pos;
    *is_closed = false;
    while (*pos < text.len) {
        size_t at = *pos;
        uint32_t c = kith_text_next(text, pos);
        if (is_quote(c)) {
            *is_closed = quoted;
            if (!quoted)
                *pos = at; /* it opens one */
            return kith_bytes(text.p + from, at - from);
        }
        if (!quoted && is_blank(c))
            return kith_bytes(text.p + from, at - from);
    }
    return kith_bytes(text.p + from, text.len - from);
}

static int add_piece(struct kith_search_query *q, const struct kith_piece *piece) {
    if (q->piece_count == KITH_SEARCH_PIECES_MAX)
        return KITH_ERR_SIZE;
    q->pieces[q->piece_count++] = *piece;
    return KITH_OK;
}

static int add_clause(struct kith_search_query *q, struct kith_bytes text, bool is_tag) {
    struct kith_search_clause *c = &q->clauses[q->clause_count];
    struct kith_fold f = {.text = text};
    struct kith_piece piece;
    size_t first = q->piece_count;
    int err = KITH_OK;
    if (is_tag && kith_fold_tag(text, &piece)) {
        piece.is_tag = true;
        err = add_piece(q, &piece);
    }
    while (!is_tag && !err && kith_fold_next(&f, &piece))
        err = add_piece(q, &piece);
    if (err || q->piece_count == first)
        return err;
    if (q->clause_count == KITH_SEARCH_CLAUSES_MAX)
        return KITH_ERR_SIZE;
    *c = (struct kith_search_clause){(uint8_t)first, (uint8_t)(q->piece_count - first)};
    q->pieces[first].is_glued = false;
    q->clause_count++;
    return KITH_OK;
}

int kith_search_parse(struct kith_search_query *q, struct kith_bytes text) {
    *q = (struct kith_search_query){.clause_count = 0};
    if (text.len > KITH_SEARCH_TEXT_MAX)
        return KITH_ERR_SIZE;
    for (size_t pos = 0; pos < text.len;) {
        size_t at = pos, clauses = q->clause_count;
        uint32_t c = kith_text_next(text, &pos);
        bool quoted = is_quote(c), is_closed;
        struct kith_bytes part;
        int err;
        if (is_blank(c))
            continue;
        if (!quoted && c != '#')
            pos = at;
        part = take(text, &pos, quoted, &is_closed);
        err = add_clause(q, part, c == '#');
        if (err)
            return err;
        if (q->clause_count > clauses)
            q->is_open = !is_closed;
    }
    return KITH_OK;
}

bool kith_search_is_indexed(const struct kith_search_query *q, const struct kith_search_clause *c) {
    const struct kith_piece *p = &q->pieces[c->first];
    return c->count == 1 || (c->count == 2 && p[0].is_unit && p[1].is_unit && p[1].is_glued);
}

static bool same_piece(const struct kith_piece *want, const struct kith_piece *has, bool is_open) {
    if (want->is_unit != has->is_unit || (want->is_glued && !has->is_glued))
        return false;
    if (is_open && !want->is_unit)
        return has->len >= want->len && memcmp(has->text, want->text, want->len) == 0;
    return has->len == want->len && memcmp(has->text, want->text, want->len) == 0;
}

static bool has_phrase(const struct kith_search_query *q, const struct kith_search_clause *c, const struct kith_vec *pieces) {
    for (size_t at = 0; at + c->count <= pieces->count; at++) {
        unsigned i = 0;
        while (i < c->count && same_piece(&q->pieces[c->first + i], KITH_VEC_AT(pieces, struct kith_piece, at + i),
                                          q->is_open && c->first + i + 1u == q->piece_count))
            i++;
        if (i == c->count)
            return true;
    }
    return false;
}

bool kith_search_has_phrases(const struct kith_search_query *q, struct kith_bytes text, struct kith_vec *pieces) {
    struct kith_fold f = {.text = text};
    struct kith_piece piece;
    pieces->count = 0;
    while (kith_fold_next(&f, &piece))
        *(struct kith_piece *)kith_vec_push(pieces) = piece;
    for (size_t i = 0; i < q->clause_count; i++) {
        if (!kith_search_is_indexed(q, &q->clauses[i]) && !has_phrase(q, &q->clauses[i], pieces))
            return false;
    }
    return true;
}
