/* SPDX-License-Identifier: MIT */
/* message_create.c: making the next message of a feed. What goes out is stricter than what comes
 * in: only what ssb-validate, ssb-classic and the Rust validator all accept, since every peer whose
 * validator says no is stuck at this message for ever. */
#include "base/base64.h"
#include "feed/message.h"
#include "feed/message_form.h"

/* A lone surrogate, which the Rust validator refuses. Canonical text has \ud only for those. */
static bool has_lone_surrogate(struct kith_bytes json) {
    for (size_t i = 0; i + 2 < json.len; i++) {
        if (json.p[i] != '\\')
            continue;
        if (json.p[i + 1] == 'u' && json.p[i + 2] == 'd')
            return true;
        i++;
    }
    return false;
}

/* Appends the canonical content. KITH_ERR_ARG: nothing that everybody accepts as content. */
static int put_content(struct kith_buf *out, struct kith_json *doc, struct kith_bytes content) {
    struct kith_bytes suffix;
    size_t at = out->len;
    if (content.len > KITH_MESSAGE_MAX_LEN)
        return KITH_ERR_TOO_LONG;
    int err = kith_json_parse(doc, content, KITH_MESSAGE_MAX_NODES);
    if (err)
        return err == KITH_ERR_SIZE ? KITH_ERR_TOO_LONG : KITH_ERR_ARG;
    if (kith_json_is(doc, 0, KITH_JSON_STRING)) {
        if (!kith_message_is_box(kith_json_str(doc, 0), &suffix))
            return KITH_ERR_ARG;
        if (!kith_bytes_is(suffix, ".box") && !kith_bytes_is(suffix, ".box2"))
            return KITH_ERR_ARG;
    } else if (!kith_json_is(doc, 0, KITH_JSON_OBJECT)) {
        return KITH_ERR_ARG;
    }
    kith_json_put_compact(out, doc, 0);
    return has_lone_surrogate(kith_bytes(out->p + at, out->len - at)) ? KITH_ERR_ARG : KITH_OK;
}

/* The order of fields that ssb-classic 1.1.0 and ssb-validate 4.1.4 write. */
static int put_unsigned(struct kith_buf *out, struct kith_json *doc, struct kith_bytes content,
                        const struct kith_pubkey *author, const struct kith_head *head,
                        double timestamp) {
    kith_buf_put_str(out, "{\"previous\":");
    if (head->sequence) {
        kith_buf_put_str(out, "\"");
        kith_msgid_put(out, &head->id);
        kith_buf_put_str(out, "\"");
    } else {
        kith_buf_put_str(out, "null");
    }
    kith_buf_put_str(out, ",\"sequence\":");
    kith_buf_put_dec(out, head->sequence + 1);
    kith_buf_put_str(out, ",\"author\":\"");
    kith_feed_id_put(out, author);
    kith_buf_put_str(out, "\",\"timestamp\":");
    kith_json_put_number(out, timestamp);
    kith_buf_put_str(out, ",\"hash\":\"sha256\",\"content\":");
    int err = put_content(out, doc, content);
    kith_buf_put_str(out, "}");
    return err;
}

/* Signs the pretty form of the unsigned text and puts the signature in as its last field. */
static int sign_text(struct kith_buf *text, struct kith_json *doc, const struct kith_seckey *sec,
                     const struct kith_symkey *sign_cap) {
    struct kith_buf pretty = {0};
    struct kith_auth mac;
    struct kith_sig sig;
    int err = kith_json_parse(doc, kith_buf_bytes(text), KITH_MESSAGE_MAX_NODES + 16);
    if (err)
        return err == KITH_ERR_SIZE ? KITH_ERR_TOO_LONG : KITH_ERR_ARG;
    kith_json_put_pretty(&pretty, doc, 0);
    if (sign_cap) {
        kith_auth_make(&mac, kith_buf_bytes(&pretty), sign_cap);
        kith_sign(&sig, kith_bytes(mac.b, sizeof mac.b), sec);
    } else {
        kith_sign(&sig, kith_buf_bytes(&pretty), sec);
    }
    kith_buf_wipe(&pretty);
    text->len--; /* the closing brace */
    kith_buf_put_str(text, ",\"signature\":\"");
    kith_base64_put(text, kith_bytes(sig.b, sizeof sig.b));
    kith_buf_put_str(text, ".sig.ed25519\"}");
    return KITH_OK;
}

int kith_message_create(struct kith_bytes content, const struct kith_keypair *keys,
                        const struct kith_head *head, double timestamp,
                        const struct kith_symkey *sign_cap, struct kith_buf *compact,
                        struct kith_message *out) {
    struct kith_json doc = {0};
    struct kith_buf text = {0};
    int err = put_unsigned(&text, &doc, content, &keys->pub, head, timestamp);
    if (!err)
        err = sign_text(&text, &doc, &keys->sec, sign_cap);
    if (!err) {
        struct kith_verdict v = {.raw = kith_buf_bytes(&text)};
        kith_message_judge(&v, 1, sign_cap, compact);
        if (v.err == KITH_ERR_SIZE)
            err = KITH_ERR_TOO_LONG;
        else if (v.err)
            err = KITH_ERR_ARG;
        *out = v.message;
    }
    kith_json_wipe(&doc);
    kith_buf_wipe(&text);
    return err;
}
