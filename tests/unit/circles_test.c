/* SPDX-License-Identifier: MIT */
/* Circles as the node keeps them: what it says by itself comes to an end, whatever others have said. */
#include "node_lab.h"

#include <stdlib.h>

#include "node/circles.h"
#include "node/circles_say.h"
#include "node/state.h"
#include "social/mention.h"
#include "social/state.h"
#include "social/thread.h"
#include "social/wall.h"

#define CROWD 120

static struct lab lab;
static struct kith_keypair crowd[CROWD];
static struct kith_head heads[CROWD];
static double ahead_ms; /* of their clocks */
static uint8_t crowd_rng_next;
static const struct kith_rng crowd_rng = {lab_count_up, &crowd_rng_next};

static void open_lab(void) {
    lab = (struct lab){.online = true};
    lab_open(&lab);
    lab_carry_out(&lab);
    memset(heads, 0, sizeof heads);
    for (unsigned i = 0; i < CROWD; i++)
        kith_sign_keypair(&crowd[i], &(struct kith_seed){{100, (uint8_t)i}});
}

/* Somebody of the crowd says something, which is in our store at once. */
static void say(unsigned who, struct kith_bytes content) {
    struct kith_buf text = {0};
    struct kith_message m;
    struct kith_record record;
    uint64_t number;
    CHECK(!kith_message_create(content, &crowd[who], &heads[who], 1e12 + ahead_ms + (double)heads[who].sequence, NULL, &text, &m));
    heads[who] = (struct kith_head){m.sequence, m.id};
    record = (struct kith_record){.format = KITH_FORMAT_CLASSIC, .kind = KITH_RECORD_CHAINED, .id = m.id, .value = kith_buf_bytes(&text)};
    CHECK(!kith_store_append(lab.node->store, &record, 1, &number));
    kith_buf_wipe(&text);
    lab_carry_out(&lab);
}

static void seal_and_say(unsigned who, struct kith_bytes plain, const struct kith_box2_key *key) {
    struct kith_buf sealed = {0};
    kith_buf_put_u8(&sealed, '"');
    CHECK(!kith_box2_seal(&sealed, plain, &crowd[who].pub, heads[who].sequence ? &heads[who].id : NULL, key, 1, &crowd_rng, NULL));
    kith_buf_put_u8(&sealed, '"');
    say(who, kith_buf_bytes(&sealed));
    kith_buf_wipe(&sealed);
}

static void leave(unsigned who, uint32_t circle) {
    struct kith_circle_info info;
    struct kith_box2_dm dm;
    struct kith_buf text = {0};
    CHECK(kith_circle_get(lab.node->social, circle, &info));
    CHECK(!kith_box2_dm_keys(&dm, &crowd[who].sec, &lab.node->keys.pub));
    kith_buf_put_str(&text, "{\"type\":\"circle/leave\",\"group\":\"");
    kith_groupid_put(&text, &info.id);
    kith_buf_put_str(&text, "\",\"upto\":1}");
    seal_and_say(who, kith_buf_bytes(&text), &dm.key[0]);
    kith_buf_wipe(&text);
}

static void ids_of(unsigned count, struct kith_pubkey *out) {
    for (unsigned i = 0; i < count; i++)
        out[i] = crowd[i].pub;
}

static uint64_t said_by_us(void) {
    return kith_circles_held(lab.node, &lab.node->keys.pub);
}

static bool are_in(uint32_t circle, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        if (kith_circle_standing_of(lab.node->social, circle, &crowd[i].pub) != KITH_CIRCLE_IN)
            return false;
    }
    return true;
}

/* Each of them left by their own word, and is asked back: all these words are named, in as many statements as
 * there is room for. */
static void test_back_again(bool from_now) {
    struct kith_pubkey ids[CROWD];
    uint64_t before;
    uint32_t circle;
    open_lab();
    ids_of(CROWD, ids);
    CHECK(!kith_circles_make(lab.node, KITH_CIRCLE_NAMED, KITH_LIT("all"), false, &circle));
    CHECK(!kith_circles_set_history(lab.node, circle, from_now));
    CHECK(!kith_circles_add(lab.node, circle, ids, CROWD));
    CHECK(!kith_circles_ready(lab.node, circle));
    CHECK(are_in(circle, CROWD));
    for (unsigned i = 0; i < CROWD; i++)
        leave(i, circle);
    for (unsigned i = 0; i < 150; i++) /* again and again: it says nothing more */
        leave(0, circle);
    CHECK(!are_in(circle, 1));
    before = said_by_us();
    CHECK(!kith_circles_add(lab.node, circle, ids, CROWD));
    CHECK(are_in(circle, CROWD));
    CHECK(said_by_us() - before < 15);
    lab_close(&lab);
}

static void say_in(unsigned who, uint32_t circle, const char *type, const char *rest) {
    struct kith_circle_info info;
    struct kith_box2_key key;
    struct kith_buf text = {0};
    CHECK(kith_circle_get(lab.node->social, circle, &info) && kith_circle_write_key(lab.node->social, circle, &key));
    kith_circles_begin(&text, type, &info.id);
    kith_buf_put_str(&text, rest);
    kith_buf_put_u8(&text, '}');
    seal_and_say(who, kith_buf_bytes(&text), &key);
    kith_buf_wipe(&text);
}

static bool is_all_given(uint32_t circle) {
    struct kith_circle_gift gift;
    kith_circle_gift(lab.node->social, circle, &gift);
    return !gift.people_count;
}

static uint64_t clock_ms = 1;
static void tick(uint64_t ms) {
    lab.node->t.now_ms = clock_ms += ms;
    kith_circles_tick(lab.node);
    lab_carry_out(&lab);
}

/* A keeper gives the group a name as long as a message: everybody is given their keys all the same, of this and of
 * other circles. */
static void test_long_name(void) {
    static char rest[5500];
    struct kith_pubkey ids[4];
    struct kith_buf name = {0};
    uint32_t group, other;
    open_lab();
    ids_of(4, ids);
    CHECK(!kith_circles_make(lab.node, KITH_CIRCLE_GROUP, KITH_LIT("short"), false, &group));
    CHECK(!kith_circles_make(lab.node, KITH_CIRCLE_NAMED, KITH_LIT("other"), false, &other));
    CHECK(!kith_circles_add(lab.node, group, ids, 2));
    CHECK(!kith_circles_ready(lab.node, group));
    say_in(0, group, "accept", "");
    CHECK(!kith_circles_keeper(lab.node, group, &ids[0], true));
    memset(rest, 'y', sizeof rest);
    memcpy(rest, ",\"name\":\"", 9);
    memcpy(rest + sizeof rest - 2, "\"", 2);
    say_in(0, group, "about", rest);
    CHECK(kith_circle_text(lab.node->social, group, KITH_CIRCLE_NAME, &name) && name.len == KITH_CIRCLE_NAME_MAX);
    CHECK(!kith_circles_add(lab.node, group, ids, 4));
    CHECK(!kith_circles_add(lab.node, other, ids, 4));
    for (unsigned i = 0; i < 10; i++)
        tick(1000);
    CHECK(is_all_given(group) && is_all_given(other));
    CHECK(!lab.node->circles.waits);
    kith_buf_wipe(&name);
    lab_close(&lab);
}

static void post_in(uint32_t circle, uint32_t *rec) {
    struct kith_buf sealed = {0};
    CHECK(!kith_circles_ready(lab.node, circle));
    CHECK(!kith_circles_seal(lab.node, circle, KITH_LIT("{\"type\":\"post\",\"text\":\"x\"}"), &sealed));
    CHECK(!kith_publish(lab.node, kith_buf_bytes(&sealed), NULL, NULL));
    *rec = (uint32_t)kith_store_count(lab.node->store) - 1;
    kith_buf_wipe(&sealed);
    lab_carry_out(&lab);
}

static enum kith_circle_reads reads(uint32_t circle, uint32_t rec, unsigned who) {
    const struct kith_circle_members *m = kith_circle_members(lab.node->social, circle);
    enum kith_circle_reads all[CROWD];
    CHECK(m->people_count <= CROWD);
    kith_circle_readers(lab.node->social, circle, rec, all);
    for (size_t i = 0; i < m->people_count; i++) {
        struct kith_pubkey id = kith_circle_person_id(lab.node->social, m->people[i].number);
        if (kith_pubkey_eq(&id, &crowd[who].pub))
            return all[i];
    }
    return KITH_CIRCLE_READS_NOT;
}

/* Was in and read it, was put out, and comes back when the history is "now": what was said meanwhile is not
 * for them. */
static void test_away(void) {
    struct kith_circle_gift gift;
    uint32_t circle, early, away, late;
    open_lab();
    CHECK(!kith_circles_make(lab.node, KITH_CIRCLE_NAMED, KITH_LIT("all"), false, &circle));
    CHECK(!kith_circles_add(lab.node, circle, &crowd[0].pub, 1));
    CHECK(!kith_circles_add(lab.node, circle, &crowd[1].pub, 1));
    post_in(circle, &early);
    CHECK(!kith_circles_exclude(lab.node, circle, &crowd[0].pub, 1));
    post_in(circle, &away);
    CHECK(reads(circle, early, 0) == KITH_CIRCLE_READS_STILL && reads(circle, away, 0) == KITH_CIRCLE_READS_NOT);
    CHECK(!kith_circles_set_history(lab.node, circle, true));
    CHECK(!kith_circles_add(lab.node, circle, &crowd[0].pub, 1));
    kith_circle_gift(lab.node->social, circle, &gift);
    CHECK(gift.people_count == 2 && gift.key_count == 1 && gift.keys[0].generation == 3);
    post_in(circle, &late);
    CHECK(is_all_given(circle));
    CHECK(reads(circle, early, 0) == KITH_CIRCLE_READS && reads(circle, away, 0) == KITH_CIRCLE_READS_NOT && reads(circle, late, 0) == KITH_CIRCLE_READS);
    CHECK(reads(circle, early, 1) == KITH_CIRCLE_READS && reads(circle, away, 1) == KITH_CIRCLE_READS && reads(circle, late, 1) == KITH_CIRCLE_READS);
    lab_close(&lab);
}

/* What a call answers. */
static bool answers(const char *method, const char *args, const char *expected) {
    static uint8_t in[65536];
    struct lab_app a = lab_app_new(&lab);
    struct kith_buf got = {0};
    struct kith_muxrpc_event e;
    size_t len;
    int32_t req;
    bool is_right;
    CHECK(!kith_muxrpc_call(a.rpc, KITH_RPC_ASYNC, method, kith_bytes_str(args), &req) && lab_app_say(&lab, &a));
    lab_carry_out(&lab);
    while (!kith_node_send(lab.node, a.link, in, sizeof in, &len, lab_time) && len) {
        for (size_t at = 0, used; at < len; at += used) {
            CHECK(!kith_muxrpc_recv(a.rpc, in + at, len - at, &used));
            while (kith_muxrpc_next(a.rpc, &e)) {
                kith_buf_put_bytes(&got, e.body);
                kith_buf_put_bytes(&got, e.error);
            }
        }
    }
    kith_buf_put_u8(&got, 0);
    is_right = strstr((const char *)got.p, expected) != NULL;
    kith_buf_wipe(&got);
    lab_app_free(&lab, &a);
    return is_right;
}

/* Of something sealed for others nobody is told that it is public. */
static void test_sealed(void) {
    char args[128] = "[\"";
    struct kith_box2_key key;
    size_t len;
    open_lab();
    say(0, KITH_LIT("{\"type\":\"post\",\"text\":\"for all\"}"));
    len = 2 + (size_t)KITH_HASH_ID_LEN;
    kith_msgid_write(args + 2, &heads[0].id);
    memcpy(args + len, "\"]", 3);
    CHECK(answers("circles.readers", args, "\"public\":true"));
    kith_box2_key_new(&key, KITH_BOX2_GROUP, &crowd_rng);
    seal_and_say(0, KITH_LIT("{\"type\":\"post\",\"text\":\"for others\"}"), &key);
    kith_msgid_write(args + 2, &heads[0].id);
    memcpy(args + len, "\"]", 3);
    CHECK(answers("circles.readers", args, "{\"people\":[],\"hidden\":true}"));
    lab_close(&lab);
}

/* A group's members all read the same: there is nothing to set. */
static void test_group_history(void) {
    char args[128] = "[\"";
    struct kith_circle_info info;
    uint32_t group;
    open_lab();
    CHECK(!kith_circles_make(lab.node, KITH_CIRCLE_GROUP, KITH_LIT("g"), false, &group));
    CHECK(kith_circle_get(lab.node->social, group, &info));
    kith_groupid_write(args + 2, &info.id);
    memcpy(args + 2 + KITH_GROUP_ID_LEN, "\",\"now\"]", 9);
    CHECK(answers("circles.history", args, "denied"));
    lab_close(&lab);
}

/* Somebody leaves, and before anything else is said others are invited or made keepers: who left has no
 * key to that. */
static void test_after_leaving(void) {
    uint32_t group, left;
    open_lab();
    CHECK(!kith_circles_make(lab.node, KITH_CIRCLE_GROUP, KITH_LIT("g"), false, &group));
    for (unsigned i = 0; i < 3; i++) {
        CHECK(!kith_circles_add(lab.node, group, &crowd[i].pub, 1));
        CHECK(!kith_circles_ready(lab.node, group));
        say_in(i, group, "accept", "");
    }
    for (unsigned i = 0; i < 2; i++) {
        say_in(i, group, "leave", ",\"upto\":1");
        left = (uint32_t)kith_store_count(lab.node->store) - 1;
        CHECK(!(i ? kith_circles_keeper(lab.node, group, &crowd[3].pub, true) : kith_circles_add(lab.node, group, &crowd[3].pub, 1)));
        CHECK(kith_social_mark(lab.node->social, left)->key_1);
        CHECK(kith_social_mark(lab.node->social, (uint32_t)kith_store_count(lab.node->store) - 1)->key_1 >
              kith_social_mark(lab.node->social, left)->key_1);
    }
    lab_close(&lab);
}

static void contact(struct kith_buf *text, const struct kith_pubkey *whom, const char *what) {
    text->len = 0;
    kith_buf_put_str(text, "{\"type\":\"contact\",\"contact\":\"");
    kith_feed_id_put(text, whom);
    kith_buf_put_str(text, "\",");
    kith_buf_put_str(text, what);
    kith_buf_put_u8(text, '}');
}

static void we_say(unsigned whom, const char *what) {
    struct kith_buf text = {0};
    contact(&text, &crowd[whom].pub, what);
    CHECK(!kith_publish(lab.node, kith_buf_bytes(&text), NULL, NULL));
    kith_buf_wipe(&text);
    lab_carry_out(&lab);
}

static void they_say(unsigned who, const char *what) {
    struct kith_buf text = {0};
    contact(&text, &lab.node->keys.pub, what);
    say(who, kith_buf_bytes(&text));
    kith_buf_wipe(&text);
}

static uint64_t generation_of(uint32_t circle) {
    return kith_circle_members(lab.node->social, circle)->generation;
}

/* A friend leaves the friends circle: it gets a new key, and they are not asked back before they say again that
 * they follow us; who goes and comes without end costs us a key an hour. */
static void test_friend_leaves(void) {
    uint32_t circle;
    uint64_t before;
    open_lab();
    for (unsigned i = 0; i < 2; i++) {
        we_say(i, "\"following\":true");
        they_say(i, "\"following\":true");
    }
    CHECK(!kith_circles_friends(lab.node, &circle));
    tick(1000);
    CHECK(are_in(circle, 2) && is_all_given(circle) && generation_of(circle) == 1);
    leave(0, circle);
    tick(1000);
    tick(1000);
    CHECK(!are_in(circle, 1) && generation_of(circle) == 2);
    they_say(0, "\"following\":true");
    tick(1000);
    CHECK(are_in(circle, 2) && is_all_given(circle));
    before = said_by_us();
    for (unsigned i = 0; i < 50; i++) {
        leave(0, circle);
        tick(1000);
        they_say(0, "\"following\":true");
        tick(1000);
    }
    CHECK(said_by_us() - before <= 2 && !are_in(circle, 1));
    tick(KITH_CIRCLES_UNFOLLOWED_MS);
    CHECK(are_in(circle, 2) && is_all_given(circle));
    lab_close(&lab);
}

static void test_blocked(void) {
    uint32_t circle;
    open_lab();
    CHECK(!kith_circles_make(lab.node, KITH_CIRCLE_NAMED, KITH_LIT("all"), false, &circle));
    CHECK(!kith_circles_add(lab.node, circle, &crowd[0].pub, 1));
    CHECK(!kith_circles_add(lab.node, circle, &crowd[1].pub, 1));
    tick(1000);
    CHECK(are_in(circle, 2));
    we_say(0, "\"blocking\":true");
    tick(1000);
    CHECK(!are_in(circle, 1) && kith_circle_standing_of(lab.node->social, circle, &crowd[1].pub) == KITH_CIRCLE_IN && generation_of(circle) == 2);
    lab_close(&lab);
}

/* Who was put out of a group goes on with the old key: at home, in threads and in notices as little as on its wall. */
static void test_old_key(void) {
    struct kith_circle_info info;
    struct kith_box2_key old;
    struct kith_found found[8];
    struct kith_page page = {0};
    struct kith_buf text = {0};
    struct kith_msgid root;
    uint32_t group, rec;
    open_lab();
    CHECK(!kith_circles_make(lab.node, KITH_CIRCLE_GROUP, KITH_LIT("g"), false, &group));
    CHECK(!kith_circles_add(lab.node, group, &crowd[0].pub, 1));
    CHECK(!kith_circles_ready(lab.node, group));
    say_in(0, group, "accept", "");
    CHECK(kith_circle_write_key(lab.node->social, group, &old) && kith_circle_get(lab.node->social, group, &info));
    post_in(group, &rec);
    root = kith_publish_head(lab.node).id;
    seal_and_say(0, KITH_LIT("{\"type\":\"post\",\"text\":\"in\"}"), &old);
    CHECK(kith_wall_home(lab.node->social, KITH_HOPS_NONE, &page, found, 8) == 2);
    CHECK(!kith_circles_exclude(lab.node, group, &crowd[0].pub, 1));
    seal_and_say(0, KITH_LIT("{\"type\":\"post\",\"text\":\"out\"}"), &old);
    kith_buf_put_str(&text, "{\"type\":\"post\",\"text\":\"out\",\"root\":\"");
    kith_msgid_put(&text, &root);
    kith_buf_put_str(&text, "\"}");
    seal_and_say(0, kith_buf_bytes(&text), &old);
    page = (struct kith_page){0};
    CHECK(kith_wall_home(lab.node->social, KITH_HOPS_NONE, &page, found, 8) == 2);
    page = (struct kith_page){0};
    CHECK(kith_thread_list(lab.node->social, &root, &page, found, 8) == 0);
    page = (struct kith_page){0};
    CHECK(kith_mention_notices(lab.node->social, &page, found, NULL, 8) == 0);
    kith_buf_wipe(&text);
    lab_close(&lab);
}

/* A group that somebody made up in a friend's name: we have left nothing. */
static void test_never_in(void) {
    struct kith_circle_terms terms = {.owner = {{0}}, .kind = KITH_CIRCLE_GROUP};
    struct kith_groupid id;
    struct kith_box2_dm dm;
    struct kith_buf text = {0};
    open_lab();
    we_say(1, "\"following\":true");
    terms.owner = crowd[1].pub;
    kith_circle_id(&id, &terms);
    kith_circles_begin(&text, "key", &id);
    kith_circles_put_terms(&text, &terms, KITH_LIT("made up"));
    kith_buf_put_str(&text, ",\"keys\":[]}");
    CHECK(!kith_box2_dm_keys(&dm, &crowd[0].sec, &lab.node->keys.pub));
    seal_and_say(0, kith_buf_bytes(&text), &dm.key[0]);
    CHECK(kith_circle_find(lab.node->social, &id) != KITH_CIRCLE_NONE);
    CHECK(answers("circles.list", "[{\"left\":true}]", "[") && !answers("circles.list", "[{\"left\":true}]", "made up"));
    kith_buf_wipe(&text);
    lab_close(&lab);
}

/* Each name that was ever given is a message to read: of many the last are enough. */
static void test_many_names(void) {
    struct kith_buf name = {0};
    uint32_t group;
    open_lab();
    CHECK(!kith_circles_make(lab.node, KITH_CIRCLE_GROUP, KITH_LIT("g"), false, &group));
    CHECK(!kith_circles_add(lab.node, group, &crowd[0].pub, 1));
    CHECK(!kith_circles_ready(lab.node, group));
    say_in(0, group, "accept", "");
    CHECK(!kith_circles_keeper(lab.node, group, &crowd[0].pub, true));
    ahead_ms = 1e9;
    say_in(0, group, "about", ",\"name\":\"early\"");
    ahead_ms = 0;
    say_in(0, group, "about", ",\"name\":\"late\"");
    CHECK(kith_circle_text(lab.node->social, group, KITH_CIRCLE_NAME, &name) && kith_bytes_is(kith_buf_bytes(&name), "early"));
    for (unsigned i = 0; i < 120; i++)
        say_in(0, group, "about", ",\"name\":\"late\"");
    name.len = 0;
    CHECK(kith_circle_text(lab.node->social, group, KITH_CIRCLE_NAME, &name) && kith_bytes_is(kith_buf_bytes(&name), "late"));
    kith_buf_wipe(&name);
    lab_close(&lab);
}

int main(void) {
    test_many_names();
    test_never_in();
    test_old_key();
    test_friend_leaves();
    test_blocked();
    test_after_leaving();
    test_sealed();
    test_group_history();
    test_away();
    test_long_name();
    test_back_again(false);
    test_back_again(true);
    return check_done();
}
