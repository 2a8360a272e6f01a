/* SPDX-License-Identifier: MIT */
/* bench_generate COUNT [SEED]: messages of 100 authors, interleaved, one JSON value a line on stdout.
 * The same arguments give the same bytes. Of them 40 % are votes, 20 % replies, 5 % box1 for other
 * people, the rest posts, names and follows; 10 % of the texts go beyond ASCII. Every signature is
 * good: kith_message_create judges what it makes. */
#include <stdio.h>
#include <stdlib.h>

#include "base/base64.h"
#include "feed/message.h"

#define AUTHORS 100
#define RECENT 4096 /* votes and replies go to one of the newest so many posts */
#define START_MS 1600000000000.0

struct author {
    struct kith_keypair keys;
    struct kith_head head;
};

struct world {
    struct author authors[AUTHORS];
    struct kith_msgid recent[RECENT]; /* a ring of roots */
    uint64_t roots;
    uint64_t random;
};

/* splitmix64 (Steele, Lea, Flood 2014): enough for a mixture, and the same everywhere. */
static uint64_t draw(struct world *w, uint64_t below) {
    uint64_t z = (w->random += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % below;
}

static void put_text(struct world *w, struct kith_buf *out, bool reply) {
    static const char *const plain[] = {"the",  "garden", "is",    "wet",   "again",  "and",   "we",
                                        "have", "planted", "beans", "near",  "a",      "wall",  "today",
                                        "you",  "should", "come",  "over",  "before", "night", "#weather"};
    static const char *const wide[] = {"Привет", "сад", "Größe", "日本語", "\xf0\x9f\x8c\xb1", "ελιά", "café"};
    bool beyond = draw(w, 10) == 0;
    /* Most texts are short and a few are long, as people write. */
    uint64_t words = 4 + draw(w, reply ? 16 : 24);
    if (draw(w, 12) == 0)
        words += draw(w, 300);
    struct kith_buf text = {0};
    for (uint64_t i = 0; i < words; i++) {
        if (i)
            kith_buf_put_str(&text, i % 40 == 39 ? "\n\n" : " ");
        if (beyond && draw(w, 3) == 0)
            kith_buf_put_str(&text, wide[draw(w, sizeof wide / sizeof *wide)]);
        else
            kith_buf_put_str(&text, plain[draw(w, sizeof plain / sizeof *plain)]);
    }
    kith_json_put_string(out, kith_buf_bytes(&text));
    kith_buf_wipe(&text);
}

static void put_root(struct world *w, struct kith_buf *out) {
    uint64_t held = w->roots < RECENT ? w->roots : RECENT;
    kith_buf_put_u8(out, '"');
    kith_msgid_put(out, &w->recent[(w->roots - 1 - draw(w, held)) % RECENT]);
    kith_buf_put_u8(out, '"');
}

static void put_person(struct world *w, struct kith_buf *out) {
    kith_buf_put_u8(out, '"');
    kith_feed_id_put(out, &w->authors[draw(w, AUTHORS)].keys.pub);
    kith_buf_put_u8(out, '"');
}

/* What a private message of others looks like to us: base64 of noise, ".box". */
static void put_box(struct world *w, struct kith_buf *out) {
    uint8_t noise[1024];
    size_t len = 150 + draw(w, 500);
    for (size_t i = 0; i < len; i++)
        noise[i] = (uint8_t)draw(w, 256);
    kith_buf_put_u8(out, '"');
    kith_base64_put(out, kith_bytes(noise, len));
    kith_buf_put_str(out, ".box\"");
}

/* The content of a message; true if others can reply to it. */
static bool put_content(struct world *w, struct kith_buf *out, uint64_t sequence) {
    uint64_t kind = draw(w, 100);
    if (sequence == 0) {
        kith_buf_put_str(out, "{\"type\":\"about\",\"about\":");
        put_person(w, out);
        kith_buf_put_str(out, ",\"name\":\"somebody\"}");
    } else if (sequence < 6 || (kind >= 95 && draw(w, 10) == 0)) {
        kith_buf_put_str(out, "{\"type\":\"contact\",\"contact\":");
        put_person(w, out);
        kith_buf_put_str(out, ",\"following\":true}");
    } else if (w->roots && kind < 40) {
        kith_buf_put_str(out, "{\"type\":\"vote\",\"vote\":{\"link\":");
        put_root(w, out);
        kith_buf_put_str(out, ",\"value\":1,\"expression\":\"Like\"}}");
    } else if (w->roots && kind < 60) {
        kith_buf_put_str(out, "{\"type\":\"post\",\"text\":");
        put_text(w, out, true);
        kith_buf_put_str(out, ",\"root\":");
        size_t at = out->len;
        put_root(w, out);
        struct kith_buf root = {0};
        kith_buf_put(&root, out->p + at, out->len - at);
        kith_buf_put_str(out, ",\"branch\":");
        kith_buf_put_bytes(out, kith_buf_bytes(&root));
        kith_buf_put_u8(out, '}');
        kith_buf_wipe(&root);
    } else if (kind < 65) {
        put_box(w, out);
    } else {
        kith_buf_put_str(out, "{\"type\":\"post\",\"text\":");
        put_text(w, out, false);
        kith_buf_put_u8(out, '}');
        return true;
    }
    return false;
}

static void generate_one(struct world *w, uint64_t i, struct kith_buf *content, struct kith_buf *compact) {
    struct author *a = &w->authors[draw(w, AUTHORS)];
    struct kith_message made;
    kith_buf_clear(content);
    kith_buf_clear(compact);
    bool is_root = put_content(w, content, a->head.sequence);
    double time = START_MS + (double)i * 1000.0 + (double)draw(w, 1000);
    int err = kith_message_create(kith_buf_bytes(content), &a->keys, &a->head, time, NULL, compact, &made);
    if (err) {
        fprintf(stderr, "bench_generate: message %llu: error %d\n", (unsigned long long)i, err);
        exit(1);
    }
    a->head.sequence = made.sequence;
    a->head.id = made.id;
    if (is_root)
        w->recent[w->roots++ % RECENT] = made.id;
    kith_buf_put_u8(compact, '\n');
    if (fwrite(compact->p, 1, compact->len, stdout) != compact->len) {
        perror("bench_generate");
        exit(1);
    }
}

int main(int argc, char **argv) {
    static struct world w;
    struct kith_buf content = {0}, compact = {0};
    uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    if (!count || kith_crypto_init()) {
        fprintf(stderr, "usage: bench_generate COUNT [SEED]\n");
        return 2;
    }
    w.random = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    for (unsigned i = 0; i < AUTHORS; i++) {
        struct kith_seed seed;
        for (size_t j = 0; j < sizeof seed.b; j++)
            seed.b[j] = (uint8_t)draw(&w, 256);
        kith_sign_keypair(&w.authors[i].keys, &seed);
    }
    for (uint64_t i = 0; i < count; i++)
        generate_one(&w, i, &content, &compact);
    kith_buf_wipe(&content);
    kith_buf_wipe(&compact);
    return fflush(stdout) ? 1 : 0;
}
