/* SPDX-License-Identifier: MIT */
#include "social_world.h"

static struct kith_found found[64];
static int query_err;

static const char *ask_page(struct world *w, const char *json, struct kith_page *page, size_t cap) {
    struct kith_json doc = {0};
    size_t n = 0;
    query_err = kith_json_parse(&doc, kith_bytes_str(json), 100);
    if (!query_err)
        query_err = kith_query_run(w->social, &doc, 0, page, found, cap, &n);
    kith_json_wipe(&doc);
    return listed(w, found, n);
}

static const char *ask(struct world *w, const char *json) {
    struct kith_page page = {0};
    return ask_page(w, json, &page, 64);
}

static void say_all(void) {
    say(ANNA, "{\"type\":\"move\",\"game\":\"a\",\"n\":1,\"x\":{\"y\":\"deep\"}}");       /* 0 */
    say(BELA, "{\"type\":\"move\",\"game\":\"a\",\"n\":2,\"done\":true}");                 /* 1 */
    say(ANNA, "{\"type\":\"move\",\"game\":\"b\",\"n\":1,\"done\":false}");                /* 2 */
    say(CARL, "{\"type\":\"poll\",\"game\":\"a\",\"n\":\"1\",\"x\":[{\"y\":\"deep\"},{\"y\":3}]}"); /* 3 */
    say(CARL, "{\"type\":\"poll\",\"game\":[\"a\",\"b\"],\"n\":1.5,\"true\":1}");          /* 4 */
}

static void test_values(void) {
    static const struct {
        const char *query, *lines;
    } rows[] = {
        {"{\"game\":\"a\"}", "4 3 1 0"},
        {"{\"game\":\"a\",\"type\":\"move\"}", "1 0"},
        {"{\"type\":\"move\"}", "2 1 0"},
        {"{\"type\":\"move\",\"n\":1}", "2 0"},
        {"{\"n\":1}", "2 0"},
        {"{\"n\":\"1\"}", "3"},
        {"{\"n\":1.5}", "4"},
        {"{\"done\":true}", "1"},
        {"{\"done\":false}", "2"},
        {"{\"x.y\":\"deep\"}", "3 0"},
        {"{\"x.y\":3}", "3"},
        {"{\"x\":3}", ""},
        {"{\"game\":\"b\",\"n\":1.5,\"type\":\"poll\"}", "4"},
        {"{\"absent.path\":1}", ""},
    };
    struct world w;
    world_new(&w, ANNA);
    say_all();
    world_hear(&w);
    for (unsigned twice = 0; twice < 2; twice++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            const char *got = ask(&w, rows[i].query);
            CHECK_ROW(query_err == KITH_OK && strcmp(got, rows[i].lines) == 0, rows[i].query);
        }
    }
    say(EVA, "{\"type\":\"move\",\"game\":\"a\"}"); /* 5: an index is kept up to date */
    world_hear(&w);
    CHECK(strcmp(ask(&w, "{\"game\":\"a\"}"), "5 4 3 1 0") == 0);
    CHECK(strcmp(ask(&w, "{\"game\":\"a\",\"type\":\"move\"}"), "5 1 0") == 0);
    world_free(&w);
}

static void test_refused(void) {
    static const char *const rows[] = {
        "{}", "[]", "7", "{\"a\":null}", "{\"a\":{}}", "{\"a\":[]}", "{\"\":1}",
        "{\"1\":1,\"2\":1,\"3\":1,\"4\":1,\"5\":1,\"6\":1,\"7\":1,\"8\":1,\"9\":1}",
        "{\"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456\":1}",
    };
    struct world w;
    world_new(&w, ANNA);
    world_hear(&w);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ask(&w, rows[i]);
        CHECK_ROW(query_err == KITH_ERR_ARG, rows[i]);
    }
    world_free(&w);
}

/* Sixteen fields are remembered; the one unused for longest makes room. */
static void test_bound(void) {
    struct world w;
    struct kith_bytes path;
    char json[64];
    unsigned slots = 0;
    bool has_game = false, has_first = false;
    world_new(&w, ANNA);
    world_hear(&w);
    for (unsigned i = 0; i < 40; i++) {
        snprintf(json, sizeof json, "{\"field%u\":1}", i);
        CHECK(strcmp(ask(&w, json), "") == 0);
        CHECK(strcmp(ask(&w, "{\"game\":\"b\"}"), "4 2") == 0);
    }
    for (unsigned i = 0; i <= KITH_QUERY_MAX_INDEXES; i++) {
        if (!kith_query_index(w.social, i, &path))
            continue;
        slots++;
        has_game |= kith_bytes_is(path, "game");
        has_first |= kith_bytes_is(path, "field0");
    }
    CHECK(slots == KITH_QUERY_MAX_INDEXES && has_game && !has_first);
    world_free(&w);
}

/* An index goes into the snapshot, and a rebuild fills it again. */
static void test_kept(void) {
    struct world w;
    struct kith_bytes path;
    struct kith_page page = {0};
    world_new(&w, ANNA);
    world_hear(&w);
    ask(&w, "{\"game\":\"a\"}");
    kith_store_sync(w.store);
    kith_slots_mem_settle(w.disk, w.store);
    CHECK(kith_store_snapshot(w.store) == KITH_OK);
    kith_slots_mem_settle(w.disk, w.store);
    world_close(&w);
    world_open(&w);
    CHECK(kith_query_index(w.social, 0, &path) && kith_bytes_is(path, "game"));
    CHECK(strcmp(ask(&w, "{\"game\":\"b\"}"), "4 2") == 0);
    CHECK(kith_store_rebuild(w.store) == KITH_OK);
    CHECK(kith_query_index(w.social, 0, &path) && kith_bytes_is(path, "game"));
    CHECK(strcmp(ask(&w, "{\"game\":\"b\"}"), "4 2") == 0);
    CHECK(strcmp(ask_page(&w, "{\"game\":\"a\",\"n\":1}", &page, 1), "0") == 0 || page.more);
    world_free(&w);
    said_wipe();
}

int main(void) {
    people_init();
    test_values();
    test_refused();
    test_bound();
    test_kept();
    return check_done();
}
