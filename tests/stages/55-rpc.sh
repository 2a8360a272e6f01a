# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: quick,full,long 120
# npm's ssb-client, over TCP and over the Unix socket.
needs_binary "$BIN/kith"
tally "ssb-client" node tests/interop/rpc.mjs
