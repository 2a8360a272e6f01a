/* SPDX-License-Identifier: MIT */
#include "social/edit.h"

#include "social/state.h"

/* The author is part of the key: what others say about a message is never looked at. */
static uint64_t key_of(const struct kith_social *s, const struct kith_msgid *target, const struct kith_pubkey *author) {
    return kith_social_pair_key(s, KITH_SPACE_EDIT, target->hash.b, author->b);
}

void kith_edit_apply(struct kith_social *s, const struct kith_facts *f) {
    struct kith_msgid target;
    if (kith_facts_message(f->doc, f->field[KITH_FIELD_TARGET], &target))
        kith_index_add(&s->index, key_of(s, &target, &f->entry->message.author), f->rec);
}

struct kith_edit kith_edit_get(struct kith_social *s, const struct kith_msgid *target, const struct kith_pubkey *author) {
    struct kith_edit edit = {0};
    struct kith_index_cursor c;
    uint32_t rec;
    if (!s->store)
        return edit;
    c = kith_index_newest(&s->index, key_of(s, target, author), kith_store_times(s->store));
    while (kith_index_next(&c, &rec)) {
        const struct kith_mark *m = kith_social_mark(s, rec);
        if (m->flags & KITH_MARK_GONE)
            continue;
        if (m->kind == KITH_KIND_RETRACT) {
            edit.retracted = true;
        } else if (!edit.edited || m->sequence > kith_social_mark(s, edit.edit_rec)->sequence) {
            edit.edited = true;
            edit.edit_rec = rec;
        }
    }
    return edit;
}

size_t kith_edit_history(struct kith_social *s, const struct kith_msgid *target, const struct kith_pubkey *author,
                         struct kith_page *page, struct kith_found *out, size_t cap) {
    return kith_page_fill(s, &s->index, key_of(s, target, author), page, out, cap, NULL, NULL);
}
