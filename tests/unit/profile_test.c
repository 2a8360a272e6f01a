/* SPDX-License-Identifier: MIT */
#include "social_world.h"

static const char *field(struct world *w, unsigned who, enum kith_profile_field f, bool mine) {
    static char text[256];
    struct kith_buf out = {0};
    bool is_there = mine ? kith_profile_get(w->social, &people[who].pub, f, &out)
                         : kith_profile_get_public(w->social, &people[who].pub, f, &out);
    snprintf(text, sizeof text, "%.*s", is_there ? (int)out.len : 1, is_there ? (const char *)out.p : "-");
    kith_buf_wipe(&out);
    return text;
}

static const char *name(struct world *w, unsigned who) {
    return field(w, who, KITH_PROFILE_NAME, true);
}

static void about(struct world *w, unsigned author, unsigned target, const char *rest) {
    say(author, "{\"type\":\"about\",\"about\":\"%s\",%s}", person(target), rest);
    world_hear(w);
}

static void test_order_of_belief(void) {
    struct world w;
    world_new(&w, ANNA);
    CHECK(strcmp(name(&w, BELA), "-") == 0);
    about(&w, CARL, BELA, "\"name\":\"Stranger's word\"");
    CHECK(strcmp(name(&w, BELA), "Stranger's word") == 0);
    say(ANNA, "{\"type\":\"contact\",\"contact\":\"%s\",\"following\":true}", person(DORA));
    about(&w, DORA, BELA, "\"name\":\"Friend's word\"");
    CHECK(strcmp(name(&w, BELA), "Friend's word") == 0);
    about(&w, BELA, BELA, "\"name\":\"B\\u00e9la \\\"the Great\\\"\",\"description\":\"I am\"");
    CHECK(strcmp(name(&w, BELA), "Béla \"the Great\"") == 0);
    about(&w, ANNA, BELA, "\"name\":\"My Bela\"");
    CHECK(strcmp(name(&w, BELA), "My Bela") == 0);
    CHECK(strcmp(field(&w, BELA, KITH_PROFILE_NAME, false), "Béla \"the Great\"") == 0);
    CHECK(strcmp(field(&w, BELA, KITH_PROFILE_DESCRIPTION, true), "I am") == 0);
    about(&w, ANNA, BELA, "\"name\":null"); /* takes the petname back */
    CHECK(strcmp(name(&w, BELA), "Béla \"the Great\"") == 0);
    about(&w, BELA, BELA, "\"name\":\"Bela\"");
    CHECK(strcmp(name(&w, BELA), "Bela") == 0);
    about(&w, BELA, BELA, "\"name\":7,\"description\":{\"x\":1}"); /* says nothing */
    CHECK(strcmp(name(&w, BELA), "Bela") == 0);
    CHECK(strcmp(field(&w, BELA, KITH_PROFILE_DESCRIPTION, true), "I am") == 0);
    world_free(&w);
    said_wipe();
}

static void test_image(void) {
    static const char blob[] = "&bGFib3Jpc2FuaW1jdWxwYWRvbG9yZWVhZWl1c21vZGM=.sha256";
    char json[256];
    struct world w;
    world_new(&w, ANNA);
    snprintf(json, sizeof json, "\"image\":\"%s\"", blob);
    about(&w, BELA, BELA, json);
    CHECK(strcmp(field(&w, BELA, KITH_PROFILE_IMAGE, true), blob) == 0);
    snprintf(json, sizeof json, "\"image\":{\"link\":\"%s\",\"size\":5}", blob);
    about(&w, CARL, CARL, json);
    CHECK(strcmp(field(&w, CARL, KITH_PROFILE_IMAGE, true), blob) == 0);
    about(&w, DORA, DORA, "\"image\":\"javascript:alert(1)\"");
    CHECK(strcmp(field(&w, DORA, KITH_PROFILE_IMAGE, true), "-") == 0);
    world_free(&w);
    said_wipe();
}

static void test_find(void) {
    struct world w;
    struct kith_pubkey found[4];
    world_new(&w, ANNA);
    about(&w, BELA, BELA, "\"name\":\"Max\"");
    about(&w, CARL, CARL, "\"name\":\"max\"");
    say(ANNA, "{\"type\":\"contact\",\"contact\":\"%s\",\"following\":true}", person(CARL));
    world_hear(&w);
    CHECK(kith_profile_find(w.social, KITH_LIT("@MAX"), found, 4) == 2);
    CHECK(kith_pubkey_eq(&found[0], &people[CARL].pub)); /* the nearer one */
    about(&w, BELA, BELA, "\"name\":\"Moritz\"");
    CHECK(kith_profile_find(w.social, KITH_LIT("max"), found, 4) == 1);
    CHECK(kith_profile_find(w.social, KITH_LIT("moritz"), found, 4) == 1);
    CHECK(kith_profile_find(w.social, KITH_LIT("nobody"), found, 4) == 0);
    world_free(&w);
    said_wipe();
}

static void test_long_name(void) {
    char json[512];
    struct world w;
    size_t len = 9;
    world_new(&w, ANNA);
    memcpy(json, "\"name\":\"x", len);
    for (int i = 0; i < 100; i++, len += 2)
        memcpy(json + len, "é", 2);
    memcpy(json + len, "\"", 2);
    about(&w, BELA, BELA, json);
    CHECK(strlen(name(&w, BELA)) == KITH_NAME_MAX - 1); /* cut between characters */
    world_free(&w);
    said_wipe();
}

int main(void) {
    people_init();
    test_order_of_belief();
    test_image();
    test_find();
    test_long_name();
    return check_done();
}
