/* SPDX-License-Identifier: MIT */
/* invite_test.c: invites as ssb-ref reads them, and as people paste them. */
#include "wire/invite.h"

#include "crypto/crypto.h"
#include "vector.h"

#define K "GbJA7Vjlt6QlLrAL04GlgbBisgF6tc6uXVj42vcSrd4="
#define S "qdKVcOeP/oFSaWomAynpFmSh7xlfj3FELcYsxl1MOhw="
#define LEGACY "one.butt.nz:8008:@" K ".ed25519~" S

/* ssb-ref's own multiserver form of an invite, after the seed, is what we make of ours. A plain
 * address is an invite to it, and none to us: without a seed there is nothing to redeem. */
static void ssb_ref_agrees(void) {
    struct kith_json doc = vector_file("generated/refs-addresses-invites.json");
    int count = 0;
    VECTOR_EACH(&doc, n, 0) {
        struct kith_bytes in = vector_str(&doc, n, "in");
        struct kith_bytes want = vector_str(&doc, kith_json_get(&doc, n, "parseInvite"), "invite");
        bool seed = want.len > 90 && want.p[want.len - 45] == ':' && want.p[want.len - 90] == ':';
        struct kith_address a;
        struct kith_buf out = {0};
        int err = kith_invite_parse(in, &a);
        CHECK_ROW((err == KITH_OK) == seed, (const char *)in.p);
        if (err)
            continue;
        kith_address_put(&out, &a);
        CHECK_ROW(kith_bytes_eq(kith_buf_bytes(&out), want), (const char *)in.p);
        kith_buf_wipe(&out);
        count++;
    }
    CHECK(count == 7);
}

static void people_paste_them_like_this(void) {
    static const char *const rows[] = {
        LEGACY,
        " " LEGACY "\n",
        "\"" LEGACY "\"",
        "'" LEGACY "'",
        LEGACY "#https://x.example/\"y",
        "net:one.butt.nz:8008~shs:" K ":" S,
        "nonsense;net:one.butt.nz:8008~shs:" K ":" S ";ws://one.butt.nz:1~shs:" K,
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct kith_address a;
        struct kith_buf out = {0};
        CHECK_ROW(kith_invite_parse(kith_bytes_str(rows[i]), &a) == KITH_OK, rows[i]);
        if (a.has_seed)
            kith_invite_put(&out, &a);
        CHECK_ROW(kith_bytes_is(kith_buf_bytes(&out), LEGACY), rows[i]);
        kith_buf_wipe(&out);
    }
}

static void nonsense_is_refused(void) {
    static const char *const rows[] = {
        "",
        "\"",
        "#",
        "~",
        "one.butt.nz:8008:@" K ".ed25519",
        "one.butt.nz:8008:@" K ".ed25519~",
        "one.butt.nz:8008:@" K ".ed25519~x",
        "one.butt.nz:8008:@" K ".ed25519~" S "x",
        "net:one.butt.nz:8008~shs:" K,
        ":8008:@" K ".ed25519~" S,
        "onion:x:1~shs:" K ":" S,
    };
    struct kith_address a;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ROW(kith_invite_parse(kith_bytes_str(rows[i]), &a) == KITH_ERR_SYNTAX, rows[i]);
    uint8_t *big = calloc(1, KITH_INVITE_MAX + 1);
    CHECK(kith_invite_parse(kith_bytes(big, KITH_INVITE_MAX + 1), &a) == KITH_ERR_SIZE);
    free(big);
}

static void websockets_keep_the_multiserver_form(void) {
    struct kith_address a;
    struct kith_buf out = {0};
    CHECK(kith_invite_parse(KITH_LIT("ws://one.butt.nz:8989~shs:" K ":" S), &a) == KITH_OK);
    kith_invite_put(&out, &a);
    CHECK(kith_bytes_is(kith_buf_bytes(&out), "ws://one.butt.nz:8989~shs:" K ":" S));
    kith_buf_wipe(&out);
}

/* The seed makes the key pair that JavaScript makes of it. */
static void seeds_make_the_same_keys(void) {
    struct kith_json doc = vector_file("generated/signatures-lan-invites.json");
    int count = 0;
    VECTOR_EACH(&doc, n, kith_json_get(&doc, 0, "invites")) {
        struct kith_seed seed;
        struct kith_pubkey want;
        struct kith_keypair keys;
        CHECK(vector_base64(vector_str(&doc, n, "seed"), seed.b, 32));
        kith_sign_keypair(&keys, &seed);
        CHECK(kith_address_key_parse(vector_str(&doc, kith_json_get(&doc, n, "keys"), "id"),
                                     &want) == KITH_OK);
        CHECK(kith_pubkey_eq(&want, &keys.pub));
        count++;
    }
    CHECK(count == 3);
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    ssb_ref_agrees();
    people_paste_them_like_this();
    nonsense_is_refused();
    websockets_keep_the_multiserver_form();
    seeds_make_the_same_keys();
    return check_done();
}
