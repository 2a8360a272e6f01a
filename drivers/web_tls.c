/* SPDX-License-Identifier: MIT */
/* TLS for the server: 1.2 and 1.3, HTTP/1.1 only (no ALPN is offered, so nobody speaks h2 to us). */
#include <openssl/ssl.h>

#include "web_state.h"

int web_tls_load(struct kith_web *w) {
    SSL_CTX *tls;
    if (!w->config.tls_cert)
        return KITH_OK;
    tls = SSL_CTX_new(TLS_server_method());
    if (!tls)
        return KITH_ERR_CRYPTO;
    if (!SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) ||
        SSL_CTX_use_certificate_chain_file(tls, w->config.tls_cert) != 1 ||
        SSL_CTX_use_PrivateKey_file(tls, w->config.tls_key, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(tls) != 1) {
        SSL_CTX_free(tls);
        return KITH_ERR_CRYPTO;
    }
    /* Renegotiation is the other side's way to make us work; buffers of quiet connections are given back. */
    SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    web_tls_free(w); /* connections that stand keep theirs */
    w->accept.ssl_ctx = tls;
    return KITH_OK;
}

void web_tls_free(struct kith_web *w) {
    if (w->accept.ssl_ctx)
        SSL_CTX_free(w->accept.ssl_ctx);
    w->accept.ssl_ctx = NULL;
}

int kith_web_renew_tls(struct kith_web *w) {
    return web_tls_load(w);
}
