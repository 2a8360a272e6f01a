/* SPDX-License-Identifier: MIT */
/* crypto_test.c: the primitives against published vectors and against what JavaScript peers made.
 */
#include "crypto/crypto.h"

#include "vector.h"

/* Deterministic bytes: 1, 2, 3, ... */
static void count_up(void *ctx, uint8_t *out, size_t len) {
    uint8_t *next = ctx;
    while (len--)
        *out++ = (*next)++;
}

static bool is_hex(const void *bytes, size_t len, const char *hex) {
    struct kith_bytes want = vector_hex(kith_bytes_str(hex));
    return kith_bytes_eq(kith_bytes(bytes, len), want);
}

/* FIPS 180-4, RFC 8032 7.1 test 2, RFC 7748 5.2, the SipHash paper, appendix A. */
static void published_vectors(void) {
    struct kith_hash h;
    kith_sha256(&h, KITH_LIT("abc"));
    CHECK(is_hex(&h, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    kith_sha256(&h, kith_bytes(NULL, 0));
    CHECK(is_hex(&h, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));

    struct kith_seed seed;
    struct kith_keypair keys;
    struct kith_sig sig;
    memcpy(
        &seed,
        vector_hex(KITH_LIT("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")).p,
        32);
    kith_sign_keypair(&keys, &seed);
    CHECK(
        is_hex(&keys.pub, 32, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
    kith_sign(&sig, KITH_LIT("\x72"), &keys.sec);
    CHECK(is_hex(&sig, 64,
                 "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                 "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"));

    struct kith_dhsec a;
    struct kith_dhpub u;
    struct kith_symkey shared;
    memcpy(
        &a,
        vector_hex(KITH_LIT("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4")).p,
        32);
    memcpy(
        &u,
        vector_hex(KITH_LIT("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")).p,
        32);
    CHECK(kith_dh_shared(&shared, &a, &u) == KITH_OK);
    CHECK(is_hex(&shared, 32, "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"));

    struct kith_sipkey key;
    uint8_t in[15], next = 0;
    for (uint8_t i = 0; i < 16; i++)
        key.b[i] = i;
    count_up(&next, in, sizeof in);
    CHECK(kith_siphash(kith_bytes(in, sizeof in), &key) == UINT64_C(0xa129ca6149be45e5));
}

static void signatures(void) {
    uint8_t next = 1;
    struct kith_rng rng = {count_up, &next};
    struct kith_keypair keys, other;
    struct kith_seed seed;
    struct kith_sig sig, empty;
    kith_sign_keypair_new(&keys, &rng);
    kith_sign_keypair_new(&other, &rng);
    CHECK(!kith_pubkey_eq(&keys.pub, &other.pub));
    kith_sign_seed(&seed, &keys.sec);
    struct kith_keypair again;
    kith_sign_keypair(&again, &seed);
    CHECK(memcmp(&again, &keys, sizeof keys) == 0);
    CHECK(kith_sign_check(&keys.sec) == KITH_OK);
    again.sec.b[40] ^= 1;
    CHECK(kith_sign_check(&again.sec) == KITH_ERR_CRYPTO);

    kith_sign(&sig, KITH_LIT("hello"), &keys.sec);
    kith_sign(&empty, kith_bytes(NULL, 0), &keys.sec);
    CHECK(kith_verify(&keys.pub, &sig, KITH_LIT("hello")) == KITH_OK);
    CHECK(kith_verify(&keys.pub, &empty, kith_bytes(NULL, 0)) == KITH_OK);
    CHECK(kith_verify(&keys.pub, &sig, KITH_LIT("hallo")) == KITH_ERR_CRYPTO);
    CHECK(kith_verify(&other.pub, &sig, KITH_LIT("hello")) == KITH_ERR_CRYPTO);

    struct kith_verify_item items[4] = {
        {&keys.pub, &sig, KITH_LIT("hello"), false},
        {&keys.pub, &empty, KITH_LIT("hello"), true},
        {&keys.pub, &empty, kith_bytes(NULL, 0), false},
        {&other.pub, &sig, KITH_LIT("hello"), true},
    };
    kith_verify_batch(items, 4);
    CHECK(items[0].ok && !items[1].ok && items[2].ok && !items[3].ok);
    kith_verify_batch(NULL, 0);
}

/* A key of small order signs anything; R = the identity and S = 0 would do. */
static void small_order_keys_sign_nothing(void) {
    struct kith_pubkey pub = {{1}}; /* the identity */
    struct kith_sig sig = {{1}};
    struct kith_dhpub dh;
    CHECK(kith_verify(&pub, &sig, KITH_LIT("x")) == KITH_ERR_CRYPTO);
    CHECK(kith_dh_from_pubkey(&dh, &pub) == KITH_ERR_CRYPTO);
    memset(&pub, 0, sizeof pub);
    memset(&sig, 0, sizeof sig);
    CHECK(kith_verify(&pub, &sig, KITH_LIT("x")) == KITH_ERR_CRYPTO);
    memset(&pub, 0xff, sizeof pub);
    CHECK(kith_dh_from_pubkey(&dh, &pub) == KITH_ERR_CRYPTO);
}

static void two_share_a_secret(void) {
    uint8_t next = 7;
    struct kith_rng rng = {count_up, &next};
    struct kith_keypair a, b;
    struct kith_dhpub ap, bp, ep, zero = {{0}};
    struct kith_dhsec as, bs, es;
    struct kith_symkey one, two, none;
    kith_sign_keypair_new(&a, &rng);
    kith_sign_keypair_new(&b, &rng);
    CHECK(kith_dh_from_pubkey(&ap, &a.pub) == KITH_OK &&
          kith_dh_from_pubkey(&bp, &b.pub) == KITH_OK);
    CHECK(kith_dh_from_seckey(&as, &a.sec) == KITH_OK &&
          kith_dh_from_seckey(&bs, &b.sec) == KITH_OK);
    CHECK(kith_dh_shared(&one, &as, &bp) == KITH_OK && kith_dh_shared(&two, &bs, &ap) == KITH_OK);
    CHECK(kith_secret_eq(&one, &two, sizeof one));
    kith_dh_keypair(&ep, &es, &rng);
    CHECK(kith_dh_shared(&one, &es, &bp) == KITH_OK && kith_dh_shared(&two, &bs, &ep) == KITH_OK);
    CHECK(kith_secret_eq(&one, &two, sizeof one));
    memset(&none, 9, sizeof none);
    CHECK(kith_dh_shared(&none, &es, &zero) == KITH_ERR_CRYPTO);
    CHECK(none.b[0] == 0);
}

static void boxes(void) {
    struct kith_symkey key = {{1, 2, 3}};
    struct kith_nonce nonce = {{9}};
    uint8_t box[5 + KITH_MAC_LEN], text[5], in_place[5 + KITH_MAC_LEN] = "hello";
    struct kith_mac mac;
    kith_secretbox_seal(box, KITH_LIT("hello"), &nonce, &key);
    kith_secretbox_seal(in_place, kith_bytes(in_place, 5), &nonce, &key);
    CHECK(memcmp(box, in_place, sizeof box) == 0);
    CHECK(kith_secretbox_open(text, kith_bytes(box, sizeof box), &nonce, &key) == KITH_OK);
    CHECK(memcmp(text, "hello", 5) == 0);
    for (size_t i = 0; i < sizeof box; i++) {
        box[i] ^= 0x80;
        CHECK(kith_secretbox_open(text, kith_bytes(box, sizeof box), &nonce, &key) ==
              KITH_ERR_CRYPTO);
        box[i] ^= 0x80;
    }
    CHECK(kith_secretbox_open(text, kith_bytes(box, 15), &nonce, &key) == KITH_ERR_CRYPTO);
    kith_secretbox_seal(box, kith_bytes(NULL, 0), &nonce, &key);
    CHECK(kith_secretbox_open(NULL, kith_bytes(box, KITH_MAC_LEN), &nonce, &key) == KITH_OK);

    kith_secretbox_seal_detached(text, &mac, KITH_LIT("hello"), &nonce, &key);
    CHECK(memcmp(text, in_place + KITH_MAC_LEN, 5) == 0 && memcmp(&mac, in_place, 16) == 0);
    CHECK(kith_secretbox_open_detached(text, &mac, kith_bytes(text, 5), &nonce, &key) == KITH_OK);
    CHECK(memcmp(text, "hello", 5) == 0);
    mac.b[3] ^= 1;
    CHECK(kith_secretbox_open_detached(text, &mac, kith_bytes(text, 5), &nonce, &key) ==
          KITH_ERR_CRYPTO);

    struct kith_auth auth;
    kith_auth_make(&auth, KITH_LIT("hello"), &key);
    CHECK(kith_auth_verify(&auth, KITH_LIT("hello"), &key) == KITH_OK);
    CHECK(kith_auth_verify(&auth, KITH_LIT("hallo"), &key) == KITH_ERR_CRYPTO);
}

static void hashing_in_pieces_is_hashing(void) {
    static uint8_t in[10000];
    struct kith_hash whole, pieces;
    uint8_t next = 0;
    count_up(&next, in, sizeof in);
    kith_sha256(&whole, kith_bytes(in, sizeof in));
    for (size_t step = 1; step < 300; step = step * 2 + 1) {
        struct kith_sha256 s;
        kith_sha256_init(&s);
        kith_sha256_update(&s, kith_bytes(NULL, 0));
        for (size_t i = 0; i < sizeof in; i += step)
            kith_sha256_update(&s, kith_bytes(in + i, sizeof in - i < step ? sizeof in - i : step));
        kith_sha256_final(&s, &pieces);
        CHECK(kith_hash_eq(&whole, &pieces));
    }
}

/* Aliases, HTTP sign-in and LAN packets signed by ssb-keys, and keys made from invite seeds. */
static void what_javascript_peers_signed(void) {
    struct kith_json doc = vector_file("generated/signatures-lan-invites.json");
    static const char *const lists[] = {"alias", "http_auth"};
    for (int i = 0; i < 2; i++) {
        VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, lists[i])) {
            struct kith_seckey sec;
            struct kith_pubkey pub;
            struct kith_sig want, got;
            CHECK(vector_base64(vector_str(&doc, n, "private"), &sec, sizeof sec));
            CHECK(vector_base64(vector_str(&doc, n, "signature"), &want, sizeof want));
            memcpy(&pub, sec.b + 32, 32);
            struct kith_bytes body = vector_str(&doc, n, "body");
            kith_sign(&got, body, &sec);
            CHECK(memcmp(&got, &want, sizeof got) == 0);
            CHECK(kith_verify(&pub, &want, body) == KITH_OK);
        }
    }
    VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, "invites")) {
        struct kith_seed seed;
        struct kith_keypair keys;
        struct kith_pubkey want;
        uint32_t made = kith_json_get(&doc, n, "keys");
        CHECK(vector_base64(vector_str(&doc, n, "seed"), &seed, sizeof seed));
        CHECK(vector_base64(vector_str(&doc, made, "public"), &want, sizeof want));
        kith_sign_keypair(&keys, &seed);
        CHECK(kith_pubkey_eq(&keys.pub, &want));
    }
    uint32_t lan = kith_json_first(&doc, kith_json_get(&doc, 0, "lan"));
    struct kith_symkey cap;
    struct kith_nonce nonce;
    struct kith_seckey sec;
    struct kith_sig sig;
    uint8_t text[300];
    CHECK(vector_base64(vector_str(&doc, lan, "caps_shs"), &cap, sizeof cap));
    CHECK(vector_base64(vector_str(&doc, lan, "private"), &sec, sizeof sec));
    memcpy(&nonce, &cap, sizeof nonce);
    struct kith_bytes packet = vector_hex(vector_str(&doc, lan, "udp_26830"));
    struct kith_bytes box = kith_bytes(packet.p, packet.len - sizeof sig);
    CHECK(kith_secretbox_open(text, box, &nonce, &cap) == KITH_OK);
    kith_sign(&sig, vector_str(&doc, lan, "signed_text"), &sec);
    CHECK(memcmp(&sig, packet.p + box.len, sizeof sig) == 0);
    kith_json_wipe(&doc);
}

int main(void) {
    CHECK(kith_crypto_init() == KITH_OK);
    CHECK(kith_crypto_init() == KITH_OK);
    published_vectors();
    signatures();
    small_order_keys_sign_nothing();
    two_share_a_secret();
    boxes();
    hashing_in_pieces_is_hashing();
    what_javascript_peers_signed();
    return check_done();
}
