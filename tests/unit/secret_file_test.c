/* SPDX-License-Identifier: MIT */
/* secret_file_test.c: a key's file is there whole, once, for its owner's eyes; and an attempt that was cut off is no hindrance. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "drivers/secret_file.h"
#include "feed/secret.h"

static char folder[] = "/tmp/kith-secret-XXXXXX", path[64], fresh[64];

static bool holds(const struct kith_keypair *keys) {
    struct kith_keypair found;
    size_t len;
    char *text = check_read_file(path, &len);
    bool good = text && !kith_secret_parse(kith_bytes(text, len), &found) && kith_pubkey_eq(&found.pub, &keys->pub);
    free(text);
    return good;
}

int main(void) {
    struct kith_keypair anna, ben;
    struct stat st;
    int fd;
    kith_sign_keypair(&anna, &(struct kith_seed){{1}});
    kith_sign_keypair(&ben, &(struct kith_seed){{2}});
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/secret", folder);
    snprintf(fresh, sizeof fresh, "%s/secret.new", folder);

    /* What a power cut leaves. */
    fd = open(fresh, O_WRONLY | O_CREAT, 0400);
    CHECK(fd >= 0 && write(fd, "{", 1) == 1 && !close(fd));
    CHECK(!kith_secret_file_make(path, &anna));
    CHECK(holds(&anna) && access(fresh, F_OK));
    CHECK(!stat(path, &st) && (st.st_mode & 0777) == 0400 && st.st_nlink == 1);

    CHECK(kith_secret_file_make(path, &ben) == KITH_ERR_EXISTS);
    CHECK(holds(&anna) && access(fresh, F_OK));

    CHECK(!unlink(path) && !rmdir(folder));
    CHECK(kith_secret_file_make(path, &ben) == KITH_ERR_IO);
    return check_done();
}
