/* SPDX-License-Identifier: MIT */
/* number.h: doubles to text and back, exactly as ECMAScript does (ECMA-262, Number::toString and
 * StringToNumber for JSON's grammar). Needs no locale and no libc output, so it is the same in a
 * browser. */
#ifndef KITH_BASE_NUMBER_H
#define KITH_BASE_NUMBER_H

#include "base/bytes.h"

#define KITH_NUMBER_MAX_LEN 32 /* longest text of a finite double, with room to spare */

/* The shortest text that reads back as v, finite; -0 gives "0". Returns its length; no NUL. */
size_t kith_number_write(char out[KITH_NUMBER_MAX_LEN], double v);

/* Text that already matches JSON's number grammar; correctly rounded, too large gives infinity.
 * KITH_ERR_SYNTAX: it does not match. */
KITH_MUST int kith_number_parse(struct kith_bytes text, double *out);

#endif
