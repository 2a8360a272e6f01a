/* SPDX-License-Identifier: MIT */
/* signals.h: sealed signals carried by a common friend, so that two people meet again without a broker
 * (docs/protocol/signal.md, Carried by friends). We carry for people whom we follow, to people whom we
 * follow and who are connected now, and keep nothing; what is inside is read by the app of whom it is for. */
#ifndef KITH_NODE_SIGNALS_H
#define KITH_NODE_SIGNALS_H

#include "node/methods.h"

#define KITH_SIGNALS_HEARD 64 /* what an app that does not read is behind at the most */

/* A peer says {to, signal}: for us, to our app; else to whom it is for. Whatever the reason why it is not
 * delivered, the answer is one and the same, so that nobody learns here who is connected with whom. */
int kith_signals_carry(struct kith_call *c);
/* Our app says {to, signal, via}: by `via`, or by any friend who follows `to`; answers {via}. */
int kith_signals_send(struct kith_call *c);
/* What comes for us: {signal, via}. */
int kith_signals_serve(struct kith_call *c);

#endif
