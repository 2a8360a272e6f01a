/* SPDX-License-Identifier: MIT */
/* box2.h: private messages of the second kind (envelope-spec 1.1, private-group-spec 8.1), for up to 16
 * keys, each of one person or of a group of any size.
 *
 *   header box 32 | n × slot 32 | secretbox(body)
 *
 * base64 and ".box2" after it make the content of a message. Nobody sees who can read it, nor how many;
 * a reader finds out by trying keys. A ciphertext belongs to its author and to the message before it, so
 * that nobody can publish it again as their own. docs/protocol/box2.md says it byte by byte. */
#ifndef KITH_FEED_BOX2_H
#define KITH_FEED_BOX2_H

#include "base/bytes.h"
#include "base/rng.h"
#include "crypto/crypto.h"
#include "feed/id.h"

#define KITH_BOX2_MAX_RECIPIENTS 16 /* slots of one message */

/* How a key came to be shared. It goes into what is derived from the key, so both sides must say the
 * same; and it says in which slots the key may be: a group's in the first alone, the others in any. */
enum kith_box2_scheme {
    KITH_BOX2_GROUP, /* random, handed to all members */
    KITH_BOX2_DM,    /* of two feeds, which nobody has to hand over: kith_box2_dm_keys */
    KITH_BOX2_SELF,  /* random, known to its owner alone */
};

struct kith_box2_key {
    struct kith_symkey key;
    enum kith_box2_scheme scheme;
};

/* --- keys ------------------------------------------------------------------------------------- */

/* The keys of two feeds, the same from both sides. The specification and the JavaScript client sort what
 * goes into it differently, which gives another key for one pair in seven: seal with key[0], the one that
 * the JavaScript client reads, and open with all `count` (1 or 2; key[1] is a copy if it is 1).
 * KITH_ERR_CRYPTO: the other feed's id is no point of the curve, or of small order. */
struct kith_box2_dm {
    struct kith_box2_key key[2];
    size_t count;
};
KITH_MUST int kith_box2_dm_keys(struct kith_box2_dm *out, const struct kith_seckey *mine, const struct kith_pubkey *theirs);

/* A new random key of that scheme (for GROUP and SELF). */
void kith_box2_key_new(struct kith_box2_key *out, enum kith_box2_scheme scheme, const struct kith_rng *rng);

/* --- sealing ---------------------------------------------------------------------------------- */

/* Appends the ciphertext of `text` (compact JSON) as content: base64 and ".box2", without quotes,
 * kith_box2_len characters long. It must be published by `author` directly after `previous` (NULL: as
 * the first message of the feed), or nobody will open it. The author who wants to read it later puts the
 * own SELF key among the recipients. read_key (may be NULL) gets the key that names a group if this is
 * its root message (kith_groupid_derive).
 * KITH_ERR_ARG: no text, no or more than 16 recipients, a GROUP key that is not the first, or a rng that
 * gives zeros; then nothing is appended. */
KITH_MUST int kith_box2_seal(struct kith_buf *out, struct kith_bytes text, const struct kith_pubkey *author,
                             const struct kith_msgid *previous, const struct kith_box2_key *recipients, size_t count,
                             const struct kith_rng *rng, struct kith_symkey *read_key);

/* Characters of the content for text_len bytes of text and `count` recipients. */
size_t kith_box2_len(size_t text_len, size_t count);

/* --- opening ---------------------------------------------------------------------------------- */

#define KITH_BOX2_BOUND_LEN 82

/* One message under trial. Zero-initialise it, begin with a message, try keys one by one; begin again
 * with the next message (its memory is used again), wipe in the end. */
struct kith_box2_opener {
    struct kith_buf box;         /* decoded */
    size_t slots;                /* that have room: at most this many recipients */
    struct kith_symkey read_key; /* after a try that returned KITH_OK or KITH_ERR_CRYPTO */
    uint8_t bound[KITH_BOX2_BOUND_LEN]; /* private: author and previous, part of all that is derived */
};

/* KITH_ERR_SYNTAX: not base64 with ".box2", or too short for one slot and one byte of text. Then there
 * is nothing to try. content is borrowed for the call only. */
KITH_MUST int kith_box2_begin(struct kith_box2_opener *o, struct kith_bytes content, const struct kith_pubkey *author,
                              const struct kith_msgid *previous);

/* Appends the text if the key opens it; it was written by the message's author, but may say anything:
 * parse it as what a peer sent. KITH_ERR_NOT_FOUND: not for this key; try the next. KITH_ERR_CRYPTO: for
 * this key, but its body does not open, and so it does for nobody: do not go on. A GROUP key costs one
 * attempt, the others one for each slot (three HMACs and a MAC each). */
KITH_MUST int kith_box2_try(struct kith_box2_opener *o, const struct kith_box2_key *key, struct kith_buf *out);

void kith_box2_wipe(struct kith_box2_opener *o);

/* --- groups ----------------------------------------------------------------------------------- */

#define KITH_GROUP_ID_LEN 63 /* "ssb:identity/group/" + 44 */

/* The name of a group, which gives neither its key nor its root message away. */
struct kith_groupid { struct kith_hash hash; };

/* root: the id of the group's first message; read_key: of that message, from kith_box2_seal or the opener. */
void kith_groupid_derive(struct kith_groupid *out, const struct kith_msgid *root, const struct kith_symkey *read_key);

/* Reads ssb:identity/group/ID (URL-safe base64, padded) and the older %ID.cloaked; writes the first.
 * KITH_ERR_SYNTAX: neither, or not canonical. */
KITH_MUST int kith_groupid_parse(struct kith_bytes text, struct kith_groupid *out);
void kith_groupid_write(char out[KITH_GROUP_ID_LEN], const struct kith_groupid *id); /* no NUL */
void kith_groupid_put(struct kith_buf *out, const struct kith_groupid *id);

static inline bool kith_groupid_eq(const struct kith_groupid *a, const struct kith_groupid *b) {
    return kith_hash_eq(&a->hash, &b->hash);
}

#endif
