/* SPDX-License-Identifier: MIT */
/* bench_store FILE STORE: kith's store and views with the messages of FILE in the directory STORE (as
 * `kith import` left it): opening, memory, the queries of an app, rebuilding, publishing durably. One
 * JSON row a line. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "drivers/slots_posix.h"
#include "feed/message.h"
#include "social/bytype.h"
#include "social/thread.h"
#include "social/vote.h"
#include "social/wall.h"

#define SAMPLE 5000
#define PAGE 100

struct bench {
    struct kith_keypair me;
    struct kith_slots_posix *slots;
    struct kith_social *social;
    struct kith_store *store;
    struct kith_msgid ids[SAMPLE], roots[SAMPLE], targets[SAMPLE]; /* that there are: from FILE */
    struct kith_pubkey authors[SAMPLE];
    size_t id_count, root_count, target_count;
    size_t found_bytes;
};

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void check(int err, const char *what) {
    if (err) {
        fprintf(stderr, "bench_store: %s: error %d\n", what, err);
        exit(1);
    }
}

static void fill(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    if (getrandom(out, len, 0) != (ssize_t)len)
        abort();
}

/* Carries out what the store asks for until it asks for nothing. */
static void perform_all(struct bench *b) {
    struct kith_store_effect e;
    while (kith_store_next(b->store, &e)) {
        struct kith_slot slot;
        int err = kith_slots_posix_perform(b->slots, &e, &slot);
        kith_store_done(b->store, e.ticket, err, !err && e.kind == KITH_STORE_CREATE ? &slot : NULL);
        check(err, "an effect");
    }
}

static void open_store(struct bench *b, const char *dir, struct kith_store_report *report) {
    struct kith_rng rng = {fill, NULL};
    struct kith_store_config config = {.rng = rng};
    check(kith_slots_posix_open(&b->slots, dir), "opening the slots");
    config.slots = kith_slots_posix_list(b->slots, &config.slot_count);
    b->social = kith_social_new(&b->me.pub, KITH_HOPS_DEFAULT, &rng);
    config.views = kith_social_views(b->social);
    check(kith_store_open(&b->store, &config, report), "opening the store");
    check(kith_social_bind(b->social, b->store), "binding the views");
}

static void close_store(struct bench *b) {
    perform_all(b);
    kith_store_free(b->store);
    kith_social_free(b->social);
    kith_slots_posix_free(b->slots);
}

/* Resident memory in MB, maps included. */
static double resident_mb(void) {
    FILE *f = fopen("/proc/self/statm", "r");
    long pages = 0;
    if (!f || fscanf(f, "%*d %ld", &pages) != 1)
        pages = 0;
    if (f)
        fclose(f);
    return (double)pages * 4096 / 1e6;
}

static void take_sample(struct bench *b, const struct kith_json *doc, const struct kith_message *m, struct kith_bytes line) {
    uint32_t vote = kith_json_get(doc, m->content, "vote");
    struct kith_buf compact = {0};
    struct kith_verdict v = {.raw = line};
    kith_message_judge(&v, 1, NULL, &compact);
    check(v.err, "judging a message");
    kith_buf_wipe(&compact);
    b->authors[b->id_count] = m->author;
    b->ids[b->id_count++] = v.message.id;
    if (!kith_msgid_parse(kith_json_str(doc, kith_json_get(doc, m->content, "root")), &b->roots[b->root_count]))
        b->root_count++;
    if (vote != KITH_JSON_NONE &&
        !kith_msgid_parse(kith_json_str(doc, kith_json_get(doc, vote, "link")), &b->targets[b->target_count]))
        b->target_count++;
}

/* Every 20th of the first 100,000 messages. */
static void read_sample(struct bench *b, const char *path) {
    FILE *f = fopen(path, "r");
    char *text = NULL;
    size_t cap = 0;
    ssize_t len;
    struct kith_json doc = {0};
    struct kith_message m;
    for (size_t n = 0; f && b->id_count < SAMPLE && (len = getline(&text, &cap, f)) > 0; n++) {
        struct kith_bytes line = kith_bytes(text, (size_t)len - (text[len - 1] == '\n'));
        if (n % 20)
            continue;
        check(kith_json_parse(&doc, line, KITH_MESSAGE_MAX_NODES), "parsing a message");
        check(kith_message_read(&doc, line, &m), "reading a message");
        take_sample(b, &doc, &m, line);
    }
    if (!f || !b->root_count || !b->target_count)
        check(-1, path);
    fclose(f);
    free(text);
    kith_json_wipe(&doc);
}

/* The bytes of what was found: an answer is the messages, not their numbers. */
static size_t read_found(struct bench *b, const struct kith_found *found, size_t count) {
    static struct kith_buf scratch;
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        struct kith_record r;
        kith_buf_clear(&scratch);
        check(kith_store_get(b->store, found[i].rec, &r, &scratch), "reading a message");
        bytes += r.value.len;
    }
    b->found_bytes += bytes;
    return count;
}

static size_t run_wall(struct bench *b, size_t i) {
    struct kith_page page = {0};
    struct kith_found found[PAGE];
    return read_found(b, found, kith_wall_list(b->social, &b->authors[i % b->id_count], &page, found, PAGE));
}

static size_t run_type(struct bench *b, size_t i) {
    struct kith_page page = {0};
    struct kith_found found[PAGE];
    (void)i;
    return read_found(b, found, kith_bytype_list(b->social, KITH_LIT("post"), &page, found, PAGE));
}

static size_t run_thread(struct bench *b, size_t i) {
    struct kith_page page = {0};
    struct kith_found found[PAGE];
    return read_found(b, found, kith_thread_list(b->social, &b->roots[i % b->root_count], &page, found, PAGE));
}

static size_t run_votes(struct bench *b, size_t i) {
    struct kith_votes v = kith_vote_count(b->social, &b->targets[i % b->target_count]);
    return v.up + v.down;
}

static size_t run_get(struct bench *b, size_t i) {
    uint64_t number;
    struct kith_found found;
    if (!kith_store_find(b->store, &b->ids[i % b->id_count], &number))
        return 0;
    found = (struct kith_found){(uint32_t)number, 0};
    return read_found(b, &found, 1);
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Returns how much was found in all rounds, which may not change by a rebuild. */
static size_t median(struct bench *b, const char *row, size_t rounds, size_t (*run)(struct bench *, size_t)) {
    static double took[SAMPLE];
    size_t found = 0;
    double begin = now_s(), first;
    run(b, 0);
    first = now_s() - begin;
    for (size_t i = 0; i < rounds; i++) {
        begin = now_s();
        found += run(b, i * 7919);
        took[i] = now_s() - begin;
    }
    qsort(took, rounds, sizeof *took, compare);
    if (!found)
        check(-1, "a query found nothing");
    if (row)
        printf("{\"row\":\"%s\",\"median_us\":%.2f,\"p99_us\":%.2f,\"first_ms\":%.3f,\"found\":%.1f}\n", row,
               took[rounds / 2] * 1e6, took[rounds * 99 / 100] * 1e6, first * 1e3, (double)found / (double)rounds);
    return found;
}

static size_t run_all(struct bench *b, bool say) {
    return median(b, say ? "newest_100_author" : NULL, 500, run_wall) +
           median(b, say ? "newest_100_posts" : NULL, 500, run_type) +
           median(b, say ? "thread" : NULL, SAMPLE, run_thread) +
           median(b, say ? "vote_count" : NULL, SAMPLE, run_votes) + median(b, say ? "get" : NULL, SAMPLE, run_get);
}

/* What a user waits for who posts: create, judge, append, sync. */
static void publish(struct bench *b) {
    enum { ROUNDS = 500 };
    static double took[ROUNDS];
    struct kith_head head = {0};
    struct kith_buf compact = {0};
    for (size_t i = 0; i < ROUNDS; i++) {
        struct kith_message made;
        struct kith_record r = {.format = KITH_FORMAT_CLASSIC, .kind = KITH_RECORD_CHAINED};
        uint64_t number;
        double begin = now_s();
        kith_buf_clear(&compact);
        check(kith_message_create(KITH_LIT("{\"type\":\"post\",\"text\":\"a post as people write them, neither long nor short\"}"),
                                  &b->me, &head, 1700000000000.0 + (double)i, NULL, &compact, &made), "creating");
        r.received_ms = 1700000000000 + i;
        r.id = made.id;
        r.value = kith_buf_bytes(&compact);
        check(kith_store_append(b->store, &r, 1, &number), "appending");
        kith_store_sync(b->store);
        perform_all(b);
        if (kith_store_durable(b->store) <= number)
            check(-1, "the sync");
        took[i] = now_s() - begin;
        head.sequence = made.sequence;
        head.id = made.id;
    }
    qsort(took, ROUNDS, sizeof *took, compare);
    printf("{\"row\":\"publish\",\"median_us\":%.1f,\"p99_us\":%.1f}\n", took[ROUNDS / 2] * 1e6, took[ROUNDS * 99 / 100] * 1e6);
    kith_buf_wipe(&compact);
}

int main(int argc, char **argv) {
    static struct bench b;
    struct kith_store_report report = {0};
    struct kith_seed seed;
    if (argc != 3 || kith_crypto_init()) {
        fprintf(stderr, "usage: bench_store FILE STORE\n");
        return 2;
    }
    fill(NULL, seed.b, sizeof seed.b); /* a new person: the feed that publish begins is empty */
    kith_sign_keypair(&b.me, &seed);
    open_store(&b, argv[2], &report); /* another identity than the snapshot's: rebuilds */
    check(kith_store_snapshot(b.store), "the snapshot");
    close_store(&b);

    double before = resident_mb(), begin = now_s();
    open_store(&b, argv[2], &report);
    printf("{\"row\":\"open\",\"ms\":%.1f,\"messages\":%llu,\"snapshot\":%s,\"applied\":%llu}\n", (now_s() - begin) * 1e3,
           (unsigned long long)kith_store_count(b.store), report.snapshot_used ? "true" : "false",
           (unsigned long long)report.applied);
    double opened = resident_mb();
    read_sample(&b, argv[1]);
    size_t found = run_all(&b, true);
    printf("{\"row\":\"memory\",\"opened_mb\":%.1f,\"rss_mb\":%.1f}\n", opened - before, resident_mb());
    begin = now_s();
    check(kith_store_rebuild(b.store), "rebuilding");
    double took = now_s() - begin;
    if (run_all(&b, false) != found)
        check(-1, "the rebuilt views answer differently");
    printf("{\"row\":\"rebuild\",\"seconds\":%.3f}\n", took);
    publish(&b);
    close_store(&b);
    return 0;
}
