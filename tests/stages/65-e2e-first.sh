# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: quick,full,long 180
# Two people meet through the page: two nodes, two browsers.
needs_binary "$BIN/kith"
need_e2e || fail "the browser’s driver could not be installed"
tally "the first journey" node tests/e2e/first.mjs
