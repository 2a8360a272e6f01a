# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: quick,full,long 300
# npm's ssb-client, over TCP and over the Unix socket; then what the page asks for, with several nodes.
needs_binary "$BIN/kith"
tally "ssb-client" node tests/interop/rpc.mjs
tally "the page's methods" node tests/interop/page_rpc.mjs
tally "search" node tests/interop/search.mjs
