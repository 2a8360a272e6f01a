/* SPDX-License-Identifier: MIT */
/* base64.h: RFC 4648 section 4, strict: padding is required and unused bits must be zero, since ids
 * are compared as text and two spellings of one key would be two people (reference: ssb-ref). */
#ifndef KITH_BASE_BASE64_H
#define KITH_BASE_BASE64_H

#include "base/bytes.h"

/* Length of the text for len bytes, padding included. */
static inline size_t kith_base64_len(size_t len) {
    return (len + 2) / 3 * 4;
}

/* Writes kith_base64_len(len) characters to out, no NUL. */
void kith_base64_write(char *out, const uint8_t *in, size_t len);
void kith_base64_put(struct kith_buf *out, struct kith_bytes in);

/* Decodes text into out, which has room for cap bytes; *len gets the number written.
 * KITH_ERR_SYNTAX: not canonical base64. KITH_ERR_SIZE: more than cap bytes. */
KITH_MUST int kith_base64_parse(struct kith_bytes text, uint8_t *out, size_t cap, size_t *len);

/* The same in the alphabet of section 5, '-' and '_', without padding, as it stands in links. parse is as strict. */
void kith_base64url_put(struct kith_buf *out, struct kith_bytes in);
KITH_MUST int kith_base64url_parse(struct kith_bytes text, uint8_t *out, size_t cap, size_t *len);

#endif
