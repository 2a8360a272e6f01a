/* SPDX-License-Identifier: MIT */
/* job.h: what a host runs on another thread, in a Worker, or wherever it likes: bytes in, bytes out, no
 * pointers, nothing shared. The first byte of a job is its kind. */
#ifndef KITH_NODE_JOB_H
#define KITH_NODE_JOB_H

#include "base/bytes.h"

enum kith_job_kind {
    KITH_JOB_MESSAGES = 1, /* then a job of feed/message.h; its result */
    KITH_JOB_STRETCH,      /* then work (u8), salt (16), passphrase: scrypt, 32 bytes; nothing if there is no memory.
                            * Takes a second or two and 256 MiB to 1 GiB */
};

/* Appends the result. KITH_ERR_ARG: malformed (our own bug or memory damage). */
KITH_MUST int kith_job_run(struct kith_bytes job, struct kith_buf *result);

#endif
