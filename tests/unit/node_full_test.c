/* SPDX-License-Identifier: MIT */
/* Whose link is left unread while many messages wait for their judges: theirs, and nobody else's. */
#include "node_lab.h"

int main(void) {
    struct lab lab = {0};
    struct lab_app teller, asker;
    int32_t req;
    lab_open(&lab);
    teller = lab_app_new(&lab);
    asker = lab_app_new(&lab);
    CHECK(!kith_muxrpc_call(teller.rpc, KITH_RPC_DUPLEX, "import", KITH_LIT("[]"), &req));
    CHECK(lab_app_say(&lab, &teller));
    for (unsigned i = 0; !kith_node_full(lab.node, teller.link) && i < 100000; i++) {
        kith_muxrpc_write(teller.rpc, req, KITH_RPC_JSON, KITH_LIT("{\"no\":\"message\"}"));
        CHECK(lab_app_say(&lab, &teller));
    }
    CHECK(kith_node_full(lab.node, teller.link));
    CHECK(!kith_node_full(lab.node, asker.link));
    lab_carry_out(&lab);
    CHECK(!kith_node_full(lab.node, teller.link));
    lab_app_free(&lab, &teller);
    lab_app_free(&lab, &asker);
    lab_close(&lab);
    return check_done();
}
