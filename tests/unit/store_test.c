/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1
#include "store/store.h"

#include "check.h"
#include "store_lab.h"

static uint64_t seed = 7;

struct bench { /* a store on a disk in memory */
    struct kith_slots_mem *disk;
    struct kith_store *store;
    struct lab_view view;
    struct kith_store_report report;
};

static int start(struct bench *b, uint64_t segment_len) {
    struct kith_store_config c = {.views = lab_view_init(&b->view), .rng = {lab_fill, &seed}, .segment_len = segment_len};
    int err;
    if (!b->disk)
        b->disk = kith_slots_mem_new();
    c.slots = kith_slots_mem_list(b->disk, &c.slot_count);
    err = kith_store_open(&b->store, &c, &b->report);
    if (!err)
        kith_slots_mem_settle(b->disk, b->store);
    return err;
}

static void stop(struct bench *b) {
    kith_store_free(b->store);
    lab_view_wipe(&b->view);
    b->store = NULL;
}

static void end(struct bench *b) {
    stop(b);
    kith_slots_mem_free(b->disk);
    b->disk = NULL;
}

/* Appends messages from .. to in batches. */
static void fill(struct bench *b, const struct lab *lab, size_t from, size_t to, size_t batch) {
    struct kith_record r[64];
    uint64_t first;
    while (from < to) {
        size_t n = 0;
        for (; n < batch && from < to; n++)
            r[n] = lab_record(lab, from++);
        CHECK(kith_store_append(b->store, r, n, &first) == KITH_OK);
        CHECK(first + n == kith_store_count(b->store));
    }
}

/* Messages from .. to are records base + from .. and all that belongs to them is there. */
static void check_holds(struct bench *b, const struct lab *lab, size_t from, size_t to, size_t base) {
    const struct kith_feeds *feeds = kith_store_feeds(b->store);
    struct kith_buf scratch = {0};
    struct kith_record r;
    uint64_t number;
    for (size_t i = from; i < to; i++) {
        const struct lab_message *m = &lab->messages[i];
        uint32_t feed = kith_feeds_find(feeds, &lab->keys[m->author].pub);
        CHECK(kith_store_find(b->store, &m->id, &number) && number == base + i);
        CHECK(kith_store_get(b->store, base + i, &r, &scratch) == KITH_OK);
        CHECK(kith_bytes_eq(r.value, m->value) && kith_msgid_eq(&r.id, &m->id) && r.received_ms == 5000 + i);
        CHECK(feed != KITH_FEED_NONE && kith_store_author(b->store, base + i) == feed);
        CHECK(kith_feeds_record(feeds, feed, m->sequence, &number) && number == base + i);
        CHECK(kith_store_times(b->store)[base + i] == 1000 + i);
    }
    kith_buf_wipe(&scratch);
}

static size_t posts(struct bench *b) {
    struct kith_index_cursor c = kith_index_newest(
        &b->view.index, kith_index_key(&b->view.index, 1, KITH_LIT("post")), kith_store_times(b->store));
    return c.left;
}

static void append_and_reopen(const struct lab *lab) {
    struct bench b = {0};
    CHECK(start(&b, 0) == KITH_OK);
    CHECK(kith_store_count(b.store) == 0);
    fill(&b, lab, 0, 100, 1);
    fill(&b, lab, 100, 300, 64);
    check_holds(&b, lab, 0, 300, 0);
    CHECK(posts(&b) == 300);
    CHECK(kith_store_durable(b.store) == 0);
    kith_store_sync(b.store);
    kith_slots_mem_settle(b.disk, b.store);
    CHECK(kith_store_durable(b.store) == 300);
    stop(&b);
    CHECK(start(&b, 0) == KITH_OK);
    CHECK(b.report.records == 300 && b.report.applied == 300 && !b.report.snapshot_used);
    CHECK(b.report.cut_bytes == 0 && b.report.damaged_blocks == 0);
    CHECK(kith_store_durable(b.store) == 300);
    check_holds(&b, lab, 0, 300, 0);
    CHECK(posts(&b) == 300);
    fill(&b, lab, 300, 400, 7);
    check_holds(&b, lab, 0, 400, 0);
    end(&b);
}

static void segments_and_snapshots(const struct lab *lab) {
    struct bench b = {0};
    size_t count;
    CHECK(start(&b, 20000) == KITH_OK);
    for (size_t i = 0; i < 400; i += 20) {
        fill(&b, lab, i, i + 20, 5);
        kith_slots_mem_settle(b.disk, b.store);
        if (i == 200) {
            CHECK(kith_store_snapshot(b.store) == KITH_OK);
            kith_slots_mem_settle(b.disk, b.store);
        }
    }
    (void)kith_slots_mem_list(b.disk, &count);
    CHECK(count > 5);
    kith_store_sync(b.store);
    kith_slots_mem_settle(b.disk, b.store);
    CHECK(kith_store_durable(b.store) == 400);
    stop(&b);
    CHECK(start(&b, 20000) == KITH_OK);
    CHECK(b.report.snapshot_used && b.report.applied == 180 && b.report.records == 400);
    check_holds(&b, lab, 0, 400, 0);
    CHECK(posts(&b) == 400);
    CHECK(kith_store_snapshot(b.store) == KITH_OK);
    kith_slots_mem_settle(b.disk, b.store);
    stop(&b);
    CHECK(start(&b, 20000) == KITH_OK);
    CHECK(b.report.snapshot_used && b.report.applied == 0);
    check_holds(&b, lab, 0, 400, 0);
    CHECK(kith_store_rebuild(b.store) == KITH_OK);
    check_holds(&b, lab, 0, 400, 0);
    CHECK(posts(&b) == 400 && b.view.shown.count == 400);
    fill(&b, lab, 400, 500, 10);
    check_holds(&b, lab, 0, 500, 0);
    end(&b);
}

static void before_the_slot_is_there(const struct lab *lab) {
    struct bench b = {.disk = kith_slots_mem_new()};
    struct kith_store_config c = {.views = lab_view_init(&b.view), .rng = {lab_fill, &seed}};
    struct kith_store_effect e;
    struct kith_slot slot;
    CHECK(kith_store_open(&b.store, &c, &b.report) == KITH_OK);
    CHECK(kith_store_next(b.store, &e) && e.kind == KITH_STORE_CREATE);
    fill(&b, lab, 0, 50, 5);
    check_holds(&b, lab, 0, 50, 0);
    kith_store_sync(b.store);
    CHECK(kith_store_durable(b.store) == 0);
    CHECK(kith_slots_mem_perform(b.disk, &e, &slot) == KITH_OK);
    kith_store_done(b.store, e.ticket, KITH_OK, &slot);
    kith_store_done(b.store, e.ticket, KITH_ERR_IO, NULL); /* an answer may come twice */
    CHECK(kith_store_next(b.store, &e) && e.kind == KITH_STORE_SYNC);
    fill(&b, lab, 50, 60, 5);
    CHECK(kith_slots_mem_perform(b.disk, &e, &slot) == KITH_OK);
    kith_store_done(b.store, e.ticket, KITH_OK, NULL);
    CHECK(kith_store_durable(b.store) == 50); /* what came after it was given out is not in it */
    kith_store_sync(b.store);
    kith_store_sync(b.store);
    kith_slots_mem_settle(b.disk, b.store);
    CHECK(kith_store_durable(b.store) == 60);
    kith_slots_mem_crash(b.disk);
    stop(&b);
    CHECK(start(&b, 0) == KITH_OK);
    check_holds(&b, lab, 0, 60, 0);
    end(&b);
}

static void forget_and_compact(const struct lab *lab) {
    struct bench b = {0};
    struct kith_buf scratch = {0};
    struct kith_record r;
    struct kith_msgid gone = lab->messages[10].id;
    uint64_t number, size, before;
    uint32_t feed;
    CHECK(start(&b, 20000) == KITH_OK);
    for (size_t i = 0; i < 200; i += 10) {
        fill(&b, lab, i, i + 10, 5);
        kith_slots_mem_settle(b.disk, b.store);
    }
    feed = kith_feeds_find(kith_store_feeds(b.store), &lab->keys[lab->messages[10].author].pub);
    CHECK(kith_store_forget(b.store, 10) == KITH_OK);
    CHECK(kith_store_forget(b.store, 10) == KITH_ERR_NOT_FOUND);
    CHECK(kith_store_forget(b.store, 200) == KITH_ERR_NOT_FOUND); /* the note itself */
    CHECK(kith_store_forget(b.store, 4000) == KITH_ERR_NOT_FOUND);
    for (unsigned round = 0; round < 4; round++) {
        CHECK(kith_store_get(b.store, 10, &r, &scratch) == KITH_ERR_NOT_FOUND && r.kind == KITH_RECORD_ERASED);
        CHECK(kith_store_find(b.store, &gone, &number) && number == 10);
        CHECK(kith_feeds_offered(kith_store_feeds(b.store), feed) == lab->messages[10].sequence + 1);
        CHECK(!kith_feeds_record(kith_store_feeds(b.store), feed, lab->messages[10].sequence, &number));
        CHECK(kith_store_times(b.store)[10] == 1010);
        check_holds(&b, lab, 150, 200, 0);
        if (round == 0) {
            before = kith_store_size(b.store);
            CHECK(kith_store_snapshot(b.store) == KITH_OK);
            kith_slots_mem_settle(b.disk, b.store);
            CHECK(kith_store_compact(b.store) == KITH_OK);
            kith_slots_mem_settle(b.disk, b.store);
            size = kith_store_size(b.store);
            CHECK(size < before);
            CHECK(kith_store_compact(b.store) == KITH_OK); /* nothing to win */
            kith_slots_mem_settle(b.disk, b.store);
            CHECK(kith_store_size(b.store) == size);
        } else if (round == 1) {
            stop(&b);
            CHECK(start(&b, 20000) == KITH_OK);
            CHECK(b.report.snapshot_used && b.report.applied == 0 && !b.report.damaged_blocks);
        } else if (round == 2) {
            CHECK(kith_store_rebuild(b.store) == KITH_OK);
            CHECK(b.view.shown.count == 199);
        }
    }
    kith_buf_wipe(&scratch);
    end(&b);
}

/* A snapshot from before a compaction still serves, and no forgotten byte is on the disk. */
static void compact_under_an_old_snapshot(const struct lab *lab) {
    struct bench b = {0};
    const struct kith_slot *slots;
    struct kith_store_effect e;
    struct kith_buf scratch = {0};
    struct kith_record r;
    uint64_t number;
    size_t count, found = 0;
    CHECK(start(&b, 0) == KITH_OK);
    fill(&b, lab, 0, 100, 10);
    kith_slots_mem_settle(b.disk, b.store);
    CHECK(kith_store_snapshot(b.store) == KITH_OK);
    kith_slots_mem_settle(b.disk, b.store);
    CHECK(kith_store_forget(b.store, 42) == KITH_OK);
    kith_store_sync(b.store);
    kith_slots_mem_settle(b.disk, b.store);
    CHECK(kith_store_compact(b.store) == KITH_OK);
    while (kith_store_next(b.store, &e)) { /* all but the snapshots that follow */
        struct kith_slot made;
        if (kith_bytes_starts(kith_bytes_str(e.name), "snap"))
            continue;
        CHECK(kith_slots_mem_perform(b.disk, &e, &made) == KITH_OK);
        kith_store_done(b.store, e.ticket, KITH_OK, e.kind == KITH_STORE_CREATE ? &made : NULL);
    }
    stop(&b);
    slots = kith_slots_mem_list(b.disk, &count);
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[200000];
        size_t got = 0;
        CHECK(slots[i].ops->read_at(slots[i].ctx, 0, bytes, sizeof bytes, &got) == KITH_OK);
        found += memmem(bytes, got, "number 42", 9) != NULL;
    }
    CHECK(found == 0);
    CHECK(start(&b, 0) == KITH_OK);
    CHECK(b.report.snapshot_used && b.report.applied == 1 && b.report.records == 101);
    CHECK(kith_store_find(b.store, &lab->messages[41].id, &number) && number == 41);
    CHECK(kith_store_get(b.store, 41, &r, &scratch) == KITH_OK && kith_bytes_eq(r.value, lab->messages[41].value));
    CHECK(kith_store_get(b.store, 42, &r, &scratch) == KITH_ERR_NOT_FOUND);
    kith_buf_wipe(&scratch);
    end(&b);
}

static void loose_and_local(const struct lab *lab) {
    struct bench b = {0};
    struct kith_record r[3] = {lab_record(lab, 60), lab_record(lab, 0),
                               {.format = KITH_FORMAT_LOCAL, .kind = KITH_RECORD_LOCAL, .received_ms = 9,
                                .value = KITH_LIT("{\"type\":\"local/test\",\"n\":1}")}};
    struct kith_buf scratch = {0};
    struct kith_json doc = {0}, plain = {0};
    struct kith_entry e;
    struct kith_record got;
    uint64_t first, number;
    uint32_t feed;
    r[0].kind = KITH_RECORD_LOOSE;
    CHECK(start(&b, 0) == KITH_OK);
    CHECK(kith_store_append(b.store, r, 3, &first) == KITH_OK && first == 0);
    CHECK(b.view.shown.count == 3);
    feed = kith_feeds_find(kith_store_feeds(b.store), &lab->keys[lab->messages[60].author].pub);
    CHECK(feed == 0 && kith_feeds_head(kith_store_feeds(b.store), feed).sequence <= 1);
    CHECK(kith_store_find(b.store, &lab->messages[60].id, &number) && number == 0);
    CHECK(kith_store_entry(b.store, 2, &e, &got, &doc, &plain, &scratch) == KITH_OK);
    CHECK(e.feed == KITH_FEED_NONE && e.time == 9 && kith_bytes_is(e.type, "local/test"));
    CHECK(kith_store_entry(b.store, 0, &e, &got, &doc, &plain, &scratch) == KITH_OK);
    CHECK(e.feed == 0 && e.time == 1060 && kith_bytes_is(e.type, "post") && got.kind == KITH_RECORD_LOOSE);
    CHECK(kith_store_reapply(b.store, 0) == KITH_OK && b.view.shown.count == 4);
    CHECK(posts(&b) == 2);
    r[0].kind = KITH_RECORD_FORGET;
    CHECK(kith_store_append(b.store, r, 1, &first) == KITH_ERR_ARG);
    CHECK(kith_store_append(b.store, r, 0, &first) == KITH_ERR_ARG);
    /* The chained twin is preferred once it is there. */
    fill(&b, lab, 1, 100, 9);
    CHECK(kith_store_find(b.store, &lab->messages[60].id, &number) && number == 62);
    CHECK(kith_store_forget(b.store, 2) == KITH_OK);
    CHECK(kith_store_get(b.store, 2, &got, &scratch) == KITH_ERR_NOT_FOUND);
    kith_buf_wipe(&scratch);
    kith_json_wipe(&doc);
    kith_json_wipe(&plain);
    end(&b);
}

static void quota_and_foreign_slots(const struct lab *lab) {
    struct kith_slots_mem *disk = kith_slots_mem_new();
    struct lab_view view;
    struct kith_store_config c = {.views = lab_view_init(&view), .rng = {lab_fill, &seed}, .quota = 10000};
    struct kith_store_effect e = {.kind = KITH_STORE_CREATE, .name = "log-0000000000000001"};
    struct kith_store *s;
    struct kith_record r = lab_record(lab, 0);
    struct kith_slot slot;
    uint64_t first;
    int err = KITH_OK;
    CHECK(kith_store_open(&s, &c, NULL) == KITH_OK);
    for (size_t i = 0; i < 100 && !err; i++) {
        r = lab_record(lab, i);
        err = kith_store_append(s, &r, 1, &first);
    }
    CHECK(err == KITH_ERR_FULL && kith_store_size(s) <= 10000 && kith_store_count(s) > 10);
    kith_store_free(s);
    lab_view_wipe(&view);
    CHECK(kith_slots_mem_perform(disk, &e, &slot) == KITH_OK);
    CHECK(slot.ops->write_at(slot.ctx, 0, "SQLite format 3, say", 20) == KITH_OK);
    c.slots = kith_slots_mem_list(disk, &c.slot_count);
    CHECK(kith_store_open(&s, &c, NULL) == KITH_ERR_CORRUPT);
    CHECK(s == NULL);
    lab_view_wipe(&view);
    kith_slots_mem_free(disk);
}

int main(void) {
    struct lab lab;
    lab_init(&lab, 5, 500, 3);
    append_and_reopen(&lab);
    segments_and_snapshots(&lab);
    before_the_slot_is_there(&lab);
    forget_and_compact(&lab);
    compact_under_an_old_snapshot(&lab);
    loose_and_local(&lab);
    quota_and_foreign_slots(&lab);
    lab_wipe(&lab);
    return check_done();
}
