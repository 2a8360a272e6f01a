/* SPDX-License-Identifier: MIT */
#include "social_world.h"

static struct kith_found found[64];

static size_t thread(struct world *w, size_t root, unsigned show) {
    struct kith_page page = {.show = show};
    return kith_thread_list(w->social, &said[root].id, &page, found, 64);
}

static void test_replies(void) {
    struct world w;
    struct kith_msgid root;
    world_new(&w, ANNA);
    say(BELA, "{\"type\":\"post\",\"text\":\"root\"}");                                                          /* 0 */
    say(CARL, "{\"type\":\"post\",\"text\":\"a\",\"root\":\"%s\",\"branch\":\"%s\"}", message(0), message(0));     /* 1 */
    say(DORA, "{\"type\":\"post\",\"text\":\"b\",\"root\":\"%s\",\"branch\":[\"%s\",\"%s\"]}", message(0), message(0), message(1)); /* 2 */
    say(EVA, "{\"type\":\"post\",\"text\":\"only branch\",\"branch\":[7,\"%s\"]}", message(0));                   /* 3 */
    say(EVA, "{\"type\":\"post\",\"text\":\"fork\",\"root\":\"%s\",\"branch\":\"%s\",\"fork\":\"%s\"}", message(1), message(1), message(0)); /* 4 */
    say(EVA, "{\"type\":\"vote\",\"root\":\"%s\",\"vote\":{\"link\":\"%s\",\"value\":1}}", message(0), message(0)); /* 5 */
    say(EVA, "{\"type\":\"post\",\"text\":\"odd\",\"root\":{\"x\":1},\"branch\":5}");                             /* 6 */
    whisper(BELA, ANNA, ANNA, "{\"type\":\"post\",\"text\":\"psst\",\"root\":\"%s\"}", message(0));               /* 7 */
    world_hear(&w);
    CHECK_LIST(&w, found, thread(&w, 0, 0), "3 2 1");
    CHECK_LIST(&w, found, thread(&w, 0, KITH_SHOW_PRIVATE), "7 3 2 1");
    CHECK_LIST(&w, found, thread(&w, 1, 0), "4");
    CHECK_LIST(&w, found, thread(&w, 6, 0), "");
    CHECK(kith_thread_count(w.social, &said[0].id, 0, 1000) == 3);
    CHECK(kith_thread_count(w.social, &said[0].id, 0, 2) == 2);
    CHECK(kith_thread_root(w.social, 3, &root) && kith_msgid_eq(&root, &said[0].id));
    CHECK(kith_thread_root(w.social, 4, &root) && kith_msgid_eq(&root, &said[1].id));
    CHECK(!kith_thread_root(w.social, 0, &root) && !kith_thread_root(w.social, 6, &root) && !kith_thread_root(w.social, 99, &root));
    say(ANNA, "{\"type\":\"contact\",\"contact\":\"%s\",\"blocking\":true}", person(DORA));
    world_hear(&w);
    CHECK_LIST(&w, found, thread(&w, 0, 0), "3 1");
    CHECK_LIST(&w, found, thread(&w, 0, KITH_SHOW_BLOCKED), "3 2 1");
    world_free(&w);
    said_wipe();
}

static void test_edits(void) {
    struct world w;
    struct kith_edit e;
    struct kith_page page = {0};
    struct kith_buf out = {0};
    world_new(&w, ANNA);
    say(BELA, "{\"type\":\"post\",\"text\":\"frist\"}");                                               /* 0 */
    say(CARL, "{\"type\":\"edit\",\"target\":\"%s\",\"text\":\"hacked\"}", message(0));                 /* 1 */
    say(CARL, "{\"type\":\"retract\",\"target\":\"%s\"}", message(0));                                  /* 2 */
    world_hear(&w);
    e = kith_edit_get(w.social, &said[0].id, &people[BELA].pub);
    CHECK(!e.edited && !e.retracted);
    say(BELA, "{\"type\":\"edit\",\"target\":{\"link\":\"%s\"},\"text\":\"first\"}", message(0));       /* 3 */
    say(BELA, "{\"type\":\"edit\",\"target\":\"%s\",\"text\":\"First!\"}", message(0));                 /* 4 */
    world_hear(&w);
    e = kith_edit_get(w.social, &said[0].id, &people[BELA].pub);
    CHECK(e.edited && e.edit_rec == 4 && !e.retracted);
    CHECK_LIST(&w, found, kith_edit_history(w.social, &said[0].id, &people[BELA].pub, &page, found, 64), "4 3");
    CHECK(kith_render_summary(w.social, 0, &out) == KITH_OK);
    kith_buf_put_u8(&out, 0);
    CHECK(strstr((char *)out.p, "\"text\":\"First!\"") && strstr((char *)out.p, "frist"));
    say(BELA, "{\"type\":\"retract\",\"target\":\"%s\"}", message(0));
    world_hear(&w);
    out.len = 0;
    CHECK(kith_render_summary(w.social, 0, &out) == KITH_OK);
    kith_buf_put_u8(&out, 0);
    CHECK(strstr((char *)out.p, "\"retracted\":true") && !strstr((char *)out.p, "frist") && !strstr((char *)out.p, "First!"));
    kith_buf_wipe(&out);
    world_free(&w);
    said_wipe();
}

int main(void) {
    people_init();
    test_replies();
    test_edits();
    return check_done();
}
