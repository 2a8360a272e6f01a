# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 1200
# The node in a tab: two folders give one module, and a page of nothing but files is a whole peer.
other=$BUILD/wasm-again
rm -rf "$other"
check "two folders, one sha256" test "$(bash scripts/build_wasm.sh)" = "$(bash scripts/build_wasm.sh "$other")"
rm -rf "$other"
build release || { fail "build with gcc"; exit 1; }
need_e2e || fail "the browser’s driver could not be installed"
tally "a node in a tab" node tests/e2e/tab.mjs
tally "two tabs and no server" node tests/e2e/tab_rtc.mjs
tally "a daemon calls by WebSocket" node tests/interop/ws_dial.mjs
tally "an invitation by way of a broker" node tests/e2e/tab_invite.mjs
tally "meeting again without a broker" node tests/e2e/tab_friends.mjs
tally "a handle and a password" node tests/e2e/tab_account.mjs
tally "friends by a handle" node tests/e2e/tab_asks.mjs
tally "friends behind routers" node tests/e2e/tab_nat.mjs
tally "another address" node tests/e2e/tab_moves.mjs
tally "how a tab looks" node tests/e2e/tab_looks.mjs
tally "Firefox with Chromium" node tests/e2e/tab_firefox.mjs
