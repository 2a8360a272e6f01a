/* SPDX-License-Identifier: MIT */
#include "node/app_state.h"

#include "node/state.h"

#define TYPE "state"

/* Keys are compared as they stand in JSON, so they hold nothing that can be written in two ways. */
static bool is_key(struct kith_bytes key) {
    return key.len && key.len <= KITH_APP_STATE_KEY_MAX && !memchr(key.p, '\\', key.len);
}

static int refuse_key(struct kith_call *c) {
    kith_call_fail(c, KITH_ERR_ARG, "a key has 1 to 128 bytes, none of them a quote, a backslash or a control character");
    return KITH_OK;
}

/* What the key has, as compact JSON; false: nothing. */
static bool value_of(struct kith_node *n, struct kith_bytes key, struct kith_buf *out) {
    uint32_t value;
    if (!kith_local_get(n, TYPE, key, &n->doc, &n->scratch))
        return false;
    value = kith_json_get(&n->doc, 0, "value");
    if (value == KITH_JSON_NONE)
        return false;
    kith_json_put_compact(out, &n->doc, value);
    return true;
}

int kith_app_state_get(struct kith_call *c) {
    struct kith_bytes key = kith_json_str(c->doc, kith_call_arg(c, 0));
    struct kith_buf out = {0};
    if (!is_key(key))
        return refuse_key(c);
    if (!value_of(c->node, key, &out))
        kith_buf_put_str(&out, "null");
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

/* KITH_ERR_TOO_LONG, KITH_ERR_FULL, and what kith_local_put says. */
static int put(struct kith_call *c, struct kith_bytes key, struct kith_bytes value) {
    struct kith_node *n = c->node;
    struct kith_buf old = {0}, rest = {0};
    bool is_there = value_of(n, key, &old);
    int err = KITH_OK;
    if (is_there && kith_bytes_eq(kith_buf_bytes(&old), value))
        goto done; /* an app that says the same again makes no log grow */
    if (value.len > KITH_APP_STATE_VALUE_MAX)
        err = KITH_ERR_TOO_LONG;
    else if (!is_there && kith_local_count(n, TYPE) >= KITH_APP_STATE_KEYS_MAX)
        err = KITH_ERR_FULL;
    if (err)
        goto done;
    kith_buf_put_str(&rest, ",\"value\":");
    kith_buf_put_bytes(&rest, value);
    err = kith_local_put(n, TYPE, key, kith_buf_bytes(&rest));
done:
    kith_buf_wipe(&old);
    kith_buf_wipe(&rest);
    return err;
}

int kith_app_state_set(struct kith_call *c) {
    struct kith_bytes key = kith_json_str(c->doc, kith_call_arg(c, 0));
    uint32_t value = kith_call_arg(c, 1);
    struct kith_buf text = {0};
    int err = KITH_OK;
    if (!is_key(key))
        return refuse_key(c);
    if (value == KITH_JSON_NONE)
        return KITH_ERR_ARG;
    kith_json_put_compact(&text, c->doc, value);
    if (kith_json_is(c->doc, value, KITH_JSON_NULL))
        kith_local_drop(c->node, TYPE, key);
    else
        err = put(c, key, kith_buf_bytes(&text));
    kith_buf_wipe(&text);
    if (err == KITH_ERR_FULL && c->node->recover_at_ms == UINT64_MAX)
        kith_call_fail(c, err, "there are 1000 keys already");
    else if (err)
        return err;
    else
        kith_call_reply(c, KITH_LIT("true"));
    kith_store_sync(c->node->store);
    kith_node_pump_store(c->node);
    return KITH_OK;
}

struct listing {
    struct kith_bytes prefix;
    struct kith_buf out;
};

static void put_one(struct kith_node *n, const struct kith_json *doc, void *ctx) {
    struct listing *l = ctx;
    struct kith_bytes key = kith_json_str(doc, kith_json_get(doc, 0, "key"));
    (void)n;
    if (key.len < l->prefix.len || (l->prefix.len && memcmp(key.p, l->prefix.p, l->prefix.len)))
        return;
    kith_buf_put_str(&l->out, l->out.len > 1 ? ",\"" : "\"");
    kith_buf_put_bytes(&l->out, key);
    kith_buf_put_str(&l->out, "\":");
    kith_json_put_compact(&l->out, doc, kith_json_get(doc, 0, "value"));
}

int kith_app_state_list(struct kith_call *c) {
    struct listing l = {.prefix = kith_json_str(c->doc, kith_call_arg(c, 0))};
    if (l.prefix.len && !is_key(l.prefix))
        return refuse_key(c);
    kith_buf_put_u8(&l.out, '{');
    kith_local_each(c->node, TYPE, put_one, &l);
    kith_buf_put_u8(&l.out, '}');
    kith_call_reply(c, kith_buf_bytes(&l.out));
    kith_buf_wipe(&l.out);
    return KITH_OK;
}
