/* SPDX-License-Identifier: MIT */
/* mailto.h: the road by e-mail, apart from the others since it brings GMime along: kith_carrier_use it. */
#ifndef KITH_DRIVERS_MAILTO_H
#define KITH_DRIVERS_MAILTO_H

#include "crypto/crypto.h"
#include "drivers/carrier.h"

extern const struct kith_carrier kith_carrier_mailto;

#endif
