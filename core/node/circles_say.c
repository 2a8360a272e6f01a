/* SPDX-License-Identifier: MIT */
#include "node/circles_say.h"

#include "base/base64.h"
#include "node/state.h"

int kith_circles_seal_with(struct kith_node *n, struct kith_bytes text, const struct kith_box2_key *keys, size_t count, struct kith_buf *out) {
    struct kith_head head = kith_publish_head(n);
    int err;
    kith_buf_put_u8(out, '"');
    err = kith_box2_seal(out, text, &n->keys.pub, head.sequence ? &head.id : NULL, keys, count, &n->rng, NULL);
    kith_buf_put_u8(out, '"');
    return err;
}

int kith_circles_say(struct kith_node *n, const struct kith_buf *text, const struct kith_box2_key *keys, size_t count) {
    struct kith_buf sealed = {0};
    int err = kith_circles_seal_with(n, kith_buf_bytes(text), keys, count, &sealed);
    if (!err)
        err = kith_publish(n, kith_buf_bytes(&sealed), NULL, NULL);
    kith_buf_wipe(&sealed);
    return err;
}

void kith_circles_forget(struct kith_buf *text) {
    if (text->p)
        kith_wipe(text->p, text->cap);
    kith_buf_wipe(text);
}

int kith_circles_say_statement(struct kith_node *n, uint32_t circle, const struct kith_circle_info *info, const struct kith_buf *text) {
    struct kith_box2_key key;
    if (info->terms.kind != KITH_CIRCLE_GROUP)
        key = *kith_social_self_key(n->social);
    else if (!kith_circle_write_key(n->social, circle, &key))
        return KITH_ERR_DENIED;
    return kith_circles_say(n, text, &key, 1);
}

void kith_circles_begin(struct kith_buf *text, const char *type, const struct kith_groupid *id) {
    kith_buf_reserve(text, 8192); /* so that growing leaves no keys behind */
    kith_buf_put_str(text, "{\"type\":\"circle/");
    kith_buf_put_str(text, type);
    kith_buf_put_str(text, "\",\"group\":\"");
    kith_groupid_put(text, id);
    kith_buf_put_u8(text, '"');
}

void kith_circles_put_key(struct kith_buf *text, const char *name, const struct kith_symkey *key) {
    kith_buf_put_str(text, ",\"");
    kith_buf_put_str(text, name);
    kith_buf_put_str(text, "\":\"");
    kith_base64_put(text, kith_bytes(key->b, sizeof key->b));
    kith_buf_put_u8(text, '"');
}

void kith_circles_put_terms(struct kith_buf *text, const struct kith_circle_terms *terms, struct kith_bytes name) {
    kith_buf_put_str(text, ",\"owner\":\"");
    kith_feed_id_put(text, &terms->owner);
    kith_buf_put_str(text, "\",\"kind\":\"");
    kith_buf_put_str(text, kith_circle_kind_word(terms->kind));
    kith_buf_put_str(text, terms->open ? "\",\"open\":true" : "\",\"open\":false");
    kith_circles_put_key(text, "secret", &terms->secret);
    if (name.len) {
        kith_buf_put_str(text, ",\"name\":");
        kith_json_put_string(text, name);
    }
}

uint64_t kith_circles_held(struct kith_node *n, const struct kith_pubkey *who) {
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t feed = kith_feeds_find(feeds, who);
    return feed == KITH_FEED_NONE ? 0 : kith_feeds_head(feeds, feed).sequence;
}

void kith_circles_put_list(struct kith_buf *text, const char *name, struct kith_social *s, const uint32_t *ids, size_t count) {
    kith_buf_put_str(text, name);
    for (size_t i = 0; i < count; i++) {
        struct kith_msgid id = kith_circle_statement(s, ids[i]);
        kith_buf_put_str(text, i ? ",\"" : "\"");
        kith_msgid_put(text, &id);
        kith_buf_put_u8(text, '"');
    }
    kith_buf_put_u8(text, ']');
}
