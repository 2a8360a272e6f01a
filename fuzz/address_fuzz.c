/* SPDX-License-Identifier: MIT */
/* address_fuzz.c: addresses and invites that people paste. Whatever is read is written to a text
 * that reads the same. */
#include "wire/invite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(struct kith_address a, struct kith_address b) {
    if (a.scheme == KITH_ADDRESS_OTHER)
        KITH_ASSERT(kith_bytes_eq(a.text, b.text));
    KITH_ASSERT(a.scheme == b.scheme && a.port == b.port && !strcmp(a.host, b.host) &&
                !strcmp(a.path, b.path));
    KITH_ASSERT(a.has_key == b.has_key && a.has_seed == b.has_seed && a.noauth == b.noauth);
    KITH_ASSERT(kith_pubkey_eq(&a.key, &b.key) && memcmp(a.seed.b, b.seed.b, sizeof a.seed.b) == 0);
    KITH_ASSERT(kith_pubkey_eq(&a.portal, &b.portal) && kith_pubkey_eq(&a.target, &b.target));
}

static void take_list(struct kith_bytes in) {
    struct kith_address a, again;
    while (kith_address_next(&in, &a)) {
        struct kith_buf text = {0};
        kith_address_put(&text, &a);
        KITH_ASSERT(kith_address_parse(kith_buf_bytes(&text), &again) == KITH_OK);
        same(a, again);
        kith_buf_wipe(&text);
    }
    KITH_ASSERT(!in.len);
}

static void take_invite(struct kith_bytes in) {
    struct kith_address a, again;
    struct kith_buf text = {0};
    if (kith_invite_parse(in, &a))
        return;
    KITH_ASSERT(a.has_key && a.has_seed);
    kith_invite_put(&text, &a);
    KITH_ASSERT(kith_invite_parse(kith_buf_bytes(&text), &again) == KITH_OK);
    again.noauth = a.noauth; /* the old form cannot say it */
    same(a, again);
    kith_buf_wipe(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    take_list(kith_bytes(data, size));
    take_invite(kith_bytes(data, size));
    return 0;
}
