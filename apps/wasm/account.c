/* SPDX-License-Identifier: MIT */
/* A handle at a broker, and the vault of who has one (docs/protocol/account.md, vault.md). When to save, and who writes, is
 * decided in apps/web/src/account. */
#include "tab.h"
#include "sync/handle_feed.h"
#include "tab_state.h"
#include "wire/certificate.h"
#include "wire/vault.h"

int32_t kith_tab_stretching(size_t len) {
    struct kith_reader r = kith_reader(tab_room(len));
    struct kith_buf *out = tab_out();
    struct kith_stretching s;
    struct kith_pubkey broker;
    char handle[KITH_HANDLE_MAX + 1];
    kith_read_copy(&r, broker.b, sizeof broker.b);
    if (r.err || kith_handle_normal(handle, kith_read_bytes(&r, kith_read_left(&r))))
        return KITH_ERR_ARG;
    kith_stretching_for(&s, &broker, handle);
    kith_buf_put(out, s.salt, sizeof s.salt);
    kith_buf_put_u32le(out, s.memory_kib);
    kith_buf_put_u32le(out, s.passes);
    kith_buf_put_str(out, handle);
    return (int32_t)out->len;
}

int32_t kith_tab_stretch(size_t len) {
    struct kith_reader r = kith_reader(tab_room(len));
    struct kith_buf *out = tab_out();
    struct kith_stretching s;
    struct kith_symkey auth, vault;
    int err;
    kith_read_copy(&r, s.salt, sizeof s.salt);
    s.memory_kib = kith_read_u32le(&r);
    s.passes = kith_read_u32le(&r);
    err = r.err ? KITH_ERR_ARG : kith_stretching_keys(&auth, &vault, &s, kith_read_bytes(&r, kith_read_left(&r)));
    if (err)
        return err;
    kith_buf_put(out, auth.b, sizeof auth.b);
    kith_buf_put(out, vault.b, sizeof vault.b);
    kith_wipe(&auth, sizeof auth);
    kith_wipe(&vault, sizeof vault);
    return (int32_t)out->len;
}

int32_t kith_tab_hold(size_t len) {
    struct kith_buf *out = tab_out(), text = {0};
    struct kith_sig sig;
    kith_buf_put_str(&text, "kith-account 1 hold\n");
    kith_buf_put_bytes(&text, tab_room(len));
    kith_sign(&sig, kith_buf_bytes(&text), &tab_keys()->sec);
    kith_wipe(text.p, text.len);
    kith_buf_wipe(&text);
    kith_buf_put(out, sig.b, sizeof sig.b);
    return (int32_t)out->len;
}

int32_t kith_tab_vault_put(size_t len, double version, double sequence, double wall) {
    struct kith_reader r = kith_reader(tab_room(len));
    struct kith_buf *out = tab_out();
    struct kith_vault v = {.version = (uint64_t)version, .sequence = (uint64_t)sequence, .made_ms = (uint64_t)wall};
    kith_read_copy(&r, v.lease.b, sizeof v.lease.b);
    kith_read_copy(&r, v.stretching.salt, sizeof v.stretching.salt);
    v.stretching.memory_kib = kith_read_u32le(&r);
    v.stretching.passes = kith_read_u32le(&r);
    v.content = kith_read_bytes(&r, kith_read_left(&r));
    if (r.err || v.content.len > KITH_VAULT_CONTENT_MAX)
        return KITH_ERR_SIZE;
    kith_vault_put(out, &v, tab_keys());
    return (int32_t)out->len;
}

int32_t kith_tab_vault_parse(size_t len) {
    struct kith_buf *out = tab_out();
    struct kith_vault v;
    int err = kith_vault_parse(&v, tab_room(len));
    if (err)
        return err;
    kith_buf_put(out, v.owner.b, sizeof v.owner.b);
    kith_buf_put_u64le(out, v.version);
    kith_buf_put_u64le(out, v.sequence);
    kith_buf_put_bytes(out, v.content);
    return (int32_t)out->len;
}

int32_t kith_tab_certificate(size_t len) {
    struct kith_buf *out = tab_out();
    struct kith_certificate c;
    int err = kith_certificate_parse(&c, tab_room(len));
    if (err)
        return err;
    kith_buf_put(out, c.broker.b, sizeof c.broker.b);
    kith_buf_put(out, c.key.b, sizeof c.key.b);
    kith_buf_put_u32le(out, c.until_s);
    kith_buf_put_str(out, c.handle);
    kith_buf_put_u8(out, 0);
    kith_buf_put_str(out, c.host);
    return (int32_t)out->len;
}

static void put_entry(struct kith_buf *out, const struct kith_handle_entry *e) {
    kith_buf_put_u8(out, (uint8_t)(e->has_entry ? 1 + e->is_held : 0));
    kith_buf_put(out, e->id.b, sizeof e->id.b);
    kith_buf_put(out, e->holder.b, sizeof e->holder.b);
}

int32_t kith_tab_handle_entry(size_t len) {
    struct kith_buf *out = tab_out();
    struct kith_certificate c;
    struct kith_handle_entry e;
    int err = kith_certificate_parse(&c, tab_room(len));
    if (err)
        return err;
    kith_handle_entry_of(&e, &c);
    put_entry(out, &e);
    return (int32_t)out->len;
}

int32_t kith_tab_handle_feed(size_t len) {
    struct kith_reader r = kith_reader(tab_room(len));
    struct kith_buf *out = tab_out();
    struct kith_pubkey broker;
    struct kith_head head;
    struct kith_handle_entry e;
    int err;
    kith_read_copy(&r, broker.b, sizeof broker.b);
    head.sequence = kith_read_u64le(&r);
    kith_read_copy(&r, head.id.hash.b, sizeof head.id.hash.b);
    err = r.err ? KITH_ERR_ARG : kith_handle_feed_take(&head, &e, &broker, kith_read_bytes(&r, kith_read_left(&r)));
    if (err)
        return err;
    kith_buf_put_u64le(out, head.sequence);
    kith_buf_put(out, head.id.hash.b, sizeof head.id.hash.b);
    put_entry(out, &e);
    return (int32_t)out->len;
}
