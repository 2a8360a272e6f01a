/* SPDX-License-Identifier: MIT */
/* web_token.h: the small files of the page's port in HOME. */
#ifndef KITH_APP_WEB_TOKEN_H
#define KITH_APP_WEB_TOKEN_H

#include "home.h"
#include "web_gate.h"

/* The token of HOME/web-token, 64 hexadecimal digits; made, mode 0600, when there is none or when it is
 * not one. KITH_ERR_IO. */
KITH_MUST int web_token_get(const struct home *home, char out[static WEB_TOKEN_LEN + 1]);

/* The first line of a file, appended, without its end. KITH_ERR_NOT_FOUND, KITH_ERR_IO, KITH_ERR_ARG:
 * empty, or longer than 4 KiB. */
KITH_MUST int web_token_read_line(const char *path, struct kith_buf *out);

/* HOME/name becomes this line, mode 0600, in one step. KITH_ERR_EXISTS: it is there and may not be
 * replaced. KITH_ERR_IO. */
KITH_MUST int web_token_write(const struct home *home, const char *name, const char *line, bool replace);

#endif
