/* SPDX-License-Identifier: MIT */
#include "social_world.h"

static struct kith_found found[64];

static size_t wall(struct world *w, unsigned owner, unsigned show) {
    struct kith_page page = {.show = show};
    return kith_wall_list(w->social, &people[owner].pub, &page, found, 64);
}

static size_t home(struct world *w, unsigned hops) {
    struct kith_page page = {0};
    return kith_wall_home(w->social, hops, &page, found, 64);
}

/* A friend's post appears, a stranger's waits for wall/accept, and the owner can take any down. */
static void test_guests(void) {
    struct world w;
    enum kith_wall_state state;
    struct kith_pubkey owner;
    world_new(&w, ANNA);
    say(BELA, "{\"type\":\"contact\",\"contact\":\"%s\",\"following\":true}", person(CARL)); /* 0 */
    say(BELA, "{\"type\":\"post\",\"text\":\"own\"}");                                      /* 1 */
    say(BELA, "{\"type\":\"post\",\"text\":\"own\",\"wall\":\"%s\"}", person(BELA));         /* 2 */
    say(CARL, "{\"type\":\"post\",\"text\":\"hi\",\"wall\":\"%s\"}", person(BELA));          /* 3: friend */
    say(DORA, "{\"type\":\"post\",\"text\":\"buy\",\"wall\":\"%s\"}", person(BELA));         /* 4: stranger */
    say(CARL, "{\"type\":\"post\",\"text\":\"re\",\"root\":\"%s\",\"branch\":\"%s\"}", message(1), message(1)); /* 5 */
    say(CARL, "{\"type\":\"post\",\"text\":\"odd\",\"wall\":[1],\"root\":null}");            /* 6: on one's own */
    world_hear(&w);
    CHECK_LIST(&w, found, wall(&w, BELA, 0), "3 2 1");
    CHECK_LIST(&w, found, wall(&w, BELA, KITH_SHOW_WAITING), "4 3 2 1");
    CHECK_LIST(&w, found, wall(&w, CARL, 0), "6");
    CHECK_LIST(&w, found, wall(&w, DORA, KITH_SHOW_ALL), "");
    say(DORA, "{\"type\":\"wall/accept\",\"post\":\"%s\"}", message(4)); /* 7: not hers to accept */
    world_hear(&w);
    CHECK_LIST(&w, found, wall(&w, BELA, 0), "3 2 1");
    CHECK(kith_wall_state(w.social, 4, &state, &owner) && state == KITH_WALL_WAITING && kith_pubkey_eq(&owner, &people[BELA].pub));
    say(BELA, "{\"type\":\"wall/accept\",\"post\":\"%s\"}", message(4)); /* 8 */
    world_hear(&w);
    CHECK_LIST(&w, found, wall(&w, BELA, 0), "4 3 2 1");
    CHECK(kith_wall_state(w.social, 4, &state, &owner) && state == KITH_WALL_ACCEPTED);
    say(BELA, "{\"type\":\"wall/remove\",\"post\":\"%s\"}", message(4)); /* 9 */
    say(BELA, "{\"type\":\"wall/remove\",\"post\":\"%s\"}", message(3)); /* 10 */
    world_hear(&w);
    CHECK_LIST(&w, found, wall(&w, BELA, 0), "2 1");
    CHECK_LIST(&w, found, wall(&w, BELA, KITH_SHOW_REMOVED), "4 3 2 1");
    CHECK(!kith_wall_state(w.social, 5, &state, &owner)); /* a reply is on no wall */
    world_free(&w);
    said_wipe();
}

/* The first record to bring a guest's post onto a wall is the post or, for a stranger's, the owner's word. */
static void test_brings(void) {
    struct world w;
    enum kith_wall_state state;
    struct kith_pubkey owner;
    struct kith_msgid post;
    uint32_t brought;
    world_new(&w, ANNA);
    say(BELA, "{\"type\":\"wall/accept\",\"post\":\"%s\"}", message(9)); /* 0: of what is not here */
    say(DORA, "{\"type\":\"post\",\"text\":\"buy\",\"wall\":\"%s\"}", person(BELA)); /* 1 */
    say(CARL, "{\"type\":\"wall/accept\",\"post\":\"%s\"}", message(1)); /* 2: not his */
    say(BELA, "{\"type\":\"wall/accept\",\"post\":\"%s\"}", message(1)); /* 3 */
    say(BELA, "{\"type\":\"post\",\"text\":\"own\"}");                    /* 4 */
    say(BELA, "{\"type\":\"wall/accept\"}");                                /* 5 */
    world_hear(&w);
    CHECK(kith_msgid_parse(kith_bytes_str(message(1)), &post) == KITH_OK);
    CHECK(!kith_wall_brings(w.social, 0, &brought, &state, &owner));
    CHECK(kith_wall_brings(w.social, 1, &brought, &state, &owner) && brought == 1 && state == KITH_WALL_ACCEPTED);
    CHECK(!kith_wall_brings(w.social, 2, &brought, &state, &owner));
    CHECK(kith_wall_brings(w.social, 3, &brought, &state, &owner) && brought == 1);
    CHECK(kith_pubkey_eq(&owner, &people[BELA].pub));
    CHECK(!kith_wall_brings(w.social, 4, &brought, &state, &owner));
    CHECK(!kith_wall_brings(w.social, 5, &brought, &state, &owner));
    CHECK(!kith_wall_brings(w.social, 6, &brought, &state, &owner)); /* no such record */
    CHECK(kith_wall_word(w.social, &people[BELA].pub, &post) == KITH_WALL_SAID_ACCEPT);
    CHECK(kith_wall_word(w.social, &people[CARL].pub, &post) == KITH_WALL_SAID_ACCEPT); /* of his own wall */
    CHECK(kith_wall_word(w.social, &people[DORA].pub, &post) == KITH_WALL_SAID_NOTHING);
    say(BELA, "{\"type\":\"wall/remove\",\"post\":\"%s\"}", message(1)); /* 6 */
    world_hear(&w);
    CHECK(kith_wall_word(w.social, &people[BELA].pub, &post) == KITH_WALL_SAID_REMOVE);
    CHECK(kith_wall_brings(w.social, 3, &brought, &state, &owner) && state == KITH_WALL_REMOVED);
    world_free(&w);
    said_wipe();
}

/* At home nothing stands that its wall's owner took down; what waits only I see, and only my own. */
static void test_home_walls(void) {
    struct world w;
    world_new(&w, ANNA);
    say(ANNA, "{\"type\":\"contact\",\"contact\":\"%s\",\"following\":true}", person(BELA)); /* 0 */
    say(ANNA, "{\"type\":\"contact\",\"contact\":\"%s\",\"following\":true}", person(DORA)); /* 1 */
    say(ANNA, "{\"type\":\"post\",\"text\":\"mine\",\"wall\":\"%s\"}", person(BELA));       /* 2: waits */
    say(DORA, "{\"type\":\"post\",\"text\":\"hers\",\"wall\":\"%s\"}", person(BELA));       /* 3: waits */
    world_hear(&w);
    CHECK_LIST(&w, found, home(&w, 2), "2");
    say(BELA, "{\"type\":\"wall/accept\",\"post\":\"%s\"}", message(3)); /* 4 */
    world_hear(&w);
    CHECK_LIST(&w, found, home(&w, 2), "3 2");
    say(BELA, "{\"type\":\"wall/remove\",\"post\":\"%s\"}", message(2)); /* 5 */
    say(BELA, "{\"type\":\"wall/remove\",\"post\":\"%s\"}", message(3)); /* 6 */
    world_hear(&w);
    CHECK_LIST(&w, found, home(&w, 2), "");
    world_free(&w);
    said_wipe();
}

static void test_home(void) {
    struct world w;
    uint32_t mute;
    world_new(&w, ANNA);
    say(ANNA, "{\"type\":\"contact\",\"contact\":\"%s\",\"following\":true}", person(BELA)); /* 0 */
    say(BELA, "{\"type\":\"contact\",\"contact\":\"%s\",\"following\":true}", person(CARL)); /* 1 */
    say(BELA, "{\"type\":\"post\",\"text\":\"1 hop\"}");                                    /* 2 */
    say(CARL, "{\"type\":\"post\",\"text\":\"2 hops\"}");                                   /* 3 */
    say(DORA, "{\"type\":\"post\",\"text\":\"far\"}");                                      /* 4 */
    say(BELA, "{\"type\":\"share\",\"share\":{\"link\":\"%s\"},\"text\":\"look\"}", message(3)); /* 5 */
    say(ANNA, "{\"type\":\"post\",\"text\":\"mine\"}");                                     /* 6 */
    whisper(BELA, ANNA, ANNA, "{\"type\":\"post\",\"text\":\"secret\",\"recps\":[\"%s\"]}", person(ANNA)); /* 7 */
    world_hear(&w);
    CHECK_LIST(&w, found, home(&w, 2), "6 5 3 2");
    CHECK_LIST(&w, found, home(&w, 1), "6 5 2");
    CHECK_LIST(&w, found, home(&w, 0), "6");
    CHECK_LIST(&w, found, home(&w, KITH_HOPS_NONE), "6 5 4 3 2");
    {
        char json[128];
        snprintf(json, sizeof json, "{\"type\":\"local/mute\",\"person\":\"%s\"}", person(BELA));
        mute = world_local(&w, json);
    }
    CHECK(kith_social_is_muted(w.social, &people[BELA].pub));
    CHECK_LIST(&w, found, home(&w, 2), "6 3"); /* muted people still lead to others */
    kith_social_forget(w.social, mute);
    CHECK_LIST(&w, found, home(&w, 2), "6 5 3 2");
    CHECK(kith_store_forget(w.store, 3) == KITH_OK);
    kith_social_forget(w.social, 3);
    CHECK_LIST(&w, found, home(&w, 2), "6 5 2");
    world_free(&w);
    said_wipe();
}

static void test_pages(void) {
    struct world w;
    struct kith_page page = {0};
    char expected[256];
    world_new(&w, ANNA);
    for (int i = 0; i < 25; i++)
        say(ANNA, "{\"type\":\"post\",\"text\":\"%d\"}", i);
    world_hear(&w);
    for (int i = 0; i < 3; i++) {
        size_t n = kith_wall_list(w.social, &people[ANNA].pub, &page, found, 10), len = 0;
        for (int k = 24 - 10 * i; k > 14 - 10 * i && k >= 0; k--)
            len += (size_t)snprintf(expected + len, sizeof expected - len, len ? " %d" : "%d", k);
        CHECK_LIST(&w, found, n, expected);
        CHECK(page.more == (i < 2));
    }
    page = (struct kith_page){.before_time = START_MS + 3000};
    CHECK_LIST(&w, found, kith_wall_list(w.social, &people[ANNA].pub, &page, found, 64), "2 1 0");
    page = (struct kith_page){.since_rec = 23};
    CHECK_LIST(&w, found, kith_wall_list(w.social, &people[ANNA].pub, &page, found, 64), "24 23");
    page = (struct kith_page){0};
    CHECK(kith_wall_list(w.social, &people[ANNA].pub, &page, found, 0) == 0 && page.more);
    world_free(&w);
    said_wipe();
}

/* A guest's post that the host had to fetch alone comes later in its feed: it is there once. */
static void test_loose(void) {
    struct world w;
    struct kith_page page = {0};
    world_new(&w, ANNA);
    say(BELA, "{\"type\":\"post\",\"text\":\"first\"}");
    say(BELA, "{\"type\":\"post\",\"text\":\"on your wall\",\"wall\":\"%s\"}", person(ANNA));
    world_store(&w, 1, KITH_RECORD_LOOSE);
    CHECK_LIST(&w, found, wall(&w, ANNA, KITH_SHOW_ALL), "1");
    world_store(&w, 0, KITH_RECORD_CHAINED);
    world_store(&w, 1, KITH_RECORD_CHAINED);
    CHECK_LIST(&w, found, wall(&w, ANNA, KITH_SHOW_ALL), "1");
    CHECK_LIST(&w, found, kith_bytype_list(w.social, KITH_LIT("post"), &page, found, 64), "1 0");
    world_free(&w);
    said_wipe();
}

int main(void) {
    people_init();
    test_guests();
    test_brings();
    test_home_walls();
    test_home();
    test_pages();
    test_loose();
    return check_done();
}
