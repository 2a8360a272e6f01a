/* SPDX-License-Identifier: MIT */
/* desk_test.c: what strangers ask who came to a broker's door (friends.asked): it waits as a request by packet does, and our
 * follow, refusal or block answers it; nobody gets more room than that. */
#include "courier_lab.h"
#include "node/courier_desk.h"

static const char requests[] = "[{\"list\":\"requests\"}]", refused[] = "[{\"list\":\"refused\"}]";

/* The newest message of Ben, as one of the strings of `messages`. */
static void put_newest(struct kith_buf *out) {
    const char *said = call(&ben, "getLatest", with_id("[\"", &ben, "\"]"));
    const char *value = strstr(said, "\"value\":"), *end = strstr(said, ",\"timestamp\":");
    /* {"key":…,"value":{…},"timestamp":…}: the message ends before the last member, which is not part of it. */
    for (const char *next = end; next; next = strstr(next + 1, ",\"timestamp\":"))
        end = next;
    CHECK(value && end && end > value);
    if (value && end)
        kith_json_put_string(out, kith_bytes((const uint8_t *)value + 8, (size_t)(end - value) - 8));
}

static const char *asks(const char *name, const char *text, const char *messages) {
    struct kith_buf args = {0};
    const char *said;
    kith_buf_put_str(&args, with_id("[{\"id\":\"", &ben, "\",\"name\":\""));
    kith_buf_put_str(&args, name);
    kith_buf_put_str(&args, "\",\"text\":\"");
    kith_buf_put_str(&args, text);
    kith_buf_put_str(&args, with_id("\",\"referrer\":\"", &anna, "\",\"messages\":["));
    kith_buf_put_str(&args, messages);
    kith_buf_put_str(&args, "]}]");
    kith_buf_put_u8(&args, 0);
    said = call(&anna, "friends.asked", (const char *)args.p);
    kith_buf_wipe(&args);
    return said;
}

static bool lists(const char *list, const char *text) {
    return strstr(call(&anna, "friends.list", list), text) != NULL;
}

static void a_request_waits_until_it_is_answered(void) {
    begin_as_strangers();
    CHECK(!strcmp(asks("Ben", "We met", ""), "true"));
    CHECK(lists(requests, "\"request\":{\"text\":\"We met\"") && lists(requests, "\"signal\":true,\"name\":\"Ben\"") && lists(requests, "\"referrer\":{"));
    restart(&anna);
    CHECK(lists(requests, "We met"));
    CHECK(!strcmp(asks("Ben", "We met twice", ""), "true")); /* one of each person */
    CHECK(lists(requests, "We met twice") && !strstr(strstr((const char *)anna.said.p, "We met twice"), "We met\""));
    act(&anna, with_id("{\"type\":\"contact\",\"contact\":\"", &ben, "\",\"following\":true}"));
    run(MINUTE);
    CHECK(!strcmp(call(&anna, "friends.list", requests), "[]"));
    CHECK(!strcmp(call(&anna, "outbox.list", "[]"), "[]") || !strstr((const char *)anna.said.p, "\"letters\":1")); /* no packet answers */
    end();
}

/* Who has asked by a packet and then at the door as well is answered by the road that the packet named. */
static void who_asks_both_ways_is_answered_by_packet(void) {
    begin_as_strangers();
    CHECK(!strcmp(call(&ben, "roads.add", "[{\"address\":\"http:ben\"}]"), "true"));
    befriend(&ben, &anna);
    run(60 * MINUTE);
    CHECK(lists(requests, "@") && anna.out_count == 0);
    CHECK(!strcmp(asks("Ben", "Me again", ""), "true"));
    act(&anna, with_id("{\"type\":\"contact\",\"contact\":\"", &ben, "\",\"following\":true}"));
    run(61 * MINUTE); /* before Ben asks again */
    CHECK(anna.out_count > 0 && are_equal());
    end();
}

/* With their own word that they follow us they are in all lists, and the news. */
static void their_own_word_is_taken(void) {
    struct kith_buf messages = {0};
    begin_as_strangers();
    act(&ben, with_id("{\"type\":\"contact\",\"contact\":\"", &anna, "\",\"following\":true}"));
    put_newest(&messages);
    kith_buf_put_u8(&messages, ',');
    act(&ben, with_id("{\"type\":\"about\",\"about\":\"", &ben, "\",\"name\":\"Benedict\"}"));
    put_newest(&messages);
    kith_buf_put_u8(&messages, ',');
    act(&ben, "{\"type\":\"post\",\"text\":\"Buy my plums\"}");
    put_newest(&messages);
    kith_buf_put_u8(&messages, 0);
    CHECK(!strcmp(asks("Ben", "We met", (const char *)messages.p), "true"));
    CHECK(strstr(call(&anna, "people.get", with_id("[\"", &ben, "\"]")), "\"name\":\"Benedict\"") && strstr((const char *)anna.said.p, "\"followsMe\":true"));
    CHECK(lists(requests, "We met") && head(&anna, &ben) == 0);
    CHECK(strstr(call(&anna, "searchable", "[]"), "\"posts\":0")); /* no more of theirs than that */
    end();
    kith_buf_wipe(&messages);
}

static void a_refusal_is_heard_if_it_shall_be(void) {
    struct kith_buf messages = {0};
    for (int tell = 0; tell < 2; tell++) {
        begin_as_strangers();
        act(&ben, with_id("{\"type\":\"contact\",\"contact\":\"", &anna, "\",\"following\":true}"));
        kith_buf_clear(&messages);
        put_newest(&messages);
        kith_buf_put_u8(&messages, 0);
        CHECK(!strcmp(asks("Ben", "We met", (const char *)messages.p), "true"));
        CHECK(!strcmp(call(&anna, "friends.refuse", with_id("[\"", &ben, tell ? "\",true,{\"tell\":true}]" : "\",true]")), "true"));
        CHECK(!strcmp(call(&anna, "friends.list", requests), "[]"));
        CHECK(lists(refused, "\"followsMe\":true") && lists(refused, "\"told\":true") == (tell == 1));
        CHECK(!strcmp(asks("Ben", "We met", ""), "")); /* an error */
        CHECK(!strcmp(call(&anna, "friends.list", requests), "[]"));
        end();
    }
    kith_buf_wipe(&messages);
}

static void nobody_gets_more_room(void) {
    char args[300], text[40], id[60] = "";
    struct kith_keypair keys;
    begin_as_strangers();
    act(&anna, with_id("{\"type\":\"contact\",\"contact\":\"", &ben, "\",\"blocking\":true}"));
    CHECK(!strcmp(asks("Ben", "We met", ""), "") && !strcmp(call(&anna, "friends.list", requests), "[]"));
    act(&anna, with_id("{\"type\":\"contact\",\"contact\":\"", &ben, "\",\"blocking\":false}"));
    for (int i = 0; i < KITH_DESK_CHANGES + 2; i++) { /* no more is written down in an hour */
        snprintf(text, sizeof text, "for the %d. time", i);
        CHECK(!strcmp(asks("Ben", text, ""), "true"));
    }
    CHECK(lists(requests, "for the 4. time"));
    for (int i = 0; i < KITH_DESK_MAX; i++) {
        struct kith_buf out = {0};
        kith_sign_keypair(&keys, &(struct kith_seed){{9, (uint8_t)i}});
        kith_feed_id_put(&out, &keys.pub);
        memcpy(id, out.p, out.len);
        kith_buf_wipe(&out);
        snprintf(args, sizeof args, "[{\"id\":\"%s\",\"text\":\"spam\"}]", id);
        CHECK(!strcmp(call(&anna, "friends.asked", args), i < KITH_DESK_MAX - 1 ? "true" : ""));
    }
    CHECK(!strcmp(call(&anna, "friends.asked", "[{\"id\":\"nobody\"}]"), ""));
    CHECK(!strcmp(call(&anna, "friends.asked", with_id("[{\"id\":\"", &anna, "\"}]")), ""));
    end();
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    a_request_waits_until_it_is_answered();
    who_asks_both_ways_is_answered_by_packet();
    their_own_word_is_taken();
    a_refusal_is_heard_if_it_shall_be();
    nobody_gets_more_room();
    return check_done();
}
