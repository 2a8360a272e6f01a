/* SPDX-License-Identifier: MIT */
/* store.h: the log, its views and their snapshots as one thing.
 *
 * The host opens all slots that exist, then the store reads; from then on reads and writes are
 * immediate and everything that a browser can only promise (creating and deleting slots, syncing) is
 * an effect that the host carries out and answers with kith_store_done. A record is *durable* once
 * the sync after its append was answered; only then may anyone be told that it is stored. */
#ifndef KITH_STORE_STORE_H
#define KITH_STORE_STORE_H

#include "base/rng.h"
#include "store/feeds.h"
#include "store/view.h"

enum kith_store_effect_kind { KITH_STORE_SYNC = 1, KITH_STORE_CREATE, KITH_STORE_DELETE };

struct kith_store_effect {
    enum kith_store_effect_kind kind;
    uint64_t ticket; /* to be given back to kith_store_done */
    char name[KITH_SLOT_NAME_MAX];
};

struct kith_store_config {
    const struct kith_slot *slots; /* every slot that the host found, copied */
    size_t slot_count;
    struct kith_view **views;      /* NULL-ended; borrowed for the store's life */
    struct kith_rng rng;           /* for the index seed of a new store */
    uint64_t segment_len;          /* bytes after which a new segment begins; 0: 64 MiB */
    uint64_t quota;                /* bytes of log; 0: none. Appends beyond are KITH_ERR_FULL */
    /* Opens a private message's content if it is for us: plain text JSON appended to out. *key (0 before) may
     * say what opened it. May be NULL. It is asked each time a record is read, and when it is applied. */
    bool (*unbox)(void *ctx, uint32_t rec, const struct kith_message *m, struct kith_bytes content_text,
                  struct kith_buf *out, uint32_t *key);
    void *unbox_ctx;
};

struct kith_store_report { /* what opening found, for one log line */
    uint64_t records, damaged_blocks, cut_bytes;
    bool snapshot_used;
    uint64_t applied; /* records that were applied after the snapshot */
};

struct kith_store;

/* KITH_ERR_CORRUPT: the slots are not a kith log. KITH_ERR_IO. An empty set of slots is a new store:
 * its first effects create what it needs, and appends wait for nothing (they are kept in memory until
 * the slot is there). */
KITH_MUST int kith_store_open(struct kith_store **out, const struct kith_store_config *config,
                              struct kith_store_report *report);
void kith_store_free(struct kith_store *s);

/* Effects wait here; each is given out once. */
bool kith_store_next(struct kith_store *s, struct kith_store_effect *e);

/* err is KITH_OK or a LOCAL error; slot is the new one after CREATE, else NULL. A failed SYNC means
 * that nothing since the last good one may be trusted to the disk: the store refuses further appends
 * with KITH_ERR_IO until kith_store_recover has read the log again: it writes once more what can still
 * be read and asks for a new sync. If some of it is gone, records that were not durable are lost, the
 * rest is applied again from the start, and kith_store_count is lower than before. */
void kith_store_done(struct kith_store *s, uint64_t ticket, int err, const struct kith_slot *slot);
KITH_MUST int kith_store_recover(struct kith_store *s);

/* Appends records as one block and applies them to all views. The values are copied. Numbers are
 * first, first+1, … KITH_ERR_FULL, KITH_ERR_IO: nothing of it was stored. KITH_ERR_ARG: no records, a
 * kind that is not the caller's to write or not of that format, a value above KITH_RECORD_MAX_LEN or 256 MiB in all. The
 * caller has judged them and has seen that chained ones follow their head; one that does not is kept
 * as a loose one. A chained record may have the id of a loose one: views are shown both. */
KITH_MUST int kith_store_append(struct kith_store *s, const struct kith_record *records, size_t count,
                                uint64_t *first);

/* Asks for a sync of all that was appended; the effect comes from kith_store_next. Asking twice
 * before the answer makes one more sync at the most. */
void kith_store_sync(struct kith_store *s);

uint64_t kith_store_count(const struct kith_store *s);   /* records so far: the next number */
uint64_t kith_store_durable(const struct kith_store *s); /* records below are durable */
uint64_t kith_store_size(const struct kith_store *s);    /* bytes of log */

/* Reads one record; the value is borrowed from scratch. KITH_ERR_NOT_FOUND: no such number, or
 * erased (kind tells). KITH_ERR_CORRUPT, KITH_ERR_IO. */
KITH_MUST int kith_store_get(struct kith_store *s, uint64_t number, struct kith_record *out,
                             struct kith_buf *scratch);

/* Record number of a message, or false. Of several the chained one; one that was forgotten is found
 * too, so that it is not fetched again, and kith_store_get then says KITH_ERR_NOT_FOUND. */
bool kith_store_find(const struct kith_store *s, const struct kith_msgid *id, uint64_t *number);

/* The order of all lists: ms by record number. */
const uint64_t *kith_store_times(const struct kith_store *s);

/* Feed positions. The second form is for views that name people (kith_feeds_intern). */
const struct kith_feeds *kith_store_feeds(const struct kith_store *s);
struct kith_feeds *kith_store_feeds_mut(struct kith_store *s);

/* Feed number of a record's author, without reading the log; KITH_FEED_NONE for our own state, for a
 * number that there is not, and for what is lost. */
uint32_t kith_store_author(const struct kith_store *s, uint64_t number);

/* The entry for a stored record as views saw it, parsed into doc (and plain, if it was private):
 * what a query prints. Both are borrowed by the entry. */
KITH_MUST int kith_store_entry(struct kith_store *s, uint64_t number, struct kith_entry *out,
                               struct kith_record *record, struct kith_json *doc,
                               struct kith_json *plain, struct kith_buf *scratch);

/* Applies records again (a key arrived), or all from the start (a new index, a rebuild). */
KITH_MUST int kith_store_reapply(struct kith_store *s, uint64_t number);
KITH_MUST int kith_store_rebuild(struct kith_store *s);

/* Forgets: the record stays as a stub (id, author, sequence); its bytes go with the next compaction,
 * and the feed is not offered to others from there on. KITH_ERR_NOT_FOUND. */
KITH_MUST int kith_store_forget(struct kith_store *s, uint64_t number);

/* Rewrites the segments that hold forgotten bytes; goes on over several effects, one segment (64 MiB,
 * about 0.1 s) at a time, then takes a snapshot. Does nothing if there is nothing to win. If the disk
 * refuses, the old segments stay, and it can be asked for again. */
KITH_MUST int kith_store_compact(struct kith_store *s);

/* Writes a snapshot of all views to the older of two slots: done on a quiet moment and at the end. */
KITH_MUST int kith_store_snapshot(struct kith_store *s);

#endif
