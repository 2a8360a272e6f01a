/* SPDX-License-Identifier: MIT */
/* backup_file.h: reading a backup (docs/protocol/backup.md) where no node is needed for it. Twice: first
 * to see that all of it is good, then to use it; the passphrase is stretched once. */
#ifndef KITH_APP_BACKUP_FILE_H
#define KITH_APP_BACKUP_FILE_H

#include "base/json.h"
#include "crypto/age.h"
#include "feed/id.h"

struct backup_file {
    const char *path;
    struct kith_symkey key;
    bool has_key;
    struct kith_keypair keys;  /* whose backup it is */
    uint64_t sequence;         /* own messages that there were */
    uint64_t made_ms;
    uint64_t messages, photos; /* in it */
    uint64_t head;             /* the last message's sequence */
    struct kith_json first;    /* the first line, */
    struct kith_buf first_text; /* from which it borrows */
};

/* What is in the file, in its order. An error of theirs ends the reading. */
struct backup_use {
    int (*message)(void *ctx, struct kith_bytes value);
    int (*photo)(void *ctx, struct kith_bytes bytes);
    void *ctx;
};

/* Reads all of it; use may be NULL. KITH_ERR_IO, errors of kith_age_open_put and the like (kith_age_text
 * says them), KITH_ERR_PROTOCOL: an age file, but not a backup of a version that is known.
 * KITH_ERR_INVALID there means also that a message or a photo in it is not what it should be; *line is
 * the line, 0 if it is the file itself. */
KITH_MUST int backup_file_read(struct backup_file *b, struct kith_bytes passphrase, const struct backup_use *use, uint64_t *line);
void backup_file_wipe(struct backup_file *b);

#endif
