/* SPDX-License-Identifier: MIT */
/* web_serve.h: the page's port of a running node: the page, /rpc, /session, /health, /metrics.
 *
 *     HOME/web         where it is, one line, while it is there
 *     HOME/web-token   what a browser has to know to be let in; made once, mode 0600 */
#ifndef KITH_APP_WEB_SERVE_H
#define KITH_APP_WEB_SERVE_H

#include "app.h"
#include "host.h"

#define WEB_PORT 8484

struct web_serve;

struct web_serve_options {
    const char *address;       /* where to listen, an IP address */
    uint16_t port;
    bool any_port;             /* if that one is taken, a free one */
    const char *password_file; /* lets in as well; an address that is not loopback needs one */
};

/* APP_OK, or an exit code after having said why. */
int web_serve_start(struct web_serve **out, struct app *a, struct host *h, const struct web_serve_options *o);
/* Before host_close. Turns the host's loop until all browsers are gone. NULL is fine. */
void web_serve_stop(struct web_serve *s);

/* What a browser has to be given: http://…/#token=… */
void web_serve_link(const struct web_serve *s, char *out, size_t len);
/* The same of the node that runs. KITH_ERR_NOT_FOUND: it serves no page. KITH_ERR_IO. */
KITH_MUST int web_serve_find(const struct home *home, char *out, size_t len);

#endif
