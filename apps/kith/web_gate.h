/* SPDX-License-Identifier: MIT */
/* web_gate.h: who may come to the page's port. Three things have to fit, since each stops somebody else:
 * Host (a site whose name was made to point at this machine), Origin (a site in the same browser), and
 * the token (another user of this machine, or of the network). Pure: texts in, yes or no out. */
#ifndef KITH_APP_WEB_GATE_H
#define KITH_APP_WEB_GATE_H

#include "base/bytes.h"

#define WEB_TOKEN_LEN 64      /* 32 random bytes in hexadecimal */
#define WEB_PASSWORD_MIN 12   /* bytes; a password is guessed at over a network */
#define WEB_PASSWORD_MAX 128

struct web_gate {
    uint16_t port;
    bool elsewhere;  /* reachable from other machines: any address of ours is a Host, and names[] */
    char name[256];  /* this machine's, or empty */
    char token[WEB_TOKEN_LEN + 1];
    char password[2 * WEB_PASSWORD_MAX + 1]; /* as a second token; empty: there is none */
};

/* A password lets in as well. What stands for it is its bytes in hexadecimal, since a WebSocket's
 * subprotocol, where the page puts it, takes letters and digits. KITH_ERR_ARG: too short or too long. */
KITH_MUST int web_gate_set_password(struct web_gate *g, struct kith_bytes password);

bool web_gate_host(const struct web_gate *g, struct kith_bytes host);
/* The origin of a page that was loaded from this very host. */
bool web_gate_origin(const struct web_gate *g, struct kith_bytes origin, struct kith_bytes host);
/* "Bearer TOKEN" of an Authorization header. The token can be guessed by nobody and always lets in; the
 * password only if with_password: the caller sees to it that it is not tried too often. */
bool web_gate_bearer(const struct web_gate *g, struct kith_bytes authorization, bool with_password);
/* "kith, token.TOKEN" of Sec-WebSocket-Protocol, in any order. */
bool web_gate_protocols(const struct web_gate *g, struct kith_bytes protocols, bool with_password);

#endif
