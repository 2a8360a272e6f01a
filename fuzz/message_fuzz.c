/* SPDX-License-Identifier: MIT */
/* message_fuzz.c: the first byte says how the rest is taken: as a message, as the content of one
 * that we make, as a job, or as a job's result. */
#include "feed/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_accepted(const struct kith_verdict *v, struct kith_bytes compact) {
    struct kith_buf again = {0};
    struct kith_verdict second = {.raw = compact};
    struct kith_json doc = {0};
    struct kith_message read;
    kith_message_judge(&second, 1, NULL, &again);
    KITH_ASSERT(second.err == KITH_OK);
    KITH_ASSERT(kith_msgid_eq(&second.message.id, &v->message.id));
    KITH_ASSERT(kith_bytes_eq(kith_buf_bytes(&again), compact));
    KITH_ASSERT(kith_message_read(&doc, compact, &read) == KITH_OK);
    KITH_ASSERT(read.sequence == v->message.sequence);
    KITH_ASSERT(read.has_previous == v->message.has_previous);
    KITH_ASSERT(
        kith_json_is(&doc, read.content, read.is_private ? KITH_JSON_STRING : KITH_JSON_OBJECT));
    kith_json_wipe(&doc);
    kith_buf_wipe(&again);
}

static void take_message(struct kith_bytes in) {
    struct kith_buf compact = {0};
    struct kith_verdict v = {.raw = in};
    struct kith_json doc = {0};
    struct kith_message read;
    kith_message_judge(&v, 1, NULL, &compact);
    KITH_ASSERT(v.why && (v.err == KITH_OK || kith_err_is_peer(v.err)));
    if (v.err)
        KITH_ASSERT(compact.len == v.compact_at + v.compact_len || v.err == KITH_ERR_CRYPTO);
    else
        check_accepted(&v, kith_buf_bytes(&compact));
    if (kith_message_read(&doc, in, &read) == KITH_OK)
        KITH_ASSERT(read.sequence > 0);
    kith_json_wipe(&doc);
    kith_buf_wipe(&compact);
}

static void take_content(struct kith_bytes in) {
    static const struct kith_seed seed = {{1}};
    struct kith_keypair keys;
    struct kith_head head = {in.len, {{{7}}}};
    struct kith_buf compact = {0};
    struct kith_message m;
    kith_sign_keypair(&keys, &seed);
    int err = kith_message_create(in, &keys, &head, 1.5, NULL, &compact, &m);
    KITH_ASSERT(err == KITH_OK || kith_err_is_refused(err));
    if (!err) {
        struct kith_verdict v = {.message = m};
        KITH_ASSERT(kith_message_follows(&head, &m) == KITH_OK);
        check_accepted(&v, kith_buf_bytes(&compact));
    }
    kith_buf_wipe(&compact);
}

static void take_result(struct kith_bytes in) {
    struct kith_reader r = kith_reader(in);
    struct kith_verdict v;
    struct kith_bytes compact;
    while (kith_message_job_next(&r, &v, &compact))
        KITH_ASSERT(v.why);
}

static void take_job(struct kith_bytes in) {
    struct kith_buf result = {0};
    if (kith_message_job_run(in, NULL, &result) == KITH_OK)
        take_result(kith_buf_bytes(&result));
    kith_buf_wipe(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0 || kith_crypto_init())
        return 0;
    struct kith_bytes in = kith_bytes(data + 1, size - 1);
    switch (data[0]) {
    case 'c':
        take_content(in);
        break;
    case 'j':
        take_job(in);
        break;
    case 'r':
        take_result(in);
        break;
    default:
        take_message(in);
    }
    return 0;
}
