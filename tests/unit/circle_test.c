/* SPDX-License-Identifier: MIT */
/* Circles in the views: who opens what, in whatever order it comes; keys that come late; ciphertexts under a
 * second name; an author who sends nothing but noise. */
#define MAX_SAID 12000
#include "social_world.h"

#include "base/base64.h"
#include "social/circle.h"
#include "social/people.h"
#include "social/state.h"

/* ---- a circle, made by hand ---- */

static struct kith_circle_terms terms;
static struct kith_groupid circle;
static struct kith_box2_key epochs[3];

static struct kith_box2_key self_of(unsigned who) {
    struct kith_social *s = kith_social_new(&people[who].pub, 1, &test_rng);
    struct kith_box2_key key;
    kith_social_keys(s, &people[who]);
    key = *kith_social_self_key(s);
    kith_social_free(s);
    return key;
}

static struct kith_box2_key dm(unsigned a, unsigned b) {
    struct kith_box2_dm keys;
    if (kith_box2_dm_keys(&keys, &people[a].sec, &people[b].pub))
        exit(2);
    return keys.key[0];
}

__attribute__((format(printf, 4, 5))) static size_t seal(unsigned who, const struct kith_box2_key *keys, size_t count, const char *format, ...) {
    char content[8192];
    struct kith_buf sealed = {0};
    size_t n;
    va_list args;
    va_start(args, format);
    vsnprintf(content, sizeof content, format, args);
    va_end(args);
    kith_buf_put_u8(&sealed, '"');
    if (kith_box2_seal(&sealed, kith_bytes_str(content), &people[who].pub, heads[who].sequence ? &heads[who].id : NULL, keys, count, &test_rng, NULL))
        exit(2);
    kith_buf_put_u8(&sealed, '"');
    n = say_bytes(who, kith_buf_bytes(&sealed));
    kith_buf_wipe(&sealed);
    return n;
}

static const char *text_of(const struct kith_symkey *key) {
    static char text[4][45];
    static unsigned turn;
    char *t = text[turn++ % 4];
    kith_base64_write(t, key->b, 32);
    t[44] = 0;
    return t;
}

static const char *group(void) {
    static char text[KITH_GROUP_ID_LEN + 1];
    kith_groupid_write(text, &circle);
    return text;
}

static void follow(unsigned a, unsigned b) {
    say(a, "{\"type\":\"contact\",\"contact\":\"%s\",\"following\":true}", person(b));
}

static void begin_circle(enum kith_circle_kind kind) {
    struct kith_box2_key self = self_of(ANNA);
    terms = (struct kith_circle_terms){.owner = people[ANNA].pub, .kind = kind};
    memset(terms.secret.b, 7, 32);
    kith_circle_id(&circle, &terms);
    for (size_t i = 0; i < 3; i++)
        kith_box2_key_new(&epochs[i], KITH_BOX2_GROUP, &test_rng);
    seal(ANNA, &self, 1, "{\"type\":\"circle/init\",\"group\":\"%s\",\"owner\":\"%s\",\"kind\":\"%s\",\"open\":false,\"secret\":\"%s\"}", group(),
         person(ANNA), kith_circle_kind_word(kind), text_of(&terms.secret));
}

static size_t make_epoch(unsigned i, const char *parent, const char *honours) {
    struct kith_box2_key keys[2] = {epochs[i], self_of(ANNA)};
    return seal(ANNA, keys, 2, "{\"type\":\"circle/epoch\",\"group\":\"%s\",\"generation\":%u,\"parent\":%s,\"honours\":[%s],\"key\":\"%s\"}", group(),
                i + 1, parent, honours, text_of(&epochs[i].key));
}

static void hand_over(unsigned from, unsigned to, unsigned first, unsigned last) {
    struct kith_box2_key keys[2] = {dm(from, to), self_of(from)};
    char list[512];
    size_t len = 0;
    for (unsigned i = first; i <= last; i++)
        len += (size_t)snprintf(list + len, sizeof list - len, "%s{\"generation\":%u,\"key\":\"%s\"}", i > first ? "," : "", i + 1, text_of(&epochs[i].key));
    seal(from, keys, 2, "{\"type\":\"circle/key\",\"group\":\"%s\",\"owner\":\"%s\",\"kind\":\"%s\",\"open\":false,\"secret\":\"%s\",\"keys\":[%s],\"to\":\"\"}",
         group(), person(ANNA), kith_circle_kind_word(terms.kind), text_of(&terms.secret), list);
}

static void write_in(unsigned who, unsigned i, const char *text) {
    seal(who, &epochs[i], 1, "{\"type\":\"post\",\"text\":\"%s\",\"recps\":[\"%s\"]}", text, group());
}

/* ---- a world that opens with its own keys ---- */

static void open_world(struct world *w) {
    struct kith_store_report report;
    struct kith_store_config config = {.rng = test_rng, .unbox = kith_circle_unbox};
    w->social = kith_social_new(&people[w->me].pub, KITH_HOPS_DEFAULT, &test_rng);
    kith_social_keys(w->social, &people[w->me]);
    config.unbox_ctx = w->social;
    config.slots = kith_slots_mem_list(w->disk, &config.slot_count);
    config.views = kith_social_views(w->social);
    if (kith_store_open(&w->store, &config, &report) || kith_social_bind(w->social, w->store))
        exit(2);
    kith_slots_mem_settle(w->disk, w->store);
}

static void new_world(struct world *w, unsigned me) {
    *w = (struct world){.me = me, .disk = kith_slots_mem_new()};
    open_world(w);
}

static size_t retry(struct world *w) {
    size_t opened = 0, calls = 0;
    while (kith_circle_retry(w->social, &opened))
        calls++;
    return calls;
}

/* What can be read of what, by number in `said`. */
static void put_world(struct world *w, struct kith_buf *out) {
    static struct kith_found found[256];
    struct kith_circle_info info;
    uint32_t c = kith_circle_find(w->social, &circle);
    struct kith_page page = {0};
    struct kith_box2_key key;
    out->len = 0;
    for (unsigned i = 0; i < PEOPLE; i++) {
        page = (struct kith_page){0};
        kith_buf_put_str(out, listed(w, found, kith_wall_list(w->social, &people[i].pub, &page, found, 256)));
        kith_buf_put_u8(out, '|');
    }
    page = (struct kith_page){0};
    kith_buf_put_str(out, listed(w, found, kith_wall_home(w->social, KITH_HOPS_NONE, &page, found, 256)));
    page = (struct kith_page){0};
    kith_buf_put_str(out, " inbox ");
    kith_buf_put_str(out, listed(w, found, kith_inbox_list(w->social, &page, found, 256)));
    page = (struct kith_page){0};
    kith_buf_put_str(out, " notices ");
    kith_buf_put_str(out, listed(w, found, kith_mention_notices(w->social, &page, found, NULL, 256)));
    page = (struct kith_page){0};
    kith_buf_put_str(out, " circle ");
    if (c != KITH_CIRCLE_NONE)
        kith_buf_put_str(out, listed(w, found, kith_circle_list(w->social, c, &page, found, 256)));
    for (size_t i = 0; i < said_count; i++) {
        uint64_t rec;
        kith_buf_put_str(out, " ");
        if (kith_store_find(w->store, &said[i].id, &rec) && kith_circle_of(w->social, (uint32_t)rec) == c && c != KITH_CIRCLE_NONE)
            kith_buf_put_dec(out, kith_thread_count(w->social, &said[i].id, 0, 100) * 10 + kith_vote_count(w->social, &said[i].id).up);
    }
    if (c == KITH_CIRCLE_NONE || !kith_circle_get(w->social, c, &info))
        return;
    kith_buf_put_dec(out, (uint64_t)info.standing * 100 + info.generation * 10 + info.is_fit);
    if (kith_circle_write_key(w->social, c, &key))
        kith_base64_put(out, kith_bytes(key.key.b, 8));
    for (unsigned i = 0; i < PEOPLE; i++)
        kith_buf_put_dec(out, (uint64_t)kith_circle_standing_of(w->social, c, &people[i].pub));
}

/* In every order, after a restart and after a rebuild everybody sees the same. Gives what that is. */
static void check_everywhere(unsigned me, struct kith_buf *out) {
    struct kith_buf other = {0};
    struct world w;
    new_world(&w, me);
    world_hear(&w);
    retry(&w);
    put_world(&w, out);
    world_free(&w);
    for (unsigned seed = 1; seed <= 12; seed++) {
        new_world(&w, me);
        world_hear_shuffled(&w, seed * 77);
        if (seed % 3)
            retry(&w);
        CHECK(!kith_store_snapshot(w.store));
        kith_slots_mem_settle(w.disk, w.store);
        if (seed % 2) {
            world_close(&w);
            open_world(&w);
        }
        retry(&w);
        put_world(&w, &other);
        CHECK_ROW(kith_bytes_eq(kith_buf_bytes(out), kith_buf_bytes(&other)), (kith_buf_put_u8(&other, 0), (const char *)other.p));
        CHECK(!kith_store_rebuild(w.store));
        retry(&w);
        put_world(&w, &other);
        CHECK(kith_bytes_eq(kith_buf_bytes(out), kith_buf_bytes(&other)));
        world_free(&w);
    }
    kith_buf_put_u8(out, 0);
    kith_buf_wipe(&other);
}

#define SEES(who, start)                                                                           \
    do {                                                                                           \
        check_everywhere(who, &out);                                                               \
        CHECK_ROW(strncmp((const char *)out.p, start, strlen(start)) == 0, (const char *)out.p);    \
    } while (0)

static void test_friends(void) {
    struct kith_box2_key self = self_of(ANNA);
    struct kith_buf out = {0};
    char honours[80], parent[80];
    size_t first, second, excluded;
    follow(ANNA, BELA); /* 0 */
    follow(BELA, ANNA);
    follow(ANNA, CARL);
    follow(CARL, ANNA);
    follow(BELA, CARL); /* 4 */
    begin_circle(KITH_CIRCLE_FRIENDS); /* 5 */
    first = make_epoch(0, "null", ""); /* 6 */
    seal(ANNA, &self, 1, "{\"type\":\"circle/add\",\"group\":\"%s\",\"people\":[{\"id\":\"%s\",\"upto\":0,\"from\":1},{\"id\":\"%s\",\"upto\":0,\"from\":1}],\"over\":[]}",
         group(), person(BELA), person(CARL)); /* 7 */
    hand_over(ANNA, BELA, 0, 0); /* 8 */
    hand_over(ANNA, CARL, 0, 0); /* 9 */
    write_in(ANNA, 0, "one");    /* 10 */
    seal(BELA, &epochs[0], 1, "{\"type\":\"post\",\"text\":\"re\",\"root\":\"%s\",\"branch\":\"%s\"}", message(10), message(10)); /* 11 */
    seal(CARL, &epochs[0], 1, "{\"type\":\"vote\",\"vote\":{\"link\":\"%s\",\"value\":1,\"expression\":\"x\"}}", message(10)); /* 12 */
    excluded = seal(ANNA, &self, 1, "{\"type\":\"circle/exclude\",\"group\":\"%s\",\"people\":[{\"id\":\"%s\",\"upto\":2}]}", group(), person(CARL)); /* 13 */
    snprintf(parent, sizeof parent, "\"%s\"", message(first));
    snprintf(honours, sizeof honours, "\"%s\"", message(excluded));
    second = make_epoch(1, parent, honours); /* 14 */
    hand_over(ANNA, BELA, 1, 1);             /* 15 */
    write_in(ANNA, 1, "two");                /* 16 */
    write_in(BELA, 1, "mine, for Anna's");   /* 17 */
    seal(BELA, &epochs[1], 1, "{\"type\":\"post\",\"text\":\"for you\",\"wall\":\"%s\"}", person(ANNA)); /* 18 */
    follow(ANNA, EVA);                       /* 19 */
    seal(ANNA, &self, 1, "{\"type\":\"circle/add\",\"group\":\"%s\",\"people\":[{\"id\":\"%s\",\"upto\":0,\"from\":1}],\"over\":[]}", group(), person(EVA)); /* 20 */
    hand_over(ANNA, EVA, 0, 1);              /* 21 */
    follow(EVA, ANNA);                       /* 22 */
    (void)second;
    SEES(ANNA, "18 16 10|17|||||18 17 16 10 inbox  notices 22 18 12 11 3 1 circle 18 17 16 10 ");
    CHECK(strstr((char *)out.p, "221"));
    SEES(BELA, "18 16 10|17|||||18 17 16 10 inbox  notices 0 circle 18 17 16 10 "); /* keys are no news */
    SEES(CARL, "10||||||10 inbox  notices 4 2 circle 10 ");
    SEES(DORA, "|||||| inbox  notices  circle ");
    SEES(EVA, "18 16 10|17|||||18 17 16 10 inbox  notices 19 circle 18 17 16 10 ");
    kith_buf_wipe(&out);
    said_wipe();
}

static void test_group(void) {
    struct kith_buf out = {0};
    struct kith_box2_key keys[2];
    begin_circle(KITH_CIRCLE_GROUP);  /* 0 */
    make_epoch(0, "null", "");        /* 1 */
    seal(ANNA, &epochs[0], 1, "{\"type\":\"circle/add\",\"group\":\"%s\",\"people\":[{\"id\":\"%s\",\"upto\":0,\"from\":1}],\"over\":[]}", group(), person(BELA)); /* 2 */
    hand_over(ANNA, BELA, 0, 0);      /* 3 */
    seal(BELA, &epochs[0], 1, "{\"type\":\"circle/accept\",\"group\":\"%s\"}", group()); /* 4 */
    write_in(BELA, 0, "hello group"); /* 5 */
    write_in(CARL, 0, "a ghost");     /* 6: has got the key somewhere, and was never asked in */
    hand_over(CARL, DORA, 0, 0);      /* 7: and hands it on */
    seal(DORA, &epochs[0], 1, "{\"type\":\"circle/accept\",\"group\":\"%s\"}", group());
    write_in(DORA, 0, "another");
    keys[0] = epochs[1]; /* 10: a member makes an epoch, which may come back to them before the group does */
    keys[1] = self_of(BELA);
    seal(BELA, keys, 2, "{\"type\":\"circle/epoch\",\"group\":\"%s\",\"generation\":2,\"parent\":\"%s\",\"honours\":[],\"key\":\"%s\"}", group(), message(1),
         text_of(&epochs[1].key));
    hand_over(BELA, ANNA, 1, 1);
    SEES(ANNA, "||||||5 inbox  notices  circle 5 ");
    CHECK(strstr((char *)out.p, "221"));
    SEES(BELA, "||||||5 inbox  notices 2 circle 5 ");
    CHECK(strstr((char *)out.p, "221"));
    kith_buf_wipe(&out);
    said_wipe();
}

/* A key under another's circle id, and a circle that its owner did not make. */
static void test_false_keys(void) {
    struct kith_buf out = {0};
    struct kith_box2_key keys[2];
    follow(BELA, ANNA);
    follow(BELA, CARL);
    follow(CARL, ANNA);
    begin_circle(KITH_CIRCLE_FRIENDS);
    make_epoch(0, "null", "");
    hand_over(ANNA, BELA, 0, 0);
    keys[0] = dm(CARL, BELA);
    keys[1] = self_of(CARL);
    for (unsigned i = 0; i < 2; i++) /* says that it is his, then that Anna has made it */
        seal(CARL, keys, 2, "{\"type\":\"circle/key\",\"group\":\"%s\",\"owner\":\"%s\",\"kind\":\"friends\",\"open\":false,\"secret\":\"%s\",\"keys\":[{\"generation\":9,\"key\":\"%s\"}]}",
             group(), person(i ? ANNA : CARL), text_of(&terms.secret), text_of(&epochs[2].key));
    write_in(ANNA, 2, "Carl would read this");
    check_everywhere(BELA, &out);
    CHECK(strstr((char *)out.p, "211")); /* in, generation 1 */
    CHECK(strncmp((char *)out.p, "|", 1) == 0);
    kith_buf_wipe(&out);
    said_wipe();
}

/* Circles that somebody thinks up in Anna's name stand in the way of none that she makes. */
static void test_false_circles(void) {
    struct kith_circle_terms real;
    struct kith_box2_key keys[2];
    struct world w;
    follow(BELA, ANNA);
    follow(ANNA, BELA);
    follow(BELA, CARL);
    keys[0] = dm(CARL, BELA);
    keys[1] = self_of(CARL);
    for (unsigned i = 0; i < 3 * KITH_CIRCLES_OF_ONE_MAX; i++) {
        terms = (struct kith_circle_terms){.owner = people[ANNA].pub, .kind = i % 2 ? KITH_CIRCLE_FRIENDS : KITH_CIRCLE_GROUP};
        kith_rng_fill(&test_rng, terms.secret.b, 32);
        kith_circle_id(&circle, &terms);
        seal(CARL, keys, 2, "{\"type\":\"circle/key\",\"group\":\"%s\",\"owner\":\"%s\",\"kind\":\"%s\",\"open\":false,\"secret\":\"%s\",\"keys\":[{\"generation\":1,\"key\":\"%s\"}]}",
             group(), person(ANNA), kith_circle_kind_word(terms.kind), text_of(&terms.secret), text_of(&epochs[2].key));
    }
    begin_circle(KITH_CIRCLE_FRIENDS);
    real = terms;
    make_epoch(0, "null", "");
    hand_over(ANNA, BELA, 0, 0);
    new_world(&w, BELA);
    world_hear(&w);
    retry(&w);
    kith_circle_id(&circle, &real);
    CHECK(kith_circle_count(w.social) <= KITH_CIRCLES_OF_ONE_MAX + 1);
    CHECK(kith_circle_find(w.social, &circle) != KITH_CIRCLE_NONE);
    CHECK(kith_circle_friends_of(w.social, &people[ANNA].pub) == kith_circle_find(w.social, &circle));
    world_free(&w);
    said_wipe();
}

static bool is_replayed(struct world *w, size_t n) {
    struct kith_buf out = {0};
    uint64_t rec;
    bool yes;
    if (!kith_store_find(w->store, &said[n].id, &rec) || kith_render_summary(w->social, (uint32_t)rec, &out))
        exit(2);
    kith_buf_put_u8(&out, 0);
    yes = strstr((const char *)out.p, "\"replayed\":true") != NULL;
    kith_buf_wipe(&out);
    return yes;
}

static void test_replay(void) {
    struct kith_json doc = {0};
    struct kith_message m;
    struct kith_buf copy = {0}, both = {0};
    struct world w;
    whisper(BELA, ANNA, ANNA, "{\"type\":\"post\",\"text\":\"I owe you ten\",\"recps\":[\"%s\",\"%s\"]}", person(BELA), person(ANNA)); /* 0 */
    whisper(BELA, ANNA, CARL, "{\"type\":\"post\",\"text\":\"to both\",\"recps\":[\"%s\",\"%s\",\"%s\"]}", person(BELA), person(ANNA), person(CARL)); /* 1 */
    whisper(BELA, ANNA, ANNA, "{\"type\":\"post\",\"text\":\"alone\",\"recps\":[\"%s\",\"%s\"]}", person(BELA), person(ANNA)); /* 2 */
    for (size_t i = 0; i < 2; i++) { /* 3, 4: Carl says the same bytes */
        if (kith_message_read(&doc, kith_buf_bytes(&said[i].text), &m))
            exit(2);
        copy.len = 0;
        kith_json_put_compact(&copy, &doc, m.content);
        say_bytes(CARL, kith_buf_bytes(&copy));
    }
    new_world(&w, ANNA);
    world_hear_shuffled(&w, 5);
    CHECK(!is_replayed(&w, 0)); /* names Bela and not Carl */
    CHECK(is_replayed(&w, 3));
    CHECK(is_replayed(&w, 1) && is_replayed(&w, 4)); /* names both: neither is believed */
    CHECK(!is_replayed(&w, 2));
    world_free(&w);
    kith_json_wipe(&doc);
    kith_buf_wipe(&copy);
    kith_buf_wipe(&both);
    said_wipe();
}

/* Ten thousand messages that look private: the first cost tries at once, the others wait in quiet moments,
 * and what a friend writes meanwhile is open at once. */
static void test_noise(void) {
    struct kith_buf noise = {0};
    struct kith_found found[8];
    struct kith_page page = {0};
    struct world w;
    uint8_t box[200];
    size_t calls;
    follow(ANNA, BELA);
    follow(BELA, ANNA);
    follow(BELA, FINN);
    begin_circle(KITH_CIRCLE_FRIENDS);
    make_epoch(0, "null", "");
    hand_over(ANNA, BELA, 0, 0);
    follow(ANNA, FINN);
    follow(FINN, ANNA);
    for (unsigned i = 0; i < 10000; i++) {
        kith_rng_fill(&test_rng, box, sizeof box);
        noise.len = 0;
        kith_buf_put_u8(&noise, '"');
        kith_base64_put(&noise, kith_bytes(box, sizeof box - i % 3));
        kith_buf_put_str(&noise, i % 5 ? ".box2\"" : ".box\"");
        say_bytes(FINN, kith_buf_bytes(&noise));
    }
    write_in(ANNA, 0, "in the middle of it");
    new_world(&w, BELA);
    world_hear(&w);
    CHECK(kith_people_at(w.social, kith_people_find(w.social, &people[FINN].pub))->unopened == 8);
    CHECK(w.social->circles.trials.count <= 4);
    CHECK(kith_wall_list(w.social, &people[ANNA].pub, &page, found, 8) == 1);
    calls = retry(&w);
    CHECK(calls > 100 && calls < 10000); /* in many small steps */
    CHECK(!kith_circle_retry_waits(w.social));
    CHECK(kith_social_memory(w.social) < 16 << 20);
    /* A key that comes then tries them once more, and only with this key. */
    hand_over(ANNA, BELA, 1, 1);
    write_in(ANNA, 1, "still here");
    world_hear(&w);
    page = (struct kith_page){0};
    CHECK(kith_wall_list(w.social, &people[ANNA].pub, &page, found, 8) == 2);
    retry(&w);
    world_free(&w);
    kith_buf_wipe(&noise);
    said_wipe();
}

/* More keys than anybody needs, by one who made the group up: they cost their author's messages and nobody else. */
static void test_many_keys(void) {
    struct kith_box2_key keys[2] = {dm(CARL, BELA), self_of(CARL)}, noise;
    struct kith_buf list = {0};
    struct world w;
    follow(BELA, CARL);
    kith_box2_key_new(&noise, KITH_BOX2_GROUP, &test_rng);
    for (unsigned i = 0; i < 20; i++)
        seal(DORA, &noise, 1, "{\"type\":\"post\",\"text\":\"for others\"}");
    terms = (struct kith_circle_terms){.owner = people[CARL].pub, .kind = KITH_CIRCLE_GROUP};
    kith_rng_fill(&test_rng, terms.secret.b, 32);
    kith_circle_id(&circle, &terms);
    for (unsigned i = 0; i < 1000; i++) {
        list.len = 0;
        for (unsigned k = 0; k < 60; k++) {
            struct kith_box2_key key;
            kith_box2_key_new(&key, KITH_BOX2_GROUP, &test_rng);
            kith_buf_put_str(&list, k ? ",{\"generation\":1,\"key\":\"" : "{\"generation\":1,\"key\":\"");
            kith_buf_put_str(&list, text_of(&key.key));
            kith_buf_put_str(&list, "\"}");
        }
        kith_buf_put_u8(&list, 0);
        seal(CARL, keys, 2, "{\"type\":\"circle/key\",\"group\":\"%s\",\"owner\":\"%s\",\"kind\":\"group\",\"open\":false,\"secret\":\"%s\",\"keys\":[%s]}",
             group(), person(CARL), text_of(&terms.secret), (const char *)list.p);
    }
    new_world(&w, BELA);
    world_hear(&w);
    CHECK(w.social->circles.trials.count < 300);
    retry(&w);
    CHECK(!kith_circle_retry_waits(w.social));
    world_free(&w);
    kith_buf_wipe(&list);
    said_wipe();
}

/* A circle of many epochs: an answer in one of the first that comes when all keys are there. */
static void test_many_epochs(void) {
    struct kith_box2_key keys[2] = {dm(ANNA, BELA), self_of(ANNA)}, all[400];
    struct kith_buf list = {0};
    struct kith_found found[8];
    struct kith_page page = {0};
    struct world w;
    follow(BELA, ANNA);
    follow(BELA, CARL);
    follow(CARL, ANNA);
    follow(ANNA, CARL);
    begin_circle(KITH_CIRCLE_FRIENDS);
    for (unsigned i = 0; i < 400; i++) {
        kith_box2_key_new(&all[i], KITH_BOX2_GROUP, &test_rng);
        kith_buf_put_str(&list, i % 40 ? ",{\"generation\":" : "{\"generation\":");
        kith_buf_put_dec(&list, i + 1);
        kith_buf_put_str(&list, ",\"key\":\"");
        kith_buf_put_str(&list, text_of(&all[i].key));
        kith_buf_put_str(&list, "\"}");
        if (i % 40 != 39)
            continue;
        kith_buf_put_u8(&list, 0);
        seal(ANNA, keys, 2, "{\"type\":\"circle/key\",\"group\":\"%s\",\"owner\":\"%s\",\"kind\":\"friends\",\"open\":false,\"secret\":\"%s\",\"keys\":[%s]}",
             group(), person(ANNA), text_of(&terms.secret), (const char *)list.p);
        list.len = 0;
    }
    new_world(&w, BELA);
    world_hear(&w);
    retry(&w);
    seal(CARL, &all[0], 1, "{\"type\":\"post\",\"text\":\"long ago\",\"wall\":\"%s\",\"recps\":[\"%s\"]}", person(ANNA), group());
    world_hear(&w);
    retry(&w);
    CHECK(kith_wall_list(w.social, &people[ANNA].pub, &page, found, 8) == 1);
    world_free(&w);
    kith_buf_wipe(&list);
    said_wipe();
}

/* A member hands the group's key out as that of a circle of his own: what is said to the group stays there. */
static void test_same_key(void) {
    struct kith_circle_terms real;
    struct kith_groupid other;
    struct kith_box2_key keys[2] = {dm(CARL, BELA), self_of(CARL)};
    struct world w;
    uint64_t rec;
    uint32_t g, c;
    size_t post;
    follow(BELA, CARL);
    follow(CARL, BELA);
    follow(CARL, ANNA);
    follow(ANNA, CARL);
    begin_circle(KITH_CIRCLE_GROUP);
    real = terms;
    for (unsigned i = 0; i < 2; i++) { /* his before it, and after it */
        struct kith_circle_terms his = {.owner = people[CARL].pub, .kind = KITH_CIRCLE_NAMED};
        memset(his.secret.b, 8 + (int)i, 32);
        terms = his;
        kith_circle_id(&circle, &terms);
        other = circle;
        seal(CARL, keys, 2, "{\"type\":\"circle/key\",\"group\":\"%s\",\"owner\":\"%s\",\"kind\":\"circle\",\"open\":false,\"secret\":\"%s\",\"keys\":[{\"generation\":1,\"key\":\"%s\"}]}",
             group(), person(CARL), text_of(&terms.secret), text_of(&epochs[0].key));
        terms = real;
        kith_circle_id(&circle, &terms);
        if (!i)
            hand_over(ANNA, BELA, 0, 0);
    }
    make_epoch(0, "null", "");
    seal(ANNA, &epochs[0], 1, "{\"type\":\"circle/add\",\"group\":\"%s\",\"people\":[{\"id\":\"%s\",\"upto\":0,\"from\":1},{\"id\":\"%s\",\"upto\":0,\"from\":1}],\"over\":[]}",
         group(), person(BELA), person(CARL));
    seal(CARL, &epochs[0], 1, "{\"type\":\"circle/accept\",\"group\":\"%s\"}", group());
    write_in(CARL, 0, "for the group");
    post = said_count - 1;
    new_world(&w, BELA);
    world_hear(&w);
    retry(&w);
    g = kith_circle_find(w.social, &circle);
    c = kith_circle_find(w.social, &other);
    CHECK(g != KITH_CIRCLE_NONE && c != KITH_CIRCLE_NONE);
    CHECK(kith_store_find(w.store, &said[post].id, &rec) && kith_circle_of(w.social, (uint32_t)rec) == g);
    CHECK(kith_circle_standing_of(w.social, g, &people[CARL].pub) == KITH_CIRCLE_IN);
    world_free(&w);
    said_wipe();
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    people_init();
    test_friends();
    test_group();
    test_false_keys();
    test_false_circles();
    test_replay();
    test_noise();
    test_many_keys();
    test_many_epochs();
    test_same_key();
    return check_done();
}
