/* SPDX-License-Identifier: MIT */
#include "wire/address.h"

#include "base/base64.h"

static const char specials[] = "!~;"; /* what is escaped when written; ':' in a host is not */

/* Takes what stands before the next `sep` that has no '!' before it, escapes still in place. *found
 * tells whether there was one. */
static struct kith_bytes cut(struct kith_bytes *rest, char sep, bool *found) {
    struct kith_bytes piece = *rest;
    size_t i = 0;
    while (i < rest->len && rest->p[i] != (uint8_t)sep)
        i += rest->p[i] == '!' ? 2 : 1;
    *found = i < rest->len;
    piece.len = *found ? i : rest->len;
    *rest = *found ? kith_bytes_skip(*rest, i + 1) : kith_bytes(NULL, 0);
    return piece;
}

/* The last `sep` without '!' before it: what stands behind it is returned, what stands before
 * stays. */
static bool cut_last(struct kith_bytes *rest, char sep, struct kith_bytes *tail) {
    size_t at = SIZE_MAX;
    for (size_t i = 0; i < rest->len; i += rest->p[i] == '!' ? 2 : 1) {
        if (rest->p[i] == (uint8_t)sep)
            at = i;
    }
    if (at == SIZE_MAX)
        return false;
    *tail = kith_bytes_skip(*rest, at + 1);
    rest->len = at;
    return true;
}

/* Without escapes and with a NUL. Control characters and blanks have no place in an address. */
static int copy_plain(char *out, size_t cap, struct kith_bytes in) {
    size_t n = 0;
    for (size_t i = 0; i < in.len; i++) {
        if (in.p[i] == '!' && ++i == in.len)
            return KITH_ERR_SYNTAX;
        if (in.p[i] <= ' ' || in.p[i] == 127)
            return KITH_ERR_SYNTAX;
        if (n + 1 >= cap)
            return KITH_ERR_SIZE;
        out[n++] = (char)in.p[i];
    }
    out[n] = 0;
    return KITH_OK;
}

static int parse_port(struct kith_bytes text, uint16_t *out) {
    uint32_t port = 0;
    if (!text.len || text.len > 5)
        return KITH_ERR_SYNTAX;
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return KITH_ERR_SYNTAX;
        port = port * 10 + text.p[i] - '0';
    }
    if (!port || port > 65535)
        return KITH_ERR_SYNTAX;
    *out = (uint16_t)port;
    return KITH_OK;
}

static int parse_32(struct kith_bytes text, uint8_t out[32]) {
    size_t len;
    int err = kith_base64_parse(text, out, 32, &len);
    return err || len != 32 ? KITH_ERR_SYNTAX : KITH_OK;
}

int kith_address_key_parse(struct kith_bytes text, struct kith_pubkey *out) {
    if (!kith_bytes_starts(text, "@") || !kith_bytes_ends(text, ".ed25519"))
        return KITH_ERR_SYNTAX;
    return parse_32(kith_bytes(text.p + 1, text.len - 9), out->b);
}

void kith_address_key_put(struct kith_buf *out, const struct kith_pubkey *key) {
    kith_buf_put_u8(out, '@');
    kith_base64_put(out, kith_bytes(key->b, sizeof key->b));
    kith_buf_put_str(out, ".ed25519");
}

/* A colon makes it an IPv6 address, with at most a zone behind: a stray part of something else,
 * taken for a host, would be dialled for ever in vain. */
static bool is_host(const char *h) {
    bool v6 = strchr(h, ':') != NULL;
    if (!*h)
        return false;
    for (; *h && !(v6 && *h == '%'); h++) {
        if (v6 ? !strchr("0123456789abcdefABCDEF:.", *h) : *h == '[' || *h == ']' || *h == '/')
            return false;
    }
    for (; *h; h++) { /* the zone: a name of an interface */
        if (strchr("[]/:", *h))
            return false;
    }
    return true;
}

static int parse_host(struct kith_bytes host, struct kith_address *out) {
    int err;
    if (kith_bytes_starts(host, "[") && kith_bytes_ends(host, "]"))
        host = kith_bytes(host.p + 1, host.len - 2);
    err = copy_plain(out->host, sizeof out->host, host);
    return err || is_host(out->host) ? err : KITH_ERR_SYNTAX;
}

/* "host:port": the port is the last part, so that an IPv6 address needs no brackets. */
static int parse_host_port(struct kith_bytes rest, struct kith_address *out) {
    struct kith_bytes port;
    int err;
    if (!cut_last(&rest, ':', &port))
        return KITH_ERR_SYNTAX;
    err = parse_port(port, &out->port);
    return err ? err : parse_host(rest, out);
}

/* Whether "host[:port]" of a URL has a port: colons inside brackets are the host's. */
static bool has_port(struct kith_bytes host) {
    if (kith_bytes_starts(host, "["))
        return host.p[host.len - 1] != ']';
    return host.len && memchr(host.p, ':', host.len);
}

/* "//host[:port][/path]", a URL without its scheme. */
static int parse_url(struct kith_bytes host, struct kith_address *out, uint16_t default_port) {
    const uint8_t *slash;
    if (!kith_bytes_starts(host, "//"))
        return KITH_ERR_SYNTAX;
    host = kith_bytes_skip(host, 2);
    slash = host.len ? memchr(host.p, '/', host.len) : NULL;
    if (slash) {
        size_t len = (size_t)(slash - host.p);
        int err = copy_plain(out->path, sizeof out->path, kith_bytes_skip(host, len));
        if (err)
            return err;
        host.len = len;
    }
    out->port = default_port;
    return has_port(host) ? parse_host_port(host, out) : parse_host(host, out);
}

static int parse_tunnel(struct kith_bytes rest, struct kith_address *out) {
    bool found;
    struct kith_bytes portal = cut(&rest, ':', &found);
    if (!found || kith_address_key_parse(portal, &out->portal))
        return KITH_ERR_SYNTAX;
    return kith_address_key_parse(rest, &out->target);
}

/* "shs:KEY[:SEED]" or "noauth". A transform that we do not know leaves the address without a key.
 */
static int parse_transform(struct kith_bytes t, struct kith_address *out) {
    bool found;
    struct kith_bytes name = cut(&t, ':', &found), key;
    if (kith_bytes_is(name, "noauth"))
        out->noauth = true;
    if (!kith_bytes_is(name, "shs"))
        return KITH_OK;
    if (out->has_key)
        return KITH_ERR_SYNTAX;
    key = cut(&t, ':', &found);
    out->has_key = true;
    out->has_seed = found;
    if (parse_32(key, out->key.b) || (found && parse_32(t, out->seed.b)))
        return KITH_ERR_SYNTAX;
    return KITH_OK;
}

static bool is_scheme(struct kith_bytes s) {
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.p[i];
        if (!((c >= 'a' && c <= 'z') ||
              (i && ((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'))))
            return false;
    }
    return s.len > 0;
}

static int parse_road(struct kith_bytes rest, struct kith_address *out) {
    bool found;
    struct kith_bytes scheme = cut(&rest, ':', &found);
    if (!found || !is_scheme(scheme) || !rest.len)
        return KITH_ERR_SYNTAX;
    if (kith_bytes_is(scheme, "net")) {
        out->scheme = KITH_ADDRESS_NET;
        return parse_host_port(rest, out);
    }
    if (kith_bytes_is(scheme, "ws")) {
        out->scheme = KITH_ADDRESS_WS;
        return parse_url(rest, out, 80);
    }
    if (kith_bytes_is(scheme, "wss")) {
        out->scheme = KITH_ADDRESS_WSS;
        return parse_url(rest, out, 443);
    }
    if (kith_bytes_is(scheme, "unix")) {
        out->scheme = KITH_ADDRESS_UNIX;
        return copy_plain(out->path, sizeof out->path, rest);
    }
    if (kith_bytes_is(scheme, "tunnel")) {
        out->scheme = KITH_ADDRESS_TUNNEL;
        return parse_tunnel(rest, out);
    }
    return KITH_OK;
}

/* "host:port:@KEY.ed25519" */
static int parse_legacy(struct kith_bytes text, struct kith_address *out) {
    struct kith_bytes key;
    if (!cut_last(&text, ':', &key) || kith_address_key_parse(key, &out->key))
        return KITH_ERR_SYNTAX;
    out->scheme = KITH_ADDRESS_NET;
    out->has_key = true;
    return parse_host_port(text, out);
}

/* The old form looks like an address of the scheme "host"; it is one only where that makes no
 * sense. */
static int parse_any(struct kith_bytes text, struct kith_address *out) {
    struct kith_bytes whole = text;
    bool found;
    int err = parse_road(cut(&text, '~', &found), out);
    if (!found && (err || out->scheme == KITH_ADDRESS_OTHER) &&
        kith_bytes_ends(whole, ".ed25519")) {
        struct kith_address old = {.text = whole};
        if (parse_legacy(whole, &old) == KITH_OK) {
            *out = old;
            return KITH_OK;
        }
    }
    while (!err && text.len)
        err = parse_transform(cut(&text, '~', &found), out);
    return err;
}

int kith_address_parse(struct kith_bytes text, struct kith_address *out) {
    int err;
    memset(out, 0, sizeof *out);
    out->text = text;
    if (text.len > KITH_ADDRESS_MAX)
        return KITH_ERR_SIZE;
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] <= ' ' || text.p[i] == 127)
            return KITH_ERR_SYNTAX;
    }
    err = parse_any(text, out);
    if (err)
        memset(out, 0, sizeof *out);
    return err;
}

bool kith_address_next(struct kith_bytes *list, struct kith_address *out) {
    bool found;
    while (list->len) {
        struct kith_bytes one = cut(list, ';', &found);
        if (kith_address_parse(one, out) == KITH_OK)
            return true;
    }
    return false;
}

static void put_escaped(struct kith_buf *out, const char *text) {
    for (; *text; text++) {
        if (strchr(specials, *text))
            kith_buf_put_u8(out, '!');
        kith_buf_put_u8(out, (uint8_t)*text);
    }
}

static void put_url(struct kith_buf *out, const char *scheme, const struct kith_address *a) {
    bool v6 = strchr(a->host, ':') != NULL;
    kith_buf_put_str(out, scheme);
    kith_buf_put_str(out, v6 ? "://[" : "://");
    put_escaped(out, a->host);
    kith_buf_put_str(out, v6 ? "]:" : ":");
    kith_buf_put_dec(out, a->port);
    put_escaped(out, a->path);
}

static void put_transforms(struct kith_buf *out, const struct kith_address *a) {
    if (a->noauth)
        kith_buf_put_str(out, "~noauth");
    if (!a->has_key)
        return;
    kith_buf_put_str(out, "~shs:");
    kith_base64_put(out, kith_bytes(a->key.b, sizeof a->key.b));
    if (a->has_seed) {
        kith_buf_put_u8(out, ':');
        kith_base64_put(out, kith_bytes(a->seed.b, sizeof a->seed.b));
    }
}

void kith_address_put(struct kith_buf *out, const struct kith_address *a) {
    switch (a->scheme) {
    case KITH_ADDRESS_OTHER:
        kith_buf_put_bytes(out, a->text);
        return;
    case KITH_ADDRESS_NET:
        kith_buf_put_str(out, "net:");
        put_escaped(out, a->host);
        kith_buf_put_u8(out, ':');
        kith_buf_put_dec(out, a->port);
        break;
    case KITH_ADDRESS_WS:
        put_url(out, "ws", a);
        break;
    case KITH_ADDRESS_WSS:
        put_url(out, "wss", a);
        break;
    case KITH_ADDRESS_UNIX:
        kith_buf_put_str(out, "unix:");
        put_escaped(out, a->path);
        break;
    case KITH_ADDRESS_TUNNEL:
        kith_buf_put_str(out, "tunnel:");
        kith_address_key_put(out, &a->portal);
        kith_buf_put_u8(out, ':');
        kith_address_key_put(out, &a->target);
        break;
    }
    put_transforms(out, a);
}
