/* SPDX-License-Identifier: MIT */
#include "social/bytype.h"

#include "social/state.h"

size_t kith_bytype_list(struct kith_social *s, struct kith_bytes type, struct kith_page *page, struct kith_found *out, size_t cap) {
    return kith_page_fill(s, &s->index, kith_social_key(s, KITH_SPACE_TYPE, type), page, out, cap, NULL, NULL);
}

size_t kith_bytype_count(struct kith_social *s, struct kith_bytes type) {
    return kith_index_count(&s->index, kith_social_key(s, KITH_SPACE_TYPE, type));
}
