/* SPDX-License-Identifier: MIT */
/* courier_test.c: two nodes with nothing but a road that stores and forwards, on a virtual clock: somebody who is gone for a
 * third of a year, and somebody whose calendar is two days off (docs/protocol/packet.md, "What is said when"). */
#include "courier_lab.h"

/* Ben's machine is off. What anna's sends lies on the road, where it may rot. */
static void somebody_who_is_gone(void) {
    uint64_t longest = 0, before = 0, tries, made;
    begin();
    ben.gone = true;
    act(&anna, "{\"type\":\"post\",\"text\":\"Where are you?\"}");
    run(59 * DAY);
    CHECK(outbox_says(&anna, "waiting"));
    tries = outbox(&anna, "\"tries\":");
    CHECK(tries > 10 && tries + 1 == anna.out_count);
    for (size_t i = 1; i < anna.out_count; i++) { /* each pause is twice the last one, up to a week */
        uint64_t pause = anna.made[i] - anna.made[i - 1];
        CHECK(pause >= before && (i == 1 || pause <= 2 * before + MINUTE));
        before = pause;
        longest = pause > longest ? pause : longest;
    }
    CHECK(anna.made[1] - anna.made[0] >= 10 * MINUTE && anna.made[1] - anna.made[0] < 11 * MINUTE);
    CHECK(longest >= 7 * DAY && longest < 7 * DAY + MINUTE);
    CHECK(outbox(&anna, "\"again_ms\":") <= 7 * DAY);
    run(61 * DAY);
    CHECK(outbox_says(&anna, "expired"));
    restart(&anna); /* and is, after a restart */
    CHECK(outbox_says(&anna, "expired"));
    made = anna.out_count;
    run(80 * DAY); /* it goes on, seldom */
    CHECK(anna.out_count >= made + 2 && anna.out_count <= made + 3);
    CHECK(outbox(&anna, "\"tries\":") >= tries + 2 && outbox_says(&anna, "expired"));
    act(&anna, "{\"type\":\"post\",\"text\":\"I write again.\"}");
    run(100 * DAY);
    CHECK(outbox(&anna, "\"received\":") == 0 && outbox(&anna, "\"of\":") == 3);

    made = anna.out_count; /* the user's word: at once, and with short pauses as at first */
    CHECK(!strcmp(call(&anna, "outbox.again", with_id("[\"", &ben, "\"]")), "true"));
    run(100 * DAY + MINUTE);
    CHECK(anna.out_count == made + 1 && outbox_says(&anna, "waiting"));
    CHECK(outbox(&anna, "\"tries\":") == 0 && outbox(&anna, "\"again_ms\":") <= 10 * MINUTE);

    ben.gone = false; /* all that was sent before has rotted: the last packet has it all */
    anna.at = made;
    run(101 * DAY);
    CHECK(are_equal() && head(&ben, &anna) == 3 && ben.refused == 0 && anna.refused == 0);
    CHECK(outbox_says(&anna, "received") && outbox(&anna, "\"received\":") == 3);
    end();
}

/* Whether one of the packets from s says that one of the other's was refused, as the other one reads it. */
static bool says_refused(const struct side *s, const struct side *reader) {
    struct kith_buf plain = {0};
    struct kith_part_receipt receipt;
    struct kith_part part;
    struct kith_packet p;
    bool says = false;
    for (size_t i = 0; i < s->out_count; i++) {
        if (kith_packet_open(&p, &plain, kith_buf_bytes(&s->out[i]), &reader->keys, KITH_PACKET_ANY_TIME))
            continue;
        while (kith_parts_next(&p.content, &part)) {
            while (part.type == KITH_PART_RECEIPTS && kith_part_receipt_next(&part.bytes, &receipt))
                says |= receipt.outcome == KITH_OUTCOME_REFUSED;
        }
    }
    kith_buf_wipe(&plain);
    return says;
}

static bool has_logged(struct side *s, const char *what) {
    bool has;
    kith_buf_put_u8(&s->log, 0);
    has = strstr((const char *)s->log.p, what) != NULL;
    s->log.len--;
    return has;
}

/* Ben's calendar is off by so much for five days, then right. */
static void a_wrong_calendar(int64_t skew) {
    struct side *refuses = skew < 0 ? &ben : &anna, *from = skew < 0 ? &anna : &ben;
    begin();
    ben.skew = skew;
    act(&anna, "{\"type\":\"post\",\"text\":\"What day is it?\"}");
    act(&ben, "{\"type\":\"post\",\"text\":\"I do not know.\"}");
    run(5 * DAY);
    CHECK(refuses->refused > 0 && from->refused == 0); /* what comes from a later day */
    CHECK(has_logged(refuses, "packet.refused from=@") && has_logged(refuses, "error=protocol why=\"its time is over, or not yet\""));
    CHECK(says_refused(refuses, from));
    CHECK(head(refuses, from) == 0 && head(from, refuses) == head(refuses, refuses)); /* the other direction goes on */
    CHECK(outbox_says(from, "trouble") && strstr(call(from, "outbox.list", "[]"), "they refused it"));
    CHECK(from->out_count < 60); /* and not as often as there are receipts */
    ben.skew = 0;
    run(30 * DAY);
    CHECK(are_equal() && head(&ben, &anna) == 2 && head(&anna, &ben) == 2);
    CHECK(outbox_says(&anna, "received") && outbox_says(&ben, "received"));
    end();
}

/* The text of a member of the last answer. */
static const char *member(const struct side *s, const char *name, char out[1000]) {
    const char *at = strstr((const char *)s->said.p, name);
    size_t len = at ? strcspn(at + strlen(name), "\"") : 0;
    CHECK(len && len < 1000);
    memcpy(out, at ? at + strlen(name) : "", len);
    out[len] = 0;
    return out;
}

/* An invite that is good until then; or one that is taken back before Ben uses it. */
static void an_invite(uint64_t until, bool revoked, bool is_good) {
    char code[1000], token[1000], args[1200], wanted[1200];
    begin_as_strangers();
    CHECK(!strcmp(call(&anna, "roads.add", "[{\"address\":\"http:anna\"}]"), "true"));
    CHECK(!strcmp(call(&ben, "roads.add", "[{\"address\":\"http:ben\"}]"), "true"));
    snprintf(args, sizeof args, "[{\"until\":%llu}]", (unsigned long long)until);
    (void)call(&anna, "friends.invite", args);
    (void)member(&anna, "\"code\":\"", code), (void)member(&anna, "\"token\":\"", token);
    snprintf(args, sizeof args, "[\"%s\"]", token);
    snprintf(wanted, sizeof wanted, "[{\"token\":\"%s\",\"at\":", token);
    CHECK(!strncmp(call(&anna, "friends.invites", "[]"), wanted, strlen(wanted)) && !strstr(call(&anna, "friends.invites", "[]"), "used"));
    if (revoked) {
        CHECK(!strcmp(call(&anna, "friends.uninvite", args), "true") && !strcmp(call(&anna, "friends.uninvite", args), "false"));
        CHECK(!strcmp(call(&anna, "friends.invites", "[]"), "[]"));
    }
    act(&anna, "{\"type\":\"post\",\"text\":\"Good morning.\"}");
    snprintf(args, sizeof args, "[\"%s\",{\"text\":\"Ben, from the choir\"}]", code);
    CHECK(strstr(call(&ben, "friends.join", args), "\"roads\":[\"http:anna\"]"));
    run(2 * 60 * MINUTE);
    restart(&anna);
    CHECK((head(&ben, &anna) > 0 && are_equal()) == is_good);
    CHECK(!strcmp(call(&anna, "friends.list", "[{\"list\":\"requests\"}]"), "[]") == is_good);
    CHECK(is_good || strstr(call(&anna, "friends.list", "[{\"list\":\"requests\"}]"), "Ben, from the choir"));
    CHECK((strstr(call(&anna, "friends.invites", "[]"), with_id("\"used\":\"", &ben, "\",\"text\":\"Ben, from the choir\"")) != NULL) == is_good);
    end();
}

/* The log has the packet as made, and the outbox lost it in a power cut: it is made again. */
static void an_outbox_that_was_lost(void) {
    begin();
    run(DAY);
    CHECK(are_equal());
    anna.mute = true;
    act(&anna, "{\"type\":\"post\",\"text\":\"It is getting dark.\"}");
    ben.gone = true;
    run(DAY + MINUTE);
    CHECK(outbox_says(&anna, "waiting"));
    anna.mute = false;
    restart(&anna);
    anna.at = anna.out_count;
    ben.gone = false;
    run(DAY + 60 * MINUTE);
    CHECK(are_equal() && head(&ben, &anna) == 2 && outbox_says(&anna, "received"));
    end();
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    an_invite(0, false, true);
    an_invite(EPOCH + DAY, false, true);
    an_invite(EPOCH - 1, false, false); /* its day was over before */
    an_invite(0, true, false);
    an_outbox_that_was_lost();
    somebody_who_is_gone();
    a_wrong_calendar(-2 * (int64_t)DAY - 2 * 3600000);
    a_wrong_calendar(2 * (int64_t)DAY + 2 * 3600000);
    return check_done();
}
