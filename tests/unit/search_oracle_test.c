/* SPDX-License-Identifier: MIT */
/* Thousands of random searches over messages in several scripts, some edited, retracted, private, blocked
 * or forgotten: the answers are those of a plain walk over all texts. */
#define MAX_SAID 4096
#include "social/search.h"

#include "social_world.h"

#define MESSAGES 1200
#define QUERIES 3000

/* Each row: spellings of one word. */
static const char *const words[][3] = {
    {"tulip", "Tulip", "TULIP"},    {"tulips", "Tulips", "TULÍPS"}, {"café", "CAFE", "cafe\u0301"}, {"caf", "Caf", "ÇAF"},
    {"größe", "GRÖSSE", "grosse"},  {"gross", "groß", "GROSS"},     {"сад", "Сад", "САД"},          {"садик", "САДИК", "сади\u0306к"},
    {"ελιά", "ΕΛΙΑ", "ελια"},       {"שלום", "שָׁלוֹם", "שלום"},        {"कर", "कर", "कर"},             {"करना", "करना", "करना"},
    {"日本", "日本", "日本"},       {"日本語", "日本語", "日本語"}, {"本日", "本日", "本日"},       {"カフェ", "かふぇ", "ｶﾌｪ"},
    {"が", "か\u3099", "ガ"},       {"か", "カ", "ｶ"},              {"สวัสดี", "สวัสดี", "สวัสดี"}, {"🌱", "🌱", "🌱"},
    {"a", "A", "á"},                {"ab", "AB", "âb"},             {"2024", "２０２４", "٢٠٢٤"},   {"Ørsted", "orsted", "ØRSTED"},
};
#define WORDS (sizeof words / sizeof words[0])
static const char *const gaps[] = {" ", " ", " ", " ", ", ", ". ", "-", "", "、", "\\n", " #", "/"};
#define GAPS (sizeof gaps / sizeof gaps[0])

static uint64_t random_state = 1;
static size_t draw(size_t below) {
    uint64_t z = (random_state += 0x9e3779b97f4a7c15u); /* splitmix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (size_t)((z ^ z >> 31) % below);
}

/* What a message says now, as the test knows it; NULL: it cannot be found. */
static char *now[MAX_SAID];
static bool is_secret[MAX_SAID], is_change[MAX_SAID];

struct folded { /* of what it says; with and without hashtags */
    struct kith_piece *pieces;
    size_t count;
};
static struct folded folded[MAX_SAID][2];

static void put_words(char *out, size_t cap, size_t count, bool in_json) {
    size_t len = 0;
    out[0] = 0;
    for (size_t i = 0; i < count && len < cap - 80; i++) {
        const char *gap = i ? gaps[draw(GAPS)] : "";
        if (!in_json && strcmp(gap, "\\n") == 0)
            gap = "\n";
        len += (size_t)snprintf(out + len, cap - len, "%s%s", gap, words[draw(WORDS)][draw(3)]);
    }
}

/* JSON's "\n" is all that has to be undone. */
static char *plain(const char *text) {
    char *out = malloc(strlen(text) + 1), *to = out;
    for (; *text; text++) {
        bool is_break = text[0] == '\\' && text[1] == 'n';
        *to++ = is_break ? '\n' : *text;
        text += is_break;
    }
    *to = 0;
    return out;
}

static void become(size_t n, char *text) {
    free(now[n]);
    now[n] = text;
    for (unsigned tags = 0; tags < 2; tags++) {
        struct kith_fold f = {.text = kith_bytes_str(text), .tags = tags};
        struct folded *to = &folded[n][tags];
        struct kith_piece piece;
        to->count = 0;
        while (kith_fold_next(&f, &piece)) {
            to->pieces = realloc(to->pieces, (to->count + 1) * sizeof piece);
            to->pieces[to->count++] = piece;
        }
    }
}

static void say_something(void) {
    char text[1500];
    unsigned who = (unsigned)draw(PEOPLE);
    size_t what = draw(100), of = said_count ? draw(said_count) : 0, n;
    put_words(text, sizeof text, 1 + draw(12), true);
    if (what < 10 && said_count && now[of] && !is_secret[of]) {
        is_change[say(said[of].who, "{\"type\":\"edit\",\"target\":\"%s\",\"text\":\"%s\"}", message(of), text)] = true;
        become(of, plain(text));
    } else if (what < 13 && said_count && now[of] && !is_secret[of]) {
        is_change[say(said[of].who, "{\"type\":\"retract\",\"target\":\"%s\"}", message(of))] = true;
        become(of, NULL);
    } else if (what < 15 && said_count && said[of].who != who) {
        n = say(who, "{\"type\":\"edit\",\"target\":\"%s\",\"text\":\"%s\"}", message(of), text); /* not theirs: ignored */
        is_change[n] = true;
    } else if (what < 20) {
        bool mine = draw(2) || who == ANNA;
        n = whisper(who, mine ? ANNA : EVA, BELA, "{\"type\":\"post\",\"text\":\"%s\",\"recps\":[\"%s\"]}", text, person(ANNA));
        become(n, mine ? plain(text) : NULL);
        is_secret[n] = true;
    } else if (what < 30) {
        say(who, "{\"type\":\"vote\",\"vote\":{\"link\":\"%s\",\"value\":1},\"text\":\"%s\"}", message(of), text);
    } else {
        n = say(who, "{\"type\":\"post\",\"text\":\"%s\"}", text);
        become(n, plain(text));
    }
}

/* ---- the plain walk ---- */

struct part {
    char text[200];
    bool is_tag, is_exact;
    struct kith_piece pieces[64];
    size_t count;
};

static void fold_part(struct part *p) {
    struct kith_fold f = {.text = kith_bytes_str(p->text)};
    p->count = 0;
    while (!p->is_tag && p->count < 64 && kith_fold_next(&f, &p->pieces[p->count]))
        p->count++;
    if (p->is_tag && kith_fold_tag(f.text, &p->pieces[0])) {
        p->pieces[0].is_tag = true;
        p->count = 1;
    }
}

static bool is_like(const struct kith_piece *has, const struct kith_piece *want, bool prefix) {
    if (has->is_tag != want->is_tag)
        return false;
    if (prefix && !want->is_unit)
        return has->len >= want->len && memcmp(has->text, want->text, want->len) == 0;
    return has->len == want->len && memcmp(has->text, want->text, want->len) == 0;
}

static bool has_part(const struct folded *has, const struct kith_piece *want, size_t count, bool prefix) {
    for (size_t at = 0; at + count <= has->count; at++) {
        size_t i = 0;
        while (i < count && is_like(&has->pieces[at + i], &want[i], prefix && i + 1 == count) &&
               (!i || !want[i].is_glued || has->pieces[at + i].is_glued))
            i++;
        if (i == count)
            return true;
    }
    return false;
}

static bool is_blocked[PEOPLE];

static bool expects(size_t n, const struct part *parts, size_t count, unsigned by, bool secrets) {
    if (!now[n] || (by < PEOPLE && said[n].who != by) || is_blocked[said[n].who] || (is_secret[n] && !secrets))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!has_part(&folded[n][parts[i].is_tag], parts[i].pieces, parts[i].count, i + 1 == count && !parts[i].is_exact))
            return false;
    }
    return true;
}

static size_t make_query(struct part *parts, char *text, size_t cap) {
    size_t count = 1 + draw(3), len = 0;
    for (size_t i = 0; i < count; i++) {
        struct part *p = &parts[i];
        size_t kind = draw(10);
        *p = (struct part){.is_tag = kind == 0, .is_exact = kind < 4 && kind > 0};
        snprintf(p->text, sizeof p->text, "%s", words[draw(WORDS)][draw(3)]);
        if (p->is_exact)
            put_words(p->text, sizeof p->text, 1 + draw(3), false);
        len += (size_t)snprintf(text + len, cap - len, p->is_tag ? "%s#%s" : p->is_exact ? "%s\"%s\"" : "%s%s", i ? " " : "", p->text);
    }
    return count;
}

/* Cuts a word short now and then, at a character: a beginning. */
static void shorten(char *word) {
    size_t len = strlen(word);
    while (len > 1 && draw(2)) {
        do
            len--;
        while (len && ((uint8_t)word[len] & 0xc0) == 0x80);
        if (len)
            word[len] = 0;
    }
}

static size_t answer(struct world *w, const char *text, unsigned by, bool secrets, size_t *out) {
    struct kith_search_query q;
    struct kith_page page = {.show = secrets ? KITH_SHOW_PRIVATE : 0};
    struct kith_found found[64];
    size_t cap = 1 + draw(63), n = 0;
    CHECK_ROW(kith_search_parse(&q, kith_bytes_str(text)) == KITH_OK, text);
    do {
        size_t got = kith_search_run(w->social, &q, by < PEOPLE ? &people[by].pub : NULL, &page, found, cap);
        for (size_t i = 0; i < got; i++)
            out[n++] = said_of(w, found[i].rec);
    } while (page.more && n < MAX_SAID);
    return n;
}

static size_t compare(struct world *w, size_t *hits) {
    static size_t got[2 * MAX_SAID];
    struct part parts[3];
    char text[1000];
    size_t count = make_query(parts, text, sizeof text), n, k = 0;
    unsigned by = draw(5) ? PEOPLE : (unsigned)draw(PEOPLE);
    bool secrets = draw(4) > 0;
    if (!parts[count - 1].is_exact && draw(2)) {
        size_t at = strlen(text) - strlen(parts[count - 1].text);
        shorten(parts[count - 1].text);
        snprintf(text + at, sizeof text - at, "%s", parts[count - 1].text);
    }
    for (size_t i = 0; i < count; i++)
        fold_part(&parts[i]);
    n = answer(w, text, by, secrets, got);
    for (size_t i = said_count; i--;) {
        if (!expects(i, parts, count, by, secrets))
            continue;
        if (k >= n || got[k] != i) {
            fprintf(stderr, "“%s” by %u: %zu instead of %zu: %s\n", text, by, k < n ? got[k] : SIZE_MAX, i, now[i]);
            return 1;
        }
        k++;
    }
    *hits += k;
    if (k < n)
        fprintf(stderr, "“%s”: %zu too many: %s\n", text, got[k], now[got[k]] ? now[got[k]] : "(nothing)");
    return k < n;
}

static void catch_up(struct world *w) {
    kith_search_start(w->social);
    while (!kith_search_is_ready(w->social)) {
        if (kith_search_step(w->social))
            exit(2);
    }
}

static void ask_often(struct world *w, size_t rounds, const char *row) {
    size_t wrong = 0, hits = 0;
    catch_up(w);
    for (size_t i = 0; i < rounds && wrong < 3; i++)
        wrong += compare(w, &hits);
    CHECK_ROW(wrong == 0, row);
    CHECK_ROW(hits > rounds, row);
}

int main(void) {
    struct world live, late;
    if (kith_crypto_init())
        return 2;
    people_init();
    world_new(&live, ANNA);
    for (size_t i = 0; i < MESSAGES; i++) {
        say_something();
        world_hear(&live);
        if (i == 20)
            ask_often(&live, 200, "a few messages");
        else if (i > 20 && draw(3) == 0)
            CHECK(kith_search_step(live.social) == KITH_OK);
    }
    ask_often(&live, QUERIES, "as it came in");
    say(ANNA, "{\"type\":\"contact\",\"contact\":\"%s\",\"blocking\":true}", person(FINN));
    world_hear(&live);
    is_blocked[FINN] = true;
    ask_often(&live, QUERIES / 4, "one is blocked");
    world_new(&late, ANNA);
    world_hear_shuffled(&late, 7);
    ask_often(&late, QUERIES, "in another order");
    CHECK(kith_search_count(live.social).messages == kith_search_count(late.social).messages);
    for (size_t i = 0; i < said_count; i += 7) {
        uint64_t number;
        if (is_change[i] || !kith_store_find(late.store, &said[i].id, &number))
            continue;
        CHECK(kith_store_forget(late.store, number) == KITH_OK);
        kith_social_forget(late.social, (uint32_t)number);
        become(i, NULL);
    }
    ask_often(&late, QUERIES / 4, "some are forgotten");
    CHECK(kith_store_rebuild(late.store) == KITH_OK);
    ask_often(&late, QUERIES / 4, "all is made anew");
    for (size_t i = 0; i < MAX_SAID; i++)
        become(i, NULL), free(folded[i][0].pieces), free(folded[i][1].pieces);
    world_free(&live);
    world_free(&late);
    said_wipe();
    return check_done();
}
