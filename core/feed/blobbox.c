/* SPDX-License-Identifier: MIT */
#include "feed/blobbox.h"

static const struct kith_nonce zero_nonce;

void kith_blobbox_seal(struct kith_buf *out, struct kith_bytes bytes, const struct kith_rng *rng,
                       struct kith_ref *link) {
    size_t len = bytes.len + KITH_BLOBBOX_EXTRA;
    *link = (struct kith_ref){.kind = KITH_REF_BLOB, .has_unbox = true};
    kith_rng_fill(rng, link->unbox.b, sizeof link->unbox.b);
    kith_buf_reserve(out, len);
    kith_secretbox_seal(out->p + out->len, bytes, &zero_nonce, &link->unbox);
    kith_sha256(&link->bytes, kith_bytes(out->p + out->len, len));
    out->len += len;
}

int kith_blobbox_open(struct kith_buf *out, struct kith_bytes blob, const struct kith_ref *link) {
    if (link->kind != KITH_REF_BLOB || !link->has_unbox)
        return KITH_ERR_ARG;
    if (blob.len < KITH_BLOBBOX_EXTRA)
        return KITH_ERR_CRYPTO;
    kith_buf_reserve(out, blob.len);
    int err = kith_secretbox_open(out->p + out->len, blob, &zero_nonce, &link->unbox);
    if (!err)
        out->len += blob.len - KITH_BLOBBOX_EXTRA;
    return err;
}
