/* SPDX-License-Identifier: MIT */
/* Methods on walls, threads and messages: the views of social/ as streams and answers. */
#include "node/listing.h"
#include "node/state.h"
#include "social/circle.h"
#include "social/graph.h"
#include "social/inbox.h"
#include "social/mention.h"
#include "social/render.h"
#include "social/thread.h"
#include "social/vote.h"
#include "social/wall.h"

/* ---- lists ---- */

static struct kith_listing *list_new(kith_listing_more more, kith_listing_has has, enum kith_listing_shape shape) {
    struct kith_listing *l = kith_alloc(sizeof *l);
    l->more = more;
    l->has = has;
    l->shape = shape;
    l->reverse = true;
    return l;
}

static int more_wall(struct kith_node *n, struct kith_listing *l, struct kith_found *out, size_t cap, size_t *count) {
    *count = kith_wall_list(n->social, &l->person, &l->page, out, cap);
    return KITH_OK;
}

static bool has_wall(struct kith_node *n, struct kith_listing *l, const struct kith_entry *e) {
    enum kith_wall_state state;
    struct kith_pubkey owner;
    return kith_wall_state(n->social, e->rec, &state, &owner) &&
           (state < KITH_WALL_WAITING || (state == KITH_WALL_WAITING && l->page.show & KITH_SHOW_WAITING)) &&
           kith_pubkey_eq(&owner, &l->person) && !kith_social_is_hidden(n->social, &e->message.author);
}

/* {person, waiting, removed, limit, before, live} */
static int wall(struct kith_call *c) {
    struct kith_listing *l = list_new(more_wall, has_wall, KITH_SHAPE_SUMMARY);
    if (!kith_call_person(c, kith_call_option(c, 0, "person"), &l->person)) {
        kith_free(l);
        return KITH_ERR_ARG;
    }
    l->brings = true;
    if (kith_call_flag(c, kith_call_option(c, 0, "waiting"), false))
        l->page.show |= KITH_SHOW_WAITING;
    if (kith_call_flag(c, kith_call_option(c, 0, "removed"), false))
        l->page.show |= KITH_SHOW_REMOVED;
    return kith_listing_open(c, l, 0);
}

static int more_home(struct kith_node *n, struct kith_listing *l, struct kith_found *out, size_t cap, size_t *count) {
    *count = kith_wall_home(n->social, l->hops, &l->page, out, cap);
    return KITH_OK;
}

static bool has_home(struct kith_node *n, struct kith_listing *l, const struct kith_entry *e) {
    enum kith_wall_state state;
    struct kith_pubkey owner;
    bool in_group = !kith_wall_state(n->social, e->rec, &state, &owner);
    if (in_group && !(kith_circle_of(n->social, e->rec) != KITH_CIRCLE_NONE && kith_circle_is_root(n->social, e->rec)))
        return false;
    return (in_group || state < KITH_WALL_WAITING || (state == KITH_WALL_WAITING && kith_pubkey_eq(&e->message.author, &n->keys.pub))) &&
           (l->hops == KITH_HOPS_NONE || kith_graph_hops(n->social, &e->message.author) <= l->hops) &&
           !kith_social_is_hidden(n->social, &e->message.author);
}

/* {hops, limit, before, live}; hops null: everyone held here */
static int feed(struct kith_call *c) {
    struct kith_listing *l = list_new(more_home, has_home, KITH_SHAPE_SUMMARY);
    int64_t far = kith_call_int(c, kith_call_option(c, 0, "hops"), KITH_HOPS_NONE);
    l->brings = true;
    l->hops = far < 0 || far > KITH_HOPS_MAX ? KITH_HOPS_NONE : (unsigned)far;
    return kith_listing_open(c, l, 0);
}

static int more_thread(struct kith_node *n, struct kith_listing *l, struct kith_found *out, size_t cap, size_t *count) {
    *count = kith_thread_list(n->social, &l->message, &l->page, out, cap);
    return KITH_OK;
}

static bool has_thread(struct kith_node *n, struct kith_listing *l, const struct kith_entry *e) {
    struct kith_msgid root;
    return kith_thread_root(n->social, e->rec, &root) && kith_msgid_eq(&root, &l->message);
}

/* {root, limit, live}: replies; oldest first unless reverse */
static int thread(struct kith_call *c) {
    struct kith_listing *l = list_new(more_thread, has_thread, KITH_SHAPE_SUMMARY);
    if (kith_msgid_parse(kith_json_str(c->doc, kith_call_option(c, 0, "root")), &l->message)) {
        kith_free(l);
        return KITH_ERR_ARG;
    }
    l->reverse = false;
    l->page.show = KITH_SHOW_PRIVATE;
    return kith_listing_open(c, l, 0);
}

static int more_inbox(struct kith_node *n, struct kith_listing *l, struct kith_found *out, size_t cap, size_t *count) {
    *count = kith_inbox_list(n->social, &l->page, out, cap);
    return KITH_OK;
}

static bool has_inbox(struct kith_node *n, struct kith_listing *l, const struct kith_entry *e) {
    (void)l;
    return e->is_private && !e->key && e->content != KITH_JSON_NONE && !kith_bytes_starts(e->type, "circle/") &&
           !kith_social_is_hidden(n->social, &e->message.author);
}

static int inbox(struct kith_call *c) {
    return kith_listing_open(c, list_new(more_inbox, has_inbox, KITH_SHAPE_SUMMARY), 0);
}

/* The people are in l->text, one key after the other. */
static int more_conversation(struct kith_node *n, struct kith_listing *l, struct kith_found *out, size_t cap, size_t *count) {
    *count = kith_inbox_with(n->social, (const struct kith_pubkey *)(const void *)l->text.p,
                             l->text.len / sizeof(struct kith_pubkey), &l->page, out, cap);
    return KITH_OK;
}

static bool has_conversation(struct kith_node *n, struct kith_listing *l, const struct kith_entry *e) {
    struct kith_conversation with;
    size_t found = 0, count = l->text.len / sizeof(struct kith_pubkey);
    if (!has_inbox(n, l, e) || !kith_inbox_of(n->social, e->rec, &with) || with.people_count != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++)
            found += !memcmp(l->text.p + i * sizeof(struct kith_pubkey), with.people[k].b, sizeof(struct kith_pubkey));
    }
    return found == count;
}

static void join(struct kith_listing *l, const struct kith_pubkey *id) {
    for (size_t at = 0; at < l->text.len; at += sizeof *id) {
        if (!memcmp(l->text.p + at, id->b, sizeof *id))
            return;
    }
    kith_buf_put(&l->text, id->b, sizeof *id);
}

/* {people, limit, before, after, live}; we are one of them whether or not we are named. */
static int conversation(struct kith_call *c) {
    struct kith_listing *l = list_new(more_conversation, has_conversation, KITH_SHAPE_SUMMARY);
    uint32_t list = kith_call_option(c, 0, "people");
    struct kith_pubkey id;
    bool ok = kith_json_is(c->doc, list, KITH_JSON_ARRAY) && c->doc->nodes[list].count <= KITH_CONVERSATION_MAX_PEOPLE;
    join(l, &c->node->keys.pub);
    for (uint32_t i = ok ? kith_json_first(c->doc, list) : KITH_JSON_NONE; i != KITH_JSON_NONE && ok; i = c->doc->nodes[i].next) {
        ok = !kith_feed_id_parse(kith_json_str(c->doc, i), &id);
        if (ok)
            join(l, &id);
    }
    if (ok && l->text.len <= KITH_CONVERSATION_MAX_PEOPLE * sizeof id)
        return kith_listing_open(c, l, 0);
    kith_buf_wipe(&l->text);
    kith_free(l);
    return KITH_ERR_ARG;
}

static int more_notices(struct kith_node *n, struct kith_listing *l, struct kith_found *out, size_t cap, size_t *count) {
    *count = kith_mention_notices(n->social, &l->page, out, NULL, cap);
    return KITH_OK;
}

static bool has_notice(struct kith_node *n, struct kith_listing *l, const struct kith_entry *e) {
    (void)l;
    return kith_mention_notice_kind(n->social, e->rec) != 0;
}

static int notices(struct kith_call *c) {
    return kith_listing_open(c, list_new(more_notices, has_notice, KITH_SHAPE_NOTICE), 0);
}

static int more_tag(struct kith_node *n, struct kith_listing *l, struct kith_found *out, size_t cap, size_t *count) {
    *count = kith_mention_tag(n->social, kith_buf_bytes(&l->text), &l->page, out, cap);
    return KITH_OK;
}

static int tag(struct kith_call *c) {
    struct kith_listing *l = list_new(more_tag, NULL, KITH_SHAPE_SUMMARY);
    kith_json_unescape(&l->text, kith_json_str(c->doc, kith_call_option(c, 0, "tag")));
    return kith_listing_open(c, l, 0);
}

static int conversations(struct kith_call *c) {
    struct kith_conversation one;
    struct kith_buf out = {0};
    int64_t limit = kith_call_int(c, kith_call_option(c, 0, "limit"), 100);
    kith_buf_put_u8(&out, '[');
    for (size_t i = 0; i < (size_t)limit && kith_inbox_conversations(c->node->social, i, &one, 1); i++) {
        size_t before = out.len;
        kith_buf_put_str(&out, out.len > 1 ? "," : "");
        if (kith_render_conversation(c->node->social, &one, &out))
            out.len = before;
    }
    kith_buf_put_u8(&out, ']');
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

/* One message as a line of a wall. */
static int summary(struct kith_call *c) {
    struct kith_msgid id;
    struct kith_buf out = {0};
    uint64_t number;
    int err;
    if (kith_msgid_parse(kith_json_str(c->doc, kith_call_arg(c, 0)), &id))
        return KITH_ERR_ARG;
    if (!kith_store_find(c->node->store, &id, &number))
        return KITH_ERR_NOT_FOUND;
    err = kith_render_summary(c->node->social, (uint32_t)number, &out);
    if (!err)
        kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return err;
}

static int votes(struct kith_call *c) {
    struct kith_vote found[64];
    struct kith_msgid id;
    struct kith_buf out = {0};
    size_t count;
    if (kith_msgid_parse(kith_json_str(c->doc, kith_call_arg(c, 0)), &id))
        return KITH_ERR_ARG;
    count = kith_vote_list(c->node->social, &id, found, 64);
    kith_buf_put_u8(&out, '[');
    for (size_t i = 0; i < count; i++) {
        kith_buf_put_str(&out, i ? ",{\"voter\":\"" : "{\"voter\":\"");
        kith_feed_id_put(&out, &found[i].voter);
        kith_buf_put_str(&out, "\",\"value\":");
        kith_buf_put_int(&out, found[i].value);
        kith_buf_put_str(&out, ",\"expression\":");
        kith_json_put_string(&out, found[i].expression);
        kith_buf_put_u8(&out, '}');
    }
    kith_buf_put_u8(&out, ']');
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

#define MASTER KITH_ROLE_MASTER

const struct kith_method kith_methods_social[] = {
    {"wall", KITH_RPC_SOURCE, MASTER, wall, "{person, waiting, removed, limit, before, after, live}", "a person's wall, newest first"},
    {"feed", KITH_RPC_SOURCE, MASTER, feed, "{hops, limit, before, after, live}", "the newest posts of people within reach"},
    {"thread", KITH_RPC_SOURCE, MASTER, thread, "{root, limit, live}", "the replies to a post, oldest first"},
    {"inbox", KITH_RPC_SOURCE, MASTER, inbox, "{limit, before, after, live}", "private messages that we can read"},
    {"conversation", KITH_RPC_SOURCE, MASTER, conversation, "{people: [id], limit, before, after, live}", "private messages among exactly these and us"},
    {"conversations", KITH_RPC_ASYNC, MASTER, conversations, "{limit}", "private messages by who takes part"},
    {"notices", KITH_RPC_SOURCE, MASTER, notices, "{limit, before, after, live}", "what others did that concerns us, each with `why`"},
    {"tag", KITH_RPC_SOURCE, MASTER, tag, "{tag, limit, before, after}", "posts with a hashtag"},
    {"summary", KITH_RPC_ASYNC, MASTER, summary, "message", "one message with names and counts"},
    {"votes", KITH_RPC_ASYNC, MASTER, votes, "message", "who reacted and how"},
    {0},
};
