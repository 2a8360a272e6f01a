/* SPDX-License-Identifier: MIT */
#include "social_world.h"

static struct kith_found found[64];
static enum kith_notice_kind kinds[64];

static void test_links(void) {
    static const char blob[] = "&bGFib3Jpc2FuaW1jdWxwYWRvbG9yZWVhZWl1c21vZGM=.sha256";
    struct world w;
    struct kith_page page = {0};
    struct kith_blobid blob_id;
    world_new(&w, ANNA);
    CHECK(kith_blobid_parse(kith_bytes_str(blob), &blob_id) == KITH_OK);
    say(BELA, "{\"type\":\"post\",\"text\":\"\"}"); /* 0 */
    say(BELA, "{\"type\":\"post\",\"text\":\"\",\"mentions\":[{\"link\":\"%s\",\"name\":\"c\"},{\"link\":\"%s\"},\"%s\",{\"link\":\"#Ada\"},7,null,{\"link\":3}]}",
        person(CARL), message(0), blob); /* 1 */
    say(BELA, "{\"type\":\"post\",\"text\":\"\",\"mentions\":[{\"link\":\"%s?unbox=abc.boxs\"}],\"channel\":\"ada\"}", blob); /* 2 */
    say(BELA, "{\"type\":\"post\",\"text\":\"\",\"mentions\":{\"0\":{\"link\":\"%s\"}},\"channel\":[1]}", person(CARL)); /* 3: odd */
    say(BELA, "{\"type\":\"post\",\"text\":\"\",\"root\":\"%s\",\"fork\":\"%s\"}", message(1), message(0)); /* 4 */
    world_hear(&w);
    CHECK_LIST(&w, found, kith_mention_feed(w.social, &people[CARL].pub, &page, found, 64), "1");
    page = (struct kith_page){0};
    CHECK_LIST(&w, found, kith_mention_message(w.social, &said[0].id, &page, found, 64), "4 1");
    page = (struct kith_page){0};
    CHECK_LIST(&w, found, kith_mention_blob(w.social, &blob_id, &page, found, 64), "2 1");
    page = (struct kith_page){0};
    CHECK_LIST(&w, found, kith_mention_tag(w.social, KITH_LIT("#ADA"), &page, found, 64), "2 1");
    page = (struct kith_page){0};
    CHECK_LIST(&w, found, kith_mention_tag(w.social, KITH_LIT("ad"), &page, found, 64), "");
    world_free(&w);
    said_wipe();
}

static void say_notices(void) {
    say(ANNA, "{\"type\":\"post\",\"text\":\"mine\"}");                                                      /* 0 */
    say(BELA, "{\"type\":\"post\",\"text\":\"re\",\"root\":\"%s\"}", message(0));                            /* 1 reply */
    say(CARL, "{\"type\":\"vote\",\"vote\":{\"link\":\"%s\",\"value\":1}}", message(0));                     /* 2 vote */
    say(CARL, "{\"type\":\"vote\",\"vote\":{\"link\":\"%s\",\"value\":0}}", message(0));                     /* 3 taken back: none */
    say(CARL, "{\"type\":\"post\",\"text\":\"\",\"wall\":\"%s\"}", person(ANNA));                            /* 4 wall */
    say(DORA, "{\"type\":\"contact\",\"contact\":\"%s\",\"following\":true}", person(ANNA));                 /* 5 contact */
    say(DORA, "{\"type\":\"share\",\"share\":{\"link\":\"%s\"}}", message(0));                               /* 6 share */
    say(BELA, "{\"type\":\"post\",\"text\":\"\",\"root\":\"%s\",\"mentions\":[{\"link\":\"%s\"}]}", message(0), person(ANNA)); /* 7 mention */
    whisper(BELA, ANNA, ANNA, "{\"type\":\"post\",\"text\":\"\",\"recps\":[\"%s\"]}", person(ANNA));         /* 8 private */
    say(ANNA, "{\"type\":\"post\",\"text\":\"\",\"root\":\"%s\"}", message(1));                              /* 9 mine again */
    say(EVA, "{\"type\":\"post\",\"text\":\"\",\"root\":\"%s\",\"branch\":\"%s\"}", message(1), message(9)); /* 10 reply in another's thread */
    say(EVA, "{\"type\":\"vote\",\"vote\":{\"link\":\"%s\",\"value\":1}}", message(1));                      /* 11 not mine */
}

static void check_notices(struct world *w) {
    static const enum kith_notice_kind expected[] = {KITH_NOTICE_REPLY,   KITH_NOTICE_PRIVATE, KITH_NOTICE_MENTION, KITH_NOTICE_SHARE,
                                                     KITH_NOTICE_CONTACT, KITH_NOTICE_WALL,    KITH_NOTICE_VOTE,    KITH_NOTICE_REPLY};
    struct kith_page page = {0};
    size_t n = kith_mention_notices(w->social, &page, found, kinds, 64);
    CHECK_LIST(w, found, n, "10 8 7 6 5 4 2 1");
    for (size_t i = 0; i < n && i < 8; i++)
        CHECK(kinds[i] == expected[i]);
}

/* Also when my own feed comes back after the answers to it. */
static void test_notices(void) {
    struct world w;
    say_notices();
    world_new(&w, ANNA);
    world_hear(&w);
    check_notices(&w);
    world_free(&w);
    for (unsigned seed = 0; seed < 20; seed++) {
        world_new(&w, ANNA);
        world_hear_shuffled(&w, seed);
        check_notices(&w);
        check_notices(&w);
        world_free(&w);
    }
    said_wipe();
}

int main(void) {
    people_init();
    test_links();
    test_notices();
    return check_done();
}
