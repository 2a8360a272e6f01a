/* SPDX-License-Identifier: MIT */
/* address.h: where a peer can be reached, as SSB writes it (multiserver-address; ssb-ref 2.16.0):
 *
 *   net:host:port~shs:KEY[:SEED]          tunnel:@PORTAL.ed25519:@TARGET.ed25519~shs:KEY
 *   ws://host:port[/path]~shs:KEY         unix:/path~noauth
 *   host:port:@KEY.ed25519                an old spelling of net
 *
 * Alternatives are joined by ';', and '!' takes its special meaning from the next character. Other
 * schemes are kept as text, since a newer peer may know more roads than we do. */
#ifndef KITH_WIRE_ADDRESS_H
#define KITH_WIRE_ADDRESS_H

#include "base/bytes.h"
#include "crypto/keys.h"

#define KITH_ADDRESS_MAX 1024 /* characters of one alternative */

enum kith_address_scheme {
    KITH_ADDRESS_OTHER, /* only text means something, and has_key if it says so */
    KITH_ADDRESS_NET,
    KITH_ADDRESS_WS,
    KITH_ADDRESS_WSS,
    KITH_ADDRESS_UNIX,
    KITH_ADDRESS_TUNNEL,
};

struct kith_address {
    enum kith_address_scheme scheme;
    struct kith_bytes text; /* as it was given, borrowed from the input of parse */
    char host[256];         /* net, ws, wss: a name or a bare IP address; NUL-ended */
    uint16_t port;
    char path[256]; /* unix: of the socket; ws, wss: of the URL, "" or with its '/' */
    struct kith_pubkey portal, target; /* tunnel */
    bool has_key, has_seed;
    bool noauth;            /* no handshake: the operating system vouches for the peer */
    struct kith_pubkey key; /* who is there */
    struct kith_seed seed;  /* invites: of the key to dial with */
};

/* Reads one alternative. KITH_ERR_SYNTAX, KITH_ERR_SIZE: nobody can be reached by that.
 * net takes IPv6 bare, with '!', and in brackets. ws and wss have their usual ports as default. */
KITH_MUST int kith_address_parse(struct kith_bytes text, struct kith_address *out);

/* Takes the first alternative off *list, which shrinks; one that does not parse is passed over.
 * False: none is left. */
bool kith_address_next(struct kith_bytes *list, struct kith_address *out);

/* Appends the address. net hosts are written with bare IPv6, the form that all clients read; OTHER
 * is its text. */
void kith_address_put(struct kith_buf *out, const struct kith_address *a);

/* "@KEY.ed25519", as in the legacy form, tunnels and invites. */
KITH_MUST int kith_address_key_parse(struct kith_bytes text, struct kith_pubkey *out);
void kith_address_key_put(struct kith_buf *out, const struct kith_pubkey *key);

#endif
