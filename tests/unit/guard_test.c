/* SPDX-License-Identifier: MIT */
#include "guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

static char dir[] = "/tmp/kith-guard-XXXXXX";
static char path[64], other[64];

static void copy(const char *from, const char *to) {
    char text[256];
    FILE *f = fopen(from, "r");
    size_t len = fread(text, 1, sizeof text, f);
    fclose(f);
    f = fopen(to, "w");
    fwrite(text, 1, len, f);
    fclose(f);
}

static void original(void) {
    CHECK(!guard_is_ours(path)); /* none yet */
    guard_renew(path);
    CHECK(guard_is_ours(path));
    guard_renew(path);
    CHECK(guard_is_ours(path));
    CHECK(!rename(path, other) && guard_is_ours(other)); /* a store that was moved is the same one */
    CHECK(!rename(other, path));
}

static void copied(void) {
    copy(path, other);
    CHECK(!guard_is_ours(other));
    guard_renew(other);
    CHECK(guard_is_ours(other) && guard_is_ours(path));
}

/* Whether the file system says when a file was made. */
static bool has_birth(void) {
    char text[80] = "";
    FILE *f = fopen(path, "r");
    CHECK(fgets(text, sizeof text, f));
    fclose(f);
    return !strstr(text, " 0.000000000");
}

/* As an archive is unpacked over a store: the old file goes, the new one may get its inode. */
static void restored(void) {
    for (int i = 0; i < 20 && has_birth(); i++) {
        copy(path, other);
        unlink(path);
        copy(other, path);
        CHECK(!guard_is_ours(path));
        guard_renew(path);
        unlink(other);
    }
}

static void damaged(void) {
    FILE *f = fopen(path, "w");
    CHECK(!guard_is_ours(path));
    fputs("not a number, and much longer than any word that stands in such a file, so that it is cut off somewhere\n", f);
    fclose(f);
    CHECK(!guard_is_ours(path));
}

int main(void) {
    if (!mkdtemp(dir))
        return 1;
    snprintf(path, sizeof path, "%s/guard", dir);
    snprintf(other, sizeof other, "%s/other", dir);
    original();
    copied();
    restored();
    damaged();
    unlink(path);
    unlink(other);
    rmdir(dir);
    return check_done();
}
