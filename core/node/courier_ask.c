/* SPDX-License-Identifier: MIT */
/* courier_ask.c: asking people for friendship whom we never met by a link, and what they answered. */
#include "node/courier_desk.h"
#include "node/courier_state.h"

#define LOOK_BACK 20000 /* messages of our own, for the two that go along */

static const struct kith_pubkey nobody;

bool kith_desk_is_stranger(struct kith_node *n, const struct kith_recipient *r) {
    return !r->told && !r->heard && !kith_graph_is_following(n->social, &r->id, &n->keys.pub);
}

bool kith_desk_asks(struct kith_node *n, const struct kith_recipient *r) {
    return kith_desk_is_stranger(n, r) && kith_graph_is_following(n->social, &n->keys.pub, &r->id);
}

/* Whether an own public message says that we follow them, or what we are called. */
static bool says(struct kith_node *n, const struct kith_entry *e, const struct kith_pubkey *whom, bool contact) {
    const struct kith_json *d = e->content_doc;
    struct kith_pubkey id;
    if (e->is_private || e->content == KITH_JSON_NONE || !kith_bytes_is(e->type, contact ? "contact" : "about") ||
        kith_feed_id_parse(kith_json_str(d, kith_json_get(d, e->content, contact ? "contact" : "about")), &id))
        return false;
    return contact ? kith_pubkey_eq(&id, whom) && kith_json_true(d, kith_json_get(d, e->content, "following"))
                   : kith_pubkey_eq(&id, &n->keys.pub) && kith_json_get(d, e->content, "name") != KITH_JSON_NONE;
}

/* The newest that says it, and can be taken back by no power cut. */
static void put_own(struct kith_node *n, const struct kith_pubkey *whom, bool contact, struct kith_buf *out) {
    const struct kith_feeds *feeds = kith_store_feeds(n->store);
    uint32_t number = kith_feeds_find(feeds, &n->keys.pub);
    uint64_t head = courier_head(n, &n->keys.pub), rec;
    for (uint64_t at = head; at && head - at < LOOK_BACK; at--) {
        struct kith_entry entry;
        struct kith_record record;
        if (!kith_feeds_record(feeds, number, at, &rec) ||
            kith_store_entry(n->store, rec, &entry, &record, &n->doc, &n->plain, &n->scratch) || record.kind != KITH_RECORD_CHAINED ||
            !says(n, &entry, whom, contact))
            continue;
        kith_parts_put(out, KITH_PART_LOOSE, record.value);
        return;
    }
}

void kith_desk_put(struct kith_node *n, struct kith_recipient *r, struct kith_buf *out) {
    struct kith_part_friend ask = {.step = KITH_FRIEND_REQUEST, .referrer = r->ask_referrer, .of = r->ask_token, .text = kith_buf_bytes(&r->ask_text)};
    kith_part_friend_put(out, &ask);
    put_own(n, &r->id, true, out);
    put_own(n, &r->id, false, out);
    r->asked = true;
}

void kith_desk_heard(struct kith_node *n, struct kith_recipient *r, struct kith_bytes bytes) {
    struct kith_part_friend part;
    bool first = !r->heard;
    if (!kith_part_friend_read(bytes, &part))
        return;
    if (part.step == KITH_FRIEND_REQUEST) {
        r->heard = true;
    } else if (part.step == KITH_FRIEND_ACCEPT) {
        r->heard = true;
        r->refused = false;
        if (first && r->flight_count) /* what they could not take while we were strangers goes again */
            courier_start_again(n, r);
    } else if (part.step == KITH_FRIEND_REFUSE && kith_desk_asks(n, r)) {
        for (size_t i = 0; i < r->flight_count; i++)
            courier_drop(n, r, &r->flights[i]);
        courier_resend(r);
        r->refused = true;
    }
    r->changed = true;
    if ((first && r->heard) || r->refused)
        courier_save(n, r);
}

/* {id, text, referrer}: nothing goes to them but the question, until they answer. */
int kith_desk_ask(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_buf text = {0};
    struct kith_pubkey id, referrer = nobody;
    struct kith_recipient *r;
    uint32_t by = kith_call_option(c, 0, "referrer");
    if (kith_feed_id_parse(kith_json_str(c->doc, kith_call_option(c, 0, "id")), &id) || kith_pubkey_eq(&id, &n->keys.pub) ||
        (by != KITH_JSON_NONE && kith_feed_id_parse(kith_json_str(c->doc, by), &referrer)))
        return KITH_ERR_ARG;
    kith_json_unescape(&text, kith_json_str(c->doc, kith_call_option(c, 0, "text")));
    if (text.len > KITH_PART_TEXT_MAX) {
        kith_buf_wipe(&text);
        return KITH_ERR_TOO_LONG;
    }
    if (!(r = courier_put(n, &id))) {
        kith_buf_wipe(&text);
        return KITH_ERR_BUSY;
    }
    kith_buf_wipe(&r->ask_text);
    r->ask_text = text;
    r->ask_referrer = referrer;
    r->strict = true;
    r->refused = false;
    courier_start_again(n, r);
    courier_save(n, r);
    kith_store_sync(n->store);
    kith_node_pump_store(n);
    kith_call_reply(c, KITH_LIT("true"));
    return KITH_OK;
}
