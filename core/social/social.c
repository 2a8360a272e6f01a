/* SPDX-License-Identifier: MIT */
#include "social/social.h"

#include "social/search.h"
#include "social/state.h"

uint64_t kith_social_pair_key(const struct kith_social *s, enum kith_index_space space, const void *a32, const void *b32) {
    uint8_t both[64];
    memcpy(both, a32, 32);
    memcpy(both + 32, b32, 32);
    return kith_social_key(s, space, kith_bytes(both, sizeof both));
}

static struct kith_mark *mark_of(struct kith_social *s, uint32_t rec) {
    size_t had = s->marks.count;
    if (rec >= had) {
        struct kith_mark *m = kith_vec_extend(&s->marks, rec + 1 - had);
        for (size_t i = 0; i < rec + 1 - had; i++)
            m[i].person = KITH_PERSON_NONE;
    }
    return kith_social_mark(s, rec);
}

/* A loose message may come again in its feed, under another number: then the chained one counts. */
static void meet_twin(struct kith_social *s, const struct kith_entry *e, struct kith_mark *mark) {
    struct kith_social_head *head = kith_social_head(s);
    bool is_loose = e->record->kind == KITH_RECORD_LOOSE;
    uint32_t other;
    uint64_t key;
    if (!is_loose && !head->loose_count)
        return;
    key = kith_social_msg_key(s, KITH_SPACE_LOOSE, &e->record->id);
    other = kith_table_get(&s->loose_slots, key);
    if (is_loose && other == KITH_TABLE_NONE)
        kith_table_put(&s->loose_slots, head->loose_count++, key, e->rec);
    else if (is_loose && other != e->rec)
        mark->flags |= KITH_MARK_GONE;
    else if (!is_loose && other != KITH_TABLE_NONE)
        kith_social_mark(s, other)->flags |= KITH_MARK_GONE;
}

static void apply_readable(struct kith_social *s, const struct kith_entry *e, struct kith_mark *mark) {
    struct kith_facts f = {.entry = e, .rec = e->rec, .person = mark->person, .sequence = mark->sequence};
    kith_facts_read(&f, e->content_doc, e->content, e->type);
    mark->kind = (uint8_t)f.kind;
    mark->flags |= KITH_MARK_READABLE;
    if (e->key) { /* shown as what everybody reads is, to those who can */
        mark->key_1 = e->key;
        mark->flags &= (uint8_t)~KITH_MARK_PRIVATE;
    }
    if (e->is_private)
        kith_inbox_note(s, e);
    kith_index_add(&s->index, kith_social_key(s, KITH_SPACE_TYPE, e->type), e->rec);
    switch (f.kind) {
    case KITH_KIND_POST:
        kith_thread_apply(s, &f, mark);
        kith_wall_apply(s, &f, mark);
        break;
    case KITH_KIND_SHARE:
    case KITH_KIND_ACCEPT:
    case KITH_KIND_REMOVE:
        kith_wall_apply(s, &f, mark);
        break;
    case KITH_KIND_VOTE:
        kith_vote_apply(s, &f, mark);
        break;
    case KITH_KIND_CONTACT:
        kith_graph_apply(s, &f);
        break;
    case KITH_KIND_ABOUT:
        kith_profile_apply(s, &f);
        break;
    case KITH_KIND_EDIT:
    case KITH_KIND_RETRACT:
        kith_edit_apply(s, &f);
        break;
    default:
        break;
    }
    kith_mention_apply(s, &f);
    if (f.kind == KITH_KIND_OTHER)
        kith_circle_apply(s, &f);
    if (mark->flags & KITH_MARK_PRIVATE && !kith_bytes_starts(e->type, "circle/"))
        kith_inbox_apply(s, &f, mark);
    kith_query_apply(s, &f);
}

/* Our own state: so far only mutes, the latest record of a person counts. */
static void apply_local(struct kith_social *s, const struct kith_entry *e, struct kith_mark *mark) {
    const struct kith_json *doc = e->content == KITH_JSON_NONE ? e->doc : e->content_doc;
    uint32_t content = e->content == KITH_JSON_NONE ? 0 : e->content, person;
    struct kith_pubkey id;
    struct kith_person *p;
    bool muted;
    mark->kind = KITH_KIND_LOCAL;
    if (!doc || !kith_bytes_is(kith_json_str(doc, kith_json_get(doc, content, "type")), "local/mute"))
        return;
    if (!kith_facts_feed(doc, kith_json_get(doc, content, "person"), &id) &&
        !kith_facts_feed(doc, kith_json_get(doc, content, "key"), &id))
        return;
    person = kith_people_intern(s, &id);
    p = kith_people_at(s, person);
    if (person == KITH_PERSON_ME || p->mute_1 > e->rec + 1)
        return;
    muted = !kith_json_is(doc, kith_json_get(doc, content, "muted"), KITH_JSON_FALSE);
    p->mute_1 = e->rec + 1;
    if (p->is_muted != muted)
        s->generation++;
    p->is_muted = muted;
}

static void apply_erased(struct kith_social *s, uint32_t rec, struct kith_mark *mark) {
    mark->flags |= KITH_MARK_GONE;
    if (mark->kind != KITH_KIND_LOCAL)
        return;
    for (uint32_t i = 0; i < s->people.count; i++) {
        struct kith_person *p = kith_people_at(s, i);
        if (p->mute_1 == rec + 1 && p->is_muted) {
            p->is_muted = false;
            s->generation++;
        }
    }
}

static void apply(struct kith_view *view, const struct kith_entry *e) {
    struct kith_social *s = view->self;
    struct kith_mark *mark = mark_of(s, e->rec);
    if (e->record->kind == KITH_RECORD_ERASED) {
        apply_erased(s, e->rec, mark);
        return;
    }
    if (e->record->kind == KITH_RECORD_LOCAL) {
        apply_local(s, e, mark);
        return;
    }
    if (!(mark->flags & KITH_MARK_SEEN)) {
        mark->flags = KITH_MARK_SEEN | (e->is_private ? KITH_MARK_PRIVATE : 0);
        mark->person = kith_people_intern(s, &e->message.author);
        mark->sequence = e->message.sequence < UINT32_MAX ? (uint32_t)e->message.sequence : UINT32_MAX;
        if (e->is_private && kith_bytes_ends(kith_json_str(e->doc, e->message.content), ".box2"))
            kith_people_at(s, mark->person)->has_box2 = true;
        meet_twin(s, e, mark);
        if (mark->person == KITH_PERSON_ME)
            kith_mention_own(s, &e->record->id, e->rec);
    }
    if (e->content != KITH_JSON_NONE && !(mark->flags & KITH_MARK_READABLE)) {
        apply_readable(s, e, mark);
        kith_search_again(s, e->rec);
    } else if (e->is_private && !(mark->flags & KITH_MARK_READABLE)) {
        kith_circle_sealed(s, e->rec);
    }
}

/* The seed and the identity may have come from a snapshot: the members of the object follow them. */
static void adopt_head(struct kith_social *s) {
    const struct kith_social_head *head = kith_social_head(s);
    memcpy(s->seed, head->seed, sizeof s->seed);
    memcpy(s->index.seed, head->seed, sizeof s->seed);
    for (unsigned i = 0; i < KITH_QUERY_MAX_INDEXES; i++)
        memcpy(s->query_index[i].seed, head->seed, sizeof s->seed);
}

void kith_social_adopt(struct kith_social *s) {
    if (memcmp(s->seed, kith_social_head(s)->seed, sizeof s->seed) != 0)
        adopt_head(s);
}

static void apply_adopted(struct kith_view *view, const struct kith_entry *e) {
    kith_social_adopt(view->self);
    apply(view, e);
}

static void reset(struct kith_view *view) {
    struct kith_social *s = view->self;
    struct kith_social_head *head;
    kith_search_drop(s);
    kith_circle_wipe(&s->circles);
    for (unsigned i = 0; s->vecs[i]; i++) {
        if (s->vecs[i] != &s->queries)
            kith_vec_wipe(s->vecs[i]);
    }
    kith_index_wipe(&s->index);
    for (unsigned i = 0; i < KITH_QUERY_MAX_INDEXES; i++)
        kith_index_wipe(&s->query_index[i]);
    head = kith_vec_push(&s->head);
    memcpy(head->seed, s->seed, sizeof head->seed);
    head->me = s->me;
    if (!s->queries.count)
        kith_vec_extend(&s->queries, KITH_QUERY_MAX_INDEXES);
    adopt_head(s);
    s->last_person = KITH_PERSON_NONE;
    s->hops.count = 0;
    kith_people_intern(s, &s->me);
    s->hops_dirty = true;
    s->generation++;
}

static void list_vecs(struct kith_social *s) {
    struct kith_vec *own[] = {&s->head,     &s->marks,        &s->people,      &s->people_slots,     &s->edges,
                              &s->edge_slots, &s->abouts,     &s->about_slots, &s->guests,           &s->guest_slots,
                              &s->talks,    &s->talk_slots,   &s->talk_people, &s->expressions,      &s->expression_slots,
                              &s->owns,     &s->loose_slots,  &s->queries,     &s->index.slots,      &s->index.pool,
                              &s->index.free, &s->circles.all, &s->circles.slots, &s->circles.keys, &s->circles.key_slots, &s->circles.items,
                              &s->circles.refs, &s->circles.names, &s->circles.name_slots, &s->circles.given,
                              &s->circles.given_slots, &s->circles.named, &s->circles.named_slots, &s->circles.sealed,
                              &s->circles.trials};
    size_t n = sizeof own / sizeof own[0];
    memcpy(s->vecs, own, sizeof own);
    for (unsigned i = 0; i < KITH_QUERY_MAX_INDEXES; i++) {
        s->vecs[n++] = &s->query_index[i].slots;
        s->vecs[n++] = &s->query_index[i].pool;
        s->vecs[n++] = &s->query_index[i].free;
    }
    KITH_ASSERT(n == KITH_SOCIAL_VECS);
}

static void make_vecs(struct kith_social *s) {
    s->head = KITH_VEC(struct kith_social_head);
    s->marks = KITH_VEC(struct kith_mark);
    s->people = KITH_VEC(struct kith_person);
    s->edges = KITH_VEC(struct kith_edge_item);
    s->abouts = KITH_VEC(struct kith_about_item);
    s->guests = KITH_VEC(struct kith_guest);
    s->talks = KITH_VEC(struct kith_talk);
    s->talk_people = KITH_VEC(uint32_t);
    s->expressions = KITH_VEC(struct kith_expression);
    s->owns = KITH_VEC(struct kith_own);
    s->queries = KITH_VEC(struct kith_query_slot);
    s->people_slots = s->edge_slots = s->about_slots = s->guest_slots = s->talk_slots =
        s->expression_slots = s->loose_slots = KITH_VEC(struct kith_table_slot);
    s->circles.all = KITH_VEC(struct kith_circle);
    s->circles.keys = KITH_VEC(struct kith_circle_key);
    s->circles.items = KITH_VEC(struct kith_circle_item);
    s->circles.names = KITH_VEC(struct kith_circle_name);
    s->circles.given = s->circles.named = KITH_VEC(uint64_t);
    s->circles.refs = s->circles.sealed = KITH_VEC(uint32_t);
    s->circles.trials = KITH_VEC(struct kith_circle_trial);
    s->circles.slots = s->circles.name_slots = s->circles.given_slots = s->circles.named_slots = s->circles.key_slots = KITH_VEC(struct kith_table_slot);
    s->circles.settled = KITH_VEC(struct kith_circle_settled);
    s->circles.dms = KITH_VEC(struct kith_circle_dm);
    s->hops = KITH_VEC(uint8_t);
    s->queue = KITH_VEC(uint32_t);
    s->stamps = KITH_VEC(struct kith_vote_stamp);
    s->lines = KITH_VEC(struct kith_vote_line);
}

struct kith_social *kith_social_new(const struct kith_pubkey *me, unsigned hops, const struct kith_rng *rng) {
    struct kith_social *s = kith_alloc(sizeof *s);
    s->me = *me;
    s->hops_limit = hops < KITH_HOPS_MAX ? hops : KITH_HOPS_MAX;
    kith_rng_fill(rng, s->seed, sizeof s->seed);
    make_vecs(s);
    kith_index_init(&s->index, s->seed);
    for (unsigned i = 0; i < KITH_QUERY_MAX_INDEXES; i++)
        kith_index_init(&s->query_index[i], s->seed);
    list_vecs(s);
    s->view = (struct kith_view){.name = "social",
                                 .version = KITH_SOCIAL_VERSION,
                                 .vecs = s->vecs,
                                 .apply = apply_adopted,
                                 .reset = reset,
                                 .self = s};
    s->views[0] = &s->view;
    reset(&s->view);
    return s;
}

void kith_social_free(struct kith_social *s) {
    if (!s)
        return;
    kith_search_drop(s);
    kith_circle_wipe(&s->circles);
    if (s->circles.keys.p)
        kith_wipe(s->circles.keys.p, s->circles.keys.count * s->circles.keys.item_len);
    for (unsigned i = 0; s->vecs[i]; i++)
        kith_vec_wipe(s->vecs[i]);
    kith_vec_wipe(&s->hops);
    kith_vec_wipe(&s->queue);
    kith_vec_wipe(&s->stamps);
    kith_vec_wipe(&s->lines);
    kith_buf_wipe(&s->words);
    for (unsigned i = 0; i < 2; i++) {
        kith_json_wipe(&s->reading[i].doc);
        kith_json_wipe(&s->reading[i].plain);
        kith_buf_wipe(&s->reading[i].scratch);
    }
    kith_wipe(&s->circles, sizeof s->circles);
    kith_free(s);
}

struct kith_view **kith_social_views(struct kith_social *s) {
    return s->views;
}

int kith_social_bind(struct kith_social *s, struct kith_store *store) {
    s->store = store;
    s->hops_dirty = true;
    adopt_head(s);
    if (kith_pubkey_eq(&kith_social_head(s)->me, &s->me))
        return KITH_OK;
    return kith_store_rebuild(store);
}

int kith_social_read(struct kith_social *s, unsigned which, uint32_t rec, struct kith_reading **out) {
    struct kith_reading *r = &s->reading[which];
    *out = r;
    if (!s->store)
        return KITH_ERR_NOT_FOUND;
    return kith_store_entry(s->store, rec, &r->entry, &r->record, &r->doc, &r->plain, &r->scratch);
}

const struct kith_pubkey *kith_social_me(const struct kith_social *s) {
    return &s->me;
}

struct kith_store *kith_social_store(struct kith_social *s) {
    return s->store;
}

bool kith_social_is_hidden(struct kith_social *s, const struct kith_pubkey *person) {
    uint32_t p = kith_people_find(s, person);
    return p != KITH_TABLE_NONE && (kith_people_at(s, p)->is_muted || kith_people_at(s, p)->is_blocked);
}

bool kith_social_is_muted(struct kith_social *s, const struct kith_pubkey *person) {
    uint32_t p = kith_people_find(s, person);
    return p != KITH_TABLE_NONE && kith_people_at(s, p)->is_muted;
}

bool kith_social_author(struct kith_social *s, uint32_t rec, struct kith_pubkey *out) {
    if (rec >= s->marks.count || kith_social_mark(s, rec)->person == KITH_PERSON_NONE)
        return false;
    *out = kith_people_at(s, kith_social_mark(s, rec)->person)->id;
    return true;
}

bool kith_social_came_loose(struct kith_social *s, const struct kith_entry *e) {
    uint32_t other;
    if (e->record->kind == KITH_RECORD_LOOSE || !kith_social_head(s)->loose_count)
        return false;
    other = kith_table_get(&s->loose_slots, kith_social_msg_key(s, KITH_SPACE_LOOSE, &e->record->id));
    return other != KITH_TABLE_NONE && other < e->rec;
}

void kith_social_forget(struct kith_social *s, uint32_t rec) {
    apply_erased(s, rec, mark_of(s, rec));
    kith_search_forget(s, rec);
}

size_t kith_social_memory(const struct kith_social *s) {
    size_t sum = sizeof *s;
    for (unsigned i = 0; s->vecs[i]; i++)
        sum += s->vecs[i]->cap * s->vecs[i]->item_len;
    return sum + s->hops.cap + s->queue.cap * s->queue.item_len + s->stamps.cap * s->stamps.item_len +
           s->lines.cap * s->lines.item_len + s->words.cap + kith_search_memory(s);
}
