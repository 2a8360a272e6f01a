/* SPDX-License-Identifier: MIT */
/* words_fuzz.c: whatever somebody types; what is taken comes out as the same words. */
#include "crypto/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kith_words_fault fault;
    struct kith_seed seed, again;
    struct kith_buf text = {0};
    if (kith_crypto_init())
        return 0;
    if (kith_words_parse(kith_bytes(data, size), &seed, &fault)) {
        kith_words_fault_put(&text, &fault);
        KITH_ASSERT(text.len > 10);
        memset(&seed, 0, sizeof seed);
        memcpy(seed.b, data, size < sizeof seed.b ? size : sizeof seed.b);
        kith_buf_clear(&text);
    }
    kith_words_put(&text, &seed);
    KITH_ASSERT(!kith_words_parse(kith_buf_bytes(&text), &again, NULL) && !memcmp(&seed, &again, sizeof seed));
    kith_buf_wipe(&text);
    return 0;
}
