/* SPDX-License-Identifier: MIT */
#include "social/thread.h"

#include "social/state.h"

/* Whoever is answered within a thread is told, too. */
static void branch_from(struct kith_social *s, const struct kith_facts *f, const struct kith_msgid *root, uint32_t node) {
    struct kith_msgid id;
    if (!kith_facts_message(f->doc, node, &id) || kith_msgid_eq(&id, root))
        return;
    kith_index_add(&s->index, kith_social_msg_key(s, KITH_SPACE_BRANCH, &id), f->rec);
    kith_mention_answers(s, f, &id, KITH_NOTICE_REPLY);
}

void kith_thread_apply(struct kith_social *s, const struct kith_facts *f, struct kith_mark *mark) {
    struct kith_msgid root;
    uint32_t branch = f->field[KITH_FIELD_BRANCH];
    if (!kith_facts_root(f, &root)) {
        mark->flags |= KITH_MARK_ROOT;
        return;
    }
    kith_index_add(&s->index, kith_social_msg_key(s, KITH_SPACE_THREAD, &root), f->rec);
    kith_mention_answers(s, f, &root, KITH_NOTICE_REPLY);
    if (kith_json_is(f->doc, branch, KITH_JSON_ARRAY)) {
        unsigned tries = 0;
        for (uint32_t n = kith_json_first(f->doc, branch); n != KITH_JSON_NONE && tries++ < 8; n = f->doc->nodes[n].next)
            branch_from(s, f, &root, n);
    } else {
        branch_from(s, f, &root, branch);
    }
}

size_t kith_thread_list(struct kith_social *s, const struct kith_msgid *root, struct kith_page *page,
                        struct kith_found *out, size_t cap) {
    return kith_page_fill(s, &s->index, kith_social_msg_key(s, KITH_SPACE_THREAD, root), page, out, cap, NULL, NULL);
}

size_t kith_thread_count(struct kith_social *s, const struct kith_msgid *root, unsigned show, size_t limit) {
    struct kith_page page = {.show = show, .more = true};
    struct kith_found found[64];
    size_t n = 0;
    while (page.more && n < limit)
        n += kith_thread_list(s, root, &page, found, limit - n < 64 ? limit - n : 64);
    return n;
}

bool kith_thread_root(struct kith_social *s, uint32_t rec, struct kith_msgid *out) {
    struct kith_facts f = {0};
    struct kith_reading *r;
    if (rec >= s->marks.count || kith_social_mark(s, rec)->kind != KITH_KIND_POST ||
        kith_social_mark(s, rec)->flags & KITH_MARK_ROOT || kith_social_read(s, 1, rec, &r) != KITH_OK ||
        r->entry.content == KITH_JSON_NONE)
        return false;
    kith_facts_read(&f, r->entry.content_doc, r->entry.content, r->entry.type);
    return kith_facts_root(&f, out);
}
