/* SPDX-License-Identifier: MIT */
/* text.h: UTF-8, and the UTF-16 view of it that SSB's limits and ids are defined on. */
#ifndef KITH_BASE_TEXT_H
#define KITH_BASE_TEXT_H

#include "base/bytes.h"

/* True for well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool kith_text_is_utf8(struct kith_bytes in);

/* Decodes one code point at in.p[*pos] and moves *pos; malformed input gives U+FFFD for as many
 * bytes as a TextDecoder replaces by one (WHATWG Encoding). The caller has *pos < in.len. */
uint32_t kith_text_next(struct kith_bytes in, size_t *pos);
void kith_text_put(struct kith_buf *out, uint32_t code_point); /* UTF-8; U+FFFD if it is none */

/* How many UTF-16 units the text has: JavaScript's String.length. Well-formed UTF-8 only. */
size_t kith_text_utf16_len(struct kith_bytes in);

/* The low byte of each UTF-16 unit, appended to out: Node's Buffer.from(text, 'latin1'), on which
 * SSB message ids are computed. Well-formed UTF-8 only. */
void kith_text_put_latin1(struct kith_buf *out, struct kith_bytes in);

#endif
