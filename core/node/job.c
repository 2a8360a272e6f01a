/* SPDX-License-Identifier: MIT */
#include "node/job.h"

#include "crypto/age.h"
#include "feed/message.h"

static int stretch(struct kith_reader *r, struct kith_buf *result) {
    struct kith_age_lock lock;
    struct kith_symkey key;
    lock.work = kith_read_u8(r);
    kith_read_copy(r, lock.salt, sizeof lock.salt);
    if (r->err || lock.work < 1 || lock.work > KITH_AGE_WORK_MAX)
        return KITH_ERR_ARG;
    if (!kith_age_stretch(&key, kith_read_bytes(r, kith_read_left(r)), &lock))
        kith_buf_put(result, key.b, sizeof key.b);
    kith_wipe(&key, sizeof key);
    return KITH_OK;
}

int kith_job_run(struct kith_bytes job, struct kith_buf *result) {
    struct kith_reader r = kith_reader(job);
    switch (kith_read_u8(&r)) {
    case KITH_JOB_MESSAGES:
        return kith_message_job_run(kith_bytes_skip(job, 1), NULL, result);
    case KITH_JOB_STRETCH:
        return stretch(&r, result);
    default:
        return KITH_ERR_ARG;
    }
}
