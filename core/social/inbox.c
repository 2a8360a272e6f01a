/* SPDX-License-Identifier: MIT */
#include "social/inbox.h"

#include <stdlib.h>

#include "social/state.h"

static int by_bytes(const void *a, const void *b) {
    return memcmp(a, b, sizeof(struct kith_pubkey));
}

/* People of one conversation, sorted and each once. */
struct party {
    struct kith_pubkey id[KITH_CONVERSATION_MAX_PEOPLE];
    size_t count;
};

static void join(struct party *p, const struct kith_pubkey *id) {
    for (size_t i = 0; i < p->count; i++) {
        if (kith_pubkey_eq(&p->id[i], id))
            return;
    }
    if (p->count < KITH_CONVERSATION_MAX_PEOPLE)
        p->id[p->count++] = *id;
}

static uint64_t party_key(const struct kith_social *s, struct party *p) {
    qsort(p->id, p->count, sizeof p->id[0], by_bytes);
    return kith_social_key(s, KITH_SPACE_INBOX, kith_bytes(p->id, p->count * sizeof p->id[0]));
}

static uint32_t talk_of(struct kith_social *s, struct party *p) {
    uint64_t key = party_key(s, p);
    uint32_t i = kith_table_get(&s->talk_slots, key);
    struct kith_talk *talk;
    if (i != KITH_TABLE_NONE)
        return i;
    i = (uint32_t)s->talks.count;
    talk = kith_vec_push(&s->talks);
    *talk = (struct kith_talk){key, (uint32_t)s->talk_people.count, (uint32_t)p->count};
    for (size_t k = 0; k < p->count; k++) {
        uint32_t person = kith_people_intern(s, &p->id[k]);
        *(uint32_t *)kith_vec_push(&s->talk_people) = person;
    }
    kith_table_put(&s->talk_slots, i, key, i);
    return i;
}

/* ---- box1 ciphertexts belong to nobody ---- */

#define TAIL 44 /* characters: more than 32 bytes of what only the body's key makes; slots can be moved about */

static bool box_key(const struct kith_social *s, const struct kith_entry *e, uint64_t *key) {
    struct kith_bytes text = kith_json_str(e->doc, e->message.content);
    if (!kith_bytes_ends(text, ".box") || text.len < TAIL + 4)
        return false;
    *key = kith_social_key(s, KITH_SPACE_BOX, kith_bytes(text.p + text.len - 4 - TAIL, TAIL));
    return true;
}

void kith_inbox_note(struct kith_social *s, const struct kith_entry *e) {
    uint64_t key;
    if (box_key(s, e, &key))
        kith_index_add(&s->index, key, e->rec);
}

static bool names(const struct kith_entry *e, const struct kith_pubkey *id) {
    uint32_t recps = kith_json_get(e->content_doc, e->content, "recps");
    struct kith_pubkey one;
    if (!kith_json_is(e->content_doc, recps, KITH_JSON_ARRAY))
        return false;
    for (uint32_t n = kith_json_first(e->content_doc, recps); n != KITH_JSON_NONE; n = e->content_doc->nodes[n].next) {
        if (kith_facts_feed(e->content_doc, n, &one) && kith_pubkey_eq(&one, id))
            return true;
    }
    return false;
}

/* Of two who have published one ciphertext, the one whom its own text names among its people is believed and
 * the other is not; if it names both or none, neither is. */
bool kith_inbox_is_replayed(struct kith_social *s, const struct kith_entry *e) {
    struct kith_index_cursor c;
    uint64_t key;
    uint32_t rec;
    if (!s->store || !e->is_private || e->content == KITH_JSON_NONE || !box_key(s, e, &key))
        return false;
    c = kith_index_newest(&s->index, key, kith_store_times(s->store));
    while (kith_index_next(&c, &rec)) {
        struct kith_pubkey other = kith_people_at(s, kith_social_mark(s, rec)->person)->id;
        if (!kith_pubkey_eq(&other, &e->message.author) && !(names(e, &e->message.author) && !names(e, &other)))
            return true;
    }
    return false;
}

/* ---- conversations ---- */

void kith_inbox_apply(struct kith_social *s, const struct kith_facts *f, struct kith_mark *mark) {
    struct party party = {.count = 0};
    struct kith_pubkey id;
    uint32_t recps = f->field[KITH_FIELD_RECPS], talk;
    if (f->kind == KITH_KIND_VOTE || f->kind == KITH_KIND_CONTACT || f->kind == KITH_KIND_ABOUT)
        return; /* said in private, but not to someone */
    join(&party, &f->entry->message.author);
    join(&party, &s->me);
    if (kith_json_is(f->doc, recps, KITH_JSON_ARRAY)) {
        for (uint32_t n = kith_json_first(f->doc, recps); n != KITH_JSON_NONE; n = f->doc->nodes[n].next) {
            if (kith_facts_feed(f->doc, n, &id))
                join(&party, &id);
        }
    }
    talk = talk_of(s, &party);
    mark->detail = talk + 1;
    kith_index_add(&s->index, KITH_VEC_AT(&s->talks, struct kith_talk, talk)->key, f->rec);
    kith_index_add(&s->index, kith_social_key(s, KITH_SPACE_PRIVATE, kith_bytes(NULL, 0)), f->rec);
    kith_mention_notice(s, f, KITH_NOTICE_PRIVATE);
}

static size_t fill(struct kith_social *s, uint64_t key, struct kith_page *page, struct kith_found *out, size_t cap) {
    unsigned show = page->show;
    size_t n;
    page->show |= KITH_SHOW_PRIVATE;
    n = kith_page_fill(s, &s->index, key, page, out, cap, NULL, NULL);
    page->show = show;
    return n;
}

size_t kith_inbox_list(struct kith_social *s, struct kith_page *page, struct kith_found *out, size_t cap) {
    return fill(s, kith_social_key(s, KITH_SPACE_PRIVATE, kith_bytes(NULL, 0)), page, out, cap);
}

size_t kith_inbox_with(struct kith_social *s, const struct kith_pubkey *people, size_t people_count,
                       struct kith_page *page, struct kith_found *out, size_t cap) {
    struct party party = {.count = 0};
    join(&party, &s->me);
    for (size_t i = 0; i < people_count; i++)
        join(&party, &people[i]);
    return fill(s, party_key(s, &party), page, out, cap);
}

/* False if nothing of it may be shown: forgotten, or all by people whom I hide. */
static bool describe(struct kith_social *s, uint32_t number, struct kith_conversation *out) {
    const struct kith_talk *talk = KITH_VEC_AT(&s->talks, struct kith_talk, number);
    struct kith_page page = {0};
    struct kith_found last;
    *out = (struct kith_conversation){.number = number, .people_count = talk->people_count};
    if (!fill(s, talk->key, &page, &last, 1))
        return false;
    out->last_rec = last.rec;
    out->last_time = last.time;
    out->count = (uint32_t)kith_index_count(&s->index, talk->key);
    for (uint32_t i = 0; i < talk->people_count; i++)
        out->people[i] = kith_people_at(s, *KITH_VEC_AT(&s->talk_people, uint32_t, talk->people_at + i))->id;
    return true;
}

struct recent {
    uint64_t time;
    uint32_t rec, number;
};

static int newest_first(const void *a, const void *b) {
    const struct recent *x = a, *y = b;
    if (x->time != y->time)
        return x->time > y->time ? -1 : 1;
    return x->rec > y->rec ? -1 : x->rec < y->rec;
}

size_t kith_inbox_conversations(struct kith_social *s, size_t from, struct kith_conversation *out, size_t cap) {
    struct recent *list;
    size_t n = 0, given = 0;
    if (!s->store || !s->talks.count)
        return 0;
    list = kith_alloc(s->talks.count * sizeof *list);
    for (uint32_t i = 0; i < s->talks.count; i++) {
        struct kith_page page = {0};
        struct kith_found last;
        if (fill(s, KITH_VEC_AT(&s->talks, struct kith_talk, i)->key, &page, &last, 1))
            list[n++] = (struct recent){last.time, last.rec, i};
    }
    qsort(list, n, sizeof *list, newest_first);
    for (size_t i = from; i < n && given < cap; i++)
        given += describe(s, list[i].number, &out[given]);
    kith_free(list);
    return given;
}

bool kith_inbox_of(struct kith_social *s, uint32_t rec, struct kith_conversation *out) {
    const struct kith_mark *m;
    if (!s->store || rec >= s->marks.count)
        return false;
    m = kith_social_mark(s, rec);
    if (!(m->flags & KITH_MARK_PRIVATE) || m->kind == KITH_KIND_VOTE || !m->detail)
        return false;
    return describe(s, m->detail - 1, out);
}
