/* SPDX-License-Identifier: MIT */
/* budget.h: what one peer may cost us: token buckets that refill with time. Spending below zero is
 * refused, so a peer that floods is dropped after a bounded amount of work. */
#ifndef KITH_NODE_BUDGET_H
#define KITH_NODE_BUDGET_H

#include <stdint.h>

#include "base/err.h"

enum kith_budget_kind {
    KITH_BUDGET_BYTES,       /* taken from the socket */
    KITH_BUDGET_CALLS,       /* muxrpc calls and streams opened */
    KITH_BUDGET_MESSAGES,    /* messages that we did not ask for, or have already */
    KITH_BUDGET_REJECTS,     /* messages judged and refused: each cost a verification for nothing */
    KITH_BUDGET_BLOB_BYTES,  /* read from our disk for them */
    KITH_BUDGET_TYPING,      /* "I am typing": beyond it they are not heard */
    KITH_BUDGET_GUESTS,      /* posts of people whom we do not keep up with, taken for a wall's sake */
    KITH_BUDGET_SIGNALS,     /* sealed signals that they bring, for us or for others */
    KITH_BUDGET_SIGNALS_OUT, /* those that others have us hand to them */
    KITH_BUDGET_DATAGRAMS,   /* announcements on the LAN, of everybody together */
    KITH_BUDGET_KINDS
};

struct kith_budget {
    double tokens[KITH_BUDGET_KINDS];
    uint64_t filled_ms;
};

void kith_budget_init(struct kith_budget *b, uint64_t now_ms);

/* KITH_ERR_BUDGET when there is not so much left of what it may cost: nothing is taken, and the caller
 * drops the peer, or does not do what was asked. */
KITH_MUST int kith_budget_spend(struct kith_budget *b, enum kith_budget_kind kind, double amount, uint64_t now_ms);

#endif
