/* SPDX-License-Identifier: MIT */
/* vault_test.c: vaults and keys that npm's sodium-native made, and ours. */
#include "wire/vault.h"

#include "vector.h"

static struct kith_buf bytes_of(struct kith_bytes text) {
    struct kith_buf out = {0};
    size_t len = 0;
    kith_buf_reserve(&out, text.len + 1);
    CHECK(!kith_base64_parse(text, out.p, text.len + 1, &len));
    out.len = len;
    return out;
}

static uint64_t number(const struct kith_json *doc, uint32_t node, const char *name) {
    int64_t v = 0;
    CHECK(!kith_json_int(doc, kith_json_get(doc, node, name), &v));
    return (uint64_t)v;
}

static void passwords_become_the_same_keys(const struct kith_json *doc) {
    VECTOR_EACH(doc, n, kith_json_get(doc, 0, "passwords")) {
        const char *handle = (const char *)vector_str(doc, n, "handle").p;
        struct kith_stretching s;
        struct kith_symkey auth, vault, want;
        struct kith_pubkey broker;
        uint8_t salt[16];
        CHECK(vector_base64(vector_str(doc, n, "broker"), broker.b, sizeof broker.b));
        CHECK(vector_base64(vector_str(doc, n, "salt"), salt, sizeof salt));
        kith_stretching_for(&s, &broker, handle);
        CHECK_ROW(!memcmp(s.salt, salt, sizeof salt), handle);
        CHECK(s.memory_kib == 65536 && s.passes == 3);
        s.memory_kib = (uint32_t)number(doc, n, "memory");
        s.passes = (uint32_t)number(doc, n, "passes");
        CHECK_ROW(!kith_stretching_keys(&auth, &vault, &s, vector_str(doc, n, "password")), handle);
        CHECK(vector_base64(vector_str(doc, n, "auth"), want.b, sizeof want.b));
        CHECK_ROW(!memcmp(auth.b, want.b, sizeof want.b), handle);
        CHECK(vector_base64(vector_str(doc, n, "vault"), want.b, sizeof want.b));
        CHECK_ROW(!memcmp(vault.b, want.b, sizeof want.b), handle);
    }
    struct kith_stretching dear = {.memory_kib = KITH_STRETCH_MEMORY_MAX_KIB + 1, .passes = 1};
    struct kith_symkey key;
    CHECK(kith_stretching_keys(&key, &key, &dear, KITH_LIT("x")) == KITH_ERR_ARG);
    dear = (struct kith_stretching){.memory_kib = 7, .passes = 1};
    CHECK(kith_stretching_keys(&key, &key, &dear, KITH_LIT("x")) == KITH_ERR_ARG);
}

static void what_sodium_native_signed_is_read(const struct kith_json *doc) {
    VECTOR_EACH(doc, n, kith_json_get(doc, 0, "files")) {
        const char *what = (const char *)vector_str(doc, n, "what").p;
        const char *error = (const char *)vector_str(doc, n, "error").p;
        struct kith_buf file = bytes_of(vector_str(doc, n, "file")), content = bytes_of(vector_str(doc, n, "content"));
        struct kith_vault v;
        int err = kith_vault_parse(&v, kith_buf_bytes(&file));
        CHECK_ROW(!strcmp(err ? kith_err_name(err) : "", error), what);
        if (!err) {
            CHECK_ROW(v.version == number(doc, n, "version") && v.sequence == number(doc, n, "sequence"), what);
            CHECK_ROW(kith_bytes_eq(v.content, kith_buf_bytes(&content)), what);
            CHECK(v.made_ms == 1770000000000 && v.lease.b[0] == 7 && v.stretching.salt[15] == 8);
        }
        kith_buf_wipe(&file);
        kith_buf_wipe(&content);
    }
}

static void ours_is_the_same_to_the_bit(const struct kith_json *doc) {
    uint32_t first = kith_json_first(doc, kith_json_get(doc, 0, "files"));
    struct kith_buf file = bytes_of(vector_str(doc, first, "file")), ours = {0};
    struct kith_keypair keys;
    struct kith_seed seed;
    struct kith_vault v, got;
    memset(seed.b, 1, sizeof seed.b);
    kith_sign_keypair(&keys, &seed);
    CHECK(!kith_vault_parse(&v, kith_buf_bytes(&file)));
    kith_vault_put(&ours, &v, &keys);
    CHECK(kith_bytes_eq(kith_buf_bytes(&ours), kith_buf_bytes(&file)));
    for (size_t i = 0; i < ours.len * 8; i++) {
        ours.p[i / 8] ^= (uint8_t)(1 << i % 8);
        CHECK(kith_err_is_peer(kith_vault_parse(&got, kith_buf_bytes(&ours))));
        ours.p[i / 8] ^= (uint8_t)(1 << i % 8);
        CHECK(kith_err_is_peer(kith_vault_parse(&got, kith_bytes(ours.p, i / 8))));
    }
    kith_buf_wipe(&file);
    kith_buf_wipe(&ours);
}

static void an_older_one_takes_no_place(void) {
    static const struct {
        uint64_t version, sequence;
        uint8_t owner;
        int err;
    } rows[] = {{6, 10, 1, KITH_OK}, {6, 11, 1, KITH_OK}, {9, 10, 1, KITH_OK}, {5, 10, 1, KITH_ERR_CHAIN}, {4, 99, 1, KITH_ERR_CHAIN},
                {6, 9, 1, KITH_ERR_CHAIN}, {6, 10, 2, KITH_ERR_INVALID}};
    const struct kith_vault head = {.owner = {{1}}, .version = 5, .sequence = 10};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct kith_vault next = {.owner = {{rows[i].owner}}, .version = rows[i].version, .sequence = rows[i].sequence};
        CHECK(kith_vault_follows(&head, &next) == rows[i].err);
    }
}

int main(void) {
    struct kith_json doc;
    if (kith_crypto_init())
        return 2;
    doc = vector_file("vault/vault.json");
    passwords_become_the_same_keys(&doc);
    what_sodium_native_signed_is_read(&doc);
    ours_is_the_same_to_the_bit(&doc);
    an_older_one_takes_no_place();
    return check_done();
}
