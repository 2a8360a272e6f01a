/* SPDX-License-Identifier: MIT */
/* All views together: any interleaving of authors, any repetition, a snapshot and a rebuild give the
 * same answers. */
#include "social_world.h"

static unsigned roll_state;

static unsigned roll(unsigned below) {
    roll_state = roll_state * 1103515245u + 12345u;
    return (roll_state >> 16) % below;
}

/* Something of everything, with links to what was said before. */
static void say_anything(void) {
    unsigned who = roll(PEOPLE), other = roll(PEOPLE);
    size_t before = said_count ? roll((unsigned)said_count) : 0;
    switch (said_count ? roll(14) : 0) {
    case 0:
        say(who, "{\"type\":\"post\",\"text\":\"%zu\",\"channel\":\"%s\"}", said_count, roll(2) ? "Art" : "art");
        break;
    case 1:
        say(who, "{\"type\":\"post\",\"text\":\"on a wall\",\"wall\":\"%s\"}", person(other));
        break;
    case 2:
    case 3:
        say(who, "{\"type\":\"post\",\"text\":\"re\",\"root\":\"%s\",\"branch\":\"%s\"}", message(before), message(roll((unsigned)said_count)));
        break;
    case 4:
    case 5:
        say(who, "{\"type\":\"vote\",\"vote\":{\"link\":\"%s\",\"value\":%d,\"expression\":\"%c\"}}", message(roll(5) % said_count), (int)roll(3) - 1, 'a' + (int)roll(3));
        break;
    case 6:
        say(who, "{\"type\":\"contact\",\"contact\":\"%s\",\"following\":%s}", person(other), roll(4) ? "true" : "false");
        break;
    case 7:
        say(who, "{\"type\":\"contact\",\"contact\":\"%s\",\"blocking\":%s}", person(other), roll(4) ? "false" : "true");
        break;
    case 8:
        say(who, "{\"type\":\"about\",\"about\":\"%s\",\"name\":\"n%u\"}", person(roll(2) ? who : other), roll(10));
        break;
    case 9:
        say(who, "{\"type\":\"wall/%s\",\"post\":\"%s\"}", roll(2) ? "accept" : "remove", message(before));
        break;
    case 10:
        whisper(who, other, roll(PEOPLE), "{\"type\":\"post\",\"text\":\"p\",\"recps\":[\"%s\"]}", person(other));
        break;
    case 11:
        say(who, "{\"type\":\"edit\",\"target\":\"%s\",\"text\":\"e%zu\"}", message(before), said_count);
        break;
    case 12:
        say(who, "{\"type\":\"share\",\"share\":{\"link\":\"%s\"}}", message(before));
        break;
    default:
        say(who, "{\"type\":\"post\",\"text\":\"m\",\"mentions\":[{\"link\":\"%s\"},{\"link\":\"%s\"}]}", person(other), message(before));
        break;
    }
}

static void put_list(struct world *w, struct kith_buf *out, const char *name, const struct kith_found *found, size_t n) {
    kith_buf_put_str(out, name);
    kith_buf_put_u8(out, ':');
    kith_buf_put_str(out, listed(w, found, n));
    kith_buf_put_u8(out, '\n');
}

static void put_person_answers(struct world *w, struct kith_buf *out, unsigned who) {
    static struct kith_found found[MAX_SAID];
    struct kith_social *s = w->social;
    struct kith_page page = {0};
    size_t n = kith_wall_list(s, &people[who].pub, &page, found, MAX_SAID);
    put_list(w, out, "wall", found, n);
    page = (struct kith_page){.show = KITH_SHOW_ALL};
    put_list(w, out, "whole wall", found, kith_wall_list(s, &people[who].pub, &page, found, MAX_SAID));
    page = (struct kith_page){.show = KITH_SHOW_ALL};
    put_list(w, out, "mentions", found, kith_mention_feed(s, &people[who].pub, &page, found, MAX_SAID));
    page = (struct kith_page){0};
    put_list(w, out, "with", found, kith_inbox_with(s, &people[who].pub, 1, &page, found, MAX_SAID));
    kith_render_person(s, &people[who].pub, out);
}

static void put_message_answers(struct world *w, struct kith_buf *out, size_t n) {
    static struct kith_found found[MAX_SAID];
    struct kith_page page = {.show = KITH_SHOW_ALL};
    uint64_t rec;
    if (!kith_store_find(w->store, &said[n].id, &rec) || kith_render_summary(w->social, (uint32_t)rec, out))
        kith_buf_put_str(out, "missing");
    put_list(w, out, "thread", found, kith_thread_list(w->social, &said[n].id, &page, found, MAX_SAID));
    page = (struct kith_page){.show = KITH_SHOW_ALL};
    put_list(w, out, "links", found, kith_mention_message(w->social, &said[n].id, &page, found, MAX_SAID));
}

/* All that can be asked, as one text. */
static void put_answers(struct world *w, struct kith_buf *out) {
    static struct kith_found found[MAX_SAID];
    struct kith_page page = {0};
    for (unsigned i = 0; i < PEOPLE; i++)
        put_person_answers(w, out, i);
    for (size_t i = 0; i < said_count; i++)
        put_message_answers(w, out, i);
    put_list(w, out, "home", found, kith_wall_home(w->social, 2, &page, found, MAX_SAID));
    page = (struct kith_page){0};
    put_list(w, out, "notices", found, kith_mention_notices(w->social, &page, found, NULL, MAX_SAID));
    page = (struct kith_page){0};
    put_list(w, out, "inbox", found, kith_inbox_list(w->social, &page, found, MAX_SAID));
    page = (struct kith_page){.show = KITH_SHOW_ALL};
    put_list(w, out, "type", found, kith_bytype_list(w->social, KITH_LIT("post"), &page, found, MAX_SAID));
    page = (struct kith_page){0};
    put_list(w, out, "tag", found, kith_mention_tag(w->social, KITH_LIT("#art"), &page, found, MAX_SAID));
}

static bool answers_as(struct world *w, const struct kith_buf *expected) {
    struct kith_buf got = {0};
    bool same;
    put_answers(w, &got);
    same = kith_bytes_eq(kith_buf_bytes(&got), kith_buf_bytes(expected));
    if (!same) {
        size_t at = 0;
        while (at < got.len && at < expected->len && got.p[at] == expected->p[at])
            at++;
        at = at > 200 ? at - 200 : 0;
        fprintf(stderr, "got      …%.*s\nexpected …%.*s\n", 400, (const char *)got.p + at, 400, (const char *)expected->p + at);
    }
    kith_buf_wipe(&got);
    return same;
}

static void shuffle(unsigned seed) {
    struct kith_buf expected = {0};
    struct world w;
    roll_state = seed;
    while (said_count < 200)
        say_anything();
    world_new(&w, ANNA);
    world_hear(&w);
    put_answers(&w, &expected);
    for (uint64_t n = 0; n < said_count; n++) /* told again: nothing changes */
        CHECK(kith_store_reapply(w.store, (n * 37) % said_count) == KITH_OK);
    CHECK(answers_as(&w, &expected));
    CHECK(kith_store_rebuild(w.store) == KITH_OK && answers_as(&w, &expected));
    world_free(&w);
    for (unsigned i = 0; i < 4; i++) {
        world_new(&w, ANNA);
        world_hear_shuffled(&w, seed * 100 + i);
        CHECK(answers_as(&w, &expected));
        world_free(&w);
    }
    world_new(&w, ANNA); /* keys that come when all is there */
    w.has_key = false;
    world_hear_shuffled(&w, seed * 100 + 50);
    w.has_key = true;
    for (uint64_t n = 0; n < said_count; n++)
        CHECK(kith_store_reapply(w.store, n) == KITH_OK);
    CHECK(answers_as(&w, &expected));
    world_free(&w);
    kith_buf_wipe(&expected);
    said_wipe();
}

static void test_snapshot(void) {
    struct kith_buf expected = {0};
    struct world w;
    roll_state = 7;
    world_new(&w, ANNA);
    for (unsigned part = 0; part < 3; part++) {
        while (said_count < 60 * (part + 1))
            say_anything();
        world_hear(&w);
        expected.len = 0;
        put_answers(&w, &expected);
        kith_store_sync(w.store);
        kith_slots_mem_settle(w.disk, w.store);
        if (part < 2)
            CHECK(kith_store_snapshot(w.store) == KITH_OK);
        kith_slots_mem_settle(w.disk, w.store);
        world_close(&w);
        world_open(&w);
        CHECK(answers_as(&w, &expected));
    }
    /* A snapshot of another identity is of no use: Bela's own view is made anew. */
    world_close(&w);
    w.me = BELA;
    world_open(&w);
    CHECK(kith_graph_hops(w.social, &people[BELA].pub) == 0);
    CHECK(kith_graph_hops(w.social, &people[ANNA].pub) != 0);
    world_free(&w);
    kith_buf_wipe(&expected);
    said_wipe();
}

static void test_nothing(void) {
    struct kith_social *s = kith_social_new(&people[ANNA].pub, 99, &test_rng);
    struct kith_page page = {0};
    struct kith_found found[2];
    struct kith_buf out = {0};
    CHECK(kith_wall_list(s, &people[ANNA].pub, &page, found, 2) == 0 && !page.more);
    CHECK(kith_mention_notices(s, &page, found, NULL, 2) == 0);
    CHECK(kith_render_message(s, 0, &out) == KITH_ERR_NOT_FOUND && out.len == 0);
    CHECK(kith_graph_hops(s, &people[ANNA].pub) == 0 && kith_graph_hops(s, &people[BELA].pub) == KITH_HOPS_NONE);
    CHECK(kith_social_memory(s) < 100000);
    kith_social_free(s);
}

int main(void) {
    people_init();
    test_nothing();
    for (unsigned seed = 1; seed <= 5; seed++)
        shuffle(seed);
    test_snapshot();
    return check_done();
}
