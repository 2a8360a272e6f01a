/* SPDX-License-Identifier: MIT */
/* files.h: the page's static files, read once from a folder. */
#ifndef KITH_BROKER_FILES_H
#define KITH_BROKER_FILES_H

#include "drivers/web.h"

struct files {
    struct kith_web_file *all;
    size_t count, cap;
};

/* Reads all files below the folder. FILE.gz beside FILE is its compressed form. KITH_ERR_NOT_FOUND: there is no
 * index.html in it. KITH_ERR_SIZE: more than 4096 files or 256 MiB. KITH_ERR_IO. */
KITH_MUST int files_read(struct files *f, const char *folder);
void files_wipe(struct files *f);

#endif
