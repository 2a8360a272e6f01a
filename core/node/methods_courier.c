/* SPDX-License-Identifier: MIT */
/* Roads that store and forward, and how far each thing got on them. */
#include "node/courier_state.h"

/* ---- roads ---- */

static void put_lines(struct kith_buf *out, const char *name, struct kith_bytes lines) {
    const char *before = "";
    struct kith_bytes line;
    kith_buf_put_str(out, name);
    while (courier_line(&lines, &line)) {
        kith_buf_put_str(out, before);
        kith_json_put_string(out, line);
        before = ",";
    }
    kith_buf_put_u8(out, ']');
}

static int list(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_buf out = {0};
    const char *before = "";
    put_lines(&out, "{\"own\":[", kith_buf_bytes(&n->courier.own_roads));
    kith_buf_put_str(&out, ",\"people\":[");
    for (size_t i = 0; i < n->courier.count; i++) {
        const struct kith_recipient *r = n->courier.all[i];
        if (!r->roads.len && !r->profile.len)
            continue;
        kith_buf_put_str(&out, before);
        kith_buf_put_str(&out, "{\"id\":\"");
        kith_feed_id_put(&out, &r->id);
        put_lines(&out, "\",\"roads\":[", kith_buf_bytes(&r->roads));
        put_lines(&out, ",\"theirs\":[", kith_buf_bytes(&r->theirs));
        if (r->profile.len) {
            kith_buf_put_str(&out, ",\"profile\":");
            kith_buf_put_bytes(&out, kith_buf_bytes(&r->profile));
        }
        kith_buf_put_u8(&out, '}');
        before = ",";
    }
    kith_buf_put_str(&out, "]}");
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

/* Takes the line out of the lines; false: it is not there. */
static bool take_out(struct kith_buf *lines, struct kith_bytes address) {
    struct kith_buf kept = {0};
    struct kith_bytes left = kith_buf_bytes(lines), line;
    bool found = false;
    while (courier_line(&left, &line)) {
        if (kith_bytes_eq(line, address)) {
            found = true;
            continue;
        }
        kith_buf_put_bytes(&kept, line);
        kith_buf_put_u8(&kept, '\n');
    }
    kith_buf_wipe(lines);
    *lines = kept;
    return found;
}

static size_t count_lines(struct kith_bytes lines) {
    struct kith_bytes line;
    size_t count = 0;
    while (courier_line(&lines, &line))
        count++;
    return count;
}

/* {id, address}: the newest comes first. */
static int change(struct kith_call *c, bool add) {
    struct kith_node *n = c->node;
    struct kith_buf address = {0}, lines = {0}, *mine;
    struct kith_recipient *r = NULL;
    struct kith_pubkey who;
    bool is_own, was;
    if (!kith_call_person(c, kith_call_option(c, 0, "id"), &who))
        return KITH_ERR_ARG;
    kith_json_unescape(&address, kith_json_str(c->doc, kith_call_option(c, 0, "address")));
    is_own = kith_pubkey_eq(&who, &n->keys.pub);
    if (!is_own)
        r = add ? courier_put(n, &who) : courier_find(n, &who);
    if (!courier_is_address(kith_buf_bytes(&address)) || (!is_own && !r)) {
        kith_buf_wipe(&address);
        kith_call_fail(c, r || is_own || add ? KITH_ERR_ARG : KITH_ERR_NOT_FOUND, "a road looks like dir:/media/stick or https://HOST/inbox/NAME");
        return KITH_OK;
    }
    mine = is_own ? &n->courier.own_roads : &r->roads;
    was = take_out(mine, kith_buf_bytes(&address));
    if (add && count_lines(kith_buf_bytes(mine)) < KITH_COURIER_ROADS) {
        kith_buf_put_bytes(&lines, kith_buf_bytes(&address));
        kith_buf_put_u8(&lines, '\n');
        kith_buf_put_bytes(&lines, kith_buf_bytes(mine));
        kith_buf_wipe(mine);
        *mine = lines;
    }
    if (add != was)
        courier_watch(n, kith_buf_bytes(&address), is_own, add);
    courier_save_roads(n, &who);
    if (r) {
        r->road_at = 0;
        if (add)
            r->given_up_ms = 0;
        courier_profile_use(n, r);
        courier_start_again(n, r);
    } else {
        n->courier.has_profile = true;
        for (size_t i = 0; i < n->courier.count; i++)
            courier_profile_use(n, n->courier.all[i]);
        kith_courier_changed(n);
    }
    kith_buf_wipe(&address);
    if (add || was)
        kith_call_reply(c, KITH_LIT("true"));
    else
        kith_call_fail(c, KITH_ERR_NOT_FOUND, "there is no such road");
    kith_node_pump_store(n);
    return KITH_OK;
}

static int add(struct kith_call *c) {
    return change(c, true);
}

static int take_away(struct kith_call *c) {
    return change(c, false);
}

/* ---- the outbox ---- */

static const char *const steps[] = {"", "queued", "trouble", "stored"};

static void put_text(struct kith_buf *out, const char *name, const char *value) {
    kith_buf_put_str(out, name);
    kith_json_put_string(out, kith_bytes_str(value));
}

static void put_number(struct kith_buf *out, const char *name, uint64_t value) {
    kith_buf_put_str(out, name);
    kith_buf_put_dec(out, value);
}

static uint64_t has_own(struct kith_node *n, struct kith_recipient *r) {
    const struct courier_feed *f = courier_feed_find(r, &n->keys.pub);
    uint64_t has = f ? f->has : 0, live = kith_ebt_peer_has(n->replicator.ebt, &r->id, &n->keys.pub);
    return live > has ? live : has;
}

static const char *state_of(struct kith_node *n, struct kith_recipient *r) {
    struct kith_bytes road;
    if (r->live)
        return "live";
    if (!courier_road(r, &road))
        return "no road";
    if (r->refused)
        return "refused";
    if (r->given_up_ms)
        return "given up";
    if (r->oldest_ms && n->t.wall_ms > r->oldest_ms + KITH_COURIER_EXPIRES_MS)
        return "expired";
    for (size_t i = 0; i < r->flight_count; i++) {
        if (r->flights[i].step == COURIER_TROUBLE)
            return "trouble";
    }
    if (courier_terms(n, r) == COURIER_QUESTION)
        return "asked";
    if (r->flight_count)
        return "waiting";
    return courier_is_behind(n, r) ? "queued" : "received";
}

static void put_flight(struct kith_buf *out, const struct courier_flight *f) {
    put_text(out, "{\"state\":", steps[f->step]);
    put_text(out, ",\"road\":", f->road);
    put_text(out, ",\"by\":", f->by);
    put_number(out, ",\"made\":", f->made_ms);
    put_number(out, ",\"bytes\":", f->len);
    if (f->own_first) {
        put_number(out, ",\"first\":", f->own_first);
        put_number(out, ",\"last\":", f->own_last);
    }
    kith_buf_put_u8(out, '}');
}

static void put_recipient(struct kith_node *n, struct kith_recipient *r, struct kith_buf *out) {
    struct kith_bytes road = {0};
    kith_buf_put_str(out, "{\"id\":\"");
    kith_feed_id_put(out, &r->id);
    put_text(out, "\",\"state\":", state_of(n, r));
    if (courier_road(r, &road)) {
        kith_buf_put_str(out, ",\"road\":");
        kith_json_put_string(out, road);
    }
    put_number(out, ",\"received\":", has_own(n, r));
    put_number(out, ",\"of\":", courier_head(n, &n->keys.pub));
    put_number(out, ",\"tries\":", r->tries);
    if (r->retry_ms != UINT64_MAX)
        put_number(out, ",\"again_ms\":", r->retry_ms > n->t.now_ms ? r->retry_ms - n->t.now_ms : 0);
    if (r->clock_ms)
        put_number(out, ",\"heard\":", r->clock_ms);
    kith_buf_put_str(out, ",\"packets\":[");
    for (size_t i = 0; i < r->flight_count; i++) {
        kith_buf_put_str(out, i ? "," : "");
        put_flight(out, &r->flights[i]);
    }
    kith_buf_put_str(out, "]}");
}

static int outbox(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_buf out = {0};
    kith_buf_put_u8(&out, '[');
    for (size_t i = 0; i < n->courier.count; i++) {
        kith_buf_put_str(&out, i ? "," : "");
        put_recipient(n, n->courier.all[i], &out);
    }
    kith_buf_put_u8(&out, ']');
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

/* How far one message of ours got with one recipient. */
static void put_where(struct kith_node *n, struct kith_recipient *r, uint64_t sequence, struct kith_buf *out) {
    kith_buf_put_str(out, "{\"id\":\"");
    kith_feed_id_put(out, &r->id);
    if (has_own(n, r) >= sequence) {
        kith_buf_put_str(out, courier_seen_by(r, sequence) ? "\",\"state\":\"read\"}" : "\",\"state\":\"received\"}");
        return;
    }
    for (size_t i = r->flight_count; i-- > 0;) {
        const struct courier_flight *f = &r->flights[i];
        if (!f->own_first || sequence < f->own_first || sequence > f->own_last)
            continue;
        put_text(out, "\",\"state\":", steps[f->step]);
        put_text(out, ",\"road\":", f->road);
        put_text(out, ",\"by\":", f->by);
        put_number(out, ",\"at\":", f->made_ms);
        kith_buf_put_u8(out, '}');
        return;
    }
    kith_buf_put_str(out, "\",\"state\":\"queued\"}");
}

static int where(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_record record;
    struct kith_message m;
    struct kith_msgid id;
    struct kith_buf out = {0};
    uint64_t number;
    const char *before = "";
    if (kith_msgid_parse(kith_json_str(c->doc, kith_call_arg(c, 0)), &id))
        return KITH_ERR_ARG;
    if (!kith_store_find(n->store, &id, &number) || kith_store_get(n->store, number, &record, &n->scratch) ||
        kith_message_read(&n->doc, record.value, &m) || !kith_pubkey_eq(&m.author, &n->keys.pub)) {
        kith_call_fail(c, KITH_ERR_NOT_FOUND, "no message of yours has this id");
        return KITH_OK;
    }
    kith_buf_put_u8(&out, '[');
    for (size_t i = 0; i < n->courier.count; i++) {
        struct kith_bytes road;
        if ((!courier_road(n->courier.all[i], &road) && !courier_seen_by(n->courier.all[i], m.sequence)) ||
            (n->courier.all[i]->given_up_ms && has_own(n, n->courier.all[i]) < m.sequence))
            continue;
        kith_buf_put_str(&out, before);
        put_where(n, n->courier.all[i], m.sequence, &out);
        before = ",";
    }
    kith_buf_put_u8(&out, ']');
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

/* Whom the argument names; an error if there is nobody like that. */
static int recipient_of(struct kith_call *c, struct kith_recipient **r) {
    struct kith_pubkey who;
    if (kith_call_arg(c, 0) == KITH_JSON_NONE || !kith_call_person(c, kith_call_arg(c, 0), &who))
        return KITH_ERR_ARG;
    *r = courier_find(c->node, &who);
    return *r ? KITH_OK : KITH_ERR_NOT_FOUND;
}

static int again(struct kith_call *c) {
    struct kith_recipient *r;
    int err = recipient_of(c, &r);
    if (err)
        return err;
    r->given_up_ms = 0;
    courier_start_again(c->node, r);
    kith_call_reply(c, KITH_LIT("true"));
    return KITH_OK;
}

static int give_up(struct kith_call *c) {
    struct kith_recipient *r;
    int err = recipient_of(c, &r);
    if (err)
        return err;
    courier_give_up(c->node, r);
    kith_store_sync(c->node->store);
    kith_node_pump_store(c->node);
    kith_call_reply(c, KITH_LIT("true"));
    return KITH_OK;
}

#define MASTER KITH_ROLE_MASTER

const struct kith_method kith_methods_courier[] = {
    {"roads.list", KITH_RPC_ASYNC, MASTER, list, "", "{own, people: [{id, roads, theirs, profile}]}: by which roads that store and forward whom is reached (by our word, then by theirs), what they say of themselves, and where packets for us may lie"},
    {"roads.add", KITH_RPC_ASYNC, MASTER, add, "{id, address}", "a road to a person, to be taken first, which stays on this machine; without id: where packets for us may lie, which friends are told"},
    {"roads.remove", KITH_RPC_ASYNC, MASTER, take_away, "{id, address}", "takes that back"},
    {"kith.roads", KITH_RPC_ASYNC, KITH_ROLE_PEER, kith_courier_told, "{name, roads}, ms", "a friend says by which roads they like to be reached, in that order, and when they said so"},
    {"outbox.list", KITH_RPC_ASYNC, MASTER, outbox, "", "for each person with a road: [{id, state, road, received, of, tries, again_ms, heard, packets: [{state, road, by, made, bytes, first, last}]}]; state is live, received, queued, waiting, trouble, expired, asked (for friendship, without an answer), refused, given up or no road, first and last are numbers of our messages"},
    {"outbox.where", KITH_RPC_ASYNC, MASTER, where, "message", "how far a message of ours got with each of them: [{id, state, road, by, at}]; state is queued, trouble, stored, received or read, which is said by those who allow it"},
    {"outbox.again", KITH_RPC_ASYNC, MASTER, again, "id", "sends this person now what has no receipt"},
    {"outbox.drop", KITH_RPC_ASYNC, MASTER, give_up, "id", "gives up on packets for this person: what waits for them is taken out, and nothing new goes by packets until outbox.again, another road, or something newer from them"},
    {"read.say", KITH_RPC_ASYNC, MASTER, courier_seen_say, "[message]", "our user has seen these: their authors are told, if they are friends and read.allow says so; how many will be"},
    {"read.allow", KITH_RPC_ASYNC, MASTER, courier_seen_allow, "on", "whether friends hear what we have read, not as long as nobody says so; without an argument as it is"},
    {"kith.read", KITH_RPC_ASYNC, KITH_ROLE_PEER, kith_courier_seen, "[message]", "a friend says which of our messages they have read"},
    {0},
};
