/* SPDX-License-Identifier: MIT */
/* Addresses and what is sent to them. */
#include "base/base64.h"
#include "broker/state.h"
#include "wire/signal.h"

#define ADDRESS_LEN 32
#define PRESENT_MAX 64
#define PRESENT_MILLI 100 /* a question costs a tenth of a signal */

static struct address *own_address(const struct kith_broker_session *s, const struct kith_pubkey *key) {
    struct address *a = s->addresses;
    while (a && !kith_pubkey_eq(&a->key, key))
        a = a->next_of_same;
    return a;
}

void relay_subscribe(const struct call *c) {
    struct kith_pubkey key;
    struct kith_sig sig;
    struct address *a;
    if (!call_bytes(c, "address", &key, sizeof key) || !call_bytes(c, "sig", &sig, sizeof sig)) {
        call_fail(c, "arg: address and sig in base64");
        return;
    }
    if (!c->s->greeted || kith_mailbox_check(&key, &sig, &c->b->config.keys.pub, &c->s->challenge)) {
        c->b->counts.proofs_bad++;
        call_fail(c, "proof: not signed by that address for this connection");
        return;
    }
    if (!own_address(c->s, &key)) {
        if (c->s->address_count >= MAX_ADDRESSES) {
            call_fail(c, "full: too many addresses");
            return;
        }
        a = addresses_add(&c->b->addresses, &key, c->s);
        a->next_of_same = c->s->addresses;
        c->s->addresses = a;
        c->s->address_count++;
        call_reply(c, KITH_LIT("true"));
        letters_deliver(c->s, &key);
        return;
    }
    call_reply(c, KITH_LIT("true"));
}

void relay_unsubscribe(const struct call *c) {
    struct kith_pubkey key;
    struct address **at = &c->s->addresses, *a;
    if (!call_bytes(c, "address", &key, sizeof key)) {
        call_fail(c, "arg: address in base64");
        return;
    }
    while (*at && !kith_pubkey_eq(&(*at)->key, &key))
        at = &(*at)->next_of_same;
    a = *at;
    if (a) {
        *at = a->next_of_same;
        c->s->address_count--;
        addresses_remove(&c->b->addresses, a);
    }
    call_reply(c, KITH_LIT("true"));
}

void relay_signals(const struct call *c) {
    if (!c->s->address_count)
        call_fail(c, "denied: subscribe first");
    else if (c->s->stream)
        call_fail(c, "busy: once on a connection");
    else
        c->s->stream = c->req;
    for (const struct address *a = c->s->addresses; a && c->s->stream == c->req; a = a->next_of_same)
        letters_deliver(c->s, &a->key);
}

/* ---- presence ---- */

static bool parse_address(const struct call *c, uint32_t node, struct kith_pubkey *out) {
    size_t len;
    return kith_json_is(c->doc, node, KITH_JSON_STRING) &&
           !kith_base64_parse(kith_json_str(c->doc, node), out->b, sizeof out->b, &len) && len == sizeof out->b;
}

void relay_present(const struct call *c) {
    const struct kith_broker_config *config = &c->b->config;
    struct kith_buf out = {0};
    struct kith_pubkey key;
    size_t count = kith_json_is(c->doc, c->arg, KITH_JSON_ARRAY) ? c->doc->nodes[c->arg].count : SIZE_MAX;
    if (count > PRESENT_MAX) {
        call_fail(c, "arg: a list of at most 64 addresses");
        return;
    }
    if (!c->s->address_count) {
        call_fail(c, "denied: subscribe first");
        return;
    }
    if (!allowance_take(&c->s->signals, config->signals_a_second, config->signals_burst, PRESENT_MILLI * (unsigned)count,
                        c->t.now_ms)) {
        call_fail(c, "budget: later");
        return;
    }
    kith_buf_put_u8(&out, '[');
    for (uint32_t n = kith_json_first(c->doc, c->arg); n != KITH_JSON_NONE; n = c->doc->nodes[n].next) {
        bool there = parse_address(c, n, &key) && addresses_find(&c->b->addresses, &key, NULL);
        kith_buf_put_str(&out, out.len > 1 ? "," : "");
        kith_buf_put_str(&out, there ? "true" : "false");
    }
    kith_buf_put_u8(&out, ']');
    call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

/* ---- signals ---- */

static void tell(struct kith_broker_session *s, const char *before, const uint8_t *address, const char *after) {
    struct kith_buf out = {0};
    if (kith_muxrpc_queued(s->rpc) > MAX_UNREAD)
        return; /* who does not read is told nothing more */
    kith_buf_put_str(&out, before);
    put_base64(&out, address, ADDRESS_LEN);
    kith_buf_put_str(&out, after);
    kith_muxrpc_write(s->rpc, s->stream, KITH_RPC_JSON, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    session_touch(s);
}

static void refuse(struct kith_broker_session *s, const char *before, const uint8_t *address, uint64_t *counter) {
    ++*counter;
    if (++s->refused > MAX_REFUSED)
        session_doom(s);
    else
        tell(s, before, address, "}");
}

/* To all who listen there; true if anybody does. */
static bool deliver(struct kith_broker *b, const struct kith_pubkey *to, struct kith_bytes item, bool *slow) {
    bool there = false;
    for (struct address *a = addresses_find(&b->addresses, to, NULL); a; a = addresses_find(&b->addresses, to, a)) {
        struct kith_broker_session *r = a->session;
        if (!r->stream || r->doomed)
            continue;
        there = true;
        if (kith_muxrpc_queued(r->rpc) + item.len > MAX_UNREAD) {
            *slow = true;
            continue;
        }
        kith_muxrpc_write(r->rpc, r->stream, KITH_RPC_BINARY, item);
        r->active = true;
        session_touch(r);
    }
    return there;
}

void relay_item(struct kith_broker_session *s, const struct kith_muxrpc_event *e, struct kith_broker_time t) {
    static const uint8_t nobody[ADDRESS_LEN];
    struct kith_broker *b = s->broker;
    struct kith_pubkey to;
    bool slow = false;
    if (e->encoding != KITH_RPC_BINARY || e->body.len < ADDRESS_LEN || !kith_signal_is_len(e->body.len - ADDRESS_LEN)) {
        refuse(s, "{\"refused\":\"size\",\"to\":", e->body.len < ADDRESS_LEN ? nobody : e->body.p, &b->counts.refused_size);
        return;
    }
    memcpy(to.b, e->body.p, sizeof to.b);
    if (!allowance_take(&s->signals, b->config.signals_a_second, b->config.signals_burst, 1000, t.now_ms)) {
        refuse(s, "{\"refused\":\"budget\",\"to\":", to.b, &b->counts.refused_budget);
    } else if (!deliver(b, &to, e->body, &slow)) {
        b->counts.absent++;
        tell(s, "{\"absent\":", to.b, "}");
    } else if (slow) {
        b->counts.refused_slow++;
        tell(s, "{\"refused\":\"slow\",\"to\":", to.b, "}");
    } else {
        b->counts.relayed++;
    }
}
