/* SPDX-License-Identifier: MIT */
#include "feed/markdown.h"

#include "base/text.h"

#define MAX_LABEL 1024  /* bytes between brackets: bounds what a text full of '[' costs */
#define MAX_TARGET 1024 /* bytes between parentheses */
#define MAX_BARE 256    /* bytes of an id or URI in running text */

static uint8_t at(const struct kith_markdown *m, size_t i) {
    return i < m->text.len ? m->text.p[i] : 0;
}

static bool is_space(uint8_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_word(uint8_t c) {
    return (uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '0') < 10 || c == '_' || c >= 0x80;
}

static bool starts_here(const struct kith_markdown *m, const char *word) {
    return kith_bytes_starts(kith_bytes_skip(m->text, m->pos), word);
}

/* A run of backticks ends at the next run of the same length; if there is none, it is text. */
static void skip_code(struct kith_markdown *m) {
    size_t run = 0, i;
    while (at(m, m->pos + run) == '`')
        run++;
    m->pos += run;
    for (i = m->pos; i < m->text.len;) {
        size_t n = 0;
        while (at(m, i + n) == '`')
            n++;
        if (n == run) {
            m->pos = i + n;
            return;
        }
        i += n ? n : 1;
    }
}

/* The end of a bracketed label that begins at `from`, its ']'; 0 if it has none. */
static size_t label_end(const struct kith_markdown *m, size_t from) {
    size_t depth = 1;
    for (size_t i = from; i < m->text.len && i - from < MAX_LABEL; i++) {
        if (m->text.p[i] == '\\')
            i++;
        else if (m->text.p[i] == '[')
            depth++;
        else if (m->text.p[i] == ']' && --depth == 0)
            return i;
    }
    return 0;
}

/* The target between '(' at `open` and its ')', without a title; *end is behind the ')'. */
static bool target_of(const struct kith_markdown *m, size_t open, struct kith_bytes *target,
                      size_t *end) {
    size_t i = open + 1, depth = 1;
    if (at(m, open) != '(')
        return false;
    for (; i < m->text.len && i - open < MAX_TARGET; i++) {
        if (m->text.p[i] == '(')
            depth++;
        else if (m->text.p[i] == ')' && --depth == 0)
            break;
    }
    if (depth)
        return false;
    *end = i + 1;
    *target = kith_bytes(m->text.p + open + 1, i - open - 1);
    while (target->len && is_space(target->p[0]))
        *target = kith_bytes_skip(*target, 1);
    for (i = 0; i < target->len && !is_space(target->p[i]); i++)
        continue;
    target->len = i;
    if (target->len > 1 && target->p[0] == '<' && target->p[i - 1] == '>')
        *target = kith_bytes(target->p + 1, i - 2);
    return true;
}

/* [label](target) or ![label](target) at pos. A label may hold an image, so the walk goes on in it
 * and jumps over the target when it gets there. */
static bool take_link(struct kith_markdown *m, struct kith_markdown_link *out) {
    bool embedded = at(m, m->pos) == '!';
    size_t from = m->pos + (embedded ? 2 : 1), end;
    size_t close = label_end(m, from);
    struct kith_bytes target;
    m->pos = from;
    if (!close || !target_of(m, close + 1, &target, &end))
        return false;
    out->label = kith_bytes(m->text.p + from, close - from);
    out->is_embedded = embedded;
    if (embedded || !memchr(out->label.p, '!', out->label.len)) {
        m->pos = end;
    } else {
        m->target_at = close;
        m->target_end = end;
    }
    return target.len && target.p[0] != '#' && kith_ref_parse(target, &out->ref) == KITH_OK;
}

/* An id or URI that stands in the text by itself: everything up to white space or a bracket, but
 * without the punctuation of the sentence around it. */
static bool take_bare(struct kith_markdown *m, struct kith_markdown_link *out) {
    size_t end = m->pos;
    while (end < m->text.len && end - m->pos < MAX_BARE && !is_space(m->text.p[end]) &&
           !strchr("()[]<>\"'", m->text.p[end]))
        end++;
    while (end > m->pos && strchr(".,;:!", m->text.p[end - 1]))
        end--;
    if (kith_ref_parse(kith_bytes(m->text.p + m->pos, end - m->pos), &out->ref)) {
        m->pos++;
        return false;
    }
    m->pos = end;
    return true;
}

/* Letters, digits, '_', '-' and what lies outside ASCII, but no punctuation of it: U+2000 to
 * U+206F, U+3000 to U+303F, and the signs of Latin-1. */
static bool take_tag(struct kith_markdown *m, struct kith_markdown_link *out) {
    size_t end = m->pos + 1;
    while (end < m->text.len) {
        size_t next = end;
        uint32_t c = kith_text_next(m->text, &next);
        if (c < 0x80 ? !is_word((uint8_t)c) && c != '-'
                     : c < 0xc0 || (c >= 0x2000 && c < 0x2070) || (c >= 0x3000 && c < 0x3040))
            break;
        end = next;
    }
    out->tag = kith_bytes(m->text.p + m->pos, end - m->pos);
    m->pos = end;
    return out->tag.len > 1;
}

/* An address of the web: its fragment is no hashtag and its path no id. */
static void skip_address(struct kith_markdown *m) {
    while (m->pos < m->text.len && !is_space(m->text.p[m->pos]) &&
           !strchr("()[]<>", m->text.p[m->pos]))
        m->pos++;
}

static bool take(struct kith_markdown *m, struct kith_markdown_link *out) {
    uint8_t c = at(m, m->pos);
    bool in_word = m->pos > 0 && is_word(m->text.p[m->pos - 1]);
    if (c == '\\')
        m->pos += 2;
    else if (c == '`')
        skip_code(m);
    else if (c == '[' || (c == '!' && at(m, m->pos + 1) == '['))
        return take_link(m, out);
    else if (!in_word && (c == '@' || c == '%' || c == '&' || starts_here(m, "ssb:")))
        return take_bare(m, out);
    else if (!in_word && c == '#' && at(m, m->pos + 1) != '#' &&
             !(m->pos && at(m, m->pos - 1) == '#'))
        return take_tag(m, out);
    else if (!in_word && (starts_here(m, "http://") || starts_here(m, "https://")))
        skip_address(m);
    else
        m->pos++;
    return false;
}

bool kith_markdown_next(struct kith_markdown *m, struct kith_markdown_link *out) {
    while (m->pos < m->text.len) {
        *out = (struct kith_markdown_link){0};
        if (m->target_end && m->pos >= m->target_at) {
            m->pos = m->pos < m->target_end ? m->target_end : m->pos;
            m->target_end = 0;
        } else if (take(m, out)) {
            return true;
        }
    }
    return false;
}

void kith_markdown_put_name(struct kith_buf *out, struct kith_bytes label) {
    if (label.len && label.p[0] == '@')
        label = kith_bytes_skip(label, 1);
    for (size_t i = 0; i < label.len; i++) {
        uint8_t c = label.p[i];
        bool struck = c == '~' && ((i + 1 < label.len && label.p[i + 1] == '~') ||
                                   (i > 0 && label.p[i - 1] == '~'));
        if (c == '\\' && i + 1 < label.len && label.p[i + 1] < 0x80 && !is_word(label.p[i + 1]))
            kith_buf_put_u8(out, label.p[++i]);
        else if (c != '*' && c != '`' && !struck)
            kith_buf_put_u8(out, c);
    }
}
