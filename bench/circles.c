/* SPDX-License-Identifier: MIT */
/* bench_circles: what it costs to write one post for 1 to 10,000 readers and to read it, with box1, with
 * box2 letters, and with the key of a circle; and how many keys one can try on messages of others. The
 * same source runs natively and in WebAssembly, where bench/circles.mjs is the host. Rows go to the host's
 * row() and attempt(); natively they are printed as JSON, one a line. */
#include <sodium.h>

#include "feed/box1.h"
#include "feed/box2_parts.h"
#include "feed/message.h"

#define TEXT_LEN 400 /* of the post: a longer one */
#define READERS_MAX 10000
#define STRETCH_S 0.004 /* short enough to be left alone by other work now and then */
#define BUDGET_S 0.3
#define ROUNDS_MIN 3

enum road { BOX1, BOX2, CIRCLE, HANDING, ROADS };

#ifdef __wasm__
#define HOST(name) __attribute__((import_module("host"), import_name(#name)))
HOST(now_s) double now_s(void);
HOST(row) void row(int road, int readers, double messages, double bytes, double seal, double publish, double open, double read);
HOST(attempt) void attempt(int what, double seconds, double bare);
#define EXPORT(name) __attribute__((export_name(#name)))
#else
#include <stdio.h>
#include <time.h>
#define EXPORT(name)

/* Processor time: other work on the machine takes no part in it. */
static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void row(int road, int readers, double messages, double bytes, double seal, double publish, double open, double read) {
    static const char *const names[] = {"box1", "box2", "circle", "handing"};
    printf("{\"road\":\"%s\",\"readers\":%d,\"messages\":%.0f,\"bytes\":%.0f,\"seal\":%.9f,\"publish\":%.9f,\"open\":%.9f,\"read\":%.9f}\n",
           names[road], readers, messages, bytes, seal, publish, open, read);
}

static void attempt(int what, double seconds, double bare) {
    static const char *const names[] = {"box1", "box2 letter, 16 slots", "circle key", "making the key of two feeds"};
    printf("{\"attempt\":\"%s\",\"seconds\":%.9f,\"bare\":%.9f}\n", names[what], seconds, bare);
}
#endif

static struct kith_keypair author, readers[READERS_MAX];
static struct kith_box2_key letters[READERS_MAX], self_key, circle_key;
static int reader_count;
static uint64_t random_state = 1;

/* splitmix64: the bench keeps no secret. */
static void fill(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    while (len--) {
        uint64_t z = (random_state += 0x9e3779b97f4a7c15u);
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        *out++ = (uint8_t)(z ^ z >> 31);
    }
}

static const struct kith_rng rng = {fill, NULL};

static void must(int err) {
    KITH_ASSERT(err == KITH_OK);
}

/* One post as it goes out: contents with their quotes, and the messages that were made of them. */
static struct {
    enum road road;
    bool publish;
    struct kith_buf text, content, compact;
    struct kith_head head;
    size_t messages;
    size_t at[READERS_MAX]; /* where each message begins in compact */
    struct kith_message made[READERS_MAX];
} post;

static struct kith_bytes message_text(size_t i) {
    size_t end = i + 1 < post.messages ? post.at[i + 1] : post.compact.len;
    return kith_bytes(post.compact.p + post.at[i], end - post.at[i]);
}

static size_t seal_box1(size_t from) {
    struct kith_pubkey to[KITH_BOX1_MAX_RECIPIENTS];
    size_t n = 0;
    if (from == 0)
        to[n++] = author.pub; /* once is enough */
    size_t used = 0;
    while (n < KITH_BOX1_MAX_RECIPIENTS && from + used < (size_t)reader_count)
        to[n++] = readers[from + used++].pub;
    must(kith_box1_seal(&post.content, kith_buf_bytes(&post.text), to, n, &rng));
    return used;
}

static size_t seal_box2(size_t from) {
    struct kith_box2_key to[KITH_BOX2_MAX_RECIPIENTS];
    size_t n = 0, used = 0;
    to[n++] = self_key;
    while (n < KITH_BOX2_MAX_RECIPIENTS && from + used < (size_t)reader_count)
        to[n++] = letters[from + used++];
    must(kith_box2_seal(&post.content, kith_buf_bytes(&post.text), &author.pub, post.head.sequence ? &post.head.id : NULL, to, n,
                        &rng, NULL));
    return used;
}

static size_t seal_circle(void) {
    must(kith_box2_seal(&post.content, kith_buf_bytes(&post.text), &author.pub, post.head.sequence ? &post.head.id : NULL,
                        &circle_key, 1, &rng, NULL));
    return (size_t)reader_count;
}

/* Seals the post for all; with post.publish, signs each message too and checks it as a peer does. */
static void write_post(void) {
    size_t done = 0;
    kith_buf_clear(&post.compact);
    post.messages = 0;
    post.head = (struct kith_head){0};
    while (done < (size_t)reader_count) {
        kith_buf_clear(&post.content);
        kith_buf_put_str(&post.content, "\"");
        done += post.road == BOX1 ? seal_box1(done) : post.road == CIRCLE ? seal_circle() : seal_box2(done);
        kith_buf_put_str(&post.content, "\"");
        if (post.publish) {
            struct kith_message *m = &post.made[post.messages];
            post.at[post.messages] = post.compact.len;
            must(kith_message_create(kith_buf_bytes(&post.content), &author, &post.head, 1.7e12 + (double)post.messages, NULL,
                                     &post.compact, m));
            post.head = (struct kith_head){m->sequence, m->id};
        }
        post.messages++;
    }
}

/* The content of a message in its canonical text, which ends with it and the signature. */
static struct kith_bytes content_of(struct kith_bytes message) {
    static const char mark[] = "\"content\":\"";
    for (size_t i = 0; i + sizeof mark < message.len; i++)
        if (memcmp(message.p + i, mark, sizeof mark - 1) == 0) {
            const uint8_t *from = message.p + i + sizeof mark - 1;
            const uint8_t *end = memchr(from, '"', message.len - i - sizeof mark);
            return kith_bytes(from, (size_t)(end - from));
        }
    return kith_bytes(NULL, 0);
}

static struct kith_bytes contents[READERS_MAX];

/* One reader's whole work: to find out, for every message of the post, whether it is for them. */
static void open_post(void) {
    static struct kith_box2_opener o;
    static struct kith_buf out;
    const struct kith_keypair *me = &readers[reader_count / 2];
    const struct kith_box2_key *key = post.road == CIRCLE ? &circle_key : &letters[reader_count / 2];
    size_t opened = 0;
    for (size_t i = 0; i < post.messages; i++) {
        const struct kith_msgid *previous = post.made[i].has_previous ? &post.made[i].previous : NULL;
        kith_buf_clear(&out);
        if (post.road == BOX1) {
            opened += kith_box1_open(&out, contents[i], &me->sec) == KITH_OK;
            continue;
        }
        must(kith_box2_begin(&o, contents[i], &author.pub, previous));
        opened += kith_box2_try(&o, key, &out) == KITH_OK;
    }
    KITH_ASSERT(opened == 1);
}

/* The same with what has to be done to any message first: signature, form, id. */
static void judge_and_open(void) {
    static struct kith_verdict verdicts[KITH_JOB_MAX_MESSAGES];
    static struct kith_buf compact;
    for (size_t i = 0; i < post.messages; i += KITH_JOB_MAX_MESSAGES) {
        size_t n = post.messages - i < KITH_JOB_MAX_MESSAGES ? post.messages - i : KITH_JOB_MAX_MESSAGES;
        for (size_t j = 0; j < n; j++)
            verdicts[j] = (struct kith_verdict){.raw = message_text(i + j)};
        kith_buf_clear(&compact);
        kith_message_judge(verdicts, n, NULL, &compact);
        KITH_ASSERT(verdicts[0].err == KITH_OK);
    }
    open_post();
}

/* Seconds of one call, over a stretch of at least STRETCH_S. */
static double stretch(void (*work)(void)) {
    double begin = now_s(), took = 0;
    size_t n = 0;
    for (size_t batch = 1; took < STRETCH_S; batch *= 2) {
        for (size_t j = 0; j < batch; j++)
            work();
        n += batch;
        took = now_s() - begin;
    }
    return took / (double)n;
}

/* The best stretch of BUDGET_S, since a machine is only ever slower than it can be. With `other`, stretches
 * of both take turns. */
static double time_of(void (*work)(void), void (*other)(void), double *other_s) {
    double best = 1e9, best_other = 1e9, begin = now_s();
    for (int i = 0; i < ROUNDS_MIN || now_s() - begin < BUDGET_S; i++) {
        double t = stretch(work), u = other ? stretch(other) : 0;
        best = t < best ? t : best;
        best_other = u < best_other ? u : best_other;
    }
    if (other)
        *other_s = best_other;
    return best;
}

static void put_text(size_t len) {
    kith_buf_clear(&post.text);
    kith_buf_put_str(&post.text, "{\"type\":\"post\",\"text\":\"");
    for (size_t i = 0; i < len; i++)
        kith_buf_put_u8(&post.text, (uint8_t)('a' + i % 26));
    kith_buf_put_str(&post.text, "\"}");
}

EXPORT(circles_init) void circles_init(void) {
#ifndef __wasm__ /* libsodium's start draws a canary and looks for faster code, of which there is none there */
    must(kith_crypto_init());
#endif
    kith_sign_keypair_new(&author, &rng);
    kith_box2_key_new(&self_key, KITH_BOX2_SELF, &rng);
    kith_box2_key_new(&circle_key, KITH_BOX2_GROUP, &rng);
}

/* Makes readers with whom keys are shared; those that are there stay. */
static void have_readers(int count) {
    static int had;
    for (; had < count; had++) {
        struct kith_box2_dm dm;
        kith_sign_keypair_new(&readers[had], &rng);
        must(kith_box2_dm_keys(&dm, &author.sec, &readers[had].pub));
        letters[had] = dm.key[0];
    }
    reader_count = count;
}

EXPORT(circles_row) void circles_row(int road, int count) {
    have_readers(count);
    post.road = (enum road)road;
    put_text(road == HANDING ? 260 : TEXT_LEN); /* a circle/key is that long */
    post.publish = false;
    double seal = time_of(write_post, NULL, NULL);
    post.publish = true;
    double publish = time_of(write_post, NULL, NULL);
    for (size_t i = 0; i < post.messages; i++)
        contents[i] = content_of(message_text(i));
    double open = time_of(open_post, NULL, NULL), read = time_of(judge_and_open, NULL, NULL);
    row(road, count, (double)post.messages, (double)post.compact.len, seal, publish, open, read);
}

/* --- messages of others -------------------------------------------------------------------------- */

static struct kith_box2_opener trial;
static struct kith_box2_key wrong;
static struct kith_keypair stranger;
static struct kith_buf nothing;

static void try_box1(void) {
    KITH_ASSERT(kith_box1_open(&nothing, contents[0], &stranger.sec) == KITH_ERR_NOT_FOUND);
}

static void try_box2(void) {
    KITH_ASSERT(kith_box2_try(&trial, &wrong, &nothing) == KITH_ERR_NOT_FOUND);
}

/* What libsodium alone needs for as many slots: the key of a slot once, then for each slot two keys and the
 * header's MAC. Nothing is copied, wiped or compared. */
static void bare_box2(void) {
    static uint8_t info[132], key[32], next[32], header[16];
    static const uint8_t nonce[crypto_secretbox_NONCEBYTES];
    size_t slots = wrong.scheme == KITH_BOX2_GROUP ? 1 : trial.slots;
    crypto_auth_hmacsha256(key, info, KITH_BOX2_BOUND_LEN + 10 + 2 + (wrong.scheme == KITH_BOX2_GROUP ? 30 : 38) + 1, wrong.key.b);
    for (size_t i = 0; i < slots; i++) {
        crypto_auth_hmacsha256(next, info, KITH_BOX2_BOUND_LEN + 10 + 1, key);
        crypto_auth_hmacsha256(key, info, KITH_BOX2_BOUND_LEN + 12 + 1, next);
        KITH_ASSERT(crypto_secretbox_open_easy(header, trial.box.p, 32, nonce, key));
    }
}

static void bare_box1(void) {
    static uint8_t shared[32], out[33];
    static const uint8_t nonce[crypto_secretbox_NONCEBYTES], box[49] = {1};
    KITH_ASSERT(!crypto_scalarmult_curve25519(shared, stranger.sec.b, readers[0].pub.b));
    for (size_t i = 0; i < KITH_BOX1_MAX_SLOTS; i++)
        KITH_ASSERT(crypto_secretbox_open_easy(out, box, sizeof box, nonce, shared));
}

static void make_key(void) {
    struct kith_box2_dm dm;
    must(kith_box2_dm_keys(&dm, &author.sec, &readers[0].pub));
}

static void bare_key(void) {
    static uint8_t curve[32], shared[32];
    KITH_ASSERT(!crypto_sign_ed25519_pk_to_curve25519(curve, readers[0].pub.b));
    KITH_ASSERT(!crypto_scalarmult_curve25519(shared, author.sec.b, curve));
    crypto_scalarmult_curve25519_base(curve, author.sec.b);
}

/* A message with all its slots full, by somebody else and for somebody else. */
EXPORT(circles_attempts) void circles_attempts(void) {
    have_readers(15);
    put_text(TEXT_LEN);
    kith_sign_keypair_new(&stranger, &rng);
    post.publish = true;
    post.road = BOX1;
    write_post();
    contents[0] = content_of(message_text(0));
    double bare, ours = time_of(try_box1, bare_box1, &bare);
    attempt(0, ours, bare);
    post.road = BOX2;
    write_post();
    must(kith_box2_begin(&trial, content_of(message_text(0)), &author.pub, NULL));
    kith_box2_key_new(&wrong, KITH_BOX2_DM, &rng);
    ours = time_of(try_box2, bare_box2, &bare);
    attempt(1, ours, bare);
    wrong.scheme = KITH_BOX2_GROUP;
    ours = time_of(try_box2, bare_box2, &bare);
    attempt(2, ours, bare);
    ours = time_of(make_key, bare_key, &bare);
    attempt(3, ours, bare);
}

#ifndef __wasm__
int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    circles_init();
    circles_attempts();
    for (int road = 0; road < ROADS; road++)
        for (int count = 1; count <= READERS_MAX; count *= 10)
            circles_row(road, count);
    return 0;
}
#endif
