/* SPDX-License-Identifier: MIT */
#include "social/fold.h"

#include "base/text.h"
#include "base/text_scan.h"
#include "social/fold_table.h"

#define ID_KEY 44 /* characters of base64 in an id */
#define NOTHING UINT32_MAX

enum kith_fold_class kith_fold_class(uint32_t c) {
    size_t low = 0, high = kith_fold_classes_count;
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? KITH_FOLD_WORD : KITH_FOLD_OTHER;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if ((kith_fold_classes[mid] & 0xffffff) <= c)
            low = mid;
        else
            high = mid;
    }
    return (enum kith_fold_class)(kith_fold_classes[low] >> 24);
}

/* The last run that begins at or before c. */
static const struct kith_fold_run *run_of(uint32_t c) {
    size_t low = 0, high = kith_fold_runs_count;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (kith_fold_runs[mid].first <= c)
            low = mid;
        else
            high = mid;
    }
    return &kith_fold_runs[low];
}

static size_t from_pool(int32_t value, uint32_t out[KITH_FOLD_EXPANDS]) {
    struct kith_bytes text = kith_bytes(kith_fold_pool + (value >> 8), (size_t)(value & 255));
    size_t n = 0;
    for (size_t pos = 0; pos < text.len && n < KITH_FOLD_EXPANDS; n++)
        out[n] = kith_text_next(text, &pos);
    return n;
}

/* The class is the caller's, who needs it anyway. */
static size_t fold(uint32_t c, enum kith_fold_class class, uint32_t out[KITH_FOLD_EXPANDS]) {
    const struct kith_fold_run *r;
    uint32_t at;
    out[0] = c;
    if (c < 0x80) {
        if (c >= 'A' && c <= 'Z')
            out[0] = c + 'a' - 'A';
        return 1;
    }
    if (class == KITH_FOLD_OTHER)
        return 1;
    if (class == KITH_FOLD_DROP)
        return 0;
    r = run_of(c);
    if (c < r->first)
        return 1;
    at = c - r->first;
    if (!r->how)
        return at ? 1 : from_pool(r->value, out);
    if (r->how == 2) {
        if (at % 2)
            return 1;
        at /= 2;
    }
    if (at >= r->count)
        return 1;
    out[0] = r->how == 3 ? (uint32_t)r->value : (uint32_t)((int32_t)c + r->value);
    return 1;
}

size_t kith_fold_one(uint32_t c, uint32_t out[KITH_FOLD_EXPANDS]) {
    return fold(c, kith_fold_class(c), out);
}

static bool is_base64(uint8_t c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/' ||
           c == '=' || c == '-' || c == '_';
}

/* Length of the id at pos, 0 if there is none: sigil, key, and ".ed25519" or ".sha256". */
static size_t id_at(struct kith_bytes text, size_t pos) {
    struct kith_bytes rest = kith_bytes_skip(text, pos);
    if (rest.len < 1 + ID_KEY + 7 || (rest.p[0] != '@' && rest.p[0] != '%' && rest.p[0] != '&'))
        return 0;
    for (size_t i = 1; i <= ID_KEY; i++) {
        if (!is_base64(rest.p[i]))
            return 0;
    }
    rest = kith_bytes_skip(rest, 1 + ID_KEY);
    if (kith_bytes_starts(rest, ".ed25519"))
        return 1 + ID_KEY + 8;
    return kith_bytes_starts(rest, ".sha256") ? 1 + ID_KEY + 7 : 0;
}

/* The next folded character without taking it, NOTHING at the end. */
static uint32_t peek(struct kith_fold *f, enum kith_fold_class *class) {
    while (f->rest_at == f->rest_count) {
        uint32_t c;
        size_t id;
        if (f->pos >= f->text.len)
            return NOTHING;
        id = id_at(f->text, f->pos);
        if (id) {
            f->pos += id;
            f->rest[0] = ' ';
            f->rest_count = 1;
        } else {
            c = kith_text_next(f->text, &f->pos);
            f->rest_count = fold(c, kith_fold_class(c), f->rest);
        }
        f->rest_at = 0;
    }
    *class = kith_fold_class(f->rest[f->rest_at]);
    return f->rest[f->rest_at];
}

/* Adds the character while any would fit, so that a piece is cut at the same place whatever follows. */
static void put(struct kith_piece *p, uint32_t c) {
    uint8_t text[4];
    size_t n = kith_scan_encode(text, c);
    if (p->len > KITH_FOLD_MAX - sizeof text)
        return;
    memcpy(p->text + p->len, text, n);
    p->len = (uint8_t)(p->len + n);
}

/* How far a hashtag that begins at the '#' at pos reaches: letters and digits of all scripts, '-' and '_'. */
static size_t tag_end(struct kith_bytes text, size_t pos) {
    pos++;
    while (pos < text.len) {
        size_t next = pos;
        uint32_t c = kith_text_next(text, &next);
        if (kith_fold_class(c) == KITH_FOLD_OTHER && c != '-' && c != '_')
            break;
        pos = next;
    }
    return pos;
}

/* A '#' right behind a letter or a '/' begins no tag: that is a fragment of a link. */
static bool begins_tag(const struct kith_fold *f, size_t at) {
    uint8_t before = at ? f->text.p[at - 1] : ' ';
    return f->text.p[at] == '#' && before < 0x80 && kith_fold_class(before) == KITH_FOLD_OTHER && before != '/' && before != '#';
}

/* Looks at the '#' that was just passed. */
static bool take_tag(struct kith_fold *f, struct kith_piece *out) {
    size_t at = f->pos - 1, end;
    if (!f->tags || at < f->tagged || !begins_tag(f, at))
        return false;
    end = tag_end(f->text, at);
    f->tagged = end;
    if (!kith_fold_tag(kith_bytes(f->text.p + at + 1, end - at - 1), out))
        return false;
    out->is_tag = true;
    return true;
}

bool kith_fold_next(struct kith_fold *f, struct kith_piece *out) {
    enum kith_fold_class class = KITH_FOLD_OTHER;
    uint32_t c;
    *out = (struct kith_piece){.len = 0};
    while ((c = peek(f, &class)) != NOTHING && (class == KITH_FOLD_OTHER || class == KITH_FOLD_DROP || class == KITH_FOLD_MARK)) {
        f->rest_at++;
        if (class == KITH_FOLD_OTHER)
            f->touches = false;
        if (c == '#' && take_tag(f, out))
            return true;
    }
    if (c == NOTHING)
        return false;
    out->is_glued = f->touches;
    out->is_unit = class == KITH_FOLD_UNIT;
    f->touches = true;
    do {
        put(out, c);
        f->rest_at++;
        c = peek(f, &class);
    } while (c != NOTHING && (class == KITH_FOLD_MARK || (!out->is_unit && class == KITH_FOLD_WORD)));
    return true;
}

bool kith_fold_tag(struct kith_bytes text, struct kith_piece *out) {
    struct kith_fold f = {.text = text};
    enum kith_fold_class class = KITH_FOLD_OTHER;
    uint32_t c;
    *out = (struct kith_piece){.len = 0};
    while ((c = peek(&f, &class)) != NOTHING) {
        if (class != KITH_FOLD_OTHER && class != KITH_FOLD_DROP)
            put(out, c);
        f.rest_at++;
    }
    return out->len > 0;
}
