/* SPDX-License-Identifier: MIT */
/* rng.h: where random bytes come from. The host owns the source: the operating system in a daemon,
 * crypto.getRandomValues in a browser, a seed in the simulator, so that every run can be replayed. */
#ifndef KITH_BASE_RNG_H
#define KITH_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct kith_rng {
    void (*fill)(void *ctx, uint8_t *out, size_t len);
    void *ctx;
};

static inline void kith_rng_fill(const struct kith_rng *rng, void *out, size_t len) {
    rng->fill(rng->ctx, (uint8_t *)out, len);
}

#endif
