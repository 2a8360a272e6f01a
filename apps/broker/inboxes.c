/* SPDX-License-Identifier: MIT */
/* Inboxes, in a file of their own: inboxes.db. A power cut may lose the last packets: who has no receipt sends again. */
#include <stdio.h>

#include "serve.h"
#include "store.h"
#include "store_state.h"

#define PAGES_A_MIB 256

static const char schema[] =
    "PRAGMA inboxes.journal_mode=WAL; PRAGMA inboxes.synchronous=NORMAL; PRAGMA inboxes.secure_delete=ON;"
    "PRAGMA inboxes.journal_size_limit=16777216;"
    "CREATE TABLE IF NOT EXISTS inboxes.inbox(name BLOB PRIMARY KEY, day INTEGER NOT NULL) WITHOUT ROWID, STRICT;"
    "CREATE TABLE IF NOT EXISTS inboxes.packet(name BLOB NOT NULL, file INTEGER NOT NULL, came INTEGER NOT NULL, size INTEGER NOT NULL,"
    " bytes BLOB NOT NULL, PRIMARY KEY(name, file)) STRICT;"
    "CREATE INDEX IF NOT EXISTS inboxes.packet_came ON packet(came);"
    "CREATE INDEX IF NOT EXISTS inboxes.packet_order ON packet(name, came, file, size);";

/* Sums are made from the index alone: the packets themselves are not read. */
static const char *const texts[INBOX_STATEMENTS] = {
    [INBOX_GET] = ("SELECT day, (SELECT count(*) FROM inboxes.packet WHERE name = ?1), (SELECT ifnull(sum(size), 0) FROM inboxes.packet WHERE name = ?1)"
                  " FROM inboxes.inbox WHERE name = ?1"),
    [INBOX_VISIT] = "INSERT INTO inboxes.inbox VALUES(?1, ?2) ON CONFLICT DO UPDATE SET day = ?2",
    [INBOX_CLOSE] = "DELETE FROM inboxes.inbox WHERE name = ?1",
    [INBOX_EMPTY] = "DELETE FROM inboxes.packet WHERE name = ?1",
    [INBOX_COUNT] = "SELECT (SELECT count(*) FROM inboxes.inbox), count(*), ifnull(sum(size), 0) FROM inboxes.packet",
    [INBOX_SWEEP_PACKETS] = "DELETE FROM inboxes.packet WHERE came < ?1",
    [INBOX_SWEEP_REST] = "DELETE FROM inboxes.packet WHERE name IN (SELECT name FROM inboxes.inbox WHERE day < ?1)",
    [INBOX_SWEEP] = "DELETE FROM inboxes.inbox WHERE day < ?1",
    [PACKET_PUT] = "INSERT INTO inboxes.packet VALUES(?1, ?2, ?3, ?4, ?5)",
    [PACKET_EACH] = "SELECT file, size FROM inboxes.packet WHERE name = ?1 ORDER BY came, file",
    [PACKET_GET] = "SELECT bytes FROM inboxes.packet WHERE name = ?1 AND file = ?2",
    [PACKET_DROP] = "DELETE FROM inboxes.packet WHERE name = ?1 AND file = ?2",
};

static sqlite3_stmt *of_name(struct store *s, int which, const struct kith_pubkey *name) {
    sqlite3_bind_blob(s->inboxes[which], 1, name->b, sizeof name->b, SQLITE_STATIC);
    return s->inboxes[which];
}

static int run(struct store *s, sqlite3_stmt *q) {
    int step = sqlite3_step(q), err = step == SQLITE_DONE ? KITH_OK : step == SQLITE_FULL ? KITH_ERR_FULL : store_fail(s, "inbox");
    store_done(q);
    return err;
}

static int run_with(struct store *s, int which, uint64_t value) {
    sqlite3_bind_int64(s->inboxes[which], 1, (sqlite3_int64)value);
    return run(s, s->inboxes[which]);
}

/* ---- inboxes ---- */

static int inbox_get(void *ctx, const struct kith_pubkey *name, struct kith_broker_inbox *out) {
    struct store *s = ctx;
    sqlite3_stmt *q = of_name(s, INBOX_GET, name);
    int step = sqlite3_step(q), err = step == SQLITE_ROW ? KITH_OK : step == SQLITE_DONE ? KITH_ERR_NOT_FOUND : store_fail(s, "inbox");
    if (!err)
        *out = (struct kith_broker_inbox){.visited_day = (uint64_t)sqlite3_column_int64(q, 0), .files = (uint64_t)sqlite3_column_int64(q, 1),
                                          .bytes = (uint64_t)sqlite3_column_int64(q, 2)};
    store_done(q);
    return err;
}

static int inbox_visit(void *ctx, const struct kith_pubkey *name, uint64_t day) {
    struct store *s = ctx;
    sqlite3_stmt *q = of_name(s, INBOX_VISIT, name);
    sqlite3_bind_int64(q, 2, (sqlite3_int64)day);
    return run(s, q);
}

/* What is in it first: a packet without an inbox would be found by nobody. */
static int inbox_close(void *ctx, const struct kith_pubkey *name) {
    struct store *s = ctx;
    int err = run(s, of_name(s, INBOX_EMPTY, name));
    return err ? err : run(s, of_name(s, INBOX_CLOSE, name));
}

static int inbox_sweep(void *ctx, uint64_t before_ms, uint64_t before_day) {
    struct store *s = ctx;
    int err = run_with(s, INBOX_SWEEP_PACKETS, before_ms);
    if (!err)
        err = run_with(s, INBOX_SWEEP_REST, before_day);
    return err ? err : run_with(s, INBOX_SWEEP, before_day);
}

static void inbox_count(void *ctx, uint64_t *inboxes, uint64_t *packets, uint64_t *bytes) {
    struct store *s = ctx;
    sqlite3_stmt *q = s->inboxes[INBOX_COUNT];
    if (sqlite3_step(q) == SQLITE_ROW) {
        *inboxes = (uint64_t)sqlite3_column_int64(q, 0);
        *packets = (uint64_t)sqlite3_column_int64(q, 1);
        *bytes = (uint64_t)sqlite3_column_int64(q, 2);
    }
    store_done(q);
}

/* ---- packets ---- */

static int packet_put(void *ctx, const struct kith_broker_packet *p) {
    struct store *s = ctx;
    sqlite3_stmt *q = of_name(s, PACKET_PUT, &p->name);
    sqlite3_bind_int64(q, 2, (sqlite3_int64)p->file);
    sqlite3_bind_int64(q, 3, (sqlite3_int64)p->came_ms);
    sqlite3_bind_int64(q, 4, (sqlite3_int64)p->bytes.len);
    sqlite3_bind_blob64(q, 5, p->bytes.p, p->bytes.len, SQLITE_STATIC);
    return run(s, q);
}

static int packet_each(void *ctx, const struct kith_pubkey *name, bool (*each)(void *to, uint64_t file, size_t len), void *to) {
    struct store *s = ctx;
    sqlite3_stmt *q = of_name(s, PACKET_EACH, name);
    int step;
    while ((step = sqlite3_step(q)) == SQLITE_ROW) {
        if (!each(to, (uint64_t)sqlite3_column_int64(q, 0), (size_t)sqlite3_column_int64(q, 1)))
            break;
    }
    step = step == SQLITE_ROW || step == SQLITE_DONE ? KITH_OK : store_fail(s, "inbox");
    store_done(q);
    return step;
}

static int packet_get(void *ctx, const struct kith_pubkey *name, uint64_t file, struct kith_buf *out) {
    struct store *s = ctx;
    sqlite3_stmt *q = of_name(s, PACKET_GET, name);
    int err = KITH_ERR_NOT_FOUND, step;
    sqlite3_bind_int64(q, 2, (sqlite3_int64)file);
    step = sqlite3_step(q);
    if (step == SQLITE_ROW) {
        kith_buf_put(out, sqlite3_column_blob(q, 0), (size_t)sqlite3_column_bytes(q, 0));
        err = KITH_OK;
    } else if (step != SQLITE_DONE) {
        err = store_fail(s, "inbox");
    }
    store_done(q);
    return err;
}

static int packet_drop(void *ctx, const struct kith_pubkey *name, uint64_t file) {
    struct store *s = ctx;
    sqlite3_stmt *q = of_name(s, PACKET_DROP, name);
    sqlite3_bind_int64(q, 2, (sqlite3_int64)file);
    return run(s, q);
}

/* ---- all ---- */

bool store_inboxes_open(struct store *s, const char *folder, unsigned total_mib) {
    char path[OPTION_MAX + 32];
    bool good;
    snprintf(path, sizeof path, "%s/inboxes.db", folder);
    good = store_attach(s, path, "inboxes") && sqlite3_exec(s->db, schema, NULL, NULL, NULL) == SQLITE_OK;
    snprintf(path, sizeof path, "PRAGMA inboxes.max_page_count=%u", total_mib * PAGES_A_MIB);
    good = good && sqlite3_exec(s->db, path, NULL, NULL, NULL) == SQLITE_OK;
    for (size_t i = 0; good && i < INBOX_STATEMENTS; i++)
        good = sqlite3_prepare_v3(s->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &s->inboxes[i], NULL) == SQLITE_OK;
    s->calls.inbox_get = inbox_get;
    s->calls.inbox_visit = inbox_visit;
    s->calls.inbox_close = inbox_close;
    s->calls.inbox_sweep = inbox_sweep;
    s->calls.inbox_count = inbox_count;
    s->calls.packet_put = packet_put;
    s->calls.packet_each = packet_each;
    s->calls.packet_get = packet_get;
    s->calls.packet_drop = packet_drop;
    return good;
}

void store_inboxes_close(struct store *s) {
    for (size_t i = 0; i < INBOX_STATEMENTS; i++)
        sqlite3_finalize(s->inboxes[i]);
}
