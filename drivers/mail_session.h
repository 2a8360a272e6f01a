/* SPDX-License-Identifier: MIT */
/* mail_session.h: what mailto.c and mail_*.c share and nobody else includes: a server of the settings, with name, password
 * and TLS. */
#ifndef KITH_DRIVERS_MAIL_SESSION_H
#define KITH_DRIVERS_MAIL_SESSION_H

#include "drivers/carrier_curl.h"

#define MAIL_MAX ((size_t)14 << 20) /* base64 of the largest packet, and some */
#define MAIL_FAILURES_MAX 3 /* in one look; one mail that cannot be had does not hide the others */

struct mail_session {
    struct kith_carrier_curl curl;
    char url[512]; /* of the server */
};

/* `server` is the setting with the URL. False: why says what is missing, and there is nothing to end. */
bool mail_begin(struct mail_session *s, const struct kith_carrier_way *way, const char *server, char why[KITH_CARRIER_WORD]);
void mail_end(struct mail_session *s);

/* What an error means to the person whose mail it is. CURLE_ABORTED_BY_CALLBACK: there was no room for a packet. */
void mail_word(CURLcode code, char why[KITH_CARRIER_WORD]);

/* mail_imap.c and mail_pop3.c: as kith_carrier.receive. mail_idle.c: as kith_carrier.watch. */
bool mail_imap_receive(const struct kith_carrier_way *way, const struct kith_carrier_taker *taker, char why[KITH_CARRIER_WORD]);
bool mail_pop3_receive(const struct kith_carrier_way *way, const struct kith_carrier_taker *taker, char why[KITH_CARRIER_WORD]);
enum kith_watched mail_idle(const struct kith_carrier_way *way, void (*news)(void *ctx), char why[KITH_CARRIER_WORD]);

/* What a look into one mail has found. */
struct mail_found {
    const struct kith_carrier_taker *taker;
    size_t ours, failed, others; /* packets for us or reports about ours, those for which there was no room, those that others need, too */
};

void mail_find(struct mail_found *f, struct kith_bytes mail);

#endif
