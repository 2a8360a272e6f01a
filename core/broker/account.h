/* SPDX-License-Identifier: MIT */
/* account.h: the calls account.* of a broker. For core/broker only. */
#ifndef KITH_BROKER_ACCOUNT_H
#define KITH_BROKER_ACCOUNT_H

#include "broker/store.h"

struct call;
struct kith_broker;
struct kith_broker_time;

#define LATE_MS 25    /* the grid on which logins are answered */
#define FEED_PAGE 100 /* messages in one answer */

void account_create(const struct call *c);
void account_login(const struct call *c);
void account_change(const struct call *c);
void account_delete(const struct call *c);
void account_find(const struct call *c);
void account_feed(const struct call *c);
void account_late(struct kith_broker *b, struct kith_broker_time t); /* answers whose time has come */

#endif
