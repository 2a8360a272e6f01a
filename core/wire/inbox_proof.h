/* SPDX-License-Identifier: MIT */
/* inbox_proof.h: names of HTTP inboxes and the proof that one's own may be emptied (docs/protocol/inbox.md). A name is a public key that
 * stands for nothing else, another one at each server; whoever can sign with it may read there. */
#ifndef KITH_WIRE_INBOX_PROOF_H
#define KITH_WIRE_INBOX_PROOF_H

#include "base/bytes.h"
#include "crypto/crypto.h"

#define KITH_INBOX_NAME_LEN 64      /* hexadecimal */
#define KITH_INBOX_PROOF_MAX 160
#define KITH_INBOX_LEEWAY_MS (5u * 60 * 1000)

/* Our key and name at the server whose inboxes begin with `base`, as https://HOST/inbox. */
void kith_inbox_keys(struct kith_keypair *out, const struct kith_keypair *mine, const char *base);
void kith_inbox_name(char out[KITH_INBOX_NAME_LEN + 1], const struct kith_pubkey *key);
bool kith_inbox_parse(struct kith_bytes name, struct kith_pubkey *out); /* false: it is no name */

/* The value of the Authorization header for one request, and its check. path is that of the URL. */
void kith_inbox_prove(char out[KITH_INBOX_PROOF_MAX], const struct kith_keypair *keys, const char *method, const char *path, uint64_t wall_ms);
/* KITH_ERR_DENIED: not signed by the name, or not now. */
KITH_MUST int kith_inbox_check(struct kith_bytes proof, struct kith_bytes name, struct kith_bytes method, struct kith_bytes path, uint64_t wall_ms);

#endif
