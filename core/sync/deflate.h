/* SPDX-License-Identifier: MIT */
/* deflate.h: raw DEFLATE (RFC 1951) of whole pieces. deflate.c is the only file that includes zlib. */
#ifndef KITH_SYNC_DEFLATE_H
#define KITH_SYNC_DEFLATE_H

#include "base/bytes.h"

/* Appends the compressed form; false and nothing if it would not be shorter than `in`. before: text that the reader
 * has, too, and that may be referred to as if it stood before `in`; empty: none. */
bool kith_deflate(struct kith_buf *out, struct kith_bytes in, struct kith_bytes before);

/* Appends exactly `len` bytes. KITH_ERR_SYNTAX: no such stream, bytes after its end, or another length; then
 * nothing is appended. Never takes more memory than len and zlib's window. */
KITH_MUST int kith_inflate(struct kith_buf *out, struct kith_bytes in, size_t len, struct kith_bytes before);

#endif
