/* SPDX-License-Identifier: MIT */
/* search_text.c: what of a message is searched. */
#include "social/edit.h"
#include "social/search_state.h"

#define MAX_TAGS 64 /* of one message, as in mention.c */

static void put_line(struct kith_buf *out, const struct kith_json *doc, uint32_t node, char sigil) {
    struct kith_bytes text = kith_json_str(doc, node);
    if (!text.len)
        return;
    if (sigil && text.p[0] != (uint8_t)sigil)
        kith_buf_put_u8(out, (uint8_t)sigil);
    kith_json_unescape(out, text);
    kith_buf_put_u8(out, '\n');
}

/* Hashtags are in `mentions` in SSB; mostly they stand in the text too. */
static void put_tags(struct kith_buf *out, const struct kith_json *doc, uint32_t content) {
    uint32_t list = kith_json_get(doc, content, "mentions");
    unsigned n = 0;
    if (!kith_json_is(doc, list, KITH_JSON_ARRAY))
        return;
    for (uint32_t i = kith_json_first(doc, list); i != KITH_JSON_NONE && n++ < MAX_TAGS; i = doc->nodes[i].next) {
        struct kith_bytes link = kith_facts_link(doc, i);
        if (link.len && link.p[0] == '#') {
            kith_json_unescape(out, link);
            kith_buf_put_u8(out, '\n');
        }
    }
}

static int passed_over(int err) {
    return err == KITH_ERR_NOT_FOUND || err == KITH_ERR_CORRUPT ? KITH_OK : err;
}

/* The text and its tags: those of the message, or of the edit that replaced them. */
static int put_text(struct kith_social *s, struct kith_buf *out, const struct kith_edit *edit, const struct kith_reading *r) {
    struct kith_reading *newer;
    int err = edit->edited ? kith_social_read(s, 1, edit->edit_rec, &newer) : KITH_OK;
    if (err)
        return passed_over(err);
    if (edit->edited && newer->entry.content != KITH_JSON_NONE)
        r = newer;
    put_line(out, r->entry.content_doc, kith_json_get(r->entry.content_doc, r->entry.content, "text"), 0);
    put_tags(out, r->entry.content_doc, r->entry.content);
    return KITH_OK;
}

static bool has_text(unsigned kind) {
    return kind == KITH_KIND_POST || kind == KITH_KIND_SHARE || kind == KITH_KIND_OTHER;
}

bool kith_search_read(struct kith_social *s, uint32_t rec, int *err) {
    static const char *const lines[] = {"title", "summary", "contentWarning"};
    struct kith_buf *out = &s->search->text;
    const struct kith_mark *m = kith_social_mark(s, rec);
    struct kith_reading *r;
    struct kith_edit edit;
    const struct kith_json *doc;
    out->len = 0;
    *err = KITH_OK;
    if (!(m->flags & KITH_MARK_READABLE) || m->flags & KITH_MARK_GONE || !has_text(m->kind))
        return false;
    *err = kith_social_read(s, 0, rec, &r);
    if (*err || r->entry.content == KITH_JSON_NONE) {
        *err = passed_over(*err);
        return false;
    }
    edit = kith_edit_get(s, &r->record.id, &r->entry.message.author);
    if (edit.retracted)
        return false;
    doc = r->entry.content_doc;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        put_line(out, doc, kith_json_get(doc, r->entry.content, lines[i]), 0);
    if (m->kind == KITH_KIND_POST)
        put_line(out, doc, kith_json_get(doc, r->entry.content, "channel"), KITH_SEARCH_TAG);
    *err = put_text(s, out, &edit, r);
    return !*err && out->len;
}

bool kith_search_read_name(struct kith_social *s, uint32_t rec, struct kith_pubkey *who, int *err) {
    struct kith_buf *out = &s->search->text;
    struct kith_reading *r;
    const struct kith_json *doc;
    out->len = 0;
    *err = kith_social_read(s, 0, rec, &r);
    if (*err || r->entry.content == KITH_JSON_NONE) {
        *err = passed_over(*err);
        return false;
    }
    doc = r->entry.content_doc;
    if (!kith_facts_feed(doc, kith_json_get(doc, r->entry.content, "about"), who))
        return false;
    put_line(out, doc, kith_json_get(doc, r->entry.content, "name"), 0);
    return out->len > 0;
}

struct kith_bytes kith_search_term(uint8_t out[KITH_TERM_MAX], uint8_t kind, const struct kith_piece *piece,
                                   const struct kith_piece *next) {
    size_t len = 0;
    if (kind)
        out[len++] = kind;
    memcpy(out + len, piece->text, piece->len);
    len += piece->len;
    if (!kind && piece->is_unit) {
        out[len++] = 0;
        if (next && next->is_unit && next->is_glued) {
            memcpy(out + len, next->text, next->len);
            len += next->len;
        }
    }
    return kith_bytes(out, len);
}
