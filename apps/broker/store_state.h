/* SPDX-License-Identifier: MIT */
/* store_state.h: what store.c and modules.c share. */
#ifndef KITH_BROKER_STORE_STATE_H
#define KITH_BROKER_STORE_STATE_H

#include <sqlite3.h>

#include "broker/store.h"

enum { STORE_GET, STORE_PUT, STORE_REMOVE, STORE_APPEND, STORE_HEAD, STORE_FEED, STORE_ACCOUNTS };
enum {
    VAULT_READ, VAULT_PUT, VAULT_REMOVE, ENTRY_PUT, ENTRY_REMOVE, ENTRY_EXACT, ENTRY_PREFIX, DOOR_GET, DOOR_PUT, DOOR_REMOVE,
    LETTER_PUT, LETTER_DROP, LETTER_EACH, STORE_STATEMENTS
};
enum {
    INBOX_GET, INBOX_VISIT, INBOX_CLOSE, INBOX_EMPTY, INBOX_COUNT, INBOX_SWEEP_PACKETS, INBOX_SWEEP_REST, INBOX_SWEEP, PACKET_PUT, PACKET_EACH,
    PACKET_GET, PACKET_DROP, INBOX_STATEMENTS
};

struct store {
    sqlite3 *db;
    sqlite3_stmt *statements[STORE_ACCOUNTS], *modules[STORE_STATEMENTS], *inboxes[INBOX_STATEMENTS];
    struct kith_broker_store calls;
    uint64_t count;
};

int store_fail(struct store *s, const char *what); /* says why on the log; KITH_ERR_IO */
void store_done(sqlite3_stmt *q);
bool store_text(char *out, size_t len, sqlite3_stmt *q, int column);

bool store_attach(struct store *s, const char *file, const char *as); /* file ":memory:": nothing is kept */
bool store_inboxes_open(struct store *s, const char *folder, unsigned total_mib);
void store_inboxes_close(struct store *s);
bool store_modules_open(struct store *s, const char *folder, bool letters);
void store_modules_close(struct store *s);
bool store_modules_forget(struct store *s, const char *skeleton); /* within a transaction */

#endif
