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

/* Handle and password of a call that needs them, right or wrong: guesses are counted, and the answer waits for the grid in any
 * case. account_enter says false if the call was answered already; then account_answer has to follow. */
bool account_enter(const struct call *c, struct kith_broker_account *a, int *err);
/* `json` is what an answer without an error says. err: KITH_ERR_BUDGET, KITH_ERR_DENIED, or another. */
void account_answer(const struct call *c, int err, struct kith_bytes json);

void account_create(const struct call *c);
void account_login(const struct call *c);
void account_change(const struct call *c);
void account_delete(const struct call *c);
void account_find(const struct call *c);
void account_feed(const struct call *c);
void account_late(struct kith_broker *b, struct kith_broker_time t); /* answers whose time has come */

#endif
