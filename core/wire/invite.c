/* SPDX-License-Identifier: MIT */
#include "wire/invite.h"

#include "base/base64.h"

static bool is_wrapping(uint8_t c) {
    return c <= ' ' || c == '"' || c == '\'';
}

static struct kith_bytes trim(struct kith_bytes t) {
    while (t.len && is_wrapping(t.p[0]))
        t = kith_bytes_skip(t, 1);
    while (t.len && is_wrapping(t.p[t.len - 1]))
        t.len--;
    return t;
}

/* "host:port:@KEY.ed25519~SEED" */
static bool parse_legacy(struct kith_bytes text, struct kith_address *out) {
    const uint8_t *tilde = text.len ? memchr(text.p, '~', text.len) : NULL;
    struct kith_bytes seed, address = text;
    size_t len;
    if (!tilde)
        return false;
    address.len = (size_t)(tilde - text.p);
    seed = kith_bytes_skip(text, address.len + 1);
    if (!kith_bytes_ends(address, ".ed25519") || kith_address_parse(address, out) || !out->has_key)
        return false;
    if (kith_base64_parse(seed, out->seed.b, sizeof out->seed.b, &len) || len != sizeof out->seed.b)
        return false;
    out->has_seed = true;
    out->text = text;
    return true;
}

int kith_invite_parse(struct kith_bytes text, struct kith_address *out) {
    const uint8_t *hash;
    if (text.len > KITH_INVITE_MAX)
        return KITH_ERR_SIZE;
    text = trim(text);
    hash = text.len ? memchr(text.p, '#', text.len) : NULL;
    if (hash)
        text.len = (size_t)(hash - text.p);
    if (parse_legacy(text, out))
        return KITH_OK;
    while (kith_address_next(&text, out)) {
        if (out->scheme != KITH_ADDRESS_OTHER && out->has_key && out->has_seed)
            return KITH_OK;
    }
    memset(out, 0, sizeof *out);
    return KITH_ERR_SYNTAX;
}

void kith_invite_put(struct kith_buf *out, const struct kith_address *invite) {
    KITH_ASSERT(invite->has_key && invite->has_seed);
    if (invite->scheme != KITH_ADDRESS_NET) {
        kith_address_put(out, invite);
        return;
    }
    kith_buf_put_str(out, invite->host);
    kith_buf_put_u8(out, ':');
    kith_buf_put_dec(out, invite->port);
    kith_buf_put_u8(out, ':');
    kith_address_key_put(out, &invite->key);
    kith_buf_put_u8(out, '~');
    kith_base64_put(out, kith_bytes(invite->seed.b, sizeof invite->seed.b));
}
