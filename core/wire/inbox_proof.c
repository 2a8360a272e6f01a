/* SPDX-License-Identifier: MIT */
#include "wire/inbox_proof.h"

#include "base/base64.h"

void kith_inbox_keys(struct kith_keypair *out, const struct kith_keypair *mine, const char *base) {
    struct kith_symkey derived;
    struct kith_seed seed;
    kith_sign_seed(&seed, &mine->sec);
    kith_hkdf_sha256(&derived, kith_bytes(seed.b, sizeof seed.b), kith_bytes_str(base), KITH_LIT("kith-inbox 1"));
    memcpy(seed.b, derived.b, sizeof seed.b);
    kith_sign_keypair(out, &seed);
    kith_wipe(&seed, sizeof seed);
    kith_wipe(&derived, sizeof derived);
}

void kith_inbox_name(char out[KITH_INBOX_NAME_LEN + 1], const struct kith_pubkey *key) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof key->b; i++) {
        out[2 * i] = digits[key->b[i] >> 4];
        out[2 * i + 1] = digits[key->b[i] & 15];
    }
    out[KITH_INBOX_NAME_LEN] = 0;
}

static void put_said(struct kith_buf *out, struct kith_bytes method, struct kith_bytes path, uint64_t wall_ms) {
    kith_buf_put_str(out, "kith-inbox 1\n");
    kith_buf_put_bytes(out, method);
    kith_buf_put_u8(out, ' ');
    kith_buf_put_bytes(out, path);
    kith_buf_put_u8(out, '\n');
    kith_buf_put_dec(out, wall_ms);
}

void kith_inbox_prove(char out[KITH_INBOX_PROOF_MAX], const struct kith_keypair *keys, const char *method, const char *path, uint64_t wall_ms) {
    struct kith_buf said = {0};
    struct kith_sig sig;
    put_said(&said, kith_bytes_str(method), kith_bytes_str(path), wall_ms);
    kith_sign(&sig, kith_buf_bytes(&said), &keys->sec);
    kith_buf_clear(&said);
    kith_buf_put_str(&said, "kith ");
    kith_buf_put_dec(&said, wall_ms);
    kith_buf_put_u8(&said, ' ');
    kith_base64_put(&said, kith_bytes(sig.b, sizeof sig.b));
    KITH_ASSERT(said.len < KITH_INBOX_PROOF_MAX);
    memcpy(out, said.p, said.len);
    out[said.len] = 0;
    kith_buf_wipe(&said);
}

bool kith_inbox_parse(struct kith_bytes name, struct kith_pubkey *out) {
    if (name.len != KITH_INBOX_NAME_LEN)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.p[i], v = c >= '0' && c <= '9' ? (uint8_t)(c - '0') : c >= 'a' && c <= 'f' ? (uint8_t)(c - 'a' + 10) : 255;
        if (v == 255)
            return false;
        out->b[i / 2] = (uint8_t)(i % 2 ? out->b[i / 2] | v : v << 4);
    }
    return true;
}

int kith_inbox_check(struct kith_bytes proof, struct kith_bytes name, struct kith_bytes method, struct kith_bytes path, uint64_t wall_ms) {
    struct kith_buf said = {0};
    struct kith_pubkey key;
    struct kith_sig sig;
    uint64_t when = 0, apart;
    size_t at = 5, len = 0;
    int err = KITH_ERR_DENIED;
    if (!kith_inbox_parse(name, &key) || !kith_bytes_starts(proof, "kith "))
        return err;
    while (at < proof.len && at < 22 && proof.p[at] >= '0' && proof.p[at] <= '9')
        when = when * 10 + (uint64_t)(proof.p[at++] - '0');
    apart = when > wall_ms ? when - wall_ms : wall_ms - when;
    if (at >= proof.len || proof.p[at] != ' ' || apart > KITH_INBOX_LEEWAY_MS ||
        kith_base64_parse(kith_bytes_skip(proof, at + 1), sig.b, sizeof sig.b, &len) || len != sizeof sig.b)
        return err;
    put_said(&said, method, path, when);
    if (!kith_verify(&key, &sig, kith_buf_bytes(&said)))
        err = KITH_OK;
    kith_buf_wipe(&said);
    return err;
}
