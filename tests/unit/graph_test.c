/* SPDX-License-Identifier: MIT */
#include "social_world.h"

static bool follows(struct world *w, unsigned a, unsigned b) {
    return kith_graph_is_following(w->social, &people[a].pub, &people[b].pub);
}

static unsigned hops(struct world *w, unsigned who) {
    return kith_graph_hops(w->social, &people[who].pub);
}

static void contact(struct world *w, unsigned a, unsigned b, const char *rest) {
    say(a, "{\"type\":\"contact\",\"contact\":\"%s\"%s}", person(b), rest);
    world_hear(w);
}

/* ssb.md 17: each message replaces the whole edge. */
static void test_edges(void) {
    static const struct {
        const char *rest;
        enum kith_edge edge;
    } rows[] = {
        {",\"following\":true", KITH_EDGE_FOLLOW},
        {",\"following\":true,\"blocking\":true", KITH_EDGE_BLOCK},
        {",\"blocking\":false", KITH_EDGE_UNFOLLOW},
        {",\"following\":true", KITH_EDGE_FOLLOW},
        {",\"following\":\"true\"", KITH_EDGE_UNFOLLOW},
        {",\"flagged\":true", KITH_EDGE_BLOCK},
        {",\"following\":1", KITH_EDGE_UNFOLLOW},
        {",\"blocking\":true", KITH_EDGE_BLOCK},
        {"", KITH_EDGE_UNFOLLOW},
    };
    struct world w;
    world_new(&w, ANNA);
    CHECK(kith_graph_edge(w.social, &people[ANNA].pub, &people[BELA].pub) == KITH_EDGE_NONE);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        contact(&w, ANNA, BELA, rows[i].rest);
        CHECK_ROW(kith_graph_edge(w.social, &people[ANNA].pub, &people[BELA].pub) == rows[i].edge, rows[i].rest);
        CHECK_ROW(kith_social_is_hidden(w.social, &people[BELA].pub) == (rows[i].edge == KITH_EDGE_BLOCK), rows[i].rest);
    }
    /* Whatever content can be: nothing of it may hurt or count. */
    say(ANNA, "{\"type\":\"contact\",\"contact\":7,\"following\":true}");
    say(ANNA, "{\"type\":\"contact\",\"contact\":\"@x\",\"following\":true}");
    say(ANNA, "{\"type\":\"contact\",\"following\":true}");
    say(ANNA, "{\"type\":\"contact\",\"contact\":\"%s\",\"following\":true}", person(ANNA));
    say(ANNA, "{\"type\":\"contact\",\"contact\":{\"link\":\"%s\"},\"following\":true}", person(CARL));
    world_hear(&w);
    CHECK(kith_graph_count(w.social, &people[ANNA].pub, KITH_LIST_FOLLOWS) == 1);
    CHECK(follows(&w, ANNA, CARL));
    world_free(&w);
    said_wipe();
}

static void test_hops(void) {
    struct world w;
    struct kith_pubkey list[8], id;
    uint32_t cursor = 0;
    unsigned wanted = 0;
    uint64_t generation;
    world_new(&w, ANNA);
    CHECK(hops(&w, ANNA) == 0 && hops(&w, BELA) == KITH_HOPS_NONE);
    contact(&w, CARL, DORA, ",\"following\":true");
    contact(&w, BELA, CARL, ",\"following\":true");
    CHECK(hops(&w, CARL) == KITH_HOPS_NONE);
    contact(&w, ANNA, BELA, ",\"following\":true");
    CHECK(hops(&w, BELA) == 1 && hops(&w, CARL) == 2 && hops(&w, DORA) == KITH_HOPS_NONE);
    contact(&w, BELA, DORA, ",\"following\":true"); /* the walk goes on from there */
    CHECK(hops(&w, DORA) == 2);
    contact(&w, BELA, ANNA, ",\"following\":true");
    CHECK(kith_graph_is_friend(w.social, &people[ANNA].pub, &people[BELA].pub));
    contact(&w, EVA, ANNA, ",\"following\":true");
    CHECK(kith_graph_list(w.social, &people[ANNA].pub, KITH_LIST_REQUESTS, 0, list, 8) == 1 && kith_pubkey_eq(&list[0], &people[EVA].pub));
    CHECK(kith_graph_list(w.social, &people[ANNA].pub, KITH_LIST_FRIENDS, 0, list, 8) == 1 && kith_pubkey_eq(&list[0], &people[BELA].pub));
    CHECK(kith_graph_count(w.social, &people[ANNA].pub, KITH_LIST_FOLLOWERS) == 2);
    CHECK(kith_graph_list(w.social, &people[ANNA].pub, KITH_LIST_FOLLOWERS, 1, list, 8) == 1);
    while (kith_graph_next_wanted(w.social, &cursor, &id, NULL))
        wanted++;
    CHECK(wanted == 4);
    generation = kith_graph_generation(w.social);
    contact(&w, BELA, DORA, ",\"following\":true");
    CHECK(kith_graph_generation(w.social) == generation); /* nothing new was said */
    contact(&w, ANNA, CARL, ",\"blocking\":true");
    CHECK(kith_graph_generation(w.social) > generation);
    CHECK(hops(&w, CARL) == KITH_HOPS_NONE && kith_graph_is_blocking(w.social, &people[ANNA].pub, &people[CARL].pub));
    contact(&w, ANNA, BELA, ",\"blocking\":true"); /* nobody is reached through someone blocked */
    CHECK(hops(&w, DORA) == KITH_HOPS_NONE);
    contact(&w, ANNA, BELA, ",\"following\":true");
    CHECK(hops(&w, BELA) == 1 && hops(&w, DORA) == 2);
    contact(&w, BELA, DORA, ",\"following\":false");
    CHECK(hops(&w, DORA) == KITH_HOPS_NONE);
    CHECK(kith_graph_count(w.social, &people[CARL].pub, KITH_LIST_BLOCKED_BY) == 1);
    world_free(&w);
    said_wipe();
}

/* A contact message can be private; and it counts once its key has come. */
static void test_private(void) {
    struct world w;
    world_new(&w, ANNA);
    w.has_key = false;
    whisper(ANNA, ANNA, ANNA, "{\"type\":\"contact\",\"contact\":\"%s\",\"blocking\":true}", person(BELA));
    world_hear(&w);
    CHECK(!kith_social_is_hidden(w.social, &people[BELA].pub));
    w.has_key = true;
    CHECK(kith_store_reapply(w.store, 0) == KITH_OK);
    CHECK(kith_social_is_hidden(w.social, &people[BELA].pub));
    world_free(&w);
    said_wipe();
}

/* The graph that ssb-fixtures says its log makes: true follows, false blocks, null took it back. */
static void test_fixtures(void) {
    size_t len, graph_len, lines = 0, edges = 0, wrong = 0;
    char *log = check_read_file("ssb-fixtures/log.jsonl", &len);
    char *graph = check_read_file("ssb-fixtures/follow-graph.json", &graph_len);
    struct world w;
    struct kith_json doc = {0};
    struct kith_buf value = {0};
    world_new(&w, ANNA);
    for (char *line = log, *end; (end = strchr(line, '\n')); line = end + 1) {
        struct kith_record r = {.format = KITH_FORMAT_CLASSIC, .kind = KITH_RECORD_CHAINED, .received_ms = START_MS * 2};
        uint64_t number;
        CHECK(kith_json_parse(&doc, kith_bytes(line, (size_t)(end - line)), 10000) == KITH_OK);
        value.len = 0;
        kith_json_put_compact(&value, &doc, kith_json_get(&doc, 0, "value"));
        CHECK(kith_msgid_parse(kith_json_str(&doc, kith_json_get(&doc, 0, "key")), &r.id) == KITH_OK);
        r.value = kith_buf_bytes(&value);
        CHECK(kith_store_append(w.store, &r, 1, &number) == KITH_OK);
        lines++;
    }
    CHECK(lines == 1000);
    CHECK(kith_json_parse(&doc, kith_bytes(graph, graph_len), 10000) == KITH_OK);
    for (uint32_t a = kith_json_first(&doc, 0); a != KITH_JSON_NONE; a = doc.nodes[a].next) {
        for (uint32_t b = kith_json_first(&doc, a); b != KITH_JSON_NONE; b = doc.nodes[b].next, edges++) {
            struct kith_pubkey from, to;
            enum kith_edge edge, said_edge = doc.nodes[b].type == KITH_JSON_TRUE    ? KITH_EDGE_FOLLOW
                                             : doc.nodes[b].type == KITH_JSON_FALSE ? KITH_EDGE_BLOCK
                                                                                    : KITH_EDGE_UNFOLLOW;
            if (kith_feed_id_parse(doc.nodes[a].key, &from) || kith_feed_id_parse(doc.nodes[b].key, &to)) {
                wrong++;
                continue;
            }
            edge = kith_graph_edge(w.social, &from, &to);
            wrong += edge != said_edge;
            if (edge != said_edge)
                fprintf(stderr, "%.*s -> %.*s: %d, not %d\n", 10, (const char *)doc.nodes[a].key.p, 10, (const char *)doc.nodes[b].key.p, (int)edge, (int)said_edge);
        }
    }
    CHECK(edges > 20 && wrong == 0);
    kith_json_wipe(&doc);
    kith_buf_wipe(&value);
    free(log);
    free(graph);
    world_free(&w);
}

int main(void) {
    people_init();
    test_edges();
    test_hops();
    test_private();
    test_fixtures();
    return check_done();
}
