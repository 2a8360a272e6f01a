/* SPDX-License-Identifier: MIT */
/* blob_share.h: photos and files on their way: which bytes go to whom, which come from whom. What to
 * want and whom to ask is decided by sync/blobs.h; here are the streams and the host's disk. */
#ifndef KITH_NODE_BLOB_SHARE_H
#define KITH_NODE_BLOB_SHARE_H

#include "node/methods.h"
#include "sync/blobs.h"

#define KITH_BLOB_CHUNK 65536      /* bytes in one frame of blobs.get */
#define KITH_BLOB_OPEN_MAX 32      /* blobs that the host reads or writes at once */
#define KITH_BLOB_SERVING_MAX ((uint64_t)128 << 20) /* bytes in memory for those who asked for them */

/* Told once a blob is on the disk, or could not be put there. */
typedef void (*kith_blob_put_done)(struct kith_node *n, void *ctx, int err, const struct kith_blobid *id);
/* Told its bytes (borrowed) or why there are none. */
typedef void (*kith_blob_got)(struct kith_node *n, void *ctx, int err, struct kith_bytes bytes);

struct kith_blob_share {
    struct kith_blobs *blobs;
    struct kith_blob_task *tasks; /* effects that the host has not answered */
    size_t open;
    uint64_t serving, last_read; /* methods_blobs.c */
    struct kith_blob_want *wants; /* calls that wait for a blob to arrive */
};

void kith_blob_share_init(struct kith_node *n);
void kith_blob_share_wipe(struct kith_node *n);
void kith_blob_share_start(struct kith_peer *p); /* the link is open: ask for its wants */
void kith_blob_share_pump(struct kith_node *n);  /* start and stop transfers */
uint64_t kith_blob_share_deadline(const struct kith_node *n);
void kith_blob_share_tick(struct kith_node *n);

/* The bytes are copied; they hash to *id, which is set. KITH_ERR_TOO_LONG, KITH_ERR_BUSY. */
KITH_MUST int kith_blob_put(struct kith_node *n, struct kith_bytes bytes, struct kith_blobid *id,
                            kith_blob_put_done done, void *ctx);
KITH_MUST int kith_blob_read(struct kith_node *n, const struct kith_blobid *id, kith_blob_got got, void *ctx);

/* Bytes that are kept as a blob is, but are none: nobody is offered them, and they are in no list. The host does not tell the
 * two apart, so whoever keeps them knows them again after a restart (courier_pieces_has). */
KITH_MUST int kith_blob_keep(struct kith_node *n, struct kith_bytes bytes, struct kith_blobid *id,
                             kith_blob_put_done done, void *ctx);
KITH_MUST int kith_blob_kept(struct kith_node *n, const struct kith_blobid *id, kith_blob_got got, void *ctx);
void kith_blob_unkeep(struct kith_node *n, const struct kith_blobid *id);

/* Calls that wait for a blob (methods_blobs.c): answered when it is here. */
void kith_blob_serve_wants(struct kith_node *n);
void kith_blob_serve_wipe(struct kith_node *n);

/* After opening: wants again what the newest messages link to and is not here. */
void kith_blob_share_resume(struct kith_node *n);

/* Fetches what a readable message of ours or of friends links to (called for each stored message). */
void kith_blob_share_stored(struct kith_node *n, uint64_t number);

#endif
