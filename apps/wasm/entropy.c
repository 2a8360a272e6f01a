/* SPDX-License-Identifier: MIT */
/* What libsodium asks of its host. The core is handed its randomness (base/rng.h); libsodium itself draws
 * once, when it starts, for its guarded allocations, which nobody here makes. That comes from the browser
 * too, so that a draw which somebody adds one day is no constant. All of the archive's own stand-ins
 * (tests/wasm/no_host.c) are replaced, so that none of them is linked. */
#include <stddef.h>

#include "tab.h"

int raise(int signal);
void randombytes_buf(void *buf, size_t size);
void randombytes(unsigned char *buf, unsigned long long size);
uint32_t randombytes_random(void);
uint32_t randombytes_uniform(uint32_t upper_bound);
void randombytes_stir(void);

int raise(int signal) {
    (void)signal;
    __builtin_trap();
}

void randombytes_buf(void *buf, size_t size) {
    tab_random(buf, size);
}

void randombytes(unsigned char *buf, unsigned long long size) {
    tab_random(buf, (size_t)size);
}

uint32_t randombytes_random(void) {
    uint32_t n;
    tab_random(&n, sizeof n);
    return n;
}

/* The highest multiple of the bound is where it would become uneven. */
uint32_t randombytes_uniform(uint32_t upper_bound) {
    uint32_t n, uneven = upper_bound < 2 ? 0 : (1U + ~upper_bound) % upper_bound;
    do
        n = randombytes_random();
    while (n < uneven);
    return upper_bound < 2 ? 0 : n % upper_bound;
}

void randombytes_stir(void) {
}
