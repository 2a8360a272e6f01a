/* SPDX-License-Identifier: MIT */
#include "social_world.h"

static void vote(struct world *w, unsigned who, const char *rest) {
    say(who, "{\"type\":\"vote\",\"vote\":{\"link\":\"%s\"%s}}", message(0), rest);
    world_hear(w);
}

static void test_latest_counts(void) {
    static const struct {
        unsigned who;
        const char *rest;
        uint32_t up, down;
        int mine;
    } rows[] = {
        {BELA, ",\"value\":1,\"expression\":\"Like\"", 1, 0, 0},
        {CARL, ",\"value\":1,\"expression\":\"❤\"", 2, 0, 0},
        {BELA, ",\"value\":1,\"expression\":\"❤\"", 2, 0, 0},
        {ANNA, ",\"value\":1", 3, 0, 1},
        {CARL, ",\"value\":0,\"expression\":\"Unlike\"", 2, 0, 1},
        {DORA, ",\"value\":-7.5", 2, 1, 1},
        {DORA, ",\"value\":true", 3, 0, 1},
        {DORA, ",\"value\":\"1\"", 2, 0, 1}, /* odd: counts as taken back */
        {ANNA, ",\"value\":-1", 1, 1, -1},
    };
    struct world w;
    struct kith_vote list[8];
    struct kith_reaction reactions[4];
    world_new(&w, ANNA);
    say(BELA, "{\"type\":\"post\",\"text\":\"vote for me\"}");
    say(BELA, "{\"type\":\"vote\",\"vote\":7}");
    say(BELA, "{\"type\":\"vote\",\"vote\":{\"link\":\"%%x\",\"value\":1}}");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct kith_votes v;
        vote(&w, rows[i].who, rows[i].rest);
        v = kith_vote_count(w.social, &said[0].id);
        CHECK_ROW(v.up == rows[i].up && v.down == rows[i].down && v.mine == rows[i].mine, rows[i].rest);
    }
    vote(&w, EVA, ",\"value\":1,\"expression\":\"❤\"");
    vote(&w, FINN, ",\"value\":1,\"expression\":\"0123456789012345678901234567890123456789\""); /* too long: a plain one */
    CHECK(kith_vote_list(w.social, &said[0].id, list, 8) == 4); /* Finn, Eva, Anna, Bela */
    CHECK(kith_pubkey_eq(&list[0].voter, &people[FINN].pub) && list[0].value == 1 && list[0].expression.len == 0);
    CHECK(kith_pubkey_eq(&list[1].voter, &people[EVA].pub) && kith_bytes_is(list[1].expression, "❤"));
    CHECK(kith_pubkey_eq(&list[2].voter, &people[ANNA].pub) && list[2].value == -1);
    CHECK(kith_vote_reactions(w.social, &said[0].id, reactions, 4) == 2);
    CHECK(kith_bytes_is(reactions[0].expression, "❤") && reactions[0].count == 2 && !reactions[0].mine);
    CHECK(reactions[1].expression.len == 0 && reactions[1].count == 1);
    say(ANNA, "{\"type\":\"contact\",\"contact\":\"%s\",\"blocking\":true}", person(EVA));
    world_hear(&w);
    CHECK(kith_vote_count(w.social, &said[0].id).up == 2);
    CHECK(kith_vote_count(w.social, &said[1].id).up == 0);
    world_free(&w);
    said_wipe();
}

int main(void) {
    people_init();
    test_latest_counts();
    return check_done();
}
