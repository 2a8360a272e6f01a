/* SPDX-License-Identifier: MIT */
/* Invites and certificates, as they come from anybody: what is read is written back and read the same. */
#include <stdlib.h>

#include "wire/certificate.h"
#include "wire/friendlink.h"

static void look_at_link(struct kith_bytes text) {
    struct kith_friendlink one, two;
    struct kith_buf out = {0};
    if (kith_friendlink_parse(&one, text))
        return;
    kith_friendlink_put(&out, &one);
    if (out.len <= KITH_FRIENDLINK_MAX) {
        if (kith_friendlink_parse(&two, kith_buf_bytes(&out)) || one.expires_s != two.expires_s || strcmp(one.name, two.name) != 0 ||
            !kith_pubkey_eq(&one.inviter, &two.inviter) || !kith_pubkey_eq(&one.address, &two.address) ||
            memcmp(&one.secret, &two.secret, sizeof one.secret) || !kith_bytes_eq(one.origin, two.origin))
            abort();
    }
    kith_buf_wipe(&out);
}

static void look_at_certificate(struct kith_bytes text, const struct kith_keypair *keys) {
    struct kith_certificate one, two;
    struct kith_buf out = {0};
    if (kith_certificate_parse(&one, text))
        return;
    one.broker = keys->pub;
    kith_certificate_put(&out, &one, &keys->sec);
    if (kith_certificate_parse(&two, kith_buf_bytes(&out)) || strcmp(one.handle, two.handle) != 0 || strcmp(one.host, two.host) != 0 ||
        one.until_s != two.until_s)
        abort();
    kith_buf_wipe(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct kith_keypair keys;
    struct kith_seed seed = {{5}};
    if (!keys.sec.b[63]) {
        if (kith_crypto_init())
            abort();
        kith_sign_keypair(&keys, &seed);
    }
    look_at_link(kith_bytes(data, size));
    look_at_certificate(kith_bytes(data, size), &keys);
    return 0;
}
