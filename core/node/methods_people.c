/* SPDX-License-Identifier: MIT */
/* Methods on people: who they are and how they stand with each other and with us. */
#include "node/courier_desk.h"
#include "node/methods.h"
#include "node/state.h"
#include "social/graph.h"
#include "social/profile.h"
#include "social/render.h"
#include "social/search.h"

static int reply_flag(struct kith_call *c, bool yes) {
    kith_call_reply(c, yes ? KITH_LIT("true") : KITH_LIT("false"));
    return KITH_OK;
}

/* ---- friends: {source, dest} as in ssb-friends ---- */

static int edge_of(struct kith_call *c, bool (*is)(struct kith_social *, const struct kith_pubkey *, const struct kith_pubkey *)) {
    struct kith_pubkey from, to;
    if (!kith_call_person(c, kith_call_option(c, 0, "source"), &from) || !kith_call_person(c, kith_call_option(c, 0, "dest"), &to))
        return KITH_ERR_ARG;
    return reply_flag(c, is(c->node->social, &from, &to));
}

static int is_following(struct kith_call *c) {
    return edge_of(c, kith_graph_is_following);
}

static int is_blocking(struct kith_call *c) {
    return edge_of(c, kith_graph_is_blocking);
}

/* {id: hops} of everyone within the limit. */
static int hops(struct kith_call *c) {
    struct kith_buf out = {0};
    struct kith_pubkey id;
    uint32_t cursor = 0;
    unsigned far;
    kith_buf_put_u8(&out, '{');
    while (kith_graph_next_wanted(c->node->social, &cursor, &id, &far)) {
        kith_buf_put_str(&out, out.len > 1 ? ",\"" : "\"");
        kith_feed_id_put(&out, &id);
        kith_buf_put_str(&out, "\":");
        kith_buf_put_dec(&out, far);
    }
    kith_buf_put_u8(&out, '}');
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

static const struct {
    const char *name;
    enum kith_graph_list list;
} lists[] = {
    {"follows", KITH_LIST_FOLLOWS},     {"followers", KITH_LIST_FOLLOWERS}, {"blocks", KITH_LIST_BLOCKS},
    {"blockedBy", KITH_LIST_BLOCKED_BY}, {"friends", KITH_LIST_FRIENDS},     {"requests", KITH_LIST_REQUESTS},
};

/* Our requests without those whom we refused, or only those. */
static void put_people(struct kith_node *n, const struct kith_pubkey *of, enum kith_graph_list list, bool refused, struct kith_buf *out) {
    size_t count = kith_graph_count(n->social, of, list);
    struct kith_pubkey *ids = kith_alloc((count + 1) * sizeof *ids);
    bool ours = list == KITH_LIST_REQUESTS && kith_pubkey_eq(of, &n->keys.pub);
    count = kith_graph_list(n->social, of, list, 0, ids, count);
    kith_buf_put_u8(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (ours && kith_desk_is_refused(n, &ids[i]) != refused)
            continue;
        kith_buf_put_str(out, out->len > 1 ? "," : "");
        kith_render_person(n->social, &ids[i], out);
        if (ours)
            (refused ? kith_desk_render_refusal : kith_desk_render)(n, &ids[i], out);
    }
    if (ours && !refused)
        kith_desk_render_others(n, out);
    kith_buf_put_u8(out, ']');
    kith_free(ids);
}

/* A mute record stays when it is taken back, and says so. */
static void put_muted(struct kith_node *n, const struct kith_json *doc, void *ctx) {
    struct kith_buf *out = ctx;
    struct kith_pubkey id;
    if (kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, 0, "person")), &id) || !kith_social_is_muted(n->social, &id))
        return;
    kith_buf_put_str(out, out->len > 1 ? "," : "");
    kith_render_person(n->social, &id, out);
}

/* Whom we muted, for us alone. */
static int muted(struct kith_call *c) {
    struct kith_buf out = {0};
    kith_buf_put_u8(&out, '[');
    kith_local_each(c->node, "mute", put_muted, &out);
    kith_buf_put_u8(&out, ']');
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

/* {list, person}: each with name and state. */
static int people(struct kith_call *c) {
    struct kith_pubkey of;
    struct kith_bytes name = kith_json_str(c->doc, kith_call_option(c, 0, "list"));
    bool refused = kith_bytes_is(name, "refused");
    struct kith_buf out = {0};
    size_t which = name.len ? 0 : 4;
    if (!kith_call_person(c, kith_call_option(c, 0, "person"), &of))
        return KITH_ERR_ARG;
    if (kith_bytes_is(name, "muted"))
        return kith_pubkey_eq(&of, &c->node->keys.pub) ? muted(c) : KITH_ERR_ARG;
    while (!refused && name.len && which < 6 && !kith_bytes_is(name, lists[which].name))
        which++;
    if (refused)
        which = 5; /* requests that were turned down */
    if (which == 6 || (refused && !kith_pubkey_eq(&of, &c->node->keys.pub)))
        return KITH_ERR_ARG;
    put_people(c->node, &of, lists[which].list, refused, &out);
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

static int person(struct kith_call *c) {
    struct kith_pubkey id;
    struct kith_buf out = {0};
    if (!kith_call_person(c, kith_call_arg(c, 0), &id))
        return KITH_ERR_ARG;
    kith_render_person(c->node->social, &id, &out);
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

/* People who are called so, nearest first. */
static int find(struct kith_call *c) {
    struct kith_pubkey found[32];
    struct kith_buf name = {0}, out = {0};
    size_t count;
    kith_json_unescape(&name, kith_json_str(c->doc, kith_call_arg(c, 0)));
    if (kith_call_flag(c, kith_call_option(c, 1, "exact"), false)) {
        count = kith_profile_find(c->node->social, kith_buf_bytes(&name), found, 32);
    } else {
        kith_search_start(c->node->social);
        count = kith_search_people(c->node->social, kith_buf_bytes(&name), found, 32);
    }
    kith_buf_put_u8(&out, '[');
    for (size_t i = 0; i < count; i++) {
        kith_buf_put_str(&out, i ? "," : "");
        kith_render_person(c->node->social, &found[i], &out);
    }
    kith_buf_put_u8(&out, ']');
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&name);
    kith_buf_wipe(&out);
    return KITH_OK;
}

static int mute(struct kith_call *c) {
    struct kith_pubkey id;
    struct kith_buf text = {0}, rest = {0};
    bool on = kith_call_flag(c, kith_call_arg(c, 1), true);
    int err;
    if (kith_feed_id_parse(kith_json_str(c->doc, kith_call_arg(c, 0)), &id))
        return KITH_ERR_ARG;
    kith_feed_id_put(&text, &id);
    kith_buf_put_str(&rest, ",\"person\":\"");
    kith_feed_id_put(&rest, &id);
    kith_buf_put_str(&rest, on ? "\",\"muted\":true" : "\",\"muted\":false");
    err = kith_local_put(c->node, "mute", kith_buf_bytes(&text), kith_buf_bytes(&rest));
    kith_store_sync(c->node->store);
    kith_buf_wipe(&text);
    kith_buf_wipe(&rest);
    return err ? err : reply_flag(c, true);
}

/* They may go on following us: their request is in our way no more. */
static int refuse(struct kith_call *c) {
    struct kith_pubkey id;
    int err;
    if (kith_feed_id_parse(kith_json_str(c->doc, kith_call_arg(c, 0)), &id))
        return KITH_ERR_ARG;
    err = kith_desk_refuse(c->node, &id, kith_call_flag(c, kith_call_arg(c, 1), true), kith_call_flag(c, kith_call_option(c, 2, "tell"), false));
    return err ? err : reply_flag(c, true);
}

#define MASTER KITH_ROLE_MASTER

const struct kith_method kith_methods_people[] = {
    {"friends.isFollowing", KITH_RPC_ASYNC, MASTER, is_following, "{source, dest}", "whether one follows the other"},
    {"friends.isBlocking", KITH_RPC_ASYNC, MASTER, is_blocking, "{source, dest}", "whether one blocks the other"},
    {"friends.hops", KITH_RPC_ASYNC, MASTER, hops, "", "{id: steps from us} of all who are replicated"},
    {"friends.list", KITH_RPC_ASYNC, MASTER, people, "{list, person}", "follows, followers, blocks, blockedBy, friends, requests or (our own) refused (with `told` if they shall hear it) or muted; a request that a packet brought has `request`: {text, at, referrer, name, roads}, and `signal: true` if friends.asked did"},
    {"friends.ask", KITH_RPC_ASYNC, MASTER, kith_desk_ask, "{id, text, referrer}", "what a packet for somebody says whom we follow and never met: by a road (roads.add) they get this question and nothing else until they answer"},
    {"friends.asked", KITH_RPC_ASYNC, MASTER, kith_desk_asked, "{id, name, text, referrer, messages}", "a request for us that came neither by a feed nor by a packet waits now as one of those; messages: their own that say that they follow us, and who they are. `denied`: they are blocked or refused, or too many wait"},
    {"friends.invite", KITH_RPC_ASYNC, MASTER, kith_desk_invite, "{until}", "{code, token, profile}: an invite that needs nobody online; whoever is the first to ask for friendship with it, until then (ms), is followed by us at once"},
    {"friends.invites", KITH_RPC_ASYNC, MASTER, kith_desk_invites, "", "those that were made: [{token, at, until, used, text}]; used is who came with it, and text what they said"},
    {"friends.uninvite", KITH_RPC_ASYNC, MASTER, kith_desk_uninvite, "token", "takes one back: who comes with it later asks like anybody else"},
    {"friends.join", KITH_RPC_ASYNC, MASTER, kith_desk_join, "code, {text, referrer}", "follows whoever made that invite, and asks them by the roads in it: {id, profile}"},
    {"friends.refuse", KITH_RPC_ASYNC, MASTER, refuse, "id, on, {tell}", "leaves them out of `requests` on this machine; they are told if a packet brought the request and tell says so"},
    {"people.get", KITH_RPC_ASYNC, MASTER, person, "id", "profile and how we stand with each other"},
    {"people.find", KITH_RPC_ASYNC, MASTER, find, "name, {exact}", "people in whose name each of the words begins a word, those called exactly so first, then nearest first; exact: only those"},
    {"people.mute", KITH_RPC_ASYNC, MASTER, mute, "id, on", "hides them on this machine, in secret"},
    {0},
};
