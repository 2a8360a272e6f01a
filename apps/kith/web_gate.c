/* SPDX-License-Identifier: MIT */
#include "web_gate.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <strings.h>

#include "crypto/crypto.h"

int web_gate_set_password(struct web_gate *g, struct kith_bytes password) {
    static const char digits[] = "0123456789abcdef";
    if (password.len < WEB_PASSWORD_MIN || password.len > WEB_PASSWORD_MAX)
        return KITH_ERR_ARG;
    for (size_t i = 0; i < password.len; i++) {
        g->password[2 * i] = digits[password.p[i] >> 4];
        g->password[2 * i + 1] = digits[password.p[i] & 15];
    }
    g->password[2 * password.len] = 0;
    return KITH_OK;
}

/* Host names are compared without case (RFC 9110, 4.2.3). */
static bool same_name(struct kith_bytes a, const char *b) {
    return a.len == strlen(b) && !strncasecmp((const char *)a.p, b, a.len);
}

/* Cuts ":PORT" off, which may be missing where it is 80. */
static bool cut_port(const struct web_gate *g, struct kith_bytes *host) {
    char port[8];
    snprintf(port, sizeof port, ":%u", g->port);
    if (kith_bytes_ends(*host, port)) {
        host->len -= strlen(port);
        return true;
    }
    return g->port == 80;
}

/* Somebody else's name can be made to point here, an address cannot. */
static bool is_address(struct kith_bytes host) {
    char text[INET6_ADDRSTRLEN + 1];
    struct in6_addr a;
    bool six = host.len > 2 && host.p[0] == '[' && host.p[host.len - 1] == ']';
    if (six)
        host = kith_bytes(host.p + 1, host.len - 2);
    if (host.len >= sizeof text)
        return false;
    memcpy(text, host.p, host.len);
    text[host.len] = 0;
    return inet_pton(six ? AF_INET6 : AF_INET, text, &a) == 1;
}

bool web_gate_host(const struct web_gate *g, struct kith_bytes host) {
    if (!host.len || !cut_port(g, &host))
        return false;
    if (same_name(host, "127.0.0.1") || same_name(host, "localhost") || same_name(host, "[::1]"))
        return true;
    return g->elsewhere && (is_address(host) || (g->name[0] && same_name(host, g->name)));
}

bool web_gate_origin(const struct web_gate *g, struct kith_bytes origin, struct kith_bytes host) {
    static const char scheme[] = "http://";
    size_t len = sizeof scheme - 1;
    return web_gate_host(g, host) && kith_bytes_starts(origin, scheme) && origin.len - len == host.len &&
           !strncasecmp((const char *)origin.p + len, (const char *)host.p, host.len);
}

/* Takes as long for every wrong one of whatever length. */
static bool is_secret(const char *ours, struct kith_bytes given) {
    struct kith_hash a, b;
    kith_sha256(&a, kith_bytes_str(ours));
    kith_sha256(&b, given);
    return *ours && kith_secret_eq(a.b, b.b, sizeof a.b);
}

static bool is_token(const struct web_gate *g, struct kith_bytes given, bool with_password) {
    bool token = is_secret(g->token, given), password = is_secret(g->password, given);
    return token || (password && with_password);
}

bool web_gate_bearer(const struct web_gate *g, struct kith_bytes authorization, bool with_password) {
    static const char scheme[] = "Bearer ";
    return kith_bytes_starts(authorization, scheme) && is_token(g, kith_bytes_skip(authorization, sizeof scheme - 1), with_password);
}

bool web_gate_protocols(const struct web_gate *g, struct kith_bytes protocols, bool with_password) {
    static const char prefix[] = "token.";
    bool kith = false, token = false;
    while (protocols.len) {
        const uint8_t *comma = memchr(protocols.p, ',', protocols.len);
        struct kith_bytes word = kith_bytes(protocols.p, comma ? (size_t)(comma - protocols.p) : protocols.len);
        protocols = kith_bytes_skip(protocols, word.len + (comma ? 1 : 0));
        while (word.len && (word.p[0] == ' ' || word.p[0] == '\t'))
            word = kith_bytes_skip(word, 1);
        while (word.len && (word.p[word.len - 1] == ' ' || word.p[word.len - 1] == '\t'))
            word.len--;
        if (kith_bytes_is(word, "kith"))
            kith = true;
        else if (kith_bytes_starts(word, prefix))
            token = is_token(g, kith_bytes_skip(word, sizeof prefix - 1), with_password);
    }
    return kith && token;
}
