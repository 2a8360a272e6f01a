/* SPDX-License-Identifier: MIT */
/* box2_tool: box2 for a script. Each line is a command and words with a space between; bytes are base64,
 * "-" is none; each gets one line of answer, "error NAME" if it was refused.
 *
 *   derive FEED PREVIOUS KEY LABEL                   KEY
 *   cover FEED PREVIOUS KEY SCHEME                   KEY
 *   dm SECRET FEED                                   COUNT KEY KEY
 *   dm-parts DHSECRET MYDH MYFEED THEIRDH THEIRFEED  COUNT KEY KEY
 *   seal FEED PREVIOUS MSGKEY TEXT KEY:SCHEME...     CONTENT READKEY
 *   open FEED PREVIOUS CONTENT KEY:SCHEME...         TEXT READKEY
 *   group ROOT READKEY                               ID
 *   name ID                                          ID
 *
 * SCHEME of a key is g (group), d (two feeds) or s (self). */
#include <stdio.h>
#include <stdlib.h>

#include "base/base64.h"
#include "feed/box2_parts.h"

#define WORDS_MAX 32

static struct kith_bytes words[WORDS_MAX];
static size_t word_count;

static void die(const char *why) {
    fprintf(stderr, "box2_tool: %s\n", why);
    exit(2);
}

static struct kith_bytes word(size_t i) {
    if (i >= word_count)
        die("too few words");
    return words[i];
}

static bool is_none(size_t i) {
    return kith_bytes_is(word(i), "-");
}

/* A word as exactly len bytes. */
static void get(size_t i, void *out, size_t len) {
    size_t got = 0;
    if (kith_base64_parse(word(i), out, len, &got) || got != len)
        die("not so many bytes of base64");
}

static void put(struct kith_buf *out, const void *p, size_t len) {
    if (out->len)
        kith_buf_put_str(out, " ");
    kith_base64_put(out, kith_bytes(p, len));
}

static const struct kith_msgid *get_previous(size_t i, struct kith_msgid *id) {
    if (is_none(i))
        return NULL;
    get(i, id->hash.b, 32);
    return id;
}

static size_t get_keys(size_t from, struct kith_box2_key *keys) {
    size_t n = 0;
    for (size_t i = from; i < word_count && n < WORDS_MAX; i++, n++) {
        struct kith_bytes w = words[i];
        if (w.len != 46 || w.p[44] != ':')
            die("not KEY:SCHEME");
        words[i].len = 44;
        get(i, keys[n].key.b, 32);
        keys[n].scheme = w.p[45] == 'g' ? KITH_BOX2_GROUP : w.p[45] == 'd' ? KITH_BOX2_DM : KITH_BOX2_SELF;
    }
    return n;
}

static int derive(struct kith_buf *out, bool cover) {
    struct kith_pubkey feed;
    struct kith_msgid id;
    struct kith_symkey key, made;
    uint8_t bound[KITH_BOX2_BOUND_LEN];
    get(1, feed.b, 32);
    get(3, key.b, 32);
    kith_box2_bind(bound, &feed, get_previous(2, &id));
    (cover ? kith_box2_cover : kith_box2_derive)(&made, bound, &key, word(4));
    put(out, made.b, 32);
    return KITH_OK;
}

static int put_dm(struct kith_buf *out, const struct kith_box2_dm *dm) {
    kith_buf_put_dec(out, dm->count);
    put(out, dm->key[0].key.b, 32);
    put(out, dm->key[1].key.b, 32);
    return KITH_OK;
}

static int dm(struct kith_buf *out) {
    struct kith_seckey mine;
    struct kith_pubkey theirs;
    struct kith_box2_dm keys;
    get(1, mine.b, sizeof mine.b);
    get(2, theirs.b, 32);
    int err = kith_box2_dm_keys(&keys, &mine, &theirs);
    return err ? err : put_dm(out, &keys);
}

static int dm_parts(struct kith_buf *out) {
    struct kith_dhsec secret;
    struct kith_box2_party me, them;
    struct kith_box2_dm keys;
    get(1, secret.b, 32);
    get(2, me.dh.b, 32);
    get(3, me.feed.b, 32);
    get(4, them.dh.b, 32);
    get(5, them.feed.b, 32);
    int err = kith_box2_dm_derive(&keys, &secret, &me, &them);
    return err ? err : put_dm(out, &keys);
}

/* Randomness that the script chose. */
static void give(void *ctx, uint8_t *out, size_t len) {
    if (len != 32)
        die("more randomness is drawn than a message key");
    memcpy(out, ctx, len);
}

static int seal(struct kith_buf *out) {
    struct kith_pubkey feed;
    struct kith_msgid id;
    struct kith_symkey msg_key, read_key;
    struct kith_box2_key keys[WORDS_MAX];
    struct kith_rng rng = {give, &msg_key};
    struct kith_buf text = {0};
    get(1, feed.b, 32);
    get(3, msg_key.b, 32);
    if (!is_none(4)) {
        kith_buf_reserve(&text, word(4).len);
        if (kith_base64_parse(word(4), text.p, text.cap, &text.len))
            die("the text is not base64");
    }
    size_t count = get_keys(5, keys);
    int err = kith_box2_seal(out, kith_buf_bytes(&text), &feed, get_previous(2, &id), keys, count, &rng, &read_key);
    if (!err)
        put(out, read_key.b, 32);
    kith_buf_wipe(&text);
    return err;
}

static int open_one(struct kith_buf *out) {
    struct kith_pubkey feed;
    struct kith_msgid id;
    struct kith_box2_key keys[WORDS_MAX];
    struct kith_box2_opener o = {0};
    struct kith_buf text = {0};
    get(1, feed.b, 32);
    size_t count = get_keys(4, keys);
    int err = kith_box2_begin(&o, word(3), &feed, get_previous(2, &id));
    if (!err)
        err = KITH_ERR_NOT_FOUND;
    for (size_t i = 0; i < count && err == KITH_ERR_NOT_FOUND; i++)
        err = kith_box2_try(&o, &keys[i], &text);
    if (!err) {
        put(out, text.p, text.len);
        put(out, o.read_key.b, 32);
    }
    kith_box2_wipe(&o);
    kith_buf_wipe(&text);
    return err;
}

static int group(struct kith_buf *out, bool parse) {
    struct kith_groupid id;
    struct kith_msgid root;
    struct kith_symkey key;
    int err = KITH_OK;
    if (parse) {
        err = kith_groupid_parse(word(1), &id);
    } else {
        get(1, root.hash.b, 32);
        get(2, key.b, 32);
        kith_groupid_derive(&id, &root, &key);
    }
    if (!err)
        kith_groupid_put(out, &id);
    return err;
}

static int run(struct kith_buf *out) {
    struct kith_bytes name = word(0);
    if (kith_bytes_is(name, "derive") || kith_bytes_is(name, "cover"))
        return derive(out, kith_bytes_is(name, "cover"));
    if (kith_bytes_is(name, "dm"))
        return dm(out);
    if (kith_bytes_is(name, "dm-parts"))
        return dm_parts(out);
    if (kith_bytes_is(name, "seal"))
        return seal(out);
    if (kith_bytes_is(name, "open"))
        return open_one(out);
    if (kith_bytes_is(name, "group") || kith_bytes_is(name, "name"))
        return group(out, kith_bytes_is(name, "name"));
    die("no such command");
    return KITH_ERR_ARG;
}

int main(void) {
    static char line[1 << 20];
    struct kith_buf out = {0};
    if (kith_crypto_init())
        return 2;
    while (fgets(line, sizeof line, stdin)) {
        word_count = 0;
        for (char *w = strtok(line, " \n"); w && word_count < WORDS_MAX; w = strtok(NULL, " \n"))
            words[word_count++] = kith_bytes_str(w);
        kith_buf_clear(&out);
        int err = run(&out);
        if (err) {
            kith_buf_clear(&out);
            kith_buf_put_str(&out, "error ");
            kith_buf_put_str(&out, kith_err_name(err));
        }
        printf("%.*s\n", (int)out.len, (const char *)out.p);
        fflush(stdout);
    }
    kith_buf_wipe(&out);
    return 0;
}
