/* SPDX-License-Identifier: MIT */
#include "drivers/web_dial_tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "drivers/tcp.h"

#define PIECE 16384 /* a TLS record holds no more (RFC 8446 section 5.1) */

/* The road that the host knows lies on one of tcp.c, whose host we are; OpenSSL sees memory only. */
struct dial {
    struct kith_road *outer, *inner;
    SSL *ssl;
    BIO *in, *out; /* what came and what is to go, encrypted; they belong to ssl */
    bool up, failed, goodbye;
};

/* ---- the handshake, and what comes ---- */

/* Why the handshake failed, in words: first of all, what is wrong with the certificate. */
static void explain(struct dial *d) {
    long verdict = SSL_get_verify_result(d->ssl);
    unsigned long error = ERR_peek_last_error();
    const char *reason = error ? ERR_reason_error_string(error) : NULL;
    if (verdict != X509_V_OK)
        snprintf(d->outer->why, sizeof d->outer->why, "certificate: %s", X509_verify_cert_error_string(verdict));
    else
        snprintf(d->outer->why, sizeof d->outer->why, "TLS: %s", reason ? reason : "the connection ended");
}

static void refuse(struct dial *d) {
    if (d->failed)
        return;
    d->failed = true;
    if (!d->up) {
        explain(d);
        d->outer->host->opened(d->outer->ctx, d->outer, UV_EPROTO);
    }
    kith_road_close(d->inner); /* an alert may be on its way before */
}

static bool is_over(struct dial *d, int result) {
    int error = SSL_get_error(d->ssl, result);
    return error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE;
}

static void shake_hands(struct dial *d) {
    int result;
    ERR_clear_error();
    result = SSL_do_handshake(d->ssl);
    if (result == 1) {
        d->up = true;
        kith_road_write(d->inner); /* our last word of it */
        d->outer->host->opened(d->outer->ctx, d->outer, 0);
    } else if (is_over(d, result)) {
        refuse(d);
    } else {
        kith_road_write(d->inner);
    }
}

static void take(struct dial *d) {
    uint8_t piece[PIECE];
    while (!d->failed && !d->inner->closing) {
        int got;
        ERR_clear_error();
        got = SSL_read(d->ssl, piece, sizeof piece);
        if (got > 0) {
            d->outer->host->bytes(d->outer->ctx, d->outer, piece, (size_t)got);
            continue;
        }
        if (is_over(d, got)) /* their end, or bytes that are no TLS */
            refuse(d);
        break;
    }
    if (BIO_pending(d->out)) /* new keys ask for an answer */
        kith_road_write(d->inner);
}

/* ---- the host of the road below ---- */

static void below_opened(void *ctx, struct kith_road *r, int uv_error) {
    struct dial *d = ctx;
    d->inner = r;
    if (!uv_error && d->ssl) {
        shake_hands(d);
        return;
    }
    d->failed = true;
    d->outer->host->opened(d->outer->ctx, d->outer, uv_error ? uv_error : UV_ENOTSUP);
    if (!uv_error)
        kith_road_close(r); /* otherwise tcp.c does */
}

static void below_bytes(void *ctx, struct kith_road *r, const uint8_t *in, size_t len) {
    struct dial *d = ctx;
    (void)r;
    if (d->failed)
        return;
    (void)!BIO_write(d->in, in, (int)len); /* memory: it takes all, and a road brings no more than its buffer at once */
    if (!d->up)
        shake_hands(d);
    if (d->up)
        take(d);
}

/* Records of what the host has to say, for as long as there is room; after its last word ours. */
static bool fill(struct dial *d) {
    uint8_t piece[PIECE];
    size_t len = d->outer->host->pull(d->outer->ctx, d->outer, piece, sizeof piece);
    ERR_clear_error();
    if (len)
        return SSL_write(d->ssl, piece, (int)len) == (int)len;
    if (!d->inner->draining || d->goodbye)
        return false;
    d->goodbye = true;
    return SSL_shutdown(d->ssl) >= 0;
}

static size_t below_pull(void *ctx, struct kith_road *r, uint8_t *out, size_t cap) {
    struct dial *d = ctx;
    size_t len = 0;
    (void)r;
    while (d->ssl && len < cap) {
        int got = BIO_read(d->out, out + len, (int)(cap - len));
        if (got > 0)
            len += (size_t)got;
        else if (!d->up || d->failed || !fill(d))
            break;
    }
    return len;
}

static void below_wrote(void *ctx) {
    struct dial *d = ctx;
    d->outer->host->wrote(d->outer->ctx);
}

static void wipe(struct dial *d) {
    SSL_free(d->ssl);
    kith_free(d->outer);
    kith_free(d);
}

static void below_closed(void *ctx, struct kith_road *r) {
    struct dial *d = ctx;
    (void)r;
    if (!d->up && !d->failed) { /* the host waits for an answer */
        ERR_clear_error();
        explain(d);
        d->outer->host->opened(d->outer->ctx, d->outer, UV_EOF);
    }
    d->outer->host->closed(d->outer->ctx, d->outer);
    wipe(d);
}

static const struct kith_road_host below = {below_opened, below_bytes, below_pull, below_wrote, below_closed};

/* ---- the ways of the road above ---- */

static struct dial *of(struct kith_road *r) {
    return r->driver;
}

static void start(struct kith_road *r) {
    (void)r; /* it reads since the one below stands */
}

static void write_out(struct kith_road *r) {
    if (of(r)->up)
        kith_road_write(of(r)->inner);
}

static void pause_in(struct kith_road *r, bool on) {
    kith_road_pause(of(r)->inner, on);
}

static void close_both(struct kith_road *r) {
    of(r)->failed = of(r)->failed || !of(r)->up; /* the host gave it up: it waits for no answer */
    kith_road_close(of(r)->inner);
}

static const struct kith_road_ways ways = {start, write_out, pause_in, close_both};

/* RFC 9525: the name that was dialled, and nothing that the certificate says besides. */
static bool expect(SSL *ssl, const char *host_name) {
    struct in6_addr address;
    if (inet_pton(AF_INET, host_name, &address) == 1 || inet_pton(AF_INET6, host_name, &address) == 1)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host_name) == 1;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(ssl, host_name) == 1 && SSL_set_tlsext_host_name(ssl, host_name) == 1;
}

/* NULL and the reason in d: it is told when the road below stands, as any other. */
static SSL *session(struct dial *d, const char *host_name, const char *roots) {
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    SSL *ssl = NULL;
    const char *why = "certificate: those to trust cannot be read";
    KITH_ASSERT(tls);
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
    if (SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) == 1 &&
        (roots ? SSL_CTX_load_verify_file(tls, roots) : SSL_CTX_set_default_verify_paths(tls)) == 1) {
        why = "TLS: not to this name";
        ssl = SSL_new(tls);
        if (ssl && !expect(ssl, host_name)) {
            SSL_free(ssl);
            ssl = NULL;
        }
    }
    SSL_CTX_free(tls); /* the session holds it */
    if (!ssl)
        snprintf(d->outer->why, sizeof d->outer->why, "%s", why);
    return ssl;
}

struct kith_road *kith_web_dial_tls(uv_loop_t *loop, const char *host_name, uint16_t port, const char *roots,
                                    const struct kith_road_host *host, void *ctx) {
    struct dial *d = kith_alloc(sizeof *d);
    d->outer = kith_road_new_bare(host, ctx);
    d->outer->ways = &ways;
    d->outer->driver = d;
    snprintf(d->outer->address, sizeof d->outer->address, "%.110s:%u", host_name, port);
    d->ssl = session(d, host_name, roots);
    if (d->ssl) {
        d->in = BIO_new(BIO_s_mem());
        d->out = BIO_new(BIO_s_mem());
        KITH_ASSERT(d->in && d->out);
        SSL_set_bio(d->ssl, d->in, d->out);
        SSL_set_connect_state(d->ssl);
    }
    d->inner = kith_tcp_dial(loop, host_name, port, &below, d);
    if (d->inner)
        return d->outer;
    wipe(d);
    return NULL;
}
