/* SPDX-License-Identifier: MIT */
#include "social/vote.h"

#include <stdlib.h>

#include "social/circle.h"
#include "social/state.h"

/* Number of an expression + 1; 0: none, too long, or one too many. */
static uint32_t expression_number(struct kith_social *s, struct kith_bytes canonical) {
    struct kith_bytes text;
    struct kith_expression *e;
    uint64_t key;
    uint32_t i;
    if (!canonical.len)
        return 0;
    s->words.len = 0;
    kith_json_unescape(&s->words, canonical);
    text = kith_buf_bytes(&s->words);
    if (!text.len || text.len > KITH_EXPRESSION_MAX)
        return 0;
    key = kith_social_key(s, KITH_SPACE_VOTE, text); /* of a table, not of the index */
    i = kith_table_get(&s->expression_slots, key);
    if (i != KITH_TABLE_NONE)
        return i + 1;
    if (s->expressions.count >= KITH_EXPRESSIONS_MAX)
        return 0;
    i = (uint32_t)s->expressions.count;
    e = kith_vec_push(&s->expressions);
    e->len = (uint8_t)text.len;
    memcpy(e->text, text.p, text.len);
    kith_table_put(&s->expression_slots, i, key, i);
    return i + 1;
}

static struct kith_bytes expression_text(const struct kith_social *s, uint32_t number) {
    const struct kith_expression *e;
    if (!number)
        return kith_bytes(NULL, 0);
    e = KITH_VEC_AT(&s->expressions, struct kith_expression, number - 1);
    return kith_bytes(e->text, e->len);
}

static int value_of(const struct kith_mark *m) {
    return (int)(m->detail & 3) - 1;
}

void kith_vote_apply(struct kith_social *s, const struct kith_facts *f, struct kith_mark *mark) {
    const struct kith_json *d = f->doc;
    uint32_t vote = f->field[KITH_FIELD_VOTE];
    struct kith_msgid target;
    double value = 0;
    uint32_t expression;
    if (!kith_facts_message(d, kith_json_get(d, vote, "link"), &target))
        return;
    if (kith_json_double(d, kith_json_get(d, vote, "value"), &value) != KITH_OK)
        value = kith_json_true(d, kith_json_get(d, vote, "value")) ? 1 : 0;
    expression = expression_number(s, kith_json_str(d, kith_json_get(d, vote, "expression")));
    mark->detail = expression << 2 | (uint32_t)((value > 0) - (value < 0) + 1);
    kith_index_add(&s->index, kith_social_msg_key(s, KITH_SPACE_VOTE, &target), f->rec);
    if (value != 0)
        kith_mention_answers(s, f, &target, KITH_NOTICE_VOTE);
}

/* Fills s->lines with the latest vote of each voter whom I do not hide, newest first; those that took
 * it back are among them, with value 0. */
static void collect(struct kith_social *s, const struct kith_msgid *target) {
    struct kith_index_cursor c;
    uint32_t rec;
    s->lines.count = 0;
    if (!s->store)
        return;
    if (s->stamps.count < s->people.count)
        kith_vec_extend(&s->stamps, s->people.count - s->stamps.count);
    if (!++s->stamp) { /* once in 2^32: old stamps could mean now */
        memset(s->stamps.p, 0, s->stamps.count * s->stamps.item_len);
        s->stamp = 1;
    }
    c = kith_index_newest(&s->index, kith_social_msg_key(s, KITH_SPACE_VOTE, target), kith_store_times(s->store));
    while (kith_index_next(&c, &rec)) {
        const struct kith_mark *m = kith_social_mark(s, rec);
        const struct kith_person *p = kith_people_at(s, m->person);
        struct kith_vote_stamp *stamp = KITH_VEC_AT(&s->stamps, struct kith_vote_stamp, m->person);
        struct kith_vote_line *line;
        if (m->flags & KITH_MARK_GONE || p->is_blocked || p->is_muted || (m->key_1 && !kith_circle_is_said(s, rec)))
            continue;
        if (stamp->stamp != s->stamp) {
            *stamp = (struct kith_vote_stamp){s->stamp, (uint32_t)s->lines.count};
            line = kith_vec_push(&s->lines);
        } else {
            line = KITH_VEC_AT(&s->lines, struct kith_vote_line, stamp->at);
            if (kith_social_mark(s, line->rec)->sequence >= m->sequence)
                continue;
        }
        *line = (struct kith_vote_line){rec, value_of(m)};
    }
}

struct kith_votes kith_vote_count(struct kith_social *s, const struct kith_msgid *target) {
    struct kith_votes votes = {0};
    collect(s, target);
    for (size_t i = 0; i < s->lines.count; i++) {
        const struct kith_vote_line *line = KITH_VEC_AT(&s->lines, struct kith_vote_line, i);
        votes.up += line->value > 0;
        votes.down += line->value < 0;
        if (kith_social_mark(s, line->rec)->person == KITH_PERSON_ME)
            votes.mine = line->value;
    }
    return votes;
}

size_t kith_vote_list(struct kith_social *s, const struct kith_msgid *target, struct kith_vote *out, size_t cap) {
    size_t n = 0;
    collect(s, target);
    for (size_t i = 0; i < s->lines.count && n < cap; i++) {
        const struct kith_vote_line *line = KITH_VEC_AT(&s->lines, struct kith_vote_line, i);
        const struct kith_mark *m = kith_social_mark(s, line->rec);
        if (!line->value)
            continue;
        out[n++] = (struct kith_vote){.rec = line->rec,
                                      .time = kith_store_times(s->store)[line->rec],
                                      .voter = kith_people_at(s, m->person)->id,
                                      .value = line->value,
                                      .expression = expression_text(s, m->detail >> 2)};
    }
    return n;
}

static int by_expression(const void *a, const void *b) {
    const uint32_t *x = a, *y = b;
    return (x[0] > y[0]) - (x[0] < y[0]);
}

static int by_count(const void *a, const void *b) {
    const struct kith_reaction *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return kith_bytes_cmp(x->expression, y->expression);
}

/* Reactions beyond this many different ones under one message are left out. */
#define MAX_REACTIONS 64

size_t kith_vote_reactions(struct kith_social *s, const struct kith_msgid *target, struct kith_reaction *out, size_t cap) {
    struct kith_reaction all[MAX_REACTIONS];
    size_t n = 0, votes = 0, given;
    uint32_t(*pairs)[2]; /* expression, whether it is mine */
    collect(s, target);
    if (!s->lines.count)
        return 0;
    pairs = kith_alloc(s->lines.count * sizeof *pairs);
    for (size_t i = 0; i < s->lines.count; i++) {
        const struct kith_vote_line *line = KITH_VEC_AT(&s->lines, struct kith_vote_line, i);
        const struct kith_mark *m = kith_social_mark(s, line->rec);
        if (line->value <= 0)
            continue;
        pairs[votes][0] = m->detail >> 2;
        pairs[votes++][1] = m->person == KITH_PERSON_ME;
    }
    qsort(pairs, votes, sizeof *pairs, by_expression);
    for (size_t i = 0; i < votes; i++) {
        if (i && pairs[i][0] == pairs[i - 1][0]) {
            all[n - 1].count++;
        } else {
            if (n == MAX_REACTIONS)
                break;
            all[n++] = (struct kith_reaction){expression_text(s, pairs[i][0]), 1, false};
        }
        all[n - 1].mine |= pairs[i][1];
    }
    kith_free(pairs);
    qsort(all, n, sizeof *all, by_count);
    given = n < cap ? n : cap;
    if (given)
        memcpy(out, all, given * sizeof *all);
    return given;
}
