/* SPDX-License-Identifier: MIT */
#include "social/affects.h"

#include "social_world.h"

/* What record rec changes, read as the node reads it. */
static struct kith_affected affected(struct world *w, uint32_t rec) {
    struct kith_affected out;
    struct kith_entry entry;
    struct kith_record record;
    struct kith_json doc = {0}, plain = {0};
    struct kith_buf scratch = {0};
    CHECK(kith_store_entry(w->store, rec, &entry, &record, &doc, &plain, &scratch) == KITH_OK);
    kith_affects(w->social, &entry, &out);
    kith_json_wipe(&doc);
    kith_json_wipe(&plain);
    kith_buf_wipe(&scratch);
    return out;
}

static bool names(const struct kith_affected *a, size_t i, size_t at) {
    struct kith_msgid id;
    return i < a->message_count && !kith_msgid_parse(kith_bytes_str(message(at)), &id) && kith_msgid_eq(&a->messages[i], &id);
}

static void test_messages(void) {
    struct world w;
    struct kith_affected a;
    world_new(&w, ANNA);
    say(BELA, "{\"type\":\"post\",\"text\":\"root\"}");                                               /* 0 */
    say(ANNA, "{\"type\":\"post\",\"text\":\"mine\",\"root\":\"%s\",\"branch\":\"%s\"}", message(0), message(0)); /* 1 */
    say(BELA, "{\"type\":\"post\",\"text\":\"re\",\"root\":\"%s\",\"branch\":[\"%s\",7,\"%s\"]}", message(0), message(1), message(1)); /* 2 */
    say(BELA, "{\"type\":\"vote\",\"vote\":{\"link\":\"%s\",\"value\":1}}", message(1));                /* 3 */
    say(BELA, "{\"type\":\"share\",\"share\":{\"link\":\"%s\"}}", message(1));                          /* 4 */
    say(BELA, "{\"type\":\"edit\",\"target\":\"%s\",\"text\":\"x\"}", message(0));                      /* 5 */
    say(DORA, "{\"type\":\"post\",\"text\":\"hi\",\"wall\":\"%s\"}", person(BELA));                     /* 6: waits */
    say(BELA, "{\"type\":\"wall/accept\",\"post\":\"%s\"}", message(6));                               /* 7 */
    say(BELA, "{\"type\":\"vote\",\"vote\":[1]}");                                                    /* 8 */
    world_hear(&w);
    a = affected(&w, 0);
    CHECK(a.is_post && !a.is_notice && !a.message_count && !a.people_count);
    a = affected(&w, 1);
    CHECK(!a.is_post && a.message_count == 1 && names(&a, 0, 0));
    a = affected(&w, 2);
    CHECK(a.is_notice && a.message_count == 2 && names(&a, 0, 0) && names(&a, 1, 1));
    a = affected(&w, 3);
    CHECK(a.is_notice && a.message_count == 1 && names(&a, 0, 1));
    a = affected(&w, 4);
    CHECK(a.is_post && a.message_count == 1 && names(&a, 0, 1));
    a = affected(&w, 5);
    CHECK(!a.is_post && a.message_count == 1 && names(&a, 0, 0));
    a = affected(&w, 7);
    CHECK(a.is_post && a.is_verdict && a.message_count == 1 && names(&a, 0, 6));
    a = affected(&w, 8);
    CHECK(!a.message_count && !a.people_count);
    world_free(&w);
    said_wipe();
}

static void test_people(void) {
    struct world w;
    struct kith_affected a;
    char json[256];
    uint32_t mute;
    world_new(&w, ANNA);
    say(BELA, "{\"type\":\"contact\",\"contact\":\"%s\",\"following\":true}", person(ANNA)); /* 0 */
    say(BELA, "{\"type\":\"about\",\"about\":\"%s\",\"name\":\"C\"}", person(CARL));         /* 1 */
    whisper(BELA, ANNA, ANNA, "{\"type\":\"post\",\"text\":\"psst\",\"recps\":[\"%s\"]}", person(ANNA)); /* 2 */
    world_hear(&w);
    a = affected(&w, 0);
    CHECK(a.people_count == 2 && kith_pubkey_eq(&a.people[0], &people[BELA].pub) && kith_pubkey_eq(&a.people[1], &people[ANNA].pub));
    CHECK(a.is_notice);
    a = affected(&w, 1);
    CHECK(a.people_count == 1 && kith_pubkey_eq(&a.people[0], &people[CARL].pub));
    a = affected(&w, 2);
    CHECK(a.is_private && a.is_notice && !a.is_post);
    snprintf(json, sizeof json, "{\"type\":\"local/mute\",\"key\":\"%s\",\"person\":\"%s\"}", person(BELA), person(BELA));
    mute = world_local(&w, json);
    a = affected(&w, mute);
    CHECK(a.people_count == 1 && kith_pubkey_eq(&a.people[0], &people[BELA].pub));
    a = affected(&w, 2); /* who is hidden affects nothing */
    CHECK(!a.is_private && !a.is_notice && !a.people_count);
    world_free(&w);
    said_wipe();
}

int main(void) {
    people_init();
    test_messages();
    test_people();
    return check_done();
}
