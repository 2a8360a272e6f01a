/* SPDX-License-Identifier: MIT */
/* carrier_example.c FOLDER: carries a packet with the carrier that docs/drivers.md shows (EXAMPLE is that text). */
#include EXAMPLE

#include "check.h"

static bool never(void *ctx) {
    (void)ctx;
    return false;
}

static bool is_ours(void *ctx, struct kith_bytes packet, bool *alone) {
    (void)ctx;
    *alone = true;
    return packet.len > 3;
}

static bool take(void *ctx, struct kith_bytes packet) {
    kith_buf_put_bytes(ctx, packet);
    return true;
}

int main(int argc, char **argv) {
    char address[4200], by[KITH_CARRIER_WORD];
    struct kith_buf got = {0};
    struct kith_carrier_taker taker = {is_ours, take, &got, NULL};
    struct kith_carrier_way way = {.address = address, .rest = address + 5, .settings = "", .stop = never};
    const struct kith_carrier *slot = &kith_carrier_slot;
    snprintf(address, sizeof address, "slot:%s/box", argc == 2 ? argv[1] : "");
    CHECK(slot->receive(&way, &taker, by) && !got.len); /* nothing is there */
    CHECK(slot->transmit(&way, KITH_LIT("a packet"), by) == KITH_CARRIED_STORED);
    CHECK(slot->transmit(&way, KITH_LIT("another"), by) == KITH_CARRIED_LATER && !strcmp(by, "the letter box is full"));
    CHECK(slot->receive(&way, &taker, by) && kith_bytes_is(kith_buf_bytes(&got), "a packet"));
    CHECK(slot->transmit(&way, KITH_LIT("no"), by) == KITH_CARRIED_STORED);
    CHECK(slot->receive(&way, &taker, by) && kith_bytes_is(kith_buf_bytes(&got), "a packet")); /* for others: it stays */
    CHECK(slot->transmit(&way, KITH_LIT("another"), by) == KITH_CARRIED_LATER);
    way.rest = "box";
    CHECK(slot->transmit(&way, KITH_LIT("a packet"), by) == KITH_CARRIED_NEVER);
    kith_buf_wipe(&got);
    return check_done();
}
