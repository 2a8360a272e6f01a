/* SPDX-License-Identifier: MIT */
/* A vault from anywhere: what is read is written back to the same bytes; with the first byte odd it is signed first, so that
 * the fuzzer gets past the signature. */
#include <stdlib.h>

#include "wire/vault.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct kith_keypair keys;
    struct kith_buf file = {0}, again = {0};
    struct kith_vault v, head;
    size_t len = 0;
    if (!keys.sec.b[63]) {
        struct kith_seed seed = {{5}};
        if (kith_crypto_init())
            abort();
        kith_sign_keypair(&keys, &seed);
    }
    if (!size)
        return 0;
    kith_buf_put(&file, data + 1, size - 1);
    if (data[0] & 1 && file.len >= 45) { /* as its owner would have signed it */
        struct kith_sig sig;
        memcpy(file.p + 13, keys.pub.b, sizeof keys.pub.b);
        kith_sign(&sig, kith_buf_bytes(&file), &keys.sec);
        kith_buf_put(&file, sig.b, sizeof sig.b);
    }
    if (!kith_vault_parse(&v, kith_buf_bytes(&file))) {
        if (kith_vault_head(&head, &len, kith_buf_bytes(&file)) || len != v.content.len || head.version != v.version)
            abort();
        if (kith_vault_follows(&v, &v) != KITH_ERR_CHAIN)
            abort();
        if (kith_pubkey_eq(&v.owner, &keys.pub)) {
            kith_vault_put(&again, &v, &keys);
            if (!kith_bytes_eq(kith_buf_bytes(&again), kith_buf_bytes(&file)))
                abort();
        }
    }
    kith_buf_wipe(&file);
    kith_buf_wipe(&again);
    return 0;
}
