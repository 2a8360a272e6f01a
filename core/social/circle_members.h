/* SPDX-License-Identifier: MIT */
/* circle_members.h: who is in a circle or group, and which epoch is written in, as a pure function of
 * the *set* of its statements: two nodes that hold the same statements agree, in whatever order they
 * came. No hash and no clock decides anything: both can be ground by whoever wants to win.
 *
 * Power comes in three layers, founder over keepers over members, and a layer is settled by the ones
 * above it alone, so that no two statements can cancel each other in a circle. Who is excluded keeps
 * what they said up to the sequence that the excluder had seen of them, and nothing after it counts,
 * whatever they claim. docs/protocol/circle.md has the rules in words. */
#ifndef KITH_SOCIAL_CIRCLE_MEMBERS_H
#define KITH_SOCIAL_CIRCLE_MEMBERS_H

#include "crypto/keys.h"

enum kith_circle_said {
    KITH_CIRCLE_ADD = 1,
    KITH_CIRCLE_EXCLUDE,
    KITH_CIRCLE_LEAVE,  /* by the one who leaves; also: refused the invitation */
    KITH_CIRCLE_ACCEPT,
    KITH_CIRCLE_KEEPER, /* by the founder: who is a keeper from now on, or no more */
    KITH_CIRCLE_EPOCH,
};

/* One statement. Ids and people are any numbers; id 0 is none. */
struct kith_circle_line {
    enum kith_circle_said said;
    uint32_t id;              /* by which others name it */
    uint32_t author, who;     /* who: whom it is about (LEAVE, ACCEPT, EPOCH: unused) */
    uint64_t sequence;        /* in its author's feed */
    uint64_t upto;            /* ADD, EXCLUDE, KEEPER: the last sequence of `who` that the author held */
    bool on;                  /* KEEPER */
    uint32_t parent;          /* EPOCH: the one before, 0: the first */
    uint64_t generation;      /* EPOCH: the parent's + 1; 1 for the first */
    const uint32_t *refs;     /* ADD: the excludes and leaves that it takes back; EPOCH: those that it honours */
    size_t ref_count;
};

struct kith_circle_rules {
    uint32_t founder;
    bool open;         /* every member may add others */
    bool needs_accept; /* who was added is a member once they said so */
    const struct kith_pubkey *(*id_of)(void *ctx, uint32_t person); /* the same on all nodes: settles ties */
    void *ctx;
};

enum kith_circle_standing {
    KITH_CIRCLE_OUT = 0,
    KITH_CIRCLE_INVITED, /* added, has not said yes */
    KITH_CIRCLE_IN,
};

struct kith_circle_cut { /* an exclude or leave that holds */
    uint32_t id, who;
    uint64_t upto, until; /* what they said from upto + 1 to until does not count */
    uint64_t until_founder; /* the same as far as the founder alone took it back */
    uint8_t rank;         /* 0: their own, 1: a keeper's, 2: the founder's */
    bool was_added;       /* they may hold keys */
    bool is_void, is_void_early; /* said while they were excluded; early: by the founder */
};

struct kith_circle_person {
    uint32_t number;
    enum kith_circle_standing standing;
    bool is_keeper;
    bool was_added;
    uint64_t seniority;   /* of keepers: when they first were made one */
    uint64_t accepted;    /* sequence of their first yes since they last left; 0: none */
    size_t cuts_at, cuts_count, keepers_at, keepers_count;
};

/* The answer. */
struct kith_circle_members {
    struct kith_circle_person *people; /* by number, ascending */
    size_t people_count;
    struct kith_circle_cut *cuts;      /* by person */
    size_t cut_count;
    uint32_t *owed;                    /* ids of the cuts that an epoch has to honour */
    size_t owed_count;
    uint32_t epoch;                    /* the current one; 0: there is none */
    uint64_t generation;
    bool is_fit;                       /* it honours all that is owed: who was excluded has not got its key */
    uint32_t *unhonoured;              /* of owed, those that the current epoch does not honour */
    size_t unhonoured_count;

    /* for counts */
    struct kith_circle_rules rules;
    uint64_t founder_left;
    struct kith_circle_line *keeper_lines; /* the founder's, by person and sequence */
    size_t keeper_count;
    struct kith_circle_cut **cuts_by_id;   /* and person */
};

/* Fills *out, which is the caller's to wipe. */
void kith_circle_settle(struct kith_circle_members *out, const struct kith_circle_rules *rules,
                        const struct kith_circle_line *lines, size_t count);
void kith_circle_members_wipe(struct kith_circle_members *m);

/* ---- cuts, for circle_members.c (circle_cuts.c) ---- */

#define KITH_CIRCLE_NEVER UINT64_MAX
enum { KITH_CIRCLE_RANK_SELF, KITH_CIRCLE_RANK_KEEPER, KITH_CIRCLE_RANK_FOUNDER };

void kith_circle_cut_add(struct kith_circle_members *m, const struct kith_circle_line *l, unsigned rank);
void kith_circle_cuts_arrange(struct kith_circle_members *m); /* after the last was added */
bool kith_circle_lift(struct kith_circle_members *m, const struct kith_circle_line *add, unsigned rank);
void kith_circle_void_leaves(struct kith_circle_members *m, unsigned rank);

/* ---- asking ---- */

/* OUT for anyone who was never named. */
enum kith_circle_standing kith_circle_standing(const struct kith_circle_members *m, uint32_t person);
bool kith_circle_is_keeper(const struct kith_circle_members *m, uint32_t person); /* or the founder */

/* Whether what the person said with that sequence is said as a member. */
bool kith_circle_counts(const struct kith_circle_members *m, uint32_t person, uint64_t sequence);

/* Whether the person may add others, or take back that somebody was excluded. */
bool kith_circle_may_add(const struct kith_circle_members *m, uint32_t person);

/* circle_epochs.c: the second half of settle. */
void kith_circle_settle_epoch(struct kith_circle_members *m, const struct kith_circle_line *lines, size_t count);
struct kith_circle_person *kith_circle_person(const struct kith_circle_members *m, uint32_t number); /* or NULL */

#endif
