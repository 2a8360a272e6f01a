/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include "check.h"

/* RFC 4648, section 10, and one row with both characters outside the alphanumeric ones. */
static const struct {
    const char *plain, *text;
} rows[] = {
    {"", ""},           {"f", "Zg=="},         {"fo", "Zm8="},     {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff\xbf", "+/+/"},
};

static void known(void) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct kith_bytes plain = kith_bytes_str(rows[i].plain);
        struct kith_buf out = {0};
        uint8_t back[16];
        size_t len = 99;
        kith_base64_put(&out, plain);
        CHECK_ROW(kith_bytes_is(kith_buf_bytes(&out), rows[i].text), rows[i].text);
        CHECK_ROW(out.len == kith_base64_len(plain.len), rows[i].text);
        CHECK_ROW(kith_base64_parse(kith_buf_bytes(&out), back, plain.len, &len) == KITH_OK,
                  rows[i].text);
        CHECK_ROW(kith_bytes_eq(kith_bytes(back, len), plain), rows[i].text);
        kith_buf_wipe(&out);
    }
}

/* Two spellings of one key would be two people. */
static void refusals(void) {
    static const char *const bad[] = {"Z",    "Zg",   "Zg=",   "Zh==", "Zm9=", "Zg==Zg==", "=Zg=",
                                      "====", "Zm 9", "Zm9v\n", "-_-_", "Zm9v====", "Z===", "Zg=a"};
    uint8_t out[16];
    size_t len;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_ROW(kith_base64_parse(kith_bytes_str(bad[i]), out, sizeof out, &len) == KITH_ERR_SYNTAX,
                  bad[i]);
    CHECK(kith_base64_parse(kith_bytes_str("Zm9v"), out, 2, &len) == KITH_ERR_SIZE);
}

int main(void) {
    known();
    refusals();
    return check_done();
}
