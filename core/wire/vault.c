/* SPDX-License-Identifier: MIT */
#include "wire/vault.h"

#define MAGIC "kith-vault 1\n"
#define MAGIC_LEN (sizeof MAGIC - 1)

/* ---- from a password to keys ---- */

void kith_stretching_for(struct kith_stretching *out, const struct kith_pubkey *broker, const char *handle) {
    struct kith_sha256 s;
    struct kith_hash made;
    kith_sha256_init(&s);
    kith_sha256_update(&s, KITH_LIT("kith-account salt 1\n"));
    kith_sha256_update(&s, kith_bytes(broker->b, sizeof broker->b));
    kith_sha256_update(&s, kith_bytes_str(handle));
    kith_sha256_final(&s, &made);
    *out = (struct kith_stretching){.memory_kib = KITH_STRETCH_MEMORY_KIB, .passes = KITH_STRETCH_PASSES};
    memcpy(out->salt, made.b, sizeof out->salt);
}

static bool is_bearable(const struct kith_stretching *s) {
    return s->memory_kib >= 8 && s->memory_kib <= KITH_STRETCH_MEMORY_MAX_KIB && s->passes >= 1 &&
           s->passes <= KITH_STRETCH_PASSES_MAX;
}

int kith_stretching_keys(struct kith_symkey *auth, struct kith_symkey *vault, const struct kith_stretching *s,
                         struct kith_bytes password) {
    struct kith_symkey root;
    int err = is_bearable(s) ? kith_argon2id(&root, password, s->salt, s->memory_kib, s->passes) : KITH_ERR_ARG;
    if (err)
        return err;
    kith_hkdf_sha256(auth, kith_bytes(root.b, sizeof root.b), KITH_LIT(""), KITH_LIT("kith-account auth 1"));
    kith_hkdf_sha256(vault, kith_bytes(root.b, sizeof root.b), KITH_LIT(""), KITH_LIT("kith-account vault 1"));
    kith_wipe(&root, sizeof root);
    return KITH_OK;
}

/* ---- the envelope ---- */

void kith_vault_put(struct kith_buf *out, const struct kith_vault *v, const struct kith_keypair *keys) {
    size_t start = out->len;
    struct kith_sig sig;
    KITH_ASSERT(v->content.len <= KITH_VAULT_CONTENT_MAX);
    kith_buf_reserve(out, KITH_VAULT_OVERHEAD + v->content.len);
    kith_buf_put(out, MAGIC, MAGIC_LEN);
    kith_buf_put(out, keys->pub.b, sizeof keys->pub.b);
    kith_buf_put_u64le(out, v->version);
    kith_buf_put_u64le(out, v->sequence);
    kith_buf_put_u64le(out, v->made_ms);
    kith_buf_put(out, v->lease.b, sizeof v->lease.b);
    kith_buf_put(out, v->stretching.salt, sizeof v->stretching.salt);
    kith_buf_put_u32le(out, v->stretching.memory_kib);
    kith_buf_put_u32le(out, v->stretching.passes);
    kith_buf_put_u32le(out, (uint32_t)v->content.len);
    kith_buf_put_bytes(out, v->content);
    kith_sign(&sig, kith_bytes(out->p + start, out->len - start), &keys->sec);
    kith_buf_put(out, sig.b, sizeof sig.b);
}

int kith_vault_head(struct kith_vault *out, size_t *len, struct kith_bytes file) {
    struct kith_reader r = kith_reader(file);
    *out = (struct kith_vault){0};
    if (file.len < KITH_VAULT_HEAD_LEN || !kith_bytes_starts(file, MAGIC))
        return KITH_ERR_SYNTAX;
    (void)kith_read_bytes(&r, MAGIC_LEN);
    kith_read_copy(&r, out->owner.b, sizeof out->owner.b);
    out->version = kith_read_u64le(&r);
    out->sequence = kith_read_u64le(&r);
    out->made_ms = kith_read_u64le(&r);
    kith_read_copy(&r, out->lease.b, sizeof out->lease.b);
    kith_read_copy(&r, out->stretching.salt, sizeof out->stretching.salt);
    out->stretching.memory_kib = kith_read_u32le(&r);
    out->stretching.passes = kith_read_u32le(&r);
    *len = kith_read_u32le(&r);
    /* JavaScript counts to 2^53. */
    if (!out->version || (out->version | out->sequence | out->made_ms) >> 53)
        return KITH_ERR_SYNTAX;
    return *len > KITH_VAULT_CONTENT_MAX || !is_bearable(&out->stretching) ? KITH_ERR_SIZE : KITH_OK;
}

int kith_vault_parse(struct kith_vault *out, struct kith_bytes file) {
    struct kith_sig sig;
    size_t len;
    int err = kith_vault_head(out, &len, file);
    if (err)
        return err;
    if (file.len != KITH_VAULT_OVERHEAD + len)
        return file.len < KITH_VAULT_OVERHEAD + len ? KITH_ERR_HANGUP : KITH_ERR_SYNTAX;
    memcpy(sig.b, file.p + KITH_VAULT_HEAD_LEN + len, sizeof sig.b);
    out->content = kith_bytes(file.p + KITH_VAULT_HEAD_LEN, len);
    return kith_verify(&out->owner, &sig, kith_bytes(file.p, KITH_VAULT_HEAD_LEN + len));
}

int kith_vault_follows(const struct kith_vault *head, const struct kith_vault *next) {
    if (!kith_pubkey_eq(&head->owner, &next->owner))
        return KITH_ERR_INVALID;
    return next->version > head->version && next->sequence >= head->sequence ? KITH_OK : KITH_ERR_CHAIN;
}
