/* SPDX-License-Identifier: MIT */
/* box2_test.c: envelopes and keys that the JavaScript packages made, and ours. */
#include "feed/box2.h"
#include "feed/box2_parts.h"

#include "vector.h"

/* Bytes that do not come again while a test runs (a multiplier of Knuth's MMIX). */
static void scramble(void *ctx, uint8_t *out, size_t len) {
    uint64_t *state = ctx;
    while (len--) {
        *state = *state * UINT64_C(6364136223846793005) + 1;
        *out++ = (uint8_t)(*state >> 56);
    }
}

/* A source that gives these 32 bytes, to make the very envelope that somebody else made. */
static void give(void *ctx, uint8_t *out, size_t len) {
    CHECK(len == 32);
    memcpy(out, ctx, len);
}

static bool same(struct kith_bytes a, const void *p, size_t len) {
    return kith_bytes_eq(a, kith_bytes(p, len));
}

static void keys_of_two_feeds(void) {
    struct kith_json doc = vector_file("generated/box2-dm-and-envelopes.json");
    size_t pairs = 0, twofold = 0;
    VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, "dms")) {
        struct kith_seckey a, b;
        struct kith_pubkey a_id, b_id;
        struct kith_box2_dm ab, ba;
        CHECK(vector_base64(vector_str(&doc, n, "a_private"), &a, sizeof a));
        CHECK(vector_base64(vector_str(&doc, n, "b_private"), &b, sizeof b));
        CHECK(kith_feed_id_parse(vector_str(&doc, n, "a_id"), &a_id) == KITH_OK);
        CHECK(kith_feed_id_parse(vector_str(&doc, n, "b_id"), &b_id) == KITH_OK);
        CHECK(kith_box2_dm_keys(&ab, &a, &b_id) == KITH_OK && kith_box2_dm_keys(&ba, &b, &a_id) == KITH_OK);
        struct kith_bytes js = vector_hex(vector_str(&doc, n, "key_js"));
        struct kith_bytes bytewise = vector_hex(vector_str(&doc, n, "key_bytewise_spec"));
        CHECK(same(js, ab.key[0].key.b, 32) && same(js, ba.key[0].key.b, 32));
        CHECK(same(bytewise, ab.key[1].key.b, 32) && same(bytewise, ba.key[1].key.b, 32));
        CHECK(ab.count == (kith_bytes_eq(js, bytewise) ? 1 : 2) && ba.count == ab.count);
        CHECK(ab.key[0].scheme == KITH_BOX2_DM && ab.key[1].scheme == KITH_BOX2_DM);
        twofold += ab.count == 2;
        pairs++;
    }
    CHECK(pairs == 200 && twofold == 28);
    static const struct kith_seed seed = {{1}};
    struct kith_keypair me;
    struct kith_box2_dm dm;
    struct kith_pubkey zero = {{0}}, one = {{1}}; /* no point, and the neutral one */
    kith_sign_keypair(&me, &seed);
    CHECK(kith_box2_dm_keys(&dm, &me.sec, &zero) == KITH_ERR_CRYPTO);
    CHECK(kith_box2_dm_keys(&dm, &me.sec, &one) == KITH_ERR_CRYPTO);
}

static enum kith_box2_scheme scheme_of(struct kith_bytes name) {
    return kith_bytes_is(name, "envelope-large-symmetric-group")    ? KITH_BOX2_GROUP
           : kith_bytes_is(name, "envelope-symmetric-key-for-self") ? KITH_BOX2_SELF
                                                                    : KITH_BOX2_DM;
}

static void envelopes_of_javascript(void) {
    struct kith_json doc = vector_file("generated/box2-dm-and-envelopes.json");
    struct kith_box2_opener o = {0};
    size_t envelopes = 0;
    VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, "envelopes")) {
        struct kith_pubkey author;
        struct kith_msgid id, *previous = NULL;
        struct kith_box2_key recps[KITH_BOX2_MAX_RECIPIENTS];
        struct kith_symkey read_key;
        struct kith_buf out = {0};
        size_t count = 0;
        struct kith_bytes content = vector_str(&doc, n, "content"), plain = vector_str(&doc, n, "plaintext");
        struct kith_bytes msg_key = vector_hex(vector_str(&doc, n, "msg_key"));
        struct kith_rng rng = {give, (void *)(uintptr_t)msg_key.p};
        CHECK(kith_feed_id_parse(vector_str(&doc, n, "author"), &author) == KITH_OK);
        if (kith_msgid_parse(vector_str(&doc, n, "previous"), &id) == KITH_OK)
            previous = &id;
        VECTOR_EACH(&doc, r, kith_json_get(&doc, n, "recps")) {
            memcpy(recps[count].key.b, vector_hex(vector_str(&doc, r, "key")).p, 32);
            recps[count++].scheme = scheme_of(vector_str(&doc, r, "scheme"));
        }
        CHECK(kith_box2_seal(&out, plain, &author, previous, recps, count, &rng, &read_key) == KITH_OK);
        CHECK(kith_bytes_eq(kith_buf_bytes(&out), content) && out.len == kith_box2_len(plain.len, count));
        for (size_t i = 0; i < count; i++) {
            out.len = 0;
            CHECK(kith_box2_begin(&o, content, &author, previous) == KITH_OK);
            CHECK(kith_box2_try(&o, &recps[i], &out) == KITH_OK && kith_bytes_eq(kith_buf_bytes(&out), plain));
            CHECK(kith_secret_eq(&o.read_key, &read_key, sizeof read_key));
        }
        envelopes++;
        kith_buf_wipe(&out);
    }
    CHECK(envelopes == 4);
    kith_box2_wipe(&o);
}

struct letter {
    struct kith_pubkey author;
    struct kith_msgid previous;
    struct kith_box2_key key[KITH_BOX2_MAX_RECIPIENTS + 1], stranger;
    struct kith_rng rng;
};

static void make_letter(struct letter *l, uint64_t *seed) {
    l->rng = (struct kith_rng){scramble, seed};
    kith_rng_fill(&l->rng, l->author.b, 32);
    kith_rng_fill(&l->rng, l->previous.hash.b, 32);
    for (size_t i = 0; i <= KITH_BOX2_MAX_RECIPIENTS; i++)
        kith_box2_key_new(&l->key[i], i ? i % 2 ? KITH_BOX2_DM : KITH_BOX2_SELF : KITH_BOX2_GROUP, &l->rng);
    kith_box2_key_new(&l->stranger, KITH_BOX2_DM, &l->rng);
}

static int try_once(struct kith_bytes content, const struct kith_pubkey *author, const struct kith_msgid *previous,
                    const struct kith_box2_key *key, struct kith_bytes want) {
    struct kith_box2_opener o = {0};
    struct kith_buf out = {0};
    int err = kith_box2_begin(&o, content, author, previous);
    if (!err)
        err = kith_box2_try(&o, key, &out);
    CHECK(err ? out.len == 0 : kith_bytes_eq(kith_buf_bytes(&out), want));
    kith_buf_wipe(&out);
    kith_box2_wipe(&o);
    return err;
}

static void ours_open_for_each_and_for_nobody_else(void) {
    uint64_t seed = 1;
    struct letter l;
    struct kith_bytes text = KITH_LIT("!"); /* the shortest leaves the fewest slots to try */
    make_letter(&l, &seed);
    for (size_t n = 0; n <= KITH_BOX2_MAX_RECIPIENTS + 1; n++) {
        struct kith_buf box = {0};
        int err = kith_box2_seal(&box, text, &l.author, &l.previous, l.key, n, &l.rng, NULL);
        CHECK(err == (n >= 1 && n <= KITH_BOX2_MAX_RECIPIENTS ? KITH_OK : KITH_ERR_ARG));
        CHECK(err ? box.len == 0 : box.len == kith_box2_len(text.len, n));
        for (size_t i = 0; !err && i <= KITH_BOX2_MAX_RECIPIENTS; i++)
            CHECK(try_once(kith_buf_bytes(&box), &l.author, &l.previous, &l.key[i], text) ==
                  (i < n ? KITH_OK : KITH_ERR_NOT_FOUND));
        if (!err)
            CHECK(try_once(kith_buf_bytes(&box), &l.author, &l.previous, &l.stranger, text) == KITH_ERR_NOT_FOUND);
        kith_buf_wipe(&box);
    }
}

/* The same key under another scheme is another key; a group's opens the first slot alone. */
static void a_scheme_is_part_of_a_key(void) {
    uint64_t seed = 2;
    struct letter l;
    struct kith_bytes text = KITH_LIT("{\"type\":\"post\",\"text\":\"hello\"}");
    struct kith_buf box = {0};
    make_letter(&l, &seed);
    for (int sealed = KITH_BOX2_GROUP; sealed <= KITH_BOX2_SELF; sealed++)
        for (int tried = KITH_BOX2_GROUP; tried <= KITH_BOX2_SELF; tried++) {
            struct kith_box2_key key = l.key[0];
            key.scheme = (enum kith_box2_scheme)sealed;
            box.len = 0;
            CHECK(kith_box2_seal(&box, text, &l.author, NULL, &key, 1, &l.rng, NULL) == KITH_OK);
            key.scheme = (enum kith_box2_scheme)tried;
            CHECK(try_once(kith_buf_bytes(&box), &l.author, NULL, &key, text) ==
                  (sealed == tried ? KITH_OK : KITH_ERR_NOT_FOUND));
        }
    struct kith_box2_key late[2] = {l.key[1], l.key[0]};
    box.len = 0;
    CHECK(kith_box2_seal(&box, text, &l.author, NULL, late, 2, &l.rng, NULL) == KITH_ERR_ARG && box.len == 0);
    CHECK(kith_box2_seal(&box, KITH_LIT(""), &l.author, NULL, l.key, 1, &l.rng, NULL) == KITH_ERR_ARG && box.len == 0);
    uint8_t zero[32] = {0};
    struct kith_rng broken = {give, zero};
    CHECK(kith_box2_seal(&box, text, &l.author, NULL, l.key, 1, &broken, NULL) == KITH_ERR_ARG && box.len == 0);
    kith_buf_wipe(&box);
}

/* Nobody can publish it again: not another author, not the same one in another place. */
static void a_copy_elsewhere_opens_for_nobody(void) {
    uint64_t seed = 3;
    struct letter l;
    struct kith_bytes text = KITH_LIT("once");
    struct kith_buf box = {0};
    make_letter(&l, &seed);
    struct kith_pubkey other = l.author;
    struct kith_msgid later = l.previous, zero = {{{0}}};
    other.b[31] ^= 1;
    later.hash.b[0] ^= 1;
    CHECK(kith_box2_seal(&box, text, &l.author, &l.previous, l.key, 3, &l.rng, NULL) == KITH_OK);
    struct kith_bytes content = kith_buf_bytes(&box);
    for (size_t i = 0; i < 3; i++) {
        CHECK(try_once(content, &l.author, &l.previous, &l.key[i], text) == KITH_OK);
        CHECK(try_once(content, &other, &l.previous, &l.key[i], text) == KITH_ERR_NOT_FOUND);
        CHECK(try_once(content, &l.author, &later, &l.key[i], text) == KITH_ERR_NOT_FOUND);
        CHECK(try_once(content, &l.author, NULL, &l.key[i], text) == KITH_ERR_NOT_FOUND);
    }
    box.len = 0;
    CHECK(kith_box2_seal(&box, text, &l.author, NULL, l.key, 1, &l.rng, NULL) == KITH_OK);
    CHECK(try_once(kith_buf_bytes(&box), &l.author, &zero, l.key, text) == KITH_OK); /* how "none" is written */
    kith_buf_wipe(&box);
}

static void damage_is_noticed(void) {
    uint64_t seed = 4;
    struct letter l;
    struct kith_buf box = {0}, bad = {0};
    uint8_t raw[200];
    size_t len = 0;
    make_letter(&l, &seed);
    CHECK(kith_box2_seal(&box, KITH_LIT("hi"), &l.author, NULL, l.key + 1, 1, &l.rng, NULL) == KITH_OK);
    CHECK(kith_base64_parse(kith_bytes(box.p, box.len - 5), raw, sizeof raw, &len) == KITH_OK && len == 64 + 18);
    for (size_t i = 0; i < len; i++) {
        raw[i] ^= 1;
        bad.len = 0;
        kith_base64_put(&bad, kith_bytes(raw, len));
        kith_buf_put_str(&bad, ".box2");
        CHECK(try_once(kith_buf_bytes(&bad), &l.author, NULL, &l.key[1], KITH_LIT("hi")) ==
              (i < 64 ? KITH_ERR_NOT_FOUND : KITH_ERR_CRYPTO));
        raw[i] ^= 1;
        bad.len = 0;
        kith_base64_put(&bad, kith_bytes(raw, i)); /* cut off */
        kith_buf_put_str(&bad, ".box2");
        CHECK(try_once(kith_buf_bytes(&bad), &l.author, NULL, &l.key[1], KITH_LIT("hi")) ==
              (i < 64 + 17 ? KITH_ERR_SYNTAX : KITH_ERR_CRYPTO));
    }
    static const char *const rows[] = {"", ".box2", "AAAA.box2", "hello", "====.box2", "AAAA.box", "box2"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ROW(try_once(kith_bytes_str(rows[i]), &l.author, NULL, &l.key[1], KITH_LIT("")) == KITH_ERR_SYNTAX, rows[i]);
    kith_buf_wipe(&box), kith_buf_wipe(&bad);
}

static void put_content(struct kith_buf *out, const uint8_t *raw, size_t len) {
    out->len = 0;
    kith_base64_put(out, kith_bytes(raw, len));
    kith_buf_put_str(out, ".box2");
}

/* Nothing binds the order of slots: whoever writes can put a group's key into the second one. */
static void a_group_opens_the_first_slot_alone(void) {
    uint64_t seed = 6;
    struct letter l;
    struct kith_buf box = {0};
    uint8_t raw[200], slot[32];
    size_t len = 0;
    make_letter(&l, &seed);
    CHECK(kith_box2_seal(&box, KITH_LIT("hi"), &l.author, NULL, l.key, 2, &l.rng, NULL) == KITH_OK);
    CHECK(kith_base64_parse(kith_bytes(box.p, box.len - 5), raw, sizeof raw, &len) == KITH_OK);
    memcpy(slot, raw + 32, 32);
    memcpy(raw + 32, raw + 64, 32);
    memcpy(raw + 64, slot, 32);
    put_content(&box, raw, len);
    CHECK(try_once(kith_buf_bytes(&box), &l.author, NULL, &l.key[0], KITH_LIT("hi")) == KITH_ERR_NOT_FOUND);
    CHECK(try_once(kith_buf_bytes(&box), &l.author, NULL, &l.key[1], KITH_LIT("hi")) == KITH_OK);
    kith_buf_wipe(&box);
}

/* Writes header and body anew, the body at any place that the header may claim. */
static void place_body(struct kith_buf *out, struct kith_box2_opener *o, size_t claimed, size_t at, struct kith_bytes text) {
    static const struct kith_nonce no_nonce;
    uint8_t raw[400] = {0}, header[16] = {0};
    struct kith_symkey key;
    memcpy(raw, o->box.p, 64);
    kith_put_u16le(header, (uint16_t)claimed);
    kith_box2_derive(&key, o->bound, &o->read_key, KITH_LIT("header_key"));
    kith_secretbox_seal(raw, kith_bytes(header, sizeof header), &no_nonce, &key);
    kith_box2_derive(&key, o->bound, &o->read_key, KITH_LIT("body_key"));
    kith_secretbox_seal(raw + at, text, &no_nonce, &key);
    put_content(out, raw, at + 16 + text.len);
}

static void a_header_may_claim_anything(void) {
    static const struct { size_t claimed, at; int err; } rows[] = {
        {64, 64, KITH_OK},           {96, 96, KITH_OK}, /* an extension that we do not know */
        {65, 65, KITH_OK},           {63, 64, KITH_ERR_CRYPTO},   {0, 64, KITH_ERR_CRYPTO},
        {32, 64, KITH_ERR_CRYPTO},   {65, 64, KITH_ERR_CRYPTO},   {64 + 18, 64, KITH_ERR_CRYPTO},
        {64 + 2, 64, KITH_ERR_CRYPTO}, {65535, 64, KITH_ERR_CRYPTO}};
    uint64_t seed = 7;
    struct letter l;
    struct kith_box2_opener o = {0};
    struct kith_buf box = {0}, out = {0};
    make_letter(&l, &seed);
    CHECK(kith_box2_seal(&box, KITH_LIT("hi"), &l.author, NULL, l.key, 1, &l.rng, NULL) == KITH_OK);
    CHECK(kith_box2_begin(&o, kith_buf_bytes(&box), &l.author, NULL) == KITH_OK);
    CHECK(kith_box2_try(&o, &l.key[0], &out) == KITH_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        place_body(&box, &o, rows[i].claimed, rows[i].at, KITH_LIT("hi"));
        CHECK(try_once(kith_buf_bytes(&box), &l.author, NULL, &l.key[0], KITH_LIT("hi")) == rows[i].err);
    }
    kith_box2_wipe(&o);
    kith_buf_wipe(&box), kith_buf_wipe(&out);
}

/* After a message that does not parse there is nothing of the one before it left to try. */
static void an_opener_is_used_again(void) {
    uint64_t seed = 5;
    struct letter l;
    struct kith_box2_opener o = {0};
    struct kith_buf box = {0}, out = {0};
    make_letter(&l, &seed);
    CHECK(kith_box2_try(&o, &l.key[0], &out) == KITH_ERR_NOT_FOUND);
    CHECK(kith_box2_seal(&box, KITH_LIT("one"), &l.author, NULL, l.key, 2, &l.rng, NULL) == KITH_OK);
    CHECK(kith_box2_begin(&o, kith_buf_bytes(&box), &l.author, NULL) == KITH_OK);
    CHECK(kith_box2_try(&o, &l.stranger, &out) == KITH_ERR_NOT_FOUND && kith_box2_try(&o, &l.key[1], &out) == KITH_OK);
    CHECK(kith_box2_begin(&o, KITH_LIT("AAAA.box2"), &l.author, NULL) == KITH_ERR_SYNTAX);
    CHECK(kith_box2_try(&o, &l.key[1], &out) == KITH_ERR_NOT_FOUND);
    CHECK(kith_box2_begin(&o, kith_buf_bytes(&box), &l.author, NULL) == KITH_OK);
    CHECK(kith_box2_try(&o, &l.key[0], &out) == KITH_OK && same(KITH_LIT("oneone"), out.p, out.len));
    kith_box2_wipe(&o);
    kith_buf_wipe(&box), kith_buf_wipe(&out);
}

static void names_of_groups(void) {
    struct kith_groupid id, again;
    struct kith_msgid root = {{{1}}}, other = {{{2}}};
    struct kith_symkey key = {{3}}, key2 = {{4}};
    kith_groupid_derive(&id, &root, &key);
    kith_groupid_derive(&again, &root, &key);
    CHECK(kith_groupid_eq(&id, &again));
    kith_groupid_derive(&again, &other, &key);
    CHECK(!kith_groupid_eq(&id, &again));
    kith_groupid_derive(&again, &root, &key2);
    CHECK(!kith_groupid_eq(&id, &again));
    memset(id.hash.b, 0xfb, 32); /* characters 62 and 63 */
    struct kith_buf text = {0};
    kith_groupid_put(&text, &id);
    const char uri[] = "ssb:identity/group/-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s=";
    CHECK(same(kith_buf_bytes(&text), uri, KITH_GROUP_ID_LEN));
    CHECK(kith_groupid_parse(kith_buf_bytes(&text), &again) == KITH_OK && kith_groupid_eq(&id, &again));
    CHECK(kith_groupid_parse(KITH_LIT("%+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=.cloaked"), &again) == KITH_OK &&
          kith_groupid_eq(&id, &again));
    static const char *const rows[] = {
        "",
        "ssb:identity/group/",
        "ssb:identity/group/+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=", /* the other alphabet */
        "ssb:identity/group/-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_t=", /* unused bits */
        "ssb:identity/group/-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s",
        "ssb:identity/group/-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7",
        "ssb:identity/po-box-v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7s=",
        "%-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s=.cloaked",
        "@+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=.cloaked",
        "%+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=.sha256",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ROW(kith_groupid_parse(kith_bytes_str(rows[i]), &again) == KITH_ERR_SYNTAX, rows[i]);
    kith_buf_wipe(&text);
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    keys_of_two_feeds();
    envelopes_of_javascript();
    ours_open_for_each_and_for_nobody_else();
    a_scheme_is_part_of_a_key();
    a_copy_elsewhere_opens_for_nobody();
    damage_is_noticed();
    a_group_opens_the_first_slot_alone();
    a_header_may_claim_anything();
    an_opener_is_used_again();
    names_of_groups();
    return check_done();
}
