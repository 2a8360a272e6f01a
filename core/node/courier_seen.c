/* SPDX-License-Identifier: MIT */
/* courier_seen.c: that a message was read, told to its author if our user allows it: part 10, or kith.read on a
 * live link. Said once for each message, and until the other side has it. */
#include "node/courier_state.h"

#define ALLOWED "reads" /* the local record: there is one if it is allowed */
#define ID_LEN ((size_t)KITH_PART_READ_LEN)

static bool is_allowed(struct kith_node *n) {
    return kith_local_get(n, ALLOWED, KITH_LIT("allowed"), &n->doc, &n->scratch);
}

/* ---- what we have read ---- */

static bool has_id(const struct kith_buf *ids, const struct kith_msgid *id) {
    for (size_t at = 0; at < ids->len; at += ID_LEN) {
        if (!memcmp(ids->p + at, id->hash.b, ID_LEN))
            return true;
    }
    return false;
}

/* True: its author will hear of it. Only friends do: nobody else is to know when we are here. */
static bool say(struct kith_node *n, const struct kith_msgid *id) {
    struct kith_recipient *r;
    struct kith_pubkey author;
    uint64_t rec;
    if (!kith_store_find(n->store, id, &rec) || !kith_social_author(n->social, (uint32_t)rec, &author) ||
        !kith_graph_is_friend(n->social, &author, &n->keys.pub) || !(r = courier_put(n, &author)))
        return false;
    if (has_id(&r->seen_said, id))
        return true;
    if (r->seen_said.len + ID_LEN > KITH_COURIER_SAID)
        memmove(r->seen_said.p, r->seen_said.p + ID_LEN, r->seen_said.len -= ID_LEN); /* the oldest is not said again */
    kith_buf_put(&r->seen_said, id->hash.b, ID_LEN);
    r->seen_new += r->seen_new < KITH_COURIER_SAID / ID_LEN;
    r->changed = true;
    courier_due(n, n->t.now_ms);
    return true;
}

static struct kith_bytes news(const struct kith_recipient *r) {
    size_t len = r->seen_new * ID_LEN;
    return len ? kith_bytes(r->seen_said.p + r->seen_said.len - len, len) : kith_bytes(NULL, 0);
}

static bool is_out(const struct kith_recipient *r) {
    for (size_t i = 0; i < r->flight_count; i++) {
        if (r->flights[i].seen)
            return true;
    }
    return false;
}

bool courier_seen_waits(const struct kith_recipient *r) {
    return r->seen_new && !is_out(r);
}

/* How many are in the packet now. */
size_t courier_seen_put(struct kith_recipient *r, struct kith_buf *out) {
    if (!courier_seen_waits(r))
        return 0;
    kith_parts_put(out, KITH_PART_READ, news(r));
    return r->seen_new;
}

/* They have the first so many of the new ones. */
void courier_seen_came(struct kith_recipient *r, size_t count) {
    r->seen_new -= count < r->seen_new ? count : r->seen_new;
    r->changed = true;
}

/* ---- on a live link ---- */

static void told_data(struct kith_stream *s, const struct kith_muxrpc_event *e) {
    struct kith_recipient *r = courier_find(s->peer->node, &s->peer->id);
    (void)e;
    if (r)
        courier_seen_came(r, r->seen_live);
}

static void told_end(struct kith_stream *s, struct kith_bytes error) {
    struct kith_recipient *r = courier_find(s->peer->node, &s->peer->id);
    if (r && error.len)
        courier_seen_came(r, r->seen_live); /* it is no kith, or does not want to know */
}

static void told_close(struct kith_stream *s) {
    struct kith_recipient *r = courier_find(s->peer->node, &s->peer->id);
    if (r)
        r->seen_live = 0;
}

static const struct kith_stream_ops told_ops = {told_data, told_end, NULL, told_close};

void courier_seen_tell(struct kith_node *n, struct kith_recipient *r) {
    struct kith_peer *p = r->seen_new && !r->seen_live ? kith_peers_person(n, &r->id) : NULL;
    struct kith_bytes ids = news(r);
    struct kith_buf args = {0};
    if (!p || p->role != KITH_ROLE_PEER)
        return;
    kith_buf_put_str(&args, "[[");
    for (size_t at = 0; at < ids.len; at += ID_LEN) {
        struct kith_msgid id;
        memcpy(id.hash.b, ids.p + at, ID_LEN);
        kith_buf_put_str(&args, at ? ",\"" : "\"");
        kith_msgid_put(&args, &id);
        kith_buf_put_u8(&args, '"');
    }
    kith_buf_put_str(&args, "]]");
    if (kith_peer_call(p, KITH_RPC_ASYNC, "kith.read", kith_buf_bytes(&args), &told_ops, NULL))
        r->seen_live = r->seen_new;
    kith_buf_wipe(&args);
}

/* ---- what others have read ---- */

static void heard(struct kith_node *n, struct kith_recipient *r, const struct kith_msgid *id) {
    struct kith_record record;
    struct kith_message m;
    uint64_t rec;
    if (!kith_store_find(n->store, id, &rec) || kith_store_get(n->store, rec, &record, &n->scratch) ||
        record.kind != KITH_RECORD_CHAINED || kith_message_read(&n->doc, record.value, &m) || !kith_pubkey_eq(&m.author, &n->keys.pub) ||
        courier_seen_by(r, m.sequence))
        return;
    r->seen_by[r->seen_by_count++ % KITH_COURIER_READ] = m.sequence;
    r->changed = true;
}

bool courier_seen_by(const struct kith_recipient *r, uint64_t sequence) {
    size_t count = r->seen_by_count < KITH_COURIER_READ ? (size_t)r->seen_by_count : KITH_COURIER_READ;
    for (size_t i = 0; i < count; i++) {
        if (r->seen_by[i] == sequence)
            return true;
    }
    return false;
}

void courier_seen_taken(struct kith_node *n, struct kith_recipient *r, struct kith_bytes ids) {
    for (size_t at = 0; at + ID_LEN <= ids.len; at += ID_LEN) {
        struct kith_msgid id;
        memcpy(id.hash.b, ids.p + at, ID_LEN);
        heard(n, r, &id);
    }
}

int kith_courier_seen(struct kith_call *c) {
    struct kith_node *n = c->node;
    uint32_t list = kith_call_arg(c, 0);
    struct kith_recipient *r;
    if (!kith_json_is(c->doc, list, KITH_JSON_ARRAY) || c->doc->nodes[list].count > KITH_COURIER_SAID / ID_LEN)
        return KITH_ERR_ARG;
    if (!kith_graph_is_following(n->social, &n->keys.pub, &c->peer->id))
        return KITH_ERR_DENIED;
    if (!(r = courier_put(n, &c->peer->id)))
        return KITH_ERR_BUSY;
    for (uint32_t i = kith_json_first(c->doc, list); i != KITH_JSON_NONE; i = c->doc->nodes[i].next) {
        struct kith_msgid id;
        if (!kith_msgid_parse(kith_json_str(c->doc, i), &id))
            heard(n, r, &id);
    }
    kith_call_reply(c, KITH_LIT("true"));
    return KITH_OK;
}

/* ---- for the app ---- */

/* [on]: without it only the answer. */
int courier_seen_allow(struct kith_call *c) {
    struct kith_node *n = c->node;
    uint32_t on = kith_call_arg(c, 0);
    int err = KITH_OK;
    if (on != KITH_JSON_NONE && kith_json_true(c->doc, on) != is_allowed(n)) {
        if (kith_json_true(c->doc, on))
            err = kith_local_put(n, ALLOWED, KITH_LIT("allowed"), KITH_LIT(""));
        else
            kith_local_drop(n, ALLOWED, KITH_LIT("allowed"));
        kith_store_sync(n->store);
        kith_node_pump_store(n);
    }
    if (!err)
        kith_call_reply(c, is_allowed(n) ? KITH_LIT("true") : KITH_LIT("false"));
    return err;
}

/* [[id]]: how many authors will hear of it. */
int courier_seen_say(struct kith_call *c) {
    struct kith_node *n = c->node;
    uint32_t list = kith_call_arg(c, 0);
    bool allowed = is_allowed(n);
    struct kith_buf out = {0};
    uint64_t count = 0;
    if (!kith_json_is(c->doc, list, KITH_JSON_ARRAY))
        return KITH_ERR_ARG;
    for (uint32_t i = kith_json_first(c->doc, list); i != KITH_JSON_NONE; i = c->doc->nodes[i].next) {
        struct kith_msgid id;
        if (kith_msgid_parse(kith_json_str(c->doc, i), &id))
            return KITH_ERR_ARG;
        count += allowed && say(n, &id);
    }
    kith_buf_put_dec(&out, count);
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}
