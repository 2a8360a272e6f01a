/* SPDX-License-Identifier: MIT */
/* words_test.c: recovery words against what @scure/bip39 2.4 makes of the same entropy, the vector in the
 * README of ssb-keys-mnemonic, and what people write. */
#include "crypto/words.h"

#include "vector.h"

/* SHA-256 of english.txt as BIP39 publishes it: one word a line. */
static void the_list_is_the_published_one(void) {
    struct kith_buf text = {0};
    struct kith_hash hash;
    for (unsigned i = 0; i < KITH_WORDS_LIST_LEN; i++) {
        kith_buf_put_bytes(&text, kith_words_at(i));
        kith_buf_put_u8(&text, '\n');
    }
    kith_sha256(&hash, kith_buf_bytes(&text));
    CHECK(kith_bytes_eq(kith_bytes(hash.b, 32),
                        vector_hex(KITH_LIT("2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"))));
    kith_buf_wipe(&text);
}

#define README                                                                                     \
    "body hair useful camp warm into cause riot two bamboo kick educate dinosaur advice seed type " \
    "crisp where guilt avocado output rely lunch goddess"
#define TEN "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon "

static const struct {
    const char *seed, *words;
} pairs[] = {
    {"18ed0bbf906f72eb8925d1eba241e8a343e60830bf5e33bf499e87f9d76ae14b", README},
    {"0000000000000000000000000000000000000000000000000000000000000000", TEN TEN "abandon abandon abandon art"},
    {"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo vote"},
    {"d677f54f5b5449ae37756825087cf2288c55eb58c6fc479e2f55ead4d93c2375",
     "stool sausage fatigue repeat duty strike tape public celery dumb develop extra shed volcano glide test elegant "
     "vapor step stick eternal own miss pottery"},
};

static void both_ways(void) {
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct kith_buf out = {0};
        struct kith_seed seed, again;
        memcpy(seed.b, vector_hex(kith_bytes_str(pairs[i].seed)).p, sizeof seed.b);
        kith_words_put(&out, &seed);
        CHECK_ROW(kith_bytes_is(kith_buf_bytes(&out), pairs[i].words), pairs[i].words);
        CHECK_ROW(!kith_words_parse(kith_buf_bytes(&out), &again, NULL), pairs[i].words);
        CHECK_ROW(!memcmp(&seed, &again, sizeof seed), pairs[i].words);
        kith_buf_wipe(&out);
    }
}

/* The id that Manyverse shows for these words. */
static void the_person_is_the_same(void) {
    struct kith_seed seed;
    struct kith_keypair keys;
    uint8_t id[32];
    CHECK(!kith_words_parse(KITH_LIT(README), &seed, NULL));
    kith_sign_keypair(&keys, &seed);
    CHECK(vector_base64(KITH_LIT("1nf1T1tUSa43dWglCHzyKIxV61jG/EeeL1Xq1Nk8I3U="), id, sizeof id));
    CHECK(!memcmp(keys.pub.b, id, sizeof id));
}

static const struct {
    const char *text;
    const char *said; /* "": taken */
} written[] = {
    {"  BODY Hair\tuseful\r\ncamp warm\xc2\xa0into cause riot two bamboo kick educate\n\n dinosaur advice seed type crisp "
     "where guilt avocado output rely lunch goddess\n", ""},
    {"1. body 2. hair 3. useful 4. camp, warm, into, cause, riot, two, bamboo, kick, educate, dinosaur, advice, seed, "
     "type, crisp, where, guilt, avocado, output, rely, lunch, 24) goddess.", ""},
    {README " more words that nobody reads " README " a", "recovery words are 24, these are more than 48"},
    {README " " README, ""},
    {README " nothing of this counts", ""},
    {"", "recovery words are 24, these are 0"},
    {"body hair", "recovery words are 24, these are 2"},
    {"body hiar", "word 2 is no recovery word: “hiar”; did you mean “hair”?"},
    {"body hair usefull", "word 3 is no recovery word: “usefull”; did you mean “useful”?"},
    {"dinosuar", "word 1 is no recovery word: “dinosuar”; did you mean “dinosaur”?"},
    {"dinosaurus", "word 1 is no recovery word: “dinosaurus”; did you mean “dinosaur”?"},
    {"Körper", "word 1 is no recovery word: “Körper”"},
    {"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "word 1 is no recovery word: “xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx”"},
    {"漢漢漢漢漢漢漢漢漢漢漢漢", "word 1 is no recovery word: “漢漢漢漢漢漢漢漢漢漢”"},
    {"hair body useful camp warm into cause riot two bamboo kick educate dinosaur advice seed type crisp where guilt "
     "avocado output rely lunch goddess",
     "all of these are recovery words, but they do not fit together: one of them is another word, or two have changed "
     "places"},
};

static void what_people_write(void) {
    static const struct kith_seed none;
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        struct kith_words_fault fault = {0};
        struct kith_seed seed;
        struct kith_buf said = {0};
        int err = kith_words_parse(kith_bytes_str(written[i].text), &seed, &fault);
        kith_words_fault_put(&said, &fault);
        CHECK_ROW(!err == !*written[i].said, written[i].text);
        CHECK_ROW(kith_bytes_is(kith_buf_bytes(&said), written[i].said), written[i].text);
        CHECK_ROW(!err || !memcmp(&seed, &none, sizeof seed), "nothing of the key stays");
        kith_buf_wipe(&said);
    }
}

/* One wrong word of the list gets through once in 256 times, as the format has it; never unnoticed here. */
static void every_place_is_checked(void) {
    unsigned taken = 0;
    for (unsigned place = 0; place < KITH_WORDS_COUNT; place++) {
        struct kith_buf text = {0};
        struct kith_seed seed;
        size_t pos = 0;
        const char *words = README;
        for (unsigned i = 0; i < KITH_WORDS_COUNT; i++) {
            size_t len = strcspn(words + pos, " ");
            kith_buf_put_bytes(&text, i == place ? KITH_LIT("zebra") : kith_bytes(words + pos, len));
            kith_buf_put_u8(&text, ' ');
            pos += len + 1;
        }
        taken += !kith_words_parse(kith_buf_bytes(&text), &seed, NULL);
        kith_buf_wipe(&text);
    }
    CHECK(taken == 0);
}

int main(void) {
    CHECK(kith_crypto_init() == KITH_OK);
    the_list_is_the_published_one();
    both_ways();
    the_person_is_the_same();
    what_people_write();
    every_place_is_checked();
    return check_done();
}
