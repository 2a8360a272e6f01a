/* SPDX-License-Identifier: MIT */
/* bench_opening [COUNT]: what messages that may be for us cost where they come in: judged, stored in memory, all
 * views. The reader is in the circles of 20 friends, three epochs each, who follow each other; 80 more authors are
 * friends of three of them each. What they write is tried with 60 or 9 keys and those of its author and us. One JSON object a line:
 * nothing private, 5 % of each kind, and all of it; each the best of three, by processor time. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/base64.h"
#include "feed/message.h"
#include "social/circle.h"
#include "store/slots_mem.h"

#define AUTHORS 100
#define OWNERS 20
#define EPOCHS 3
#define BATCH 64

enum kind { PUBLIC, BOX1, BOX2, READABLE };

static struct kith_keypair authors[AUTHORS], me;
static struct kith_head heads[AUTHORS + 1];
static struct kith_box2_key keys[OWNERS][EPOCHS];
static struct kith_vec lines;   /* struct line */
static struct kith_buf texts;
static double clock_ms = 1600000000000.0;

struct line {
    size_t at, len;
};

static void fill(void *ctx, uint8_t *out, size_t len) {
    static uint64_t state = 1;
    (void)ctx;
    for (size_t i = 0; i < len; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(state >> 56);
    }
}
static const struct kith_rng rng = {fill, NULL};

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* others work on this machine, too */
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void say(const struct kith_keypair *who, struct kith_head *head, struct kith_bytes content) {
    struct kith_message made;
    struct line *l = kith_vec_push(&lines);
    l->at = texts.len;
    if (kith_message_create(content, who, head, clock_ms += 1000, NULL, &texts, &made))
        exit(1);
    l->len = texts.len - l->at;
    *head = (struct kith_head){made.sequence, made.id};
}

static void follow(const struct kith_keypair *who, struct kith_head *head, const struct kith_keypair *whom) {
    struct kith_buf b = {0};
    kith_buf_put_str(&b, "{\"type\":\"contact\",\"contact\":\"");
    kith_feed_id_put(&b, &whom->pub);
    kith_buf_put_str(&b, "\",\"following\":true}");
    say(who, head, kith_buf_bytes(&b));
    kith_buf_wipe(&b);
}

static void say_sealed(unsigned who, const struct kith_box2_key *to, size_t count, struct kith_bytes text) {
    struct kith_buf b = {0};
    kith_buf_put_u8(&b, '"');
    if (kith_box2_seal(&b, text, &authors[who].pub, heads[who].sequence ? &heads[who].id : NULL, to, count, &rng, NULL))
        exit(1);
    kith_buf_put_u8(&b, '"');
    say(&authors[who], &heads[who], kith_buf_bytes(&b));
    kith_buf_wipe(&b);
}

static void put_key(struct kith_buf *b, const char *name, const struct kith_symkey *key) {
    kith_buf_put_str(b, name);
    kith_base64_put(b, kith_bytes(key->b, sizeof key->b));
    kith_buf_put_u8(b, '"');
}

static void give_circle(unsigned owner) {
    struct kith_circle_terms terms = {.owner = authors[owner].pub, .kind = KITH_CIRCLE_FRIENDS};
    struct kith_groupid id;
    struct kith_box2_dm dm;
    struct kith_buf b = {0};
    kith_rng_fill(&rng, &terms.secret, sizeof terms.secret);
    kith_circle_id(&id, &terms);
    kith_buf_put_str(&b, "{\"type\":\"circle/key\",\"group\":\"");
    kith_groupid_put(&b, &id);
    kith_buf_put_str(&b, "\",\"owner\":\"");
    kith_feed_id_put(&b, &terms.owner);
    put_key(&b, "\",\"kind\":\"friends\",\"open\":false,\"secret\":\"", &terms.secret);
    kith_buf_put_str(&b, ",\"keys\":[");
    for (unsigned i = 0; i < EPOCHS; i++) {
        kith_box2_key_new(&keys[owner][i], KITH_BOX2_GROUP, &rng);
        kith_buf_put_str(&b, i ? ",{\"generation\":" : "{\"generation\":");
        kith_buf_put_dec(&b, i + 1);
        put_key(&b, ",\"key\":\"", &keys[owner][i].key);
        kith_buf_put_u8(&b, '}');
    }
    kith_buf_put_str(&b, "],\"to\":\"\"}");
    if (kith_box2_dm_keys(&dm, &authors[owner].sec, &me.pub))
        exit(1);
    say_sealed(owner, dm.key, 1, kith_buf_bytes(&b));
    kith_buf_wipe(&b);
}

static void prelude(void) {
    for (unsigned i = 0; i < OWNERS; i++)
        follow(&me, &heads[AUTHORS], &authors[i]);
    for (unsigned i = OWNERS; i < AUTHORS; i++) { /* each is a friend of three of our friends */
        for (unsigned k = 0; k < 21; k += 7)
            follow(&authors[i], &heads[i], &authors[(i + k) % OWNERS]);
    }
    for (unsigned i = 0; i < OWNERS; i++) {
        for (unsigned k = 0; k < AUTHORS; k++) {
            if (k != i)
                follow(&authors[i], &heads[i], &authors[k]);
        }
        give_circle(i);
    }
}

#define POST "{\"type\":\"post\",\"text\":\"the garden is wet again and we have planted beans near a wall today; you should come over before night\"}"

static void noise(unsigned who, const char *ending) {
    uint8_t bytes[400];
    struct kith_buf b = {0};
    size_t len = 200;
    kith_rng_fill(&rng, bytes, sizeof bytes);
    len += bytes[0] % 200u;
    kith_buf_put_u8(&b, '"');
    kith_base64_put(&b, kith_bytes(bytes, len));
    kith_buf_put_str(&b, ending);
    kith_buf_put_u8(&b, '"');
    say(&authors[who], &heads[who], kith_buf_bytes(&b));
    kith_buf_wipe(&b);
}

static void make(size_t count, enum kind kind, unsigned percent) {
    for (size_t i = 0; i < count; i++) {
        unsigned who = (unsigned)(i * 37 % AUTHORS);
        bool is_private = (i * 61 + i / 100) % 100 < percent;
        if (!is_private || kind == PUBLIC)
            say(&authors[who], &heads[who], KITH_LIT(POST));
        else if (kind == READABLE)
            say_sealed(who % OWNERS, &keys[who % OWNERS][EPOCHS - 1], 1, KITH_LIT(POST));
        else
            noise(who, kind == BOX1 ? ".box" : ".box2");
    }
}

static void judge_and_store(struct kith_store *store, size_t from, size_t count) {
    struct kith_verdict v[BATCH];
    struct kith_record r[BATCH];
    struct kith_buf compact = {0};
    uint64_t first;
    for (size_t i = 0; i < count; i++) {
        const struct line *l = KITH_VEC_AT(&lines, struct line, from + i);
        v[i] = (struct kith_verdict){.raw = kith_bytes(texts.p + l->at, l->len)};
    }
    kith_message_judge(v, count, NULL, &compact);
    for (size_t i = 0; i < count; i++) {
        if (v[i].err)
            exit(1);
        r[i] = (struct kith_record){.format = KITH_FORMAT_CLASSIC, .kind = KITH_RECORD_CHAINED, .received_ms = 1700000000000u,
                                    .id = v[i].message.id, .value = kith_bytes(compact.p + v[i].compact_at, v[i].compact_len)};
    }
    if (kith_store_append(store, r, count, &first))
        exit(1);
    kith_buf_wipe(&compact);
}

/* Messages a second of what came after the prelude, and then those that had to wait. */
static double run(size_t skip, double *later) {
    struct kith_slots_mem *disk = kith_slots_mem_new();
    struct kith_social *social = kith_social_new(&me.pub, 2, &rng);
    struct kith_store_config config = {.rng = rng, .unbox = kith_circle_unbox, .unbox_ctx = social, .views = kith_social_views(social)};
    struct kith_store_report report;
    struct kith_store *store;
    size_t opened = 0;
    double begin, taken;
    kith_social_keys(social, &me);
    config.slots = kith_slots_mem_list(disk, &config.slot_count);
    if (kith_store_open(&store, &config, &report) || kith_social_bind(social, store))
        exit(1);
    for (size_t i = 0; i < skip; i++)
        judge_and_store(store, i, 1);
    begin = now_s();
    for (size_t i = skip; i < lines.count; i += BATCH)
        judge_and_store(store, i, lines.count - i < BATCH ? lines.count - i : BATCH);
    taken = now_s() - begin;
    begin = now_s();
    while (kith_circle_retry(social, &opened)) {
    }
    *later = now_s() - begin;
    kith_store_free(store);
    kith_social_free(social);
    kith_slots_mem_free(disk);
    return (double)(lines.count - skip) / taken;
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        enum kind kind;
        unsigned percent;
    } rows[] = {{"nothing private", PUBLIC, 0},           {"5 % box1 for others", BOX1, 5}, {"5 % box2 for others", BOX2, 5},
                {"5 % of circles that we read", READABLE, 5}, {"all box2 for others", BOX2, 100}, {"all of circles that we read", READABLE, 100}};
    size_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 40000;
    double best[6] = {0}, wait[6] = {0};
    if (!count || kith_crypto_init())
        return 2;
    /* In turn, since a shared machine is not equally fast all the time. */
    for (unsigned round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            size_t skip;
            double rate, later;
            lines = KITH_VEC(struct line);
            memset(heads, 0, sizeof heads);
            for (unsigned k = 0; k < AUTHORS; k++) {
                struct kith_seed seed = {{(uint8_t)k, 1}};
                kith_sign_keypair(&authors[k], &seed);
            }
            kith_sign_keypair(&me, &(struct kith_seed){{7, 7}});
            prelude();
            skip = lines.count;
            make(count, rows[i].kind, rows[i].percent);
            rate = run(skip, &later);
            if (rate > best[i]) {
                best[i] = rate;
                wait[i] = later;
            }
            kith_vec_wipe(&lines);
            kith_buf_wipe(&texts);
        }
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        printf("{\"row\":\"opening\",\"what\":\"%s\",\"per_s\":%.0f,\"of_public\":%.3f,\"later_s\":%.3f}\n", rows[i].name, best[i], best[i] / best[0], wait[i]);
    return 0;
}
