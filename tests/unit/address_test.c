/* SPDX-License-Identifier: MIT */
/* address_test.c: multiserver addresses as ssb-ref reads them, and as we write them. */
#include "wire/address.h"

#include "vector.h"

#define K "GbJA7Vjlt6QlLrAL04GlgbBisgF6tc6uXVj42vcSrd4="
#define S "qdKVcOeP/oFSaWomAynpFmSh7xlfj3FELcYsxl1MOhw="
#define ID "@" K ".ed25519"

static struct kith_bytes text_of(const char *s) {
    return kith_bytes_str(s);
}

/* Where ssb-ref finds host, port and key, we find the same; where it finds no address at all,
 * neither do we. (ssb-ref's isAddress is wider than what it can take apart.) */
static void ssb_ref_agrees(void) {
    struct kith_json doc = vector_file("generated/refs-addresses-invites.json");
    int same = 0, none = 0;
    VECTOR_EACH(&doc, n, 0) {
        struct kith_bytes in = vector_str(&doc, n, "in"), list = in;
        const char *row = (const char *)in.p;
        uint32_t want = kith_json_get(&doc, n, "parseAddress");
        struct kith_address a;
        int64_t port;
        bool got = kith_address_next(&list, &a);
        if (!kith_json_is(&doc, want, KITH_JSON_OBJECT)) {
            if (kith_json_is(&doc, kith_json_get(&doc, n, "isAddress"), KITH_JSON_FALSE) &&
                in.len && !kith_bytes_is(in, "net:127.0.0.1:8008") && !kith_bytes_starts(in, "#")) {
                CHECK_ROW(!got || a.scheme == KITH_ADDRESS_OTHER, row);
                none++;
            }
            continue;
        }
        struct kith_bytes host = vector_str(&doc, want, "host");
        if (!host.len) { /* ":8008:@key": there is nobody to dial */
            CHECK_ROW(!got, row);
            continue;
        }
        struct kith_pubkey key;
        CHECK_ROW(got && a.has_key, row);
        CHECK_ROW(kith_address_key_parse(vector_str(&doc, want, "key"), &key) == KITH_OK, row);
        CHECK_ROW(kith_pubkey_eq(&key, &a.key), row);
        CHECK_ROW(kith_json_int(&doc, kith_json_get(&doc, want, "port"), &port) == KITH_OK, row);
        CHECK_ROW(a.scheme == KITH_ADDRESS_OTHER || port == a.port, row);
        if (a.scheme == KITH_ADDRESS_WS || a.scheme == KITH_ADDRESS_WSS)
            host = kith_bytes_skip(
                host, a.scheme == KITH_ADDRESS_WS ? 5 : 6); /* it keeps "ws://" there */
        if (a.scheme != KITH_ADDRESS_OTHER)
            CHECK_ROW(kith_bytes_is(host, a.host), row);
        same++;
    }
    CHECK(same == 13);
    CHECK(none == 19);
}

static void what_is_read_is_written(void) {
    static const struct {
        const char *in, *out; /* NULL: the same */
    } rows[] = {
        {"net:127.0.0.1:8008~shs:" K, NULL},
        {"net:one.butt.nz:8008~shs:" K ":" S, NULL},
        {"net:::1:8008~shs:" K, NULL},
        {"net:[::1]:8008~shs:" K, "net:::1:8008~shs:" K},
        {"net:fe80!::1:8008~shs:" K, "net:fe80::1:8008~shs:" K},
        {"net:!:!:1:8008~shs:" K, "net:::1:8008~shs:" K},
        {"net:fe80::1%eth0:8008~shs:" K, NULL},
        {"net:a!!b!~c!;d:8008~shs:" K, NULL},
        {"net:127.0.0.1:8008", NULL},
        {"net:127.0.0.1:8008~noauth", NULL},
        {"ws://host.example:80~shs:" K, NULL},
        {"ws://host.example~shs:" K, "ws://host.example:80~shs:" K},
        {"wss://host.example~shs:" K, "wss://host.example:443~shs:" K},
        {"wss://host.example:8443/a/b~shs:" K, NULL},
        {"wss://host.example/a:b~shs:" K, "wss://host.example:443/a:b~shs:" K},
        {"ws://[::1]:80~shs:" K, NULL},
        {"wss://[::1]~shs:" K, "wss://[::1]:443~shs:" K},
        {"unix:/tmp/a!:b/socket~noauth", "unix:/tmp/a:b/socket~noauth"},
        {"tunnel:" ID ":" ID "~shs:" K, NULL},
        {"onion:abc.onion:8008~shs:" K, NULL},
        {"bt:a!~b~shs:" K, NULL},
        {"rtc:anything", NULL},
        {"host:" ID, NULL},                      /* could be a scheme that we do not know */
        {"net:8008:" ID, "net:net:8008~shs:" K}, /* a host that is called net */
        {"one.butt.nz:8008:" ID, "net:one.butt.nz:8008~shs:" K},
        {"::1:8008:" ID, "net:::1:8008~shs:" K},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct kith_address a;
        struct kith_buf out = {0};
        CHECK_ROW(kith_address_parse(text_of(rows[i].in), &a) == KITH_OK, rows[i].in);
        kith_address_put(&out, &a);
        CHECK_ROW(kith_bytes_is(kith_buf_bytes(&out), rows[i].out ? rows[i].out : rows[i].in),
                  rows[i].in);
        kith_buf_wipe(&out);
    }
}

static void nonsense_is_refused(void) {
    static const char *const rows[] = {
        "",
        ":",
        "net",
        "net:",
        "net:host",
        "net:host:",
        "net:host:0",
        "net:host:65536",
        "net:host:123456",
        "net:host:80x",
        "net::8008~shs:" K,
        "net:host:8008~shs:",
        "net:host:8008~shs:abc",
        "net:host:8008~shs:" K ":",
        "net:host:8008~shs:" K ":x",
        "net:host:8008~shs:" K K,
        "net:ho st:8008~shs:" K,
        "net:host!",
        "net:ho\nst:8008~shs:" K,
        "ws:host:80",
        "ws://",
        "ws://:80",
        "ws:///path",
        "ws://[]:80",
        "unix:",
        "tunnel:" ID,
        "tunnel:" ID ":",
        "tunnel:" ID ":x",
        "Net:host:80",
        "1net:host:80",
        ID,
        "net:net:host:8008",
        "net:[[::1]]:8008",
        "net:a/b:8008",
        "net:fe80::1%a:b:8008",
        "ws://x:y:80",
        "net:host:8008~shs:" K "~shs:" K,
        ":8008:" ID,
        "net:host:8008~shs:GbJA7Vjlt6QlLrAL04GlgbBisgF6tc6uXVj42vcSrdB=", /* not canonical */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct kith_address a;
        CHECK_ROW(kith_address_parse(text_of(rows[i]), &a) == KITH_ERR_SYNTAX, rows[i]);
    }
    struct kith_address a;
    char host[400] = "net:";
    memset(host + 4, 'a', 300);
    strcpy(host + 304, ":8008");
    CHECK(kith_address_parse(text_of(host), &a) == KITH_ERR_SIZE);
    char *big = calloc(1, KITH_ADDRESS_MAX + 2);
    memset(big, 'a', KITH_ADDRESS_MAX + 1);
    CHECK(kith_address_parse(text_of(big), &a) == KITH_ERR_SIZE);
    free(big);
}

static void alternatives_are_taken_in_order(void) {
    struct kith_bytes list = KITH_LIT("nonsense;net:a.example:8008~shs:" K
                                      ";;onion:x!;y;ws://a.example:9999~shs:" K ";");
    struct kith_address a;
    CHECK(kith_address_next(&list, &a) && a.scheme == KITH_ADDRESS_NET && a.port == 8008);
    CHECK(kith_address_next(&list, &a) && a.scheme == KITH_ADDRESS_OTHER &&
          kith_bytes_is(a.text, "onion:x!;y"));
    CHECK(kith_address_next(&list, &a) && a.scheme == KITH_ADDRESS_WS && a.port == 9999);
    CHECK(!kith_address_next(&list, &a) && list.len == 0);
}

static void keys_are_strict(void) {
    struct kith_pubkey key;
    struct kith_buf out = {0};
    CHECK(kith_address_key_parse(KITH_LIT(ID), &key) == KITH_OK);
    kith_address_key_put(&out, &key);
    CHECK(kith_bytes_is(kith_buf_bytes(&out), ID));
    CHECK(kith_address_key_parse(KITH_LIT("@" K ".sha256"), &key) == KITH_ERR_SYNTAX);
    CHECK(kith_address_key_parse(KITH_LIT(K ".ed25519"), &key) == KITH_ERR_SYNTAX);
    CHECK(kith_address_key_parse(KITH_LIT("@.ed25519"), &key) == KITH_ERR_SYNTAX);
    kith_buf_wipe(&out);
}

int main(void) {
    ssb_ref_agrees();
    what_is_read_is_written();
    nonsense_is_refused();
    alternatives_are_taken_in_order();
    keys_are_strict();
    return check_done();
}
