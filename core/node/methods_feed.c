/* SPDX-License-Identifier: MIT */
/* Methods on messages: the names and meanings that ssb-server has. */
#include "feed/box1.h"
#include "node/history.h"
#include "node/listing.h"
#include "node/state.h"
#include "social/bytype.h"
#include "social/query.h"
#include "social/render.h"

static int whoami(struct kith_call *c) {
    struct kith_buf out = {0};
    kith_buf_put_str(&out, "{\"id\":\"");
    kith_feed_id_put(&out, &c->node->keys.pub);
    kith_buf_put_str(&out, "\"}");
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

/* ---- publish ---- */

int kith_call_publish_checked(struct kith_call *c, struct kith_bytes content) {
    int err = kith_call_publish(c, content);
    if (err != KITH_ERR_FORK_GUARD)
        return err;
    kith_call_fail(c, err, kith_publish_refusal(c->node));
    return KITH_OK;
}

static int seal(struct kith_call *c, uint32_t content, uint32_t recps) {
    struct kith_pubkey readers[KITH_BOX1_MAX_RECIPIENTS];
    size_t count = 0;
    struct kith_buf plain = {0}, sealed = {0};
    int err = content == KITH_JSON_NONE ? KITH_ERR_ARG : KITH_OK;
    kith_buf_put_u8(&sealed, '"');
    for (uint32_t i = kith_json_first(c->doc, recps); i != KITH_JSON_NONE && !err; i = c->doc->nodes[i].next) {
        uint32_t link = kith_json_is(c->doc, i, KITH_JSON_OBJECT) ? kith_json_get(c->doc, i, "link") : i;
        if (count == KITH_BOX1_MAX_RECIPIENTS)
            err = KITH_ERR_TOO_LONG;
        else if (kith_feed_id_parse(kith_json_str(c->doc, link), &readers[count++]))
            err = KITH_ERR_ARG;
    }
    if (!err && !count)
        err = KITH_ERR_ARG;
    if (!err) {
        kith_json_put_compact(&plain, c->doc, content);
        err = kith_box1_seal(&sealed, kith_buf_bytes(&plain), readers, count, &c->node->rng);
    }
    if (err == KITH_ERR_CRYPTO) {
        kith_call_fail(c, KITH_ERR_ARG, "one of these ids is no key that anybody can have");
        goto done;
    }
    kith_buf_put_u8(&sealed, '"');
    if (!err)
        err = kith_call_publish_checked(c, kith_buf_bytes(&sealed));
done:
    if (plain.p)
        kith_wipe(plain.p, plain.len);
    kith_buf_wipe(&plain);
    kith_buf_wipe(&sealed);
    return err == KITH_ERR_CRYPTO ? KITH_OK : err;
}

/* As ssb-server: a content with recps is encrypted for them; a circle is one of those that recps can name. */
static int publish(struct kith_call *c) {
    uint32_t content = kith_call_arg(c, 0);
    uint32_t recps = kith_json_get(c->doc, content, "recps");
    struct kith_buf text = {0};
    bool is_for_circle;
    int err;
    if (content == KITH_JSON_NONE)
        return KITH_ERR_ARG;
    err = kith_call_publish_circle(c, content, kith_call_flag(c, kith_call_option(c, 1, "widen"), false), &is_for_circle);
    if (err || is_for_circle)
        return err;
    if (recps != KITH_JSON_NONE && c->doc->nodes[recps].count)
        return seal(c, content, recps);
    kith_json_put_compact(&text, c->doc, content);
    err = kith_call_publish_checked(c, kith_buf_bytes(&text));
    kith_buf_wipe(&text);
    return err;
}

static int private_publish(struct kith_call *c) {
    return seal(c, kith_call_arg(c, 0), kith_call_arg(c, 1));
}

/* ---- get ---- */

/* id, or {id, private, meta}: the value, or with meta {key, value, timestamp}. */
static int get(struct kith_call *c) {
    struct kith_node *n = c->node;
    uint32_t arg = kith_call_arg(c, 0);
    uint32_t id = kith_json_is(c->doc, arg, KITH_JSON_OBJECT) ? kith_json_get(c->doc, arg, "id") : arg;
    bool opened = kith_call_flag(c, kith_call_option(c, 0, "private"), false);
    bool meta = kith_call_flag(c, kith_call_option(c, 0, "meta"), false);
    struct kith_ref ref;
    struct kith_buf text = {0}, out = {0};
    uint64_t number;
    int err;
    kith_json_unescape(&text, kith_json_str(c->doc, id));
    err = kith_ref_parse(kith_buf_bytes(&text), &ref);
    kith_buf_wipe(&text);
    if (err || ref.kind != KITH_REF_MESSAGE)
        return KITH_ERR_ARG;
    if (!kith_store_find(n->store, &(struct kith_msgid){ref.bytes}, &number))
        return KITH_ERR_NOT_FOUND;
    err = opened ? kith_render_message(n->social, (uint32_t)number, &out)
                 : kith_render_original(n->social, (uint32_t)number, &out);
    if (!err && !meta) {
        struct kith_buf value = {0};
        err = kith_json_parse(&n->doc, kith_buf_bytes(&out), SIZE_MAX);
        if (!err)
            kith_json_put_compact(&value, &n->doc, kith_json_get(&n->doc, 0, "value"));
        kith_buf_wipe(&out);
        out = value;
    }
    if (!err)
        kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return err;
}

static int head_of(struct kith_call *c, struct kith_head *head) {
    const struct kith_feeds *feeds = kith_store_feeds(c->node->store);
    uint32_t arg = kith_call_arg(c, 0), feed;
    struct kith_pubkey id;
    if (kith_json_is(c->doc, arg, KITH_JSON_OBJECT))
        arg = kith_json_get(c->doc, arg, "id");
    if (kith_feed_id_parse(kith_json_str(c->doc, arg), &id))
        return KITH_ERR_ARG;
    feed = kith_feeds_find(feeds, &id);
    *head = feed == KITH_FEED_NONE ? (struct kith_head){0} : kith_feeds_head(feeds, feed);
    return head->sequence ? KITH_OK : KITH_ERR_NOT_FOUND;
}

static int latest_sequence(struct kith_call *c) {
    struct kith_head head;
    struct kith_buf out = {0};
    int err = head_of(c, &head);
    if (err)
        return err;
    kith_buf_put_dec(&out, head.sequence);
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

static int get_latest(struct kith_call *c) {
    struct kith_head head;
    struct kith_buf out = {0};
    uint64_t number;
    int err = head_of(c, &head);
    if (!err && !kith_store_find(c->node->store, &head.id, &number))
        err = KITH_ERR_NOT_FOUND;
    if (!err)
        err = kith_render_original(c->node->social, (uint32_t)number, &out);
    if (!err)
        kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return err;
}

static int vector_clock(struct kith_call *c) {
    const struct kith_feeds *feeds = kith_store_feeds(c->node->store);
    struct kith_buf out = {0};
    kith_buf_put_u8(&out, '{');
    for (uint32_t i = 0; i < kith_feeds_count(feeds); i++) {
        uint64_t sequence = kith_feeds_head(feeds, i).sequence;
        if (!sequence)
            continue;
        kith_buf_put_str(&out, out.len > 1 ? ",\"" : "\"");
        kith_feed_id_put(&out, kith_feeds_id(feeds, i));
        kith_buf_put_str(&out, "\":");
        kith_buf_put_dec(&out, sequence);
    }
    kith_buf_put_u8(&out, '}');
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

/* ---- streams ---- */

static int log_stream(struct kith_call *c) {
    struct kith_listing *l = kith_alloc(sizeof *l);
    if (kith_call_flag(c, kith_call_option(c, 0, "private"), false))
        l->shape = KITH_SHAPE_MESSAGE;
    else
        l->shape = KITH_SHAPE_ORIGINAL;
    kith_call_bounds(c, 0, &l->first_ms, &l->last_ms);
    return kith_listing_open(c, l, 0);
}

static int more_of_type(struct kith_node *n, struct kith_listing *l, struct kith_found *out, size_t cap, size_t *count) {
    *count = kith_bytype_list(n->social, kith_buf_bytes(&l->text), &l->page, out, cap);
    return KITH_OK;
}

static bool is_of_type(struct kith_node *n, struct kith_listing *l, const struct kith_entry *e) {
    (void)n;
    if (e->is_private && !(l->page.show & KITH_SHOW_PRIVATE))
        return false;
    return kith_bytes_eq(e->type, kith_buf_bytes(&l->text));
}

/* "type" or {type, limit, live, …}. */
static int by_type(struct kith_call *c) {
    struct kith_listing *l = kith_alloc(sizeof *l);
    uint32_t arg = kith_call_arg(c, 0);
    if (kith_json_is(c->doc, arg, KITH_JSON_OBJECT))
        arg = kith_json_get(c->doc, arg, "type");
    kith_buf_put_bytes(&l->text, kith_json_str(c->doc, arg));
    l->more = more_of_type;
    l->has = is_of_type;
    l->from_start = true;
    l->page.show = KITH_SHOW_BLOCKED;
    if (kith_call_flag(c, kith_call_option(c, 0, "private"), false))
        l->page.show |= KITH_SHOW_PRIVATE;
    else
        l->page.show |= KITH_SHOW_NO_CIRCLES; /* who does not ask for what was encrypted gets none of it */
    return kith_listing_open(c, l, 0);
}

static int more_of_query(struct kith_node *n, struct kith_listing *l, struct kith_found *out, size_t cap, size_t *count) {
    int err = kith_json_parse(&n->plain, kith_buf_bytes(&l->text), SIZE_MAX);
    return err ? err : kith_query_run(n->social, &n->plain, 0, &l->page, out, cap, count);
}

/* {field: value, …}, {limit, …} */
static int query(struct kith_call *c) {
    struct kith_listing *l = kith_alloc(sizeof *l);
    struct kith_page probe = {0};
    struct kith_found one;
    size_t count, before = kith_social_memory(c->node->social);
    int err = kith_query_run(c->node->social, c->doc, kith_call_arg(c, 0), &probe, &one, 0, &count);
    if (kith_social_memory(c->node->social) > before)
        c->node->views_changed = true; /* a field's index was built: keep it for the next start */
    if (err) {
        kith_free(l);
        return err;
    }
    kith_json_put_compact(&l->text, c->doc, kith_call_arg(c, 0));
    l->more = more_of_query;
    l->page.show = KITH_SHOW_ALL;
    l->reverse = true;
    return kith_listing_open(c, l, 1);
}

#define ANYONE (KITH_ROLE_PEER | KITH_ROLE_MASTER)
#define MASTER KITH_ROLE_MASTER

const struct kith_method kith_methods_feed[] = {
    {"whoami", KITH_RPC_ASYNC, MASTER, whoami, "", "our own id: {id}"},
    {"publish", KITH_RPC_ASYNC, MASTER, publish, "content, {widen}",
     "signs and stores; answers {key, value} when it is safe on the disk. recps: people, or one circle or group (its id, or `friends`: our friends circle, or that of the wall's owner). What answers or shows something said to a circle is refused elsewhere unless widen"},
    {"private.publish", KITH_RPC_ASYNC, MASTER, private_publish, "content, [id]", "the same, readable by these people only (name yourself too)"},
    {"get", KITH_RPC_ASYNC, MASTER, get, "id | {id, private, meta}", "one message"},
    {"getLatest", KITH_RPC_ASYNC, MASTER, get_latest, "feed", "the newest message of a feed"},
    {"latestSequence", KITH_RPC_ASYNC, MASTER, latest_sequence, "feed", "how far a feed is held"},
    {"getVectorClock", KITH_RPC_ASYNC, MASTER, vector_clock, "", "{feed: sequence} of all that is held"},
    {"createHistoryStream", KITH_RPC_SOURCE, ANYONE, kith_history_serve, "{id, seq, limit, live, old, keys, values}", "a feed from a sequence on"},
    {"createUserStream", KITH_RPC_SOURCE, MASTER, kith_history_serve, "{id, gt, gte, lt, lte, reverse, limit, live, old, keys, values}", "the same, between two sequences, from either end"},
    {"createLogStream", KITH_RPC_SOURCE, MASTER, log_stream, "{gt, gte, lt, lte, reverse, limit, live, old, private, keys, values}",
     "everything in the order of its arrival; gt and its like are times of arrival"},
    {"messagesByType", KITH_RPC_SOURCE, MASTER, by_type, "type | {type, limit, live, reverse}", "all messages of a type"},
    {"query", KITH_RPC_SOURCE, MASTER, query, "{field: value, …}, {limit}", "messages whose content has these values, newest first"},
    {0},
};
