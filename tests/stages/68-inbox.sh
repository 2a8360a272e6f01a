# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 600
# The broker's inboxes: what they keep, for whom, and what they cost; two tabs that are never open together.
build release || { fail "build with gcc"; exit 1; }
need_e2e || fail "the browser’s driver could not be installed"
tally "inboxes at the broker" node tests/interop/broker_inbox.mjs
tally "two tabs never open together" node tests/e2e/tab_inbox.mjs
tally "strangers who are never there together" node tests/e2e/tab_left.mjs
