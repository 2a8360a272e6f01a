/* SPDX-License-Identifier: MIT */
/* lan_fuzz.c: a packet as it is, and its bytes as the JSON of a packet that is sealed and signed
 * well. */
#include "wire/lan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct kith_symkey cap = {{1, 2, 3}};
    struct kith_bytes in = kith_bytes(data, size);
    struct kith_buf text = {0}, packet = {0}, again = {0};
    struct kith_pubkey key, other;
    struct kith_seed seed = {{4}};
    struct kith_keypair keys;
    struct kith_nonce nonce;
    struct kith_sig sig = {{0}};
    if (kith_crypto_init())
        return 0;
    kith_sign_keypair(&keys, &seed);
    (void)kith_lan_parse_sealed(in, &cap, &text, &key);
    if (size <= KITH_LAN_MAX) {
        kith_buf_reserve(&packet, size + KITH_MAC_LEN);
        memcpy(nonce.b, cap.b, sizeof nonce.b);
        kith_secretbox_seal(packet.p, in, &nonce, &cap);
        packet.len = size + KITH_MAC_LEN;
        kith_buf_put(&packet, sig.b, sizeof sig.b);
        KITH_ASSERT(kith_lan_parse_sealed(kith_buf_bytes(&packet), &cap, &text, &key) != KITH_OK);
    }
    kith_buf_clear(&packet);
    if (kith_lan_parse(in, &text, &key) == KITH_OK &&
        kith_lan_put_sealed(&packet, in, &cap, &keys) == KITH_OK) {
        int err = kith_lan_parse_sealed(kith_buf_bytes(&packet), &cap, &again, &other);
        KITH_ASSERT(err == (kith_pubkey_eq(&key, &keys.pub) ? KITH_OK : KITH_ERR_CRYPTO) ||
                    err == KITH_ERR_SYNTAX);
    }
    kith_buf_wipe(&text);
    kith_buf_wipe(&packet);
    kith_buf_wipe(&again);
    return 0;
}
