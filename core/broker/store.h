/* SPDX-License-Identifier: MIT */
/* store.h: what a broker keeps, as it asks its host for it. Calls are synchronous, and whole: what put changes is
 * there after a power cut, or nothing of it is. In the default configuration this is all that is kept:
 * handle, proof, certificate, and the broker's own feed, which names nobody. */
#ifndef KITH_BROKER_STORE_H
#define KITH_BROKER_STORE_H

#include "feed/message.h"
#include "wire/certificate.h"

struct kith_broker_account {
    char skeleton[KITH_HANDLE_MAX + 1]; /* its name in the store */
    char handle[KITH_HANDLE_MAX + 1];
    struct kith_hash proof; /* of the password: HMAC of the authentication key, keyed by the broker's secret */
    char certificate[KITH_CERTIFICATE_MAX + 1];
};

struct kith_broker_store {
    void *ctx;
    /* KITH_ERR_NOT_FOUND: there is none. */
    int (*get)(void *ctx, const char *skeleton, struct kith_broker_account *out);
    /* Puts the account in the place of one with that skeleton, and appends the message (compact JSON) to the feed if
     * it is not empty, in one transaction. */
    int (*put)(void *ctx, const struct kith_broker_account *a, struct kith_bytes message, const struct kith_head *head);
    int (*remove)(void *ctx, const char *skeleton, struct kith_bytes message, const struct kith_head *head);
    uint64_t (*count)(void *ctx);
    int (*head)(void *ctx, struct kith_head *out);
    /* The message after `sequence`, appended to out. KITH_ERR_NOT_FOUND: there is none. */
    int (*feed)(void *ctx, uint64_t sequence, struct kith_buf *out);
};

#endif
