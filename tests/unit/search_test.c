/* SPDX-License-Identifier: MIT */
#include "social/search.h"

#include "social_world.h"

static struct kith_found found[256];

static void catch_up(struct world *w) {
    kith_search_start(w->social);
    while (!kith_search_is_ready(w->social)) {
        if (kith_search_step(w->social))
            exit(2);
    }
}

static const char *ask_by(struct world *w, const char *text, const struct kith_pubkey *by, struct kith_page *page, size_t cap) {
    struct kith_search_query q;
    size_t n = 0;
    if (kith_search_parse(&q, kith_bytes_str(text)))
        return "too long";
    catch_up(w);
    n = kith_search_run(w->social, &q, by, page, found, cap);
    return listed(w, found, n);
}

static const char *ask(struct world *w, const char *text) {
    struct kith_page page = {.show = KITH_SHOW_PRIVATE};
    return ask_by(w, text, NULL, &page, 64);
}

#define CHECK_ASK(w, text, lines)                                                                  \
    do {                                                                                           \
        const char *got_ = ask(w, text);                                                           \
        if (strcmp(got_, lines) != 0)                                                              \
            fprintf(stderr, "%s: %s instead of %s\n", text, got_, lines);                          \
        CHECK_ROW(strcmp(got_, lines) == 0, text);                                                 \
    } while (0)

static void test_words(void) {
    static const struct {
        const char *text, *lines;
    } rows[] = {
        {"tulip", "1 0"},          {"TULIPS", "1"},         {"tulip first", "0"},     {"first tulip", "1 0"},
        {"tulip garden", "0"},     {"\"first tulip\"", "0"}, {"\"tulip first\"", ""},   {"\"first tul", "0"},
        {"\"first tul\"", ""},     {"cafe", "2"},           {"CAFÉ", "2"},              {"Grosse", "2"},
        {"größe", "2"},            {"naïve", "2"},          {"日本", "3"},              {"本語", "3"},
        {"語", "3"},               {"日本語", "3"},         {"日語", ""},               {"日 語", "3"},
        {"カフェ", "3"},           {"かふぇ", "3"},         {"привет", "4"},            {"ПРИВЁТ", "4"},
        {"#spring", "5 0"},        {"#Spring-time", "5"},   {"#spr", "5 0"},            {"#garden", "6"},
        {"spring", "5 0"},         {"e-mail", "7"},         {"mail e", "7"},             {"\"e mail\"", "7"},
        {"\"E-Mail me\"", "7"},    {"don't", "7"},          {"dont", ""},               {"warned", "8"},
        {"warned hidden", "8"},    {"headline", "9"},       {"🌱", "4"},                {"ed25519", ""},
        {"", ""},                  {"!?", ""},              {"\"\"", ""},               {"“first tulip”", "0"},
        {"tulip zzz", ""},         {"zzz", ""},             {"２０２４", "7"},          {"٢٠٢٤", "7"},
        {"がく", "10"},            {"か", "3"},          {"สวัส", "10"},             {"שלום", "10"},
        {"сёмга", "10"},           {"oster", "10"},
    };
    struct world w;
    world_new(&w, ANNA);
    say(ANNA, "{\"type\":\"post\",\"text\":\"The first tulip in my garden. #spring\"}");              /* 0 */
    say(BELA, "{\"type\":\"post\",\"text\":\"tulips first\"}");                                       /* 1 */
    say(ANNA, "{\"type\":\"post\",\"text\":\"Ein Café von gro\u00dfer GRÖSSE, nai\u0308ve\"}");       /* 2 */
    say(CARL, "{\"type\":\"post\",\"text\":\"日本語のカフェ\"}");                                     /* 3 */
    say(CARL, "{\"type\":\"post\",\"text\":\"Привет, сад 🌱 [@ann](%s)\"}", person(ANNA));            /* 4 */
    say(CARL, "{\"type\":\"post\",\"text\":\"it is #springtime\"}");                                  /* 5 */
    say(CARL, "{\"type\":\"post\",\"text\":\"beans\",\"channel\":\"garden\"}");                       /* 6 */
    say(CARL, "{\"type\":\"post\",\"text\":\"Don't e-mail me in 2024\"}");                            /* 7 */
    say(CARL, "{\"type\":\"post\",\"text\":\"hidden\",\"contentWarning\":\"warned\"}");               /* 8 */
    say(CARL, "{\"type\":\"blog\",\"title\":\"Headline\",\"summary\":\"short\",\"blog\":\"&x\"}");    /* 9 */
    say(DORA, "{\"type\":\"post\",\"text\":\"がくせい สวัสดี שָׁלוֹם семга Øster\"}");                /* 10 */
    say(DORA, "{\"type\":\"vote\",\"text\":\"tulip\",\"vote\":{\"link\":\"%s\",\"value\":1}}", message(0)); /* 11 */
    world_hear(&w);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ASK(&w, rows[i].text, rows[i].lines);
    CHECK(kith_search_count(w.social).messages == 11);
    world_free(&w);
    said_wipe();
}

/* What changes what is found: edits, retractions, forgetting, a key that comes late, blocks and mutes. */
static void test_changes(void) {
    struct world w;
    struct kith_page page;
    uint32_t apple, muted;
    char mute[128];
    world_new(&w, ANNA);
    say(ANNA, "{\"type\":\"post\",\"text\":\"apples\",\"contentWarning\":\"fruit\",\"mentions\":[{\"link\":\"#red\"}]}"); /* 0 */
    whisper(BELA, ANNA, CARL, "{\"type\":\"post\",\"text\":\"secret apples\",\"recps\":[\"%s\"]}", person(ANNA)); /* 1 */
    w.has_key = false;
    world_hear(&w);
    CHECK_ASK(&w, "apples", "0");
    CHECK_ASK(&w, "#red", "0");
    w.has_key = true;
    CHECK(kith_store_reapply(w.store, 1) == KITH_OK);
    CHECK(!kith_search_is_ready(w.social));
    CHECK_ASK(&w, "apples", "1 0");
    page = (struct kith_page){0};
    CHECK(strcmp(ask_by(&w, "apples", NULL, &page, 64), "0") == 0); /* private ones are asked for */
    say(ANNA, "{\"type\":\"edit\",\"target\":\"%s\",\"text\":\"pears\"}", message(0)); /* 2 */
    say(BELA, "{\"type\":\"edit\",\"target\":\"%s\",\"text\":\"plums\"}", message(0)); /* 3: not Bela's */
    world_hear(&w);
    CHECK_ASK(&w, "apples", "1");
    CHECK_ASK(&w, "plums", "");
    CHECK_ASK(&w, "#red", "");
    CHECK_ASK(&w, "fruit pears", "0");
    CHECK(kith_store_forget(w.store, 2) == KITH_OK);
    kith_social_forget(w.social, 2);
    CHECK_ASK(&w, "apples", "1 0");
    CHECK_ASK(&w, "pears", "");
    say(ANNA, "{\"type\":\"retract\",\"target\":\"%s\"}", message(0)); /* 4 */
    say(CARL, "{\"type\":\"post\",\"text\":\"apple\"}"); /* 5 */
    world_store(&w, 4, KITH_RECORD_CHAINED);
    apple = world_store(&w, 5, KITH_RECORD_CHAINED);
    CHECK_ASK(&w, "app", "5 1");
    snprintf(mute, sizeof mute, "{\"type\":\"local/mute\",\"person\":\"%s\",\"muted\":true}", person(BELA));
    muted = world_local(&w, mute);
    CHECK_ASK(&w, "app", "5");
    kith_social_forget(w.social, muted);
    page = (struct kith_page){.show = KITH_SHOW_PRIVATE};
    CHECK(strcmp(ask_by(&w, "app", &people[CARL].pub, &page, 64), "5") == 0);
    CHECK(strcmp(ask_by(&w, "app", &people[FINN].pub, &page, 64), "") == 0);
    CHECK(kith_store_forget(w.store, apple) == KITH_OK);
    kith_social_forget(w.social, apple);
    CHECK_ASK(&w, "app", "1");
    world_free(&w);
    said_wipe();
}

static void test_people(void) {
    struct world w;
    struct kith_pubkey who[PEOPLE];
    static const struct {
        const char *name;
        unsigned people[3], count;
    } rows[] = {
        {"Ann", {CARL, DORA, BELA}, 3}, /* the one called exactly so first, then the nearest */
        {"ann sm", {BELA}, 1},          {"SMÍTH", {BELA}, 1}, {"anna smith", {BELA}, 1}, {"smith anna", {BELA}, 1},
        {"nna", {0}, 0},                {"張", {EVA}, 1},     {"old", {0}, 0},           {"", {0}, 0},
        {"petna", {EVA}, 1},
    };
    world_new(&w, ANNA);
    say(ANNA, "{\"type\":\"contact\",\"contact\":\"%s\",\"following\":true}", person(DORA));
    say(BELA, "{\"type\":\"about\",\"about\":\"%s\",\"name\":\"Old name\"}", person(BELA));
    say(BELA, "{\"type\":\"about\",\"about\":\"%s\",\"name\":\"Anna Smith\"}", person(BELA));
    say(CARL, "{\"type\":\"about\",\"about\":\"%s\",\"name\":\"ann\"}", person(CARL));
    say(DORA, "{\"type\":\"about\",\"about\":\"%s\",\"name\":\"Ännchen\"}", person(DORA));
    say(EVA, "{\"type\":\"about\",\"about\":\"%s\",\"name\":\"小張\"}", person(EVA));
    say(ANNA, "{\"type\":\"about\",\"about\":\"%s\",\"name\":\"Petname\"}", person(EVA));
    world_hear(&w);
    for (unsigned indexed = 0; indexed < 2; indexed++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            size_t n = kith_search_people(w.social, kith_bytes_str(rows[i].name), who, PEOPLE);
            CHECK_ROW(n == rows[i].count, rows[i].name);
            for (size_t k = 0; k < n && k < rows[i].count; k++)
                CHECK_ROW(kith_pubkey_eq(&who[k], &people[rows[i].people[k]].pub), rows[i].name);
        }
        CHECK(kith_search_people(w.social, KITH_LIT("ann"), who, 1) == 1 && kith_pubkey_eq(&who[0], &people[CARL].pub));
        catch_up(&w);
    }
    CHECK(kith_search_count(w.social).people == 4);
    world_free(&w);
    said_wipe();
}

/* Words that nobody else says fill memory no further than the limit; the first of them are found. */
static void test_many_words(void) {
    struct world w;
    struct kith_buf content = {0};
    char word[16];
    world_new(&w, ANNA);
    kith_buf_put_str(&content, "{\"type\":\"post\",\"text\":\"");
    for (unsigned i = 0; i < 1500; i++) {
        snprintf(word, sizeof word, "w%x ", i);
        kith_buf_put_str(&content, word);
    }
    kith_buf_put_str(&content, "\"}");
    say_bytes(ANNA, kith_buf_bytes(&content));
    world_hear(&w);
    CHECK_ASK(&w, "\"w3ff\"", "0");
    CHECK_ASK(&w, "\"w400\"", "");
    CHECK(kith_search_memory(w.social) < 256 * 1024);
    kith_buf_wipe(&content);
    world_free(&w);
    said_wipe();
}

static void test_limits(void) {
    struct kith_search_query q;
    char text[KITH_SEARCH_TEXT_MAX + 2];
    memset(text, 'a', sizeof text);
    CHECK(kith_search_parse(&q, kith_bytes(text, KITH_SEARCH_TEXT_MAX)) == KITH_OK && q.clause_count == 1);
    CHECK(kith_search_parse(&q, kith_bytes(text, KITH_SEARCH_TEXT_MAX + 1)) == KITH_ERR_SIZE);
    for (size_t i = 1; i < sizeof text; i += 2)
        text[i] = ' ';
    CHECK(kith_search_parse(&q, kith_bytes(text, 2 * KITH_SEARCH_CLAUSES_MAX)) == KITH_OK);
    CHECK(kith_search_parse(&q, kith_bytes(text, 2 * KITH_SEARCH_CLAUSES_MAX + 2)) == KITH_ERR_SIZE);
    for (size_t i = 1; i < sizeof text; i += 2)
        text[i] = '-';
    CHECK(kith_search_parse(&q, kith_bytes(text, 2 * KITH_SEARCH_PIECES_MAX)) == KITH_OK);
    CHECK(kith_search_parse(&q, kith_bytes(text, 2 * KITH_SEARCH_PIECES_MAX + 2)) == KITH_ERR_SIZE);
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    people_init();
    test_words();
    test_changes();
    test_people();
    test_many_words();
    test_limits();
    return check_done();
}
