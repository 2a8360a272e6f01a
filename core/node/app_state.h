/* SPDX-License-Identifier: MIT */
/* app_state.h: what an app wants to find again on this machine: how far one has read, settings. Any JSON
 * by key, kept as LOCAL records (local.h), never shown to anybody else. */
#ifndef KITH_NODE_APP_STATE_H
#define KITH_NODE_APP_STATE_H

#include "node/methods.h"

#define KITH_APP_STATE_KEY_MAX 128    /* bytes */
#define KITH_APP_STATE_VALUE_MAX 8192 /* bytes of compact JSON */
#define KITH_APP_STATE_KEYS_MAX 1000

int kith_app_state_get(struct kith_call *c);  /* (key): the value or null */
int kith_app_state_set(struct kith_call *c);  /* (key, value); null forgets it */
int kith_app_state_list(struct kith_call *c); /* (prefix): {key: value} */

#endif
