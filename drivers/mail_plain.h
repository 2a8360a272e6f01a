/* SPDX-License-Identifier: MIT */
/* mail_plain.h: a mail that a person reads, sent by the same server as packets (docs/drivers.md, mailto). */
#ifndef KITH_DRIVERS_MAIL_PLAIN_H
#define KITH_DRIVERS_MAIL_PLAIN_H

#include "drivers/carrier.h"

/* Blocks. settings is the text of roads.conf; text is UTF-8 with LF. After kith_carrier_start. False: why says why. */
bool kith_mail_plain(const char *settings, const char *to, const char *subject, const char *text, char why[KITH_CARRIER_WORD]);

#endif
