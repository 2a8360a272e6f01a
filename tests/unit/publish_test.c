/* SPDX-License-Identifier: MIT */
/* What the words of others do to a restored copy: one that knows no more lets it write, one that has
 * shown more stands until that is here, over restarts, or until the user says that it is not so. */
#include "node/publish.h"

#include "node/state.h"
#include "node_lab.h"

#define HELD 3u

static const struct kith_pubkey ben = {{1}}, cleo = {{2}};

static void wait_ms(struct lab *l, uint64_t ms) {
    struct kith_time t = l->node->t;
    t.now_ms += ms;
    kith_node_tick(l->node, t);
    lab_carry_out(l);
}

static void open_again(struct lab *l, bool quarantined) {
    struct kith_store_report report;
    struct kith_node_config config = {
        .cap = KITH_MAIN_NET, .rng = {lab_count_up, &l->seed}, .offline = true, .quarantined = quarantined};
    lab_carry_out(l);
    kith_node_free(l->node);
    kith_sign_keypair(&config.keys, &(struct kith_seed){{7}});
    config.slots = kith_slots_mem_list(l->disk, &config.slot_count);
    CHECK(!kith_node_open(&l->node, &config, &report, lab_time));
}

/* A store with some messages, as a copy of it is opened. */
static void open_copy(struct lab *l) {
    *l = (struct lab){0};
    lab_open(l);
    for (unsigned i = 0; i < HELD; i++)
        CHECK(!kith_publish(l->node, KITH_LIT("{\"type\":\"post\",\"text\":\"a\"}"), NULL, NULL));
    open_again(l, true);
    CHECK(kith_publish_head(l->node).sequence == HELD);
    CHECK(kith_node_is_quarantined(l->node));
}

static void says(struct lab *l, const struct kith_pubkey *who, uint64_t sequence) {
    kith_publish_claim(l->node, who, sequence);
    lab_carry_out(l);
}

static uint64_t known(struct lab *l) {
    size_t heard;
    uint64_t known;
    (void)kith_publish_heard(l->node, &heard, &known);
    return known;
}

static void test_the_word_of_one_is_enough(void) {
    struct lab l;
    open_copy(&l);
    wait_ms(&l, KITH_PUBLISH_SETTLE_MS);
    CHECK(kith_node_is_quarantined(l.node));
    says(&l, &ben, HELD);
    CHECK(kith_node_is_quarantined(l.node)); /* others may know more */
    wait_ms(&l, KITH_PUBLISH_SETTLE_MS);
    CHECK(!kith_node_is_quarantined(l.node));
    lab_close(&l);
}

static void test_a_smaller_number_takes_nothing_back(void) {
    struct lab l;
    open_copy(&l);
    says(&l, &ben, 9);
    says(&l, &ben, HELD);
    wait_ms(&l, KITH_PUBLISH_SETTLE_MS);
    CHECK(kith_node_is_quarantined(l.node));
    CHECK(known(&l) == 9);
    lab_close(&l);
}

static void test_a_restart_forgets_nothing(void) {
    struct lab l;
    open_copy(&l);
    says(&l, &ben, 9);
    open_again(&l, true);
    CHECK(known(&l) == 9);
    says(&l, &cleo, HELD);
    wait_ms(&l, KITH_PUBLISH_SETTLE_MS);
    CHECK(kith_node_is_quarantined(l.node));
    lab_close(&l);
}

static void test_the_user_knows_better(void) {
    struct lab l;
    open_copy(&l);
    says(&l, &ben, 9);
    kith_publish_insist(l.node);
    CHECK(!kith_publish_refusal(l.node));
    CHECK(!kith_publish(l.node, KITH_LIT("{\"type\":\"post\",\"text\":\"b\"}"), NULL, NULL));
    open_again(&l, true);
    CHECK(known(&l) == 0);
    says(&l, &cleo, HELD + 1);
    wait_ms(&l, KITH_PUBLISH_SETTLE_MS);
    CHECK(!kith_node_is_quarantined(l.node));
    lab_close(&l);
}

static void test_a_liar_does_not_fill_the_disk(void) {
    struct lab l;
    uint64_t before;
    open_copy(&l);
    before = kith_store_count(l.node->store);
    for (uint64_t sequence = 10; sequence < 1000; sequence++)
        says(&l, &ben, sequence);
    CHECK(known(&l) == 999);
    CHECK(kith_store_count(l.node->store) <= before + 2 * KITH_PUBLISH_EXPECT_MAX); /* each forgets the one before */
    lab_close(&l);
}

int main(void) {
    test_the_word_of_one_is_enough();
    test_a_smaller_number_takes_nothing_back();
    test_a_restart_forgets_nothing();
    test_the_user_knows_better();
    test_a_liar_does_not_fill_the_disk();
    return check_done();
}
