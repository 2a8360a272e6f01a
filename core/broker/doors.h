/* SPDX-License-Identifier: MIT */
/* doors.h: addresses at which people let themselves be asked who are found by handle or by name (docs/protocol/account.md,
 * "The door"). Where no letters are kept there are none. For core/broker only. */
#ifndef KITH_BROKER_DOORS_H
#define KITH_BROKER_DOORS_H

#include "base/bytes.h"
#include "base/err.h"

struct call;
struct kith_broker;

void door_set(const struct call *c); /* account.door */
/* Appends ,"door":"..." to the object that ends there, if that account has one. */
void door_put(const struct kith_broker *b, const char *skeleton, struct kith_buf *object);
/* Before the key behind the account becomes another one: whoever had it could listen at the old door. An error of the store:
 * the door may be open still, and the key has to stay. */
KITH_MUST int door_shut(const struct kith_broker *b, const char *skeleton);

#endif
