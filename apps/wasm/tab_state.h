/* SPDX-License-Identifier: MIT */
/* tab_state.h: what tab.c lends to the others. */
#ifndef KITH_WASM_TAB_STATE_H
#define KITH_WASM_TAB_STATE_H

#include "base/bytes.h"
#include "base/rng.h"
#include "crypto/keys.h"
#include "node/node.h"

extern const struct kith_rng tab_rng;
struct kith_bytes tab_room(size_t len); /* what was put in */
struct kith_buf *tab_out(void);         /* what comes out; empty */
struct kith_node *tab_node(void);       /* NULL before it is open */
const struct kith_keypair *tab_keys(void); /* of the person; zeros before the node is open */

#endif
