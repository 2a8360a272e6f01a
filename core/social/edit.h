/* SPDX-License-Identifier: MIT */
/* edit.h: edit {target, text} and retract {target} by the author of the target; others' are ignored.
 * Folded when asked; what was said first stays in the log. */
#ifndef KITH_SOCIAL_EDIT_H
#define KITH_SOCIAL_EDIT_H

#include "social/social.h"

/* How the message `target` by `author` stands now. *edit_rec gets the latest edit, if there is one. */
struct kith_edit {
    bool retracted;
    bool edited;
    uint32_t edit_rec;
};
struct kith_edit kith_edit_get(struct kith_social *s, const struct kith_msgid *target, const struct kith_pubkey *author);

/* All edits and the retraction, newest first: its history. */
size_t kith_edit_history(struct kith_social *s, const struct kith_msgid *target, const struct kith_pubkey *author,
                         struct kith_page *page, struct kith_found *out, size_t cap);

#endif
