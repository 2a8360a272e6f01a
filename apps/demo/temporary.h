/* SPDX-License-Identifier: MIT */
/* temporary.h: a folder of our own for as long as the demo runs. */
#ifndef KITH_DEMO_TEMPORARY_H
#define KITH_DEMO_TEMPORARY_H

#include <stdbool.h>
#include <stddef.h>

/* Makes a new folder below $TMPDIR or /tmp. False: it cannot be made. */
bool temporary_make(char *path, size_t len);

/* Deletes a folder that temporary_make made, with all that is in it; follows no link out of it. */
void temporary_remove(const char *path);

#endif
