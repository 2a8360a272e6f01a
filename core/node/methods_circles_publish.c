/* SPDX-License-Identifier: MIT */
/* methods_circles_publish.c: `publish` for a circle. */
#include "node/circles.h"
#include "node/state.h"

/* The circle of a message that a content answers or shows. */
static uint32_t circle_of_link(struct kith_node *n, const struct kith_json *doc, uint32_t node) {
    struct kith_bytes text;
    struct kith_msgid id;
    uint64_t number;
    if (kith_json_is(doc, node, KITH_JSON_OBJECT))
        node = kith_json_get(doc, node, "link");
    text = kith_json_str(doc, node);
    if (!text.len || kith_msgid_parse(text, &id) || !kith_store_find(n->store, &id, &number))
        return KITH_CIRCLE_NONE;
    return kith_circle_of(n->social, (uint32_t)number);
}

/* Whether it answers or shows something that was said to another circle. */
static bool widens(struct kith_node *n, const struct kith_json *doc, uint32_t content, uint32_t circle) {
    static const char *const links[] = {"root", "vote", "target", "share", "link", "fork", "post"};
    uint32_t branch = kith_json_get(doc, content, "branch"), said;
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        said = circle_of_link(n, doc, kith_json_get(doc, content, links[i]));
        if (said != KITH_CIRCLE_NONE && said != circle)
            return true;
    }
    if (!kith_json_is(doc, branch, KITH_JSON_ARRAY))
        return (said = circle_of_link(n, doc, branch)) != KITH_CIRCLE_NONE && said != circle;
    for (uint32_t i = kith_json_first(doc, branch); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        said = circle_of_link(n, doc, i);
        if (said != KITH_CIRCLE_NONE && said != circle)
            return true;
    }
    return false;
}

/* What recps name: KITH_ERR_NOT_FOUND with *is_for: a circle that we cannot write to. */
static int read_audience(struct kith_node *n, const struct kith_json *doc, uint32_t content, bool *is_for, uint32_t *circle) {
    uint32_t recps = kith_json_get(doc, content, "recps"), first = recps;
    struct kith_pubkey wall;
    struct kith_groupid id;
    struct kith_bytes text;
    int err;
    *circle = KITH_CIRCLE_NONE;
    if (kith_json_is(doc, recps, KITH_JSON_ARRAY))
        first = kith_json_first(doc, recps);
    text = kith_json_str(doc, first);
    *is_for = kith_bytes_is(text, "friends") || !kith_groupid_parse(text, &id);
    if (!*is_for)
        return KITH_OK;
    if (first != recps && doc->nodes[recps].count > 1)
        return KITH_ERR_ARG; /* one circle, and nobody besides */
    if (!kith_bytes_is(text, "friends"))
        *circle = kith_circle_find(n->social, &id);
    else if (!kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, content, "wall")), &wall) &&
             !kith_pubkey_eq(&wall, &n->keys.pub))
        *circle = kith_circle_friends_of(n->social, &wall);
    else if ((err = kith_circles_friends(n, circle)))
        return err;
    return *circle == KITH_CIRCLE_NONE ? KITH_ERR_NOT_FOUND : KITH_OK;
}

/* The content with the circle's id as its recps. */
static void put_content(const struct kith_json *doc, uint32_t content, const struct kith_groupid *id, struct kith_buf *out) {
    kith_buf_reserve(out, 16384);
    kith_buf_put_u8(out, '{');
    for (uint32_t i = kith_json_first(doc, content); i != KITH_JSON_NONE; i = doc->nodes[i].next) {
        if (kith_bytes_is(doc->nodes[i].key, "recps"))
            continue;
        kith_buf_put_u8(out, '"');
        kith_buf_put_bytes(out, doc->nodes[i].key);
        kith_buf_put_str(out, "\":");
        kith_json_put_compact(out, doc, i);
        kith_buf_put_u8(out, ',');
    }
    kith_buf_put_str(out, "\"recps\":[\"");
    kith_groupid_put(out, id);
    kith_buf_put_str(out, "\"]}");
}

/* Appends the content sealed for the circle, as a quoted string. */
static int seal_in(struct kith_node *n, const struct kith_json *doc, uint32_t content, uint32_t circle, struct kith_buf *sealed) {
    struct kith_circle_info info;
    struct kith_buf text = {0};
    int err = kith_circles_befriend(n);
    if (!err)
        err = kith_circles_ready(n, circle);
    if (!err && (!kith_circle_get(n->social, circle, &info) || info.standing != KITH_CIRCLE_IN || !info.has_key))
        err = KITH_ERR_DENIED;
    if (!err) {
        put_content(doc, content, &info.id, &text);
        err = kith_circles_seal(n, circle, kith_buf_bytes(&text), sealed);
    }
    if (text.p)
        kith_wipe(text.p, text.cap);
    kith_buf_wipe(&text);
    return err;
}

int kith_circles_write(struct kith_node *n, const struct kith_json *doc, uint32_t content, bool *is_for, struct kith_buf *sealed) {
    uint32_t circle;
    int err = read_audience(n, doc, content, is_for, &circle);
    if (err)
        return err;
    if (widens(n, doc, content, circle))
        return KITH_ERR_DENIED;
    return *is_for ? seal_in(n, doc, content, circle, sealed) : KITH_OK;
}

static int publish_in(struct kith_call *c, uint32_t content, uint32_t circle) {
    struct kith_buf sealed = {0};
    int err = seal_in(c->node, c->doc, content, circle, &sealed);
    if (!err)
        err = kith_call_publish_checked(c, kith_buf_bytes(&sealed));
    kith_buf_wipe(&sealed);
    return err;
}

static int answer(struct kith_call *c, int err, const char *sentence) {
    kith_call_fail(c, err, sentence);
    return KITH_OK;
}

int kith_call_publish_circle(struct kith_call *c, uint32_t content, bool widen, bool *is_for) {
    uint32_t circle;
    int err = read_audience(c->node, c->doc, content, is_for, &circle);
    if (err == KITH_ERR_NOT_FOUND)
        return answer(c, err, "you have not been given a key to that circle");
    if (!err && !widen && widens(c->node, c->doc, content, circle)) {
        *is_for = true;
        return answer(c, KITH_ERR_DENIED, "what this answers or shows was said to a circle: it goes to the same circle, or nowhere");
    }
    if (!err && *is_for)
        err = publish_in(c, content, circle);
    if (err == KITH_ERR_DENIED)
        return answer(c, err, "you are not in that circle");
    if (err == KITH_ERR_FORK_GUARD)
        return answer(c, err, kith_publish_refusal(c->node));
    return err;
}
