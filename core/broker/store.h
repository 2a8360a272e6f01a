/* SPDX-License-Identifier: MIT */
/* store.h: what a broker keeps, as it asks its host for it. Calls are synchronous, and whole: what put changes is
 * there after a power cut, or nothing of it is. In the default configuration this is all that is kept:
 * handle, proof, certificate, and the broker's own feed, which names nobody. Vaults, entries of the directory, doors, letters and
 * inboxes are there where the operator has switched these modules on, and of people who asked for them. */
#ifndef KITH_BROKER_STORE_H
#define KITH_BROKER_STORE_H

#include "feed/message.h"
#include "wire/certificate.h"

#define KITH_ENTRY_NAME_MAX 120
#define KITH_ENTRY_FOLDED_MAX 480

struct kith_broker_account {
    char skeleton[KITH_HANDLE_MAX + 1]; /* its name in the store */
    char handle[KITH_HANDLE_MAX + 1];
    struct kith_hash proof; /* of the password: HMAC of the authentication key, keyed by the broker's secret */
    char certificate[KITH_CERTIFICATE_MAX + 1];
};

/* Somebody who wants to be found by name. */
struct kith_broker_entry {
    char skeleton[KITH_HANDLE_MAX + 1]; /* of their account, which has handle and certificate */
    char name[KITH_ENTRY_NAME_MAX + 1];
    char folded[KITH_ENTRY_FOLDED_MAX + 1]; /* what is searched */
};

/* A sealed signal that waits. */
struct kith_broker_letter {
    struct kith_pubkey to;
    struct kith_hash hash; /* of the sealed signal */
    uint64_t until_ms;     /* since 1970 */
    struct kith_bytes sealed;
};

/* What is known of an inbox: how much is in it. */
struct kith_broker_inbox {
    uint64_t files, bytes;
    uint64_t visited_day; /* since 1970 */
};

/* Sealed bytes for whose inbox it is. */
struct kith_broker_packet {
    struct kith_pubkey name; /* of the inbox */
    uint64_t file;           /* below 2^63; random */
    uint64_t came_ms;        /* since 1970 */
    struct kith_bytes bytes;
};

struct kith_broker_store {
    void *ctx;
    /* KITH_ERR_NOT_FOUND: there is none. */
    int (*get)(void *ctx, const char *skeleton, struct kith_broker_account *out);
    /* Puts the account in the place of one with that skeleton, and appends the message (compact JSON) to the feed if
     * it is not empty, in one transaction. */
    int (*put)(void *ctx, const struct kith_broker_account *a, struct kith_bytes message, const struct kith_head *head);
    /* With its vault, its entry in the directory and its door. */
    int (*remove)(void *ctx, const char *skeleton, struct kith_bytes message, const struct kith_head *head);
    uint64_t (*count)(void *ctx);
    int (*head)(void *ctx, struct kith_head *out);
    /* The message after `sequence`, appended to out. KITH_ERR_NOT_FOUND: there is none. */
    int (*feed)(void *ctx, uint64_t sequence, struct kith_buf *out);

    /* Part of a vault's file, appended to out; less at its end. KITH_ERR_NOT_FOUND: there is none. An empty file: it is
     * forgotten. */
    int (*vault_read)(void *ctx, const char *skeleton, size_t at, size_t len, struct kith_buf *out);
    int (*vault_put)(void *ctx, const char *skeleton, struct kith_bytes file);

    int (*entry_put)(void *ctx, const struct kith_broker_entry *e);
    int (*entry_remove)(void *ctx, const char *skeleton);
    /* Those whose folded name is this text, or begins with it. Stops when `each` says false. */
    int (*entry_find)(void *ctx, const char *folded, bool prefix, bool (*each)(void *to, const struct kith_broker_entry *e), void *to);

    /* Where who has found somebody may leave a request; NULL: nowhere any more. Goes with the account. */
    int (*door_put)(void *ctx, const char *skeleton, const struct kith_pubkey *door);
    int (*door_get)(void *ctx, const char *skeleton, struct kith_pubkey *out); /* KITH_ERR_NOT_FOUND: there is none */

    int (*letter_put)(void *ctx, const struct kith_broker_letter *l);
    int (*letter_drop)(void *ctx, const struct kith_pubkey *to, const struct kith_hash *hash);
    /* All of them, the oldest first. */
    int (*letter_each)(void *ctx, void (*each)(void *to, const struct kith_broker_letter *l), void *to);

    /* KITH_ERR_NOT_FOUND: there is none of this name. */
    int (*inbox_get)(void *ctx, const struct kith_pubkey *name, struct kith_broker_inbox *out);
    int (*inbox_visit)(void *ctx, const struct kith_pubkey *name, uint64_t day); /* makes it if there is none */
    int (*inbox_close)(void *ctx, const struct kith_pubkey *name);               /* with what is in it */
    /* Packets that came before that, and inboxes, with what is in them, that were last visited before that day. */
    int (*inbox_sweep)(void *ctx, uint64_t before_ms, uint64_t before_day);
    void (*inbox_count)(void *ctx, uint64_t *inboxes, uint64_t *packets, uint64_t *bytes);
    int (*packet_put)(void *ctx, const struct kith_broker_packet *p); /* KITH_ERR_FULL: no room in all */
    /* The oldest first; stops when `each` says false. */
    int (*packet_each)(void *ctx, const struct kith_pubkey *name, bool (*each)(void *to, uint64_t file, size_t len), void *to);
    /* Appended. KITH_ERR_NOT_FOUND: it is not there. */
    int (*packet_get)(void *ctx, const struct kith_pubkey *name, uint64_t file, struct kith_buf *out);
    int (*packet_drop)(void *ctx, const struct kith_pubkey *name, uint64_t file); /* none is fine */
};

#endif
