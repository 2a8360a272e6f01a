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

int main(void) {
    if (kith_crypto_init())
        return 2;
    people_init();
    test_words();
    return check_done();
}
