/* SPDX-License-Identifier: MIT */
/* web_dial_tls.h: TLS over TCP, called: what wss: addresses lie on. The certificate has to be valid for the name
 * (or IP address) that was dialled, by roots that are trusted here; nothing is sent before that is known. */
#ifndef KITH_DRIVERS_WEB_DIAL_TLS_H
#define KITH_DRIVERS_WEB_DIAL_TLS_H

#include "drivers/road.h"

/* As kith_tcp_dial; the road is open after the handshake. roots: a file in PEM with the certificates to trust; NULL: the
 * system's, or what SSL_CERT_FILE and SSL_CERT_DIR name. The file is read for each call, so one that was renewed
 * counts at once. A refusal leaves its words in the road's `why`. NULL: no such road can be made. */
struct kith_road *kith_web_dial_tls(uv_loop_t *loop, const char *host_name, uint16_t port, const char *roots,
                                    const struct kith_road_host *host, void *ctx);

#endif
