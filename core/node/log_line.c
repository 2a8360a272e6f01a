/* SPDX-License-Identifier: MIT */
#include "node/log_line.h"

#include "node/state.h"

struct kith_line kith_line(struct kith_node *n, int level, const char *event) {
    struct kith_line l = {.node = n, .level = level};
    kith_buf_put_str(&l.text, event);
    return l;
}

static void key(struct kith_line *l, const char *name) {
    kith_buf_put_u8(&l->text, ' ');
    kith_buf_put_str(&l->text, name);
    kith_buf_put_u8(&l->text, '=');
}

void kith_line_str(struct kith_line *l, const char *name, const char *value) {
    bool plain = *value != 0;
    for (const char *c = value; *c; c++)
        plain = plain && *c > ' ' && *c != '"' && *c != 127;
    key(l, name);
    if (plain) {
        kith_buf_put_str(&l->text, value);
        return;
    }
    kith_json_put_string(&l->text, kith_bytes_str(value));
}

void kith_line_int(struct kith_line *l, const char *name, int64_t value) {
    key(l, name);
    kith_buf_put_int(&l->text, value);
}

void kith_line_id(struct kith_line *l, const char *name, const struct kith_pubkey *id) {
    char text[KITH_FEED_ID_LEN];
    kith_feed_id_write(text, id);
    key(l, name);
    kith_buf_put(&l->text, text, 9);
}

void kith_line_done(struct kith_line *l) {
    struct kith_effect e = {.kind = KITH_EFFECT_LOG, .level = l->level, .bytes = kith_buf_bytes(&l->text)};
    kith_effects_put(&l->node->effects, &e);
    kith_buf_wipe(&l->text);
}
