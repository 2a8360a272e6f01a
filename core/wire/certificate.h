/* SPDX-License-Identifier: MIT */
/* certificate.h: a broker's word that a handle is a key's, checked without asking it (docs/protocol/account.md). */
#ifndef KITH_WIRE_CERTIFICATE_H
#define KITH_WIRE_CERTIFICATE_H

#include "base/bytes.h"
#include "crypto/crypto.h"

#define KITH_HANDLE_MAX 32
#define KITH_CERTIFICATE_MAX 800 /* characters */
#define KITH_CERTIFICATE_HOST_MAX 253

struct kith_handle_tag { uint8_t b[16]; }; /* makes a handle's entries in the broker's feed findable by friends only */

struct kith_certificate {
    struct kith_pubkey broker, key;
    struct kith_handle_tag tag;
    uint32_t from_s, until_s; /* seconds since 1970 */
    char handle[KITH_HANDLE_MAX + 1];
    char host[KITH_CERTIFICATE_HOST_MAX + 1]; /* of the broker, as it calls itself */
};

/* Appends the text. c->broker has to be the key's. */
void kith_certificate_put(struct kith_buf *out, const struct kith_certificate *c, const struct kith_seckey *broker);

/* Reads and verifies. Whether the broker is one to trust, and whether the time is right, is the caller's to see.
 * KITH_ERR_SYNTAX, KITH_ERR_SIZE: no certificate. KITH_ERR_CRYPTO: not signed by the broker that it names. */
KITH_MUST int kith_certificate_parse(struct kith_certificate *out, struct kith_bytes text);

/* Lower-case letters, digits, '-', '.' and '_', 2 to 32 of them; begins with a letter, ends with none of the
 * signs, has no two in a row. Appends the normal form: upper case is folded. KITH_ERR_ARG: no handle. */
KITH_MUST int kith_handle_normal(char out[KITH_HANDLE_MAX + 1], struct kith_bytes text);

/* What looks alike has one skeleton: signs go, 0 is o, 1 and i are l, 5 is s, rn is m, vv is w, and so on. */
void kith_handle_skeleton(char out[KITH_HANDLE_MAX + 1], const char *handle);

/* What a broker's feed says about a handle, without naming it or its key. */
void kith_handle_entry_id(struct kith_hash *out, const struct kith_handle_tag *tag, const char *handle);
void kith_handle_entry_holder(struct kith_hash *out, const struct kith_handle_tag *tag, const struct kith_pubkey *key);

#endif
