/* SPDX-License-Identifier: MIT */
/* inbox_serve.h: inboxes over HTTP (kith serve --inbox), for us and for anybody who was told the address:
 *
 *     POST /inbox/NAME        a packet: 201; 413 too long, 507 no room
 *     GET /inbox/NAME         with a proof (wire/inbox_proof.h): a line for each packet, FILE LENGTH, the oldest first
 *     GET, DELETE /inbox/NAME/FILE
 *     PUT /inbox/NAME         as at a broker (docs/protocol/inbox.md): here it is there anyway
 *
 * What is for ourselves goes to inpackets at once. The rest lies in HOME/inbox/NAME until it is fetched, no longer than
 * INBOX_AGE_DAYS, INBOX_EACH_MAX bytes of one name and INBOX_ALL_MAX of all. */
#ifndef KITH_APP_INBOX_SERVE_H
#define KITH_APP_INBOX_SERVE_H

#include "host.h"

#define INBOX_PORT 8485
#define INBOX_AGE_DAYS 30
#define INBOX_EACH_MAX ((uint64_t)64 << 20)
#define INBOX_ALL_MAX ((uint64_t)1 << 30)
#define INBOX_FILES_MAX 2000 /* of one name */

struct inbox_serve;

/* *port as kith_web_start; cert and key are files or NULL. The errors of kith_web_start, KITH_ERR_IO. */
KITH_MUST int inbox_serve_start(struct inbox_serve **out, struct host *h, const char *address, uint16_t *port, const char *cert, const char *key);
void inbox_serve_stop(struct inbox_serve *s); /* NULL is fine */

#endif
