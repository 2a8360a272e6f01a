/* SPDX-License-Identifier: MIT */
/* courier_drop_test.c: the user's word takes out of the outbox what no receipt did. */
#include "courier_lab.h"

static const char *drop(struct side *s, const struct side *whom) {
    return call(s, "outbox.drop", with_id("[\"", whom, "\"]"));
}

int main(void) {
    size_t made;
    if (kith_crypto_init())
        return 2;
    begin();
    ben.gone = true;
    act(&anna, "{\"type\":\"post\",\"text\":\"Where are you?\"}");
    run(DAY);
    CHECK(outbox_says(&anna, "waiting") && anna.dropped > 0);
    made = anna.out_count;
    anna.dropped = 0;
    CHECK(!strcmp(drop(&anna, &ben), "true"));
    CHECK(anna.dropped == 1 && outbox_says(&anna, "given up") && strstr(call(&anna, "outbox.list", "[]"), "\"packets\":[]"));
    act(&anna, "{\"type\":\"post\",\"text\":\"I speak to the wall.\"}");
    run(30 * DAY);
    restart(&anna);
    run(100 * DAY); /* not after a restart either, and not for what is written later */
    CHECK(anna.out_count == made && outbox_says(&anna, "given up"));
    CHECK(strstr(drop(&ben, &anna), "true") != NULL);

    CHECK(!strcmp(call(&anna, "outbox.again", with_id("[\"", &ben, "\"]")), "true"));
    run(100 * DAY + MINUTE);
    CHECK(anna.out_count == made + 1 && outbox_says(&anna, "waiting"));
    (void)drop(&anna, &ben);
    made = anna.out_count;
    run(101 * DAY);
    CHECK(anna.out_count == made);

    anna.at = made; /* what was sent has rotted; then ben writes: he is there again, and gets everything */
    ben.gone = false;
    CHECK(!strcmp(call(&ben, "outbox.again", with_id("[\"", &anna, "\"]")), "true"));
    act(&ben, "{\"type\":\"post\",\"text\":\"Here.\"}");
    run(102 * DAY);
    CHECK(are_equal() && head(&ben, &anna) == 3 && outbox_says(&anna, "received"));

    /* What the host carries and nobody here knows of goes when it does not work. */
    anna.dropped = 0;
    kith_node_packet_sent(anna.node, 4711, KITH_SENT_LATER, "the folder is not there", time_of(&anna));
    pump(&anna);
    CHECK(anna.dropped == 1);
    end();
    return check_done();
}
