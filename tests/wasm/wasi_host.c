/* SPDX-License-Identifier: MIT */
/* What libsodium asks of the host when a test runs by WASI. It draws once, when it starts; what a test needs comes
 * from a seed. These stand in for the archive's own stand-ins (no_host.c), which stop. */
#define _DEFAULT_SOURCE
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

int raise(int signal);

int raise(int signal) {
    (void)signal;
    abort();
}

void randombytes_buf(void *const buf, const size_t size) {
    for (size_t at = 0; at < size; at += 256) {
        if (getentropy((unsigned char *)buf + at, size - at < 256 ? size - at : 256))
            abort();
    }
}

void randombytes(unsigned char *const buf, const unsigned long long size) {
    randombytes_buf(buf, (size_t)size);
}

uint32_t randombytes_random(void) {
    uint32_t n;
    randombytes_buf(&n, sizeof n);
    return n;
}

uint32_t randombytes_uniform(const uint32_t upper_bound) {
    return upper_bound < 2 ? 0 : randombytes_random() % upper_bound; /* nobody here needs it even */
}

void randombytes_stir(void) {
}
