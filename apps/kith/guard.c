/* SPDX-License-Identifier: MIT */
#include "guard.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORD_MAX 80

/* The inode's number and when it was made (0 where the file system does not say). The number alone is
 * given again to the next file: unpacking an old archive over a store often hits upon the same one. */
static bool identity(FILE *f, char out[WORD_MAX]) {
    struct statx st;
    if (statx(fileno(f), "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &st))
        return false;
    if (!(st.stx_mask & STATX_BTIME))
        memset(&st.stx_btime, 0, sizeof st.stx_btime);
    snprintf(out, WORD_MAX, "%" PRIu64 " %" PRId64 ".%09" PRIu32 "\n", (uint64_t)st.stx_ino,
             (int64_t)st.stx_btime.tv_sec, (uint32_t)st.stx_btime.tv_nsec);
    return true;
}

bool guard_is_ours(const char *path) {
    char word[WORD_MAX], now[WORD_MAX];
    FILE *f = fopen(path, "re");
    bool ours;
    if (!f)
        return false;
    ours = fgets(word, sizeof word, f) && identity(f, now) && !strcmp(word, now);
    fclose(f);
    return ours;
}

void guard_renew(const char *path) {
    char now[WORD_MAX];
    FILE *f;
    if (guard_is_ours(path))
        return;
    f = fopen(path, "we");
    if (!f)
        return; /* it stays a copy: the next start asks a friend once more */
    if (identity(f, now))
        fputs(now, f);
    fclose(f);
}
