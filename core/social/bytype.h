/* SPDX-License-Identifier: MIT */
/* bytype.h: records by content.type. */
#ifndef KITH_SOCIAL_BYTYPE_H
#define KITH_SOCIAL_BYTYPE_H

#include "social/social.h"

/* type is canonical text, as plain words are. Private ones need KITH_SHOW_PRIVATE. */
size_t kith_bytype_list(struct kith_social *s, struct kith_bytes type, struct kith_page *page, struct kith_found *out, size_t cap);
size_t kith_bytype_count(struct kith_social *s, struct kith_bytes type); /* all, filtered by nothing */

#endif
