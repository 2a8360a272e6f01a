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

static int keep(struct kith_node *n, const struct kith_packet_id *token) {
    struct kith_buf key = {0}, rest = {0};
    int err;
    put_token(&key, token);
    kith_buf_put_str(&rest, ",\"at\":");
    kith_buf_put_dec(&rest, n->t.wall_ms);
    err = kith_local_count(n, TYPE) < LETTERS_MAX ? kith_local_put(n, TYPE, kith_buf_bytes(&key), kith_buf_bytes(&rest)) : KITH_ERR_BUSY;
    kith_store_sync(n->store);
    kith_buf_wipe(&key);
    kith_buf_wipe(&rest);
    return err;
}

int kith_desk_invite(struct kith_call *c) {
    struct kith_node *n = c->node;
    struct kith_buf profile = {0}, json = {0}, out = {0};
    struct kith_packet_id token;
    int err = KITH_OK;
    courier_profile_put(n, &profile);
    if (kith_bytes_ends(kith_buf_bytes(&profile), "\"roads\":[]}")) {
        kith_call_fail(c, KITH_ERR_ARG, "say first where packets for you may lie: kith road listen ADDRESS");
    } else if (!(err = (kith_rng_fill(&n->rng, token.b, sizeof token.b), keep(n, &token)))) {
        kith_buf_put_str(&json, "{\"id\":\"");
        kith_feed_id_put(&json, &n->keys.pub);
        kith_buf_put_str(&json, "\",\"token\":\"");
        put_token(&json, &token);
        kith_buf_put_str(&json, "\",\"profile\":");
        kith_buf_put_bytes(&json, kith_buf_bytes(&profile));
        kith_buf_put_u8(&json, '}');
        kith_buf_put_str(&out, "{\"code\":\"" PREFIX);
        kith_base64url_put(&out, kith_buf_bytes(&json));
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

/* Whoever brings the word was invited: we follow them, and the request is answered as any other. */
void kith_desk_invited(struct kith_node *n, const struct kith_pubkey *who, const struct kith_packet_id *token) {
    static const struct kith_packet_id none;
    struct kith_buf key = {0}, content = {0};
    if (kith_packet_id_eq(token, &none))
        return;
    put_token(&key, token);
    if (kith_local_get(n, TYPE, kith_buf_bytes(&key), &n->doc, &n->scratch)) {
        kith_content_contact(&content, &(struct kith_contact){.contact = *who, .following = KITH_SAID_YES});
        if (!kith_publish(n, kith_buf_bytes(&content), NULL, NULL)) /* else it waits for the user's word */
            kith_local_drop(n, TYPE, kith_buf_bytes(&key));
    }
    kith_buf_wipe(&key);
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
    struct kith_buf code = {0}, out = {0};
    struct kith_recipient *r = NULL;
    int err = KITH_OK;
    kith_json_unescape(&code, kith_json_str(c->doc, kith_call_arg(c, 0)));
    if (!read_letter(n, kith_buf_bytes(&code), &letter)) {
        kith_call_fail(c, KITH_ERR_ARG, "that is no invite: they begin with " PREFIX);
    } else if (!(r = courier_put(n, &letter.id))) {
        err = KITH_ERR_BUSY;
    } else {
        r->strict = true;
        r->refused = false;
        r->ask_token = letter.token;
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
    kith_buf_wipe(&out);
    kith_buf_wipe(&letter.profile);
    return err;
}
