/* SPDX-License-Identifier: MIT */
/* store_state.h: the inside of a store, shared by its files:
 *   store.c           appending and reading
 *   store_apply.c     from a record to what the tables and views remember of it
 *   store_open.c      opening, recovering, rebuilding
 *   store_effects.c   asking the host, and what its answers mean
 *   store_snapshot.c  saving tables and views, and reading them back
 *   store_compact.c   forgetting, and rewriting segments without what was forgotten */
#ifndef KITH_STORE_STORE_STATE_H
#define KITH_STORE_STORE_STATE_H

#include "store/feeds_state.h"
#include "store/ids.h"
#include "store/segment.h"
#include "store/store.h"

#define KITH_STORE_SEGMENT_LEN ((uint64_t)64 << 20)

enum purpose { /* what an effect is for */
    FOR_LOG = 1,     /* CREATE, SYNC: a segment that takes appends */
    FOR_GARBAGE,     /* DELETE: must be gone before a new segment is created */
    FOR_COMPACTION,  /* CREATE, SYNC: the rewritten segment; DELETE: the one it replaces */
    FOR_SNAPSHOT,    /* CREATE, SYNC */
};

struct pending {
    struct kith_store_effect effect;
    enum purpose purpose;
    uint64_t generation; /* of the segment */
    uint64_t upto;       /* SYNC for the log: records that were written when it was given out */
    bool given, parked;  /* parked: failed once, waits for an occasion */
};

struct compaction {
    bool wanted;
    uint64_t from;              /* generation being rewritten; 0: none */
    struct kith_segment to;     /* the new one; its slot arrives with CREATE */
    struct kith_vec pos;        /* uint32_t: new places of its records */
    uint64_t dead;              /* forgotten in the old one when it was copied */
    bool has_won;               /* something was rewritten since the last snapshot */
};

struct snapshots {
    struct kith_slot slots[2]; /* ops NULL: not there */
    uint64_t serial[2];        /* 0: holds nothing good */
    uint64_t latest;
    bool wanted, busy;
    bool has_synced;           /* the log's sync before it was asked for */
    uint64_t writing;          /* serial of what waits for its sync */
    unsigned target;           /* and in which slot */
};

struct kith_store {
    struct kith_log log;
    struct kith_ids ids;
    struct kith_feeds feeds;
    struct kith_vec times;   /* uint64_t by record number */
    struct kith_vec authors; /* uint32_t feed by record number; KITH_FEED_NONE: local */
    uint64_t seed[2];
    struct kith_view **views;
    struct kith_rng rng;
    uint64_t segment_len, quota;
    bool (*unbox)(void *ctx, uint32_t rec, const struct kith_message *m, struct kith_bytes content_text,
                  struct kith_buf *out, uint32_t *key);
    void *unbox_ctx;

    struct kith_vec pending; /* struct pending */
    uint64_t ticket;
    int failed;              /* an append is refused with this until the cause is gone */
    bool needs_recover;      /* a sync failed */
    bool wants_sync;
    struct compaction compaction;
    struct snapshots snapshots;

    struct kith_json doc, plain; /* reused for each record that is applied */
    struct kith_buf plain_text, scratch;
};

/* --- store_apply.c */
/* Takes the next record (number times.count) into tables and views. */
void kith_store_apply(struct kith_store *s, const struct kith_record *r);
/* Parses a record as views see it; feed and time are for the caller to fill in. Private text is kept
 * at the end of `keep`, which has room for as much as the value, or where the next call finds it if
 * keep is NULL. False: it is no message. */
bool kith_store_parse(struct kith_store *s, const struct kith_record *r, struct kith_entry *e,
                      struct kith_json *doc, struct kith_json *plain, struct kith_buf *keep);
/* The same for one whose place is known: views see it again. */
void kith_store_show(struct kith_store *s, struct kith_entry *e);
void kith_store_reset_tables(struct kith_store *s);
/* Applies all that the log has and the tables have not. KITH_ERR_IO. */
KITH_MUST int kith_store_catch_up(struct kith_store *s);

/* What remains of an erased chained record: 48 bytes. */
#define KITH_STUB_LEN 48
struct kith_stub {
    struct kith_pubkey author;
    uint64_t sequence, time;
};
void kith_stub_write(uint8_t out[KITH_STUB_LEN], const struct kith_stub *stub);
bool kith_stub_parse(struct kith_bytes in, struct kith_stub *stub);

/* --- store_effects.c */
struct pending *kith_store_ask(struct kith_store *s, enum kith_store_effect_kind kind, enum purpose purpose,
                               const char *name, uint64_t generation);
bool kith_store_asked(const struct kith_store *s, enum kith_store_effect_kind kind, enum purpose purpose,
                      uint64_t generation);
/* Asks again for what failed, or begins a new segment when the last is full. KITH_ERR_IO, KITH_ERR_FULL. */
KITH_MUST int kith_store_make_room(struct kith_store *s, uint64_t more);

/* --- store_snapshot.c */
void kith_store_snapshot_go(struct kith_store *s); /* after anything that it may have waited for */
void kith_store_snapshot_created(struct kith_store *s, int err, const struct kith_slot *slot);
void kith_store_snapshot_synced(struct kith_store *s, int err);
/* Reads the newest snapshot that is whole and fits the log; false if there is none. */
bool kith_store_snapshot_load(struct kith_store *s);
/* Remembers the slots that are snapshots. */
void kith_store_snapshot_find(struct kith_store *s, const struct kith_slot *slots, size_t count);

/* --- store_compact.c */
void kith_store_compact_go(struct kith_store *s);
void kith_store_compact_created(struct kith_store *s, int err, const struct kith_slot *slot);
void kith_store_compact_synced(struct kith_store *s, int err);
void kith_store_compact_wipe(struct kith_store *s);

#endif
