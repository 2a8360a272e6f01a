/* SPDX-License-Identifier: MIT */
/* store.h: what the broker keeps, in SQLite files: broker.db, and
 * letters.db and inboxes.db where these are on. What is deleted is overwritten. */
#ifndef KITH_BROKER_APP_STORE_H
#define KITH_BROKER_APP_STORE_H

#include "broker/store.h"
#include "options.h"

struct store;

/* Opens or makes FOLDER/broker.db. Says on the log what is wrong; NULL then. */
struct store *store_open(const char *folder, const struct options *o);
void store_close(struct store *s); /* NULL is fine */
const struct kith_broker_store *store_calls(struct store *s);

#endif
