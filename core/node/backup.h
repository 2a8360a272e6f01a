/* SPDX-License-Identifier: MIT */
/* backup.h: a person in one file (docs/protocol/backup.md): an age file that a passphrase opens, with the
 * secret, all own messages and the photos that these show, as lines of JSON. Made as fast as the caller
 * reads; nothing but the passphrase's key is kept of it. */
#ifndef KITH_NODE_BACKUP_H
#define KITH_NODE_BACKUP_H

#include "node/methods.h"

#define KITH_BACKUP_VERSION 1
#define KITH_BACKUP_CHUNK 65536            /* bytes in one item */
#define KITH_UNSEAL_AHEAD_MAX ((size_t)64 << 20) /* what may have come, or wait to be read, at once */

int kith_backup_serve(struct kith_call *c); /* [{passphrase}] -> the file */
int kith_unseal_serve(struct kith_call *c); /* [{passphrase}], the file, null -> its lines */

/* The passphrase of a call, to be wiped; false: there is none, and the caller was told. */
bool kith_backup_passphrase(struct kith_call *c, struct kith_buf *out);
/* Ends a stream with the words for a file of age. */
void kith_backup_fail(struct kith_stream *s, int err);

#endif
