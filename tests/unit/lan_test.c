/* SPDX-License-Identifier: MIT */
/* lan_test.c: the packets of ssb-lan, read and made again. */
#include "wire/lan.h"

#include "vector.h"

struct lan {
    struct kith_symkey cap;
    struct kith_keypair keys;
    struct kith_bytes address, plain, sealed;
};

static struct lan read_vector(void) {
    struct kith_json doc = vector_file("generated/signatures-lan-invites.json");
    uint32_t n = kith_json_first(&doc, kith_json_get(&doc, 0, "lan"));
    struct lan v = {0};
    CHECK(vector_base64(vector_str(&doc, n, "caps_shs"), v.cap.b, 32));
    CHECK(vector_base64(vector_str(&doc, n, "private"), v.keys.sec.b, 64));
    memcpy(v.keys.pub.b, v.keys.sec.b + 32, 32);
    v.address = vector_str(&doc, n, "address");
    v.plain = vector_hex(vector_str(&doc, n, "udp_8008"));
    v.sealed = vector_hex(vector_str(&doc, n, "udp_26830"));
    return v;
}

static void packets_are_read_and_made_again(const struct lan *v) {
    struct kith_buf text = {0}, out = {0};
    struct kith_pubkey key;
    CHECK(kith_lan_parse(v->plain, &text, &key) == KITH_OK);
    CHECK(kith_bytes_eq(kith_buf_bytes(&text), v->address) && kith_pubkey_eq(&key, &v->keys.pub));
    memset(&key, 0, sizeof key);
    CHECK(kith_lan_parse_sealed(v->sealed, &v->cap, &text, &key) == KITH_OK);
    CHECK(kith_bytes_eq(kith_buf_bytes(&text), v->address) && kith_pubkey_eq(&key, &v->keys.pub));
    CHECK(kith_lan_put(&out, v->address) == KITH_OK &&
          kith_bytes_eq(kith_buf_bytes(&out), v->plain));
    kith_buf_clear(&out);
    CHECK(kith_lan_put_sealed(&out, v->address, &v->cap, &v->keys) == KITH_OK);
    CHECK(kith_bytes_eq(kith_buf_bytes(&out), v->sealed));
    kith_buf_wipe(&text);
    kith_buf_wipe(&out);
}

static void no_flipped_or_missing_byte_is_accepted(const struct lan *v) {
    struct kith_buf text = {0};
    struct kith_pubkey key;
    for (size_t i = 0; i < v->sealed.len; i++) {
        uint8_t bent[400];
        memcpy(bent, v->sealed.p, v->sealed.len);
        bent[i] ^= 1;
        CHECK(kith_lan_parse_sealed(kith_bytes(bent, v->sealed.len), &v->cap, &text, &key) ==
              KITH_ERR_CRYPTO);
        CHECK(kith_lan_parse_sealed(kith_bytes(bent, i), &v->cap, &text, &key) != KITH_OK);
    }
    struct kith_symkey other = v->cap;
    other.b[30] ^= 1;
    CHECK(kith_lan_parse_sealed(v->sealed, &other, &text, &key) == KITH_ERR_CRYPTO);
    kith_buf_wipe(&text);
}

/* Somebody of the same network announces an address of another. */
static void the_signer_must_be_the_one_announced(const struct lan *v) {
    struct kith_seed seed = {{9}};
    struct kith_keypair other;
    struct kith_buf out = {0}, text = {0};
    struct kith_pubkey key;
    kith_sign_keypair(&other, &seed);
    CHECK(kith_lan_put_sealed(&out, v->address, &v->cap, &other) == KITH_OK);
    CHECK(kith_lan_parse_sealed(kith_buf_bytes(&out), &v->cap, &text, &key) == KITH_ERR_CRYPTO);
    kith_buf_wipe(&out);
    kith_buf_wipe(&text);
}

static void texts_that_announce_nobody_are_refused(const struct lan *v) {
#define A "GbJA7Vjlt6QlLrAL04GlgbBisgF6tc6uXVj42vcSrd4="
#define B "qdKVcOeP/oFSaWomAynpFmSh7xlfj3FELcYsxl1MOhw="
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"net:10.0.0.1:8008~shs:" A ";ws://10.0.0.1:8989~shs:" A, true},
        {"net:10.0.0.1:8008~shs:" A ";net:10.0.0.1:8008~shs:" B, false},
        {"net:10.0.0.1:8008", false},
        {"net:10.0.0.1:8008~shs:" A ":" B, false},
        {"", false},
        {"hello", false},
        {"\xff\xfe", false},
    };
    struct kith_buf text = {0}, out = {0};
    struct kith_pubkey key;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int err = kith_lan_parse(kith_bytes_str(rows[i].text), &text, &key);
        CHECK_ROW((err == KITH_OK) == rows[i].good, rows[i].text);
        kith_buf_clear(&out);
        CHECK(kith_lan_put_sealed(&out, kith_bytes_str(rows[i].text), &v->cap, &v->keys) ==
              KITH_OK);
        err = kith_lan_parse_sealed(kith_buf_bytes(&out), &v->cap, &text, &key);
        CHECK_ROW((err == KITH_OK) == rows[i].good, rows[i].text);
    }
    uint8_t big[KITH_LAN_MAX + 1];
    memset(big, 'a', sizeof big);
    CHECK(kith_lan_parse(kith_bytes(big, sizeof big), &text, &key) == KITH_ERR_SIZE);
    CHECK(kith_lan_parse_sealed(kith_bytes(big, sizeof big), &v->cap, &text, &key) ==
          KITH_ERR_SIZE);
    CHECK(kith_lan_put(&out, kith_bytes(big, sizeof big)) == KITH_ERR_SIZE);
    CHECK(kith_lan_put_sealed(&out, kith_bytes(big, KITH_LAN_MAX - 80), &v->cap, &v->keys) ==
          KITH_ERR_SIZE);
    kith_buf_wipe(&text);
    kith_buf_wipe(&out);
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    struct lan v = read_vector();
    packets_are_read_and_made_again(&v);
    no_flipped_or_missing_byte_is_accepted(&v);
    the_signer_must_be_the_one_announced(&v);
    texts_that_announce_nobody_are_refused(&v);
    return check_done();
}
