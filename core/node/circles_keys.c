/* SPDX-License-Identifier: MIT */
/* circles_keys.c: epochs and their keys: making one, giving it to whom it is owed, writing with it. */
#include "node/circles.h"
#include "node/circles_say.h"
#include "node/state.h"

#define NAME_ROOM 1000 /* of a key message, as JSON: control characters take six bytes each */

int kith_circles_epoch(struct kith_node *n, uint32_t circle) {
    const struct kith_circle_members *m = kith_circle_members(n->social, circle);
    struct kith_box2_key keys[2];
    struct kith_circle_info info;
    struct kith_buf text = {0};
    int err;
    if (!m || !kith_circle_get(n->social, circle, &info))
        return KITH_ERR_NOT_FOUND;
    kith_box2_key_new(&keys[0], KITH_BOX2_GROUP, &n->rng);
    keys[1] = *kith_social_self_key(n->social);
    kith_circles_begin(&text, "epoch", &info.id);
    kith_buf_put_str(&text, ",\"generation\":");
    kith_buf_put_dec(&text, m->generation + 1);
    kith_buf_put_str(&text, ",\"parent\":");
    if (m->epoch) {
        struct kith_msgid parent = kith_circle_statement(n->social, m->epoch);
        kith_buf_put_u8(&text, '"');
        kith_msgid_put(&text, &parent);
        kith_buf_put_u8(&text, '"');
    } else {
        kith_buf_put_str(&text, "null");
    }
    kith_circles_put_list(&text, ",\"honours\":[", n->social, m->unhonoured, m->unhonoured_count < KITH_CIRCLES_NAMES_MAX ? m->unhonoured_count : KITH_CIRCLES_NAMES_MAX);
    kith_circles_put_key(&text, "key", &keys[0].key);
    kith_buf_put_u8(&text, '}');
    err = kith_circles_say(n, &text, keys, 2);
    kith_circles_forget(&text);
    kith_wipe(keys, sizeof keys);
    return err;
}

/* One key message. Its receivers do not learn of each other. */
static int give(struct kith_node *n, uint32_t circle, const struct kith_circle_gift *gift) {
    struct kith_box2_key keys[KITH_CIRCLE_READERS_MAX + 1];
    struct kith_circle_info info;
    struct kith_buf text = {0}, name = {0};
    int err;
    if (!kith_circle_get(n->social, circle, &info))
        return KITH_ERR_NOT_FOUND;
    (void)kith_circle_text(n->social, circle, KITH_CIRCLE_NAME, &name);
    kith_json_put_string(&text, kith_buf_bytes(&name));
    if (text.len > NAME_ROOM)
        name.len = 0;
    text.len = 0;
    kith_circles_begin(&text, "key", &info.id);
    kith_circles_put_terms(&text, &info.terms, kith_buf_bytes(&name));
    kith_buf_put_str(&text, ",\"keys\":[");
    for (size_t i = 0; i < gift->key_count; i++) {
        kith_buf_put_str(&text, i ? ",{\"generation\":" : "{\"generation\":");
        kith_buf_put_dec(&text, gift->keys[i].generation);
        kith_circles_put_key(&text, "key", &gift->keys[i].key);
        kith_buf_put_u8(&text, '}');
    }
    kith_buf_put_str(&text, "],\"to\":\"");
    kith_circle_seal_list(n->social, gift->people, gift->people_count, &n->rng, &text);
    kith_buf_put_str(&text, "\"}");
    for (size_t i = 0; i < gift->people_count; i++) {
        struct kith_box2_dm dm;
        err = kith_social_dm_keys(n->social, &gift->people[i], &dm);
        KITH_ASSERT(!err);
        keys[i] = dm.key[0];
    }
    keys[gift->people_count] = *kith_social_self_key(n->social);
    err = kith_circles_say(n, &text, keys, gift->people_count + 1);
    kith_circles_forget(&text);
    kith_buf_wipe(&name);
    kith_wipe(keys, sizeof keys);
    return err;
}

/* A new epoch honours what the one before it lacked. Where it does not count, since nothing counts that we say
 * there now, neither would the next: KITH_ERR_DENIED, rather than epochs without end. */
static int renew(struct kith_node *n, uint32_t circle) {
    const struct kith_circle_members *m = kith_circle_members(n->social, circle);
    size_t lacked = m->epoch ? m->unhonoured_count : SIZE_MAX;
    int err = kith_circles_epoch(n, circle);
    if (err)
        return err;
    m = kith_circle_members(n->social, circle);
    return m && m->epoch && (m->is_fit || m->unhonoured_count < lacked) ? KITH_OK : KITH_ERR_DENIED;
}

int kith_circles_fit(struct kith_node *n, uint32_t circle) {
    const struct kith_circle_members *m = kith_circle_members(n->social, circle);
    int err = KITH_OK;
    while (!err && m && m->epoch && !m->is_fit && kith_circle_standing_of(n->social, circle, &n->keys.pub) == KITH_CIRCLE_IN) {
        err = renew(n, circle);
        m = kith_circle_members(n->social, circle);
    }
    return err;
}

int kith_circles_step(struct kith_node *n, uint32_t circle, bool writing, bool *more) {
    const struct kith_circle_members *m = kith_circle_members(n->social, circle);
    struct kith_circle_gift gift;
    struct kith_circle_info info;
    *more = false;
    if (!m || !kith_circle_get(n->social, circle, &info) || info.standing != KITH_CIRCLE_IN)
        return KITH_OK;
    if ((info.mine || (m->epoch && writing)) && (!m->epoch || !m->is_fit)) {
        *more = true;
        return renew(n, circle);
    }
    kith_circle_gift(n->social, circle, &gift);
    if (!gift.people_count)
        return KITH_OK;
    *more = true;
    int err = give(n, circle, &gift);
    kith_wipe(&gift, sizeof gift);
    return err;
}

int kith_circles_ready(struct kith_node *n, uint32_t circle) {
    bool more = true;
    int err = KITH_OK;
    while (!err && more)
        err = kith_circles_step(n, circle, true, &more);
    return err;
}

int kith_circles_seal(struct kith_node *n, uint32_t circle, struct kith_bytes text, struct kith_buf *out) {
    struct kith_box2_key key;
    if (!kith_circle_write_key(n->social, circle, &key))
        return KITH_ERR_DENIED;
    return kith_circles_seal_with(n, text, &key, 1, out);
}
