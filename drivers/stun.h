/* SPDX-License-Identifier: MIT */
/* stun.h: a STUN responder on UDP (wire/stun.h): whoever asks is told from where they are seen. It keeps
 * nothing of anybody, and answers one source so often only that nobody is worth attacking with it. */
#ifndef KITH_DRIVERS_STUN_H
#define KITH_DRIVERS_STUN_H

#include <stdint.h>
#include <uv.h>

#include "base/err.h"
#include "crypto/keys.h"

#define KITH_STUN_A_SECOND 20 /* for one IPv4 /24 or IPv6 /48 */

struct kith_stun;

struct kith_stun_counts {
    uint64_t answered, malformed, limited;
};

/* Binds; port 0 lets the system choose, *port is the true one. key: 16 bytes that nobody knows, against
 * sources chosen to share a counter. KITH_ERR_ARG: host is no address. KITH_ERR_NET: cannot bind. */
KITH_MUST int kith_stun_start(struct kith_stun **out, uv_loop_t *loop, const char *host, uint16_t *port,
                              const uint8_t key[16]);
/* Frees when the loop has turned; no call after this. NULL is fine. */
void kith_stun_close(struct kith_stun *s);
struct kith_stun_counts kith_stun_counts(const struct kith_stun *s);

#endif
