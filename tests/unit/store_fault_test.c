/* SPDX-License-Identifier: MIT */
/* What must hold when the disk fails: whatever was durable is there afterwards, what is there is what
 * was written, it always opens, and it goes on. */
#include "check.h"
#include "slots_faulty.h"
#include "store_lab.h"

#define MESSAGES 500
#define SEGMENT_LEN 40000

struct run {
    struct faulty disk;
    struct kith_store *store;
    struct lab_view view;
    struct kith_store_report report;
    const struct lab *lab;
    size_t record_of[MESSAGES]; /* record number of each message that was appended */
    size_t appended;
    bool forgotten[MESSAGES];
    uint64_t promised; /* records below were said to be durable */
};

static uint64_t seed = 11;

static int start(struct run *r) {
    struct kith_store_config c = {.slots = r->disk.slots, .slot_count = r->disk.count, .rng = {lab_fill, &seed},
                                  .segment_len = SEGMENT_LEN};
    c.views = lab_view_init(&r->view);
    return kith_store_open(&r->store, &c, &r->report);
}

static void stop(struct run *r) {
    kith_store_free(r->store);
    lab_view_wipe(&r->view);
    r->store = NULL;
}

static void settle(struct run *r) {
    faulty_settle(&r->disk, r->store);
    if (!r->disk.off && kith_store_durable(r->store) > r->promised)
        r->promised = kith_store_durable(r->store);
}

static int append(struct run *r, size_t from, size_t count) {
    struct kith_record records[16];
    uint64_t first = kith_store_count(r->store), unused;
    int err;
    for (size_t i = 0; i < count; i++)
        records[i] = lab_record(r->lab, from + i);
    err = kith_store_append(r->store, records, count, &unused);
    if (err && !r->disk.off)
        return err;
    for (size_t i = 0; i < count; i++) /* what the power cut interrupted may be there */
        r->record_of[from + i] = (size_t)first + i;
    r->appended = from + count;
    return err;
}

/* The run whose every write is cut: batches, syncs, a few forgotten, compactions, snapshots. */
static void script(struct run *r) {
    for (size_t i = 0, step = 0; i < MESSAGES && !r->disk.off; step++) {
        size_t batch = 1 + step * 7 % 9;
        if (batch > MESSAGES - i)
            batch = MESSAGES - i;
        if (append(r, i, batch))
            break;
        i += batch;
        if (step % 3 == 2)
            kith_store_sync(r->store);
        if (step % 20 == 10) {
            size_t victim = i / 3;
            r->forgotten[victim] = true;
            if (kith_store_forget(r->store, r->record_of[victim]))
                r->forgotten[victim] = r->disk.off; /* may have reached the disk */
        }
        if (step % 25 == 12)
            (void)!kith_store_snapshot(r->store);
        if (step % 40 == 30)
            (void)!kith_store_compact(r->store);
        settle(r);
    }
    if (!r->disk.off)
        kith_store_sync(r->store);
    settle(r);
}

static void check_message(struct run *r, size_t i, const char *row) {
    const struct lab_message *m = &r->lab->messages[i];
    struct kith_buf scratch = {0};
    struct kith_record got;
    uint64_t number;
    int err;
    CHECK_ROW(kith_store_find(r->store, &m->id, &number) && number == r->record_of[i], row);
    err = kith_store_get(r->store, r->record_of[i], &got, &scratch);
    CHECK_ROW((!err && kith_bytes_eq(got.value, m->value)) || (err == KITH_ERR_NOT_FOUND && r->forgotten[i]), row);
    kith_buf_wipe(&scratch);
}

/* All that is there is right, and all that was promised is there. */
static void check_run(struct run *r, const char *row) {
    uint64_t sequences[16] = {0}, count = kith_store_count(r->store);
    CHECK_ROW(count >= r->promised, row);
    CHECK_ROW(!r->report.damaged_blocks, row);
    for (size_t i = 0; i < r->appended && r->record_of[i] < count; i++) {
        check_message(r, i, row);
        sequences[r->lab->messages[i].author] = r->lab->messages[i].sequence;
    }
    for (size_t a = 0; a < r->lab->author_count; a++) {
        const struct kith_feeds *feeds = kith_store_feeds(r->store);
        uint32_t feed = kith_feeds_find(feeds, &r->lab->keys[a].pub);
        CHECK_ROW(feed == KITH_FEED_NONE ? !sequences[a] : kith_feeds_head(feeds, feed).sequence == sequences[a], row);
    }
}

/* Appends what is missing, and checks it again from a fresh start. */
static void check_goes_on(struct run *r, size_t more, const char *row) {
    size_t i = 0;
    while (i < r->appended && r->record_of[i] < kith_store_count(r->store))
        i++;
    faulty_settle(&r->disk, r->store);
    for (size_t end = i + more < MESSAGES ? i + more : MESSAGES; i < end; i++)
        CHECK_ROW(append(r, i, 1) == KITH_OK, row);
    r->appended = i;
    kith_store_sync(r->store);
    settle(r);
    CHECK_ROW(kith_store_durable(r->store) == kith_store_count(r->store), row);
    check_run(r, row);
    stop(r);
    faulty_restart(&r->disk, FAULTY_DROPPED);
    CHECK_ROW(start(r) == KITH_OK, row);
    check_run(r, row);
}

static void cut_power(const struct lab *lab, uint64_t at) {
    struct run r = {.lab = lab};
    faulty_init(&r.disk, at * 31 + 7);
    r.disk.fault = FAULTY_POWER;
    r.disk.at = at;
    r.disk.until = at + 1;
    CHECK(start(&r) == KITH_OK);
    settle(&r);
    script(&r);
    stop(&r);
    for (unsigned how = 0; how < FAULTY_CRASHES; how++) {
        struct run after = r;
        char row[64];
        snprintf(row, sizeof row, "power cut at call %llu, crash %u", (unsigned long long)at, how);
        faulty_copy(&after.disk, &r.disk);
        after.disk.seed = at * 97 + how;
        faulty_restart(&after.disk, (enum faulty_crash)how);
        CHECK_ROW(start(&after) == KITH_OK, row);
        if (after.store) {
            check_run(&after, row);
            check_goes_on(&after, at % 50 == how ? MESSAGES : 3, row);
        }
        stop(&after);
        faulty_wipe(&after.disk);
    }
    faulty_wipe(&r.disk);
}

static uint64_t count_calls(const struct lab *lab) {
    struct run r = {.lab = lab};
    uint64_t calls;
    faulty_init(&r.disk, 1);
    CHECK(start(&r) == KITH_OK);
    settle(&r);
    script(&r);
    calls = r.disk.calls;
    CHECK(r.appended == MESSAGES && r.promised == kith_store_count(r.store));
    check_run(&r, "no fault");
    stop(&r);
    faulty_wipe(&r.disk);
    return calls;
}

/* The disk refuses for some calls and then works again. Whoever appends hears of it, tries again, and
 * in the end everything is there. */
static void refuse(const struct lab *lab, enum faulty_fault fault, uint64_t at, uint64_t calls) {
    struct run r = {.lab = lab};
    char row[64];
    unsigned refusals = 0;
    snprintf(row, sizeof row, "fault %d at calls %llu to %llu", (int)fault, (unsigned long long)at,
             (unsigned long long)(at + calls));
    faulty_init(&r.disk, at);
    r.disk.fault = fault;
    r.disk.at = at;
    r.disk.until = at + calls;
    CHECK_ROW(start(&r) == KITH_OK, row);
    settle(&r);
    for (size_t i = 0, step = 0; i < 150 && step < 4000; step++) {
        size_t batch = 1 + step % 3 < 150 - i ? 1 + step % 3 : 1;
        int err = append(&r, i, batch);
        if (!err)
            i += batch;
        else
            refusals++;
        CHECK_ROW(!err || err == KITH_ERR_FULL || err == KITH_ERR_IO, row);
        if (err == KITH_ERR_IO && kith_store_recover(r.store) == KITH_OK) {
            i = 0; /* what was not durable may be gone */
            while (i < r.appended && r.record_of[i] < kith_store_count(r.store))
                i++;
            r.appended = i;
        }
        if (step % 2)
            kith_store_sync(r.store);
        if (step % 40 == 20)
            (void)!kith_store_snapshot(r.store);
        settle(&r);
        CHECK_ROW(kith_store_count(r.store) >= r.promised, row);
    }
    CHECK_ROW(r.appended == 150, row);
    for (unsigned tries = 0; tries < 8 && kith_store_durable(r.store) < kith_store_count(r.store); tries++) {
        kith_store_sync(r.store);
        settle(&r);
        if (kith_store_durable(r.store) < kith_store_count(r.store) && kith_store_recover(r.store))
            continue; /* the disk still refuses */
        settle(&r);
    }
    CHECK_ROW(kith_store_durable(r.store) == kith_store_count(r.store), row);
    check_run(&r, row);
    stop(&r);
    faulty_restart(&r.disk, FAULTY_DROPPED);
    CHECK_ROW(start(&r) == KITH_OK, row);
    CHECK_ROW(r.appended == 150, row);
    check_run(&r, row);
    stop(&r);
    faulty_wipe(&r.disk);
}

/* Any bit of the disk turns: it opens (or says that it is no log), and what it serves is right. */
static void flip_bits(const struct lab *lab) {
    struct run r = {.lab = lab};
    uint64_t random = 77;
    unsigned noticed = 0;
    faulty_init(&r.disk, 1);
    CHECK(start(&r) == KITH_OK);
    settle(&r);
    script(&r);
    stop(&r);
    faulty_restart(&r.disk, FAULTY_KEPT);
    for (unsigned n = 0; n < 600; n++) {
        struct run after = r;
        struct kith_buf scratch = {0};
        size_t slot, byte;
        unsigned missing = 0;
        char row[64];
        faulty_copy(&after.disk, &r.disk);
        slot = (size_t)(lab_random(&random) % after.disk.count);
        byte = (size_t)(lab_random(&random) % (n % 4 ? faulty_size(&after.disk, slot) : 200));
        faulty_flip(&after.disk, slot, byte, (unsigned)(lab_random(&random) % 8));
        snprintf(row, sizeof row, "%s byte %zu", after.disk.slots[slot].name, byte);
        if (start(&after) == KITH_OK) {
            for (size_t i = 0; i < MESSAGES; i++) {
                struct kith_record got;
                int err = kith_store_get(after.store, after.record_of[i], &got, &scratch);
                CHECK_ROW(!err || after.forgotten[i] || err == KITH_ERR_CORRUPT ||
                              (err == KITH_ERR_NOT_FOUND && after.report.cut_bytes), row);
                CHECK_ROW(err || kith_bytes_eq(got.value, lab->messages[i].value), row);
                missing += err == KITH_ERR_CORRUPT;
            }
            CHECK_ROW(missing <= 1, row); /* its neighbours have checksums of their own */
            /* The last block of all has nobody to vouch for it: it looks like a torn tail. */
            CHECK_ROW(kith_store_count(after.store) + (after.report.cut_bytes ? 9 : 0) >= r.promised, row);
            noticed += missing || after.report.damaged_blocks || !after.report.snapshot_used;
        }
        kith_buf_wipe(&scratch);
        stop(&after);
        faulty_wipe(&after.disk);
    }
    CHECK(noticed > 300);
    faulty_wipe(&r.disk);
}

int main(void) {
    struct lab lab;
    uint64_t calls;
    lab_init(&lab, 4, MESSAGES, 9);
    calls = count_calls(&lab);
    for (uint64_t at = 0; at < calls; at++)
        cut_power(&lab, at);
    for (unsigned fault = FAULTY_FULL; fault <= FAULTY_SYNC_LOST; fault++) {
        for (uint64_t at = 0; at < 160; at++)
            refuse(&lab, (enum faulty_fault)fault, at, 1 + at % 3);
    }
    flip_bits(&lab);
    lab_wipe(&lab);
    return check_done();
}
