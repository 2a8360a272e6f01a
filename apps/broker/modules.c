/* SPDX-License-Identifier: MIT */
/* What the modules keep: vaults, the directory, doors, letters. Tables of broker.db, but for letters: they come and go too often for
 * a database that is on the disk before each answer, and have a file of their own that a power cut may set back a little. */
#include <sqlite3.h>
#include <stdio.h>

#include "serve.h"
#include "store.h"
#include "store_state.h"

#define LETTERS_PAGES 40000 /* of 4 KiB: 8,192 letters take about 90 MiB at the most */

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS vault(skeleton TEXT PRIMARY KEY, file BLOB NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS entry(skeleton TEXT PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL) WITHOUT ROWID, STRICT;"
    "CREATE INDEX IF NOT EXISTS entry_folded ON entry(folded);"
    "CREATE TABLE IF NOT EXISTS door(skeleton TEXT PRIMARY KEY, address BLOB NOT NULL) WITHOUT ROWID, STRICT;";
static const char letters_schema[] =
    "PRAGMA letters.journal_mode=WAL; PRAGMA letters.synchronous=NORMAL; PRAGMA letters.secure_delete=ON;"
    "CREATE TABLE IF NOT EXISTS letters.letter(hash BLOB NOT NULL, receiver BLOB NOT NULL, until INTEGER NOT NULL, sealed BLOB NOT NULL,"
    " PRIMARY KEY(receiver, hash)) STRICT;";

const char *const store_module_texts[STORE_STATEMENTS] = {
    [VAULT_READ] = "SELECT substr(file, ?2, ?3) FROM vault WHERE skeleton = ?1",
    [VAULT_PUT] = "INSERT INTO vault VALUES(?1, ?2) ON CONFLICT DO UPDATE SET file = ?2",
    [VAULT_REMOVE] = "DELETE FROM vault WHERE skeleton = ?1",
    [ENTRY_PUT] = "INSERT INTO entry VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET name = ?2, folded = ?3",
    [ENTRY_REMOVE] = "DELETE FROM entry WHERE skeleton = ?1",
    [ENTRY_EXACT] = "SELECT skeleton, name FROM entry WHERE folded = ?1 ORDER BY skeleton",
    /* What begins with it is from it up to it followed by the last of all characters. */
    [ENTRY_PREFIX] = "SELECT skeleton, name FROM entry WHERE folded >= ?1 AND folded < ?1 || char(0x10ffff) ORDER BY folded",
    [DOOR_GET] = "SELECT address FROM door WHERE skeleton = ?1",
    [DOOR_PUT] = "INSERT INTO door VALUES(?1, ?2) ON CONFLICT DO UPDATE SET address = ?2",
    [DOOR_REMOVE] = "DELETE FROM door WHERE skeleton = ?1",
    [LETTER_PUT] = "INSERT OR IGNORE INTO letters.letter VALUES(?1, ?2, ?3, ?4)",
    [LETTER_DROP] = "DELETE FROM letters.letter WHERE receiver = ?1 AND hash = ?2",
    [LETTER_EACH] = "SELECT hash, receiver, until, sealed FROM letters.letter ORDER BY until",
};

static int store_run(struct store *s, sqlite3_stmt *q) {
    bool good = sqlite3_step(q) == SQLITE_DONE;
    int err = good ? KITH_OK : store_fail(s, "write");
    store_done(q);
    return err;
}

/* ---- vaults ---- */

static int vault_read(void *ctx, const char *skeleton, size_t at, size_t len, struct kith_buf *out) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->modules[VAULT_READ];
    int err = KITH_ERR_NOT_FOUND, step;
    sqlite3_bind_text(q, 1, skeleton, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(q, 2, (sqlite3_int64)at + 1);
    sqlite3_bind_int64(q, 3, (sqlite3_int64)len);
    step = sqlite3_step(q);
    if (step == SQLITE_ROW) {
        size_t got = (size_t)sqlite3_column_bytes(q, 0);
        if (got)
            kith_buf_put(out, sqlite3_column_blob(q, 0), got);
        err = KITH_OK;
    } else if (step != SQLITE_DONE) {
        err = store_fail(s, "vault");
    }
    store_done(q);
    return err;
}

static int vault_put(void *ctx, const char *skeleton, struct kith_bytes file) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->modules[file.len ? VAULT_PUT : VAULT_REMOVE];
    sqlite3_bind_text(q, 1, skeleton, -1, SQLITE_TRANSIENT);
    if (file.len)
        sqlite3_bind_blob64(q, 2, file.p, file.len, SQLITE_STATIC);
    return store_run(s, q);
}

/* ---- the directory ---- */

static int entry_put(void *ctx, const struct kith_broker_entry *e) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->modules[ENTRY_PUT];
    sqlite3_bind_text(q, 1, e->skeleton, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(q, 2, e->name, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(q, 3, e->folded, -1, SQLITE_TRANSIENT);
    return store_run(s, q);
}

static int entry_remove(void *ctx, const char *skeleton) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->modules[ENTRY_REMOVE];
    sqlite3_bind_text(q, 1, skeleton, -1, SQLITE_TRANSIENT);
    return store_run(s, q);
}

static int entry_find(void *ctx, const char *folded, bool prefix, bool (*each)(void *to, const struct kith_broker_entry *e), void *to) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->modules[prefix ? ENTRY_PREFIX : ENTRY_EXACT];
    struct kith_broker_entry e = {0};
    int step;
    sqlite3_bind_text(q, 1, folded, -1, SQLITE_TRANSIENT);
    while ((step = sqlite3_step(q)) == SQLITE_ROW) {
        if (!store_text(e.skeleton, sizeof e.skeleton, q, 0) || !store_text(e.name, sizeof e.name, q, 1))
            continue;
        if (!each(to, &e))
            break;
    }
    step = step == SQLITE_ROW || step == SQLITE_DONE ? KITH_OK : store_fail(s, "find");
    store_done(q);
    return step;
}

/* ---- doors ---- */

static int door_put(void *ctx, const char *skeleton, const struct kith_pubkey *door) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->modules[door ? DOOR_PUT : DOOR_REMOVE];
    sqlite3_bind_text(q, 1, skeleton, -1, SQLITE_TRANSIENT);
    if (door)
        sqlite3_bind_blob(q, 2, door->b, sizeof door->b, SQLITE_TRANSIENT);
    return store_run(s, q);
}

static int door_get(void *ctx, const char *skeleton, struct kith_pubkey *out) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->modules[DOOR_GET];
    int err = KITH_ERR_NOT_FOUND, step;
    sqlite3_bind_text(q, 1, skeleton, -1, SQLITE_TRANSIENT);
    step = sqlite3_step(q);
    if (step == SQLITE_ROW && sqlite3_column_bytes(q, 0) == (int)sizeof out->b) {
        memcpy(out->b, sqlite3_column_blob(q, 0), sizeof out->b);
        err = KITH_OK;
    } else if (step != SQLITE_ROW && step != SQLITE_DONE) {
        err = store_fail(s, "door");
    }
    store_done(q);
    return err;
}

/* ---- letters ---- */

static int letter_put(void *ctx, const struct kith_broker_letter *l) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->modules[LETTER_PUT];
    sqlite3_bind_blob(q, 1, l->hash.b, sizeof l->hash.b, SQLITE_STATIC);
    sqlite3_bind_blob(q, 2, l->to.b, sizeof l->to.b, SQLITE_STATIC);
    sqlite3_bind_int64(q, 3, (sqlite3_int64)l->until_ms);
    sqlite3_bind_blob64(q, 4, l->sealed.p, l->sealed.len, SQLITE_STATIC);
    return store_run(s, q);
}

static int letter_drop(void *ctx, const struct kith_pubkey *to, const struct kith_hash *hash) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->modules[LETTER_DROP];
    sqlite3_bind_blob(q, 1, to->b, sizeof to->b, SQLITE_STATIC);
    sqlite3_bind_blob(q, 2, hash->b, sizeof hash->b, SQLITE_STATIC);
    return store_run(s, q);
}

static int letter_each(void *ctx, void (*each)(void *to, const struct kith_broker_letter *l), void *to) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->modules[LETTER_EACH];
    int step;
    while ((step = sqlite3_step(q)) == SQLITE_ROW) {
        struct kith_broker_letter l = {.until_ms = (uint64_t)sqlite3_column_int64(q, 2)};
        if (sqlite3_column_bytes(q, 0) != sizeof l.hash.b || sqlite3_column_bytes(q, 1) != sizeof l.to.b)
            continue;
        memcpy(l.hash.b, sqlite3_column_blob(q, 0), sizeof l.hash.b);
        memcpy(l.to.b, sqlite3_column_blob(q, 1), sizeof l.to.b);
        l.sealed = kith_bytes(sqlite3_column_blob(q, 3), (size_t)sqlite3_column_bytes(q, 3));
        each(to, &l);
    }
    step = step == SQLITE_DONE ? KITH_OK : store_fail(s, "letters");
    store_done(q);
    return step;
}

/* ---- all ---- */

bool store_attach(struct store *s, const char *file, const char *as) {
    sqlite3_stmt *attach = NULL;
    bool good = sqlite3_prepare_v2(s->db, "ATTACH ?1 AS ?2", -1, &attach, NULL) == SQLITE_OK &&
                sqlite3_bind_text(attach, 1, file, -1, SQLITE_STATIC) == SQLITE_OK &&
                sqlite3_bind_text(attach, 2, as, -1, SQLITE_STATIC) == SQLITE_OK && sqlite3_step(attach) == SQLITE_DONE;
    sqlite3_finalize(attach);
    return good;
}

/* Letters go to a file only where they are on. */
bool store_modules_open(struct store *s, const char *folder, bool letters) {
    char path[OPTION_MAX + 32];
    bool good = sqlite3_exec(s->db, schema, NULL, NULL, NULL) == SQLITE_OK;
    snprintf(path, sizeof path, "%s/letters.db", folder);
    good = good && store_attach(s, letters ? path : ":memory:", "letters") && sqlite3_exec(s->db, letters_schema, NULL, NULL, NULL) == SQLITE_OK;
    snprintf(path, sizeof path, "PRAGMA letters.max_page_count=%d", LETTERS_PAGES);
    good = good && sqlite3_exec(s->db, path, NULL, NULL, NULL) == SQLITE_OK;
    for (size_t i = 0; good && i < STORE_STATEMENTS; i++)
        good = sqlite3_prepare_v3(s->db, store_module_texts[i], -1, SQLITE_PREPARE_PERSISTENT, &s->modules[i], NULL) == SQLITE_OK;
    s->calls.vault_read = vault_read;
    s->calls.vault_put = vault_put;
    s->calls.entry_put = entry_put;
    s->calls.entry_remove = entry_remove;
    s->calls.entry_find = entry_find;
    s->calls.door_put = door_put;
    s->calls.door_get = door_get;
    s->calls.letter_put = letter_put;
    s->calls.letter_drop = letter_drop;
    s->calls.letter_each = letter_each;
    return good;
}

void store_modules_close(struct store *s) {
    for (size_t i = 0; i < STORE_STATEMENTS; i++)
        sqlite3_finalize(s->modules[i]);
}

bool store_modules_forget(struct store *s, const char *skeleton) {
    return !vault_put(s, skeleton, KITH_LIT("")) && !entry_remove(s, skeleton) && !door_put(s, skeleton, NULL);
}
