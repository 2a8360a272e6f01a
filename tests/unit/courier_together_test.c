/* SPDX-License-Identifier: MIT */
/* courier_together_test.c: three who take from the same folder get one packet, whoever takes from another gets their own; who is
 * away gets it later, and it is taken away when all have it. */
#include "courier_lab.h"

enum { ANNA, BEN, CLEO, DAN, EVE, PEOPLE };

static struct side all[PEOPLE];
static size_t handed[PEOPLE][PEOPLE]; /* of whose packets so many were looked at by whom */

static void meet(struct side *s, const struct side *whom, const char *folder) {
    char args[200];
    act(s, with_id("{\"type\":\"contact\",\"contact\":\"", whom, "\",\"following\":true}"));
    snprintf(args, sizeof args, "\",\"address\":\"dir:/%s\"}]", folder);
    CHECK(!strcmp(call(s, "roads.add", with_id("[{\"id\":\"", whom, args)), "true"));
}

/* Every packet is looked at by everybody who is there, and taken by those for whom it is. */
static void hand_round(void) {
    for (size_t from = 0; from < PEOPLE; from++) {
        for (size_t to = 0; to < PEOPLE; to++) {
            while (!all[to].gone && handed[from][to] < all[from].out_count) {
                struct kith_bytes packet = kith_buf_bytes(&all[from].out[handed[from][to]++]);
                bool alone;
                if (!kith_packet_is_for(packet, &all[to].keys, &alone))
                    continue;
                CHECK(!kith_node_packet(all[to].node, packet, time_of(&all[to])));
                pump(&all[to]);
            }
        }
    }
}

static void pass(uint64_t until) {
    hand_round();
    while (now < until) {
        uint64_t next = until;
        for (size_t i = 0; i < PEOPLE; i++)
            next = due(&all[i]) < next ? due(&all[i]) : next;
        now = next <= now ? now + 1 : next;
        for (size_t i = 0; i < PEOPLE; i++) {
            if (all[i].gone)
                continue;
            kith_node_tick(all[i].node, time_of(&all[i]));
            pump(&all[i]);
        }
        hand_round();
    }
}

static size_t slots_of(size_t packet) {
    return all[ANNA].out[packet].p[1];
}

/* How many of anna's packets since then are for so many. */
static size_t count(size_t since, size_t slots) {
    size_t sum = 0;
    for (size_t i = since; i < all[ANNA].out_count; i++)
        sum += slots_of(i) == slots;
    return sum;
}

static void post(const char *text) {
    char json[200];
    snprintf(json, sizeof json, "{\"type\":\"post\",\"text\":\"%s\"}", text);
    act(&all[ANNA], json);
}

static bool have_all(void) {
    bool yes = true;
    for (size_t i = 1; i < PEOPLE; i++)
        yes &= all[i].gone || head(&all[i], &all[ANNA]) == head(&all[ANNA], &all[ANNA]);
    return yes;
}

int main(void) {
    size_t since, back;
    bool alone;
    if (kith_crypto_init())
        return 2;
    for (size_t i = 0; i < PEOPLE; i++) {
        all[i] = (struct side){.disk = kith_slots_mem_new(), .drawn = 1 + 100 * i};
        kith_sign_keypair(&all[i].keys, &(struct kith_seed){{(uint8_t)(i + 1)}});
        boot(&all[i]);
    }
    for (size_t i = 1; i < PEOPLE; i++) {
        meet(&all[ANNA], &all[i], i == EVE ? "other" : "f");
        meet(&all[i], &all[ANNA], i == EVE ? "other" : "f");
    }
    pass(DAY);
    CHECK(have_all());

    since = all[ANNA].out_count;
    back = all[ANNA].taken_back;
    post("to all");
    pass(2 * DAY);
    CHECK(have_all() && all[ANNA].out_count == since + 2); /* one for three, one for eve */
    CHECK(count(since, 4) == 1 && count(since, 1) == 1);
    CHECK(all[ANNA].taken_back == back + 1);
    for (size_t i = since; i < all[ANNA].out_count; i++)
        CHECK(kith_packet_is_for(kith_buf_bytes(&all[ANNA].out[i]), &all[EVE].keys, &alone) == (slots_of(i) == 1));

    /* Dan is away for a month. The others have it at once, and he when he comes back. */
    since = all[ANNA].out_count;
    back = all[ANNA].taken_back;
    all[DAN].gone = true;
    post("dan is away");
    pass(3 * DAY);
    CHECK(have_all() && count(since, 4) == 1 && count(since, 1) > 1 && all[ANNA].taken_back == back);
    post("still");
    pass(32 * DAY);
    CHECK(have_all());
    all[DAN].gone = false;
    pass(33 * DAY);
    CHECK(have_all() && all[ANNA].taken_back >= back + 1);
    CHECK(strstr(call(&all[ANNA], "outbox.list", "[]"), "\"state\":\"waiting\"") == NULL);

    /* The user's word for one of them takes nothing from the others. */
    all[CLEO].gone = true;
    since = all[ANNA].out_count;
    post("who hears me?");
    pass(now + 10000);
    all[ANNA].dropped = 0;
    CHECK(!strcmp(call(&all[ANNA], "outbox.drop", with_id("[\"", &all[CLEO], "\"]")), "true"));
    CHECK(all[ANNA].dropped <= 1);
    post("and now?");
    pass(now + DAY);
    CHECK(have_all() && count(since, 4) == 1 && count(since, 2) == 1); /* the second for two */

    for (size_t i = 0; i < PEOPLE; i++) {
        kith_node_free(all[i].node);
        kith_slots_mem_free(all[i].disk);
        for (size_t k = 0; k < all[i].out_count; k++)
            kith_buf_wipe(&all[i].out[k]);
        kith_buf_wipe(&all[i].log);
        kith_buf_wipe(&all[i].said);
    }
    return check_done();
}
