/* SPDX-License-Identifier: MIT */
/* A disk that refuses a blob loses none that it has. */
#include "node_lab.h"
#include "node/state.h"

static int said;

static void put_done(struct kith_node *n, void *ctx, int err, const struct kith_blobid *id) {
    (void)n, (void)ctx, (void)id;
    said = err;
}

int main(void) {
    struct lab lab = {0};
    struct kith_blobid id, other;
    lab_open(&lab);
    kith_sha256(&id.hash, KITH_LIT("a photo"));
    kith_node_blob_known(lab.node, &id, 7);
    /* The lab's disk takes nothing. */
    CHECK(!kith_blob_put(lab.node, KITH_LIT("a photo"), &id, put_done, NULL));
    lab_carry_out(&lab);
    CHECK(said == KITH_ERR_IO);
    CHECK(kith_blobs_has(lab.node->blobs.blobs, &id, NULL));
    CHECK(!kith_blob_put(lab.node, KITH_LIT("another one"), &other, put_done, NULL));
    lab_carry_out(&lab);
    CHECK(!kith_blobs_has(lab.node->blobs.blobs, &other, NULL));
    lab_close(&lab);
    return check_done();
}
