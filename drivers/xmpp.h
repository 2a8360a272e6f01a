/* SPDX-License-Identifier: MIT */
/* xmpp.h: the road by XMPP, apart from the others since it brings libstrophe along: kith_carrier_use it. */
#ifndef KITH_DRIVERS_XMPP_H
#define KITH_DRIVERS_XMPP_H

#include "drivers/carrier.h"

void kith_xmpp_start(void); /* once, before the first use */

extern const struct kith_carrier kith_carrier_xmpp;

#endif
