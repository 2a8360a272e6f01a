# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 300
# What is for friends and for a group, through the page: who reads it, and who only carries it.
needs_binary "$BIN/kith"
need_e2e || fail "the browser’s driver could not be installed"
tally "circles" node tests/e2e/circles.mjs
