/* SPDX-License-Identifier: MIT */
/* courier_fork_test.c: what is sent again without end: a feed that has forked, of which anna holds one branch and ben the other, and somebody who
 * acknowledges all and takes nothing. */
#include "courier_lab.h"

/* Somebody's key has written two feeds: anna holds one, ben the other, both want it. */
static void take_feed(struct side *s, struct side *writer) {
    const struct kith_feeds *feeds = kith_store_feeds(writer->node->store);
    uint32_t number = kith_feeds_find(feeds, &writer->keys.pub);
    struct kith_buf text = {0};
    for (uint64_t i = 1; i <= head(writer, writer); i++) {
        struct kith_record record;
        uint64_t at;
        CHECK(kith_feeds_record(feeds, number, i, &at) && !kith_store_get(writer->node->store, at, &record, &text));
        CHECK(!kith_node_packet(s->node, record.value, time_of(s)));
        pump(s);
    }
    kith_buf_wipe(&text);
}

static void a_forked_feed(void) {
    struct side cleo[2];
    size_t made;
    begin();
    for (size_t i = 0; i < 2; i++) {
        cleo[i] = (struct side){.disk = kith_slots_mem_new(), .drawn = 200 + i};
        kith_sign_keypair(&cleo[i].keys, &(struct kith_seed){{3}});
        boot(&cleo[i]);
        act(&cleo[i], i ? "{\"type\":\"post\",\"text\":\"one\"}" : "{\"type\":\"post\",\"text\":\"another\"}");
        act(i ? &ben : &anna, with_id("{\"type\":\"contact\",\"contact\":\"", &cleo[i], "\",\"following\":true}"));
        take_feed(i ? &ben : &anna, &cleo[i]);
    }
    act(&cleo[0], "{\"type\":\"post\",\"text\":\"and so on\"}");
    take_feed(&anna, &cleo[0]);
    CHECK(head(&anna, &cleo[0]) == 2 && head(&ben, &cleo[0]) == 1);
    run(DAY);
    CHECK(are_equal() && head(&ben, &anna) == 2 && head(&ben, &cleo[0]) == 1);
    CHECK(outbox_says(&anna, "received"));
    made = anna.out_count;
    run(40 * DAY); /* ben has said that he does not want it like that */
    CHECK(anna.out_count == made && anna.out_count < 10);
    act(&anna, "{\"type\":\"post\",\"text\":\"Cleo has two voices.\"}");
    run(41 * DAY);
    CHECK(are_equal() && anna.out_count == made + 1);
    restart(&ben);
    restart(&anna);
    act(&cleo[0], "{\"type\":\"post\",\"text\":\"and on\"}");
    take_feed(&anna, &cleo[0]);
    made = anna.out_count;
    run(60 * DAY);
    CHECK(anna.out_count <= made + 2 && head(&ben, &cleo[0]) == 1);
    for (size_t i = 0; i < 2; i++) {
        kith_node_free(cleo[i].node);
        kith_slots_mem_free(cleo[i].disk);
        kith_buf_wipe(&cleo[i].log);
    }
    end();
}

/* Ben's machine does not know of forks: it acknowledges everything, wants the rest of a feed, and never has it. Between two packets
 * of anna's the pause doubles. */
static void answer_as_ever(const struct side *cleo) {
    struct kith_packet in, out = {.encoding = 1, .created_ms = EPOCH + now, .expires_ms = EPOCH + now + DAY};
    struct kith_buf plain = {0}, notes = {0}, receipts = {0}, content = {0}, packet = {0};
    struct kith_part_note note = {anna.keys.pub, head(&anna, &anna), true};
    struct kith_part_receipt receipt = {.outcome = KITH_OUTCOME_TAKEN};
    CHECK(!kith_packet_open(&in, &plain, kith_buf_bytes(&anna.out[anna.out_count - 1]), &ben.keys, EPOCH + now));
    receipt.of = in.id;
    kith_part_receipt_put(&receipts, &receipt);
    kith_part_note_put(&notes, &note);
    note = (struct kith_part_note){cleo->keys.pub, 1, true};
    kith_part_note_put(&notes, &note);
    kith_parts_put(&content, KITH_PART_RECEIPTS, kith_buf_bytes(&receipts));
    kith_parts_put(&content, KITH_PART_NOTES, kith_buf_bytes(&notes));
    out.content = kith_buf_bytes(&content);
    CHECK(!kith_packet_seal(&packet, &out, &ben.keys, &anna.keys.pub, 1, &(struct kith_rng){scramble, &ben}));
    CHECK(!kith_node_packet(anna.node, kith_buf_bytes(&packet), time_of(&anna)));
    pump(&anna);
    kith_buf_wipe(&plain);
    kith_buf_wipe(&notes);
    kith_buf_wipe(&receipts);
    kith_buf_wipe(&content);
    kith_buf_wipe(&packet);
}

static void somebody_who_takes_nothing(void) {
    struct side cleo = {.disk = kith_slots_mem_new(), .drawn = 200};
    uint64_t pause = 0;
    size_t answered = 0;
    begin();
    ben.gone = true;
    kith_sign_keypair(&cleo.keys, &(struct kith_seed){{3}});
    boot(&cleo);
    act(&cleo, "{\"type\":\"post\",\"text\":\"one\"}");
    act(&cleo, "{\"type\":\"post\",\"text\":\"two\"}");
    act(&anna, with_id("{\"type\":\"contact\",\"contact\":\"", &cleo, "\",\"following\":true}"));
    take_feed(&anna, &cleo);
    for (uint64_t hour = 1; hour < 60 * 24; hour++) {
        run(hour * 60 * MINUTE);
        if (anna.out_count > answered) {
            pause = answered ? anna.made[anna.out_count - 1] - anna.made[answered - 1] : 0;
            answer_as_ever(&cleo);
            answered = anna.out_count;
        }
    }
    CHECK(anna.out_count > 5 && anna.out_count < 30);
    CHECK(pause >= 6 * DAY && pause <= 8 * DAY);
    CHECK(!strcmp(call(&anna, "outbox.again", with_id("[\"", &ben, "\"]")), "true"));
    run(now + MINUTE);
    CHECK(anna.out_count == answered + 1); /* the user's word */
    kith_node_free(cleo.node);
    kith_slots_mem_free(cleo.disk);
    kith_buf_wipe(&cleo.log);
    end();
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    a_forked_feed();
    somebody_who_takes_nothing();
    return check_done();
}
