/* SPDX-License-Identifier: MIT */
/* Handles and who holds them (docs/protocol/account.md). The broker never sees a password: what it checks was stretched
 * on the client. A login is answered at the next tick of 25 ms, whatever it took, so that time tells nothing. */
#include "broker/account.h"

#include "base/base64.h"
#include "broker/state.h"
#include "feed/message.h"

#define LIFE_S (90u * 24 * 60 * 60) /* of a certificate; a login in its second half renews it */
#define LOGINS_A_SOURCE 30          /* wrong ones, an hour */
#define LOGINS_A_HANDLE 10
#define ACCOUNTS_A_SOURCE 5
#define FINDS_A_SOURCE 60

static const char *const reserved[] = {"admin", "administrator", "broker", "help", "info", "kith", "mail", "moderator",
                                       "nobody", "official", "postmaster", "root", "security", "support", "system",
                                       "webmaster"};

/* ---- what a call says ---- */

struct wish {
    char handle[KITH_HANDLE_MAX + 1], skeleton[KITH_HANDLE_MAX + 1];
    uint8_t auth[32];
};

static bool read_handle(const struct call *c, struct wish *w) {
    if (kith_handle_normal(w->handle, kith_json_str(c->doc, kith_json_get(c->doc, c->arg, "handle"))))
        return false;
    kith_handle_skeleton(w->skeleton, w->handle);
    return w->skeleton[0] != 0;
}

static void prove(struct kith_hash *out, const struct kith_broker *b, const struct wish *w) {
    struct kith_buf text = {0};
    kith_buf_put(&text, w->auth, sizeof w->auth);
    kith_buf_put_str(&text, w->skeleton);
    kith_hmac_sha256(out, kith_buf_bytes(&text), kith_bytes(b->pepper.b, sizeof b->pepper.b));
    kith_wipe(text.p, text.len);
    kith_buf_wipe(&text);
}

/* The long-term key agrees to hold that handle here: signed for this broker, this connection and this password. */
static bool agrees(const struct call *c, const struct wish *w, const struct kith_pubkey *key, const struct kith_sig *sig) {
    struct kith_buf text = {0};
    int err;
    kith_buf_put_str(&text, "kith-account 1 hold\n");
    kith_buf_put(&text, c->b->config.keys.pub.b, 32);
    kith_buf_put(&text, c->s->challenge.b, 32);
    kith_buf_put(&text, w->auth, sizeof w->auth);
    kith_buf_put_str(&text, w->handle);
    err = kith_verify(key, sig, kith_buf_bytes(&text));
    kith_wipe(text.p, text.len);
    kith_buf_wipe(&text);
    return c->s->greeted && !err;
}

static bool is_reserved(const char *skeleton) {
    char other[KITH_HANDLE_MAX + 1];
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        kith_handle_skeleton(other, reserved[i]);
        if (!strcmp(other, skeleton))
            return true;
    }
    return false;
}

static const struct kith_broker_store *store_of(const struct call *c) {
    if (!c->b->config.store)
        call_fail(c, "off: there are no accounts here");
    else if (!c->s->address_count)
        call_fail(c, "denied: subscribe first");
    else
        return c->b->config.store;
    return NULL;
}

/* ---- certificate and feed ---- */

static void tag_of(struct kith_handle_tag *out, const struct kith_broker *b, const char *handle) {
    struct kith_hash made;
    kith_hmac_sha256(&made, kith_bytes_str(handle), kith_bytes(b->tag_key.b, sizeof b->tag_key.b));
    memcpy(out->b, made.b, sizeof out->b);
}

static void certify(struct kith_broker_account *a, const struct call *c, const char *handle, const struct kith_pubkey *key) {
    struct kith_certificate made = {.broker = c->b->config.keys.pub, .key = *key};
    struct kith_bytes host = kith_bytes_str(c->b->config.name);
    struct kith_buf text = {0};
    made.from_s = (uint32_t)(c->t.wall_ms / 1000);
    made.until_s = made.from_s + LIFE_S;
    memcpy(made.handle, handle, strlen(handle) + 1);
    if (host.len <= KITH_CERTIFICATE_HOST_MAX && host.len)
        memcpy(made.host, host.p, host.len);
    tag_of(&made.tag, c->b, handle);
    kith_certificate_put(&text, &made, &c->b->config.keys.sec);
    memcpy(a->certificate, text.p, text.len);
    a->certificate[text.len] = 0;
    memcpy(a->handle, handle, strlen(handle) + 1);
    kith_buf_wipe(&text);
}

/* The next message of the broker's own feed: who holds a handle now; nobody if there is no key. */
static int write_entry(struct kith_buf *message, struct kith_message *m, const struct call *c, const char *handle,
                       const struct kith_pubkey *key) {
    const struct kith_broker_store *store = c->b->config.store;
    struct kith_handle_tag tag;
    struct kith_head head;
    struct kith_hash id, holder;
    struct kith_buf content = {0};
    int err = store->head(store->ctx, &head);
    if (err)
        return err;
    tag_of(&tag, c->b, handle);
    kith_handle_entry_id(&id, &tag, handle);
    kith_buf_put_str(&content, "{\"type\":\"kith-handle\",\"id\":");
    put_base64(&content, id.b, sizeof id.b);
    kith_buf_put_str(&content, ",\"holder\":");
    if (key) {
        kith_handle_entry_holder(&holder, &tag, key);
        put_base64(&content, holder.b, sizeof holder.b);
    } else {
        kith_buf_put_str(&content, "null");
    }
    kith_buf_put_u8(&content, '}');
    err = kith_message_create(kith_buf_bytes(&content), &c->b->config.keys, &head, (double)c->t.wall_ms, NULL, message, m);
    kith_buf_wipe(&content);
    return err;
}

static struct kith_head head_after(const struct kith_message *m) {
    return (struct kith_head){m->sequence, m->id};
}

static void put_certificate(struct kith_buf *out, const struct kith_broker_account *a) {
    kith_buf_put_str(out, "{\"certificate\":\"");
    kith_buf_put_str(out, a->certificate);
    kith_buf_put_str(out, "\"}");
}

static void answer_with(const struct call *c, const struct kith_broker_account *a) {
    struct kith_buf out = {0};
    put_certificate(&out, a);
    door_put(c->b, a->skeleton, &out);
    call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

/* ---- create ---- */

void account_create(const struct call *c) {
    const struct kith_broker_store *store = store_of(c);
    struct kith_broker_account a = {0}, other;
    struct kith_buf message = {0};
    struct kith_message m;
    struct kith_head head;
    struct kith_pubkey key;
    struct kith_sig sig;
    struct wish w;
    int err;
    if (!store)
        return;
    if (!read_handle(c, &w) || !call_bytes(c, "auth", w.auth, 32) || !call_bytes(c, "key", &key, 32) ||
        !call_bytes(c, "sig", &sig, 64)) {
        call_fail(c, "arg: handle, auth, key and sig");
    } else if (!source_spend(c->s->source, COST_ACCOUNT, 1, ACCOUNTS_A_SOURCE, c->t.now_ms)) {
        call_fail(c, "budget: later");
    } else if (!agrees(c, &w, &key, &sig)) {
        call_fail(c, "proof: not signed by that key for this connection");
    } else if (is_reserved(w.skeleton) || store->get(store->ctx, w.skeleton, &other) != KITH_ERR_NOT_FOUND) {
        call_fail(c, "exists: taken, or too much like one that is");
    } else {
        memcpy(a.skeleton, w.skeleton, sizeof a.skeleton);
        prove(&a.proof, c->b, &w);
        certify(&a, c, w.handle, &key);
        err = write_entry(&message, &m, c, w.handle, &key);
        head = head_after(&m);
        if (!err)
            err = store->put(store->ctx, &a, kith_buf_bytes(&message), &head);
        if (err)
            call_fail(c, "busy: the store says no");
        else
            answer_with(c, &a);
        kith_buf_wipe(&message);
    }
    kith_wipe(&w, sizeof w);
}

/* ---- login, and what needs one ---- */

static unsigned *guesses_at(struct kith_broker *b, const char *skeleton, uint64_t now_ms) {
    uint64_t hour = now_ms / 3600000;
    if (hour != b->guess_hour) {
        b->guess_hour = hour;
        memset(b->guesses, 0, sizeof b->guesses);
    }
    return &b->guesses[kith_siphash(kith_bytes_str(skeleton), &b->addresses.key) % GUESS_COUNTERS];
}

/* The same work for a handle that nobody has: a proof is made and compared in any case. */
static int check(const struct call *c, struct wish *w, struct kith_broker_account *a) {
    const struct kith_broker_store *store = c->b->config.store;
    struct kith_hash proof;
    unsigned *guesses = guesses_at(c->b, w->skeleton, c->t.now_ms);
    bool known, right;
    if (*guesses >= LOGINS_A_HANDLE || !source_spend(c->s->source, COST_GUESS, 0, LOGINS_A_SOURCE - 1, c->t.now_ms) ||
        c->s->source->spent[COST_GUESS] >= LOGINS_A_SOURCE)
        return KITH_ERR_BUDGET;
    memset(a, 0, sizeof *a);
    known = !store->get(store->ctx, w->skeleton, a);
    if (!known)
        kith_rng_fill(&c->b->config.rng, a->proof.b, sizeof a->proof.b);
    prove(&proof, c->b, w);
    right = kith_secret_eq(proof.b, a->proof.b, sizeof proof.b);
    right = right && known && !strcmp(a->handle, w->handle);
    if (right) {
        c->b->counts.logins++;
        return KITH_OK;
    }
    ++*guesses;
    c->s->source->spent[COST_GUESS]++;
    c->b->counts.logins_bad++;
    return KITH_ERR_DENIED;
}

static void renew(const struct call *c, struct kith_broker_account *a) {
    const struct kith_broker_store *store = c->b->config.store;
    struct kith_head head = {0};
    struct kith_certificate old;
    if (!kith_certificate_parse(&old, kith_bytes_str(a->certificate)) && old.until_s - LIFE_S / 2 > c->t.wall_ms / 1000)
        return;
    certify(a, c, a->handle, &old.key);
    (void)!store->put(store->ctx, a, KITH_LIT(""), &head); /* if not now, at the next login */
}

/* Kept until the next tick; one at a time on a connection. */
void account_answer(const struct call *c, int err, struct kith_bytes json) {
    struct kith_broker_session *s = c->s;
    s->late_req = c->req;
    s->late_error = !err ? NULL : err == KITH_ERR_BUDGET ? "budget: later" : err == KITH_ERR_DENIED ? "denied: not these" : "busy: the store says no";
    kith_buf_clear(&s->late);
    kith_buf_put_bytes(&s->late, json);
    c->b->late_count++;
    if (c->b->late_count == 1)
        c->b->late_ms = (c->t.now_ms / LATE_MS + 1) * LATE_MS;
}

static void answer_later(const struct call *c, int err, const struct kith_broker_account *a) {
    struct kith_buf out = {0};
    if (!err && a)
        put_certificate(&out, a);
    account_answer(c, err, a ? kith_buf_bytes(&out) : KITH_LIT("true"));
    kith_buf_wipe(&out);
}

void account_late(struct kith_broker *b, struct kith_broker_time t) {
    if (!b->late_count || t.now_ms < b->late_ms)
        return;
    for (struct kith_broker_session *s = b->sessions; s; s = s->next) {
        if (!s->late_req)
            continue;
        if (s->late_error)
            kith_muxrpc_end(s->rpc, s->late_req, s->late_error);
        else
            kith_muxrpc_reply(s->rpc, s->late_req, kith_buf_bytes(&s->late));
        s->late_req = 0;
        kith_buf_wipe(&s->late);
        session_touch(s);
    }
    b->late_count = 0;
}

static bool read_login(const struct call *c, struct wish *w) {
    if (c->s->late_req)
        call_fail(c, "busy: one at a time");
    else if (!read_handle(c, w) || !call_bytes(c, "auth", w->auth, 32))
        call_fail(c, "arg: handle and auth");
    else
        return true;
    return false;
}

bool account_enter(const struct call *c, struct kith_broker_account *a, int *err) {
    struct wish w;
    if (!store_of(c) || !read_login(c, &w))
        return false;
    *err = check(c, &w, a);
    kith_wipe(&w, sizeof w);
    return true;
}

void account_login(const struct call *c) {
    struct kith_broker_account a;
    struct wish w;
    int err;
    if (!store_of(c) || !read_login(c, &w))
        return;
    err = check(c, &w, &a);
    if (!err)
        renew(c, &a);
    answer_later(c, err, &a);
    kith_wipe(&w, sizeof w);
}

/* Another password, another key, or both. A new key agrees by its signature; the entry in the feed makes the change
 * plain to everybody who knows the handle. */
static int change(const struct call *c, struct wish *w, struct kith_broker_account *a) {
    const struct kith_broker_store *store = c->b->config.store;
    struct kith_buf message = {0};
    struct kith_head head = {0};
    struct kith_message m;
    struct kith_pubkey key;
    struct kith_sig sig;
    uint8_t fresh[32];
    int err = KITH_OK;
    if (call_bytes(c, "newAuth", fresh, 32))
        memcpy(w->auth, fresh, 32);
    if (call_bytes(c, "key", &key, 32)) {
        if (!call_bytes(c, "sig", &sig, 64) || !agrees(c, w, &key, &sig))
            return KITH_ERR_DENIED;
        certify(a, c, w->handle, &key);
        err = write_entry(&message, &m, c, w->handle, &key);
        head = head_after(&m);
        if (!err) /* before the key is another: the one who had it is asked for nobody else */
            err = door_shut(c->b, a->skeleton);
    }
    prove(&a->proof, c->b, w);
    if (!err)
        err = store->put(store->ctx, a, kith_buf_bytes(&message), &head);
    kith_buf_wipe(&message);
    return err;
}

void account_change(const struct call *c) {
    struct kith_broker_account a;
    struct wish w;
    int err;
    if (!store_of(c) || !read_login(c, &w))
        return;
    err = check(c, &w, &a);
    if (!err)
        err = change(c, &w, &a);
    if (!err)
        vault_shut(c->b, w.skeleton);
    answer_later(c, err, &a);
    kith_wipe(&w, sizeof w);
}

void account_delete(const struct call *c) {
    const struct kith_broker_store *store = store_of(c);
    struct kith_broker_account a;
    struct kith_buf message = {0};
    struct kith_message m;
    struct kith_head head;
    struct wish w;
    int err;
    if (!store || !read_login(c, &w))
        return;
    err = check(c, &w, &a);
    if (!err)
        err = write_entry(&message, &m, c, w.handle, NULL);
    if (!err) {
        head = head_after(&m);
        err = store->remove(store->ctx, w.skeleton, kith_buf_bytes(&message), &head);
    }
    if (!err)
        vault_shut(c->b, w.skeleton);
    answer_later(c, err, NULL);
    kith_buf_wipe(&message);
    kith_wipe(&w, sizeof w);
}

/* ---- what others ask ---- */

void account_find(const struct call *c) {
    const struct kith_broker_store *store = store_of(c);
    struct kith_broker_account a;
    struct wish w;
    if (!store)
        return;
    if (!read_handle(c, &w))
        call_fail(c, "arg: handle");
    else if (!source_spend(c->s->source, COST_FIND, 1, FINDS_A_SOURCE, c->t.now_ms))
        call_fail(c, "budget: later");
    else if (store->get(store->ctx, w.skeleton, &a) || strcmp(a.handle, w.handle) != 0)
        call_fail(c, "absent: nobody has that handle");
    else
        answer_with(c, &a);
}

void account_feed(const struct call *c) {
    const struct kith_broker_store *store = store_of(c);
    struct kith_buf message = {0};
    int64_t after = 0;
    if (!store)
        return;
    (void)!kith_json_int(c->doc, kith_json_get(c->doc, c->arg, "after"), &after);
    for (unsigned n = 0; n < FEED_PAGE && after >= 0 && !store->feed(store->ctx, (uint64_t)after, &message); n++, after++) {
        kith_muxrpc_write(c->s->rpc, c->req, KITH_RPC_JSON, kith_buf_bytes(&message));
        kith_buf_clear(&message);
    }
    kith_muxrpc_end(c->s->rpc, c->req, NULL);
    kith_buf_wipe(&message);
}
