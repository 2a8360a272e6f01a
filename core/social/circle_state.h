/* SPDX-License-Identifier: MIT */
/* circle_state.h: what the view keeps of circles. Inside social/ only; part of struct kith_social. Keys of
 * circles are in memory and in snapshots as they are in our own log: readable by who has our secret key or
 * our disk. */
#ifndef KITH_SOCIAL_CIRCLE_STATE_H
#define KITH_SOCIAL_CIRCLE_STATE_H

#include "social/circle.h"
#include "store/vec.h"

struct kith_circle {
    struct kith_groupid id;
    struct kith_symkey secret;
    uint32_t owner;          /* person */
    uint8_t kind;
    bool open, is_known;     /* known: the terms have come, and make the id */
    uint8_t unused;
    uint32_t by;             /* person who first named it: whose it is they may have made up */
    uint32_t lines_1, keys_1; /* the newest line and key of it + 1 */
    uint32_t hint_1;         /* record + 1 of the key message or init whose name stands in until there is an about */
    uint64_t left_upto_1;    /* when we left we held so much of the owner's feed, + 1; 0: we did not */
    uint64_t changes;        /* statements and keys so far */
    uint64_t given_sequence; /* of the owner's last key message: a later one asks us back */
};

struct kith_circle_key {
    struct kith_symkey key;
    uint32_t circle, next_1;
    uint64_t generation;
};

/* A statement about one person, or an epoch; said 0: an about. */
struct kith_circle_item {
    uint32_t circle, next_1;
    uint32_t id, author, who, parent;
    uint64_t sequence, upto, generation; /* generation of an add: keys from there on are theirs */
    uint32_t refs_at, ref_count;
    uint32_t key_1;  /* EPOCH: its key + 1 */
    uint32_t rec;
    uint8_t said;    /* enum kith_circle_said */
    bool on, is_no;  /* is_no: a LEAVE that refuses an invitation */
    bool in_group;   /* all members read it */
    uint8_t unused[4];
};

struct kith_circle_name { /* a message that is a statement, or is named by one */
    struct kith_msgid id;
    bool is_said;
};

/* What is to be tried again: sealed messages from a record on, of one person or of all who may write with the
 * key, with some keys (a key, and those of the circle that came before it) or with all of a circle. */
struct kith_circle_trial {
    uint32_t circle, key_1, person_1, rec;
    uint32_t keys; /* with key_1: how many */
};
#define KITH_CIRCLE_TRIAL_KEYS 256

struct kith_circle_due { /* of a person: from which generation on they get keys, and whether we added them */
    uint64_t from;
    bool ours;
};

struct kith_circle_settled { /* not in snapshots */
    struct kith_circle_members members;
    struct kith_circle_line *lines;
    struct kith_circle_due *dues; /* by person as in members; NULL: not asked yet */
    uint32_t *epochs;             /* items, the highest generation first */
    size_t epoch_count;
    size_t given_at;              /* people before this one lack no key */
    uint64_t changes; /* of the circle when it was settled */
    bool is_there;
};

struct kith_circle_dm { /* not in snapshots */
    struct kith_box2_dm keys;
    uint8_t state; /* 0: not looked at, 1: there, 2: their id is no key */
};

struct kith_circles {
    struct kith_vec all, slots;            /* struct kith_circle */
    struct kith_vec keys, key_slots;       /* struct kith_circle_key */
    struct kith_vec items, refs;           /* struct kith_circle_item, uint32_t */
    struct kith_vec names, name_slots;     /* struct kith_circle_name, from 1 */
    struct kith_vec given, given_slots;    /* uint64_t: key << 32 | person that we gave it to */
    struct kith_vec named, named_slots;    /* uint64_t: group << 32 | person who is named in a statement of it */
    struct kith_vec sealed;                /* uint32_t: records that nothing has opened, ascending */
    struct kith_vec trials;                /* struct kith_circle_trial */

    /* Not in a snapshot. */
    struct kith_vec settled;               /* struct kith_circle_settled by circle */
    struct kith_vec dms;                   /* struct kith_circle_dm by person */
    uint64_t generation;
    struct kith_keypair me;
    struct kith_box2_key self;
    bool has_me;
    uint64_t spent;                         /* keys tried since retry began */
    const struct kith_circle_trial *trying; /* during a retry: what to try */
    struct kith_box2_opener opener;
};
#define KITH_CIRCLE_VECS 14

struct kith_social;
uint64_t kith_circle_given_key(const struct kith_social *s, uint32_t key_1, uint32_t person);
bool kith_circle_was_given(const struct kith_social *s, uint32_t key_1, uint32_t person); /* by us */
/* The key's number + 1 in that circle, of which it is a key, too; 0: it is not. */
uint32_t kith_circle_same_key(const struct kith_social *s, uint32_t circle, uint32_t key_1);
bool kith_circle_is_named(const struct kith_social *s, uint32_t circle, uint32_t person); /* in a group */
/* As kith_circle_members. With dues and epochs, too, if they are asked for. */
struct kith_circle_settled *kith_circle_settled(struct kith_social *s, uint32_t circle);
struct kith_circle_settled *kith_circle_dues(struct kith_social *s, uint32_t circle);
void kith_circle_dues_wipe(struct kith_circle_settled *settled);

#endif
