/* SPDX-License-Identifier: MIT */
/* state.h: what struct kith_social is made of. Inside social/ only: each view's file touches its own
 * members and the shared index, nothing else.
 *
 * One kith_view holds them all: they are fed from one reading of each record (facts.h), name people by
 * the same numbers, and so are worth something only together in a snapshot. */
#ifndef KITH_SOCIAL_STATE_H
#define KITH_SOCIAL_STATE_H

#include "social/circle_state.h"
#include "social/facts.h"
#include "social/graph.h"
#include "social/mention.h"
#include "social/people.h"
#include "social/query.h"
#include "social/spaces.h"
#include "social/table.h"

#define KITH_SOCIAL_VERSION 5

/* What is kept of every record, so that lists are filtered and votes counted without reading the log. */
struct kith_mark {
    uint32_t person;   /* author; KITH_PERSON_NONE: local or not applied */
    uint32_t sequence; /* cut at 32 bits */
    uint32_t detail;   /* vote: expression << 2 | value + 1; guest post: number in guests;
                          private: number of the conversation + 1 */
    uint8_t kind;      /* enum kith_kind; 0 while unreadable */
    uint8_t flags;
    uint8_t notice;    /* enum kith_notice_kind, 0: none */
    uint8_t unused;
    uint32_t key_1;    /* the circle's key that opened it + 1 (social/circle_state.h); 0: none */
};

enum {
    KITH_MARK_SEEN = 1,
    KITH_MARK_READABLE = 2,
    KITH_MARK_GONE = 4, /* forgotten, or a loose message whose chained twin has come */
    KITH_MARK_PRIVATE = 8, /* for people, not for a circle; or we do not know */
    KITH_MARK_ROOT = 16,
    KITH_MARK_GUEST = 32,
};

struct kith_edge_item { /* graph */
    uint32_t from, to;
    uint32_t sequence;
    uint32_t next_out_1, next_in_1; /* the next edge + 1 of the same from, and of the same to */
    uint32_t edge;                  /* enum kith_edge */
};

struct kith_about_item { /* profile: what one author says about one person */
    uint32_t author, target, next_1; /* the next item + 1 about the same target */
    uint32_t rec_1[3];               /* enum kith_profile_field: record + 1 */
};

struct kith_guest { /* wall: a post on another's wall, or a verdict that waits for one */
    uint32_t rec_1, owner;
    uint32_t verdict_sequence;
    uint32_t verdict; /* 0, KITH_KIND_ACCEPT or KITH_KIND_REMOVE */
};

struct kith_talk { /* inbox: a conversation */
    uint64_t key;
    uint32_t people_at, people_count; /* in talk_people */
};

struct kith_expression {
    uint8_t len;
    uint8_t text[32];
};

struct kith_own { /* mention: a message of mine that may be older in the log than what answers it */
    struct kith_msgid id;
};

struct kith_vote_stamp { /* vote: where in the answer a voter is, while stamp is the answer's */
    uint32_t stamp, at;
};

struct kith_vote_line {
    uint32_t rec;
    int value;
};

struct kith_social_head { /* one item: what a snapshot was made with */
    uint64_t seed[2];
    struct kith_pubkey me;
    uint32_t loose_count;
    uint32_t tick; /* of the user's queries */
};

struct kith_query_slot { /* one of the user's indexes; path_len 0: free */
    uint32_t path_len, used_tick;
    uint8_t path[KITH_QUERY_MAX_PATH];
};

/* A record being read for a query. Two, since printing a message asks for names on the way. */
struct kith_reading {
    struct kith_entry entry;
    struct kith_record record;
    struct kith_json doc, plain;
    struct kith_buf scratch;
};

#define KITH_SOCIAL_VECS (18 + KITH_CIRCLE_VECS + 3 + 3 * KITH_QUERY_MAX_INDEXES)

struct kith_social {
    struct kith_pubkey me;
    uint64_t seed[2];
    unsigned hops_limit;
    struct kith_store *store; /* NULL before bind */
    struct kith_view view;
    struct kith_view *views[2];
    struct kith_vec *vecs[KITH_SOCIAL_VECS + 1];

    struct kith_vec head; /* struct kith_social_head */
    struct kith_index index;
    struct kith_vec marks; /* struct kith_mark, by record number */
    struct kith_vec people, people_slots;
    struct kith_vec edges, edge_slots;
    struct kith_vec abouts, about_slots;
    struct kith_vec guests, guest_slots;
    struct kith_vec talks, talk_slots, talk_people;
    struct kith_vec expressions, expression_slots;
    struct kith_vec owns; /* struct kith_own: not looked at yet by the notices */
    struct kith_vec loose_slots; /* id of a loose message -> record */
    struct kith_vec queries; /* struct kith_query_slot */
    struct kith_index query_index[KITH_QUERY_MAX_INDEXES];
    struct kith_circles circles;

    /* Not in a snapshot: found again when asked. */
    uint32_t last_person;
    uint64_t generation;
    struct kith_vec hops;   /* uint8_t by person */
    struct kith_vec queue;  /* uint32_t: people to walk from */
    bool hops_dirty;
    struct kith_vec stamps; /* struct kith_vote_stamp by person */
    uint32_t stamp;
    struct kith_vec lines;  /* struct kith_vote_line: the answer being made */
    struct kith_buf words;  /* profile, mention: folded text */
    struct kith_reading reading[2];
    struct kith_search *search; /* NULL until somebody searches (search.h) */
};

static inline uint64_t kith_social_key(const struct kith_social *s, enum kith_index_space space, struct kith_bytes key) {
    return kith_index_key(&s->index, (uint8_t)space, key);
}
static inline uint64_t kith_social_msg_key(const struct kith_social *s, enum kith_index_space space, const struct kith_msgid *id) {
    return kith_social_key(s, space, kith_bytes(id->hash.b, sizeof id->hash.b));
}
/* Before the first look-up after a snapshot may have been read. */
void kith_social_adopt(struct kith_social *s);
/* The key of two ids together. */
uint64_t kith_social_pair_key(const struct kith_social *s, enum kith_index_space space, const void *a32, const void *b32);

static inline struct kith_mark *kith_social_mark(const struct kith_social *s, uint32_t rec) {
    return KITH_VEC_AT(&s->marks, struct kith_mark, rec);
}
static inline struct kith_social_head *kith_social_head(const struct kith_social *s) {
    return (struct kith_social_head *)s->head.p;
}

static inline uint32_t kith_circle_of_key(const struct kith_social *s, uint32_t key_1) {
    return KITH_VEC_AT(&s->circles.keys, struct kith_circle_key, key_1 - 1)->circle;
}

/* Reads a record; everything is borrowed from the reading until its next use. Errors of kith_store_entry;
 * KITH_ERR_NOT_FOUND before bind. */
KITH_MUST int kith_social_read(struct kith_social *s, unsigned which, uint32_t rec, struct kith_reading **out);

/* page.c: fills out from the list of the key. keep says whether a record that passed the common
 * filter belongs; NULL keeps all. */
typedef bool kith_page_keep(struct kith_social *s, uint32_t rec, void *ctx);
size_t kith_page_fill(struct kith_social *s, struct kith_index *index, uint64_t key, struct kith_page *page,
                      struct kith_found *out, size_t cap, kith_page_keep *keep, void *ctx);

/* The same with another bound, for a keep that reads the log. */
size_t kith_page_fill_within(struct kith_social *s, struct kith_index *index, uint64_t key, struct kith_page *page,
                             struct kith_found *out, size_t cap, kith_page_keep *keep, void *ctx, size_t max_scan);

/* Whether a list with this filter shows the record. */
bool kith_page_passes(struct kith_social *s, const struct kith_page *page, uint32_t rec);

/* The views' parts of apply: one readable record, told once (again only when it became readable). */
void kith_graph_apply(struct kith_social *s, const struct kith_facts *f);
unsigned kith_graph_person_hops(struct kith_social *s, uint32_t person);
bool kith_graph_person_follows(const struct kith_social *s, uint32_t from, uint32_t to);
void kith_profile_apply(struct kith_social *s, const struct kith_facts *f);
void kith_wall_apply(struct kith_social *s, const struct kith_facts *f, struct kith_mark *mark);
void kith_thread_apply(struct kith_social *s, const struct kith_facts *f, struct kith_mark *mark);
void kith_vote_apply(struct kith_social *s, const struct kith_facts *f, struct kith_mark *mark);
void kith_mention_apply(struct kith_social *s, const struct kith_facts *f);
void kith_mention_own(struct kith_social *s, const struct kith_msgid *id, uint32_t rec);
void kith_inbox_note(struct kith_social *s, const struct kith_entry *e);
void kith_inbox_apply(struct kith_social *s, const struct kith_facts *f, struct kith_mark *mark);
void kith_edit_apply(struct kith_social *s, const struct kith_facts *f);
void kith_circle_apply(struct kith_social *s, const struct kith_facts *f);
void kith_circle_follow(struct kith_social *s, uint32_t from, uint32_t to); /* an edge that was not there before */
void kith_circle_follow_again(struct kith_social *s); /* somebody says once more that they follow us */
void kith_circle_sealed(struct kith_social *s, uint32_t rec); /* nothing opens it so far */
void kith_circle_wipe(struct kith_circles *c);  /* what is not in the vecs of a snapshot */
void kith_query_apply(struct kith_social *s, const struct kith_facts *f);
void kith_query_reset(struct kith_social *s);

/* graph.c: what `from` said last of `to`. */
enum kith_edge kith_graph_person_edge(const struct kith_social *s, uint32_t from, uint32_t to);

/* mention.c: puts a record by someone else among the notices, unless it is there for a better reason. */
void kith_mention_notice(struct kith_social *s, const struct kith_facts *f, unsigned kind);
/* The same if `target` is a message of mine. */
void kith_mention_answers(struct kith_social *s, const struct kith_facts *f, const struct kith_msgid *target, unsigned kind);
/* Text as names and tags are compared: without space around it and the sigil in front, ASCII in lower
 * case. Borrowed from s->words. The second takes JSON's canonical text. */
struct kith_bytes kith_mention_fold(struct kith_social *s, struct kith_bytes text, char sigil);
struct kith_bytes kith_mention_fold_json(struct kith_social *s, struct kith_bytes canonical, char sigil);

#endif
