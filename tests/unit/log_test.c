/* SPDX-License-Identifier: MIT */
#include "store/log.h"

#include "check.h"
#include "store/segment.h"
#include "store/slots_mem.h"

struct disk {
    struct kith_slots_mem *slots;
    struct kith_log log;
    struct kith_log_report report;
    struct kith_vec garbage;
};

static void create(struct disk *d, struct kith_segment *s) {
    struct kith_store_effect e = {.kind = KITH_STORE_CREATE};
    struct kith_slot slot;
    kith_segment_name(e.name, s->mark.generation);
    CHECK(kith_slots_mem_perform(d->slots, &e, &slot) == KITH_OK);
    CHECK(kith_segment_adopt(s, &slot) == KITH_OK);
}

static void begin(struct disk *d) {
    *d = (struct disk){.slots = kith_slots_mem_new(), .garbage = {.item_len = KITH_SLOT_NAME_MAX}};
    kith_log_init(&d->log);
    create(d, kith_log_roll(&d->log));
}

static int reopen(struct disk *d) {
    size_t count;
    const struct kith_slot *slots = kith_slots_mem_list(d->slots, &count);
    int err;
    kith_vec_wipe(&d->garbage);
    d->report = (struct kith_log_report){0};
    err = kith_log_find(&d->log, slots, count, &d->garbage);
    return err ? err : kith_log_scan(&d->log, &d->report, &d->garbage);
}

static void end(struct disk *d) {
    kith_log_wipe(&d->log);
    kith_vec_wipe(&d->garbage);
    kith_slots_mem_free(d->slots);
}

static void append(struct disk *d, const char *text, size_t count) {
    struct kith_record r[8];
    for (size_t i = 0; i < count; i++)
        r[i] = (struct kith_record){.format = 1, .kind = KITH_RECORD_CHAINED, .received_ms = 0x123456789abc,
                                    .value = kith_bytes_str(text)};
    CHECK(kith_log_append(&d->log, r, count) == KITH_OK);
}

static bool says(struct disk *d, uint64_t number, const char *text) {
    struct kith_buf scratch = {0};
    struct kith_record r;
    bool ok = kith_log_read(&d->log, number, &r, &scratch) == KITH_OK && kith_bytes_is(r.value, text) &&
              r.received_ms == 0x123456789abc && r.number == number;
    kith_buf_wipe(&scratch);
    return ok;
}

static struct kith_slot *last_slot(struct disk *d) {
    return &d->log.segments[d->log.count - 1].slot;
}

static uint64_t len(struct disk *d) {
    return d->log.segments[d->log.count - 1].mark.len;
}

static void flip(struct disk *d, uint64_t at) {
    struct kith_slot *s = last_slot(d);
    uint8_t byte;
    size_t got;
    CHECK(s->ops->read_at(s->ctx, at, &byte, 1, &got) == KITH_OK && got == 1);
    byte ^= 1;
    CHECK(s->ops->write_at(s->ctx, at, &byte, 1) == KITH_OK);
}

static void comes_back(void) {
    struct disk d;
    begin(&d);
    append(&d, "one", 1);
    append(&d, "two", 3);
    append(&d, "", 1);
    CHECK(reopen(&d) == KITH_OK);
    CHECK(kith_log_count(&d.log) == 5 && !d.report.cut_bytes && !d.report.damaged_blocks);
    CHECK(says(&d, 0, "one") && says(&d, 1, "two") && says(&d, 3, "two") && says(&d, 4, ""));
    append(&d, "three", 1);
    CHECK(says(&d, 5, "three"));
    create(&d, kith_log_roll(&d.log));
    append(&d, "four", 2);
    CHECK(reopen(&d) == KITH_OK && kith_log_count(&d.log) == 8 && d.log.count == 2);
    CHECK(says(&d, 5, "three") && says(&d, 7, "four") && !says(&d, 8, "four"));
    end(&d);
}

/* Bytes that nobody vouches for and that do not check out are a torn tail. */
static void torn_tail(void) {
    struct disk d;
    uint64_t at;
    begin(&d);
    append(&d, "one", 1);
    at = len(&d);
    append(&d, "two", 1);
    append(&d, "three", 1);
    flip(&d, at + 60);
    CHECK(reopen(&d) == KITH_OK);
    CHECK(kith_log_count(&d.log) == 1 && d.report.cut_bytes && !d.report.damaged_blocks);
    CHECK(len(&d) == at && says(&d, 0, "one"));
    append(&d, "again", 1);
    CHECK(reopen(&d) == KITH_OK && kith_log_count(&d.log) == 2 && says(&d, 1, "again") && !d.report.cut_bytes);
    end(&d);
}

/* A later block that knew them to be durable makes it damage: only what does not check out is lost. */
static void damage(void) {
    struct disk d;
    uint64_t at;
    begin(&d);
    append(&d, "one", 1);
    at = len(&d);
    append(&d, "two", 4);
    d.log.durable = 5;
    append(&d, "three", 1);
    flip(&d, at + KITH_BLOCK_HEADER_LEN + KITH_RECORD_HEADER_LEN + 3 + 20); /* in the second of the four */
    CHECK(reopen(&d) == KITH_OK);
    CHECK(kith_log_count(&d.log) == 6 && d.report.damaged_blocks == 1 && !d.report.cut_bytes);
    CHECK(says(&d, 0, "one") && says(&d, 1, "two") && says(&d, 3, "two") && says(&d, 4, "two") && says(&d, 5, "three"));
    CHECK(!says(&d, 2, "two"));
    CHECK(d.log.durable == 5);
    end(&d);
}

/* A cut that the disk forgot, and after it a new block of the same length: the block that once came
 * after the old one must not come back, or a feed would have a message that follows another. */
static void cut_stays_cut(void) {
    struct disk d;
    uint8_t old[512];
    uint64_t at, behind;
    size_t got;
    struct kith_slot *s;
    begin(&d);
    append(&d, "one", 1);
    at = len(&d);
    append(&d, "two", 1);
    behind = len(&d);
    append(&d, "three", 1);
    s = last_slot(&d);
    CHECK(s->ops->read_at(s->ctx, behind, old, sizeof old, &got) == KITH_OK);
    flip(&d, at + 70);
    CHECK(reopen(&d) == KITH_OK && kith_log_count(&d.log) == 1);
    append(&d, "TWO", 1);
    CHECK(len(&d) == behind);
    s = last_slot(&d);
    CHECK(s->ops->write_at(s->ctx, behind, old, got) == KITH_OK);
    CHECK(reopen(&d) == KITH_OK);
    CHECK(kith_log_count(&d.log) == 2 && says(&d, 1, "TWO") && d.report.cut_bytes == got);
    end(&d);
}

/* Bytes of another generation, or of another place, do not pass. */
static void bytes_know_their_place(void) {
    struct disk d;
    struct kith_buf out = {0};
    struct kith_segment_reader r;
    struct kith_record rec = {.format = 1, .kind = 1, .value = KITH_LIT("x")};
    struct kith_block b = {.at = 0, .first = 7, .count = 1}, got;
    struct kith_bytes bytes;
    kith_block_begin(&out);
    kith_block_put(&out, 7, &rec);
    kith_block_end(&out, 0, 3, &b);
    CHECK(b.next == out.len && out.len % 8 == 0);
    kith_segment_reader_memory(&r, kith_buf_bytes(&out), 3);
    CHECK(kith_segment_block(&r, 0, &got) == KITH_OK && got.first == 7 && got.check == b.check);
    bytes = got.records;
    CHECK(kith_record_read(&bytes, 8, &rec) == KITH_ERR_CORRUPT);
    CHECK(kith_record_read(&bytes, 7, &rec) == KITH_OK && bytes.len == 0);
    CHECK(kith_record_read(&bytes, 8, &rec) == KITH_ERR_CORRUPT);
    CHECK(kith_segment_block(&r, b.next, &got) == KITH_ERR_NOT_FOUND);
    kith_segment_reader_memory(&r, kith_buf_bytes(&out), 4);
    CHECK(kith_segment_block(&r, 0, &got) == KITH_ERR_CORRUPT);
    kith_buf_reserve(&out, out.len);
    kith_buf_put(&out, out.p, out.len);
    kith_segment_reader_memory(&r, kith_bytes(out.p, out.len), 3);
    CHECK(kith_segment_block(&r, b.next, &got) == KITH_ERR_CORRUPT);
    kith_segment_reader_wipe(&r);
    kith_buf_wipe(&out);
    begin(&d);
    append(&d, "one", 2);
    flip(&d, 3); /* a segment whose header is gone is still read */
    CHECK(reopen(&d) == KITH_OK && kith_log_count(&d.log) == 2 && says(&d, 1, "one"));
    end(&d);
}

static void a_segment_is_missing(void) {
    struct disk d;
    struct kith_store_effect e = {.kind = KITH_STORE_DELETE};
    begin(&d);
    append(&d, "one", 2);
    create(&d, kith_log_roll(&d.log));
    append(&d, "two", 2);
    d.log.durable = 4;
    create(&d, kith_log_roll(&d.log));
    append(&d, "three", 2);
    kith_segment_name(e.name, 2);
    CHECK(kith_slots_mem_perform(d.slots, &e, NULL) == KITH_OK);
    CHECK(reopen(&d) == KITH_OK);
    CHECK(kith_log_count(&d.log) == 6 && d.report.damaged_blocks == 1 && d.garbage.count == 0);
    CHECK(says(&d, 1, "one") && !says(&d, 2, "two") && says(&d, 5, "three"));
    end(&d);
    begin(&d); /* the same, but nobody was told that they are durable */
    append(&d, "one", 2);
    create(&d, kith_log_roll(&d.log));
    append(&d, "two", 2);
    create(&d, kith_log_roll(&d.log));
    append(&d, "three", 2);
    CHECK(kith_slots_mem_perform(d.slots, &e, NULL) == KITH_OK);
    CHECK(reopen(&d) == KITH_OK);
    CHECK(kith_log_count(&d.log) == 2 && d.report.cut_bytes && d.garbage.count == 1 && d.log.sealed);
    end(&d);
}

int main(void) {
    comes_back();
    torn_tail();
    damage();
    cut_stays_cut();
    bytes_know_their_place();
    a_segment_is_missing();
    return check_done();
}
