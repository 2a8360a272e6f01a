/* SPDX-License-Identifier: MIT */
/* Methods that only an app with a screen has a use for: what changed, what it wants to find again, how
 * far replication is. */
#include <stdlib.h>

#include "node/app_state.h"
#include "node/changes.h"
#include "node/guests.h"
#include "node/signals.h"
#include "node/state.h"
#include "social/profile.h"

/* ---- progress: what connected peers say they have of the feeds that we want, and we lack ---- */

#define BEHIND_MAX 20

struct behind {
    struct kith_pubkey id;
    uint64_t have, want;
};

static int farthest_first(const void *a, const void *b) {
    const struct behind *x = a, *y = b;
    uint64_t p = x->want - x->have, q = y->want - y->have;
    return p < q ? 1 : p > q ? -1 : 0;
}

/* The list stays sorted: at most BEHIND_MAX, the farthest behind first. */
static void keep(struct behind *list, size_t *count, struct behind one) {
    if (*count == BEHIND_MAX && farthest_first(&list[BEHIND_MAX - 1], &one) <= 0)
        return;
    if (*count < BEHIND_MAX)
        ++*count;
    list[*count - 1] = one;
    qsort(list, *count, sizeof *list, farthest_first);
}

static void put_number(struct kith_buf *out, const char *name, uint64_t value) {
    kith_buf_put_str(out, name);
    kith_buf_put_dec(out, value);
}

static void put_behind(struct kith_node *n, const struct behind *b, struct kith_buf *out) {
    struct kith_buf name = {0};
    kith_buf_put_str(out, "{\"id\":\"");
    kith_feed_id_put(out, &b->id);
    kith_buf_put_u8(out, '"');
    if (kith_profile_get(n->social, &b->id, KITH_PROFILE_NAME, &name)) {
        kith_buf_put_str(out, ",\"name\":");
        kith_json_put_string(out, kith_buf_bytes(&name));
    }
    put_number(out, ",\"have\":", b->have);
    put_number(out, ",\"want\":", b->want);
    kith_buf_put_u8(out, '}');
    kith_buf_wipe(&name);
}

static int progress(struct kith_call *c) {
    struct kith_node *n = c->node;
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    struct behind list[BEHIND_MAX];
    struct kith_buf out = {0};
    uint64_t have = 0, want = 0;
    size_t count = 0;
    for (size_t i = 0; i < n->replicator.wanted_count; i++) {
        struct behind b = {.id = n->replicator.wanted[i]};
        uint32_t feed = kith_feeds_find(feeds, &b.id);
        b.have = feed == KITH_FEED_NONE ? 0 : kith_feeds_head(feeds, feed).sequence;
        b.want = kith_ebt_best(n->replicator.ebt, &b.id);
        if (b.want < b.have)
            b.want = b.have;
        have += b.have;
        want += b.want;
        if (b.want > b.have)
            keep(list, &count, b);
    }
    put_number(&out, "{\"have\":", have);
    put_number(&out, ",\"want\":", want);
    kith_buf_put_str(&out, ",\"people\":[");
    for (size_t i = 0; i < count; i++) {
        kith_buf_put_str(&out, i ? "," : "");
        put_behind(n, &list[i], &out);
    }
    kith_buf_put_str(&out, "]}");
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

#define MASTER KITH_ROLE_MASTER

const struct kith_method kith_methods_app[] = {
    {"changes", KITH_RPC_SOURCE, MASTER, kith_changes_serve, "{}",
     "what to ask for again, at most four items a second: {ready: true}, then {messages: [ids], people: [ids], posts: n, inbox: n, notices: n, circles: n (if any)} or {all: true}"},
    {"presence", KITH_RPC_SOURCE, MASTER, kith_presence_serve, "{}", "{id, here: true or false} as people come and go, {id, typing: {at}} while a friend writes"},
    {"typing", KITH_RPC_ASYNC, MASTER, kith_presence_typing, "{at, to: [ids]}", "we write something: told to these, or to all connected friends, at most every 2 s for one `at` (128 bytes)"},
    {"signals", KITH_RPC_SOURCE, MASTER, kith_signals_serve, "{}", "{signal, via}: sealed signals for us that friends have carried (docs/protocol/signal.md)"},
    {"signal", KITH_RPC_ASYNC, MASTER, kith_signals_send, "{to, signal, via}",
     "has a sealed signal carried by `via`, or by any connected friend who follows `to`; answers {via}, fails with not_found"},
    {"kith.typing", KITH_RPC_ASYNC, KITH_ROLE_PEER, kith_presence_heard, "{at}", "the same, said by a peer; neither kept nor logged"},
    {"kith.signal", KITH_RPC_ASYNC, KITH_ROLE_PEER, kith_signals_carry, "{to, signal}", "hands a sealed signal to us, or to a friend of ours who is connected"},
    {"kith.guests", KITH_RPC_SOURCE, KITH_ROLE_PEER, kith_guests_serve, "{owners: [id]}",
     "{key, value} of the posts of others on these walls, and of those to come (docs/protocol/wall.md)"},
    {"progress", KITH_RPC_ASYNC, MASTER, progress, "", "{have, want, people: [{id, name, have, want}]}: what connected peers have of the feeds that we keep, and we lack"},
    {"state.get", KITH_RPC_ASYNC, MASTER, kith_app_state_get, "key", "what an app keeps on this machine under that key, or null"},
    {"state.set", KITH_RPC_ASYNC, MASTER, kith_app_state_set, "key, value", "keeps it: JSON of at most 8 KiB, at most 1000 keys; null forgets it"},
    {"state.list", KITH_RPC_ASYNC, MASTER, kith_app_state_list, "prefix", "{key: value} of all keys that begin so"},
    {0},
};
