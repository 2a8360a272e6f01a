/* SPDX-License-Identifier: MIT */
/* Sessions from their first byte to their last, and which call goes where. */
#include "broker/broker.h"

#include "base/base64.h"
#include "broker/state.h"

/* Who has the store but not the key can check no password. */
static void derive(struct kith_hash *out, const struct kith_broker_config *config, struct kith_bytes label) {
    struct kith_seed seed;
    kith_sign_seed(&seed, &config->keys.sec);
    kith_hmac_sha256(out, label, kith_bytes(seed.b, sizeof seed.b));
    kith_wipe(&seed, sizeof seed);
}

struct kith_broker *kith_broker_new(const struct kith_broker_config *config) {
    struct kith_broker *b = kith_alloc(sizeof *b);
    b->config = *config;
    addresses_init(&b->addresses, &b->config.rng);
    sources_init(&b->sources, &b->config.rng);
    derive(&b->pepper, config, KITH_LIT("kith-account pepper 1"));
    derive(&b->tag_key, config, KITH_LIT("kith-handle tag 1"));
    letters_load(b);
    return b;
}

void kith_broker_free(struct kith_broker *b) {
    if (!b)
        return;
    while (b->sessions)
        kith_broker_close(b->sessions);
    addresses_wipe(&b->addresses);
    sources_wipe(&b->sources);
    letters_wipe(&b->letters);
    kith_wipe(b, sizeof *b);
    kith_free(b);
}

struct kith_broker_counts kith_broker_counts(const struct kith_broker *b) {
    struct kith_broker_counts c = b->counts;
    c.addresses_open = b->addresses.count;
    c.letters = b->letters.count;
    if (b->config.store)
        c.accounts = b->config.store->count(b->config.store->ctx);
    return c;
}

bool allowance_take(struct allowance *a, unsigned a_second, unsigned burst, unsigned milli, uint64_t now_ms) {
    uint64_t full = (uint64_t)burst * 1000, passed = now_ms - a->at_ms, have;
    if (!a->at_ms || passed > 3600000)
        have = full;
    else
        have = a->milli + passed * a_second;
    if (have > full)
        have = full;
    a->at_ms = now_ms ? now_ms : 1;
    a->milli = (uint32_t)(have >= milli ? have - milli : have);
    return have >= milli;
}

/* ---- sessions ---- */

struct kith_broker_session *kith_broker_open(struct kith_broker *b, void *host, const struct kith_broker_source *source,
                                             struct kith_broker_time t) {
    struct source *from = sources_get(&b->sources, source, t.now_ms);
    struct kith_broker_session *s;
    if (from->sessions >= b->config.sessions_a_source || b->draining) {
        b->counts.sessions_refused++;
        return NULL;
    }
    s = kith_alloc(sizeof *s);
    s->broker = b;
    s->host = host;
    s->source = from;
    from->sessions++;
    s->opened_ms = s->stuck_ms = s->doomed_ms = t.now_ms;
    s->rpc = kith_muxrpc_new();
    kith_muxrpc_limit(s->rpc, MAX_BODY, MAX_NODES, MAX_STREAMS);
    s->next = b->sessions;
    if (s->next)
        s->next->prev = s;
    b->sessions = s;
    b->counts.sessions_open++;
    return s;
}

static void forget(struct kith_broker_session **list, const struct kith_broker_session *s, size_t link) {
    while (*list && *list != s)
        list = (struct kith_broker_session **)(void *)((char *)*list + link);
    if (*list)
        *list = *(struct kith_broker_session **)(void *)((char *)*list + link);
}

void kith_broker_close(struct kith_broker_session *s) {
    struct kith_broker *b = s->broker;
    for (struct address *a = s->addresses, *next; a; a = next) {
        next = a->next_of_same;
        addresses_remove(&b->addresses, a);
    }
    if (s->ready)
        forget(&b->ready, s, offsetof(struct kith_broker_session, next_ready));
    if (s->listed)
        forget(&b->doomed, s, offsetof(struct kith_broker_session, next_doomed));
    if (s->prev)
        s->prev->next = s->next;
    else
        b->sessions = s->next;
    if (s->next)
        s->next->prev = s->prev;
    s->source->sessions--;
    b->counts.sessions_open--;
    kith_muxrpc_free(s->rpc);
    vault_leave(s);
    kith_buf_wipe(&s->late);
    kith_wipe(s, sizeof *s);
    kith_free(s);
}

void session_touch(struct kith_broker_session *s) {
    if (s->ready)
        return;
    s->ready = true;
    s->next_ready = s->broker->ready;
    s->broker->ready = s;
}

void session_doom(struct kith_broker_session *s) {
    if (!s->doomed && !s->broker->draining)
        s->broker->counts.sessions_dropped++;
    if (s->listed)
        return;
    s->doomed = s->listed = true;
    s->next_doomed = s->broker->doomed;
    s->broker->doomed = s;
}

void *kith_broker_writable(struct kith_broker *b) {
    struct kith_broker_session *s = b->ready;
    if (!s)
        return NULL;
    b->ready = s->next_ready;
    s->ready = false;
    return s->host;
}

void *kith_broker_doomed(struct kith_broker *b) {
    struct kith_broker_session *s = b->doomed;
    if (!s)
        return NULL;
    b->doomed = s->next_doomed;
    s->listed = false;
    return s->host;
}

/* ---- calls ---- */

void put_base64(struct kith_buf *out, const void *p, size_t len) {
    kith_buf_put_u8(out, '"');
    kith_base64_put(out, kith_bytes(p, len));
    kith_buf_put_u8(out, '"');
}

bool call_bytes(const struct call *c, const char *name, void *out, size_t len) {
    uint32_t node = kith_json_get(c->doc, c->arg, name);
    size_t got;
    return kith_json_is(c->doc, node, KITH_JSON_STRING) &&
           !kith_base64_parse(kith_json_str(c->doc, node), out, len, &got) && got == len;
}

uint64_t call_number(const struct call *c, const char *name) {
    int64_t v;
    if (kith_json_int(c->doc, kith_json_get(c->doc, c->arg, name), &v) || v < 0)
        return UINT64_MAX;
    return (uint64_t)v;
}

void call_fail(const struct call *c, const char *error) {
    c->b->counts.calls_refused++;
    kith_muxrpc_end(c->s->rpc, c->req, error);
}

void call_reply(const struct call *c, struct kith_bytes json) {
    kith_muxrpc_reply(c->s->rpc, c->req, json);
}

static void put_flag(struct kith_buf *out, const char *name, bool on) {
    kith_buf_put_str(out, ",\"");
    kith_buf_put_str(out, name);
    kith_buf_put_str(out, on ? "\":true" : "\":false");
}

void put_number(struct kith_buf *out, const char *name, uint64_t v) {
    kith_buf_put_str(out, name);
    kith_buf_put_dec(out, v);
}

static void hello(const struct call *c) {
    const struct kith_broker_config *config = &c->b->config;
    struct kith_buf out = {0};
    if (!c->s->greeted)
        kith_rng_fill(&config->rng, c->s->challenge.b, sizeof c->s->challenge.b);
    c->s->greeted = true;
    kith_buf_put_str(&out, "{\"version\":1,\"challenge\":");
    put_base64(&out, c->s->challenge.b, sizeof c->s->challenge.b);
    kith_buf_put_str(&out, ",\"key\":\"@");
    kith_base64_put(&out, kith_bytes(config->keys.pub.b, 32));
    put_number(&out, ".ed25519\",\"now\":", c->t.wall_ms);
    kith_buf_put_str(&out, ",\"stun\":");
    if (config->stun_port)
        kith_buf_put_dec(&out, config->stun_port);
    else
        kith_buf_put_str(&out, "null");
    put_flag(&out, "turn", config->turn_urls != NULL);
    put_flag(&out, "accounts", config->store != NULL);
    put_flag(&out, "letters", config->letters);
    put_flag(&out, "directory", config->directory && config->store);
    put_flag(&out, "vault", config->vault_quota && config->store);
    put_flag(&out, "inbox", config->inbox_quota && config->store);
    put_number(&out, ",\"limits\":{\"addresses\":", MAX_ADDRESSES);
    put_number(&out, ",\"signal\":8192,\"signals_a_second\":", config->signals_a_second);
    put_number(&out, ",\"burst\":", config->signals_burst);
    put_number(&out, ",\"vault\":", config->store ? config->vault_quota : 0);
    put_number(&out, ",\"inbox\":", config->store ? config->inbox_quota : 0);
    kith_buf_put_str(&out, "}}");
    call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

static const struct method {
    const char *name;
    enum kith_muxrpc_type type;
    void (*run)(const struct call *c);
} methods[] = {
    {"hello", KITH_RPC_ASYNC, hello},
    {"subscribe", KITH_RPC_ASYNC, relay_subscribe},
    {"unsubscribe", KITH_RPC_ASYNC, relay_unsubscribe},
    {"signals", KITH_RPC_DUPLEX, relay_signals},
    {"present", KITH_RPC_ASYNC, relay_present},
    {"turn", KITH_RPC_ASYNC, turn_call},
    {"letter", KITH_RPC_ASYNC, letters_put},
    {"got", KITH_RPC_ASYNC, letters_got},
    {"account.create", KITH_RPC_ASYNC, account_create},
    {"account.login", KITH_RPC_ASYNC, account_login},
    {"account.change", KITH_RPC_ASYNC, account_change},
    {"account.delete", KITH_RPC_ASYNC, account_delete},
    {"account.find", KITH_RPC_ASYNC, account_find},
    {"account.feed", KITH_RPC_SOURCE, account_feed},
    {"account.door", KITH_RPC_ASYNC, door_set},
    {"vault.open", KITH_RPC_ASYNC, vault_open},
    {"vault.read", KITH_RPC_ASYNC, vault_read},
    {"vault.write", KITH_RPC_ASYNC, vault_write},
    {"vault.forget", KITH_RPC_ASYNC, vault_forget},
    {"vault.watch", KITH_RPC_SOURCE, vault_watch},
    {"directory.put", KITH_RPC_ASYNC, directory_put},
    {"directory.remove", KITH_RPC_ASYNC, directory_remove},
    {"directory.find", KITH_RPC_ASYNC, directory_find},
};

static const struct method *find_method(struct kith_bytes name, enum kith_muxrpc_type type) {
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (kith_bytes_is(name, methods[i].name) && methods[i].type == type)
            return &methods[i];
    }
    return NULL;
}

static void take_call(struct kith_broker_session *s, const struct kith_muxrpc_event *e, struct kith_broker_time t) {
    const struct method *m = find_method(e->name, e->type);
    struct call c = {s->broker, s, e->req, e->doc, kith_json_first(e->doc, e->args), t};
    s->broker->counts.calls++;
    s->active = true;
    if (!allowance_take(&s->calls, CALLS_A_SECOND, CALLS_BURST, m && vault_has_budget(s, m->run) ? 50 : 1000, t.now_ms)) {
        if (++s->refused > MAX_REFUSED)
            session_doom(s);
        else
            call_fail(&c, "budget: later");
    } else if (!m) {
        s->broker->counts.calls_refused++;
        kith_muxrpc_refuse(s->rpc, e->req, e->name.len > 64 ? KITH_LIT("that") : e->name);
    } else {
        m->run(&c);
    }
}

static void take_event(struct kith_broker_session *s, const struct kith_muxrpc_event *e, struct kith_broker_time t) {
    if (e->kind == KITH_RPC_CALL) {
        take_call(s, e, t);
    } else if (e->kind == KITH_RPC_DATA && e->req == s->stream) {
        relay_item(s, e, t);
    } else if (e->kind == KITH_RPC_END && e->req == s->stream) {
        kith_muxrpc_end(s->rpc, e->req, NULL);
        s->stream = 0;
    } else if (e->kind == KITH_RPC_END && vault_unwatch(s, e->req)) {
        kith_muxrpc_end(s->rpc, e->req, NULL);
    } else if (e->kind == KITH_RPC_GOODBYE) {
        kith_muxrpc_goodbye(s->rpc);
        session_touch(s);
        session_doom(s);
    }
}

int kith_broker_recv(struct kith_broker_session *s, const uint8_t *in, size_t len, struct kith_broker_time t) {
    struct kith_muxrpc_event e;
    size_t used;
    while (len && !s->doomed) {
        int err = kith_muxrpc_recv(s->rpc, in, len, &used);
        if (!err && kith_muxrpc_queued(s->rpc) > 2 * MAX_UNREAD)
            err = KITH_ERR_BUDGET;
        if (err) {
            session_doom(s);
            return err;
        }
        in += used;
        len -= used;
        while (kith_muxrpc_next(s->rpc, &e))
            take_event(s, &e, t);
    }
    if (kith_muxrpc_queued(s->rpc))
        session_touch(s);
    return KITH_OK;
}

size_t kith_broker_pull(struct kith_broker_session *s, uint8_t *out, size_t cap, struct kith_broker_time t) {
    size_t len;
    kith_muxrpc_send(s->rpc, out, cap, &len);
    if (len)
        s->stuck_ms = t.now_ms;
    return len;
}

/* ---- time ---- */

uint64_t kith_broker_deadline(const struct kith_broker *b) {
    return b->late_count ? b->late_ms : UINT64_MAX;
}

void kith_broker_late(struct kith_broker *b, struct kith_broker_time t) {
    account_late(b, t);
}

void kith_broker_tick(struct kith_broker *b, struct kith_broker_time t) {
    for (struct kith_broker_session *s = b->sessions; s; s = s->next) {
        size_t queued = kith_muxrpc_queued(s->rpc);
        if (!queued)
            s->stuck_ms = t.now_ms;
        if (!s->doomed)
            s->doomed_ms = t.now_ms;
        if ((!s->doomed && !s->address_count && t.now_ms - s->opened_ms >= PROVE_MS) || t.now_ms - s->stuck_ms >= STUCK_MS ||
            t.now_ms - s->doomed_ms >= LINGER_MS)
            session_doom(s);
        vault_tick(s, t.now_ms);
        s->refused = (uint16_t)(s->refused > FORGIVEN ? s->refused - FORGIVEN : 0);
        if (!s->active)
            kith_muxrpc_trim(s->rpc);
        s->active = false;
    }
    sources_sweep(&b->sources, t.now_ms);
    letters_sweep(b, t.wall_ms);
    inboxes_sweep(b, t);
}

void kith_broker_drain(struct kith_broker *b, struct kith_broker_time t) {
    (void)t;
    b->draining = true;
    for (struct kith_broker_session *s = b->sessions; s; s = s->next) {
        kith_muxrpc_goodbye(s->rpc);
        session_touch(s);
        session_doom(s);
    }
}
