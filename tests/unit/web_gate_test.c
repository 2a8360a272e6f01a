/* SPDX-License-Identifier: MIT */
/* The page's door: who has which Host, Origin and token. */
#include "check.h"
#include "web_gate.h"

#define TOKEN "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct web_gate gate(uint16_t port, bool elsewhere) {
    return (struct web_gate){.port = port, .elsewhere = elsewhere, .name = "Garden", .token = TOKEN};
}

static void hosts(void) {
    static const struct {
        const char *host;
        uint16_t port;
        bool here, elsewhere; /* let in by a node that listens on loopback only, and on everything */
    } rows[] = {
        {"127.0.0.1:8484", 8484, true, true},
        {"localhost:8484", 8484, true, true},
        {"LocalHost:8484", 8484, true, true},
        {"[::1]:8484", 8484, true, true},
        {"127.0.0.1", 8484, false, false},
        {"127.0.0.1", 80, true, true},
        {"127.0.0.1:8485", 8484, false, false},
        {"127.0.0.1:84840", 8484, false, false},
        {"127.0.0.1.:8484", 8484, false, false},
        {"127.0.0.2:8484", 8484, false, true},
        {"192.0.2.7:8484", 8484, false, true},
        {"[2001:db8::7]:8484", 8484, false, true},
        {"2001:db8::7:8484", 8484, false, false},
        {"garden:8484", 8484, false, true},
        {"evil.example:8484", 8484, false, false},
        {"localhost.evil.example:8484", 8484, false, false},
        {"127.0.0.1:8484.evil.example", 8484, false, false},
        {"127.0.0.1@evil.example:8484", 8484, false, false},
        {"0x7f.1:8484", 8484, false, false},
        {":8484", 8484, false, false},
        {"", 8484, false, false},
        {"", 80, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct web_gate here = gate(rows[i].port, false), elsewhere = gate(rows[i].port, true);
        CHECK_ROW(web_gate_host(&here, kith_bytes_str(rows[i].host)) == rows[i].here, rows[i].host);
        CHECK_ROW(web_gate_host(&elsewhere, kith_bytes_str(rows[i].host)) == rows[i].elsewhere, rows[i].host);
    }
}

static void origins(void) {
    static const struct {
        const char *origin, *host;
        bool in;
    } rows[] = {
        {"http://127.0.0.1:8484", "127.0.0.1:8484", true},
        {"http://localhost:8484", "localhost:8484", true},
        {"http://localhost:8484", "127.0.0.1:8484", false},
        {"http://127.0.0.1:8484/", "127.0.0.1:8484", false},
        {"https://127.0.0.1:8484", "127.0.0.1:8484", false},
        {"http://127.0.0.1:84840", "127.0.0.1:8484", false},
        {"http://127.0.0.1", "127.0.0.1:8484", false},
        {"http://evil.example", "127.0.0.1:8484", false},
        {"http://evil.example:8484", "evil.example:8484", false},
        {"null", "127.0.0.1:8484", false},
        {"file://", "127.0.0.1:8484", false},
        {"", "127.0.0.1:8484", false},
    };
    struct web_gate g = gate(8484, false);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ROW(web_gate_origin(&g, kith_bytes_str(rows[i].origin), kith_bytes_str(rows[i].host)) == rows[i].in, rows[i].origin);
}

static void tokens(void) {
    static const struct {
        const char *protocols;
        bool in;
    } rows[] = {
        {"kith, token." TOKEN, true},
        {"kith,token." TOKEN, true},
        {"token." TOKEN " ,\tkith", true},
        {"kith, other, token." TOKEN, true},
        {"token." TOKEN, false},
        {"kith", false},
        {"kith, token.", false},
        {"kith, " TOKEN, false},
        {"kith, token." TOKEN "0", false},
        {"kith, token.00112233445566778899aabbccddeeff00112233445566778899aabbccddeefe", false},
        {"kith, token.00112233445566778899aabbccddeeff00112233445566778899aabbccddeef", false},
        {"kith, token.00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF", false},
        {",,,", false},
        {"", false},
    };
    struct web_gate g = gate(8484, false), none = gate(8484, false);
    none.token[0] = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ROW(web_gate_protocols(&g, kith_bytes_str(rows[i].protocols), true) == rows[i].in, rows[i].protocols);
    CHECK(web_gate_bearer(&g, KITH_LIT("Bearer " TOKEN), true));
    CHECK(!web_gate_bearer(&g, KITH_LIT("Bearer  " TOKEN), true));
    CHECK(!web_gate_bearer(&g, KITH_LIT("Basic " TOKEN), true));
    CHECK(!web_gate_bearer(&g, KITH_LIT(TOKEN), true));
    CHECK(!web_gate_bearer(&g, KITH_LIT(""), true));
    CHECK(!web_gate_bearer(&none, KITH_LIT("Bearer "), true));
    CHECK(!web_gate_protocols(&none, KITH_LIT("kith, token."), true));
}

static void passwords(void) {
    char longest[WEB_PASSWORD_MAX + 2];
    struct web_gate g = gate(8484, true);
    memset(longest, 'x', sizeof longest);
    CHECK(web_gate_set_password(&g, KITH_LIT("eleven char")) == KITH_ERR_ARG);
    CHECK(web_gate_set_password(&g, kith_bytes(longest, WEB_PASSWORD_MAX + 1)) == KITH_ERR_ARG);
    CHECK(!web_gate_set_password(&g, kith_bytes(longest, WEB_PASSWORD_MAX)));
    CHECK(!web_gate_set_password(&g, KITH_LIT("p\xc3\xa4ssword 12")));
    CHECK(web_gate_bearer(&g, KITH_LIT("Bearer 70c3a47373776f7264203132"), true));
    CHECK(web_gate_protocols(&g, KITH_LIT("kith, token.70c3a47373776f7264203132"), true));
    CHECK(!web_gate_bearer(&g, KITH_LIT("Bearer 70c3a47373776f7264203132"), false));
    CHECK(!web_gate_protocols(&g, KITH_LIT("kith, token.70c3a47373776f7264203132"), false));
    CHECK(web_gate_bearer(&g, KITH_LIT("Bearer " TOKEN), false)); /* the owner's own command still opens the page */
    CHECK(!web_gate_bearer(&g, KITH_LIT("Bearer p\xc3\xa4ssword 12"), true));
}

int main(void) {
    hosts();
    origins();
    tokens();
    passwords();
    return check_done();
}
