/* SPDX-License-Identifier: MIT */
#include "store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>

#include "serve.h"
#include "store_state.h"

#define BUSY_MS 1000

/* One row an account, and the broker's own feed, which names nobody. */
static const char schema[] =
    "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF;"
    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-2000;"
    "CREATE TABLE IF NOT EXISTS account(skeleton TEXT PRIMARY KEY, handle TEXT NOT NULL, proof BLOB NOT NULL,"
    " certificate TEXT NOT NULL) WITHOUT ROWID, STRICT;"
    "CREATE TABLE IF NOT EXISTS feed(sequence INTEGER PRIMARY KEY, id BLOB NOT NULL, message TEXT NOT NULL) STRICT;"
    "PRAGMA user_version=1;";

static const char *const texts[STORE_ACCOUNTS] = {
    [STORE_GET] = "SELECT handle, proof, certificate FROM account WHERE skeleton = ?1",
    [STORE_PUT] = "INSERT INTO account VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET handle = ?2, proof = ?3, certificate = ?4",
    [STORE_REMOVE] = "DELETE FROM account WHERE skeleton = ?1",
    [STORE_APPEND] = "INSERT INTO feed VALUES(?1, ?2, ?3)",
    [STORE_HEAD] = "SELECT sequence, id FROM feed ORDER BY sequence DESC LIMIT 1",
    [STORE_FEED] = "SELECT message FROM feed WHERE sequence = ?1",
};

int store_fail(struct store *s, const char *what) {
    log_line(3, "store.failed what=%s why=\"%s\"", what, sqlite3_errmsg(s->db));
    return KITH_ERR_IO;
}

void store_done(sqlite3_stmt *q) {
    sqlite3_reset(q);
    sqlite3_clear_bindings(q);
}

static bool run(struct store *s, sqlite3_stmt *q) {
    bool good = sqlite3_step(q) == SQLITE_DONE;
    if (!good)
        (void)store_fail(s, "write");
    store_done(q);
    return good;
}

bool store_text(char *out, size_t len, sqlite3_stmt *q, int column) {
    const unsigned char *text = sqlite3_column_text(q, column);
    snprintf(out, len, "%s", text ? (const char *)text : "");
    return text && (size_t)sqlite3_column_bytes(q, column) < len;
}

static int get(void *ctx, const char *skeleton, struct kith_broker_account *out) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->statements[STORE_GET];
    int err = KITH_ERR_NOT_FOUND, step;
    memset(out, 0, sizeof *out);
    sqlite3_bind_text(q, 1, skeleton, -1, SQLITE_TRANSIENT);
    step = sqlite3_step(q);
    if (step == SQLITE_ROW) {
        bool good = store_text(out->handle, sizeof out->handle, q, 0) &&
                    store_text(out->certificate, sizeof out->certificate, q, 2) &&
                    sqlite3_column_bytes(q, 1) == (int)sizeof out->proof;
        if (good)
            memcpy(out->proof.b, sqlite3_column_blob(q, 1), sizeof out->proof);
        snprintf(out->skeleton, sizeof out->skeleton, "%s", skeleton);
        err = good ? KITH_OK : KITH_ERR_CORRUPT;
    } else if (step != SQLITE_DONE) {
        err = store_fail(s, "get");
    }
    store_done(q);
    return err;
}

static bool append(struct store *s, struct kith_bytes message, const struct kith_head *head) {
    sqlite3_stmt *q = s->statements[STORE_APPEND];
    if (!message.len)
        return true;
    sqlite3_bind_int64(q, 1, (sqlite3_int64)head->sequence);
    sqlite3_bind_blob(q, 2, head->id.hash.b, 32, SQLITE_TRANSIENT);
    sqlite3_bind_text(q, 3, (const char *)message.p, (int)message.len, SQLITE_TRANSIENT);
    return run(s, q);
}

static bool begin(struct store *s) {
    return sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK || (store_fail(s, "begin"), false);
}

/* All or nothing. */
static int end(struct store *s, bool good) {
    if (good && sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return KITH_OK;
    if (good)
        (void)store_fail(s, "commit");
    (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    return KITH_ERR_IO;
}

static void recount(struct store *s) {
    sqlite3_stmt *q;
    if (sqlite3_prepare_v2(s->db, "SELECT count(*) FROM account", -1, &q, NULL) == SQLITE_OK) {
        if (sqlite3_step(q) == SQLITE_ROW)
            s->count = (uint64_t)sqlite3_column_int64(q, 0);
        sqlite3_finalize(q);
    }
}

static int put(void *ctx, const struct kith_broker_account *a, struct kith_bytes message, const struct kith_head *head) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->statements[STORE_PUT];
    bool good;
    int err;
    if (!begin(s))
        return KITH_ERR_IO;
    sqlite3_bind_text(q, 1, a->skeleton, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(q, 2, a->handle, -1, SQLITE_TRANSIENT);
    sqlite3_bind_blob(q, 3, a->proof.b, sizeof a->proof.b, SQLITE_TRANSIENT);
    sqlite3_bind_text(q, 4, a->certificate, -1, SQLITE_TRANSIENT);
    good = run(s, q) && append(s, message, head);
    err = end(s, good);
    recount(s);
    return err;
}

static int remove_account(void *ctx, const char *skeleton, struct kith_bytes message, const struct kith_head *head) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->statements[STORE_REMOVE];
    bool good;
    int err;
    if (!begin(s))
        return KITH_ERR_IO;
    sqlite3_bind_text(q, 1, skeleton, -1, SQLITE_TRANSIENT);
    good = run(s, q) && append(s, message, head) && store_modules_forget(s, skeleton);
    err = end(s, good);
    recount(s);
    return err;
}

static uint64_t count(void *ctx) {
    return ((struct store *)ctx)->count;
}

static int head(void *ctx, struct kith_head *out) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->statements[STORE_HEAD];
    int step = sqlite3_step(q), err = KITH_OK;
    *out = (struct kith_head){0};
    if (step == SQLITE_ROW && sqlite3_column_bytes(q, 1) == 32) {
        out->sequence = (uint64_t)sqlite3_column_int64(q, 0);
        memcpy(out->id.hash.b, sqlite3_column_blob(q, 1), 32);
    } else if (step != SQLITE_DONE) {
        err = store_fail(s, "head");
    }
    store_done(q);
    return err;
}

static int feed(void *ctx, uint64_t sequence, struct kith_buf *out) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->statements[STORE_FEED];
    int err = KITH_ERR_NOT_FOUND;
    sqlite3_bind_int64(q, 1, (sqlite3_int64)sequence + 1);
    if (sqlite3_step(q) == SQLITE_ROW) {
        kith_buf_put(out, sqlite3_column_text(q, 0), (size_t)sqlite3_column_bytes(q, 0));
        err = KITH_OK;
    }
    store_done(q);
    return err;
}

struct store *store_open(const char *folder, const struct options *o) {
    struct store *s = kith_alloc(sizeof *s);
    char path[OPTION_MAX + 16];
    bool good;
    snprintf(path, sizeof path, "%s/broker.db", folder);
    (void)umask(0077);
    good = sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
           sqlite3_busy_timeout(s->db, BUSY_MS) == SQLITE_OK && sqlite3_exec(s->db, schema, NULL, NULL, NULL) == SQLITE_OK;
    for (size_t i = 0; good && i < STORE_ACCOUNTS; i++)
        good = sqlite3_prepare_v3(s->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &s->statements[i], NULL) == SQLITE_OK;
    s->calls = (struct kith_broker_store){
        .ctx = s, .get = get, .put = put, .remove = remove_account, .count = count, .head = head, .feed = feed};
    good = good && store_modules_open(s, folder, o->letters) && (!o->inbox || store_inboxes_open(s, folder, o->inbox_total));
    if (!good) {
        (void)store_fail(s, path);
        store_close(s);
        return NULL;
    }
    recount(s);
    return s;
}

void store_close(struct store *s) {
    if (!s)
        return;
    for (size_t i = 0; i < STORE_ACCOUNTS; i++)
        sqlite3_finalize(s->statements[i]);
    store_modules_close(s);
    store_inboxes_close(s);
    sqlite3_close(s->db);
    kith_free(s);
}

const struct kith_broker_store *store_calls(struct store *s) {
    return s ? &s->calls : NULL;
}
