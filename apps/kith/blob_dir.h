/* SPDX-License-Identifier: MIT */
/* blob_dir.h: blobs as files, HOME/blobs/ab/cdef…, written whole or not at all. All calls block:
 * they run on the thread pool. */
#ifndef KITH_APP_BLOB_DIR_H
#define KITH_APP_BLOB_DIR_H

#include "feed/id.h"

struct blob_dir {
    char path[4096];
};

KITH_MUST int blob_dir_open(struct blob_dir *d, const char *path); /* makes it; KITH_ERR_IO */

/* KITH_ERR_FULL, KITH_ERR_IO: nothing was kept. */
KITH_MUST int blob_dir_put(const struct blob_dir *d, const struct kith_blobid *id, struct kith_bytes bytes);
/* KITH_ERR_NOT_FOUND; KITH_ERR_CORRUPT: the file is not that blob any more, and is gone now. */
KITH_MUST int blob_dir_get(const struct blob_dir *d, const struct kith_blobid *id, struct kith_buf *out);
void blob_dir_drop(const struct blob_dir *d, const struct kith_blobid *id);
void blob_dir_each(const struct blob_dir *d, void (*each)(void *ctx, const struct kith_blobid *id, uint64_t size), void *ctx);

#endif
