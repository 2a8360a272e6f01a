/* SPDX-License-Identifier: MIT */
/* bench_search COUNT DIR: full-text search over COUNT messages in a new store in DIR: making the index, the
 * longest step of it, its memory, and what searches take. One JSON row a line.
 *
 * 60 % of the messages are posts of 4 to 28 words, some of 300; words are as frequent as in a language
 * (Zipf), of a vocabulary of 200,000; one in ten posts is Chinese. Nothing is signed: judging is measured
 * elsewhere. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "drivers/slots_posix.h"
#include "social/search.h"

#define AUTHORS 100
#define VOCABULARY 200000
#define ROUNDS 1000

struct bench {
    struct kith_slots_posix *slots;
    struct kith_social *social;
    struct kith_store *store;
    uint64_t random;
};

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void check(int err, const char *what) {
    if (err) {
        fprintf(stderr, "bench_search: %s: error %d\n", what, err);
        exit(1);
    }
}

static void fill(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    if (getrandom(out, len, 0) != (ssize_t)len)
        abort();
}

static uint64_t draw(struct bench *b, uint64_t below) {
    uint64_t z = (b->random += 0x9e3779b97f4a7c15u); /* splitmix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % below;
}

static double resident_mb(void) {
    FILE *f = fopen("/proc/self/statm", "r");
    long pages = 0;
    if (!f || fscanf(f, "%*d %ld", &pages) != 1)
        pages = 0;
    if (f)
        fclose(f);
    return (double)pages * 4096 / 1e6;
}

/* The n-th most frequent word: short ones are frequent. */
static void put_word(struct kith_buf *out, uint64_t n) {
    static const char *const syllables[] = {"ta", "ri", "no", "se", "ka", "lu", "mi", "do", "ve", "pa", "zi", "gö", "fe", "bu", "há", "wo"};
    do {
        kith_buf_put_str(out, syllables[n % 16]);
        n /= 16;
    } while (n);
}

static uint64_t draw_word(struct bench *b) {
    double u = (double)draw(b, 1 << 30) / (double)(1 << 30);
    return (uint64_t)pow(VOCABULARY, u) - 1;
}

static void put_text(struct bench *b, struct kith_buf *out) {
    bool chinese = draw(b, 10) == 0;
    uint64_t words = 4 + draw(b, 24) + (draw(b, 12) == 0 ? draw(b, 300) : 0);
    for (uint64_t i = 0; i < words; i++) {
        if (chinese) {
            uint32_t c = 0x4e00 + (uint32_t)draw(b, 1 + draw(b, 3000));
            uint8_t utf8[3] = {(uint8_t)(0xe0 | c >> 12), (uint8_t)(0x80 | (c >> 6 & 63)), (uint8_t)(0x80 | (c & 63))};
            kith_buf_put(out, utf8, 3);
        } else {
            put_word(out, draw_word(b));
            kith_buf_put_u8(out, ' ');
        }
    }
}

static void append(struct bench *b, uint64_t n, struct kith_buf *value) {
    struct kith_pubkey author = {{(uint8_t)draw(b, AUTHORS), 1}};
    struct kith_record r = {.format = KITH_FORMAT_CLASSIC, .kind = KITH_RECORD_LOOSE, .received_ms = 1700000000000 + n * 1000};
    uint64_t number;
    kith_buf_clear(value);
    kith_buf_put_str(value, "{\"previous\":null,\"sequence\":1,\"author\":\"");
    kith_feed_id_put(value, &author);
    kith_buf_put_str(value, "\",\"timestamp\":");
    kith_buf_put_dec(value, r.received_ms);
    kith_buf_put_str(value, ",\"hash\":\"sha256\",\"content\":{\"type\":\"");
    if (draw(b, 10) < 4) {
        kith_buf_put_str(value, "vote\",\"vote\":{\"link\":\"%AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.sha256\",\"value\":1}}");
    } else {
        kith_buf_put_str(value, "post\",\"text\":\"");
        put_text(b, value);
        kith_buf_put_str(value, "\"}");
    }
    kith_buf_put_str(value, ",\"signature\":\"");
    for (unsigned i = 0; i < 86; i++)
        kith_buf_put_u8(value, 'A');
    kith_buf_put_str(value, "==.sig.ed25519\"}");
    kith_put_u64le(r.id.hash.b, n);
    r.value = kith_buf_bytes(value);
    check(kith_store_append(b->store, &r, 1, &number), "appending");
}

static void perform_all(struct bench *b) {
    struct kith_store_effect e;
    while (kith_store_next(b->store, &e)) {
        struct kith_slot slot;
        int err = kith_slots_posix_perform(b->slots, &e, &slot);
        kith_store_done(b->store, e.ticket, err, !err && e.kind == KITH_STORE_CREATE ? &slot : NULL);
        check(err, "an effect");
    }
}

/* Several appends at once are stored faster, but each is applied alone either way. */
static void fill_store(struct bench *b, uint64_t from, uint64_t to) {
    struct kith_buf value = {0};
    for (uint64_t n = from; n < to; n++) {
        append(b, n, &value);
        perform_all(b);
    }
    kith_buf_wipe(&value);
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void build(struct bench *b) {
    double before = resident_mb(), begin = now_s(), longest = 0, took;
    size_t steps = 0;
    kith_search_start(b->social);
    for (; !kith_search_is_ready(b->social); steps++) {
        double step = now_s();
        check(kith_search_step(b->social), "a step");
        step = now_s() - step;
        longest = step > longest ? step : longest;
    }
    took = now_s() - begin;
    printf("{\"row\":\"search_build\",\"ms\":%.0f,\"steps\":%zu,\"longest_ms\":%.2f,\"index_mb\":%.1f,\"more_rss_mb\":%.1f,\"rss_mb\":%.1f}\n",
           took * 1e3, steps, longest * 1e3, (double)kith_search_memory(b->social) / 1e6, resident_mb() - before, resident_mb());
}

/* kind: a word as frequent as words are, two of them, one still being typed, the most frequent ones, a quotation. */
static void ask(struct bench *b, const char *row, char kind) {
    static double took[ROUNDS];
    struct kith_buf text = {0};
    size_t found = 0;
    for (size_t i = 0; i < ROUNDS; i++) {
        struct kith_search_query q;
        struct kith_page page = {.show = KITH_SHOW_PRIVATE};
        struct kith_found out[50];
        double begin;
        kith_buf_clear(&text);
        kith_buf_put_str(&text, kind == 'q' || kind == 'w' || kind == '2' ? "\"" : "");
        put_word(&text, kind == 'c' ? draw(b, 8) : kind == 'q' ? draw(b, 30) : draw_word(b));
        kith_buf_put_str(&text, kind == '2' ? "\" \"" : kind == 'q' ? " " : "");
        if (kind == 'q' || kind == '2')
            put_word(&text, kind == 'q' ? draw(b, 30) : draw_word(b));
        kith_buf_put_str(&text, kind == 'q' || kind == 'w' || kind == '2' ? "\"" : "");
        if (kind == 'p' || kind == 'c')
            text.len = text.len > 3 && kind == 'p' ? 3 : 1 + draw(b, 2);
        begin = now_s();
        check(kith_search_parse(&q, kith_buf_bytes(&text)), "parsing");
        found += kith_search_run(b->social, &q, NULL, &page, out, 50);
        took[i] = now_s() - begin;
    }
    qsort(took, ROUNDS, sizeof *took, compare);
    printf("{\"row\":\"%s\",\"median_us\":%.1f,\"p99_us\":%.1f,\"worst_ms\":%.2f,\"found\":%.1f}\n", row, took[ROUNDS / 2] * 1e6,
           took[ROUNDS * 99 / 100] * 1e6, took[ROUNDS - 1] * 1e3, (double)found / ROUNDS);
    kith_buf_wipe(&text);
}

int main(int argc, char **argv) {
    static struct bench b;
    struct kith_rng rng = {fill, NULL};
    struct kith_store_config config = {.rng = rng};
    struct kith_store_report report;
    struct kith_pubkey me = {{0}};
    uint64_t count = argc == 3 ? strtoull(argv[1], NULL, 10) : 0;
    double begin;
    if (!count || kith_crypto_init()) {
        fprintf(stderr, "usage: bench_search COUNT DIR\n");
        return 2;
    }
    b.random = 1;
    check(kith_slots_posix_open(&b.slots, argv[2]), "opening the slots");
    config.slots = kith_slots_posix_list(b.slots, &config.slot_count);
    b.social = kith_social_new(&me, KITH_HOPS_DEFAULT, &rng);
    config.views = kith_social_views(b.social);
    check(kith_store_open(&b.store, &config, &report), "opening the store");
    check(kith_social_bind(b.social, b.store), "binding the views");
    fill_store(&b, 0, count);
    build(&b);
    ask(&b, "search_word", 'w');
    ask(&b, "search_two_words", '2');
    ask(&b, "search_beginning", 'p');
    ask(&b, "search_letter", 'c');
    ask(&b, "search_quotation", 'q');
    fill_store(&b, count, count + 200);
    begin = now_s();
    check(kith_search_step(b.social), "a step");
    printf("{\"row\":\"search_one_more\",\"mean_us\":%.1f}\n", (now_s() - begin) * 1e6 / 200);
    perform_all(&b);
    kith_store_free(b.store);
    kith_social_free(b.social);
    kith_slots_posix_free(b.slots);
    return 0;
}
