/* SPDX-License-Identifier: MIT */
#include "social_world.h"

static struct kith_found found[64];

static void test_conversations(void) {
    struct world w;
    struct kith_page page = {0};
    struct kith_conversation talks[8];
    struct kith_buf out = {0};
    world_new(&w, ANNA);
    w.has_key = false;
    whisper(BELA, ANNA, ANNA, "{\"type\":\"post\",\"text\":\"two\",\"recps\":[\"%s\",\"%s\"]}", person(BELA), person(ANNA)); /* 0 */
    whisper(CARL, ANNA, BELA, "{\"type\":\"post\",\"text\":\"three\",\"recps\":[{\"link\":\"%s\",\"name\":\"a\"},\"%s\",7]}", person(ANNA), person(BELA)); /* 1 */
    whisper(ANNA, BELA, BELA, "{\"type\":\"post\",\"text\":\"back\",\"recps\":[\"%s\"]}", person(BELA)); /* 2 */
    whisper(BELA, CARL, CARL, "{\"type\":\"post\",\"text\":\"not for Anna\"}"); /* 3 */
    whisper(DORA, ANNA, ANNA, "{\"type\":\"post\",\"text\":\"no recps\"}"); /* 4 */
    whisper(BELA, ANNA, ANNA, "{\"type\":\"vote\",\"vote\":{\"link\":\"%s\",\"value\":1}}", message(2)); /* 5 */
    world_hear(&w);
    CHECK(kith_inbox_conversations(w.social, 0, talks, 8) == 0);
    w.has_key = true; /* the key comes later: each is told again */
    for (uint64_t i = 0; i < 6; i++)
        CHECK(kith_store_reapply(w.store, i) == KITH_OK && kith_store_reapply(w.store, i) == KITH_OK);
    CHECK_LIST(&w, found, kith_inbox_list(w.social, &page, found, 64), "4 2 1 0");
    CHECK(kith_inbox_conversations(w.social, 0, talks, 8) == 3);
    CHECK(talks[0].last_rec == 4 && talks[1].last_rec == 2 && talks[1].count == 2 && talks[2].people_count == 3);
    CHECK(kith_inbox_conversations(w.social, 1, talks, 1) == 1 && talks[0].last_rec == 2);
    page = (struct kith_page){0};
    CHECK_LIST(&w, found, kith_inbox_with(w.social, &people[BELA].pub, 1, &page, found, 64), "2 0");
    CHECK(kith_inbox_of(w.social, 1, talks) && talks[0].people_count == 3 && !kith_inbox_of(w.social, 3, talks));
    CHECK(kith_vote_count(w.social, &said[2].id).up == 1);
    page = (struct kith_page){0};
    CHECK(kith_bytype_list(w.social, KITH_LIT("post"), &page, found, 64) == 0);
    page = (struct kith_page){.show = KITH_SHOW_PRIVATE};
    CHECK(kith_bytype_list(w.social, KITH_LIT("post"), &page, found, 64) == 4);
    CHECK(kith_render_message(w.social, 0, &out) == KITH_OK);
    kith_buf_put_u8(&out, 0);
    CHECK(strstr((char *)out.p, "\"text\":\"two\"") && strstr((char *)out.p, "\"meta\":{\"private\":true,\"originalContent\":\"") && strstr((char *)out.p, ".box\"}},\"timestamp\":"));
    out.len = 0;
    CHECK(kith_render_original(w.social, 0, &out) == KITH_OK);
    kith_buf_put_u8(&out, 0);
    CHECK(!strstr((char *)out.p, "two") && strstr((char *)out.p, ".box\""));
    out.len = 0;
    CHECK(kith_render_message(w.social, 3, &out) == KITH_OK && kith_render_message(w.social, 99, &out) == KITH_ERR_NOT_FOUND);
    out.len = 0;
    CHECK(kith_inbox_of(w.social, 1, talks) && kith_render_conversation(w.social, talks, &out) == KITH_OK);
    kith_buf_wipe(&out);
    world_free(&w);
    said_wipe();
}

int main(void) {
    people_init();
    test_conversations();
    return check_done();
}
