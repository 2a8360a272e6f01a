/* SPDX-License-Identifier: MIT */
/* message_job.c: judging as bytes in, bytes out. A job is, for each message, its length (u32le) and
 * its text. A result is, for each message in the same order, the number of its fault (u8) and, if
 * that is none, its fields and its canonical text. Both live in memory only, so neither has a
 * version. */
#include "feed/message.h"
#include "feed/message_form.h"

#define HAS_PREVIOUS 1
#define IS_PRIVATE 2

void kith_message_job_put(struct kith_buf *job, struct kith_bytes raw) {
    KITH_ASSERT(raw.len <= UINT32_MAX);
    kith_buf_put_u32le(job, (uint32_t)raw.len);
    kith_buf_put_bytes(job, raw);
}

static uint8_t fault_of(const struct kith_verdict *v) {
    uint8_t fault = 0;
    while (kith_fault_text((enum kith_fault)fault) != v->why)
        fault++;
    return fault;
}

static void put_verdict(struct kith_buf *result, const struct kith_verdict *v,
                        struct kith_bytes compact) {
    const struct kith_message *m = &v->message;
    uint64_t timestamp;
    kith_buf_put_u8(result, fault_of(v));
    if (v->err)
        return;
    memcpy(&timestamp, &m->timestamp, sizeof timestamp);
    kith_buf_put_u8(
        result, (uint8_t)((m->has_previous ? HAS_PREVIOUS : 0) | (m->is_private ? IS_PRIVATE : 0)));
    kith_buf_put(result, m->id.hash.b, sizeof m->id.hash.b);
    kith_buf_put(result, m->author.b, sizeof m->author.b);
    kith_buf_put(result, m->previous.hash.b, sizeof m->previous.hash.b);
    kith_buf_put(result, m->sig.b, sizeof m->sig.b);
    kith_buf_put_u64le(result, m->sequence);
    kith_buf_put_u64le(result, timestamp);
    kith_buf_put_u32le(result, (uint32_t)compact.len);
    kith_buf_put_bytes(result, compact);
}

int kith_message_job_run(struct kith_bytes job, const struct kith_symkey *sign_cap,
                         struct kith_buf *result) {
    struct kith_verdict verdicts[KITH_JOB_MAX_MESSAGES];
    struct kith_reader r = kith_reader(job);
    struct kith_buf compact = {0};
    size_t count = 0;
    while (kith_read_left(&r)) {
        if (count == KITH_JOB_MAX_MESSAGES)
            return KITH_ERR_ARG;
        uint32_t len = kith_read_u32le(&r);
        verdicts[count++] = (struct kith_verdict){.raw = kith_read_bytes(&r, len)};
    }
    if (r.err)
        return KITH_ERR_ARG;
    kith_message_judge(verdicts, count, sign_cap, &compact);
    for (size_t i = 0; i < count; i++) {
        struct kith_bytes own = kith_bytes_skip(kith_buf_bytes(&compact), verdicts[i].compact_at);
        own.len = verdicts[i].compact_len;
        put_verdict(result, &verdicts[i], own);
    }
    kith_buf_wipe(&compact);
    return KITH_OK;
}

bool kith_message_job_next(struct kith_reader *result, struct kith_verdict *v,
                           struct kith_bytes *compact) {
    struct kith_message *m = &v->message;
    *v = (struct kith_verdict){.message = {.content = KITH_JSON_NONE}};
    *compact = kith_bytes(NULL, 0);
    if (!kith_read_left(result))
        return false;
    uint8_t fault = kith_read_u8(result);
    if (fault >= KITH_FAULT_COUNT) {
        result->err = KITH_ERR_SYNTAX;
        return false;
    }
    v->err = kith_fault_err((enum kith_fault)fault);
    v->why = kith_fault_text((enum kith_fault)fault);
    if (v->err)
        return true;
    uint8_t flags = kith_read_u8(result);
    m->has_previous = flags & HAS_PREVIOUS;
    m->is_private = flags & IS_PRIVATE;
    kith_read_copy(result, m->id.hash.b, sizeof m->id.hash.b);
    kith_read_copy(result, m->author.b, sizeof m->author.b);
    kith_read_copy(result, m->previous.hash.b, sizeof m->previous.hash.b);
    kith_read_copy(result, m->sig.b, sizeof m->sig.b);
    m->sequence = kith_read_u64le(result);
    uint64_t timestamp = kith_read_u64le(result);
    memcpy(&m->timestamp, &timestamp, sizeof timestamp);
    uint32_t len = kith_read_u32le(result);
    *compact = kith_read_bytes(result, len);
    v->compact_len = compact->len;
    return result->err == KITH_OK;
}
