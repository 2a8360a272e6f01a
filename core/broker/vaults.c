/* SPDX-License-Identifier: MIT */
#include "broker/vaults.h"

#include "base/base64.h"
#include "broker/state.h"
#include "wire/vault.h"

static bool is_on(const struct call *c) {
    if (!c->b->config.vault_quota || !c->b->config.store) {
        call_fail(c, "off: there are no vaults here");
        return false;
    }
    return true;
}

static struct vault_door *door_of(const struct call *c) {
    if (!is_on(c))
        return NULL;
    if (!c->s->vault)
        call_fail(c, "denied: open it first");
    return c->s->vault;
}

/* ---- the head of what is kept ---- */

static int head_of(const struct kith_broker *b, const char *skeleton, struct kith_vault *head, size_t *size) {
    const struct kith_broker_store *store = b->config.store;
    struct kith_buf start = {0};
    int err = store->vault_read(store->ctx, skeleton, 0, KITH_VAULT_HEAD_LEN, &start);
    if (!err)
        err = kith_vault_head(head, size, kith_buf_bytes(&start));
    *size += KITH_VAULT_OVERHEAD;
    kith_buf_wipe(&start);
    return err;
}

/* null if there is none. */
static int put_head(struct kith_buf *out, const struct kith_broker *b, const char *skeleton) {
    struct kith_vault head;
    size_t size = 0;
    int err = head_of(b, skeleton, &head, &size);
    if (err == KITH_ERR_NOT_FOUND) {
        kith_buf_put_str(out, "null");
        return KITH_OK;
    }
    put_number(out, "{\"version\":", head.version);
    put_number(out, ",\"sequence\":", head.sequence);
    put_number(out, ",\"size\":", size);
    kith_buf_put_str(out, ",\"lease\":");
    put_base64(out, head.lease.b, sizeof head.lease.b);
    kith_buf_put_u8(out, '}');
    return err;
}

/* ---- the door ---- */

/* What it writes, if it does, will not come to its end. */
static void give_up(struct kith_broker_session *s) {
    struct vault_door *door = s->vault;
    s->broker->vault_waiting -= door->expected;
    s->source->vault_waiting -= door->expected;
    door->expected = 0;
    kith_buf_wipe(&door->written);
}

void vault_leave(struct kith_broker_session *s) {
    if (!s->vault)
        return;
    give_up(s);
    kith_free(s->vault);
    s->vault = NULL;
}

void vault_tick(struct kith_broker_session *s, uint64_t now_ms) {
    if (!s->vault || !s->vault->expected || now_ms - s->vault->begun_ms <= VAULT_WRITE_MS)
        return;
    s->broker->counts.vaults_refused++;
    give_up(s);
}

void vault_shut(struct kith_broker *b, const char *skeleton) {
    for (struct kith_broker_session *s = b->sessions; s; s = s->next) {
        if (!s->vault || strcmp(s->vault->skeleton, skeleton) != 0)
            continue;
        if (s->vault->watch)
            kith_muxrpc_end(s->rpc, s->vault->watch, "denied: open it again");
        session_touch(s);
        vault_leave(s);
    }
}

void vault_open(const struct call *c) {
    struct kith_broker_account a;
    struct kith_certificate certificate;
    struct kith_buf out = {0};
    int err;
    if (!is_on(c) || !account_enter(c, &a, &err))
        return;
    if (!err && kith_certificate_parse(&certificate, kith_bytes_str(a.certificate)))
        err = KITH_ERR_CORRUPT;
    if (!err)
        err = put_head(&out, c->b, a.skeleton);
    if (!err) {
        if (c->s->vault && c->s->vault->watch)
            kith_muxrpc_end(c->s->rpc, c->s->vault->watch, NULL);
        vault_leave(c->s);
        c->s->vault = kith_alloc(sizeof *c->s->vault);
        memcpy(c->s->vault->skeleton, a.skeleton, sizeof a.skeleton);
        c->s->vault->owner = certificate.key;
    }
    account_answer(c, err, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
}

bool vault_has_budget(const struct kith_broker_session *s, void (*run)(const struct call *c)) {
    return s->vault && (run == vault_read || run == vault_write);
}

static bool pay(const struct call *c, size_t bytes) {
    if (source_spend(c->s->source, COST_VAULT, (uint32_t)bytes, VAULT_BYTES_A_SOURCE, c->t.now_ms))
        return true;
    c->b->counts.vaults_refused++;
    call_fail(c, "budget: later");
    return false;
}

void vault_read(const struct call *c) {
    const struct kith_broker_store *store = c->b->config.store;
    const struct vault_door *door = door_of(c);
    struct kith_buf bytes = {0}, out = {0};
    uint64_t at = call_number(c, "at");
    int err;
    if (!door)
        return;
    if (at > KITH_VAULT_CONTENT_MAX + KITH_VAULT_OVERHEAD) {
        call_fail(c, "arg: at");
        return;
    }
    if (!pay(c, VAULT_PIECE))
        return;
    err = store->vault_read(store->ctx, door->skeleton, (size_t)at, VAULT_PIECE, &bytes);
    if (err) {
        call_fail(c, err == KITH_ERR_NOT_FOUND ? "absent: nothing is kept" : "busy: the store says no");
    } else {
        c->b->counts.vaults_read += at == 0;
        kith_buf_reserve(&out, kith_base64_len(bytes.len) + 2);
        put_base64(&out, bytes.p, bytes.len);
        call_reply(c, kith_buf_bytes(&out));
    }
    kith_buf_wipe(&bytes);
    kith_buf_wipe(&out);
}

/* ---- writing ---- */

static void tell_others(struct kith_broker *b, const struct vault_door *door) {
    struct kith_buf out = {0};
    if (!put_head(&out, b, door->skeleton)) {
        for (struct kith_broker_session *s = b->sessions; s; s = s->next) {
            if (s->vault && s->vault->watch && !strcmp(s->vault->skeleton, door->skeleton)) {
                kith_muxrpc_write(s->rpc, s->vault->watch, KITH_RPC_JSON, kith_buf_bytes(&out));
                session_touch(s);
            }
        }
    }
    kith_buf_wipe(&out);
}

static const char *refusal(const struct kith_broker *b, const struct vault_door *door) {
    struct kith_vault head, next;
    size_t size = 0;
    int err = kith_vault_parse(&next, kith_buf_bytes(&door->written));
    if (err)
        return err == KITH_ERR_CRYPTO ? "proof: not signed by its owner" : "arg: no vault";
    if (!kith_pubkey_eq(&next.owner, &door->owner))
        return "proof: somebody else's";
    err = head_of(b, door->skeleton, &head, &size);
    if (!err && kith_pubkey_eq(&head.owner, &door->owner) && kith_vault_follows(&head, &next))
        return "old: what is kept is no older";
    return err && err != KITH_ERR_NOT_FOUND ? "busy: the store says no" : NULL;
}

static void finish(const struct call *c, struct vault_door *door) {
    const struct kith_broker_store *store = c->b->config.store;
    const char *error = refusal(c->b, door);
    if (!error && store->vault_put(store->ctx, door->skeleton, kith_buf_bytes(&door->written)))
        error = "busy: the store says no";
    give_up(c->s);
    if (error) {
        c->b->counts.vaults_refused++;
        call_fail(c, error);
        return;
    }
    c->b->counts.vaults_put++;
    call_reply(c, KITH_LIT("true"));
    tell_others(c->b, door);
}

static const char *begin(const struct call *c, struct vault_door *door) {
    uint64_t size = call_number(c, "size");
    struct source *source = c->s->source;
    give_up(c->s);
    if (size > c->b->config.vault_quota)
        return "size: more than the quota";
    if (c->b->vault_waiting + size > VAULT_WAITING_MAX ||
        (source->vault_waiting && source->vault_waiting + size > VAULT_WAITING_A_SOURCE))
        return "busy: too many write";
    door->expected = (size_t)size;
    door->begun_ms = c->t.now_ms;
    c->b->vault_waiting += door->expected;
    source->vault_waiting += door->expected;
    return NULL;
}

/* {at, size, data}: the pieces in their order; the first, at 0, says how long the whole is, and the last one's answer is that
 * of the whole. */
void vault_write(const struct call *c) {
    struct vault_door *door = door_of(c);
    uint32_t node = kith_json_get(c->doc, c->arg, "data");
    uint8_t piece[VAULT_PIECE];
    const char *error = NULL;
    size_t len;
    if (!door)
        return;
    if (call_number(c, "at") == 0)
        error = begin(c, door);
    if (!error && (!kith_json_is(c->doc, node, KITH_JSON_STRING) ||
                   kith_base64_parse(kith_json_str(c->doc, node), piece, sizeof piece, &len)))
        error = "arg: data in base64, at most 12 KiB";
    else if (!error && (!len || call_number(c, "at") != door->written.len || door->written.len + len > door->expected ||
                        c->t.now_ms - door->begun_ms > VAULT_WRITE_MS))
        error = "arg: not the next piece";
    if (error) {
        give_up(c->s);
        c->b->counts.vaults_refused++;
        call_fail(c, error);
        return;
    }
    if (!pay(c, VAULT_PIECE)) { /* a short one may be a whole vault, and then we wait for the disk */
        give_up(c->s);
        return;
    }
    kith_buf_put(&door->written, piece, len);
    if (door->written.len == door->expected)
        finish(c, door);
    else
        call_reply(c, KITH_LIT("true"));
}

void vault_forget(const struct call *c) {
    const struct kith_broker_store *store = c->b->config.store;
    struct vault_door *door = door_of(c);
    if (!door)
        return;
    give_up(c->s);
    if (store->vault_put(store->ctx, door->skeleton, KITH_LIT("")))
        call_fail(c, "busy: the store says no");
    else
        call_reply(c, KITH_LIT("true"));
}

void vault_watch(const struct call *c) {
    struct vault_door *door = c->s->vault;
    if (!door || door->watch) {
        c->b->counts.calls_refused++;
        kith_muxrpc_end(c->s->rpc, c->req, door ? "exists: it is watched" : "denied: open it first");
        return;
    }
    door->watch = c->req;
}

bool vault_unwatch(struct kith_broker_session *s, int32_t req) {
    if (!s->vault || s->vault->watch != req)
        return false;
    s->vault->watch = 0;
    return true;
}
