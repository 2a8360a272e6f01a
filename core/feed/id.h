/* SPDX-License-Identifier: MIT */
/* id.h: SSB ids as text: '@' feed '.ed25519', '%' message '.sha256', '&' blob '.sha256', and the
 * ssb: URIs and links that people paste (ssb-uri-spec 1.3). Source: ssb-ref 2.16.0. */
#ifndef KITH_FEED_ID_H
#define KITH_FEED_ID_H

#include "base/bytes.h"
#include "crypto/keys.h"

#define KITH_FEED_ID_LEN 53 /* '@' + 44 + ".ed25519" */
#define KITH_HASH_ID_LEN 52 /* '%' or '&' + 44 + ".sha256" */

struct kith_msgid { struct kith_hash hash; };
struct kith_blobid { struct kith_hash hash; };

/* KITH_ERR_SYNTAX unless the text is exactly one id of that kind, in canonical base64. */
KITH_MUST int kith_feed_id_parse(struct kith_bytes text, struct kith_pubkey *out);
KITH_MUST int kith_msgid_parse(struct kith_bytes text, struct kith_msgid *out);
KITH_MUST int kith_blobid_parse(struct kith_bytes text, struct kith_blobid *out); /* no "?unbox=" */

/* Without NUL: KITH_FEED_ID_LEN or KITH_HASH_ID_LEN characters. */
void kith_feed_id_write(char out[KITH_FEED_ID_LEN], const struct kith_pubkey *id);
void kith_msgid_write(char out[KITH_HASH_ID_LEN], const struct kith_msgid *id);
void kith_blobid_write(char out[KITH_HASH_ID_LEN], const struct kith_blobid *id);
void kith_feed_id_put(struct kith_buf *out, const struct kith_pubkey *id);
void kith_msgid_put(struct kith_buf *out, const struct kith_msgid *id);
void kith_blobid_put(struct kith_buf *out, const struct kith_blobid *id);

static inline bool kith_msgid_eq(const struct kith_msgid *a, const struct kith_msgid *b) {
    return kith_hash_eq(&a->hash, &b->hash);
}

/* What a pasted text means: a sigil id (with or without "?unbox=KEY.boxs"), an ssb: URI of any of
 * its spellings, alone, in white space, or after the '#' or "#/" of a link (there also
 * percent-encoded). */
enum kith_ref_kind { KITH_REF_NONE, KITH_REF_FEED, KITH_REF_MESSAGE, KITH_REF_BLOB };
struct kith_ref {
    enum kith_ref_kind kind;
    struct kith_hash bytes; /* the key or hash */
    bool has_unbox;
    struct kith_symkey unbox; /* blob only: the key that opens it */
};

/* KITH_ERR_SYNTAX: none of these; then kind is KITH_REF_NONE. A blob whose unbox key does not parse
 * is refused; what else a query says is ignored. */
KITH_MUST int kith_ref_parse(struct kith_bytes text, struct kith_ref *out);

/* The way back: as a sigil id, the unbox key as it stands in posts; and as an ssb: URI, of the
 * spelling that ssb-uri-spec 1.3 prefers. A ref of kind NONE puts nothing. */
void kith_ref_put(struct kith_buf *out, const struct kith_ref *ref);
void kith_ref_put_uri(struct kith_buf *out, const struct kith_ref *ref);

#endif
