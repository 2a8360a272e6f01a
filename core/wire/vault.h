/* SPDX-License-Identifier: MIT */
/* vault.h: what a person leaves with a broker, or any other store, to be themselves in a second browser: a
 * sealed backup in an envelope that says whose it is, which version, and which device writes
 * (docs/protocol/vault.md). The store checks the envelope and can read nothing of what is in it. Also how a
 * password becomes the keys for it (docs/protocol/account.md). */
#ifndef KITH_WIRE_VAULT_H
#define KITH_WIRE_VAULT_H

#include "crypto/crypto.h"

#define KITH_VAULT_HEAD_LEN 113 /* all before the content */
#define KITH_VAULT_OVERHEAD (KITH_VAULT_HEAD_LEN + 64)
#define KITH_VAULT_CONTENT_MAX (16u << 20) /* what is read at all; a store has its own quota */

/* How the password was stretched, so that the file opens wherever it was kept. */
struct kith_stretching {
    uint8_t salt[16];
    uint32_t memory_kib, passes;
};
#define KITH_STRETCH_MEMORY_KIB (64u << 10)
#define KITH_STRETCH_PASSES 3
#define KITH_STRETCH_MEMORY_MAX_KIB (1u << 20) /* more is an attack on who opens it */
#define KITH_STRETCH_PASSES_MAX 16

struct kith_lease { uint8_t b[16]; }; /* random, of the device that writes */

struct kith_vault {
    struct kith_pubkey owner;
    struct kith_stretching stretching;
    uint64_t version;  /* from 1, one more each time */
    uint64_t sequence; /* of the owner's newest message in it */
    uint64_t made_ms;
    struct kith_lease lease;
    struct kith_bytes content; /* borrowed */
};

/* The salt of a handle at a broker, with today's cost. The handle is in its normal form. */
void kith_stretching_for(struct kith_stretching *out, const struct kith_pubkey *broker, const char *handle);
/* The password is UTF-8 in NFKC. auth is shown to the broker, vault to nobody. Slow. KITH_ERR_ARG: it costs more than
 * the limits above. KITH_ERR_FULL: no memory for it. */
KITH_MUST int kith_stretching_keys(struct kith_symkey *auth, struct kith_symkey *vault, const struct kith_stretching *s,
                                   struct kith_bytes password);

/* Appends the file, signed. keys are the owner's: v->owner is not looked at. */
void kith_vault_put(struct kith_buf *out, const struct kith_vault *v, const struct kith_keypair *keys);

/* What stands before the content, of which `len` gets the length; nothing is verified. KITH_ERR_SYNTAX: no vault.
 * KITH_ERR_SIZE: too large, or a stretching beyond the limits. */
KITH_MUST int kith_vault_head(struct kith_vault *out, size_t *len, struct kith_bytes file);
/* The whole file; content is borrowed from it. KITH_ERR_HANGUP: cut off. KITH_ERR_CRYPTO: not signed by its owner.
 * Else as above. */
KITH_MUST int kith_vault_parse(struct kith_vault *out, struct kith_bytes file);

/* May `next` take the place of `head`? KITH_ERR_INVALID: somebody else's. KITH_ERR_CHAIN: it is no newer, or knows less of
 * what the owner has written. */
KITH_MUST int kith_vault_follows(const struct kith_vault *head, const struct kith_vault *next);

#endif
