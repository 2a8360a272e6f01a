/* SPDX-License-Identifier: MIT */
#include "wire/lan.h"

#include "base/json.h"

/* All addresses must be of one peer: a packet that speaks for several is not one that peers send,
 * and the signature could be of one of them only. */
static int check_text(struct kith_bytes text, struct kith_pubkey *out_key) {
    struct kith_address a;
    bool any = false;
    while (kith_address_next(&text, &a)) {
        if (!a.has_key || a.has_seed)
            return KITH_ERR_SYNTAX;
        if (any && !kith_pubkey_eq(&a.key, out_key))
            return KITH_ERR_SYNTAX;
        *out_key = a.key;
        any = true;
    }
    return any ? KITH_OK : KITH_ERR_SYNTAX;
}

int kith_lan_parse(struct kith_bytes packet, struct kith_buf *text, struct kith_pubkey *out_key) {
    kith_buf_clear(text);
    if (packet.len > KITH_LAN_MAX)
        return KITH_ERR_SIZE;
    kith_buf_put_bytes(text, packet);
    return check_text(kith_buf_bytes(text), out_key);
}

/* ssb-keys signs the object as JSON.stringify(object, null, 2) prints it. */
static void put_signed_text(struct kith_buf *out, struct kith_bytes canonical) {
    kith_buf_put_str(out, "{\n  \"address\": \"");
    kith_buf_put_bytes(out, canonical);
    kith_buf_put_str(out, "\"\n}");
}

static void cap_nonce(const struct kith_symkey *cap, struct kith_nonce *out) {
    memcpy(out->b, cap->b, sizeof out->b);
}

static int check_sealed(const struct kith_json *doc, const struct kith_sig *sig,
                        struct kith_buf *text, struct kith_pubkey *out_key) {
    struct kith_bytes canonical = kith_json_str(doc, kith_json_get(doc, 0, "address"));
    struct kith_buf pretty = {0};
    int err;
    if (!canonical.len)
        return KITH_ERR_SYNTAX;
    kith_json_unescape(text, canonical);
    err = check_text(kith_buf_bytes(text), out_key);
    if (err)
        return err;
    put_signed_text(&pretty, canonical);
    err = kith_verify(out_key, sig, kith_buf_bytes(&pretty));
    kith_buf_wipe(&pretty);
    return err;
}

int kith_lan_parse_sealed(struct kith_bytes packet, const struct kith_symkey *cap,
                          struct kith_buf *text, struct kith_pubkey *out_key) {
    uint8_t json[KITH_LAN_MAX];
    struct kith_json doc = {0};
    struct kith_nonce nonce;
    struct kith_sig sig;
    struct kith_bytes box = packet;
    int err;
    kith_buf_clear(text);
    if (packet.len > KITH_LAN_MAX || packet.len <= sizeof sig.b + KITH_MAC_LEN)
        return KITH_ERR_SIZE;
    box.len -= sizeof sig.b;
    memcpy(sig.b, packet.p + box.len, sizeof sig.b);
    cap_nonce(cap, &nonce);
    err = kith_secretbox_open(json, box, &nonce, cap);
    if (err)
        return err;
    err = kith_json_parse(&doc, kith_bytes(json, box.len - KITH_MAC_LEN), 64);
    if (!err)
        err = check_sealed(&doc, &sig, text, out_key);
    kith_json_wipe(&doc);
    return err;
}

int kith_lan_put(struct kith_buf *out, struct kith_bytes address) {
    if (address.len > KITH_LAN_MAX)
        return KITH_ERR_SIZE;
    kith_buf_put_bytes(out, address);
    return KITH_OK;
}

int kith_lan_put_sealed(struct kith_buf *out, struct kith_bytes address,
                        const struct kith_symkey *cap, const struct kith_keypair *keys) {
    struct kith_buf json = {0}, quoted = {0}, pretty = {0};
    struct kith_nonce nonce;
    struct kith_sig sig;
    int err = KITH_ERR_SIZE;
    kith_json_put_string(&quoted, address);
    kith_buf_put_str(&json, "{\"address\":");
    kith_buf_put_bytes(&json, kith_buf_bytes(&quoted));
    kith_buf_put_u8(&json, '}');
    if (json.len + KITH_MAC_LEN + sizeof sig.b <= KITH_LAN_MAX) {
        put_signed_text(&pretty, kith_bytes(quoted.p + 1, quoted.len - 2));
        kith_sign(&sig, kith_buf_bytes(&pretty), &keys->sec);
        cap_nonce(cap, &nonce);
        kith_buf_reserve(out, json.len + KITH_MAC_LEN);
        kith_secretbox_seal(out->p + out->len, kith_buf_bytes(&json), &nonce, cap);
        out->len += json.len + KITH_MAC_LEN;
        kith_buf_put(out, sig.b, sizeof sig.b);
        err = KITH_OK;
    }
    kith_buf_wipe(&json);
    kith_buf_wipe(&quoted);
    kith_buf_wipe(&pretty);
    return err;
}
