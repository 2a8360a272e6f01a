/* SPDX-License-Identifier: MIT */
/* courier_action.c: the content of a message that a script put into the outbox. */
#include "feed/box1.h"
#include "node/circles.h"
#include "node/state.h"

static void published(struct kith_node *n, void *ctx, int err, const struct kith_message *m, struct kith_bytes value) {
    struct kith_line l;
    (void)ctx, (void)m, (void)value;
    if (!err)
        return;
    l = kith_line(n, 3, "action.lost");
    kith_line_str(&l, "error", kith_err_name(err));
    kith_line_done(&l);
}

/* The people of recps and ourselves, each once. False: something else stands there, or too many. */
static bool read_people(struct kith_node *n, const struct kith_json *doc, uint32_t recps, struct kith_pubkey *out, size_t *count) {
    out[0] = n->keys.pub;
    *count = 1;
    if (!kith_json_is(doc, recps, KITH_JSON_ARRAY))
        return false;
    for (uint32_t i = kith_json_first(doc, recps); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        uint32_t link = kith_json_is(doc, i, KITH_JSON_OBJECT) ? kith_json_get(doc, i, "link") : i;
        struct kith_pubkey id;
        size_t known = 0;
        if (kith_feed_id_parse(kith_json_str(doc, link), &id))
            return false;
        while (known < *count && !kith_pubkey_eq(&out[known], &id))
            known++;
        if (known < *count)
            continue;
        if (*count == KITH_BOX1_MAX_RECIPIENTS)
            return false;
        out[(*count)++] = id;
    }
    return true;
}

/* What is signed: the content itself, or a ciphertext of it if it says for whom it is. */
static int write(struct kith_node *n, const struct kith_json *doc, struct kith_buf *out) {
    uint32_t recps = kith_json_get(doc, 0, "recps");
    struct kith_pubkey people[KITH_BOX1_MAX_RECIPIENTS];
    struct kith_buf text = {0};
    bool is_for;
    size_t count;
    int err = kith_circles_write(n, doc, 0, &is_for, out);
    if (err || is_for)
        return err;
    if (recps == KITH_JSON_NONE) {
        kith_json_put_compact(out, doc, 0);
        return KITH_OK;
    }
    if (!read_people(n, doc, recps, people, &count))
        return KITH_ERR_ARG;
    kith_json_put_compact(&text, doc, 0);
    kith_buf_put_u8(out, '"');
    err = kith_box1_seal(out, kith_buf_bytes(&text), people, count, &n->rng);
    kith_buf_put_u8(out, '"');
    kith_wipe(text.p, text.cap);
    kith_buf_wipe(&text);
    return err == KITH_ERR_CRYPTO ? KITH_ERR_ARG : err;
}

int kith_node_action(struct kith_node *n, struct kith_bytes content, struct kith_time t) {
    struct kith_json doc = {0};
    struct kith_buf text = {0};
    int err = KITH_ERR_ARG;
    n->t = t;
    if (!kith_json_parse(&doc, content, 4096) && kith_json_is(&doc, kith_json_get(&doc, 0, "type"), KITH_JSON_STRING))
        err = write(n, &doc, &text);
    if (!err)
        err = kith_publish(n, kith_buf_bytes(&text), published, NULL);
    kith_json_wipe(&doc);
    kith_buf_wipe(&text);
    kith_node_pump_store(n);
    return err;
}
