/* SPDX-License-Identifier: MIT */
#include "social/page.h"

#include "social/circle.h"
#include "social/state.h"

bool kith_page_passes(struct kith_social *s, const struct kith_page *page, uint32_t rec) {
    const struct kith_mark *m;
    const struct kith_person *p;
    if (rec < page->since_rec || rec >= s->marks.count)
        return false;
    m = kith_social_mark(s, rec);
    if (m->flags & KITH_MARK_GONE || m->person == KITH_PERSON_NONE)
        return false;
    if (m->flags & KITH_MARK_PRIVATE && !(page->show & KITH_SHOW_PRIVATE))
        return false;
    if (m->key_1 && page->show & KITH_SHOW_NO_CIRCLES)
        return false;
    p = kith_people_at(s, m->person);
    return page->show & KITH_SHOW_BLOCKED || !(p->is_muted || p->is_blocked || (m->key_1 && !kith_circle_is_said(s, rec)));
}

/* Moves the cursor of the list to where the page's cursor says. */
static void start(struct kith_index_cursor *c, const uint64_t *times, const struct kith_page *page) {
    if (!page->before_time && !page->before_rec)
        return;
    kith_index_seek(c, times, page->before_time);
    while (c->left && times[c->recs[c->left - 1]] == page->before_time &&
           c->recs[c->left - 1] >= page->before_rec)
        c->left--;
}

size_t kith_page_fill(struct kith_social *s, struct kith_index *index, uint64_t key, struct kith_page *page,
                      struct kith_found *out, size_t cap, kith_page_keep *keep, void *ctx) {
    return kith_page_fill_within(s, index, key, page, out, cap, keep, ctx, KITH_PAGE_MAX_SCAN);
}

size_t kith_page_fill_within(struct kith_social *s, struct kith_index *index, uint64_t key, struct kith_page *page,
                             struct kith_found *out, size_t cap, kith_page_keep *keep, void *ctx, size_t max_scan) {
    const uint64_t *times = s->store ? kith_store_times(s->store) : NULL;
    struct kith_index_cursor c;
    size_t n = 0;
    uint32_t rec;
    page->more = false;
    if (!times)
        return 0;
    c = kith_index_newest(index, key, times);
    start(&c, times, page);
    for (size_t scanned = 0; n < cap && scanned < max_scan; scanned++) {
        if (!kith_index_next(&c, &rec))
            return n;
        page->before_time = times[rec];
        page->before_rec = rec;
        if (kith_page_passes(s, page, rec) && (!keep || keep(s, rec, ctx)))
            out[n++] = (struct kith_found){rec, times[rec]};
    }
    page->more = c.left > 0;
    return n;
}
