/* SPDX-License-Identifier: MIT */
/* web_files.h: the built page, inside the program. scripts/embed_page.sh writes the table at build
 * time from build/web; before the page was built there is one file, which says how to. */
#ifndef KITH_APP_WEB_FILES_H
#define KITH_APP_WEB_FILES_H

#include "drivers/web.h"

extern const struct kith_web_file web_files[];
extern const size_t web_file_count;

#endif
