/* SPDX-License-Identifier: MIT */
#include "social/mention.h"

#include "social/circle.h"
#include "social/state.h"

#define MAX_MENTIONS 64 /* of one message; 8 KiB hold about a hundred */

static struct kith_bytes fold_words(struct kith_social *s, char sigil) {
    struct kith_bytes w = kith_buf_bytes(&s->words);
    while (w.len && w.p[0] <= ' ')
        w = kith_bytes_skip(w, 1);
    if (w.len && w.p[0] == (uint8_t)sigil)
        w = kith_bytes_skip(w, 1);
    while (w.len && w.p[w.len - 1] <= ' ')
        w.len--;
    for (size_t i = 0; i < s->words.len; i++) {
        if (s->words.p[i] >= 'A' && s->words.p[i] <= 'Z')
            s->words.p[i] = (uint8_t)(s->words.p[i] + 'a' - 'A');
    }
    return w;
}

struct kith_bytes kith_mention_fold(struct kith_social *s, struct kith_bytes text, char sigil) {
    s->words.len = 0;
    kith_buf_put_bytes(&s->words, text);
    return fold_words(s, sigil);
}

struct kith_bytes kith_mention_fold_json(struct kith_social *s, struct kith_bytes canonical, char sigil) {
    s->words.len = 0;
    if (canonical.len)
        kith_json_unescape(&s->words, canonical);
    return fold_words(s, sigil);
}

static void notice(struct kith_social *s, uint32_t rec, unsigned kind) {
    struct kith_mark *m = kith_social_mark(s, rec);
    if (m->person == KITH_PERSON_ME || (m->notice && m->notice <= kind))
        return;
    m->notice = (uint8_t)kind;
    kith_index_add(&s->index, kith_social_key(s, KITH_SPACE_NOTICE, kith_bytes(NULL, 0)), rec);
}

void kith_mention_notice(struct kith_social *s, const struct kith_facts *f, unsigned kind) {
    notice(s, f->rec, kind);
}

void kith_mention_answers(struct kith_social *s, const struct kith_facts *f, const struct kith_msgid *target, unsigned kind) {
    if (f->person != KITH_PERSON_ME && kith_index_count(&s->index, kith_social_msg_key(s, KITH_SPACE_OWN, target)))
        notice(s, f->rec, kind);
}

static const struct {
    enum kith_index_space space;
    unsigned kind;
} answers[] = {
    {KITH_SPACE_THREAD, KITH_NOTICE_REPLY},
    {KITH_SPACE_BRANCH, KITH_NOTICE_REPLY},
    {KITH_SPACE_VOTE, KITH_NOTICE_VOTE},
    {KITH_SPACE_SHARE, KITH_NOTICE_SHARE},
};
#define ANSWERS (sizeof answers / sizeof answers[0])

/* A message of mine. When my feed comes back to me after what others said about it (a new device, a
 * restored backup), those answers wait in `owns` until someone asks: only then can lists be read. */
void kith_mention_own(struct kith_social *s, const struct kith_msgid *id, uint32_t rec) {
    for (size_t i = 0; i < ANSWERS; i++) {
        if (kith_index_count(&s->index, kith_social_msg_key(s, answers[i].space, id))) {
            ((struct kith_own *)kith_vec_push(&s->owns))->id = *id;
            break;
        }
    }
    kith_index_add(&s->index, kith_social_msg_key(s, KITH_SPACE_OWN, id), rec);
}

static void settle(struct kith_social *s, const struct kith_msgid *id, size_t which) {
    uint64_t key = kith_social_msg_key(s, answers[which].space, id);
    struct kith_index_cursor c = kith_index_newest(&s->index, key, kith_store_times(s->store));
    size_t n = c.left;
    uint32_t *recs;
    if (!n)
        return;
    recs = kith_alloc(n * sizeof *recs); /* a cursor does not survive adding */
    memcpy(recs, c.recs, n * sizeof *recs);
    for (size_t i = 0; i < n; i++) {
        const struct kith_mark *m = kith_social_mark(s, recs[i]);
        if (m->kind != KITH_KIND_VOTE || (m->detail & 3) != 1)
            notice(s, recs[i], answers[which].kind);
    }
    kith_free(recs);
}

static void settle_owns(struct kith_social *s) {
    for (size_t i = 0; i < s->owns.count; i++) {
        struct kith_msgid id = KITH_VEC_AT(&s->owns, struct kith_own, i)->id;
        for (size_t k = 0; k < ANSWERS; k++)
            settle(s, &id, k);
    }
    kith_vec_wipe(&s->owns);
}

static void add_tag(struct kith_social *s, uint32_t rec, struct kith_bytes canonical) {
    struct kith_bytes tag = kith_mention_fold_json(s, canonical, '#');
    if (tag.len)
        kith_index_add(&s->index, kith_social_key(s, KITH_SPACE_TAG, tag), rec);
}

static void add_link(struct kith_social *s, const struct kith_facts *f, struct kith_bytes link) {
    struct kith_pubkey feed;
    struct kith_msgid msg;
    struct kith_blobid blob;
    const uint8_t *id = NULL;
    if (!link.len)
        return;
    if (link.p[0] == '#') {
        add_tag(s, f->rec, link);
    } else if (link.p[0] == '@' && kith_feed_id_parse(link, &feed) == KITH_OK) {
        id = feed.b;
        if (kith_pubkey_eq(&feed, &s->me))
            kith_mention_notice(s, f, KITH_NOTICE_MENTION);
    } else if (link.p[0] == '%' && kith_msgid_parse(link, &msg) == KITH_OK) {
        id = msg.hash.b;
    } else if (link.p[0] == '&' && link.len >= KITH_HASH_ID_LEN &&
               kith_blobid_parse(kith_bytes(link.p, KITH_HASH_ID_LEN), &blob) == KITH_OK) {
        id = blob.hash.b; /* with or without "?unbox=" behind it */
    }
    if (id)
        kith_index_add(&s->index, kith_social_key(s, KITH_SPACE_MENTION, kith_bytes(id, 32)), f->rec);
}

void kith_mention_apply(struct kith_social *s, const struct kith_facts *f) {
    uint32_t list = f->field[KITH_FIELD_MENTIONS];
    unsigned n = 0;
    if (kith_json_is(f->doc, list, KITH_JSON_ARRAY)) {
        for (uint32_t i = kith_json_first(f->doc, list); i != KITH_JSON_NONE && n++ < MAX_MENTIONS; i = f->doc->nodes[i].next)
            add_link(s, f, kith_facts_link(f->doc, i));
    }
    if (f->kind != KITH_KIND_POST)
        return;
    if (f->field[KITH_FIELD_CHANNEL] != KITH_JSON_NONE)
        add_tag(s, f->rec, kith_json_str(f->doc, f->field[KITH_FIELD_CHANNEL]));
    if (f->field[KITH_FIELD_FORK] != KITH_JSON_NONE)
        add_link(s, f, kith_facts_link(f->doc, f->field[KITH_FIELD_FORK]));
}

static size_t mentions_of(struct kith_social *s, const uint8_t id[32], struct kith_page *page, struct kith_found *out,
                          size_t cap) {
    uint64_t key = kith_social_key(s, KITH_SPACE_MENTION, kith_bytes(id, 32));
    return kith_page_fill(s, &s->index, key, page, out, cap, NULL, NULL);
}

size_t kith_mention_feed(struct kith_social *s, const struct kith_pubkey *id, struct kith_page *page, struct kith_found *out, size_t cap) {
    return mentions_of(s, id->b, page, out, cap);
}

size_t kith_mention_message(struct kith_social *s, const struct kith_msgid *id, struct kith_page *page, struct kith_found *out, size_t cap) {
    return mentions_of(s, id->hash.b, page, out, cap);
}

size_t kith_mention_blob(struct kith_social *s, const struct kith_blobid *id, struct kith_page *page, struct kith_found *out, size_t cap) {
    return mentions_of(s, id->hash.b, page, out, cap);
}

size_t kith_mention_tag(struct kith_social *s, struct kith_bytes tag, struct kith_page *page, struct kith_found *out, size_t cap) {
    uint64_t key = kith_social_key(s, KITH_SPACE_TAG, kith_mention_fold(s, tag, '#'));
    return kith_page_fill(s, &s->index, key, page, out, cap, NULL, NULL);
}

size_t kith_mention_notices(struct kith_social *s, struct kith_page *page, struct kith_found *out,
                            enum kith_notice_kind *kinds, size_t cap) {
    unsigned show = page->show;
    size_t n;
    if (s->store)
        settle_owns(s);
    page->show |= KITH_SHOW_PRIVATE;
    n = kith_page_fill(s, &s->index, kith_social_key(s, KITH_SPACE_NOTICE, kith_bytes(NULL, 0)), page, out, cap, NULL, NULL);
    page->show = show;
    for (size_t i = 0; kinds && i < n; i++)
        kinds[i] = (enum kith_notice_kind)kith_social_mark(s, out[i].rec)->notice;
    return n;
}

unsigned kith_mention_notice_kind(struct kith_social *s, uint32_t rec) {
    const struct kith_mark *m;
    const struct kith_person *p;
    if (rec >= s->marks.count)
        return 0;
    m = kith_social_mark(s, rec);
    if (m->person == KITH_PERSON_NONE || m->flags & KITH_MARK_GONE)
        return 0;
    p = kith_people_at(s, m->person);
    return p->is_muted || p->is_blocked || (m->key_1 && !kith_circle_is_said(s, rec)) ? 0 : m->notice;
}
