/* SPDX-License-Identifier: MIT */
#include "broker/letters.h"

#include "base/base64.h"
#include "broker/state.h"

static void drop(struct letters *l, struct letter **at) {
    struct letter *gone = *at;
    *at = gone->next;
    l->count--;
    kith_wipe(gone, sizeof *gone + gone->len);
    kith_free(gone);
}

void letters_wipe(struct letters *l) {
    while (l->all)
        drop(l, &l->all);
}

/* Here and in the store. If the store says no the letter comes again after a restart, at most until it is out of date. */
static void forget(struct kith_broker *b, struct letter **at) {
    const struct kith_broker_store *store = b->config.store;
    if (store)
        (void)!store->letter_drop(store->ctx, &(*at)->to, &(*at)->hash);
    drop(&b->letters, at);
}

void letters_sweep(struct kith_broker *b, uint64_t wall_ms) {
    for (struct letter **at = &b->letters.all; *at;) {
        if ((*at)->until_ms <= wall_ms)
            forget(b, at);
        else
            at = &(*at)->next;
    }
}

static bool is_on(const struct call *c) {
    if (!c->b->config.letters)
        call_fail(c, "off: no letters are kept here");
    else if (!c->s->address_count)
        call_fail(c, "denied: subscribe first");
    else
        return true;
    return false;
}

/* Whether one more may wait there. The same letter twice is one. */
static const char *refusal(const struct letters *l, const struct kith_pubkey *to, const struct kith_hash *hash, bool *there) {
    size_t waiting = 0;
    *there = false;
    for (const struct letter *i = l->all; i; i = i->next) {
        if (kith_pubkey_eq(&i->to, to)) {
            waiting++;
            *there = *there || kith_hash_eq(&i->hash, hash);
        }
    }
    return *there ? NULL : waiting >= LETTERS_AN_ADDRESS || l->count >= LETTERS_MAX ? "full: no more there" : NULL;
}

static void keep(struct letters *l, const struct kith_broker_letter *letter) {
    struct letter *made = kith_alloc(sizeof *made + 32 + letter->sealed.len);
    made->to = letter->to;
    made->hash = letter->hash;
    made->until_ms = letter->until_ms;
    made->len = 32 + letter->sealed.len;
    memcpy(made->item, letter->to.b, 32);
    memcpy(made->item + 32, letter->sealed.p, letter->sealed.len);
    made->next = l->all;
    l->all = made;
    l->count++;
}

static void load(void *to, const struct kith_broker_letter *letter) {
    struct letters *l = to;
    if (l->count < LETTERS_MAX && kith_signal_is_len(letter->sealed.len))
        keep(l, letter);
}

/* Those that are out of date go at the first tick. */
void letters_load(struct kith_broker *b) {
    const struct kith_broker_store *store = b->config.store;
    if (b->config.letters && store)
        (void)!store->letter_each(store->ctx, load, &b->letters);
}

static void take(const struct call *c, const struct kith_broker_letter *letter, bool there) {
    const struct kith_broker_store *store = c->b->config.store;
    if (!there && store && store->letter_put(store->ctx, letter)) {
        call_fail(c, "busy: the store says no");
        return;
    }
    if (!there)
        keep(&c->b->letters, letter);
    call_reply(c, KITH_LIT("true"));
}

void letters_put(const struct call *c) {
    uint32_t node = kith_json_get(c->doc, c->arg, "letter");
    uint8_t sealed[KITH_SIGNAL_MAX];
    struct kith_pubkey to;
    struct kith_hash hash;
    const char *error;
    bool there;
    size_t len;
    if (!is_on(c))
        return;
    if (!call_bytes(c, "to", &to, sizeof to) || !kith_json_is(c->doc, node, KITH_JSON_STRING) ||
        kith_base64_parse(kith_json_str(c->doc, node), sealed, sizeof sealed, &len)) {
        call_fail(c, "arg: to and letter in base64");
        return;
    }
    kith_sha256(&hash, kith_bytes(sealed, len));
    error = refusal(&c->b->letters, &to, &hash, &there);
    if (!kith_signal_is_len(len))
        call_fail(c, "size: no length of a signal");
    else if (error)
        call_fail(c, error);
    else if (!source_spend(c->s->source, COST_LETTER, (uint32_t)len, LETTER_BYTES_A_SOURCE, c->t.now_ms))
        call_fail(c, "budget: later");
    else
        take(c, &(struct kith_broker_letter){to, hash, c->t.wall_ms + KITH_SIGNAL_LETTER_LIFE_MS, kith_bytes(sealed, len)}, there);
}

void letters_got(const struct call *c) {
    struct kith_pubkey at;
    struct kith_hash hash;
    bool own = false;
    if (!is_on(c))
        return;
    if (!call_bytes(c, "address", &at, sizeof at) || !call_bytes(c, "hash", &hash, sizeof hash)) {
        call_fail(c, "arg: address and hash in base64");
        return;
    }
    for (const struct address *a = c->s->addresses; a; a = a->next_of_same)
        own = own || kith_pubkey_eq(&a->key, &at);
    if (!own) {
        call_fail(c, "denied: not your address");
        return;
    }
    for (struct letter **i = &c->b->letters.all; *i;) {
        if (kith_pubkey_eq(&(*i)->to, &at) && kith_hash_eq(&(*i)->hash, &hash))
            forget(c->b, i);
        else
            i = &(*i)->next;
    }
    call_reply(c, KITH_LIT("true"));
}

void letters_deliver(struct kith_broker_session *s, const struct kith_pubkey *at) {
    for (const struct letter *l = s->broker->letters.all; l && s->stream; l = l->next) {
        if (kith_pubkey_eq(&l->to, at) && kith_muxrpc_queued(s->rpc) + l->len <= MAX_UNREAD)
            kith_muxrpc_write(s->rpc, s->stream, KITH_RPC_BINARY, kith_bytes(l->item, l->len));
    }
    session_touch(s);
}
