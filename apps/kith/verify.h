/* SPDX-License-Identifier: MIT */
/* verify.h: judging messages without a store: JSON lines of any authors, in any interleaving, on all
 * cores; each feed has to begin at its first message and have no gap. */
#ifndef KITH_APP_VERIFY_H
#define KITH_APP_VERIFY_H

#include <stdint.h>
#include <stdio.h>

struct verify_counts {
    uint64_t messages, valid, invalid;
};

/* Reads to the end. Each invalid one is said on standard error with its line, the first `complaints`
 * of them. */
int verify_stream(FILE *in, unsigned complaints, struct verify_counts *out);

#endif
