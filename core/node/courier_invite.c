/* SPDX-License-Identifier: MIT */
/* courier_invite.c: an invite that needs nobody online: who we are, by which roads we are reached, and a word that lets
 * its holder's request in by itself (docs/protocol/packet.md, "First contact"). */
#include "base/base64.h"
#include "feed/content.h"
#include "node/courier_desk.h"
#include "node/courier_state.h"

#define TYPE "letter"
#define PREFIX "kith1i"
#define CODE_MAX 8192
#define LETTERS_MAX 256

static void put_token(struct kith_buf *out, const struct kith_packet_id *token) {
    kith_base64_put(out, kith_bytes(token->b, sizeof token->b));
}

/* ---- ours ---- */

struct made {
    uint64_t at_ms, until_ms; /* until 0: for ever */
    struct kith_bytes used;   /* the id of who came with it; empty: nobody yet */
    struct kith_bytes text;   /* what they said */
};

static int keep(struct kith_node *n, struct kith_bytes key, const struct made *m) {
    struct kith_buf rest = {0};
    int err;
    kith_buf_put_str(&rest, ",\"at\":");
    kith_buf_put_dec(&rest, m->at_ms);
    kith_buf_put_str(&rest, ",\"until\":");
    kith_buf_put_dec(&rest, m->until_ms);
    if (m->used.len) {
        kith_buf_put_str(&rest, ",\"used\":");
        kith_json_put_string(&rest, m->used);
        kith_buf_put_str(&rest, ",\"text\":");
        kith_json_put_string(&rest, m->text);
    }
    err = kith_local_put(n, TYPE, key, kith_buf_bytes(&rest));
    kith_store_sync(n->store);
    kith_buf_wipe(&rest);
    return err;
}

/* of is filled; its bytes are doc's. A letter of an older version has a time alone. */
static void read_made(const struct kith_json *doc, struct made *of) {
    int64_t at = 0, until = 0;
    (void)!kith_json_int(doc, kith_json_get(doc, 0, "at"), &at);
    (void)!kith_json_int(doc, kith_json_get(doc, 0, "until"), &until);
    of->at_ms = at > 0 ? (uint64_t)at : 0;
    of->until_ms = until > 0 ? (uint64_t)until : 0;
    of->used = kith_json_str(doc, kith_json_get(doc, 0, "used"));
}

static bool is_open(struct kith_node *n, const struct made *m) {
    return !m->used.len && (!m->until_ms || n->t.wall_ms <= m->until_ms);
}

static void sweep_one(struct kith_node *n, const struct kith_json *doc, void *ctx) {
    struct kith_buf key = {0};
    struct made m = {0};
    (void)ctx;
    read_made(doc, &m);
    kith_json_unescape(&key, kith_json_str(doc, kith_json_get(doc, 0, "key")));
    if (!is_open(n, &m))
        kith_local_drop(n, TYPE, kith_buf_bytes(&key));
    kith_buf_wipe(&key);
}

static int make(struct kith_node *n, struct kith_packet_id *token, uint64_t until_ms) {
    struct made m = {.at_ms = n->t.wall_ms, .until_ms = until_ms};
    struct kith_buf key = {0};
    int err;
    if (kith_local_count(n, TYPE) >= LETTERS_MAX)
        kith_local_each(n, TYPE, sweep_one, NULL);
    kith_rng_fill(&n->rng, token->b, sizeof token->b);
    put_token(&key, token);
    err = kith_local_count(n, TYPE) < LETTERS_MAX ? keep(n, kith_buf_bytes(&key), &m) : KITH_ERR_BUSY;
    kith_buf_wipe(&key);
    return err;
}

int kith_desk_invite(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_buf profile = {0}, json = {0}, out = {0};
    struct kith_packet_id token;
    int64_t until = 0;
    int err = KITH_OK;
    (void)!kith_json_int(c->doc, kith_call_option(c, 0, "until"), &until);
    courier_profile_put(n, &profile);
    if (kith_bytes_ends(kith_buf_bytes(&profile), "\"roads\":[]}")) {
        kith_call_fail(c, KITH_ERR_ARG, "say first where packets for you may lie: kith road listen ADDRESS");
    } else if (!(err = make(n, &token, until > 0 ? (uint64_t)until : 0))) {
        kith_buf_put_str(&json, "{\"id\":\"");
        kith_feed_id_put(&json, &n->keys.pub);
        kith_buf_put_str(&json, "\",\"token\":\"");
        put_token(&json, &token);
        kith_buf_put_str(&json, "\",\"profile\":");
        kith_buf_put_bytes(&json, kith_buf_bytes(&profile));
        kith_buf_put_u8(&json, '}');
        kith_buf_put_str(&out, "{\"code\":\"" PREFIX);
        kith_base64url_put(&out, kith_buf_bytes(&json));
        kith_buf_put_str(&out, "\",\"token\":\"");
        put_token(&out, &token);
        kith_buf_put_str(&out, "\",\"profile\":");
        kith_buf_put_bytes(&out, kith_buf_bytes(&profile));
        kith_buf_put_u8(&out, '}');
        kith_call_reply(c, kith_buf_bytes(&out));
    }
    kith_wipe(&token, sizeof token);
    kith_buf_wipe(&profile);
    kith_buf_wipe(&json);
    kith_buf_wipe(&out);
    kith_node_pump_store(n);
    return err;
}

static void render_one(struct kith_node *n, const struct kith_json *doc, void *ctx) {
    static const char *const members[] = {"at", "until", "used", "text"};
    struct kith_buf *out = ctx;
    (void)n;
    kith_buf_put_str(out, out->p[out->len - 1] == '[' ? "{\"token\":" : ",{\"token\":");
    kith_json_put_compact(out, doc, kith_json_get(doc, 0, "key"));
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        uint32_t value = kith_json_get(doc, 0, members[i]);
        if (value == KITH_JSON_NONE)
            continue;
        kith_buf_put_str(out, ",\"");
        kith_buf_put_str(out, members[i]);
        kith_buf_put_str(out, "\":");
        kith_json_put_compact(out, doc, value);
    }
    kith_buf_put_u8(out, '}');
}

int kith_desk_invites(struct kith_call *c) {
    struct kith_buf out = {0};
    kith_buf_put_u8(&out, '[');
    kith_local_each(c->node, TYPE, render_one, &out);
    kith_buf_put_u8(&out, ']');
    kith_call_reply(c, kith_buf_bytes(&out));
    kith_buf_wipe(&out);
    return KITH_OK;
}

int kith_desk_uninvite(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_buf key = {0};
    bool found;
    kith_json_unescape(&key, kith_json_str(c->doc, kith_call_arg(c, 0)));
    found = kith_local_get(n, TYPE, kith_buf_bytes(&key), &n->doc, &n->scratch);
    if (found) {
        kith_local_drop(n, TYPE, kith_buf_bytes(&key));
        kith_store_sync(n->store);
    }
    kith_buf_wipe(&key);
    kith_call_reply(c, found ? KITH_LIT("true") : KITH_LIT("false"));
    kith_node_pump_store(n);
    return KITH_OK;
}

/* Whoever brings the word was invited: we follow them, and the request is answered as any other. */
void kith_desk_invited(struct kith_node *n, const struct kith_pubkey *who, const struct kith_part_friend *ask) {
    static const struct kith_packet_id none;
    struct kith_buf key = {0}, content = {0}, id = {0};
    struct made m = {0};
    if (kith_packet_id_eq(&ask->of, &none))
        return;
    put_token(&key, &ask->of);
    if (kith_local_get(n, TYPE, kith_buf_bytes(&key), &n->doc, &n->scratch))
        read_made(&n->doc, &m);
    if (m.at_ms && is_open(n, &m)) {
        kith_feed_id_put(&id, who);
        kith_content_contact(&content, &(struct kith_contact){.contact = *who, .following = KITH_SAID_YES});
        m.used = kith_buf_bytes(&id);
        m.text = ask->text;
        if (!kith_publish(n, kith_buf_bytes(&content), NULL, NULL)) /* else it waits for the user's word */
            (void)keep(n, kith_buf_bytes(&key), &m);
    }
    kith_buf_wipe(&key);
    kith_buf_wipe(&id);
    kith_buf_wipe(&content);
}

/* ---- theirs ---- */

struct letter {
    struct kith_pubkey id;
    struct kith_packet_id token;
    struct kith_buf profile;
};

static bool read_letter(struct kith_node *n, struct kith_bytes code, struct letter *out) {
    struct kith_buf json = {0};
    size_t len = 0;
    bool ok = false;
    if (code.len > CODE_MAX || !kith_bytes_starts(code, PREFIX))
        return false;
    code = kith_bytes_skip(code, strlen(PREFIX));
    kith_buf_reserve(&json, code.len);
    if (!kith_base64url_parse(code, json.p, code.len, &len) && !kith_json_parse(&n->doc, kith_bytes(json.p, len), 4096)) {
        uint32_t profile = kith_json_get(&n->doc, 0, "profile");
        size_t token = 0;
        ok = !kith_feed_id_parse(kith_json_str(&n->doc, kith_json_get(&n->doc, 0, "id")), &out->id) &&
             !kith_base64_parse(kith_json_str(&n->doc, kith_json_get(&n->doc, 0, "token")), out->token.b, sizeof out->token.b, &token) &&
             token == sizeof out->token.b && kith_json_is(&n->doc, profile, KITH_JSON_OBJECT) && !kith_pubkey_eq(&out->id, &n->keys.pub);
        if (ok)
            kith_json_put_compact(&out->profile, &n->doc, profile);
    }
    if (json.p)
        kith_wipe(json.p, json.cap);
    kith_buf_wipe(&json);
    return ok;
}

static int follow(struct kith_node *n, const struct kith_pubkey *id) {
    struct kith_buf content = {0};
    int err = KITH_OK;
    if (!kith_graph_is_following(n->social, &n->keys.pub, id)) {
        kith_content_contact(&content, &(struct kith_contact){.contact = *id, .following = KITH_SAID_YES});
        err = kith_publish(n, kith_buf_bytes(&content), NULL, NULL);
    }
    kith_buf_wipe(&content);
    return err;
}

int kith_desk_join(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct letter letter = {.profile = {0}};
    struct kith_buf code = {0}, text = {0}, out = {0};
    struct kith_pubkey referrer = {{0}};
    struct kith_recipient *r = NULL;
    uint32_t by = kith_call_option(c, 1, "referrer");
    int err = KITH_OK;
    kith_json_unescape(&code, kith_json_str(c->doc, kith_call_arg(c, 0)));
    kith_json_unescape(&text, kith_json_str(c->doc, kith_call_option(c, 1, "text")));
    if (by != KITH_JSON_NONE && kith_feed_id_parse(kith_json_str(c->doc, by), &referrer))
        err = KITH_ERR_ARG;
    else if (text.len > KITH_PART_TEXT_MAX)
        err = KITH_ERR_TOO_LONG;
    else if (!read_letter(n, kith_buf_bytes(&code), &letter))
        kith_call_fail(c, KITH_ERR_ARG, "that is no invite: they begin with " PREFIX);
    else if (!(r = courier_put(n, &letter.id)))
        err = KITH_ERR_BUSY;
    if (r) {
        r->strict = true;
        r->refused = false;
        r->ask_token = letter.token;
        r->ask_referrer = referrer;
        kith_buf_wipe(&r->ask_text);
        kith_buf_put_bytes(&r->ask_text, kith_buf_bytes(&text));
        courier_profile_take(n, r, kith_buf_bytes(&letter.profile), 1); /* older than all that they say themselves */
        err = follow(n, &letter.id);
        courier_start_again(n, r);
        courier_save(n, r);
        kith_store_sync(n->store);
    }
    if (r && !err) {
        kith_buf_put_str(&out, "{\"id\":\"");
        kith_feed_id_put(&out, &letter.id);
        kith_buf_put_str(&out, "\",\"profile\":");
        kith_buf_put_bytes(&out, kith_buf_bytes(&letter.profile));
        kith_buf_put_u8(&out, '}');
        kith_call_reply(c, kith_buf_bytes(&out));
    }
    kith_node_pump_store(n);
    kith_buf_wipe(&code);
    kith_buf_wipe(&text);
    kith_buf_wipe(&out);
    kith_buf_wipe(&letter.profile);
    return err;
}
