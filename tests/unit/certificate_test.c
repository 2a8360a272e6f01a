/* SPDX-License-Identifier: MIT */
/* certificate_test.c: a broker's word, and handles that look alike. */
#include "wire/certificate.h"

#include "check.h"

static struct kith_keypair keys_of(uint8_t fill) {
    struct kith_keypair keys;
    struct kith_seed seed;
    memset(seed.b, fill, sizeof seed.b);
    kith_sign_keypair(&keys, &seed);
    return keys;
}

static void what_is_written_is_read(void) {
    struct kith_keypair broker = keys_of(1), user = keys_of(2);
    struct kith_certificate c = {.broker = broker.pub, .key = user.pub, .tag = {{3}}, .from_s = 5, .until_s = 9,
                                 .handle = "anna.b", .host = "kith.example"}, got;
    struct kith_buf text = {0};
    kith_certificate_put(&text, &c, &broker.sec);
    CHECK(text.len <= KITH_CERTIFICATE_MAX && !kith_certificate_parse(&got, kith_buf_bytes(&text)));
    CHECK(!memcmp(&c, &got, offsetof(struct kith_certificate, handle)) && !strcmp(got.handle, c.handle) &&
          !strcmp(got.host, c.host));
    for (size_t i = 0; i < text.len; i++) {
        uint8_t was = text.p[i];
        text.p[i] = was == 'A' ? 'B' : 'A';
        CHECK(kith_err_is_peer(kith_certificate_parse(&got, kith_buf_bytes(&text))));
        text.p[i] = was;
        CHECK(kith_certificate_parse(&got, kith_bytes(text.p, i)));
    }
    kith_buf_clear(&text);
    kith_certificate_put(&text, &c, &user.sec); /* not signed by whom it names */
    CHECK(kith_certificate_parse(&got, kith_buf_bytes(&text)) == KITH_ERR_CRYPTO);
    strcpy(c.handle, "Anna"); /* signed, but no handle in its normal form */
    kith_buf_clear(&text);
    kith_certificate_put(&text, &c, &broker.sec);
    CHECK(kith_certificate_parse(&got, kith_buf_bytes(&text)) == KITH_ERR_SYNTAX);
    strcpy(c.handle, "anna");
    memset(c.host, 'h', KITH_CERTIFICATE_HOST_MAX);
    kith_buf_clear(&text);
    kith_certificate_put(&text, &c, &broker.sec);
    CHECK(text.len <= KITH_CERTIFICATE_MAX && !kith_certificate_parse(&got, kith_buf_bytes(&text)));
    kith_buf_wipe(&text);
}

static void handles_have_a_normal_form(void) {
    static const struct {
        const char *text, *normal; /* NULL: none */
    } rows[] = {{"anna", "anna"}, {"Anna.B", "anna.b"}, {"a1", "a1"}, {"a-b_c.d", "a-b_c.d"}, {"", NULL}, {"a", NULL},
                {"1a", NULL}, {"-a", NULL}, {"a-", NULL}, {"a..b", NULL}, {"a-_b", NULL}, {"a b", NULL}, {"\xc3\xa4nna", NULL},
                {"anna\n", NULL}, {"abcdefghijklmnopqrstuvwxyz123456", "abcdefghijklmnopqrstuvwxyz123456"},
                {"abcdefghijklmnopqrstuvwxyz1234567", NULL}};
    char out[KITH_HANDLE_MAX + 1];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int err = kith_handle_normal(out, kith_bytes_str(rows[i].text));
        CHECK_ROW(err == (rows[i].normal ? KITH_OK : KITH_ERR_ARG), rows[i].text);
        CHECK_ROW(err || !strcmp(out, rows[i].normal), rows[i].text);
    }
    CHECK(kith_handle_normal(out, kith_bytes("an\0na", 5)) == KITH_ERR_ARG);
}

static bool alike(const char *a, const char *b) {
    char one[KITH_HANDLE_MAX + 1], two[KITH_HANDLE_MAX + 1];
    kith_handle_skeleton(one, a);
    kith_handle_skeleton(two, b);
    return !strcmp(one, two);
}

/* Every letter that has a double, in many names. */
static void what_looks_alike_is_one(void) {
    static const char *const doubles[][2] = {{"o", "0"}, {"l", "1"}, {"l", "i"}, {"i", "1"}, {"i", "j"}, {"z", "2"}, {"e", "3"},
                                             {"a", "4"}, {"s", "5"}, {"b", "6"}, {"b", "8"}, {"t", "7"}, {"g", "9"}, {"g", "q"},
                                             {"m", "rn"}, {"m", "nn"}, {"w", "vv"}, {"w", "uu"}, {"d", "cl"}, {"d", "ci"},
                                             {"ab", "a-b"}, {"ab", "a.b"}, {"ab", "a_b"}};
    static const char *const frames[] = {"x%sy", "a%sa", "k%sth", "p%s", "he%ser", "x%sx%sx", "f%sf-f", "h%sh0", "t%st1", "k%s.k", "y%sy_y",
                                         "b%skk", "s%sk", "p%spa", "h%she", "f%sty", "k%sx", "x%szz", "e%sf", "a%sk", "o%sx", "h%skk", "k%ske"};
    char a[64], b[64];
    unsigned count = 0;
    for (size_t i = 0; i < sizeof doubles / sizeof doubles[0]; i++) {
        for (size_t f = 0; f < sizeof frames / sizeof frames[0]; f++) {
            snprintf(a, sizeof a, frames[f], doubles[i][0], doubles[i][0]);
            snprintf(b, sizeof b, frames[f], doubles[i][1], doubles[i][1]);
            CHECK_ROW(alike(a, b), b);
            count++;
        }
    }
    CHECK(count >= 500);
    CHECK(!alike("anna", "anne") && !alike("ben", "bert") && !alike("tom", "ton") && !alike("kim", "tim"));
}

int main(void) {
    if (kith_crypto_init())
        return 2;
    what_is_written_is_read();
    handles_have_a_normal_form();
    what_looks_alike_is_one();
    return check_done();
}
