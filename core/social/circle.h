/* SPDX-License-Identifier: MIT */
/* circle.h: circles and groups: who is in them, their keys, and what is opened with these.
 *
 * A circle is an id, a chain of epochs (each a random key) and statements of membership, all in private
 * messages of type circle/… (docs/protocol/circle.md). Three kinds:
 *   friends, circle   only the owner writes membership, and nobody else can read it
 *   group             a founder, keepers, members, who all read the same statements
 * The id is made of the owner, the kind, whether it is open, and a secret that members are given: nobody
 * can pass a circle off as somebody else's, and knowing the id opens nothing.
 *
 * Circles are numbered as long as the store is open. Answers are as old as the last statement applied. */
#ifndef KITH_SOCIAL_CIRCLE_H
#define KITH_SOCIAL_CIRCLE_H

#include "feed/box2.h"
#include "social/circle_members.h"
#include "social/social.h"

#define KITH_CIRCLE_NONE UINT32_MAX
#define KITH_CIRCLES_OF_ONE_MAX 64 /* circles that one author can make known to us, whosoever they are said to be */
#define KITH_CIRCLE_READERS_MAX 15 /* people of one key message; the 16th slot is our own */
#define KITH_CIRCLE_KEYS_MAX 40    /* keys of one key message */
#define KITH_CIRCLE_NAME_MAX 200   /* bytes of a name; longer ones of others are cut at a character */

enum kith_circle_kind { KITH_CIRCLE_FRIENDS = 1, KITH_CIRCLE_NAMED, KITH_CIRCLE_GROUP };
const char *kith_circle_kind_word(enum kith_circle_kind kind); /* friends, circle, group */
enum kith_circle_kind kith_circle_kind_read(struct kith_bytes word); /* 0: none of them */

/* What an id is made of. */
struct kith_circle_terms {
    struct kith_pubkey owner;
    enum kith_circle_kind kind;
    bool open; /* group: every member may add others */
    struct kith_symkey secret;
};
void kith_circle_id(struct kith_groupid *out, const struct kith_circle_terms *terms);

struct kith_circle_info {
    struct kith_groupid id;
    struct kith_circle_terms terms;
    bool mine;
    enum kith_circle_standing standing; /* ours */
    bool is_keeper;     /* or the founder, or the owner */
    bool has_key;       /* we can write */
    bool is_fit;        /* nobody who was excluded or left has the key that we would write with */
    uint64_t generation; /* of that key's epoch */
};

size_t kith_circle_count(const struct kith_social *s);
uint32_t kith_circle_find(const struct kith_social *s, const struct kith_groupid *id); /* KITH_CIRCLE_NONE */
/* False: there is no such circle, or nothing but its name has come so far. */
bool kith_circle_get(struct kith_social *s, uint32_t circle, struct kith_circle_info *out);
/* The friends circle of a person: of several the one made known first. */
uint32_t kith_circle_friends_of(struct kith_social *s, const struct kith_pubkey *owner);
/* Its name, image and description as they were last said by who may; false: never. Appended to out. */
enum kith_circle_text { KITH_CIRCLE_NAME, KITH_CIRCLE_IMAGE, KITH_CIRCLE_DESCRIPTION };
bool kith_circle_text(struct kith_social *s, uint32_t circle, enum kith_circle_text what, struct kith_buf *out);

/* Membership, where we can know it: our own circles, and groups. NULL for others. Borrowed until the next
 * call that applies something. People are numbers of social/people.h. */
const struct kith_circle_members *kith_circle_members(struct kith_social *s, uint32_t circle);
struct kith_pubkey kith_circle_person_id(const struct kith_social *s, uint32_t person);
enum kith_circle_standing kith_circle_standing_of(struct kith_social *s, uint32_t circle, const struct kith_pubkey *id);
/* The message of a statement that members name by number. */
struct kith_msgid kith_circle_statement(const struct kith_social *s, uint32_t id);

/* Who reads a record that was said to the circle, by the key it was sealed with (circle_readers.c). out has an
 * entry for each of the people of kith_circle_members, which must not be NULL. */
enum kith_circle_reads {
    KITH_CIRCLE_READS_NOT = 0,
    KITH_CIRCLE_READS,
    KITH_CIRCLE_READS_STILL, /* is out by now, and was in when that key was made */
};
void kith_circle_readers(struct kith_social *s, uint32_t circle, uint32_t rec, enum kith_circle_reads *out);

/* The key to write with. False: we have none, or have left. */
bool kith_circle_write_key(struct kith_social *s, uint32_t circle, struct kith_box2_key *out);

/* The next people to be given keys by us, and which: all of them lack all of these. Ours to give are those of
 * our own circles; in groups, of epochs that we made and to people whom we added. 0 people: none. */
struct kith_circle_gift {
    struct kith_pubkey people[KITH_CIRCLE_READERS_MAX];
    size_t people_count;
    struct { uint64_t generation; struct kith_symkey key; } keys[KITH_CIRCLE_KEYS_MAX];
    size_t key_count;
};
void kith_circle_gift(struct kith_social *s, uint32_t circle, struct kith_circle_gift *out);

/* Grows whenever something was stated or a key came. */
uint64_t kith_circle_generation(const struct kith_social *s);

/* ---- opening (circle_open.c) ---- */

/* Our keys: whose messages can be opened from now on. Wiped by kith_social_free. */
void kith_social_keys(struct kith_social *s, const struct kith_keypair *keys);
const struct kith_box2_key *kith_social_self_key(const struct kith_social *s);
/* Between us and somebody; cached. KITH_ERR_CRYPTO: their id is no key. */
KITH_MUST int kith_social_dm_keys(struct kith_social *s, const struct kith_pubkey *them, struct kith_box2_dm *out);

/* For kith_store_config.unbox, with the social object as its ctx. */
bool kith_circle_unbox(void *ctx, uint32_t rec, const struct kith_message *m, struct kith_bytes content,
                       struct kith_buf *out, uint32_t *key);

/* Messages that came before their key are tried again when it comes, some of them in each call. True: there
 * is more to do; *opened grows by what has become readable. */
bool kith_circle_retry(struct kith_social *s, size_t *opened);
bool kith_circle_retry_waits(const struct kith_social *s);

/* The circle that a record was opened for; KITH_CIRCLE_NONE: none. */
uint32_t kith_circle_of(const struct kith_social *s, uint32_t rec);

/* Who was excluded keeps the old keys, but says nothing with them: no list but those of SHOW_BLOCKED has it. True of
 * what was said to no circle, and where only the owner knows who is in. */
bool kith_circle_is_said(struct kith_social *s, uint32_t rec);

bool kith_circle_is_root(const struct kith_social *s, uint32_t rec); /* a post that begins a thread, or a share */

/* Whether somebody's client is known to read box2. */
bool kith_circle_can_read(const struct kith_social *s, const struct kith_pubkey *id);

/* The list of a key message's receivers, which its author alone can read again. */
void kith_circle_seal_list(const struct kith_social *s, const struct kith_pubkey *people, size_t count,
                           const struct kith_rng *rng, struct kith_buf *out); /* base64 */

/* A circle's own wall. */
size_t kith_circle_list(struct kith_social *s, uint32_t circle, struct kith_page *page, struct kith_found *out, size_t cap);

#endif
