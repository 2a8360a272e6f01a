/* SPDX-License-Identifier: MIT */
#include "sync/handle_feed.h"

#include "base/base64.h"

static bool read_hash(struct kith_hash *out, struct kith_bytes text) {
    size_t len;
    return !kith_base64_parse(text, out->b, sizeof out->b, &len) && len == sizeof out->b;
}

static void read_entry(struct kith_handle_entry *out, struct kith_bytes compact) {
    struct kith_json doc = {0};
    struct kith_message m;
    uint32_t holder;
    *out = (struct kith_handle_entry){0};
    if (!kith_message_read(&doc, compact, &m) && !m.is_private &&
        kith_bytes_eq(kith_json_str(&doc, kith_json_get(&doc, m.content, "type")), KITH_LIT("kith-handle"))) {
        holder = kith_json_get(&doc, m.content, "holder");
        out->is_held = read_hash(&out->holder, kith_json_str(&doc, holder));
        out->has_entry = (out->is_held || kith_json_is(&doc, holder, KITH_JSON_NULL)) &&
                         read_hash(&out->id, kith_json_str(&doc, kith_json_get(&doc, m.content, "id")));
    }
    kith_json_wipe(&doc);
}

static int place(const struct kith_head *head, const struct kith_message *m) {
    if (head->sequence && m->sequence == head->sequence)
        return kith_msgid_eq(&head->id, &m->id) ? KITH_OK : KITH_ERR_FORK;
    /* The next by its number, after another message than ours: the broker has signed two. */
    if (head->sequence && m->sequence == head->sequence + 1 && !kith_msgid_eq(&head->id, &m->previous))
        return KITH_ERR_FORK;
    return kith_message_follows(head, m) ? KITH_ERR_CHAIN : KITH_OK;
}

int kith_handle_feed_take(struct kith_head *head, struct kith_handle_entry *out, const struct kith_pubkey *broker,
                          struct kith_bytes raw) {
    struct kith_verdict v = {.raw = raw};
    struct kith_buf compact = {0};
    int err;
    kith_message_judge(&v, 1, NULL, &compact);
    err = v.err;
    if (!err)
        err = memcmp(v.message.author.b, broker->b, sizeof broker->b) ? KITH_ERR_CHAIN : place(head, &v.message);
    if (!err) {
        *head = (struct kith_head){v.message.sequence, v.message.id};
        read_entry(out, kith_buf_bytes(&compact));
    }
    kith_buf_wipe(&compact);
    return err;
}

void kith_handle_entry_of(struct kith_handle_entry *out, const struct kith_certificate *c) {
    *out = (struct kith_handle_entry){.has_entry = true, .is_held = true};
    kith_handle_entry_id(&out->id, &c->tag, c->handle);
    kith_handle_entry_holder(&out->holder, &c->tag, &c->key);
}
