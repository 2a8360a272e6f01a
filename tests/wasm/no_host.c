/* SPDX-License-Identifier: MIT */
/* What libsodium would ask of the host in WebAssembly. The core is handed its randomness (base/rng.h),
 * so a draw from here is our own bug and stops, instead of importing the host's generator; and so
 * does the signal that an overrun guarded allocation raises. */
#include <sodium.h>

int raise(int signal);

int raise(int signal) {
    (void)signal;
    __builtin_trap();
}

void randombytes_buf(void *const buf, const size_t size) {
    (void)buf;
    (void)size;
    __builtin_trap();
}

void randombytes(unsigned char *const buf, const unsigned long long size) {
    randombytes_buf(buf, (size_t)size);
}

uint32_t randombytes_random(void) {
    __builtin_trap();
}

uint32_t randombytes_uniform(const uint32_t upper_bound) {
    (void)upper_bound;
    __builtin_trap();
}

void randombytes_stir(void) { /* sodium_init calls it; there is nothing to stir */
}
