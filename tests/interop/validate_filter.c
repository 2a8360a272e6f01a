/* SPDX-License-Identifier: MIT */
/* validate_filter.c: kith's verdict on classic messages, line by line, for scripts to compare with
 * that of others.
 *
 * In, separated by tabs: the sign cap in base64 or "-", the sequence of the feed's head (0: none),
 * its id or "-", the message's JSON. Out: "ok ID", or "no ERROR WHY". */
#include <stdio.h>
#include <stdlib.h>

#include "base/base64.h"
#include "feed/message.h"

static bool read_line(struct kith_buf *line) {
    int c = getchar();
    kith_buf_clear(line);
    if (c == EOF)
        return false;
    for (; c != '\n' && c != EOF; c = getchar())
        kith_buf_put_u8(line, (uint8_t)c);
    return true;
}

static struct kith_bytes take_field(struct kith_bytes *rest) {
    const uint8_t *tab = rest->len ? memchr(rest->p, '\t', rest->len) : NULL;
    struct kith_bytes field = kith_bytes(rest->p, tab ? (size_t)(tab - rest->p) : rest->len);
    *rest = kith_bytes_skip(*rest, field.len + 1);
    return field;
}

static uint64_t number_of(struct kith_bytes text) {
    uint64_t v = 0;
    for (size_t i = 0; i < text.len; i++)
        v = v * 10 + (uint64_t)(text.p[i] - '0');
    return v;
}

static int judge_line(struct kith_bytes line, struct kith_buf *compact, struct kith_verdict *v) {
    struct kith_symkey cap;
    struct kith_head head = {0};
    size_t len = 0;
    struct kith_bytes cap_text = take_field(&line);
    bool has_cap = !kith_bytes_is(cap_text, "-");
    *v = (struct kith_verdict){.why = "the sign cap is not 32 bytes in canonical base64"};
    if (has_cap && (kith_base64_parse(cap_text, cap.b, sizeof cap.b, &len) || len != sizeof cap.b))
        return KITH_ERR_ARG;
    head.sequence = number_of(take_field(&line));
    struct kith_bytes id = take_field(&line);
    v->why = "the head's id is no message id";
    if (head.sequence && kith_msgid_parse(id, &head.id))
        return KITH_ERR_ARG;
    v->raw = line;
    kith_message_judge(v, 1, has_cap ? &cap : NULL, compact);
    if (v->err)
        return v->err;
    v->why = "does not follow the head";
    return kith_message_follows(&head, &v->message);
}

int main(void) {
    struct kith_buf line = {0}, compact = {0};
    if (kith_crypto_init())
        return 2;
    while (read_line(&line)) {
        struct kith_verdict v;
        char id[KITH_HASH_ID_LEN];
        kith_buf_clear(&compact);
        int err = judge_line(kith_buf_bytes(&line), &compact, &v);
        kith_msgid_write(id, &v.message.id);
        if (err)
            printf("no %s %s\n", kith_err_name(err), v.why);
        else
            printf("ok %.*s\n", KITH_HASH_ID_LEN, id);
    }
    kith_buf_wipe(&line);
    kith_buf_wipe(&compact);
    return 0;
}
