/* SPDX-License-Identifier: MIT */
#include "temporary.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

bool temporary_make(char *path, size_t len) {
    const char *below = getenv("TMPDIR");
    int n = snprintf(path, len, "%s/kith-demo-XXXXXX", below && *below ? below : "/tmp");
    return n > 0 && (size_t)n < len && mkdtemp(path);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where) {
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

void temporary_remove(const char *path) {
    if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT))
        fprintf(stderr, "demo: %s could not be deleted entirely\n", path);
}
