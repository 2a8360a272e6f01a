/* SPDX-License-Identifier: MIT */
#include "wire/inbox_proof.h"

#include "check.h"

static void fill(void *ctx, uint8_t *out, size_t len) {
    memset(out, *(const int *)ctx, len);
}

static struct kith_keypair person(int n) {
    struct kith_rng rng = {fill, &n};
    struct kith_keypair keys;
    kith_sign_keypair_new(&keys, &rng);
    return keys;
}

static void test_names(void) {
    struct kith_keypair one = person(1), other = person(2), a, b, c;
    char name[KITH_INBOX_NAME_LEN + 1];
    struct kith_pubkey back;
    kith_inbox_keys(&a, &one, "https://a.example/inbox");
    kith_inbox_keys(&b, &one, "https://b.example/inbox");
    kith_inbox_keys(&c, &other, "https://a.example/inbox");
    CHECK(!kith_pubkey_eq(&a.pub, &b.pub) && !kith_pubkey_eq(&a.pub, &c.pub) && !kith_pubkey_eq(&a.pub, &one.pub));
    kith_inbox_name(name, &a.pub);
    CHECK(strlen(name) == KITH_INBOX_NAME_LEN && kith_inbox_parse(kith_bytes_str(name), &back) && kith_pubkey_eq(&back, &a.pub));
    /* By Node's own crypto.hkdfSync over 32 bytes of 1, and sodium-native for the key of that seed. */
    CHECK(!strcmp(name, "c8fe965df61eaa7a3bae8da65870c5fbbb93ebd8c6b7a15168be698ffc787eaa"));
    name[5] = 'G';
    CHECK(!kith_inbox_parse(kith_bytes_str(name), &back));
    name[5] = 'A'; /* one name, one writing */
    CHECK(!kith_inbox_parse(kith_bytes_str(name), &back) && !kith_inbox_parse(kith_bytes_str("00"), &back));
}

static void test_proofs(void) {
    static const char *const wrong[] = {"", "kith", "kith ", "kith 1000", "kith 1000 ", "Kith 1000 AAAA", "kith 99999999999999999999999 AAAA", "kith x AAAA"};
    struct kith_keypair keys = person(1), other = person(2);
    char name[KITH_INBOX_NAME_LEN + 1], theirs[KITH_INBOX_NAME_LEN + 1], proof[KITH_INBOX_PROOF_MAX];
    const uint64_t now = UINT64_C(1770000000000), latest = UINT64_MAX;
    struct kith_bytes get = KITH_LIT("GET"), path = KITH_LIT("/inbox/x");
    kith_inbox_name(name, &keys.pub);
    kith_inbox_name(theirs, &other.pub);
    kith_inbox_prove(proof, &keys, "GET", "/inbox/x", now);
    CHECK(!kith_inbox_check(kith_bytes_str(proof), kith_bytes_str(name), get, path, now));
    CHECK(!kith_inbox_check(kith_bytes_str(proof), kith_bytes_str(name), get, path, now + KITH_INBOX_LEEWAY_MS));
    CHECK(!kith_inbox_check(kith_bytes_str(proof), kith_bytes_str(name), get, path, now - KITH_INBOX_LEEWAY_MS));
    CHECK(kith_inbox_check(kith_bytes_str(proof), kith_bytes_str(name), get, path, now + KITH_INBOX_LEEWAY_MS + 1) == KITH_ERR_DENIED);
    CHECK(kith_inbox_check(kith_bytes_str(proof), kith_bytes_str(theirs), get, path, now) == KITH_ERR_DENIED);
    CHECK(kith_inbox_check(kith_bytes_str(proof), kith_bytes_str(name), KITH_LIT("PUT"), path, now) == KITH_ERR_DENIED);
    CHECK(kith_inbox_check(kith_bytes_str(proof), kith_bytes_str(name), get, KITH_LIT("/inbox/y"), now) == KITH_ERR_DENIED);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        CHECK_ROW(kith_inbox_check(kith_bytes_str(wrong[i]), kith_bytes_str(name), get, path, 1000) == KITH_ERR_DENIED, wrong[i]);
    kith_inbox_prove(proof, &keys, "DELETE", "/", latest); /* the longest */
    CHECK(strlen(proof) < KITH_INBOX_PROOF_MAX);
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    test_names();
    test_proofs();
    return check_done();
}
