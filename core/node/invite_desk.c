/* SPDX-License-Identifier: MIT */
#include "node/invite_desk.h"

#include "base/base64.h"
#include "feed/content.h"
#include "node/state.h"
#include "wire/address.h"
#include "wire/invite.h"

/* ---- ours ---- */

static void restore(struct kith_node *n, const struct kith_json *doc, void *ctx) {
    struct kith_invite_desk *d = &n->invites;
    struct kith_invite_item *item = &d->items[d->count];
    int64_t uses;
    (void)ctx;
    if (d->count < KITH_INVITES_MAX && !kith_json_int(doc, kith_json_get(doc, 0, "uses"), &uses) && uses > 0 &&
        !kith_feed_id_parse(kith_json_str(doc, kith_json_get(doc, 0, "key")), &item->key)) {
        item->uses = (uint32_t)uses;
        d->count++;
    }
}

void kith_invite_desk_init(struct kith_node *n) {
    kith_local_each(n, "invite", restore, NULL);
}

bool kith_invite_desk_find(struct kith_node *n, const struct kith_pubkey *key, uint32_t *index) {
    for (uint32_t i = 0; i < n->invites.count; i++) {
        if (n->invites.items[i].uses && kith_pubkey_eq(&n->invites.items[i].key, key)) {
            *index = i;
            return true;
        }
    }
    return false;
}

static int keep(struct kith_node *n, const struct kith_invite_item *item) {
    struct kith_buf id = {0}, rest = {0};
    int err = KITH_OK;
    kith_feed_id_put(&id, &item->key);
    kith_buf_put_str(&rest, ",\"uses\":");
    kith_buf_put_dec(&rest, item->uses);
    if (item->uses)
        err = kith_local_put(n, "invite", kith_buf_bytes(&id), kith_buf_bytes(&rest));
    else
        kith_local_drop(n, "invite", kith_buf_bytes(&id));
    kith_store_sync(n->store);
    kith_buf_wipe(&id);
    kith_buf_wipe(&rest);
    return err;
}

static struct kith_invite_item *free_item(struct kith_invite_desk *d) {
    for (uint32_t i = 0; i < d->count; i++) {
        if (!d->items[i].uses)
            return &d->items[i];
    }
    return d->count < KITH_INVITES_MAX ? &d->items[d->count++] : NULL;
}

/* The address that the guest will dial: what the caller says, else where we listen. text owns it. */
static bool reachable_at(struct kith_call *c, struct kith_buf *text, struct kith_address *out) {
    kith_json_unescape(text, kith_json_str(c->doc, kith_call_option(c, 0, "address")));
    if (!text->len)
        kith_buf_put_str(text, c->node->listening);
    return !kith_address_parse(kith_buf_bytes(text), out) && out->has_key &&
           kith_pubkey_eq(&out->key, &c->node->keys.pub);
}

int kith_invite_create(struct kith_call *c) {
    struct kith_node *n = c->node;
    uint32_t arg = kith_call_arg(c, 0);
    int64_t uses = kith_call_int(c, arg, kith_call_int(c, kith_call_option(c, 0, "uses"), 1));
    struct kith_invite_item *item;
    struct kith_address address;
    struct kith_keypair keys;
    struct kith_buf text = {0}, quoted = {0};
    int err;
    if (uses < 1 || uses > 10000)
        return KITH_ERR_ARG;
    if (!reachable_at(c, &text, &address)) {
        kith_buf_wipe(&text);
        kith_call_fail(c, KITH_ERR_BUSY, "nobody can reach this node: run kith serve, or give its address");
        return KITH_OK;
    }
    item = free_item(&n->invites);
    if (!item) {
        kith_buf_wipe(&text);
        return KITH_ERR_FULL;
    }
    kith_rng_fill(&n->rng, address.seed.b, sizeof address.seed.b);
    address.has_seed = true;
    kith_sign_keypair(&keys, &address.seed);
    *item = (struct kith_invite_item){keys.pub, (uint32_t)uses};
    err = keep(n, item);
    if (err) {
        item->uses = 0;
    } else {
        struct kith_buf invite = {0};
        kith_invite_put(&invite, &address);
        kith_json_put_string(&quoted, kith_buf_bytes(&invite));
        kith_buf_wipe(&invite);
        kith_call_reply(c, kith_buf_bytes(&quoted));
    }
    kith_wipe(&address.seed, sizeof address.seed);
    kith_wipe(&keys, sizeof keys);
    kith_buf_wipe(&text);
    kith_buf_wipe(&quoted);
    return err;
}

static void refuse(struct kith_call *c, const char *words) {
    kith_muxrpc_end(kith_link_rpc(c->peer->conn), c->req, words);
}

int kith_invite_use(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_invite_item *item = &n->invites.items[c->peer->invite];
    struct kith_pubkey feed;
    struct kith_buf content = {0};
    int err;
    /* The three refusals have the words that ssb-invite clients show. */
    if (kith_feed_id_parse(kith_json_str(c->doc, kith_call_option(c, 0, "feed")), &feed))
        refuse(c, "feed to follow is missing");
    else if (!kith_pubkey_eq(&item->key, &c->peer->id) || !item->uses)
        refuse(c, "invite has expired");
    else if (kith_graph_is_following(n->social, &n->keys.pub, &feed))
        refuse(c, "already following");
    else
        goto follow;
    return KITH_OK;
follow:
    kith_content_contact(&content, &(struct kith_contact){.contact = feed, .following = KITH_SAID_YES, .is_pub = true});
    err = kith_call_publish(c, kith_buf_bytes(&content));
    kith_buf_wipe(&content);
    if (err)
        return err;
    item->uses--;
    return keep(n, item);
}

/* ---- theirs ---- */

struct kith_invite_accept {
    struct kith_node *node;
    uint32_t link;
    struct kith_later later;
    struct kith_address invite;
    struct kith_buf address; /* without the seed: how to come back */
    struct kith_invite_accept *next;
};

static struct kith_invite_accept *accept_of(struct kith_node *n, uint32_t link) {
    struct kith_invite_accept *a = n->invites.accepts;
    while (a && a->link != link)
        a = a->next;
    return a;
}

static void accept_free(struct kith_invite_accept *a) {
    struct kith_invite_accept **at = &a->node->invites.accepts;
    while (*at && *at != a)
        at = &(*at)->next;
    if (*at)
        *at = a->next;
    kith_wipe(&a->invite.seed, sizeof a->invite.seed);
    kith_buf_wipe(&a->address);
    kith_free(a);
}

static void come_back(struct kith_node *n, void *ctx, int err, const struct kith_message *m, struct kith_bytes value) {
    struct kith_invite_accept *a = ctx;
    struct kith_buf out = {0};
    (void)m;
    (void)value;
    if (!err)
        err = kith_dial_add(n, kith_buf_bytes(&a->address), KITH_PLACE_USER, NULL);
    if (err) {
        kith_later_fail(n, a->later, err, NULL);
    } else {
        kith_buf_put_str(&out, "{\"pub\":\"");
        kith_feed_id_put(&out, &a->invite.key);
        kith_buf_put_str(&out, "\",\"address\":");
        kith_json_put_string(&out, kith_buf_bytes(&a->address));
        kith_buf_put_u8(&out, '}');
        kith_later_reply(n, a->later, kith_buf_bytes(&out));
    }
    kith_buf_wipe(&out);
    accept_free(a);
}

/* They follow us: follow them, say where they are, and come back with our own key. */
static void accepted(struct kith_invite_accept *a) {
    struct kith_node *n = a->node;
    struct kith_invite_accept **at = &n->invites.accepts;
    struct kith_buf content = {0};
    int err;
    while (*at != a)
        at = &(*at)->next;
    *at = a->next; /* the guest's link is done; the rest waits for our own disk */
    kith_content_pub(&content, kith_bytes_str(a->invite.host), a->invite.port, &a->invite.key);
    err = kith_publish(n, kith_buf_bytes(&content), NULL, NULL);
    kith_buf_clear(&content);
    kith_content_contact(&content, &(struct kith_contact){.contact = a->invite.key, .following = KITH_SAID_YES, .is_autofollow = true});
    if (!err)
        err = kith_publish(n, kith_buf_bytes(&content), come_back, a);
    if (err) {
        kith_later_fail(n, a->later, err, kith_publish_refusal(n));
        accept_free(a);
    }
    kith_buf_wipe(&content);
}

static void use_data(struct kith_stream *s, const struct kith_muxrpc_event *e) {
    struct kith_invite_accept *a = accept_of(s->peer->node, s->peer->link);
    (void)e;
    if (a)
        accepted(a);
    kith_peer_close(s->peer, "the invite was used");
}

static void use_end(struct kith_stream *s, struct kith_bytes error) {
    struct kith_invite_accept *a = accept_of(s->peer->node, s->peer->link);
    if (a && kith_bytes_is(error, "already following")) {
        accepted(a);
    } else if (a) {
        char *words = kith_strdup(error);
        kith_later_fail(s->peer->node, a->later, KITH_ERR_DENIED, words);
        kith_free(words);
        accept_free(a);
    }
    kith_peer_close(s->peer, "the invite was refused");
}

static const struct kith_stream_ops use_ops = {use_data, use_end, NULL, NULL};

void kith_invite_accept_opened(struct kith_peer *p) {
    struct kith_node *n = p->node;
    struct kith_buf args = {0};
    kith_buf_put_str(&args, "[{\"feed\":\"");
    kith_feed_id_put(&args, &n->keys.pub);
    kith_buf_put_str(&args, "\"}]");
    if (!kith_peer_call(p, KITH_RPC_ASYNC, "invite.use", kith_buf_bytes(&args), &use_ops, NULL))
        kith_peer_close(p, "invite.use could not be called");
    kith_buf_wipe(&args);
}

void kith_invite_accept_failed(struct kith_peer *p, const char *why) {
    struct kith_invite_accept *a = accept_of(p->node, p->link);
    if (!a)
        return;
    kith_later_fail(p->node, a->later, KITH_ERR_NET, why);
    accept_free(a);
}

int kith_invite_accept(struct kith_call *c) {
    struct kith_node *n = c->node;
    const char *refusal = kith_publish_refusal(n);
    struct kith_invite_accept *a;
    struct kith_buf text = {0};
    struct kith_keypair keys;
    int err;
    if (refusal) { /* an invite is not spent on a follow that may not be signed */
        kith_call_fail(c, KITH_ERR_FORK_GUARD, refusal);
        return KITH_OK;
    }
    kith_json_unescape(&text, kith_json_str(c->doc, kith_call_arg(c, 0)));
    a = kith_alloc(sizeof *a);
    a->node = n;
    a->later = kith_call_later(c);
    err = kith_invite_parse(kith_buf_bytes(&text), &a->invite);
    a->invite.text = kith_bytes(NULL, 0); /* it borrowed from the call */
    if (text.len)
        kith_wipe(text.p, text.len);
    kith_buf_wipe(&text);
    if (err) {
        accept_free(a);
        kith_call_fail(c, KITH_ERR_ARG, "that is no invite: they look like host:port:@KEY.ed25519~SEED");
        return KITH_OK;
    }
    a->invite.has_seed = false;
    kith_address_put(&a->address, &a->invite);
    kith_buf_reserve(&a->address, 1);
    a->address.p[a->address.len] = 0;
    kith_sign_keypair(&keys, &a->invite.seed);
    a->next = n->invites.accepts;
    n->invites.accepts = a;
    a->link = kith_peers_dial(n, (const char *)a->address.p, &a->invite.key, &keys);
    kith_wipe(&keys, sizeof keys);
    if (!a->link) {
        accept_free(a);
        return KITH_ERR_BUSY;
    }
    return KITH_OK;
}

void kith_invite_desk_wipe(struct kith_node *n) {
    while (n->invites.accepts)
        accept_free(n->invites.accepts);
}
